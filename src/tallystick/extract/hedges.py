"""What the words around one word of a parse say about how sure the text is of it: lexicon/en/hedges.toml."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from tallystick.lexicon import Entry, Found, fold, load
from tallystick.model.claims import Factuality
from tallystick.model.mentions import Reason
from tallystick.model.syntax import Parse, Token
from tallystick.model.text import Span

NOMINAL = frozenset({"NOUN", "PROPN", "PRON", "NUM"})
AUXILIARIES = ("aux", "auxpass")
QUESTIONS = ("WDT", "WP", "WP$", "WRB")
_CLASSES = {
    "VERB": "verbs",
    "AUX": "verbs",
    "NOUN": "nouns",
    "PROPN": "nouns",
    "ADJ": "adjectives",
    "ADV": "adjectives",
}


@dataclass(frozen=True, slots=True)
class Cue:
    """One word or phrase and what it makes of the event."""

    kind: Factuality
    rule: str
    span: Span

    def reason(self) -> Reason:
        """The cue as a reviewer sees it."""
        return Reason("factuality", self.rule, self.span, self.kind.value)


@dataclass(frozen=True, slots=True)
class Tables:
    """The entries of hedges.toml by the words they are looked up with."""

    governors: dict[tuple[str, str], tuple[Entry, ...]]
    modals: dict[str, Entry]
    adverbs: dict[str, Entry]
    modifiers: dict[str, Entry]
    marks: dict[str, Entry]
    preps: dict[str, Entry]
    pronouns: dict[str, Entry]
    determiners: dict[str, Entry]
    implicatives: frozenset[str]
    ordinals: frozenset[str]
    comparatives: frozenset[str]
    only: frozenset[str]
    makers: frozenset[str]
    definite: frozenset[str]
    contrast: frozenset[str]
    presupposed: frozenset[str]
    counted: frozenset[str]
    naming: frozenset[str]
    presupposing: frozenset[str]
    links: frozenset[str]
    single: frozenset[str]
    copulas: frozenset[str]
    part_of: str


@cache
def tables() -> Tables:
    """The lexicon file, indexed once."""
    entries = load("hedges")
    governors: dict[tuple[str, str], list[Entry]] = {}
    for entry in entries:
        for word_class in ("verbs", "nouns", "adjectives"):
            for lemma in entry.get(word_class, ()):
                governors.setdefault((word_class, lemma), []).append(entry)

    def by_word(key: str) -> dict[str, Entry]:
        return {fold(word): entry for entry in entries for word in entry.get(key, ())}

    came_about = entries["came-about"]
    return Tables(
        {key: tuple(found) for key, found in governors.items()},
        by_word("modals"),
        by_word("adverbs"),
        by_word("modifiers"),
        by_word("marks"),
        by_word("preps"),
        by_word("pronouns"),
        by_word("determiners"),
        frozenset(came_about.get("implicatives")),
        frozenset(came_about.get("ordinals")),
        frozenset(entries["no-one"].get("before_comparative")),
        frozenset(entries["not"].get("only")),
        frozenset(came_about.get("makers")),
        frozenset(came_about.get("definite")),
        frozenset(entries["not"].get("contrast")),
        frozenset(came_about.get("presupposed")),
        frozenset(came_about.get("counted")),
        frozenset(came_about.get("naming")),
        frozenset(came_about.get("presupposing")),
        frozenset(entries["have-been-reported"].get("links")),
        frozenset(entries["not"].get("single")),
        frozenset(came_about.get("copulas")),
        came_about.get("part_of"),
    )


def kind_of(entry: Entry, negated: bool = False) -> Factuality:
    """What an entry makes of an event, or what it makes of it when the entry's words are negated."""
    return Factuality(entry.get("negated", "denied") if negated else entry.get("kind"))


def cue(entry: Entry, kind: Factuality, parse: Parse, *tokens: Token) -> Cue:
    """A cue at the words from the first token to the last."""
    ordered = sorted(tokens, key=lambda t: t.i)
    return Cue(kind, entry.id, parse.span(ordered[0], ordered[-1]))


def is_infinitive(token: Token, parse: Parse) -> bool:
    """True for a verb with "to"."""
    return any(kid.tag == "TO" for kid in parse.kids(token, "aux"))


def is_passive(token: Token, parse: Parse) -> bool:
    """True for "was reported" and the reduced "deaths reported in the north"."""
    if token.tag != "VBN":
        return False
    helped = {kid.dep for kid in parse.kids(token)}
    return "auxpass" in helped or "nsubjpass" in helped or helped.isdisjoint({"aux", "nsubj", "ccomp", "dobj"})


