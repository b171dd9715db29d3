"""Lists of those a word governs: joined by "and", by "along with", or set between ages and commas."""

from __future__ import annotations

from functools import cache, lru_cache

from tallystick.extract.phrases import Phrase, Phrases
from tallystick.extract.populations import kind_of
from tallystick.lexicon import Found, Matcher, fold, load
from tallystick.model.syntax import Parse, Token

_NOUN = ("NN", "NNS", "NNP", "NNPS", "CD", "PRP", "DT", "JJ", "VBN")
# Longer lists of victims are tables.
_LONGEST_LIST = 40
# How far behind its list a figure joined by "and" may stand, and how far behind the "and" ("and at least seven").
_FAR = 14
_NEAR_JOINT = 4
_AGE_DIGITS = 3


@cache
def _with_words() -> Matcher:
    return Matcher(load("relations").of(kind="with"))


def listed(phrase: Phrase, phrases: Phrases) -> list[Token]:
    """The heads of a list as its commas and "and" show it: "his wife, a guard and two sons"."""
    parse = phrases.parse
    heads = [parse[phrase.head]]
    i = phrase.last + 1
    while i < len(parse) and len(heads) < _LONGEST_LIST and parse[i].tag in (",", "CC"):
        i += 1
        following = phrases.starting_at(i) if i < len(parse) and parse[i].tag != "CC" else None
        if following is not None:
            heads.append(parse[following.head])
            i = following.last + 1
    return heads


@lru_cache(maxsize=4)
def _with_hits(text: str) -> tuple[Found, ...]:
    return tuple(_with_words().find(fold(text)))


def accompanied(patients: tuple[Token, ...], verb: Token, parse: Parse, phrases: Phrases) -> tuple[Token, ...]:
    """The patients and those named after "along with", "together with" behind the verb."""
    if not patients:
        return patients
    sentence = parse.sentence
    for hit in _with_hits(sentence.text):
        tokens = parse.at(sentence.start + hit.start, sentence.start + hit.end)
        after = max(patients[-1].i, verb.i)
        if not tokens or not after < tokens[0].i <= after + _FAR or tokens[-1].i + 1 >= len(parse):
            continue
        between = parse.tokens[after + 1 : tokens[0].i]
        phrase = phrases.starting_at(tokens[-1].i + 1)
        if phrase is None or any(t.tag in ("VBD", "VBZ", "VBP", "MD", "VBG") for t in between):
            continue
        more = [t for t in listed(phrase, phrases) if not _own_verb(t, verb, parse, phrases)]
        return tuple({t.i: t for t in (*patients, *more)}.values())
    return patients


@cache
def words_of_one() -> frozenset[str]:
    """Auxiliaries that agree with one person."""
    return load("relations").words_of("of-one")


def with_ages(verb: Token, parse: Parse, phrases: Phrases) -> tuple[Token, ...]:
    """The subjects of a list of names with ages ("Smith, 43, and his wife Anna, 41, were killed"); () without one.

    The parser takes the ages for people, and the people for one another.
    """
    i = verb.i - 1
    while i >= 0 and (parse[i].pos == "AUX" or parse[i].tag in ("RB", "MD")):
        if parse[i].tag in ("VBZ", "VBD") and parse[i].lower in words_of_one():
            return ()
        i -= 1
    found: list[Token] = []
    ages = 0
    while i >= 0 and len(found) < _LONGEST_LIST:
        age = _age_before(i, parse)
        ages += age is not None
        i = i if age is None else age
        phrase = phrases.at(i) if i >= 0 else None
        if phrase is None or phrase.last != i or parse[phrase.head].tag not in ("NNP", "NN"):
            return ()
        found.append(parse[phrase.head])
        i = phrase.first - 1
        joint = i
        while i >= 0 and (parse[i].text == "," or parse[i].lower == "and"):
            i -= 1
        if i == joint:
            break
        if parse[i + 1].text == "," and parse[i].tag == "CD":
            i += 1  # the comma closes an age
    governed = i >= 0 and parse[i].tag.startswith("VB")  # "killed Vask, 30, and Ilse Darro, 22, were"
    return tuple(reversed(found)) if ages and len(found) > 1 and not governed else ()


def with_ages_after(head: Token, verb: Token, phrases: Phrases) -> tuple[Token, ...]:
    """The objects of a list of names with ages ("killed Vask, 30, his son, 4, and a neighbour"); () without one."""
    parse = phrases.parse
    phrase = phrases.at(head.i)
    found: list[Token] = []
    ages = 0
    while phrase is not None and parse[phrase.head].tag in ("NNP", "NN") and len(found) < _LONGEST_LIST:
        if found and _own_verb(parse[phrase.head], verb, parse, phrases):
            break
        found.append(parse[phrase.head])
        i = phrase.last + 1
        if i + 1 < len(parse) and parse[i].text == "," and _age_before(i + 1, parse) is not None:
            ages += 1
            i += 2
        joint = i
        while i < len(parse) and (parse[i].text == "," or parse[i].lower == "and"):
            i += 1
        phrase = phrases.at(i) if joint < i < len(parse) else None
        if phrase is not None and phrase.first != i:
            break
    return tuple(found) if ages and len(found) > 1 else ()


def _age_before(i: int, parse: Parse) -> int | None:
    """The index of the name's last word before ", 43," or ", 43" that ends at the word; None without an age."""
    i = i - 1 if parse[i].text == "," else i
    age = i > 1 and parse[i].tag == "CD" and parse[i].text.isdecimal() and len(parse[i].text) <= _AGE_DIGITS
    return i - 2 if age and parse[i - 1].text == "," else None


