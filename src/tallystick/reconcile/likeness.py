"""How likely two scenes tell of one event: a sum of hand-set weights, each with the words that earned it.

After Fellegi and Sunter (1969, JASA 64): every feature adds its log-odds, the natural logarithm of how much oftener it
is seen where two scenes are one event than where they are two. No weight is learnt: a ledger that says why must be
able to say it in a line, and a training set of one war would be wrong about the next.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from tallystick.lexicon import fold
from tallystick.model.geography import kilometres
from tallystick.model.links import CopyLink
from tallystick.model.quantities import Evidence, LinkVerdict, SceneLink
from tallystick.model.records import DocumentRecord, Scene
from tallystick.model.values import Place, Precision
from tallystick.reconcile.traits import Traits, may_be_one, shared_full_names, telling_names, traits_of

AUTO = 0.95
# A link without a person needs two of these to agree: the day, the place, and what only one event has. An army
# tells of every raid of a month in the same words, and a village is hit again and again.
ANCHORS: Mapping[str, str] = {
    "same-day": "the day",
    "days-overlap": "the day",
    "soon-after": "the day",
    "same-village": "the place",
    "same-town": "the place",
    "same-city": "the place",
    "near-place": "the place",
    "place-named": "the place",
    "full-names": "a name",
    "quotation": "a quotation",
    "copied": "copied words",
    "cites": "a citation",
}
QUEUE = 0.5


class Weight(NamedTuple):
    """One row of the table: the log-odds of a feature, and where the number is from."""

    value: float
    why: str


# Set by hand on what each feature means, checked as a whole on articles about single shootings (eval/linking.py).
WEIGHTS: Mapping[str, Weight] = {
    "prior": Weight(-4.0, "of the pairs that meet in a block, about one in fifty is one event"),
    "same-day": Weight(2.5, "a month has thirty days: chance agrees one time in twelve, with a day's slack"),
    "days-overlap": Weight(1.0, "stretches of at most ten days that share one"),
    "loose-overlap": Weight(0.2, "a week and a month agree by chance"),
    "day-apart": Weight(0.0, "an attack at night is dated either way: as often one event as chance has it"),
    "days-apart": Weight(-1.5, "two or three days: at best one report dates it by its own day"),
    "dates-far": Weight(-4.0, "four days or more: at best a date of something else, as of an arrest, was read"),
    "told-before": Weight(-5.0, "nobody reports an event before it happens, but a day can be misread"),
    "soon-after": Weight(1.0, "one day known, the other told within four days of it; or both told within a day"),
    "days-after": Weight(0.3, "neither day known, and told two to four days apart"),
    "weeks-after": Weight(-1.5, "an undated event told five days to a month later is mostly a newer one"),
    "long-after": Weight(-2.5, "and later still nearly always"),
    "no-day": Weight(-1.5, "nothing says when one of them was, or was told"),
    "same-village": Weight(3.5, "a place of under 50,000 people: few have two events in a month"),
    "same-town": Weight(3.0, "a place of under 500,000 people, or one whose size is not known"),
    "same-city": Weight(2.0, "a large city has several events in a month"),
    "near-place": Weight(1.5, "within 25 km: a village and the town it lies near"),
    "other-district": Weight(-1.0, "two districts, though near each other"),
    "same-region": Weight(0.8, "one names the province, the other a place in it, or both the province"),
    "same-country": Weight(0.0, "a country alone says nothing within a block"),
    "far-place": Weight(-3.5, "two towns more than 60 km apart: at best one of them was misread"),
    "place-named": Weight(1.0, "far apart as resolved, or not resolved, but one report names the other's place too"),
    "other-region": Weight(-3.0, "two provinces: a border is crossed less often than a province is mistaken"),
    "other-country": Weight(-4.5, "two countries: at best one of them was misread"),
    "same-kind": Weight(0.8, "both call it an ambush, an air strike, a bomb"),
    "other-kind": Weight(-2.5, "an ambush is no air strike"),
    "other-type": Weight(-0.7, "no PLOVER event type in common"),
    "same-actor": Weight(1.0, "the same side did it"),
    "other-actor": Weight(-1.5, "different sides did it: blame is disputed, so not more"),
    "same-target": Weight(0.5, "the same sort of people"),
    "other-target": Weight(-1.0, "soldiers here, civilians there: one event can hit both"),
    "names": Weight(0.4, "for each word of a shared name, times how rare it is; the place itself left out"),
    "full-names": Weight(2.5, "for each rare name of two words or more in both: a victim, a street, a school"),
    "busy-place": Weight(-0.3, "for each other day of the month on which the place has events: chance agrees oftener"),
    "other-people": Weight(-2.0, "both name several people, hardly any of them the same: victims have names"),
    "numbers": Weight(0.6, "an uncommon number in both: a toll of 47, an age; twice that from 100 on"),
    "quotation": Weight(3.0, "the same words of a witness"),
    "copied": Weight(2.5, "the same sentences; not more, since one office tells many raids in the same words"),
    "copied-elsewhere": Weight(0.5, "the reports share words, though not these"),
    "cites": Weight(2.0, "one report names the other's outlet as its source"),
    "wording": Weight(5.0, "times the cosine of the rarer words of both"),
    "contrast": Weight(-3.0, "one is introduced as another attack than the one told of so far"),
    "one-anchor": Weight(0.0, "takes what remains below the line, where day, place and detail do not agree in two"),
    "aside": Weight(-1.0, "one is only referred to, in few words"),
}
_W = {rule: weight.value for rule, weight in WEIGHTS.items()}
_ANCHORS_LEAST = 2
_BELOW_AUTO = math.log(AUTO / (1 - AUTO)) - 0.05
# The most that names, numbers and wording may add: none of them alone makes two scenes one.
_NAMES_AT_MOST = 3.0
_FULL_NAMES_AT_MOST = 6.0
# A full name in more of the documents than this part is a minister or an agency, not a victim.
_COMMON_NAME = 0.02
_COMMON_NAME_LEAST = 6
# Full names in each of two scenes that make a list, and the least part of the shorter list that two reports share.
_SEVERAL, _SHARED = 6, 0.15
_NUMBERS_AT_MOST = 2.4
_BUSY_AT_MOST = -2.0
_SAME_PLACE = frozenset(("same-village", "same-town", "same-city"))
_MONTH = 15  # days before and after
_WORDING_AT_MOST = 2.0
_WORDING_LEAST = 0.1

NEAR_KM = 25.0
FAR_KM = 60.0
_VILLAGE, _CITY = 50_000, 500_000
_SHORT_DAYS, _LONG_DAYS = 3, 10
_SOON, _LONG = 4, 31
# Documents that are taken to lie behind a small set, so that a name is not called common for standing in two of two.
_SMOOTH = 20


def _no_copy(a: str, b: str) -> None:
    """No two documents are known to share words."""


@dataclass(slots=True)
class Setting:
    """What is known around a set of scenes: publication days, copies, and how many documents hold each word.

    Build with Setting.of. Scenes that were not among those given can be scored too.
    """

    documents: Mapping[str, DocumentRecord] = field(default_factory=dict)
    copy_of: Callable[[str, str], CopyLink | None] = _no_copy
    holding: Counter[str] = field(default_factory=Counter)
    places: frozenset[str] = frozenset()
    days: Mapping[int, Sequence[int]] = field(default_factory=dict)  # of each place, by geonameid
    size: int = 0
    _traits: dict[tuple[str, int], Traits] = field(default_factory=dict)
    _vectors: dict[int, dict[str, float]] = field(default_factory=dict)  # by the ids of the traits, which are kept
    _rarity: dict[str, float] = field(default_factory=dict)

    @classmethod
    def of(
        cls, scenes: Iterable[Scene], documents: Iterable[DocumentRecord] = (), copies: Iterable[CopyLink] = ()
    ) -> Setting:
        """The setting of these scenes."""
        scenes = tuple(scenes)
        both = {pair: link for link in copies for pair in ((link.a, link.b), (link.b, link.a))}
        made = cls({d.id: d for d in documents}, lambda a, b: both.get((a, b)))
        words: dict[str, set[str]] = {}
        for scene in scenes:
            traits = made.traits(scene)
            words.setdefault(scene.document, set()).update(traits.names, traits.words, traits.full_names)
        made.holding = Counter(word for held in words.values() for word in held)
        made.size = len(words)
        days: dict[int, set[int]] = {}
        for scene in scenes:
            traits = made.traits(scene)
            day = traits.first if traits.first is not None else traits.published
            if day is not None and traits.place is not None and traits.place.geonameid is not None:
                days.setdefault(traits.place.geonameid, set()).add(day)
        made.days = {place: sorted(found) for place, found in days.items()}
        # A town that many scenes lie in is a place, compared as one, wherever else it is named.
        made.places = frozenset(name for scene in scenes for name in made.traits(scene).place_names)
        return made

    def traits(self, scene: Scene) -> Traits:
        """The traits of a scene, made once."""
        key = (scene.document, scene.index)
        known = self._traits.get(key)
        if known is None:
            known = self._traits[key] = traits_of(scene, self.documents.get(scene.document))
        return known

    def rarity(self, word: str) -> float:
        """How much a shared word says: the logarithm of how few documents hold it."""
        known = self._rarity.get(word)
        if known is None:
            known = self._rarity[word] = math.log((self.size + _SMOOTH) / (max(1, self.holding[word]) + 1))
        return known

    def vector(self, traits: Traits) -> dict[str, float]:
        """A scene's words with their rarity, of length 1; traits are those that this setting gave of the scene."""
        known = self._vectors.get(id(traits))
        if known is None:
            raw = {word: max(0.0, self.rarity(word)) for word in traits.words}
            length = math.sqrt(sum(v * v for v in raw.values())) or 1.0
            known = self._vectors[id(traits)] = {word: value / length for word, value in raw.items()}
        return known


