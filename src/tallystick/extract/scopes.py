"""Where and when a claim holds: the place and time expressions that belong to its words.

Nearer in the tree beats nearer in the line, and what the sentence says beats what an earlier one said. A time or
place that belongs to the saying ("officials in Oslo said on Monday") is not the event's.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence, Set
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from tallystick.extract.attributions import vouches
from tallystick.extract.populations import counts_people
from tallystick.extract.timecalendar import last_day
from tallystick.lexicon import Matcher, fold, load
from tallystick.model.geography import DOUBTFUL, INSIDE, is_aside
from tallystick.model.mentions import AttributionMention, PlaceMention, Reason, TimeMention, TimexType
from tallystick.model.syntax import Parse, Token
from tallystick.model.text import Sentence, Span
from tallystick.model.values import Grain, Period, Precision

_VERB = ("VB", "VBD", "VBG", "VBN", "VBP", "VBZ", "MD")
_FINEST = list(Precision)
# A resolution as sure as this holds for neighbouring sentences too. A guess, not swept.
_SURE = 0.6
# How many clauses nearer than a date a word such as "recently" must stand to be taken for the time. A guess.
_LOOSE_COSTS = 2
# Words between two toponyms of one address: "in the town of Wau in Western province".
_ADDRESS_GAP = 40
_DASHES = ("--", "-", "–", "—", "−")
# Words within which a date line is over: a town, a country, a date, an agency.
_DATELINE_WORDS = 24


@dataclass(frozen=True, slots=True)
class Anchor:
    """The words whose place and time are asked for: the measure's word in the tree, the figure in the line."""

    trigger: Token
    figure: Span


@dataclass(frozen=True, slots=True)
class Where:
    """A place with the reason for it. mention is None where the text is silent."""

    mention: PlaceMention | None
    reason: Reason | None


@dataclass(frozen=True, slots=True)
class When:
    """A period with its expression and the reason for it; None where the text fixes none."""

    period: Period | None
    mention: TimeMention | None
    reason: Reason | None


def governing_verbs(token: Token, parse: Parse) -> list[int]:
    """Indexes of the verbs above a word, nearest first; the word itself first when it is a verb."""
    chain = [token.i] if token.tag in _VERB else []
    chain += [t.i for t in parse.ancestors(token) if t.tag in _VERB]
    return chain


def place_of(anchor: Anchor, parse: Parse, places: Sequence[PlaceMention], people: Sequence[Span]) -> Where:
    """The place of a claim as its own sentence gives it. people are words that name a party: no place of an event."""
    inside = [p for p in places if parse.sentence.start <= p.span.start and p.span.end <= parse.sentence.end]
    usable = [p for p in inside if not any(w.covers(p.span) for w in people) and not _possessive(p, parse)]
    usable = [p for p in usable if p.span.start >= dateline_end(parse) and not unlikely(p) and not _acts(p, parse)]
    best: tuple[tuple[int, int, int], PlaceMention] | None = None
    verbs = governing_verbs(anchor.trigger, parse)
    for mention in usable:
        tokens = parse.at(mention.span.start, mention.span.end)
        if not tokens:
            continue
        cost = _distance(tokens[0], anchor.trigger, verbs, parse)
        key = (_locative(tokens[0], parse), cost, abs(mention.span.start - anchor.figure.start))
        if best is None or key < best[0]:
            best = (key, mention)
    if best is None:
        return Where(None, None)
    finest = _address(best[1], usable)
    return Where(finest, Reason("place", "scope/sentence", finest.span, "nearest place in the sentence"))


def unlikely(mention: PlaceMention) -> bool:
    """True for a name that says little of where something was: "Beirut-based", "led by Kenya", a doubtful record."""
    return is_aside(mention) or (mention.place is not None and mention.score < DOUBTFUL)


def carries(mention: PlaceMention) -> bool:
    """True for a place sure enough to hold for sentences that name none: "in Wau", or a name that is hardly another."""
    told = any(reason.rule in INSIDE for reason in mention.reasons)
    return not is_aside(mention) and (told or mention.score >= _SURE)


