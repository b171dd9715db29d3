"""What the readers of cues share: a link as token indexes, and whom a sentence names as its source."""

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
from tallystick.model.text import Document, Span

_SUBJECTS = ("nsubj", "csubj", "nsubjpass", "csubjpass")
NOMINAL = ("NOUN", "PROPN", "PRON", "NUM", "ADJ", "DET")
CLAUSE_VERBS = ("VERB", "AUX")
QUOTE_MARKS = frozenset({'"', "“", "”", "``", "''"})


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
def source_words(name: str) -> frozenset[str]:
    return load("sources").words_of(name)


def is_a(name: str, parse: Parse, indexes: Sequence[int] | set[int]) -> bool:
    """True when the tokens hold a word of that entry of lexicon/en/sources.toml."""
    wanted = source_words(name)
    ordered = sorted(indexes)[:40]
    words = [parse.tokens[i].lower for i in ordered]
    return any(w in wanted for w in words) or any(f"{a} {b}" in wanted for a, b in pairwise(words))


def is_publisher(document: Document, name: Span) -> bool:
    """True when the words name the document's own publisher, with or without an article."""
    published = document.publisher
    return published is not None and fold(name.text).removeprefix("the ") == fold(published).removeprefix("the ")


def subject_of(parse: Parse, verb: Token) -> Token | None:
    """The word that does what the verb says, found above it where the verb has none of its own."""
    before = verb.i - 1 if verb.i and parse.tokens[verb.i - 1].pos != "ADV" else verb.i - 2
    if verb.tag == "VBG" and before >= 0 and parse.tokens[before].pos == "PUNCT":
        verb = _speaking_before(parse, verb)
        if verb.tag == "VBG" and not parse.kids(verb, *_SUBJECTS):
            verb = _clause_before(parse, verb)
    seen = 0
    while seen < 12:
        seen += 1
        own = parse.kids(verb, *_SUBJECTS)
        if own:
            return own[0]
        head = parse.head(verb)
        if head.i == verb.i:
            return _left_of(parse, verb)
        if verb.dep == "acl":
            return head if head.pos in NOMINAL else None
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
        if verb.pos not in CLAUSE_VERBS and verb.dep not in ("prep", "pcomp"):
            return verb if verb.pos in NOMINAL and verb.dep not in ("pobj", "attr") else None
    return None


def _clause_before(parse: Parse, participle: Token) -> Token:
    """The finite verb whose subject does what ', honouring 60 men' says; the participle where it hangs well.

    After a comma the parser often hangs a participle on the noun before it, or nowhere.
    """
    head = parse.head(participle)
    loose = participle.dep in ("ROOT", "dep", "appos") or (
        participle.dep == "acl" and not (head.dep in _SUBJECTS and parse.head(head).i > participle.i)
    )
    if not loose:
        return participle
    for token in reversed(parse.tokens[: participle.i]):
        if token.tag in ("VBD", "VBZ", "VBP") and parse.kids(token, "nsubj"):
            return token
    return participle


# Words of the longest name that is looked for between a comma and "said".
_LONGEST_NAME = 14


def _left_of(parse: Parse, verb: Token) -> Token | None:
    """The name right before a main verb of speech that the parser gave no subject: "Brandt, 44, said"."""
    if verb.tag not in ("VBD", "VBZ", "VBP") or not is_speech(verb):
        return None
    i = verb.i - 1
    while i > 0 and (parse.tokens[i].text == "," or parse.tokens[i].pos in ("NUM", "ADV")):
        i -= 1
    token = parse.tokens[max(i, 0)]
    while token.dep == "compound" and parse.head(token).i < verb.i:
        token = parse.head(token)
    if i >= 0 and token.pos == "NOUN" and _opens_at(parse, verb.i) is not None:
        return token
    return token if i >= 0 and token.pos == "PROPN" else None


def _opens_at(parse: Parse, verb: int) -> int | None:
    """Where a phrase between a comma and its verb begins: "in Goma, the Movement of Fishers (MOF) group said".

    The parser takes it for another name of the town. None where the words are no such phrase.
    """
    i = verb - 1
    while i > 0 and parse.tokens[i].text != "," and verb - i < _LONGEST_NAME:
        if parse.tokens[i].tag[:2] in ("VB", "MD", "WD", "WP"):
            return None
        i -= 1
    opens = parse.tokens[i].text == "," and i + 2 < verb and parse.tokens[i + 1].tag == "DT"
    return i + 1 if opens else None


