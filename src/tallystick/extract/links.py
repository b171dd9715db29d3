"""One cue of a parsed sentence -> who is cited there and for what, before sentences and quotations are joined."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from tallystick.extract.cues import Cue
from tallystick.extract.regions import below
from tallystick.lexicon import Entry, fold, load
from tallystick.model.mentions import LinkKind
from tallystick.model.syntax import Parse, Token

_SUBJECTS = ("nsubj", "csubj", "nsubjpass", "csubjpass")
_NOMINAL = ("NOUN", "PROPN", "PRON", "NUM", "ADJ", "DET")
_CLAUSE_VERBS = ("VERB", "AUX")


@dataclass(slots=True)
class Draft:
    """A link as token indexes of one sentence. carrier is the index of the draft that passes this one on."""

    entry: Entry
    kind: LinkKind
    cue: tuple[int, int]
    source: set[int]
    content: set[int]
    relative: int | None = None  # the noun that a relative pronoun source stands for
    inner: bool = False  # a link inside another one with the same content
    head: int | None = None  # the head word of the source
    cited_by: int | None = None  # the verb whose content a cited source is the origin of


@lru_cache(maxsize=8)
def _words(name: str) -> frozenset[str]:
    return load("sources").words_of(name)


def is_a(name: str, parse: Parse, indexes: Sequence[int] | set[int]) -> bool:
    """True when the tokens hold a word of that entry of lexicon/en/sources.toml."""
    wanted = _words(name)
    ordered = sorted(indexes)[:40]
    words = [parse.tokens[i].lower for i in ordered]
    return any(w in wanted for w in words) or any(f"{a} {b}" in wanted for a, b in pairwise(words))


def read(parse: Parse, cue: Cue, before: Draft | None = None) -> list[Draft]:
    """The links that one cue makes; none when it has no content or an entry's condition is not met.

    before is the link read last, which "did exactly that" takes up.
    """
    pos = cue.entries[0].get("pos")
    if cue.entries[0].get("ellipsis"):
        return _taken_up(parse, cue, before)
    if pos == "verb":
        return _verb(parse, cue)
    if pos == "noun":
        return _noun(parse, cue)
    if pos == "preposition":
        return _preposition(parse, cue)
    return _adverb(parse, cue)


# --- verbs


def _verb(parse: Parse, cue: Cue) -> list[Draft]:
    verb = cue.head
    if _quoted_as(parse, verb) is not None and cue.entries[0].name == "cite":
        return []
    if verb.dep == "pcomp" and (quoting := _quoting(parse, verb)) is not None:
        return _as_saying(parse, cue, quoting)
    if any(k.dep in ("auxpass",) or k.dep in ("nsubjpass", "csubjpass") for k in parse.kids(verb)):
        return _passive(parse, cue)
    if verb.dep == "acl" and verb.tag == "VBN":
        return _reduced(parse, cue)
    subject = _subject(parse, verb)
    source, head, relative = _source_of(parse, subject, cue)
    inverted = None
    if subject is None:
        inverted = _inverted(parse, cue)
        if inverted is not None:
            source, head = below(parse, inverted, drop=("relcl",)), inverted.i
    entry = _choose(parse, cue, source)
    content = _contents(parse, cue, entry, inverted)
    if entry.get("kind") == "cites":
        return _cites(parse, cue, entry, source, head)
    if not content or not _allowed(parse, cue, entry, source, content):
        return []
    if not source and verb.tag != "VBG":
        return []
    content -= source
    content -= {t.i for t in cue.tokens}
    if not content:
        return []
    draft = Draft(entry, _kind(parse, verb, entry), (cue.head.i, cue.last.i), source, content, relative, head=head)
    return [draft, *_recipient(parse, cue, draft)]


def _choose(parse: Parse, cue: Cue, source: set[int]) -> Entry:
    """The first entry that fits; a document as source prefers the entry for documents."""
    entries = [e for e in cue.entries if e.get("pos") == cue.entries[0].get("pos")]
    for entry in entries:
        if entry.get("document") and source and is_a("document", parse, source):
            return entry
    for entry in entries:
        if entry.get("leader") and len(entries) > 1:
            continue
        if entry.get("figure") and not _has_figure_at(parse, cue, entry):
            continue
        return entry
    return entries[0]


def _kind(parse: Parse, verb: Token, entry: Entry) -> LinkKind:
    """The entry's kind; what somebody does not say or confirm has no source, what he does not believe he denies."""
    kind = LinkKind(entry.get("kind"))
    subjects = [t for s in parse.kids(verb, "nsubj") for t in (s, *parse.kids(s, "det", "preconj"))]
    if not parse.kids(verb, "neg") and not any(t.lower in _words("none") for t in subjects):
        return kind
    return LinkKind.DENIES if kind is LinkKind.BELIEVES else LinkKind.NONE_GIVEN