def score(a: Scene, b: Scene, setting: Setting) -> SceneLink:
    """Whether two scenes tell of one event: its probability, the verdict, and every feature that spoke."""
    evidence = weigh(a, b, setting)
    p = probability(sum(e[1] for e in evidence))
    verdict = LinkVerdict.AUTO if p >= AUTO else LinkVerdict.QUEUE if p >= QUEUE else LinkVerdict.SEPARATE
    lines = sorted((Evidence(*e) for e in evidence), key=lambda e: -abs(e.weight))
    return SceneLink(a.id, b.id, round(p, 4), verdict, tuple(lines))


def probability(odds: float) -> float:
    """The probability with that natural log-odds."""
    return 1 / (1 + math.exp(-max(-50.0, min(50.0, odds))))


Line = tuple[str, float, str]


def weigh(a: Scene, b: Scene, setting: Setting) -> list[Line]:
    """(rule, log-odds, note) of every feature that speaks for or against, the prior first."""
    mine, theirs = setting.traits(a), setting.traits(b)
    lines: list[Line] = [("prior", _W["prior"], "before anything is compared")]
    _weigh_days(mine, theirs, lines)
    _weigh_places(mine, theirs, lines)
    _weigh_busy(mine, theirs, setting, lines)
    _weigh_what(mine, theirs, lines)
    _weigh_details(mine, theirs, setting, lines)
    _weigh_texts((a, mine), (b, theirs), setting, lines)
    for scene, traits in ((a, mine), (b, theirs)) if a.aside or b.aside or mine.contrast or theirs.contrast else ():
        if scene.aside:
            lines.append(("aside", _W["aside"], f"{scene.id} only refers to it"))
        if traits.contrast and not (mine.contrast and theirs.contrast):
            lines.append(("contrast", _W["contrast"], f"{scene.id} tells of another event than the one before"))
    over = sum([line[1] for line in lines]) - _BELOW_AUTO
    if over > 0:
        anchors = {ANCHORS[line[0]] for line in lines if line[0] in ANCHORS}
        if len(anchors) < _ANCHORS_LEAST:
            only = f"only {next(iter(anchors))} agrees" if anchors else "nothing certain agrees"
            lines.append(("one-anchor", -over, f"{only}: a person decides"))
    return lines


