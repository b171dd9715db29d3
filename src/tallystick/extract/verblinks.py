"""Links that a verb makes: active, passive and reduced ("the deaths reported by the clinic")."""

from __future__ import annotations

from dataclasses import replace

from tallystick.extract.citing import as_saying, carried, cites, quoted_as, quoting_verb, recipient
from tallystick.extract.contents import contents, inverted_speaker
from tallystick.extract.countered import gapped
from tallystick.extract.cues import Cue
from tallystick.extract.populations import kind_of
from tallystick.extract.regions import below, listed_before
from tallystick.extract.sources import Draft, is_a, noun_phrase, source_of, source_words, subject_of
from tallystick.lexicon import Entry, load
from tallystick.model.mentions import LinkKind
from tallystick.model.syntax import Parse, Token

# "Twelve dead, says army" has its speaker after the verb; nobody writes "Twelve dead, denies army".
_NOT_INVERTED = ("denies", "acknowledges", "estimates")


def read_verb(parse: Parse, cue: Cue) -> list[Draft]:
    verb = cue.head
    if quoted_as(parse, verb) is not None and cue.entries[0].name == "cite":
        return []
    if verb.dep == "pcomp" and (quoting := quoting_verb(parse, verb)) is not None:
        return as_saying(parse, cue, quoting)
    if any(k.dep in ("auxpass",) or k.dep in ("nsubjpass", "csubjpass") for k in parse.kids(verb)):
        return _passive(parse, cue)
    if verb.dep == "acl" and verb.tag == "VBN":
        return _reduced(parse, cue)
    subject = subject_of(parse, verb)
    beside = listed_before(parse, verb) if cue.entries[0].get("kind") in _NOT_INVERTED else None
    if beside is not None:
        subject = parse.kids(beside, "nsubj")[0]
    source, head, relative = source_of(parse, subject, cue)
    inverted = None
    if subject is None:
        inverted = inverted_speaker(parse, cue)
        if inverted is not None:
            source, head = below(parse, inverted, drop=("relcl",)), inverted.i
    entry = _choose(parse, cue, head)
    content = contents(parse, cue, entry, inverted)
    if entry.get("kind") == "cites":
        return cites(parse, cue, entry, source, head)
    if beside is not None:
        content -= below(parse, beside)
    if not content or not _allowed(parse, cue, entry, source, content):
        return []
    if (not source and verb.tag != "VBG") or verb.i in source:
        return []
    content -= source
    content -= {t.i for t in cue.tokens}
    if not content:
        return []
    gaps = gapped(parse, verb) if "at" in entry.get("content", ()) else []
    content -= {i for gap in gaps for i in range(gap.source[0], gap.figure[-1] + 1)}
    draft = Draft(entry, _kind(parse, verb, entry), (cue.head.i, cue.last.i), source, content, relative, head=head)
    others = [replace(draft, source={*g.source}, content={*g.figure}, head=g.source[-1], relative=None) for g in gaps]
    return [draft, *others, *recipient(parse, cue, draft), *carried(parse, cue, draft)]


def _choose(parse: Parse, cue: Cue, head: int | None) -> Entry:
    """The first entry that fits; a document as source prefers the entry for documents."""
    entries = [e for e in cue.entries if e.get("pos") == cue.entries[0].get("pos")]
    for entry in entries:
        if entry.get("document") and head is not None and is_a("document", parse, [head]):
            return entry
    for entry in entries:
        if entry.get("leader") and len(entries) > 1:
            continue
        if entry.get("figure") and not has_figure_at(parse, cue, entry):
            continue
        return entry
    return entries[0]


def _kind(parse: Parse, verb: Token, entry: Entry) -> LinkKind:
    """The entry's kind; what somebody does not say or confirm has no source, what he does not believe he denies.

    What he does not know is so all the same: "did not know that two had died" denies nothing.
    """
    kind = LinkKind(entry.get("kind"))
    subjects = [t for s in parse.kids(verb, "nsubj") for t in (s, *parse.kids(s, "det", "preconj"))]
    if not parse.kids(verb, "neg") and not any(t.lower in source_words("none") for t in subjects):
        return kind
    return LinkKind.DENIES if kind is LinkKind.BELIEVES and not entry.get("factive") else LinkKind.NONE_GIVEN


def _allowed(parse: Parse, cue: Cue, entry: Entry, source: set[int], content: set[int]) -> bool:
    if entry.get("figure"):
        return has_figure_at(parse, cue, entry)
    if entry.get("leader"):
        # Whether a bare name or pronoun leads a side is settled where the whole document is known.
        return bool(source) and not is_a("bereaved", parse, source) and not is_a("outlet", parse, source)
    return True


def has_figure_at(parse: Parse, cue: Cue, entry: Entry) -> bool:
    wanted = entry.get("prepositions", ())
    objects = parse.kids(cue.head, "dobj")  # "put the number of people killed at 31": hung on "killed"
    hung = [t for o in objects for t in parse.subtree(o) if t.dep == "prep" and t.i > cue.last.i]
    for prep in [*parse.kids(cue.head, "prep"), *hung]:
        if prep.lower in wanted and any(
            parse.tokens[i].pos == "NUM" or parse.tokens[i].text[:1].isdigit() for i in below(parse, prep)
        ):
            return True
    return False


