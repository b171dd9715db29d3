"""What people decided, applied to the claims they judged: rejected ones are left out, corrected fields replaced.

Nothing that was recorded changes: a corrected claim bears a reason that names the judgement.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from datetime import date, datetime
from typing import Any

from tallystick.errors import BadJudgement, ImpossibleValue
from tallystick.model.claims import Claim, Factuality, Interest, Population, Stance, Status
from tallystick.model.mentions import PlaceMention, Reason
from tallystick.model.records import Held, Judgement, Verdict
from tallystick.model.values import Accumulation, Count, Form, Grain, Measure, Mod, Period, Place, Precision

STAGE = "judgement"
"""The stage of the reason that marks a corrected claim; its rule is "judgement/<id>"."""

SETTLED = "settled"
"""What a judgement is about that settles how a figure is read."""


def in_force(judgements: Iterable[Judgement], at: datetime | None = None) -> dict[str, Judgement]:
    """The last word on each figure: the newest accept, correct or reject that was not withdrawn, by figure id.

    What was settled between coders who differed stands above what a coder says of it, before or after.
    at: as things stood then; None is now. Times are when the person decided.
    """
    last: dict[str, Judgement] = {}
    for judgement in sorted(judgements, key=lambda j: (j.about == SETTLED, j.at, j.id)):
        if judgement.verdict not in (Verdict.ACCEPT, Verdict.CORRECT, Verdict.REJECT):
            continue
        if judgement.about not in ("claim", SETTLED):
            continue
        if stands(judgement, at):
            last[judgement.subjects[0]] = judgement
    return last


def stands(judgement: Judgement, at: datetime | None = None) -> bool:
    """True when it had been made and not been withdrawn by then; None is now."""
    if at is None:
        return judgement.withdrawn is None
    return judgement.at <= at and (judgement.withdrawn is None or judgement.withdrawn > at)


def applied(held: Held, judgement: Judgement | None) -> Held | None:
    """The claim as judged; None when it was rejected. Raises BadJudgement for a correction that cannot be read."""
    if judgement is None or judgement.verdict is Verdict.ACCEPT:
        return held
    if judgement.verdict is Verdict.REJECT:
        return None
    return replace(held, claim=corrected(held.claim, judgement))


def corrected(claim: Claim, judgement: Judgement) -> Claim:
    """The claim with the fields that the judgement names, by the names of the JSON record, and a reason that says so.

    count, population, measure, place, period, accumulation, factuality, interest and stance can be corrected. Raises
    BadJudgement for any other, for values that do not fit, and for what contradicts itself.
    """
    try:
        changes = json.loads(judgement.changes or "{}")
        given = {name: _read(claim, name, value) for name, value in changes.items()}
        note = f"corrected by {judgement.by}: {', '.join(sorted(changes))}"
        reason = Reason(STAGE, f"{STAGE}/{judgement.id}", None, note)
        return replace(claim, **given, reasons=(*claim.reasons, reason))
    except (ValueError, TypeError, AttributeError, KeyError, ImpossibleValue) as error:
        raise BadJudgement(
            f"judgement {judgement.id} corrects claim {claim.id} to {judgement.changes}, which cannot be: {error}. "
            "Withdraw it and judge again."
        ) from error


def _read(claim: Claim, name: str, value: Any) -> Any:
    if name == "count":
        enums = {"form": Form, "mod": Mod}
        return _count(claim.count, _known(value, _COUNT, enums))
    if name == "population":
        if value is None:
            return None
        who = claim.population or Population(str(value["text"]), None)
        return replace(who, **_known(value, _POPULATION, {"status": Status}))
    if name == "period":
        return None if value is None else Period(_day(value["start"]), _day(value["end"]), _grain(value.get("grain")))
    if name == "place":
        return None if value is None else _place(claim, value)
    kind = _ENUMS.get(name)
    if kind is None:
        raise KeyError(f"“{name}” is not a field that can be corrected")
    return None if value is None and name in ("accumulation", "interest") else kind(value)


def _count(stated: Count, given: Mapping[str, Any]) -> Count:
    """The count with the given fields. New ends replace what the words said of the number as well, unless that is given
    too: nothing may be estimated from “at least 12” once a person has read 21.
    """
    count = replace(stated, **given)
    if not {"low", "high"} & given.keys() or (count.low, count.high) == (stated.low, stated.high):
        return count
    only = count.low if count.high in (None, count.low) else count.high if count.low is None else None
    fresh: dict[str, Any] = {"value": only, "comparator": None, "typical_low": None, "typical_high": None, "mod": None}
    if count.form is not Form.ADDITIVE:  # what comes on top of a figure said before still does
        fresh["form"] = Form.CARDINAL if count.low == count.high else Form.RANGE if only is None else Form.BOUNDED
    if only is not None and count.low != count.high:
        fresh["mod"] = Mod.EQUAL_OR_MORE if count.high is None else Mod.EQUAL_OR_LESS
    return replace(count, **{name: value for name, value in fresh.items() if name not in given})


def _place(claim: Claim, given: Mapping[str, Any]) -> PlaceMention:
    """The place that a person named, by the fields of a gazetteer record. The words stay those that named one."""
    values = _known(given, frozenset(field.name for field in fields(Place)), {"precision": Precision})
    values["lat"], values["lon"] = float(values["lat"]), float(values["lon"])
    words = claim.span if claim.place is None else claim.place.span
    return PlaceMention(words, Place(**{"geonameid": None, "country": None} | values), 1.0)


_COUNT = frozenset(
    {"low", "high", "value", "form", "comparator", "mod", "unit", "typical_low", "typical_high", "whole"}
)
_POPULATION = frozenset({"text", "actor", "status", "sex", "age", "unit", "occupation"})
_ENUMS: Mapping[str, Any] = {
    "measure": Measure,
    "accumulation": Accumulation,
    "factuality": Factuality,
    "interest": Interest,
    "stance": Stance,
}


def _known(given: Mapping[str, Any], names: frozenset[str], enums: Mapping[str, Any]) -> dict[str, Any]:
    unknown = sorted(set(given) - names)
    if unknown:
        raise KeyError(f"no field is called {', '.join(unknown)}")
    for name, value in given.items():
        _check(name, value)
    return {name: enums[name](value) if name in enums and value is not None else value for name, value in given.items()}


_NUMBERS = frozenset({"low", "high", "value", "typical_low", "typical_high", "whole", "geonameid", "population"})
_NEEDED = frozenset({"text", "status", "form", "name", "precision"})


def _check(name: str, value: Any) -> None:
    """Raises ValueError for a value that no claim can have: once recorded it would be read at every reconcile."""
    if value is None:
        if name in _NEEDED:
            raise ValueError(f"{name} cannot be left open")
    elif name in ("lat", "lon"):
        if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= 180:
            raise ValueError(f"{name} is no coordinate: {value}")
    elif name in _NUMBERS:
        whole = isinstance(value, int) and not isinstance(value, bool)
        if not whole and not (isinstance(value, float) and math.isfinite(value)):
            raise ValueError(f"{name} takes numbers or null, not {value!r}")
        if value < 0:
            raise ValueError(f"{name} is below zero: {value}")
    elif not isinstance(value, str) or not value.strip():
        raise ValueError(f"{name} is no text: {value!r}")


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _grain(text: str | None) -> Grain | None:
    return None if text is None else Grain(text)