def _weigh_days(a: Traits, b: Traits, lines: list[Line]) -> None:
    if a.first is not None and b.first is not None:
        a_last, b_last = a.last or a.first, b.last or b.first
        apart = max(a.first, b.first) - min(a_last, b_last)
        longest = max(a_last - a.first, b_last - b.first)
        if apart <= 0:
            rule = (
                "same-day" if longest <= _SHORT_DAYS else "days-overlap" if longest <= _LONG_DAYS else "loose-overlap"
            )
        else:
            rule = "day-apart" if apart == 1 else "days-apart" if apart <= _SHORT_DAYS else "dates-far"
        lines.append((rule, _W[rule], f"{a.days} and {b.days}"))
        return
    for dated, other in ((a, b), (b, a)):
        if dated.first is None or other.published is None:
            continue
        since = other.published - dated.first
        if since < -1:
            lines.append(("told-before", _W["told-before"], f"{dated.days}, but told on {other.told}"))
        else:
            rule = "soon-after" if since <= _SOON else "weeks-after" if since <= _LONG else "long-after"
            lines.append((rule, _W[rule], f"{dated.days}, and told on {other.told}"))
        return
    if a.published is not None and b.published is not None:
        gap = abs(a.published - b.published)
        note = f"told on {a.told} and {b.told}"
        near = "soon-after" if gap <= 1 else "days-after" if gap <= _SOON else "weeks-after"
        rule = near if gap <= _LONG else "long-after"
        lines.append((rule, _W[rule], note))
    else:
        lines.append(("no-day", _W["no-day"], "of one of them"))