def _allowed(parse: Parse, cue: Cue, entry: Entry, source: set[int], content: set[int]) -> bool:
    if entry.get("figure"):
        return _has_figure_at(parse, cue, entry)
    if entry.get("leader"):
        if not source or is_a("bereaved", parse, source):
            return False
        named = any(parse.tokens[i].pos == "PROPN" for i in source)
        pronoun = len(source) == 1 and parse.tokens[next(iter(source))].lower in ("he", "she")
        return named or pronoun or is_a("leader", parse, source)
    return True


def _has_figure_at(parse: Parse, cue: Cue, entry: Entry) -> bool:
    wanted = entry.get("prepositions", ())
    for prep in parse.kids(cue.head, "prep"):
        if prep.lower in wanted and any(
            parse.tokens[i].pos == "NUM" or parse.tokens[i].text[:1].isdigit() for i in below(parse, prep)
        ):
            return True
    return False


def _subject(parse: Parse, verb: Token) -> Token | None:
    """The word that does what the verb says, found above it where the verb has none of its own."""
    if verb.tag == "VBG" and verb.i and parse.tokens[min(below(parse, verb)) - 1].pos == "PUNCT":
        verb = _speaking_before(parse, verb)
    seen = 0
    while seen < 12:
        seen += 1
        own = parse.kids(verb, *_SUBJECTS)
        if own:
            return own[0]
        head = parse.head(verb)
        if head.i == verb.i:
            return None
        if verb.dep == "acl":
            return head if head.pos in _NOMINAL else None
        if verb.dep == "relcl":
            return head
        if verb.dep == "xcomp":
            held = parse.kids(head, "dobj")
            if held and verb.tag != "VBG" and held[0].i < verb.i:
                return held[0]
        elif verb.dep not in ("conj", "advcl", "pcomp", "prep", "ccomp", "dep", "parataxis") or (
            verb.dep in ("ccomp", "parataxis") and verb.tag not in ("VBG", "VBN")
        ):
            return None
        verb = head
        if verb.pos not in _CLAUSE_VERBS and verb.dep not in ("prep", "pcomp"):
            return verb if verb.pos in _NOMINAL and verb.dep not in ("pobj", "attr") else None
    return None


def _speaking_before(parse: Parse, verb: Token) -> Token:
    """The outermost verb of speech that governs ', adding that ...'; the verb itself where none does."""
    found = verb
    if is_speech(verb):
        for above in parse.ancestors(verb):
            if above.i < verb.i and above.tag.startswith("VB") and is_speech(above):
                found = above
    return found


@lru_cache(maxsize=1)
def _speech_words() -> frozenset[str]:
    return frozenset(
        word
        for entry in load("cues").of(pos="verb")
        if "clause" in entry.get("content", ()) and "quote" in entry.get("content", ()) and not entry.get("attitude")
        for word in entry.words
    )


def is_speech(token: Token) -> bool:
    """True for a verb that can introduce a clause as said."""
    return token.tag.startswith("VB") and token.lower in _speech_words()


def _source_of(parse: Parse, subject: Token | None, cue: Cue) -> tuple[set[int], int | None, int | None]:
    """Tokens of the source, its head, and the antecedent of a relative pronoun."""
    if subject is None or subject.dep == "expl" or (subject.lower == "it" and subject.dep == "nsubjpass"):
        return set(), None, None
    if subject.lower in ("there",):
        return set(), None, None
    if subject.lower in _words("nobody"):
        return set(), None, None
    relative = None
    if subject.tag in ("WP", "WDT"):
        clause = parse.head(subject)
        while clause.dep == "conj":
            clause = parse.head(clause)
        if clause.dep in ("relcl", "acl", "ccomp"):
            relative = clause.head if clause.dep != "ccomp" else None
    return _noun_phrase(parse, subject, {t.i for t in cue.tokens}), subject.i, relative


