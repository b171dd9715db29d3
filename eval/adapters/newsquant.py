"""NewsQuant: every quantity of a news sentence, with what happened to it and what it measures.

The benchmark's conventions that the product does not share live here: names of units, "up" and "down" for
changes, "or" as two quantities, ages and vague words left out.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tallystick.extract.counts import find_counts, noun_of
from tallystick.model.mentions import CountMention
from tallystick.model.syntax import Parse, Token
from tallystick.model.text import Sentence
from tallystick.model.values import Form, Mod

BENCH = "newsquant"
SCORER = "newsquant"
METRICS = {
    "value f1": ("NewsQuant", "value", "f1"),
    "value+unit f1": ("NewsQuant", "value+unit", "f1"),
    "value+change f1": ("NewsQuant", "value+change", "f1"),
    "value+concept partial f1": ("NewsQuant", "value+concept_partial", "f1"),
    "Recognizers value f1": ("Recognizers", "value", "f1"),
    "Recognizers value+unit f1": ("Recognizers", "value+unit", "f1"),
}

_CHANGES = {
    Mod.APPROX: "~",
    Mod.MORE_THAN: ">",
    Mod.EQUAL_OR_MORE: ">",
    Mod.LESS_THAN: "<",
    Mod.EQUAL_OR_LESS: "<",
}
_UNITS = {
    "percent": "percentage",
    "yen": "japanese yen",
    "yuan": "chinese yuan",
    "ringgit": "malaysian ringgit",
    "tonne": "ton",
    "time": "count",
    "pound": "pound-mass",
    "lira": "turkish lira",
    "peso": "mexican peso",
}
_UP = {"rise", "increase", "up", "climb", "jump", "gain", "grow", "surge", "add", "+", "soar", "rally", "high"}
_DOWN = {"fall", "drop", "decrease", "down", "plunge", "lose", "decline", "slump", "slip", "shed", "tumble"}


def predict(docs: list[dict[str, Any]], folder: Path) -> list[dict[str, Any]]:
    """One row a sentence: its quantities as the scorer reads them."""
    from tallystick.extract import syntax

    sentences = [Sentence(0, len(row["text"]), row["text"], 0, 0) for row in docs]
    parses = syntax.parse(sentences)
    return [
        {"id": row["id"], "quantities": [q for m in find_counts(p.sentence, p) for q in _quantities(m, p)]}
        for row, p in zip(docs, parses, strict=True)
    ]


def _quantities(mention: CountMention, parse: Parse) -> list[dict[str, Any]]:
    count = mention.count
    base: dict[str, Any] = {
        "change": _change(mention, parse),
        "normalized_unit": _unit(mention, parse),
        "concepts": _concepts(mention, parse),
    }
    if count.form in (Form.VAGUE, Form.UNQUANTIFIED, Form.QUESTION):
        if not count.unit or "hundreds" not in mention.number.text:
            return []
        return []
    if count.form is Form.RANGE:
        rules = {reason.rule for reason in mention.reasons}
        low, high = count.low, count.high
        if "ranges/or" in rules:
            return [{**base, "value": low}, {**base, "value": high}]
        return [{**base, "value": [low, high]}]
    return [] if count.value is None else [{**base, "value": count.value}]


def _unit(mention: CountMention, parse: Parse) -> str:
    unit = mention.count.unit
    if unit == "share":
        return "% " + _noun(mention, parse)
    if unit:
        return " per ".join(_UNITS.get(part, part) for part in unit.split("/"))
    return _noun(mention, parse) or "-"


def _noun(mention: CountMention, parse: Parse) -> str:
    noun = noun_of(mention, parse)
    if noun is None:
        return ""
    left = [t for t in parse.tokens[: noun.i] if t.start >= mention.span.end and t.pos in ("ADJ", "NOUN", "PROPN")]
    words = [t.lemma if t.pos != "ADJ" else t.lemma for t in left]
    return " ".join([*words, noun.lemma if noun.lower != "people" else "people"])


def _change(mention: CountMention, parse: Parse) -> str:
    if mention.count.mod is not None:
        return "~" if "comparators/nearly" in {r.rule for r in mention.reasons} else _CHANGES[mention.count.mod]
    before = [t for t in parse.tokens if t.end <= mention.span.start][-4:]
    for token in reversed(before):
        if token.text in ("+", "-") and token.end == mention.span.start:
            return "up" if token.text == "+" else "down"
        if token.lemma in _UP:
            return "up"
        if token.lemma in _DOWN:
            return "down"
        if token.pos not in ("ADP", "ADV", "NUM", "SYM", "PART"):
            break
    return "="


def _concepts(mention: CountMention, parse: Parse) -> list[str]:
    tokens = [t for t in parse.tokens if mention.span.start <= t.start < mention.span.end]
    if not tokens:
        return []
    top: Token | None = next((t for t in tokens if t.head < tokens[0].i or t.head > tokens[-1].i), tokens[0])
    found: list[Token] = []
    for above in parse.ancestors(top) if top else ():
        if above.pos in ("NOUN", "PROPN") and not mention.count.unit:
            pass
        if above.pos in ("VERB", "AUX"):
            subjects = parse.kids(above, "nsubj", "nsubjpass")
            found = [t for s in subjects for t in parse.subtree(s)]
            break
        if above.pos in ("NOUN", "PROPN"):
            found = [t for t in parse.subtree(above) if t.end <= mention.span.start or t.start >= mention.span.end]
            break
    return [t.text for t in found if t.pos in ("NOUN", "PROPN", "ADJ", "VERB")]