def _acts(mention: PlaceMention, parse: Parse) -> bool:
    """True for a country that does something, or whose somebody is: "as Kenya shelled the camp", "Kenya soldiers"."""
    tokens = parse.at(mention.span.start, mention.span.end)
    if not tokens or mention.place is None or mention.place.precision is not Precision.COUNTRY:
        return False
    if _names_an_office(tokens[-1], parse):
        return True
    first = tokens[-1]
    while first.dep == "conj" and parse.head(first).i < first.i and parse.head(first).tag.startswith("NN"):
        first = parse.head(first)
    by = first.dep == "pobj" and parse.head(first).lower == "by"
    return by or (first.dep == "nsubj" and parse.head(first).pos == "VERB")


def _names_an_office(last: Token, parse: Parse) -> bool:
    """True before a person's title or those that are a country's: "U.S. President", "a slain U.S. soldier"."""
    head = parse.head(last)
    if last.dep not in ("compound", "nmod", "amod") or head.i < last.i:
        return False
    between = parse.tokens[last.i + 1 : head.i + 1]
    titled = load("place_cues").words_of("title")
    return counts_people(head, parse) is True or any(t.lower.split("-")[0] in titled for t in between)


def dateline_end(parse: Parse) -> int:
    """Where the date line that opens a sentence ends ("MERUNA (Dec. 3) -- "); the sentence's start without one.

    The day and the town of a date line are those of writing.
    """
    tokens = parse.tokens[:_DATELINE_WORDS]
    if not tokens or len(tokens[0].text) < 3 or not tokens[0].text.isupper():
        return parse.sentence.start
    closed = parse.sentence.start
    for token, after in pairwise(tokens):
        if token.tag[:2] in ("VB", "MD", "PR", "DT"):
            break
        if token.text in _DASHES and after.start > token.end:
            return token.end
        if token.text == ")":
            closed = token.end
    return closed


@cache
def _there() -> Matcher:
    return Matcher(load("relations").of(kind="there"))


def pointed_at(sentence: Sentence, places: Sequence[PlaceMention]) -> Where:
    """The last place named before a sentence that points back to it ("there", "the region").

    places are those with a record, in text order.
    """
    last = bisect_right(places, sentence.start, key=lambda place: place.span.end) - 1
    hit = next(_there().find(fold(sentence.text)), None) if last >= 0 else None
    if hit is None:
        return Where(None, None)
    cue = sentence.span(hit.start, hit.end)
    return Where(places[last], Reason("place", hit.entry.id, cue, f"stands for {places[last].span.text}"))


def _distance(token: Token, trigger: Token, verbs: Sequence[int], parse: Parse) -> int:
    """How many verbs lie between a word and the trigger in the tree; many when they share none."""
    if any(t.i == trigger.i for t in parse.ancestors(token)):
        return 0
    for steps, verb in enumerate(governing_verbs(token, parse)):
        if verb in verbs:
            return steps + verbs.index(verb) + 1
    return 9


@cache
def _locatives() -> frozenset[str]:
    return load("relations").words_of("in-a-place")


def _locative(token: Token, parse: Parse) -> int:
    """0 for a name behind a preposition of place, 1 for one behind another or none, 2 for one that acts."""
    for above in (token, *list(parse.ancestors(token))[:4]):
        if above.dep == "pobj":
            before = parse.head(above)
            if before.lower == "of":
                continue
            return 2 if before.lower == "by" else int(before.lower not in _locatives())
        if above.dep in ("nsubj", "nsubjpass", "dobj"):
            return 2
    return 1


def _possessive(mention: PlaceMention, parse: Parse) -> bool:
    """True for "Kenya's interior ministry": whose it is, not where it was."""
    after = [t for t in parse.tokens if t.start == mention.span.end]
    if not after or after[0].tag != "POS":
        return False
    tokens = parse.at(mention.span.start, mention.span.end)
    owned = parse.head(tokens[-1])
    return owned.dep in ("nsubj", "nsubjpass") or any(t.dep == "nsubj" for t in list(parse.ancestors(owned))[:2])