def _noun_phrase(parse: Parse, noun: Token, without: set[int]) -> set[int]:
    """The noun phrase without clauses set off by a comma."""
    drop = set(without)
    for kid in parse.kids(noun, "relcl", "acl", "advcl", "parataxis", "conj"):
        before = parse.tokens[kid.i - 1] if kid.i else kid
        left = min(below(parse, kid))
        mark = parse.tokens[left - 1] if left else before
        if kid.dep != "conj" and (mark.pos == "PUNCT" or kid.dep in ("parataxis", "advcl") or kid.i in without):
            drop.add(kid.i)
        if kid.dep == "conj" and kid.pos in _CLAUSE_VERBS:
            drop.add(kid.i)
    return below(parse, noun, drop)


def _inverted(parse: Parse, cue: Cue) -> Token | None:
    """The speaker that follows the verb: '"...", said the mayor' where the parser takes him for an object."""
    if "quote" not in cue.entries[0].get("content", ()):
        return None
    for kid in parse.kids(cue.head, "dobj", "attr", "oprd", "npadvmod", "dep"):
        if kid.i > cue.head.i and kid.pos in ("PROPN", "PRON", "NOUN") and parse.kids(cue.head, "ccomp"):
            if min(below(parse, parse.kids(cue.head, "ccomp")[0])) < cue.head.i:
                return kid
    return None


def _contents(parse: Parse, cue: Cue, entry: Entry, inverted: Token | None) -> set[int]:
    """What the verb's source says: its clauses, objects and prepositional phrases, as the entry allows."""
    verb, allowed = cue.head, entry.get("content", ())
    cue_words = {t.i for t in cue.tokens}
    content: set[int] = set()
    for token in cue.tokens[1:]:
        for kid in parse.kids(token, "pobj", "pcomp", "ccomp", "prep", "dobj"):
            if kid.i not in cue_words:
                content |= _complement(parse, kid, entry, cue_words)
    objects: set[int] = set()
    predicated = False
    for kid in parse.kids(verb):
        if kid.i in cue_words or (inverted is not None and kid.i == inverted.i):
            continue
        if kid.dep == "ccomp" and ("clause" in allowed or "quote" in allowed):
            if kid.i < verb.i and any(t.text == ";" for t in parse.tokens[kid.i : verb.i]):
                continue
            content |= below(parse, kid, cue_words | _spoken_on(parse, kid))
        elif kid.dep == "xcomp" and kid.i > verb.i and _is_complement(parse, kid, entry):
            content |= below(parse, kid, cue_words)
            predicated = True
        elif kid.dep in ("dobj", "attr", "oprd", "acomp") and ("object" in allowed or "at" in allowed):
            if kid.i > verb.i or kid.dep == "dobj":
                objects |= _complement(parse, kid, entry, cue_words)
                predicated |= kid.dep != "dobj"
        elif kid.dep == "dobj" and "clause" in allowed and kid.i > verb.i and _like_a_clause(parse, kid):
            content |= below(parse, kid, cue_words)
        elif kid.dep == "prep" and kid.lower in entry.get("prepositions", ()) and kid.i > verb.i:
            objects |= below(parse, kid, cue_words)
            predicated = True
    if _object_counts(parse, cue, entry, objects, predicated):
        content |= objects
    if not content and "clause" in allowed:
        content = _around(parse, cue)
    return content


def _is_complement(parse: Parse, kid: Token, entry: Entry) -> bool:
    allowed = entry.get("content", ())
    bare = kid.tag != "VBG" and not any(k.lower == "to" for k in parse.kids(kid, "aux"))
    return "infinitive" in allowed or ("clause" in allowed and bare) or bool(entry.get("predicate"))


def _object_counts(parse: Parse, cue: Cue, entry: Entry, objects: set[int], predicated: bool) -> bool:
    """Whether the object of such a verb is something said."""
    allowed = entry.get("content", ())
    if entry.get("counted"):
        return any(parse.tokens[i].pos == "NUM" for i in objects)
    if entry.get("predicate"):
        return predicated
    if entry.get("document"):
        subject = _subject(parse, cue.head)
        return subject is not None and is_a("document", parse, below(parse, subject, {cue.head.i}))
    held = any(t.dep in ("dobj", "attr", "oprd", "acomp") for t in parse.kids(cue.head))
    return "about" in allowed or "object" in allowed or ("at" in allowed and held)


