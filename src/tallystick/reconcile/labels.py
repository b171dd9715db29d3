"""Keys in good English: "North Korean soldiers killed in Kursk by 22 Aug 2025"."""

from __future__ import annotations

import calendar
import re
from dataclasses import replace
from datetime import date
from functools import cache

from tallystick.lexicon import fold, load_rows
from tallystick.lexicon.gazetteer.countries import country_name
from tallystick.model.quantities import Key, Where, Who, Window
from tallystick.model.values import Precision

PLANNED = "planned:"
UNSAID = "unsaid: "
"""Begins the subset of a figure that leaves out which of several peoples of an event it counts; its source follows."""
NOBODY = "no source given"
"""Stands for that source where the text names none."""
UNNAMED = "text:unnamed:"
"""Begins the node of a place that a report does not name: no other report's."""

_PLURALS = {"person": "people", "police officer": "police officers", "aid worker": "aid workers"}
_DONE = {
    "strength": "in place",
    "shot_down": "shot down",
    "struck": "struck",
    "protesters": "protesting",
    "quantity": "",
}
_TO_COME = {
    "strength": "planned to be in place",
    "shot_down": "to be shot down",
    "struck": "to be struck",
    "quantity": "planned",
}
_ANYBODY = frozenset({"people", "persons", "person", "those"})
_PRONOUNS = frozenset({"it", "its", "he", "she", "they", "their", "we"})
# What keeps a subset apart from another report's of the same words.
_WHERE_SAID = re.compile(r" \([0-9a-f]{8}:(?:\d+|None)\)")
# Long month names stay whole, the others are cut, as news agencies do.
_MONTHS = [name if len(name) <= 4 else name[:3] for name in calendar.month_name]


def label(key: Key) -> str:
    """What the key counts, in words; "those killed" where the text does not say who they are."""
    measure = key.measure.removeprefix(PLANNED)
    if key.measure.startswith(PLANNED):
        done = _TO_COME.get(measure, f"to be {measure}")
    else:
        done = _DONE.get(measure, measure)
    who = _things(key) if key.unit is not None else people(key.who)
    if measure == "casualties":
        nobody = replace(key.who, subset=None) == Who()
        who, done = "casualties", "" if nobody else f"among {who}"
        if key.measure.startswith(PLANNED):
            who = "expected casualties"
    parts = [who, done, _place(key.where, measure), _time(key.window, of_event=key.incident is not None)]
    words = " ".join(part for part in parts if part)
    if key.who.subset and key.who.subset.startswith(UNSAID):
        source = key.who.subset.removeprefix(UNSAID)
        if source == NOBODY:
            source = "a source not named"
        given = "" if fold(source) in _PRONOUNS else f", as given by {source}"
        return f"{words}{given} (who they are is not said)"
    return f"{words} (only “{spoken(key.who.subset)}”)" if key.who.subset else words


def event(name: str, where: Where | None, window: Window) -> str:
    """An incident's title: "Incident in Téra on 3 June 2024, affecting traders".

    name is the one it was given (clustering.incident): place, first day, and the first of those affected. One that
    begins otherwise, or says no more than this, is left out.
    """
    known = [where.name] if where is not None else []
    known += [window.start.isoformat()] if window.start is not None else []
    begins = ", ".join(known)
    affected = name[len(begins) :].removeprefix(", ") if name.startswith(begins) else ""
    parts = ["Incident", _place(where, ""), _time(window, of_event=True)]
    words = " ".join(part for part in parts if part)
    return f"{words}, affecting {affected}" if affected and fold(affected) not in _ANYBODY else words


def spoken(subset: str) -> str:
    """A part in the report's own words, without what keeps it apart from another report's of the same words."""
    return _WHERE_SAID.sub("", subset)