def with_conjoined(head: Token, verb: Token, phrases: Phrases) -> tuple[Token, ...]:
    """The head and the heads conjoined to it that stand on the same side of the verb and in its clause.

    The verb may be a noun that governs them ("the murder of six priests and two cooks").
    """
    parse = phrases.parse
    found = [head]
    for token in found:
        for kid in parse.kids(token, "conj", "appos"):
            if len(found) > _LONGEST_LIST:
                break
            if kid.dep == "appos" and not _another(kid, token, phrases):
                continue
            if kid.dep == "conj" and _is_place(kid, token, parse):
                continue
            if _beside(kid, token, head, verb, parse) and not _own_verb(kid, verb, parse, phrases):
                found.append(kid)
    far = _conjoined_further(found[-1], head, verb, parse, phrases)
    heads = {phrases.head_of(t).i: phrases.head_of(t) for t in (*found, *far)}
    return tuple(heads[i] for i in sorted(heads))


def _is_place(kid: Token, token: Token, parse: Parse) -> bool:
    """True for the second of two places: "killed 32 people at the airport and a metro station" kills no station."""
    if kid.tag != "NN" or kind_of(kid, parse) is not None or kid.i < token.i:
        return False
    return any(t.tag == "IN" and t.lower in _locatives() for t in parse.tokens[token.i + 1 : kid.i])


@cache
def _locatives() -> frozenset[str]:
    return load("relations").words_of("in-a-place")


def _another(kid: Token, token: Token, phrases: Phrases) -> bool:
    """True for an apposition that is the next of a list: "a mayor, a clerk and two guards" names no clerk as mayor.

    Both must be introduced as new, and the second be joined to a third.
    """
    parse = phrases.parse
    first, second = phrases.at(token.i), phrases.at(kid.i)
    if first is None or second is None or not parse.kids(kid, "conj"):
        return False
    opening = parse[first.first], parse[second.first]
    new = opening[0].lower in ("a", "an") or opening[0].tag == "CD"
    own = opening[1].lower in ("a", "an") or opening[1].tag in ("CD", "PRP$")
    common = token.tag in ("NN", "NNS") and kid.tag in ("NN", "NNS")
    return new and own and common and second.first == first.last + 2


def _beside(kid: Token, token: Token, head: Token, verb: Token, parse: Parse) -> bool:
    clause = any(t.tag in ("VBD", "VBZ", "VBP", "MD") for t in parse.tokens[token.i + 1 : kid.i])
    return kid.tag in _NOUN and (kid.i < verb.i) == (head.i < verb.i) and not clause


def _conjoined_further(last: Token, head: Token, verb: Token, parse: Parse, phrases: Phrases) -> list[Token]:
    """Figures that "and" joins to the list although the parser hangs them elsewhere.

    "a judge allied with the rebels and seven relatives": the seven hang on the rebels.
    """
    limit = verb.i if head.i < verb.i else last.i + _FAR
    for phrase in phrases.all:
        if phrase.first <= last.i or phrase.last >= limit:
            continue
        between = parse.tokens[last.i + 1 : phrase.first]
        if any(t.tag in ("VBD", "VBZ", "VBP", "MD") or t.text in (";", ":", "(", "-") for t in between):
            break
        joint = [t for t in between if t.tag == "CC"]
        number = any(t.tag == "CD" for t in parse.tokens[phrase.first : phrase.last + 1])
        kin = parse[phrase.first].tag == "PRP$" and parse[phrase.head].tag == "NN"
        joined = bool(joint) and joint[-1].lower == "and" and phrase.first - joint[-1].i <= _NEAR_JOINT
        counted = (number and parse[phrase.head].tag in ("NNS", "CD")) or (kin and verb.tag != "VBG")
        counted = counted or (len(between) == 1 and verb.tag.startswith("VB") and _somebody(phrase, parse))
        if counted and joined and parse[phrase.head].dep == "conj":
            if not _own_verb(parse[phrase.head], verb, parse, phrases):
                return [parse[phrase.head]]
            break
    return []


def _somebody(phrase: Phrase, parse: Parse) -> bool:
    """True for "a brother": one person, told of for the first time."""
    kind = kind_of(parse[phrase.head], parse)
    new = parse[phrase.first].lower in ("a", "an") and parse[phrase.head].tag == "NN"
    return new and kind is not None and kind.of in ("people", "combatants")


def _own_verb(token: Token, verb: Token, parse: Parse, phrases: Phrases) -> bool:
    """True when the list that the word stands in has a verb of its own.

    "killed 12 and 30 were hurt", "killed 12, villagers and police said".
    """
    if token.i < verb.i:
        return False
    phrase = phrases.at(token.i)
    i = (phrase.last if phrase else token.i) + 1
    for _ in range(_LONGEST_LIST):
        if i >= len(parse):
            return False
        here = parse[i]
        if verb.tag in _NOUN and verb.head in (here.i, here.head):
            return False  # "the murder of nine monks and a cook shocked": the noun's own verb
        if here.dep == "conj" and here.head == verb.i and parse[i - 1].tag == "CC":
            return False  # "killed a guard and one driver and detained two others": the next verb of the same hand
        if here.tag in ("VBD", "VBP", "VBZ", "MD") or here.pos == "AUX":
            return True
        if here.tag == "VBN":
            return parse[i - 1].tag in ("NNS", "CD", "NN", "RB") and i - 1 <= (phrase.last if phrase else token.i) + 1
        inside = phrases.at(i)
        if here.tag in ("CC", ",", "RB", "RBR"):
            i += 1
        elif inside is not None and inside.first == i and parse[i - 1].tag in ("CC", ","):
            i = inside.last + 1
        else:
            return False
    return False