def _spoken_on(parse: Parse, clause: Token) -> set[int]:
    """Heads of '..., adding that ...' hung inside the clause: they go on with the speech that holds it."""
    found = set()
    for i in below(parse, clause):
        token = parse.tokens[i]
        if token.tag == "VBG" and token.dep in ("advcl", "conj") and is_speech(token):
            left = min(below(parse, token))
            if left and parse.tokens[left - 1].pos == "PUNCT" and token.i > clause.i:
                found.add(i)
    return found


def _like_a_clause(parse: Parse, kid: Token) -> bool:
    """True for an object that is quoted, or that the parser made of a clause's subject."""
    within = below(parse, kid)
    return any(parse.tokens[i].tag in ("``", "''") or parse.tokens[i].dep in ("relcl", "acl") for i in within)


def _complement(parse: Parse, kid: Token, entry: Entry, without: set[int]) -> set[int]:
    """An object. Granting something grants what the object's head says, not the clauses that narrow it down."""
    if entry.get("kind") != "acknowledges":
        return below(parse, kid, without)
    found = {kid.i}
    waiting = [kid]
    while waiting:
        token = waiting.pop()
        for child in parse.kids(token):
            if child.i in without or child.dep in ("relcl", "acl") or (child.dep == "prep" and child.lower != "of"):
                continue
            found.add(child.i)
            waiting.append(child)
    return found


def _around(parse: Parse, cue: Cue) -> set[int]:
    """The clause that an inserted or trailing 'he said', or an 'as he said', stands in."""
    verb = cue.head
    own = below(parse, verb)
    head = parse.head(verb)
    if verb.dep == "parataxis" or (
        verb.dep == "advcl" and any(k.lower == "as" for k in parse.kids(verb, "mark", "advmod"))
    ):
        return below(parse, head, {verb.i}) - own
    if head.i > verb.i and head.pos in _CLAUSE_VERBS:
        if verb.dep in ("ccomp", "dep") and not parse.kids(verb, "mark"):
            return below(parse, head, {verb.i}) - own
        between = parse.tokens[verb.i : head.i]
        if verb.dep == "advcl" and not any(t.pos == "PUNCT" and t.text in ",;—" for t in between):
            return {i for i in below(parse, head, {verb.i}) if i > max(j for j in own if j < head.i)}
    for j in range(verb.i + 1, min(verb.i + 12, len(parse.tokens))):
        if parse.tokens[j].text == ":":
            return set(range(j + 1, len(parse.tokens)))
        if parse.tokens[j].text in (".", ";"):
            break
    return _before_tail(parse, verb)


_OPENING = frozenset({'"', "“", "”", "``", "''"})
_BREAKS = frozenset({",", "—", "–", "--", "-", '"', "”", "''", "’", "'", "?", "!"})


def _before_tail(parse: Parse, verb: Token) -> set[int]:
    """What stands before a closing ', the mayor said on Friday', and after an inserted one, by commas alone.

    The parser often hangs such a tail somewhere inside the clause that it closes.
    """
    if verb.tag not in ("VBD", "VBZ", "VBP"):
        return set()
    subjects = parse.kids(verb, "nsubj")
    left = min(below(parse, subjects[0])) if subjects and subjects[0].i < verb.i else verb.i
    if left < 3 or parse.tokens[left - 1].text not in _BREAKS or not subjects:
        return set()
    if any(t.i > verb.i for t in parse.kids(verb, "dobj", "ccomp", "xcomp", "attr")):
        return set()
    first = max((i + 1 for i in range(left) if parse.tokens[i].text == ";"), default=0)
    if _depth(parse, verb.i):  # inside a quotation: its words alone
        first = max(i for i in range(verb.i) if parse.tokens[i].text in _OPENING) + 1
        if first >= left - 1:
            return set()
    before = set(range(first, left - 1))
    right = verb.i + 1
    if subjects[0].i > verb.i:
        right = max(below(parse, subjects[0])) + 1
    while right < len(parse.tokens) and parse.tokens[right].text not in (",", ".", "—", "--", ";"):
        right += 1
    if parse.tokens[verb.i + 1 : verb.i + 2] and parse.tokens[verb.i + 1].text == "," and right + 1 < len(parse.tokens):
        following = parse.tokens[right + 1]
        if following.tag != "VBG" and following.lower not in ("who", "which", "and", "but", "while"):
            before |= set(range(right + 1, len(parse.tokens)))
    return before