def governor(head: Token, child: Token, parse: Parse, relation: str) -> Entry | None:
    """The entry that makes something of the child that the head governs.

    relation is "clause" or "object", or the preposition between them.
    """
    word_class = _CLASSES.get(head.pos)
    if word_class is None:
        return None
    if child.dep == "ccomp" and (word_class, head.lemma) not in tables().governors:
        word_class = "verbs"  # a noun has no such clause: the tagger took "suspects" for one
    for entry in tables().governors.get((word_class, head.lemma), ()):
        if relation == "object" and not entry.get("objects", True):
            continue
        through = entry.get("through", ()) if word_class == "verbs" else ()
        if word_class == "nouns" and entry.get("objects", True):
            through = tables().naming
        if relation not in ("clause", "object", *through):
            continue
        if entry.get("to") and not (relation == "clause" and is_infinitive(child, parse)):
            continue
        if relation == "clause" and not entry.get("clauses", True):
            continue
        if entry.get("with") and not _beside_figure(head, entry.get("with"), parse):
            continue
        if entry.get("forms") and head.lower not in entry.get("forms"):
            continue
        if entry.get("passive") and not is_passive(head, parse):
            continue
        if entry.get("unnamed") and parse.kids(head, "agent"):
            continue
        if entry.get("asks") and not asks(child, parse):
            continue
        if relation == "clause" and _is_reduced(head, parse) and _is_finite(child, parse):
            continue  # "gunmen believed to be rebels have killed two"
        return entry
    return None


def _beside_figure(verb: Token, preposition: str, parse: Parse) -> bool:
    preps = [kid for kid in parse.kids(verb, "prep") if kid.lower == preposition]
    return any(
        word.tag == "CD" for prep in preps for noun in parse.kids(prep, "pobj") for word in (noun, *parse.kids(noun))
    )


def asks(clause: Token, parse: Parse) -> bool:
    """True for a clause that opens with a question word, "whether" or "if"."""
    opening = parse.subtree(clause)[:4]
    return any(t.tag in QUESTIONS or t.lower in tables().marks for t in opening if t.i < clause.i)


def presupposes(clause: Token, parse: Parse) -> bool:
    """True for "who killed them", where somebody did, and false for "how many were killed"."""
    opening = [t for t in parse.subtree(clause) if t.i < clause.i][:5]
    if any(t.lower in tables().counted for t in opening):
        return False
    return any(t.lower in tables().presupposed for t in opening)


def is_hedge(word: Token) -> bool:
    """True for a word that hedges what it governs: "believed", not "knew"."""
    classes = tables().governors
    entries = [entry for name in ("verbs", "nouns", "adjectives") for entry in classes.get((name, word.lemma), ())]
    return any(kind_of(entry) is Factuality.HEDGED for entry in entries)


def describes_another(cue_word: Token, event: Token, parse: Parse) -> bool:
    """True when a word of doubt is about somebody's role, not about the event.

    "Two suspected rebels were detained", "gunmen believed to be rebels have killed two".
    """
    if cue_word.dep in ("amod", "compound") and cue_word.head != event.i:
        return True
    if not _is_reduced(cue_word, parse):
        return False
    node = event
    for head in parse.ancestors(event):
        if head.i == cue_word.i:
            return _is_finite(node, parse)
        node = head
    return cue_word.dep == "acl"


def _is_reduced(token: Token, parse: Parse) -> bool:
    """True for a participle without auxiliaries; parsers take "believed to be" for a past tense."""
    followed = token.i + 1 < len(parse) and parse[token.i + 1].tag == "TO"
    return (token.tag == "VBN" or (token.tag == "VBD" and followed)) and not parse.kids(token, *AUXILIARIES)


def _is_finite(token: Token, parse: Parse) -> bool:
    return token.tag in ("VBD", "VBZ", "VBP") or any(
        kid.tag in ("VBD", "VBZ", "VBP", "MD") for kid in parse.kids(token, *AUXILIARIES)
    )


