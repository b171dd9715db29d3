"""NewsQuant: every quantity of a news sentence, with what happened to it and what it measures.

The benchmark's conventions that the product does not share live here: names of units, "up" and "down" for
changes, "or" as two quantities, ages and vague words left out.
"""

from __future__ import annotations

import re
from itertools import zip_longest
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
_UP = {"rise", "increase", "up", "climb", "jump", "gain", "grow", "surge", "soar", "rally"}
_DOWN = {"fall", "drop", "decrease", "down", "plunge", "lose", "decline", "slump", "slip", "shed", "tumble", "ease"}
# The benchmark gives some vague words a value.
_VAGUE: dict[str, float | list[float]] = {
    "vague/dozens": 12,
    "vague/hundreds": [100, 1000],
    "vague/thousands": [1000, 10000],
    "vague/tens-of-thousands": [10000, 100000],
}
_DURATIONS = ("year", "month", "week", "day", "hour", "minute")
_ONE_OF = re.compile(r"\bone of (?:the|my|our|his|her|its|their)\b", re.IGNORECASE)


def predict(docs: list[dict[str, Any]], folder: Path) -> list[dict[str, Any]]:
    """One row a sentence: its quantities as the scorer reads them."""
    from tallystick.extract import syntax

    sentences = [Sentence(0, len(row["text"]), row["text"], 0, 0) for row in docs]
    parses = syntax.parse(sentences)
    return [{"id": row["id"], "quantities": _row(p)} for row, p in zip(docs, parses, strict=True)]


def _row(parse: Parse) -> list[dict[str, Any]]:
    mentions = find_counts(parse.sentence, parse)
    found: list[dict[str, Any]] = []
    skip = False
    for mention, following in zip_longest(mentions, mentions[1:]):
        quantities = [] if skip else _quantities(mention, parse)
        skip = False
        if quantities and following is not None and _from_to(mention, following, parse.sentence.text):
            # "from 4.8 to 4.7 percent" is one quantity with two ends.
            other = _quantities(following, parse)
            if len(other) == 1 and not isinstance(other[0]["value"], list):
                quantities = [{**other[0], "value": [quantities[0]["value"], other[0]["value"]], "change": "="}]
                skip = True
        found += quantities
    covered = [(m.number.start, m.number.end) for m in mentions]
    for hit in _ONE_OF.finditer(parse.sentence.text):
        if not any(start <= hit.start() < end for start, end in covered):
            found.append({"value": 1, "change": "=", "normalized_unit": "-", "concepts": []})
    return found


def _from_to(a: CountMention, b: CountMention, text: str) -> bool:
    between, before = text[a.span.end : b.span.start], text[: a.span.start].split()
    return (
        between.strip().lower() == "to" and bool(before) and before[-1].lower() == "from" and a.count.value is not None
    )


def _quantities(mention: CountMention, parse: Parse) -> list[dict[str, Any]]:
    count = mention.count
    rules = [reason.rule for reason in mention.reasons]
    base: dict[str, Any] = {
        "change": _change(mention, parse),
        "normalized_unit": _unit(mention, parse),
        "concepts": _concepts(mention, parse),
    }
    if count.form in (Form.VAGUE, Form.UNQUANTIFIED, Form.QUESTION):
        return [{**base, "value": _VAGUE[rules[0]]}] if rules and rules[0] in _VAGUE else []
    text = parse.sentence.text
    if count.unit in _DURATIONS and text[mention.number.end : mention.number.end + 1] == "-":
        return []  # "a five-year award"
    if any(rule.startswith("ranges/") for rule in rules):
        if "ranges/or" in rules:
            return [{**base, "value": count.low}, {**base, "value": count.high}]
        return [{**base, "value": [count.low, count.high]}]
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
    words = [t.lemma for t in left]
    return " ".join([*words, noun.lemma if noun.lower != "people" else "people"])


def _change(mention: CountMention, parse: Parse) -> str:
    """ "up" and "down" after a verb of change and no "to"; otherwise the comparator's sign."""
    comparator = (mention.count.comparator or "").lower()
    if comparator in ("as many as", "as much as"):
        return "="
    if mention.count.mod is not None:
        close = any(reason.rule == "comparators/nearly" for reason in mention.reasons) and "under" not in comparator
        return "~" if close else _CHANGES[mention.count.mod]
    sign = parse.sentence.text[max(0, mention.span.start - 1) : mention.span.start]
    if sign == "+":
        return "up"
    for token in reversed([t for t in parse.tokens if t.end <= mention.span.start][-3:]):
        if token.pos in ("VERB", "ADV", "ADP") and token.lemma in _UP:
            return "up"
        if token.pos in ("VERB", "ADV", "ADP") and token.lemma in _DOWN:
            return "down"
        if token.lower not in ("by", "a", "another", "further", "$", "just", "only"):
            break
    return "="


def _concepts(mention: CountMention, parse: Parse) -> list[str]:
    """The words for what the quantity is said of: a noun over it, what follows "of", or its verb's subject."""
    inside = [t for t in parse.tokens if mention.span.start <= t.start < mention.span.end]
    counted = noun_of(mention, parse)
    if not inside:
        return []
    own = {t.i for t in inside} | ({counted.i} if counted else set())
    current: Token | None = counted or next((t for t in inside if t.head not in own), inside[-1])
    after = parse.tokens[inside[-1].i + 1 : inside[-1].i + 3]
    if mention.count.unit and len(after) == 2 and after[0].lower == "of":
        of = parse.kids(after[0], "pobj") or list(after[1:])
        return _phrase(of[0], parse, own)
    for _ in range(8):
        if current is None:
            break
        head = parse.head(current)
        if counted is not None and current is counted and current.dep in ("nsubj", "nsubjpass"):
            return []
        if head.pos in ("NOUN", "PROPN") and head.i not in own and head.i != current.i:
            return _phrase(head, parse, own)
        if head.pos in ("VERB", "AUX"):
            subjects = [t for t in parse.kids(head, "nsubj", "nsubjpass") if t.i not in own]
            if subjects and subjects[0].pos in ("NOUN", "PROPN"):
                return _phrase(subjects[0], parse, own)
            if subjects and head.dep != "relcl":
                return []
        if head.i == current.i:
            break
        current = head
    return []


def _phrase(head: Token, parse: Parse, own: set[int]) -> list[str]:
    words = [
        t for t in parse.subtree(head) if t.i not in own and t.pos in ("NOUN", "PROPN", "ADJ") and abs(t.i - head.i) < 6
    ]
    return [t.text for t in words]