def _passive(parse: Parse, cue: Cue) -> list[Draft]:
    verb, entry = cue.head, _choose(parse, cue, set())
    cue_words = {t.i for t in cue.tokens}
    agents = [p for a in parse.kids(verb, "agent") for p in parse.kids(a, "pobj")]
    source = _noun_phrase(parse, agents[0], cue_words) if agents else set()
    content: set[int] = set()
    subjects = parse.kids(verb, "nsubjpass", "csubjpass")
    recipient = entry.name == "tell"
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
    if entry.get("leader") or (entry.get("figure") and not _has_figure_at(parse, cue, entry)):
        return []
    if not source and entry.get("attitude") and entry.name not in ("ask",):
        return []
    if entry.get("counted") and not any(parse.tokens[i].pos == "NUM" for i in content):
        return []
    kind = LinkKind(entry.get("kind")) if source else LinkKind.NONE_GIVEN
    head = agents[0].i if agents else None
    return [Draft(entry, kind, (verb.i, cue.last.i), source, content - source, head=head)]


def _heads_subject(parse: Parse, verb: Token) -> list[Token]:
    subject = _subject(parse, verb) if verb.dep == "conj" else None
    return [subject] if subject is not None else []


def _reduced(parse: Parse, cue: Cue) -> list[Draft]:
    """'the 40 deaths reported by the ministry': the noun is what was said."""
    verb, entry = cue.head, _choose(parse, cue, set())
    if (
        entry.get("attitude")
        or entry.get("leader")
        or entry.get("figure")
        or entry.name in ("declare", "write", "believe")
    ):
        return []
    agents = [p for a in parse.kids(verb, "agent") for p in parse.kids(a, "pobj")]
    source = _noun_phrase(parse, agents[0], {verb.i}) if agents else set()
    noun = parse.head(verb)
    content = below(parse, noun, {verb.i})
    if entry.get("kind") == "cites" and noun.dep == "nsubj":  # "officials quoted by the Herald say ..."
        content = below(parse, parse.head(noun)) - below(parse, verb)
    for kid in parse.kids(verb):
        if kid.i > verb.i and kid.dep in ("prep", "xcomp", "advmod", "npadvmod", "ccomp"):
            content |= below(parse, kid)
    if entry.get("counted") and not any(parse.tokens[i].pos == "NUM" for i in content):
        return []
    kind = LinkKind(entry.get("kind")) if source else LinkKind.NONE_GIVEN
    return [Draft(entry, kind, (verb.i, cue.last.i), source, content - source, head=agents[0].i if agents else None)]


def _quoted_as(parse: Parse, verb: Token) -> Token | None:
    """The 'saying' of 'was quoted as saying'."""
    for prep in parse.kids(verb, "prep"):
        if prep.lower == "as":
            for kid in parse.kids(prep, "pcomp"):
                return kid
    return None


def _quoting(parse: Parse, saying: Token) -> Token | None:
    """The 'quoted' of 'quoted an officer as saying' and 'was quoted as saying'."""
    governor = parse.head(parse.head(saying))
    held = parse.head(saying).lower == "as" and governor.lower in {fold(w) for w in load("cues")["cite"].words}
    return governor if held else None


def _as_saying(parse: Parse, cue: Cue, quoting: Token) -> list[Draft]:
    quoted = parse.kids(quoting, "dobj", "nsubjpass")
    if not quoted:
        return []
    entry = next((e for e in cue.entries if "clause" in e.get("content", ())), cue.entries[0])
    source = _noun_phrase(parse, quoted[0], {quoting.i})
    content = _contents(parse, cue, entry, None) - source
    if not content:
        return []
    words = (cue.head.i, cue.last.i)
    draft = Draft(entry, LinkKind(entry.get("kind")), words, source, content, head=quoted[0].i)
    carriers = parse.kids(quoting, "nsubj") + [p for a in parse.kids(quoting, "agent") for p in parse.kids(a, "pobj")]
    if not carriers:
        return [draft]
    carrier = _noun_phrase(parse, carriers[0], {quoting.i})
    area = content | source | {cue.head.i}
    cite = load("cues")["cite"]
    return [draft, Draft(cite, LinkKind.CITES, (quoting.i, quoting.i), carrier, area - carrier, head=carriers[0].i)]


