"""Time expressions as the text writes them: found, not yet resolved.

The patterns are data (lexicon times.toml); this module walks the sentences, keeps the longest expression at each
place whose surroundings allow it, and notes what governs it: a preposition, a future verb.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from tallystick.extract import timejoins
from tallystick.extract.sentences import tabular
from tallystick.extract.timegrammar import Match, can_open, can_open_with, matches_from, triggers
from tallystick.extract.timeguards import Place, fits
from tallystick.extract.timejoins import Placed, Timex
from tallystick.extract.timeslots import Tokens, vocabulary, words_in, words_of
from tallystick.lexicon import fold
from tallystick.model.text import Sentence

# A future verb governs a time this many words on ("will be held in the north on Friday"); past that, it rarely does.
FUTURE_REACH = 12
# An expression that has at most this many tokens before it opens its sentence ("In 1941, ...", "By 1941 ...").
OPENING = 2
# The longest lead of an expression before its first telling word ("a little more than the first part of the year").
LEAD = 9
_DIGIT = re.compile(r"\d")


def find(text: str, sentences: Sequence[Sentence]) -> list[Timex]:
    """Every expression of the sentences, in text order."""
    found: list[Timex] = []
    for sentence in sentences:
        found.extend(_in_sentence(text, sentence))
    return found


def _in_sentence(text: str, sentence: Sentence) -> list[Timex]:
    folded = fold(sentence.text)
    figures = _DIGIT.search(folded) is not None
    words = words_in(folded)
    if not figures and triggers().isdisjoint(words):
        return []
    openers = _openers(words, figures or not folded.isascii())
    if not openers or tabular(folded):
        return []
    tokens = Tokens(folded, sentence.start, words)
    chosen = _longest(tokens, openers, text)
    return list(timejoins.join(tokens, _with_neighbours(tokens, chosen, sentence))) if chosen else []


def _longest(tokens: Tokens, openers: list[int], text: str) -> list[Match]:
    """From left to right, the longest match at each opening token whose surroundings allow it."""
    chosen: list[Match] = []
    end = 0
    for i in openers:
        for match in matches_from(tokens, i) if i >= end else ():
            if fits(Place(tokens, match, text)):
                chosen.append(match)
                end = match.last
                break
    return chosen


def _openers(words: list[str], figures: bool) -> list[int]:
    """The tokens that can begin an expression with the next one, where a word of time or a digit stands near after."""
    telling = triggers()
    if figures:
        tells = [at for at, word in enumerate(words) if word in telling or word[0].isdigit()]
    else:
        tells = [at for at, word in enumerate(words) if word in telling]
    found: list[int] = []
    done = 0
    for at in tells:
        for i in range(max(done, at - LEAD + 1), at + 1):
            if can_open(words[i]) and can_open_with(words[i], words[i + 1] if i + 1 < len(words) else ""):
                found.append(i)
        done = at + 1
    return found


def _with_neighbours(tokens: Tokens, chosen: list[Match], sentence: Sentence) -> list[Placed]:
    """The matches as expressions, with the bare days and years beside them that share their month or century."""
    placed: list[Placed] = []
    for index, match in enumerate(chosen):
        end = placed[-1].last if placed else 0
        if match.first < end:
            continue
        one = _placed(tokens, match, sentence)
        limit = chosen[index + 1].first if index + 1 < len(chosen) else len(tokens)
        placed += timejoins.before(tokens, one, end)
        placed.append(one)
        placed += timejoins.after(tokens, one, limit)
    return placed


def _placed(tokens: Tokens, match: Match, sentence: Sentence) -> Placed:
    first = match.first + (tokens.words[match.first] in match.entry.get("skip", ()))
    relation, rule = timejoins.relation(tokens, first)
    timex = Timex(
        tokens.starts[first],
        tokens.ends[match.last - 1],
        match.entry,
        {**dict(match.slots), **match.entry.get("fixed", {})},
        sentence.index,
        sentence.paragraph,
        relation,
        rule,
        _future(tokens, match.first),
        opening=match.first <= OPENING,
    )
    return Placed(first, match.last, timex)


def _future(tokens: Tokens, first: int) -> str:
    """The entry of the future verb or the like that stands before the expression in its clause, "" without one."""
    words, breaks, future = tokens.words, words_of("clausebreak"), words_of("future")
    if first and words[first - 1] in words_of("attributive"):
        return ""  # "will mark the flood of 3 May"
    for i in range(first - 1, max(-1, first - 1 - FUTURE_REACH), -1):
        if words[i] in breaks and i < first - 1:
            return ""
        for end, rule in vocabulary()["future"].fill(tokens, i) if words[i] in future else ():
            month = words[i] in words_of("month")
            if month and (tokens.word(i - 1) in words_of("governor") or not tokens.word(i + 1).isalpha()):
                continue  # the month of May
            return "" if tokens.word(end) in words_of("perfect") else str(rule)
    return ""