def _weigh_places(a: Traits, b: Traits, lines: list[Line]) -> None:
    one, two = a.place, b.place
    if one is None or two is None:
        named = one if two is None else two
        if named is not None and (_named_in(a, b) or _named_in(b, a)):
            lines.append(("place-named", _W["place-named"], f"both name {named.name}"))
        return
    note = f"{one.name} and {two.name}"
    if one.geonameid is not None and one.geonameid == two.geonameid:
        rule = _same(one) if a.fine and b.fine else _within(one)
    elif a.fine and b.fine and (_named_in(a, b) or _named_in(b, a)) and _apart(one, two) > FAR_KM:
        rule = "place-named"
    elif one.country != two.country:
        if one.country is None or two.country is None:
            return
        rule = "other-country"
    elif a.fine and b.fine:
        km = _apart(one, two)
        note = f"{note}, {km:.0f} km apart"
        if km > FAR_KM:
            rule = "far-place"
        elif km > NEAR_KM:
            return
        else:
            both = one.precision is two.precision is Precision.ADMIN2
            rule = "other-district" if both else "near-place"
    elif one.admin1 is not None and two.admin1 is not None:
        rule = "same-region" if one.admin1 == two.admin1 else "other-region"
    else:
        rule = "same-country"
    lines.append((rule, _W[rule], note))


def _weigh_busy(a: Traits, b: Traits, setting: Setting, lines: list[Line]) -> None:
    """A town under fire has events day after day: that two reports agree on it says less."""
    place, day = a.place, a.first if a.first is not None else b.first or a.published
    if lines[-1][0] not in _SAME_PLACE or place is None or place.geonameid is None or day is None:
        return
    days = setting.days.get(place.geonameid, ())
    near = bisect_right(days, day + _MONTH) - bisect_left(days, day - _MONTH)
    other = near - (bisect_right(days, day + _SHORT_DAYS) - bisect_left(days, day - _SHORT_DAYS))
    weight = max(_BUSY_AT_MOST, _W["busy-place"] * other)
    if weight < 0:
        lines.append(("busy-place", round(weight, 2), f"{place.name} has events on {other} other days of the month"))


def _named_in(a: Traits, b: Traits) -> bool:
    """True when the second report names the place of the first."""
    return a.fine and bool(a.place_words) and a.place_words <= b.all_names


def _apart(one: Place, two: Place) -> float:
    return _between(one.lat, one.lon, two.lat, two.lon)


_between = lru_cache(maxsize=65_536)(kilometres)  # few towns, compared again and again


def _same(place: Place) -> str:
    if place.population is not None and 0 < place.population < _VILLAGE:
        return "same-village"
    return "same-city" if (place.population or 0) >= _CITY else "same-town"


def _within(place: Place) -> str:
    return "same-region" if place.precision is Precision.ADMIN1 else "same-country"


def _weigh_what(a: Traits, b: Traits, lines: list[Line]) -> None:
    if a.kinds and b.kinds:
        both = a.kinds & b.kinds
        if both:
            lines.append(("same-kind", _W["same-kind"], ", ".join(sorted(both))))
        elif not may_be_one(a.kinds, b.kinds):
            lines.append(("other-kind", _W["other-kind"], f"{_list(a.kinds)}, not {_list(b.kinds)}"))
    if a.types and b.types and not a.types & b.types:
        lines.append(("other-type", _W["other-type"], f"{_list(a.types)}, not {_list(b.types)}"))
    if a.actors and b.actors:
        _weigh_sides("actor", a.actors, b.actors, lines)
    if a.sorts and b.sorts:
        _weigh_sides("target", a.sorts, b.sorts, lines)