def _cites(parse: Parse, cue: Cue, entry: Entry, source: set[int], head: int | None) -> list[Draft]:
    """'The daily, citing the police, said ...': the police are the inner source of what the daily says."""
    objects = parse.kids(cue.head, "dobj")
    if not objects:
        return []
    cited = _noun_phrase(parse, objects[0], {t.i for t in cue.tokens})
    span = (cue.head.i, cue.last.i)
    outer = Draft(entry, LinkKind.SAYS, span, source, set(cited), head=head)
    outers = [outer] if source and min(source) < cue.head.i else []
    governor = parse.head(cue.head)
    if cue.head.dep in ("advcl", "acl", "ccomp", "prep", "conj") and cue.head.tag == "VBG":
        while governor.pos not in _CLAUSE_VERBS and governor.head != governor.i:
            governor = parse.head(governor)
        said = [k for k in parse.kids(governor, "ccomp") if k.i != cue.head.i]
        area = set().union(*(below(parse, k) for k in said)) if said else below(parse, governor)
        area -= below(parse, cue.head)
        inner = Draft(entry, LinkKind.CITES, span, cited, area, inner=True, head=objects[0].i)
        inner.cited_by = governor.i
        return [*outers, inner]
    return outers


def _recipient(parse: Parse, cue: Cue, draft: Draft) -> list[Draft]:
    """'told Reuters': the agency passes on what the speaker said."""
    if draft.entry.name != "tell":
        return []
    for kid in parse.kids(cue.head, "dobj", "dative"):
        heard = below(parse, kid, {cue.head.i}, ("relcl", "acl", "advcl"))
        names = any(parse.tokens[i].pos == "PROPN" for i in heard)
        if names and is_a("outlet", parse, heard):
            area = draft.content | draft.source | {cue.head.i}
            return [Draft(draft.entry, LinkKind.CITES, draft.cue, heard, area, head=kid.i)]
    return []


def _taken_up(parse: Parse, cue: Cue, before: Draft | None) -> list[Draft]:
    """'admits a defeat, but the marshal did just that with ...': the rest of the clause has the kind of the first."""
    subject = _subject(parse, cue.head)
    if before is None or before.entry.get("attitude") or subject is None:
        return []
    words = {t.i for t in cue.tokens}
    content: set[int] = set()
    for token in cue.tokens:
        for kid in parse.kids(token, "prep", "advcl"):
            if kid.i > cue.last.i:
                content |= below(parse, kid, words)
    source, head, relative = _source_of(parse, subject, cue)
    if not content or not source:
        return []
    kind = before.kind if before.kind is not LinkKind.NONE_GIVEN else LinkKind(before.entry.get("kind"))
    return [Draft(cue.entries[0], kind, (cue.head.i, cue.last.i), source, content - source, relative, head=head)]


# --- nouns


def _noun(parse: Parse, cue: Cue) -> list[Draft]:
    noun = cue.head
    entries = [e for e in cue.entries if e.get("pos") == "noun"]
    cue_words = {t.i for t in cue.tokens}
    for entry in entries:
        content = _noun_content(parse, cue, entry)
        if not content:
            continue
        source, head = _owner(parse, noun, cue_words, entry)
        if not source and not entry.get("gesture") and "clause" not in entry.get("content", ()):
            continue
        if entry.get("gesture") and (not source or is_a("bereaved", parse, source)):
            continue
        clausal = any(k.dep in ("acl", "ccomp") for k in parse.kids(noun))
        counted = any(parse.tokens[i].pos == "NUM" for i in content)
        if not source and (entry.get("attitude") or not (clausal or counted)):
            continue
        content -= source | cue_words
        if content:
            kind = LinkKind(entry.get("kind")) if source else LinkKind.NONE_GIVEN
            return [Draft(entry, kind, (noun.i, cue.last.i), source, content, head=head)]
    return []


