"""Rankings of sources that users write: a list of names, the most trusted first, for policies that go by one."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from tallystick.errors import BadTable, UnknownPolicy
from tallystick.reconcile.policies import POLICIES, Policy, Together
from tallystick.reconcile.policies import policy as policy_called

RANKED = frozenset(name for p in POLICIES.values() if p.together is Together.RANKED for name in (p.name, p.stem))
"""Names of the policies that go by a ranking of sources."""
_HEADS = ("source", "name")
_PLACES = ("rank", "place")


def read_ranking(path: Path) -> tuple[str, ...]:
    """The names in a file, the most trusted first: TOML with “sources = [...]”, CSV, or one name a line.

    A CSV has a column “source”, or the names in its only or first column; a column “rank” (1 is first) orders them.
    Raises BadTable.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadTable(f"the ranking {path} cannot be read: {error}. Give a text file in UTF-8.") from error
    names = [name.strip() for name in (_toml(text, path) if path.suffix == ".toml" else _rows(text, path))]
    names = [name for name in names if name]
    if not names:
        raise BadTable(f"the ranking {path} names no source. Write one name a line, the most trusted first.")
    twice = next((name for i, name in enumerate(names) if name.casefold() in map(str.casefold, names[:i])), None)
    if twice is not None:
        raise BadTable(f"the ranking {path} names “{twice}” twice. Leave it where it belongs.")
    return tuple(names)


def ranked(policy: str | Policy, ranking: Sequence[str] = ()) -> Policy:
    """The policy of that name, with the ranking that it goes by. Raises UnknownPolicy, also where it goes by none."""
    by = policy_called(policy, ledger=True) if isinstance(policy, str) else policy
    if not ranking:
        return by
    if by.together is not Together.RANKED:
        raise UnknownPolicy(
            f"{by.name} ranks no sources, so a ranking changes nothing. Leave it out, or take ecc-source-rank."
        )
    return replace(by, rank=tuple(ranking))


def _toml(text: str, path: Path) -> list[str]:
    try:
        found = tomllib.loads(text).get("sources")
    except tomllib.TOMLDecodeError as error:
        raise BadTable(f"the ranking {path} is not TOML: {error}. Mend that line.") from error
    if not isinstance(found, list) or not all(isinstance(name, str) for name in found):
        raise BadTable(f'the ranking {path} lacks its list. Write sources = ["the most trusted", "the next"].')
    return found


def _rows(text: str, path: Path) -> list[str]:
    if path.suffix.lower() != ".csv":
        return [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    rows = [
        [cell.strip() for cell in row] for row in csv.reader(text.splitlines()) if any(cell.strip() for cell in row)
    ]
    head = [cell.casefold() for cell in rows[0]] if rows else []
    own = next((head.index(name) for name in _HEADS if name in head), None)
    place = next((head.index(name) for name in _PLACES if name in head), None)
    rows = rows if own is None and place is None else rows[1:]
    column = own if own is not None else 1 if place == 0 else 0
    named = [row for row in rows if len(row) > column]
    if place is None:
        return [row[column] for row in named]
    try:
        return [row[column] for row in sorted(named, key=lambda row: float(row[place]))]
    except (ValueError, IndexError) as error:
        raise BadTable(
            f"the ranking {path} has a rank that is no number ({error}). Number the sources from 1."
        ) from error