def _weigh_sides(what: str, mine: frozenset[str], theirs: frozenset[str], lines: list[Line]) -> None:
    both = mine & theirs
    rule, note = (f"same-{what}", _list(both)) if both else (f"other-{what}", f"{_list(mine)}, not {_list(theirs)}")
    lines.append((rule, _W[rule], note))


def _weigh_details(mine: Traits, theirs: Traits, setting: Setting, lines: list[Line]) -> None:
    names = telling_names(mine, theirs)
    if names:
        said = [(max(0.0, setting.rarity(n)), n) for n in names - mine.place_words - theirs.place_words]
        weight = min(_NAMES_AT_MOST, _W["names"] * sum(r for r, _ in said))
        if weight > 0:
            lines.append(("names", round(weight, 2), ", ".join(n for _, n in sorted(said, reverse=True)[:6])))
    full = shared_full_names(mine, theirs) - setting.places
    if full:
        most = max(_COMMON_NAME_LEAST, setting.size * _COMMON_NAME)
        rare = sorted(name for name in full if setting.holding[name] <= most)
        if rare:
            weight = min(_FULL_NAMES_AT_MOST, _W["full-names"] * len(rare))
            lines.append(("full-names", weight, ", ".join(rare[:4])))
    fewer = min(len(mine.full_names), len(theirs.full_names))
    if fewer >= _SEVERAL and len(full) < _SHARED * fewer:
        note = f"{len(full)} of {fewer} full names are the same"
        lines.append(("other-people", _W["other-people"], note))
    numbers = mine.numbers & theirs.numbers
    if numbers:
        weight = min(_NUMBERS_AT_MOST, _W["numbers"] * sum(1 + (n >= 100) for n in numbers))
        lines.append(("numbers", weight, ", ".join(f"{n:,}" for n in sorted(numbers)[:6])))
    quotations = mine.quotations & theirs.quotations
    if quotations:
        # What one outlet quotes in two reports may be a document that it quotes in all of them.
        weight = _W["quotation"] / (1 if mine.publisher is None or mine.publisher != theirs.publisher else 3)
        lines.append(("quotation", weight, f"“{min(quotations)[:80]}”"))


def _weigh_texts(told: tuple[Scene, Traits], other: tuple[Scene, Traits], setting: Setting, lines: list[Line]) -> None:
    (a, mine), (b, theirs) = told, other
    one, two = setting.vector(mine), setting.vector(theirs)
    cosine = sum([one[word] * two[word] for word in mine.words & theirs.words])
    copy = setting.copy_of(a.document, b.document)
    words = None
    if copy is not None:
        words = next((p.a.text for p in copy.passages if _tells(p.a.text, p.b.text, mine.folded, theirs.folded)), None)
        rule = "copied" if words is not None else "copied-elsewhere"
        note = f"“{words[:80]}”" if words is not None else f"{copy.containment:.0%} of the shorter text"
        lines.append((rule, _W[rule], note))
    if cosine >= _WORDING_LEAST and words is None:  # what is copied has the same words: that is not counted twice
        weight = min(_WORDING_AT_MOST, _W["wording"] * cosine)
        if mine.publisher is not None and mine.publisher == theirs.publisher:
            weight /= 2  # an outlet has its own way of telling
        lines.append(("wording", round(weight, 2), f"{cosine:.0%} of the rarer words are the same"))
    for citing, cited, scene in ((theirs, mine, a), (mine, theirs, b)):
        if not cited.outlet or citing.publisher == cited.publisher or cited.outlet not in citing.folded:
            continue
        known = setting.documents[scene.document]
        if known.published is None or citing.published is None or known.published.toordinal() <= citing.published:
            lines.append(("cites", _W["cites"], f"{known.publisher} is named as a source"))


def _tells(a: str, b: str, mine: str, theirs: str) -> bool:
    """True when a shared passage and the sentences of both scenes have a stretch in common."""
    return _touches(fold(a), mine) and _touches(fold(b), theirs)


def _touches(passage: str, sentences: str) -> bool:
    if passage in sentences or sentences in passage:
        return True
    half = max(30, len(passage) // 4)  # the passage ends or begins inside the sentences
    return len(passage) > half and (passage[:half] in sentences or passage[-half:] in sentences)


def _list(words: Iterable[str]) -> str:
    return ", ".join(sorted(words))