def _noun_content(parse: Parse, cue: Cue, entry: Entry) -> set[int]:
    content: set[int] = set()
    allowed = entry.get("content", ())
    following = parse.tokens[cue.last.i + 1 : cue.last.i + 2]  # a preposition hung too high still belongs to the noun
    for token in cue.tokens:
        for kid in [*parse.kids(token), *(t for t in following if t.dep == "prep" and t.head != token.i)]:
            if kid.i <= cue.head.i:
                continue
            if (kid.dep in ("acl", "ccomp") and _that(parse, kid) and "clause" in allowed) or (
                kid.dep == "acl" and kid.tag == "VB" and "infinitive" in allowed
            ):
                content |= below(parse, kid)
            elif kid.dep == "prep" and kid.lower in entry.get("prepositions", ()) and "of" in allowed:
                if kid.lower in ("by", "from"):
                    continue
                if entry.get("kind") == "acknowledges":
                    content |= set().union(
                        *(_complement(parse, p, entry, set()) for p in parse.kids(kid, "pobj")), set()
                    )
                else:
                    content |= below(parse, kid, drop=("agent",))
    return content


def _that(parse: Parse, clause: Token) -> bool:
    return any(k.dep == "mark" and k.lower == "that" for k in parse.kids(clause)) or clause.dep == "ccomp"


_LIGHT = 3


def _owner(parse: Parse, noun: Token, cue_words: set[int], entry: Entry) -> tuple[set[int], int | None]:
    """Whose statement it is: 'her claim', 'a report by the police', 'the army issued a denial'."""
    for kid in parse.kids(noun, "poss"):
        return below(parse, kid), kid.i
    for kid in parse.kids(noun, "prep", "agent"):
        if kid.lower in ("by", "from"):
            for obj in parse.kids(kid, "pobj"):
                return _noun_phrase(parse, obj, cue_words), obj.i
    governor, step = noun, 0
    if noun.dep in ("dobj", "pobj", "attr", "conj"):
        while governor.pos not in _CLAUSE_VERBS and governor.head != governor.i and step < _LIGHT:
            governor, step = parse.head(governor), step + 1
        light = entry.get("gesture") or (
            noun.dep == "dobj" and governor.lower in load("speakers").words_of("light-verb")
        )
        if governor.pos in _CLAUSE_VERBS and light:
            subject = _subject(parse, governor)
            if (
                subject is not None
                and subject.dep in ("nsubj",)
                and subject.lower not in ("it", "there", "this", "that")
            ):
                return _noun_phrase(parse, subject, cue_words | {governor.i}), subject.i
    return set(), None


# --- prepositions and adverbs


def _preposition(parse: Parse, cue: Cue) -> list[Draft]:
    entry = cue.entries[0]
    objects = parse.kids(cue.last, "pobj", "pcomp") or [
        k for t in cue.tokens for k in parse.kids(t, "pobj", "pcomp") if k.i > cue.last.i
    ]
    if not objects:
        return []
    words = {t.i for t in cue.tokens}
    source = below(parse, objects[0], words)
    phrase = below(parse, cue.head) | below(parse, cue.last) | words
    content = below(parse, _clause(parse, cue.head), {cue.head.i}) - phrase - source
    if not content:
        return []
    return [Draft(entry, LinkKind(entry.get("kind")), (cue.head.i, cue.last.i), source, content, head=objects[0].i)]


def _clause(parse: Parse, token: Token) -> Token:
    """The head of the clause that a phrase says something about, out of any quotation that it stands outside."""
    outside = _depth(parse, token.i)
    head = parse.head(token)
    while head.head != head.i and (head.pos not in _CLAUSE_VERBS or _depth(parse, head.i) > outside):
        head = parse.head(head)
    comma = token.i and parse.tokens[token.i - 1].text == ","
    while comma and head.dep in ("conj", "xcomp", "pcomp", "acl", "relcl") and token.i > head.i and head.head != head.i:
        head = parse.head(head)
    return head


def _depth(parse: Parse, i: int) -> int:
    """1 for a word inside quotation marks, 0 outside."""
    return sum(t.text in _OPENING for t in parse.tokens[:i]) % 2


def _adverb(parse: Parse, cue: Cue) -> list[Draft]:
    entry = cue.entries[0]
    head = parse.head(cue.head)
    words = {t.i for t in cue.tokens}
    if head.i == cue.head.i:
        return []
    if entry.get("pos") == "adjective":
        content = below(parse, head, words, ("relcl",)) - words
    else:
        content = below(parse, head, words, ("advcl", "conj", "parataxis", "cc", "relcl")) - words
    if not content:
        return []
    return [Draft(entry, LinkKind.NONE_GIVEN, (cue.head.i, cue.last.i), set(), content)]