def _passive(parse: Parse, cue: Cue) -> list[Draft]:
    verb, entry = cue.head, _choose(parse, cue, None)
    cue_words = {t.i for t in cue.tokens}
    agents = [p for a in parse.kids(verb, "agent") for p in parse.kids(a, "pobj")]
    source = noun_phrase(parse, agents[0], cue_words) if agents else set()
    content: set[int] = set()
    subjects = parse.kids(verb, "nsubjpass", "csubjpass")
    recipient = entry.name == "tell"
    if not source and any(_set_free(verb, subject, parse) for subject in subjects):
        return []
    for subject in subjects or _heads_subject(parse, verb):
        if subject.lower not in ("it", "there") and not recipient:
            content |= below(parse, subject, cue_words | {verb.i})
    for kid in parse.kids(verb):
        if kid.i in cue_words or kid.i < verb.i:
            continue
        if kid.dep in ("ccomp", "xcomp", "oprd") or (
            kid.dep in ("prep", "advmod", "npadvmod") and not recipient and subjects
        ):
            content |= below(parse, kid)
    negated = bool(parse.kids(verb, "neg")) and entry.get("kind") != "denies"
    if negated or not content or (recipient and not any(k.dep == "ccomp" for k in parse.kids(verb))):
        return []
    if not source and entry.get("kind") == "acknowledges" and parse.kids(verb, "oprd", "acomp"):
        return []  # "nine were confirmed dead" is the report's own word that they are
    if not source and entry.get("unnamed") is False and not parse.kids(verb, "ccomp"):
        return []
    if entry.get("leader") or (entry.get("figure") and not has_figure_at(parse, cue, entry)):
        return []
    if not source and entry.get("attitude") and entry.name not in ("ask",):
        return []
    if entry.get("counted") and not any(parse.tokens[i].pos == "NUM" for i in content):
        return []
    kind = LinkKind(entry.get("kind")) if source else LinkKind.NONE_GIVEN
    head = agents[0].i if agents else None
    return [Draft(entry, kind, (verb.i, cue.last.i), source, content - source, head=head)]


def _set_free(verb: Token, subject: Token, parse: Parse) -> bool:
    """True for people who are released: that is no word of a source."""
    kind = kind_of(subject, parse)
    release = load("measures")["release"]
    freed = verb.lower in release.words or verb.lower in release.get("weak", ())
    return freed and kind is not None and kind.of in ("people", "combatants")


def _heads_subject(parse: Parse, verb: Token) -> list[Token]:
    """The subject of the verb that "and" joins this one to. None where this one says what it is said to be.

    "She was shot, but is reported to be stable": reported is how she is, not that she was shot.
    """
    if parse.kids(verb, "xcomp", "oprd", "ccomp"):
        return []
    subject = subject_of(parse, verb) if verb.dep == "conj" else None
    return [subject] if subject is not None else []


def _reduced(parse: Parse, cue: Cue) -> list[Draft]:
    """'the 40 deaths reported by the ministry': the noun is what was said."""
    verb, entry = cue.head, _choose(parse, cue, None)
    if (
        entry.get("attitude")
        or entry.get("leader")
        or entry.get("figure")
        or entry.name in ("declare", "write", "believe", "know")
    ):
        return []
    agents = [p for a in parse.kids(verb, "agent") for p in parse.kids(a, "pobj")]
    source = noun_phrase(parse, agents[0], {verb.i}) if agents else set()
    noun = parse.head(verb)
    content = below(parse, noun, {verb.i})
    if entry.get("kind") == "cites" and noun.dep == "nsubj":  # "officials quoted by the Herald say ..."
        content = below(parse, parse.head(noun)) - below(parse, verb)
    for kid in parse.kids(verb):
        if kid.i > verb.i and kid.dep in ("prep", "xcomp", "advmod", "npadvmod", "ccomp"):
            content |= below(parse, kid)
    if not source and (entry.get("counted") or entry.get("unnamed") is False):
        return []
    kind = LinkKind(entry.get("kind")) if source else LinkKind.NONE_GIVEN
    return [Draft(entry, kind, (verb.i, cue.last.i), source, content - source, head=agents[0].i if agents else None)]


def taken_up(parse: Parse, cue: Cue, before: Draft | None) -> list[Draft]:
    """'admits a defeat, but the marshal did just that with ...': the rest of the clause has the kind of the first."""
    subject = subject_of(parse, cue.head)
    if before is None or before.entry.get("attitude") or subject is None:
        return []
    words = {t.i for t in cue.tokens}
    content: set[int] = set()
    for token in cue.tokens:
        for kid in parse.kids(token, "prep", "advcl"):
            if kid.i > cue.last.i:
                content |= below(parse, kid, words)
    source, head, relative = source_of(parse, subject, cue)
    if not content or not source:
        return []
    kind = before.kind if before.kind is not LinkKind.NONE_GIVEN else LinkKind(before.entry.get("kind"))
    return [Draft(cue.entries[0], kind, (cue.head.i, cue.last.i), source, content - source, relative, head=head)]


# --- nouns
