"""What the columns of a table of figures hold, read from their names, or as the user says.

Known: the columns of UCDP GED (low, best, high, deaths_a ...), ACLED (fatalities), IBC (Reported Minimum ...) and names
put together from common words ("killed_children_cum", "Max injured"). A name with any other word in it is left alone:
a rule on the wrong column would cry wolf.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tallystick.errors import BadTable

MEASURES = ("killed", "wounded", "casualties")
# What a number column can hold of a measure. side_*: UCDP's deaths by party, which add up to best.
PARTS = (
    *("low", "best", "high", "total", "daily", "cum"),
    *("side_a", "side_b", "side_civilians", "side_unknown"),
    *("children", "women", "men", "civilians", "combatants", "medical", "press"),
    *("children_cum", "women_cum", "men_cum", "civilians_cum", "combatants_cum", "medical_cum", "press_cum"),
)
DATES = ("date", "date_start", "date_end")
ROLES = (*(f"{measure}_{part}" for measure in MEASURES for part in PARTS), *DATES, "series")

_WORDS: dict[str, str] = {
    **dict.fromkeys(("killed", "deaths", "death", "dead", "fatalities", "fatality", "kia"), "killed"),
    **dict.fromkeys(("wounded", "injured", "injuries", "injury", "wia"), "wounded"),
    **dict.fromkeys(("casualties", "casualty"), "casualties"),
    **dict.fromkeys(("low", "min", "minimum", "lower"), "low"),
    **dict.fromkeys(("best", "central"), "best"),
    **dict.fromkeys(("high", "max", "maximum", "upper"), "high"),
    **dict.fromkeys(("cum", "cumulative", "running"), "cum"),
    **dict.fromkeys(("daily", "new"), "daily"),
    **dict.fromkeys(("total", "all", "people", "persons"), "total"),
    **dict.fromkeys(("children", "child", "minors"), "children"),
    **dict.fromkeys(("women", "woman", "female", "females"), "women"),
    **dict.fromkeys(("men", "man", "male", "males"), "men"),
    **dict.fromkeys(("civilians", "civilian", "civ"), "civilians"),
    **dict.fromkeys(("combatants", "combatant", "fighters", "soldiers", "military"), "combatants"),
    **dict.fromkeys(("medical", "medics"), "medical"),
    **dict.fromkeys(("press", "journalists"), "press"),
    **dict.fromkeys(("number", "of", "no", "num", "count", "estimate", "estimated", "est", "reported", "the"), ""),
}
_WHOLE_NAMES = {
    "deaths_a": "killed_side_a",
    "deaths_b": "killed_side_b",
    "deaths_civilians": "killed_side_civilians",
    "deaths_unknown": "killed_side_unknown",
    **dict.fromkeys(("date", "event_date", "report_date", "day"), "date"),
    **dict.fromkeys(("date_start", "start_date", "start"), "date_start"),
    **dict.fromkeys(("date_end", "end_date", "end"), "date_end"),
}
_GROUPS = ("children", "women", "men", "civilians", "combatants", "medical", "press")


@dataclass(frozen=True, slots=True)
class Columns:
    """Role -> column name, for the roles that the table has."""

    roles: Mapping[str, str]

    def of(self, measure: str) -> dict[str, str]:
        """Part -> column of one measure."""
        start = f"{measure}_"
        return {role.removeprefix(start): column for role, column in self.roles.items() if role.startswith(start)}


def columns_of(header: Iterable[str], mapping: Mapping[str, str] | None = None) -> Columns:
    """The roles of a table's columns. mapping is role -> column, and wins over the names.

    Two columns that could hold the same are both left alone. Raises BadTable when the mapping names an unknown role
    or column, or when no column of numbers or days is left.
    """
    names = list(header)
    given = dict(mapping or {})
    for role, column in given.items():
        if role not in ROLES:
            known = ", ".join(f"{m}_..." for m in MEASURES)
            raise BadTable(
                f"no column can hold “{role}”: use {known}, {', '.join(DATES)} or series, such as killed_total."
            )
        if column not in names:
            raise BadTable(f"the table has no column “{column}”: its columns are {', '.join(names)}.")
    taken = set(given.values())
    found: dict[str, list[str]] = {}
    for name in names:
        role_ = None if name in taken else _role(name)
        if role_ is not None and role_ not in given:
            found.setdefault(role_, []).append(name)
    roles = {role: columns[0] for role, columns in found.items() if len(columns) == 1} | given
    for measure in MEASURES:
        _tell_daily(roles, measure)
    if not roles:
        raise BadTable(
            f"none of the columns {', '.join(names) or '(none)'} is known: say which is which, such as "
            "killed_total=COLUMN or date=COLUMN."
        )
    return Columns(roles)


def _tell_daily(roles: dict[str, str], measure: str) -> None:
    """A plain column beside a running total holds what each day adds; a total beside a daily one is the running one."""
    total, cum, daily = (f"{measure}_{part}" for part in ("total", "cum", "daily"))
    if cum in roles and total in roles and daily not in roles:
        roles[daily] = roles.pop(total)
    elif daily in roles and total in roles and cum not in roles:
        roles[cum] = roles.pop(total)


def _role(name: str) -> str | None:
    plain = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
    if plain in _WHOLE_NAMES:
        return _WHOLE_NAMES[plain]
    words = [_WORDS.get(word) for word in plain.split("_")]
    if None in words:
        return None
    kinds = {word for word in words if word}
    measures = [m for m in MEASURES if m in kinds]
    groups = [g for g in _GROUPS if g in kinds]
    sizes = [s for s in ("low", "best", "high", "cum", "daily") if s in kinds]
    if len(measures) > 1 or len(groups) > 1 or len(sizes) > 1 or not kinds:
        return None
    if not measures and not ({"low", "best", "high"} & kinds):
        return None  # "children" or "total" alone may count anything
    measure = measures[0] if measures else "killed"
    if not groups:
        return f"{measure}_{sizes[0] if sizes else 'total'}"
    if not sizes:
        return f"{measure}_{groups[0]}"
    return f"{measure}_{groups[0]}_cum" if sizes == ["cum"] else None
