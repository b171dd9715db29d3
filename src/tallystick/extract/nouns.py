"""What a figure counts: the noun that a number's words govern in a parse."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from tallystick.extract.numbercontext import words_of
from tallystick.model.mentions import CountMention
from tallystick.model.syntax import Parse, Token

# "2,300 out of the 9,000 Ruritanian special forces troops": how far a noun may stand from its number.
REACH = 12
# What ends a noun phrase, and what of it may stand before the noun: "2 badly wounded, \"confused\" men".
_BREAKS = ("VERB", "AUX", "ADP", "PUNCT")
_INNER = ("VBN", "VBG", "HYPH", ",", "``", "''")
_MODIFIERS = ("nummod", "amod", "det", "compound", "quantmod", "advmod", "poss")
_NOUNS = ("NN", "NNS", "NNP", "NNPS")
_INSIDE = ("DET", "ADJ", "NUM", "PROPN", "NOUN", "ADV", "PART", "SYM")


def noun_of(mention: CountMention, parse: Parse) -> Token | None:
    """The head noun that the figure counts; None for a bare figure ("12 were hurt"), a pronoun or a unit.

    "dozens of people" and "2,300 out of the 9,000 troops" count people and troops, "12 of them" nothing that
    the sentence names.
    """
    begin = bisect_right(parse.tokens, mention.number.start, key=lambda t: t.end)
    end = bisect_left(parse.tokens, mention.number.end, key=lambda t: t.start)
    tokens = parse.tokens[begin:end]
    if not tokens or (mention.count.unit is not None and mention.count.unit != "share"):
        return None
    head = _governor(tokens, parse)
    if head is not None and _countable(head, parse):
        return head
    i = tokens[-1].i + 1
    while i < len(parse) and parse[i].start < mention.span.end:
        i += 1
    if ", " in mention.number.text and i < len(parse) and parse[i].text == ",":
        i += 1  # "12, possibly 15, people"
    return _following(i, parse)


def _governor(tokens: Sequence[Token], parse: Parse) -> Token | None:
    """The noun above the number, when the parser puts one right of it."""
    inside = {t.i for t in tokens}
    for token in tokens:
        above = parse.head(token)
        if above.i in inside or above.i == token.i:
            continue
        right = tokens[-1].i < above.i <= tokens[-1].i + REACH and not _joined(above, parse)
        if right and token.dep in _MODIFIERS and above.tag in _NOUNS:
            between = parse.tokens[tokens[-1].i + 1 : above.i]
            if not any(t.pos in _BREAKS and not (t.tag in _INNER and _inside(t, parse)) for t in between):
                return _last_noun(above, parse)
    return None


def _inside(token: Token, parse: Parse) -> bool:
    """False for a dash with a blank before it."""
    return token.text != "-" or token.start == parse[token.i - 1].end


def _joined(token: Token, parse: Parse) -> bool:
    """True for a word that a hyphen joins to the next: the "year" of "11-year-old boys"."""
    return token.i + 1 < len(parse) and parse[token.i + 1].text == "-" and parse[token.i + 1].start == token.end


def _last_noun(token: Token, parse: Parse) -> Token:
    """The noun at the end of a compound that the parser cut short: "82 grenade launchers"."""
    while token.tag in ("NN", "NNP") and token.i + 1 < len(parse):
        following = parse[token.i + 1]
        if following.tag != "NNS" or following.head == token.i:
            break
        token = following
    return token


def _countable(token: Token, parse: Parse) -> bool:
    return token.tag in _NOUNS and not any(token.lower in words_of(name) for name in ("seasons", "month", "fates"))


def _following(i: int, parse: Parse) -> Token | None:
    """The last noun of the noun phrase that begins at token i, over "of the" and "or so"."""
    partitive = i > 0 and parse[i - 1].lower == "of"
    found: Token | None = None
    for token in parse.tokens[i : i + REACH]:
        if token.lower in ("out", "of") and found is None:
            partitive = True
            continue
        if token.text == "," and not partitive and token.i + 1 < len(parse) and parse[token.i + 1].lower == "of":
            continue  # "tens, if not hundreds, of civilians"
        if token.tag == "PRP" or (token.tag in _NOUNS and not _countable(token, parse)):
            break
        if token.text == "-" and token.start > parse[token.i - 1].end:
            break  # a dash: "two pupils - aged 7 and 9"
        if token.tag in _NOUNS and _joined(token, parse):
            continue
        if token.tag in _NOUNS:
            if found is not None and found.tag == "NNS" and token.tag in ("NNP", "NNPS"):
                break
            found = token
        elif token.tag in ("DT", "PRP$", "WDT"):
            if found is not None or not partitive:
                break
        elif token.tag == "CC" and found is None and parse[token.i - 1].tag in ("VBN", "JJ") and token.i > i:
            continue  # "scores of burnt and drowned sailors"
        elif token.tag == "POS" and found is not None:
            found = None
        elif token.pos in _INSIDE or token.tag in ("HYPH", "``", "''", "AFX"):
            if found is not None:
                break
        elif token.tag in ("VBN", "VBG") and found is None and _attributive(token, parse):
            continue
        else:
            break
    return found


def _attributive(token: Token, parse: Parse) -> bool:
    return token.dep in ("amod", "compound") and parse.head(token).i > token.i