def _speaking_before(parse: Parse, verb: Token) -> Token:
    """The outermost verb of speech that governs ', adding that ...'; the verb itself where none does."""
    found = verb
    if is_speech(verb):
        for above in parse.ancestors(verb):
            if above.i < verb.i and above.tag.startswith("VB") and is_speech(above):
                found = above
    return found


@lru_cache(maxsize=1)
def speech_words() -> frozenset[str]:
    """Verbs, in all their forms, that can introduce a clause as said."""
    return frozenset(
        word
        for entry in load("cues").of(pos="verb")
        if "clause" in entry.get("content", ()) and "quote" in entry.get("content", ()) and not entry.get("attitude")
        for word in entry.words
    )


def is_speech(token: Token) -> bool:
    """True for a verb that can introduce a clause as said."""
    return token.tag.startswith("VB") and token.lower in speech_words()


@lru_cache(maxsize=1)
def _report_words() -> frozenset[str]:
    return frozenset(w for e in load("cues").of(pos="verb") if not e.get("attitude") for w in e.words)


def is_report(token: Token) -> bool:
    """True for a verb whose subject can vouch for something: says, claims, puts at, denies."""
    return token.tag.startswith("VB") and token.lower in _report_words()


def source_of(parse: Parse, subject: Token | None, cue: Cue) -> tuple[set[int], int | None, int | None]:
    """Tokens of the source, its head, and the antecedent of a relative pronoun."""
    if subject is None or subject.dep == "expl" or (subject.lower == "it" and subject.dep == "nsubjpass"):
        return set(), None, None
    if subject.lower in ("there",):
        return set(), None, None
    if subject.lower in source_words("nobody") or quote_depth(parse, subject.i) > quote_depth(parse, cue.head.i):
        return set(), None, None
    subject = _after_a_list(parse, subject, cue.head)
    relative = None
    if subject.tag in ("WP", "WDT"):
        clause = parse.head(subject)
        while clause.dep == "conj":
            clause = parse.head(clause)
        if clause.dep in ("relcl", "acl", "ccomp"):
            relative = clause.head if clause.dep != "ccomp" else None
    if parse.head(cue.head).i == cue.head.i and subject.dep not in _SUBJECTS:  # only adjacent: see _left_of
        first = subject.i
        opened = _opens_at(parse, cue.head.i) if subject.pos == "NOUN" else None
        while opened is None and first and parse.tokens[first - 1].pos == "PROPN":
            first -= 1
        first = first if opened is None else opened
        return set(range(first, subject.i + 1)), subject.i, None
    return noun_phrase(parse, subject, {t.i for t in cue.tokens}), subject.i, relative


def _after_a_list(parse: Parse, subject: Token, verb: Token) -> Token:
    """Whoever stands between a list and the verb: "the market, the station and two bridges, the mayor, Ida Kemm, said".

    The parser takes the list for the speaker. The subject itself where it can speak, or where there is no list.
    """
    if subject.tag not in ("NN", "NNS") or subject.i > verb.i or not parse.kids(subject, "conj"):
        return subject
    if any(
        subject.lower in source_words(name) for name in ("document", "outlet", "leader", "official", "body", "bereaved")
    ):
        return subject
    for called in parse.kids(subject, "appos"):
        named = called.tag == "NNP" or any(t.tag == "NNP" for t in parse.kids(called, "appos"))
        if subject.i < called.i < verb.i and parse.tokens[min(below(parse, called)) - 1].text == "," and named:
            return called
    return subject


def noun_phrase(parse: Parse, noun: Token, without: set[int]) -> set[int]:
    """The noun phrase without clauses set off by a comma."""
    drop = set(without)
    clauses = [*parse.kids(noun, "relcl", "acl", "advcl", "parataxis", "conj")]
    clauses += [t for t in parse.subtree(noun) if t.dep == "relcl" and t.head != noun.i]
    for kid in clauses:
        before = parse.tokens[kid.i - 1] if kid.i else kid
        left = min(below(parse, kid))
        mark = parse.tokens[left - 1] if left else before
        if kid.dep != "conj" and (mark.pos == "PUNCT" or kid.dep in ("parataxis", "advcl") or kid.i in without):
            drop.add(kid.i)
        if kid.dep == "conj" and kid.pos in CLAUSE_VERBS:
            drop.add(kid.i)
    kept = below(parse, noun, drop)
    while len(kept) > 1 and parse.tokens[max(kept)].pos in ("CCONJ", "PUNCT"):
        kept.remove(max(kept))  # "residents of the valley, who had fled, and who had no water"
    return kept


def quote_depth(parse: Parse, i: int) -> int:
    """1 for a word inside quotation marks, 0 outside."""
    return sum(t.text in QUOTE_MARKS for t in parse.tokens[:i]) % 2
