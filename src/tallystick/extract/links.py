"""One cue of a parsed sentence -> who is cited there and for what, before sentences and quotations are joined."""

from __future__ import annotations

from tallystick.extract.citing import carried
from tallystick.extract.closings import closing
from tallystick.extract.contents import complement
from tallystick.extract.cues import Cue
from tallystick.extract.populations import counts_people
from tallystick.extract.regions import below
from tallystick.extract.sources import CLAUSE_VERBS, Draft, is_a, noun_phrase, quote_depth, subject_of
from tallystick.extract.verblinks import read_verb, taken_up
from tallystick.lexicon import Entry, load
from tallystick.model.mentions import LinkKind
from tallystick.model.syntax import Parse, Token


def read(parse: Parse, cue: Cue, before: Draft | None = None) -> list[Draft]:
    """The links that one cue makes; none when it has no content or an entry's condition is not met.

    before is the link read last, which "did exactly that" takes up.
    """
    pos = cue.entries[0].get("pos")
    if cue.entries[0].get("ellipsis"):
        return taken_up(parse, cue, before)
    if pos == "verb":
        return closing(parse, cue, read_verb(parse, cue))
    if pos == "noun":
        return _noun(parse, cue)
    if pos == "preposition":
        return _preposition(parse, cue)
    return _adverb(parse, cue)


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
        if not source and (entry.get("attitude") or entry.get("unnamed") is False or not (clausal or counted)):
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
                        *(complement(parse, p, entry, set()) for p in parse.kids(kid, "pobj")), set()
                    )
                else:
                    content |= below(parse, kid, drop=("agent",))
    return content or (_figure_after(parse, cue) if "figure" in entry.get("content", ()) else set())


def _figure_after(parse: Parse, cue: Cue) -> set[int]:
    """The figure of "the army's last figure was 11 dead": the noun is somebody's, and the verb says how large it is.

    "The army's toll was 11" may count its own dead: a toll is whose it is where the words say "official" or "own".
    """
    noun, verb = cue.head, parse.head(cue.head)
    owner = next(iter(parse.kids(noun, "poss")), None)
    if owner is None or noun.dep != "nsubj" or verb.lower not in load("speakers").words_of("size-verb"):
        return set()
    if not any(is_a(kind, parse, [owner.i]) for kind in ("official", "leader", "outlet")):
        return set()
    words = {t.lower for t in parse.kids(noun, "amod")}
    stated = any(k.lower in load("speakers").words_of("light-verb") for k in parse.kids(noun, "acl"))
    plain = noun.lower in load("speakers").words_of("own-figure")
    if not (plain or stated or words & load("speakers").words_of("owned")):
        return set()
    for token in parse.tokens[verb.i + 1 :]:
        if token.pos == "NUM":
            return set(range(verb.i + 1, max(below(parse, verb)) + 1))
        if token.pos == "PUNCT" or token.tag in ("VBD", "VBZ", "VBP"):
            break
    return set()


def _that(parse: Parse, clause: Token) -> bool:
    return any(k.dep == "mark" and k.lower == "that" for k in parse.kids(clause)) or clause.dep == "ccomp"


_LIGHT = 3


def _owner(parse: Parse, noun: Token, cue_words: set[int], entry: Entry) -> tuple[set[int], int | None]:
    """Whose statement it is: 'her claim', 'a report by the police', 'the army issued a denial'."""
    for kid in parse.kids(noun, "poss"):
        return below(parse, kid, drop=("case",)), kid.i
    for kid in parse.kids(noun, "prep", "agent"):
        if kid.lower in ("by", "from"):
            for obj in parse.kids(kid, "pobj"):
                return noun_phrase(parse, obj, cue_words), obj.i
    for i in sorted(below(parse, noun)):  # "a count of 64 given by the police"
        kid = parse.tokens[i]
        made = kid.dep == "acl" and kid.lower in load("speakers").words_of("light-verb")
        agents = parse.kids(kid, "agent") if made else []
        for obj in (obj for agent in agents for obj in parse.kids(agent, "pobj")):
            return noun_phrase(parse, obj, cue_words), obj.i
    governor, step = noun, 0
    if noun.dep in ("dobj", "pobj", "attr", "conj"):
        while governor.pos not in CLAUSE_VERBS and governor.head != governor.i and step < _LIGHT:
            governor, step = parse.head(governor), step + 1
        light = entry.get("gesture") or (
            noun.dep == "dobj" and governor.lower in load("speakers").words_of("light-verb")
        )
        if governor.pos in CLAUSE_VERBS and light:
            subject = subject_of(parse, governor)
            if (
                subject is not None
                and subject.dep in ("nsubj",)
                and subject.lower not in ("it", "there", "this", "that")
            ):
                return noun_phrase(parse, subject, cue_words | {governor.i}), subject.i
    return set(), None


# --- prepositions and adverbs


def _preposition(parse: Parse, cue: Cue) -> list[Draft]:
    entry = cue.entries[0]
    objects = parse.kids(cue.last, "pobj", "pcomp") or [
        k for t in cue.tokens for k in parse.kids(t, "pobj", "pcomp") if k.i > cue.last.i
    ]
    if not objects:
        return []
    if entry.get("named") and objects[0].pos != "PROPN" and not parse.kids(objects[0], "det", "poss"):
        return []
    words = {t.i for t in cue.tokens}
    source = below(parse, objects[0], words)
    phrase = below(parse, cue.head) | below(parse, cue.last) | words
    content = below(parse, _clause(parse, cue.head), {cue.head.i}) - phrase - source
    if not content:
        return []
    draft = Draft(entry, LinkKind(entry.get("kind")), (cue.head.i, cue.last.i), source, content, head=objects[0].i)
    return [draft, *carried(parse, cue, draft)]


def _clause(parse: Parse, token: Token) -> Token:
    """The head of the clause that a phrase says something about, out of any quotation that it stands outside."""
    outside = quote_depth(parse, token.i)
    head = parse.head(token)
    while head.head != head.i and (head.pos not in CLAUSE_VERBS or quote_depth(parse, head.i) > outside):
        head = parse.head(head)
    comma = token.i and parse.tokens[token.i - 1].text == ","
    while comma and head.dep in ("conj", "xcomp", "pcomp", "acl", "relcl") and token.i > head.i and head.head != head.i:
        head = parse.head(head)
    return head


def _adverb(parse: Parse, cue: Cue) -> list[Draft]:
    entry = cue.entries[0]
    head = parse.head(cue.head)
    words = {t.i for t in cue.tokens}
    if head.i == cue.head.i:
        return []
    if entry.get("pos") == "adjective":
        if entry.get("people") is False and counts_people(head, parse):
            return []
        content = below(parse, head, words, ("relcl",)) - words
    else:
        content = below(parse, head, words, ("advcl", "conj", "parataxis", "cc", "relcl")) - words
    if not content:
        return []
    return [Draft(entry, LinkKind.NONE_GIVEN, (cue.head.i, cue.last.i), set(), content)]
