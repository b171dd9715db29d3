"""What of a scene is compared with other scenes: its days, place, kind of event, people, names, numbers, words."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from tallystick.lexicon import Matcher, fold, load, load_rows
from tallystick.model.records import DocumentRecord, Scene
from tallystick.model.values import Place, Precision
from tallystick.reconcile.cues import has_cue

_FINE = (Precision.POINT, Precision.TOWN, Precision.NEAR, Precision.ADMIN2)
_WORD = re.compile(r"[^\W\d_]{4,}")
_NAME_WORD = re.compile(r"[^\W\d_][^\W_]{2,}")
_MONTHS = tuple(name for name in calendar.month_abbr if name)
_NUMBER = re.compile(r"(?<![\w.,:/-])\d[\d,]*(?![\w.,:/-]*\d)")
_DATE = re.compile(rf"(?:\b(?:{'|'.join(_MONTHS)})\w*\.? (\d+)|(\d+)(?:st|nd|rd|th)?(?: of)? (?:{'|'.join(_MONTHS)}))")
_QUOTED = re.compile(r"[“\"]([^“”\"]{20,400})[”\"]")
# Words between a cue and the event that it speaks of: "another deadly attack", "since Tuesday's ambush".
_CUE_WITHIN = 3
# Numbers below this, and round ones, are in every report; those that can be years are left out too.
_UNCOMMON = 13
_YEARS = range(1900, 2100)


@dataclass(frozen=True, slots=True)
class Traits:
    """What of a scene is compared, made ready once. Days are ordinals; None is unknown throughout.

    days and told are its own days and that of publication as evidence shows them, outlet the publisher folded.
    """

    first: int | None
    last: int | None
    published: int | None
    place: Place | None
    fine: bool
    kinds: frozenset[str]
    types: frozenset[str]
    actors: frozenset[str]
    sorts: frozenset[str]
    place_words: frozenset[str]
    place_names: frozenset[str]
    all_names: frozenset[str]
    names: frozenset[str]
    full_names: frozenset[str]
    people: tuple[frozenset[str], ...]
    numbers: frozenset[int]
    quotations: frozenset[str]
    words: frozenset[str]
    folded: str
    contrast: bool
    publisher: str | None
    outlet: str
    days: str
    told: str


def traits_of(scene: Scene, document: DocumentRecord | None) -> Traits:
    """The traits of a scene; document is what is known of the report, None where nothing is."""
    folded = fold(scene.words)
    kinds, contrast = _kinds(folded)
    published = document.latest_published if document is not None else None
    place, place_words = scene.place, words_of_name(scene.place_text or "")
    names = [name for name in scene.names if place_words.isdisjoint(words_of_name(name))]
    ends = () if scene.start is None else dict.fromkeys((scene.start, scene.end or scene.start))
    return Traits(
        first=scene.start.toordinal() if scene.start is not None else None,
        last=scene.end.toordinal() if scene.end is not None else None,
        published=published.toordinal() if published is not None else None,
        place=place,
        fine=place is not None and place.precision in _FINE,
        kinds=kinds,
        types=frozenset(scene.events),
        actors=frozenset(side for words in scene.actors for side in _sides_in(words)),
        sorts=_sorts_of(scene.targets),
        place_words=place_words,
        place_names=_full_names((scene.place_text or "", place.name if place is not None else ""), frozenset()),
        all_names=words_of_name(" ".join(scene.names)),
        names=words_of_name(" ".join(names)) - _offices(),
        full_names=_full_names(scene.names, place_words),
        people=tuple(words for words in map(words_of_name, names) if len(words) > 1),
        numbers=_numbers(scene.words),
        quotations=frozenset(m[1] for m in _QUOTED.finditer(folded)),
        words=frozenset(_WORD.findall(folded)) - listed("linking", "everywhere"),
        folded=folded,
        contrast=contrast or has_cue("turns-away", scene.words),
        publisher=document.publisher if document is not None else None,
        outlet=fold(document.publisher or "") if document is not None else "",
        days=" to ".join(day.isoformat() for day in ends) or "no day",
        told=published.isoformat() if published is not None else "",
    )


@lru_cache(maxsize=32)
def listed(file: str, entry: str) -> frozenset[str]:
    """The words of a lexicon entry, folded once."""
    return load(file).words_of(entry)


def words_of_name(name: str) -> frozenset[str]:
    """The words of a name, folded, without a possessive ending."""
    return frozenset(_NAME_WORD.findall(fold(name))) - listed("linking", "no-name")


def telling_names(a: Traits, b: Traits) -> frozenset[str]:
    """Words of names in both scenes that may be of one person or thing.

    Where each scene has the word in names of several words that are not each other's ("Ahmed Vask", "Ahmed Orro"), it
    is a first name or a family's, and says nothing.
    """
    both = a.names & b.names
    if not both:
        return both
    mine, theirs = ({word for name in traits.people for word in name} for traits in (a, b))
    alike = {word for one in a.people for two in b.people if _one_name(one, two) for word in one & two}
    return both - ((mine & theirs) - alike)


def _one_name(one: frozenset[str], two: frozenset[str]) -> bool:
    """True where two names of several words may be one person's: one leaves out what the other has, at most."""
    return len(one & two) > 1 and (one <= two or two <= one)


