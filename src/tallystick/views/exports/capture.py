"""Capture-history CSV: one row a named victim, one 0/1 column a list, for multiple systems estimation in R.

Only names will do. Estimating how many were never listed rests on telling who is on which list; a figure says how many,
never who, so that figures are refused.
"""

from __future__ import annotations

import re
from pathlib import Path

from tallystick.errors import ExportFailed
from tallystick.views import words
from tallystick.views.exports.material import Format, Material, Written
from tallystick.views.exports.names import Victim, unread, victims
from tallystick.views.exports.phrases import file_name
from tallystick.views.exports.writing import Cell, write_csv

FIXED = ("victim", "incident", "from", "to", "place", "figures")
LOSES = (
    "every figure without names: a number says how many, never who, and cannot be matched between lists",
    "spellings: a name is found again only when its letters are the same but for capitals; match variants first",
    "two people of one name in one event are one row",
    "whether lists are independent: a column is an outlet, and outlets copy one another; see .origins.csv of ucdp",
    "no estimate is made here: the table is input for packages such as LCMCR or conting, with their own assumptions",
)


def histories(material: Material) -> tuple[list[str], list[tuple[Cell, ...]]]:
    """The names of the lists (outlets), and the rows under FIXED and the lists."""
    of_scene = {scene: incident for incident in material.incidents for scene in incident.scenes}
    people: dict[tuple[str, str], list[Victim]] = {}
    lists: dict[str, str] = {}
    for victim in victims(material.kept()):
        held = victim.held
        incident = of_scene.get(held.scene.id) if held.scene else None
        people.setdefault((incident.id if incident else held.document.id, victim.key), []).append(victim)
        lists.setdefault(_list(victim), "")
    columns = _columns(sorted(lists))
    out: list[tuple[Cell, ...]] = []
    for (event, _), found in sorted(people.items()):
        first = found[0].held
        period = first.claim.period
        place = first.claim.place
        on = {_list(victim) for victim in found}
        out.append(
            (
                found[0].name,
                event,
                period.start if period else None,
                period.end if period else None,
                words.where(place) if place else None,
                list(dict.fromkeys(v.held.id for v in found)),
                *(1 if name in on else 0 for name in columns),
            )
        )
    return list(columns.values()), out


def _list(victim: Victim) -> str:
    document = victim.held.document
    return words.clean(document.publisher or file_name(document) or document.id)


def _columns(names: list[str]) -> dict[str, str]:
    """Outlet -> a column name that R takes as it is, each once."""
    out: dict[str, str] = {}
    for name in names:
        plain = re.sub(r"\W+", "_", name).strip("_") or "list"
        column = f"list_{plain}"
        while column in out.values():
            column += "_"
        out[name] = column
    return out


def write(material: Material, out: Path) -> Written:
    """Writes the histories. Raises ExportFailed when no victim is named."""
    lists, rows = histories(material)
    figures = unread(material.kept())
    if not rows:
        raise ExportFailed(
            f"no claim names its victims ({figures} count deaths without names). A capture history tells who is on "
            "which list; a figure says how many, never who. Add reports that list names, or export as csv."
        )
    count = write_csv(out, (*FIXED, *lists), rows)
    left = (f"{figures} figures for deaths name nobody and were left out.",) if figures else ()
    return Written((out,), count, left)


CAPTURE = Format("capture", "named victims by list, for MSE packages in R", ".csv", LOSES, write, None, FIXED)