def _address(first: PlaceMention, places: Sequence[PlaceMention]) -> PlaceMention:
    """The finest place of the address that the place stands in."""
    ordered = sorted(places, key=lambda p: p.span.start)
    at = ordered.index(first)
    chain = [first]
    for direction in (1, -1):
        i = at
        while 0 <= i + direction < len(ordered):
            a, b = sorted((ordered[i], ordered[i + direction]), key=lambda p: p.span.start)
            if b.span.start - a.span.end > _ADDRESS_GAP:
                break
            i += direction
            chain.append(ordered[i])
    resolved = [p for p in chain if p.place is not None]
    return min(resolved, key=lambda p: _rank(p)) if resolved else first


def _rank(mention: PlaceMention) -> int:
    return _FINEST.index(mention.place.precision) if mention.place is not None else len(_FINEST)


def time_of(
    anchor: Anchor,
    others: Set[int],
    parse: Parse,
    times: Sequence[TimeMention],
    said: Sequence[AttributionMention],
) -> When:
    """The time of a claim as its own sentence gives it. A time that hangs on the saying is passed over.

    others are the words of the sentence that name other measures: "70 deaths" take nothing from "troops sent
    since March".
    """
    inside = [
        t
        for t in times
        if max(parse.sentence.start, dateline_end(parse)) <= t.span.start
        and t.span.end <= parse.sentence.end
        and t.type in (TimexType.DATE, TimexType.TIME, TimexType.DURATION)
    ]
    trigger = anchor.trigger
    cues = {t.i for a in said if a.cue is not None and _speaks_of(a, anchor) for t in parse.at(a.cue.start, a.cue.end)}
    verbs = governing_verbs(trigger, parse)
    best: tuple[tuple[int, int, int], TimeMention] | None = None
    for mention in inside:
        tokens = parse.at(mention.span.start, mention.span.end)
        if not tokens:
            continue
        above = governing_verbs(tokens[-1], parse)
        if above and above[0] in others and above[0] not in verbs and parse[above[0]].dep in ("acl", "relcl"):
            continue
        if above and above[0] in cues and above[0] != trigger.i and len(inside) > 1:
            continue
        if above and (_hands_out(parse[above[0]], parse) or _dates_the_putting(tokens[0], anchor.figure, parse)):
            continue
        if above and (
            _of_another_deed(above[0], trigger, parse) or _of_the_aftermath(above[0], tokens, trigger, parse)
        ):
            continue
        saying = 1 if above and above[0] in cues and trigger.i not in above else 0
        cost = _distance(tokens[-1], trigger, verbs, parse) + (_LOOSE_COSTS if _is_loose(mention) else 0)
        key = (saying, cost, abs(mention.span.start - anchor.figure.start))
        if best is None or key < best[0]:
            best = (key, mention)
    if best is None or best[0][0]:
        return When(None, None, None)
    mention = best[1]
    after = parse.at(mention.span.start, mention.span.end)[-1].i + 1
    after += after < len(parse) and parse[after].text == ","
    if after < trigger.i and parse[after].tag == "WRB":
        # "since 2014, when 148 were killed": they were killed in that year, not since.
        return When(_within(mention.period), mention, Reason("period", "scope/when", mention.span, "during"))
    return When(scoped(mention), mention, Reason("period", "scope/sentence", mention.span, mention.relation))


def _of_another_deed(dated: int, trigger: Token, parse: Parse) -> bool:
    """True for the day of what is told of a person whom a relative clause describes by the deed.

    "The man who killed a guard was sentenced on Friday": the guard was not killed on Friday. A raid that killed nine
    on a Friday did.
    """
    for token in (trigger, *parse.ancestors(trigger)):
        if token.i == dated:
            return False
        if token.dep == "relcl" and dated == parse.head(parse.head(token)).i:
            return counts_people(parse.head(token), parse) is True
    return False