def people(who: Who) -> str:
    """Words for a population: "Malian soldiers", "women", "those" where nothing is said."""
    if who.role == "person":
        noun = "people"
    elif who.role:
        noun = _plural(who.role)
    elif who.status == "civilian":
        noun = "civilians"
    elif who.status == "combatant":
        noun = "combatants"
    else:
        noun = ""
    kind = _kind(who, noun)
    if not kind:
        nation = _nation(who.actor)
        return f"people of {nation[1]}" if nation[1] else nation[0] or "those"
    before, after = _nation(who.actor, noun=True)
    unit = f"of {who.unit}" if who.unit else ""
    return " ".join(part for part in (before, kind, f"of {after}" if after else "", unit) if part)


def _plural(noun: str) -> str:
    if noun.endswith("man"):
        return f"{noun[:-3]}men"
    return _PLURALS.get(noun, noun if noun.endswith("s") else f"{noun}s")


def _kind(who: Who, noun: str) -> str:
    if who.age == "child":
        young = {"female": "girls", "male": "boys"}.get(who.sex or "", "children")
        return f"civilian {young}" if who.status == "civilian" else young
    words = [who.age] if who.age else []
    if who.sex:
        sex = {"female": "women", "male": "men"}.get(who.sex, who.sex)
        return (
            " ".join([*words, sex]) if not noun else " ".join([*words, {"women": "female", "men": "male"}[sex], noun])
        )
    return " ".join([*words, noun]).strip() if noun or not words else f"{words[0]} people"


def _nation(actor: str | None, *, noun: bool = False) -> tuple[str, str]:
    """(words before the noun, words after "of") for an actor: an adjective for a country, a name for a group."""
    if actor is None:
        return "", ""
    adjective = _adjectives().get(actor)
    if adjective is not None:
        return (adjective, "") if noun else (f"{adjective} people", "")
    name = _titled(actor)
    return (name, "") if noun else ("", name)


def _titled(name: str) -> str:
    small = ("of", "the", "and", "in")
    return " ".join(w if w in small or "-" in w[:3] else w[:1].upper() + w[1:] for w in name.split())


@cache
def _adjectives() -> dict[str, str]:
    """The adjective for each country, by its folded English name: "north korea" -> "North Korean"."""
    found = {}
    for country, words in load_rows("demonyms"):
        name = country_name(country)
        if name is not None:
            found[fold(name)] = words.split("|")[0]
    return found


def _things(key: Key) -> str:
    noun = key.who.role or key.unit or "things"
    plural = noun if noun.endswith("s") or "/" in noun else f"{noun}s"
    before, after = _nation(key.who.actor, noun=True)
    return " ".join(part for part in (before, plural, f"of {after}" if after else "") if part)


def _place(where: Where | None, measure: str) -> str:
    if where is None or where.node.startswith(UNNAMED):
        return ""
    if where.precision == Precision.NEAR:
        return f"near {where.name}"
    if where.precision == Precision.POINT:
        return f"at {where.name}"
    if where.name.startswith("war "):
        return f"in the {where.name}"
    return f"to {where.name}" if measure == "sent" else f"in {where.name}"


def _time(window: Window, *, of_event: bool) -> str:
    start, end = window.start, window.end
    last = window.end_latest or end
    if start is None and last is None:
        return ""
    if start is None:
        if end != last and end is not None and last is not None:
            return f"by the day of the report ({day(end)} to {day(last)})"
        return f"by {day(last)}"
    if last is None:
        return f"since {day(start)}"
    if start == last:
        return f"on {day(start)}"
    whole = _named(start, last)
    if whole:
        return f"in {whole}"
    if end != last:
        return f"since {day(start)}"
    return f"between {day(start)} and {day(last)}" if of_event else f"from {day(start)} to {day(last)}"


def _named(start: date, end: date) -> str | None:
    """The name of a whole month or year."""
    if (start.month, start.day, end.month, end.day) == (1, 1, 12, 31):
        return str(start.year) if start.year == end.year else f"{start.year} to {end.year}"
    last = calendar.monthrange(start.year, start.month)[1]
    if (start.year, start.month) == (end.year, end.month) and (start.day, end.day) == (1, last):
        return f"{_MONTHS[start.month]} {start.year}"
    return None


def day(of: date | None) -> str:
    """A day as "22 Aug 2025"."""
    return "an unknown day" if of is None else f"{of.day} {_MONTHS[of.month]} {of.year}"