def shared_full_names(a: Traits, b: Traits) -> frozenset[str]:
    """Full names in both scenes, but those that differ in the words between ("Orben Kalo Vask", "Orben Sime Vask")."""
    both = a.full_names & b.full_names
    if not both:
        return both
    alike = [one & two for one in a.people for two in b.people if _one_name(one, two)]
    return frozenset(name for name in both if any(set(name.split()) <= x for x in alike))


def _full_names(names: Iterable[str], place: frozenset[str]) -> frozenset[str]:
    """First and last word of each name of several, so that "Orben K. Vask" is "Orben Vask"; places left out."""
    found = set()
    for name in names:
        words = [w for w in _NAME_WORD.findall(fold(name)) if w not in listed("linking", "no-name")]
        if len(words) > 1 and place.isdisjoint(words) and _offices().isdisjoint(words):
            found.add(f"{words[0]} {words[-1]}")
    return frozenset(found)


@lru_cache(maxsize=1)
def _offices() -> frozenset[str]:
    """Words in the names of institutions, which are named in reports of many events."""
    return listed("origins", "office") | frozenset(w for side in _side_words() for w in side.split())


@lru_cache(maxsize=4_096)  # asked of every pair of scenes, of a few kinds
def may_be_one(a: frozenset[str], b: frozenset[str]) -> bool:
    """True where one event can be called both by a kind of a and by one of b."""
    with_ = _together()
    return any(two == one or two in with_[one] for one in a for two in b)


@lru_cache(maxsize=1)
def _together() -> dict[str, frozenset[str]]:
    """Each kind of event with the others that the same event may be called, in both directions."""
    kinds = load("linking").of(kind="event")
    named = {entry.name: set(entry.get("with", ())) for entry in kinds}
    return {k: frozenset(named[k] | {other for other, theirs in named.items() if k in theirs}) for k in named}


@lru_cache(maxsize=1)
def _event_words() -> Matcher:
    """What finds the nouns for events, and the words that set one event off from another."""
    events = (entry.name for entry in load("linking").of(kind="event"))
    return load("linking").only(*events, "event-noun", "refers-back", "contrast")


def _kinds(folded: str) -> tuple[frozenset[str], bool]:
    """The kinds of event that the words name, and whether they set it off from another ("in another attack").

    An event named only for the time or the cause of this one ("the day after the ambush") is not counted.
    """
    hits = sorted(_event_words().find(folded), key=lambda h: h.start)
    cues = {h.end: h.entry.name for h in hits if h.entry.name in ("refers-back", "contrast")}
    kinds, contrast = set(), False
    for hit in hits:
        event = hit.entry.get("kind") == "event"
        if not event and hit.entry.name != "event-noun":
            continue
        near = {
            cue
            for end, cue in cues.items()
            if end <= hit.start
            and len(folded[end : hit.start].split()) < _CUE_WITHIN
            and "." not in folded[end : hit.start]
        }
        contrast = contrast or "contrast" in near
        if event and "refers-back" not in near:
            kinds.add(hit.entry.name)
    return frozenset(kinds), contrast


def _numbers(text: str) -> frozenset[int]:
    found = {m.start(): int(m[0].replace(",", "")) for m in _NUMBER.finditer(text) if len(m[0]) < 10}
    telling = {at: n for at, n in found.items() if n >= _UNCOMMON and n % 10 and n not in _YEARS}
    if not telling:
        return frozenset()
    dates = {n for m in _DATE.finditer(text) for n in (m.start(1), m.start(2))}
    return frozenset(n for at, n in telling.items() if at not in dates)


@lru_cache(maxsize=1)
def _side_words() -> dict[str, str]:
    """Each word or name that stands for a side in a war, with the side."""
    rows = (row for row in load_rows("sides") if row[1] in ("state", "group"))
    return {fold(word): side for side, _, _, words, *_ in rows for word in words.split("|") if not word.isupper()}


@lru_cache(maxsize=20_000)
def _sides_in(words: str) -> frozenset[str]:
    known, folded = _side_words(), fold(words)
    parts = folded.split()
    pairs = [" ".join(parts[i : i + 2]) for i in range(len(parts) - 1)]
    return frozenset(known[w] for w in (*parts, *pairs) if w in known)


@lru_cache(maxsize=1)
def _status_words() -> dict[str, str]:
    entries = load("populations")
    return {fold(word): str(e.get("status")) for e in entries if e.get("status") for word in e.words}


@lru_cache(maxsize=20_000)
def _sorts_of(targets: tuple[str, ...]) -> frozenset[str]:
    """Whether soldiers or civilians were hit, as far as the words for them say."""
    known = _status_words()
    return frozenset(known[w] for text in targets for w in fold(text).split() if w in known)