def negation(token: Token, parse: Parse) -> tuple[Entry, Token] | None:
    """The word that negates a verb, noun or adjective, with its entry; None when it is affirmed.

    "not only" affirms, and "no fewer than forty" is a figure.
    """
    known = tables()
    if token.dep == "pcomp" and parse.head(token).lower in known.preps:  # "without saying how many"
        return known.preps[parse.head(token).lower], parse.head(token)
    for kid in parse.kids(token):
        entry: Entry | None = None
        if kid.dep in ("neg", "preconj", "advmod", "cc") and kid.lower in known.adverbs:
            entry = known.adverbs[kid.lower]
            if kind_of(entry) is not Factuality.DENIED or _followed_by(kid, parse, known.only):
                continue
            if entry.get("near") and (kid.i != token.i - 1 or token.pos in NOMINAL):
                continue
        elif kid.dep in ("det", "neg", "nummod", "preconj", "cc") and token.pos in NOMINAL and kid.i < token.i:
            entry = None if _followed_by(kid, parse, known.comparatives) else known.determiners.get(kid.lower)
        elif kid.dep in ("nsubj", "nsubjpass", "dobj", "attr", "expl", "dative") and token.pos not in NOMINAL:
            entry, kid = _nobody(kid, parse)
        if entry is not None:
            return entry, kid
    return None


def _nobody(token: Token, parse: Parse) -> tuple[Entry | None, Token]:
    known = tables()
    if token.pos in NOMINAL or token.lower in known.pronouns:
        if token.lower in known.pronouns:
            return known.pronouns[token.lower], token
        for kid in parse.kids(token, "det", "neg", "nummod", "preconj", "advmod"):
            if kid.dep in ("neg", "preconj", "advmod") and kid.lower in known.adverbs and kid.i < token.i:
                entry = known.adverbs[kid.lower]
                if kind_of(entry) is Factuality.DENIED and not entry.get("near") and _single(kid, token, parse, known):
                    return entry, kid
            if kid.lower in known.determiners and not _followed_by(kid, parse, known.comparatives):
                if _governs_figure_only(token, kid):
                    continue
                return known.determiners[kid.lower], kid
    return None, token


def _single(negator: Token, noun: Token, parse: Parse, known: Tables) -> bool:
    """True for "not a single soldier", "not one soldier"; "not only soldiers" and "not 20 soldiers" affirm some."""
    between = parse.tokens[negator.i + 1 : noun.i]
    return any(word.lower in known.single for word in between)


def _governs_figure_only(token: Token, determiner: Token) -> bool:
    # "no more than 12" may hang its "no" on the number's noun, far away.
    return token.i - determiner.i > 6


def _followed_by(token: Token, parse: Parse, words: frozenset[str]) -> bool:
    return token.i + 1 < len(parse) and parse[token.i + 1].lower in words


def around(node: Token, parse: Parse, shift: bool = False) -> list[Cue]:
    """Cues among the auxiliaries, adverbs, negations, modifiers and marks of one word.

    shift: the clause is reported in the past, so that "would" is a plain future.
    """
    known = tables()
    found: list[Cue] = []
    negated = negation(node, parse)
    for kid in parse.kids(node):
        if kid.dep in AUXILIARIES:
            entry = known.modals.get(kid.lower) or known.modals.get(kid.lemma)
            if entry is None or kid.tag != "MD":
                continue
            if shift and entry.name == "would":
                entry = load("hedges")["future-in-the-past"]
            perfect = entry.get("perfect")
            if perfect and any(k.lemma == "have" for k in parse.kids(node, "aux")):
                found.append(cue(entry, Factuality(perfect), parse, kid))
            else:
                found.append(cue(entry, kind_of(entry, negated is not None), parse, kid))
                if negated is not None:
                    negated = None
        elif kid.dep in ("advmod", "npadvmod") and kid.lower in known.adverbs:
            entry = known.adverbs[kid.lower]
            if kind_of(entry) is not Factuality.DENIED and not parse.kids(kid, "pobj"):
                found.append(cue(entry, kind_of(entry), parse, kid))
        elif kid.dep in ("mark", "advmod") and kid.lower in known.marks:
            found.append(cue(known.marks[kid.lower], kind_of(known.marks[kid.lower]), parse, kid))
        elif kid.dep in ("amod", "compound", "advmod", "nmod") and kid.i < node.i and kid.lower in known.modifiers:
            found.append(cue(known.modifiers[kid.lower], kind_of(known.modifiers[kid.lower]), parse, kid))
    if negated is not None:
        found.append(cue(negated[0], kind_of(negated[0]), parse, negated[1]))
    return found


@lru_cache(maxsize=64)
def phrases(text: str) -> tuple[Found, ...]:
    """The phrases of hedges.toml in a sentence, the longest where two overlap. Cached: asked once for every event."""
    return tuple(load("hedges").matcher.longest(fold(text)))


def within(tokens: Iterable[Token], start: int, end: int) -> list[Token]:
    """Tokens that touch the document offsets start:end."""
    return [t for t in tokens if t.start < end and start < t.end]


def first_of(cues: Sequence[Cue], kind: Factuality) -> Cue | None:
    """The first cue of a kind."""
    return next((c for c in cues if c.kind is kind), None)