def _of_the_aftermath(dated: int, time: Sequence[Token], trigger: Token, parse: Parse) -> bool:
    """True for the day on which somebody was charged, buried or named over a deed: "arrested on Friday over a death".

    dated is the verb above the time. A day right behind the deed is the deed's ("charged over a death on Friday"), and
    so is that of "the June attack".
    """
    if dated == trigger.i or parse[dated].lemma not in load("relations").words_of("aftermath"):
        return False
    if trigger.i < time[0].i and not trigger.i < dated < time[0].i:
        return False
    inside = {t.i for t in time}
    top = next((t for t in time if t.head not in inside), time[-1])
    top = parse.head(top) if top.dep == "pobj" else top
    if top.head != dated:
        return False
    for token in (trigger, *parse.ancestors(trigger)):
        if token.i == dated:
            return True
        if token.dep == "conj":
            return False
    return False


def _speaks_of(mention: AttributionMention, anchor: Anchor) -> bool:
    """False for "gunmen attacked the town", read as speaking ill of it: a deed beside the figure, and it has a day."""
    said = (Span(anchor.trigger.start, anchor.trigger.end, anchor.trigger.text), anchor.figure)
    return vouches(mention) or any(piece.covers(span) for piece in mention.content for span in said)


def _within(period: Period | None) -> Period | None:
    """The day, month or year that a period opens with; None where it opens with another stretch."""
    if period is None or period.start is None or period.end is not None:
        return period
    start = period.start
    if period.grain is Grain.DAY:
        return Period(start, start, Grain.DAY)
    if period.grain is Grain.MONTH:
        return Period(start, last_day(start.year, start.month), Grain.MONTH)
    return Period(start, last_day(start.year, 12), Grain.YEAR) if period.grain is Grain.YEAR else None


def _is_loose(mention: TimeMention) -> bool:
    """True for "recently", "for two hours": beside a date of the same clause they do not say when."""
    return mention.period is None and (mention.value == "PAST_REF" or mention.type is TimexType.DURATION)


def _hands_out(verb: Token, parse: Parse) -> bool:
    """True for "the figure, given on Thursday, was 11": the day of the statement, not of the deaths."""
    if verb.dep not in ("acl", "relcl") or verb.tag != "VBN":
        return False
    noun = parse.head(verb).lower
    stated = any(noun in load("cues").words_of(name) for name in ("statement-noun", "count-noun", "estimate-noun"))
    return stated and verb.lower in load("speakers").words_of("light-verb")


def _dates_the_putting(first: Token, figure: Span, parse: Parse) -> bool:
    """True for "put the number of people killed at 31 on Thursday": the day of the estimate, not of the deaths.

    first is the first word of the time. A day before the figure is the event's: "the toll of Monday's raid at 31".
    """
    if first.start < figure.end:
        return False
    between = [t for t in parse.tokens if figure.end <= t.start < first.start]
    before = [t for t in parse.tokens if t.end <= figure.start]
    if any(t.tag in _VERB or t.pos == "PUNCT" for t in between) or not before or before[-1].lower != "at":
        return False
    entry = load("cues")["put-at"]
    verbs = [t for t in before if t.tag in _VERB and t.dep not in ("acl", "relcl", "aux", "auxpass")]
    return bool(verbs) and verbs[-1].lower in entry.words


def scoped(mention: TimeMention) -> Period | None:
    """The stretch that the expression and its preposition mean, open at the end for "since March" and "after March".

    What happened after March did not happen in March: it starts when March ends.
    """
    period = mention.period
    if period is None:
        return None
    if mention.relation == "after":
        return Period(period.end if period.end is not None else period.start, None, period.grain)
    if mention.relation == "since":
        return Period(period.start, None, period.grain)
    if mention.relation in ("until", "before", "by"):
        return Period(None, period.end, period.grain)
    return period
