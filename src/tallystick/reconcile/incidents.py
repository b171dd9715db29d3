"""One row per incident, as a coder would write it: who, where, when, and how many at least, at best, at most.

Claims that the report denies, plans or only imagines are left out; running totals are kept apart from incidents;
"casualties" never become killed. Each row names the claims it rests on and notes what was left out and why.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from tallystick.lexicon import fold, load
from tallystick.model.claims import Claim, Factuality, Population
from tallystick.model.coding import CodedRow, Scope, Toll
from tallystick.model.geography import kilometres
from tallystick.model.mentions import PlaceMention
from tallystick.model.report import Report
from tallystick.model.values import Accumulation, Form, Grain, Measure, Number, Period, Place, Precision
from tallystick.reconcile.accounts import at_least, by_source
from tallystick.reconcile.cues import has_cue, several_events
from tallystick.reconcile.kinds import is_single
from tallystick.reconcile.policies import Disagreement, Policy
from tallystick.reconcile.policies import policy as policy_called
from tallystick.reconcile.sums import tally
from tallystick.reconcile.victims import named_dead
from tallystick.reconcile.voices import voice
from tallystick.reconcile.whereabouts import placed

KILLED = (Measure.KILLED,)
WOUNDED = (Measure.WOUNDED,)
CAPTURED = (Measure.CAPTURED, Measure.DETAINED, Measure.SURRENDERED)
_CODED = (*KILLED, *WOUNDED, *CAPTURED)
_NOT_SO = (Factuality.DENIED, Factuality.PLANNED, Factuality.SPECULATED, Factuality.NO_INFORMATION)
_FINE = (Precision.POINT, Precision.TOWN, Precision.NEAR, Precision.ADMIN2)
_LONG = (Grain.WEEK, Grain.MONTH, Grain.QUARTER, Grain.SEASON, Grain.HALF, Grain.YEAR, Grain.DECADE, Grain.CENTURY)
_SHORT = (Grain.MINUTE, Grain.HOUR, Grain.PART_OF_DAY, Grain.DAY)
# Characters between "in revenge for" and the figure it introduces: "the killing of one of their members".
_OCCASION_WITHIN = 60
# The entries for "killed and wounded" and "dead or wounded", said of one figure.
_BOTH = frozenset(("measures/casualties-verb", "measures/casualties-state"))
# And that for "shot", which does not say whether those hit lived.
_SHOT = "measures/shot"
# Characters between "accused of" and the figure: a participle and an adjective.
_DEED_WITHIN = 34
# How a sentence opens that begins with an earlier event, and where that clause ends.
_OPENING = re.compile(r"\W*(?:[\w-]+ ){0,4}?after\b", re.IGNORECASE)
_CLAUSE_END = re.compile(r",\s|…|\.{3}|;\s")
# A figure of an opening "after" clause that is so large, and so many times the event's, sums up what went before.
_MANY = 50
_TIMES = 10
# The note on a row for an event that the report only refers to ("linked to an attack that killed 12 last year").
BACKGROUND = "background: an event that the report refers to, not the one it tells of"
# How many events back a later sentence can return to. Reports tell of few; a bulletin lists them one by one.
_LOOK_BACK = 8
# Rules that date a claim from another event's day.
_SHIFTS = frozenset(entry.id for entry in load("relations").of(kind="shift"))
# Two places of one event: a village and the town it lies near. A guess, not swept.
SAME_PLACE_KM = 60.0
# Days by which two reports of one event's date may differ: an attack at night is dated either way.
SAME_DAY_SLACK = 1


# What has days of its own, on which nobody need be harmed: what is done for the harmed later, and where forces stand.
_OWN_DAYS = frozenset(
    {
        Measure.HONOURED,
        Measure.BURIED,
        Measure.REPATRIATED,
        Measure.IDENTIFIED,
        Measure.RELEASED,
        Measure.DEPLOYED,
        Measure.SENT,
        Measure.WITHDRAWN,
        Measure.STRENGTH,
        Measure.QUANTITY,
    }
)


@dataclass(slots=True)
class _Incident:
    """The claims of one event, with the finest place and the first day that any of them gives."""

    claims: list[Claim]
    scope: Scope = Scope.INCIDENT
    place: PlaceMention | None = None
    period: Period | None = None
    aside: bool = False  # an earlier event that the report only refers to
    lent: bool = False  # whether the period is so far only that of something that has days of its own

    def __post_init__(self) -> None:
        for claim in self.claims:
            self._learn(claim)

    def add(self, claim: Claim) -> None:
        """Takes in a claim of the same event."""
        self.claims.append(claim)
        self._learn(claim)

    def _learn(self, claim: Claim) -> None:
        known = self.place.place if self.place is not None else None
        if claim.place is not None and claim.place.place is not None and _rank(claim.place.place) < _rank(known):
            self.place = claim.place
        lends = claim.measure in _OWN_DAYS
        if self.lent and not lends:
            self.period, self.lent = None, False  # nobody died on the day of the ceremony for that
        if claim.period is None or claim.period.start is None:
            return
        if lends and any(c.measure not in _OWN_DAYS for c in self.claims):
            return
        self.lent = lends
        if self.period is None or (self.period.grain not in _SHORT and claim.period.grain in _SHORT):
            self.period = claim.period


def code(reports: Iterable[Report], policy: str = "neutral/1", *, one_event: bool = False) -> tuple[CodedRow, ...]:
    """A row for every incident of every report, in text order. Raises UnknownPolicy.

    one_event says that each report is known to tell of one event, as a recorder's page does: its places and days are
    then no reason to tell events apart. Totals over longer stretches and earlier events still stand apart.
    """
    by = policy_called(policy)
    return tuple(row for report in reports for row in code_report(report, by, one_event=one_event))


def code_report(report: Report, by: Policy, *, one_event: bool = False) -> tuple[CodedRow, ...]:
    """The rows of one report under a policy. one_event: as for code()."""
    kept, notes = _select(report.claims)
    contested = _contested(report.claims, notes)
    incidents = group(kept, report.document.text)
    if one_event:
        incidents = _as_one(incidents)
    told = [i for i in incidents if i.scope is Scope.INCIDENT and not i.aside]
    # Names say nothing of which event: they count where there is one.
    named = len(named_dead(report)) if by.disagreement is Disagreement.BY_SOURCE and len(told) == 1 else 0
    rows = list(placed([_row(report, i, by, contested, named if i in told else 0) for i in incidents], report))
    if rows and notes:
        rows[0] = _with_notes(rows[0], notes)
    return tuple(rows)


def group(claims: Sequence[Claim], text: str = "") -> list[_Incident]:
    """Claims by the event they tell of, running totals apart. Text order is kept."""
    incidents: list[_Incident] = []
    totals: list[_Incident] = []
    asides: list[_Incident] = []
    summaries: list[_Incident] = []
    current: _Incident | None = None
    before = _told_before(claims)
    for claim in claims:
        if _runs_on(claim):
            _join(totals, claim, Scope.CUMULATIVE)
            continue
        if claim.id in before or _earlier_deed(claim) or (current is not None and _other_event(claim)):
            asides.append(_Incident([claim], aside=True))
            continue
        if current is None and several_events(claim.sentence.text):
            _join(summaries, claim, Scope.INCIDENT)
            continue
        turned = current is not None and _turns_away(current.claims[-1], claim, text)
        if current is not None and not turned and _fits(current, claim):
            current.add(claim)
            continue
        placed = claim.place is not None or claim.period is not None
        # Back to an event told of before ("in the first attack"): only among the last few.
        back = next((i for i in reversed(incidents[-_LOOK_BACK:]) if _fits(i, claim)), None)
        if back is not None and not turned and placed:
            current = back
            current.add(claim)
        else:
            current = _Incident([claim])
            incidents.append(current)
    if incidents:  # what opened the report sums up the events told of one by one after it
        totals = [_Incident(s.claims, Scope.CUMULATIVE) for s in summaries] + totals
    else:
        incidents = summaries
    return incidents + asides + totals


def _as_one(incidents: list[_Incident]) -> list[_Incident]:
    """The events of a report that tells of one, as one; earlier events and longer stretches stay apart."""
    told = [i for i in incidents if i.scope is Scope.INCIDENT and not i.aside]
    if len(told) < 2:
        return incidents
    one = _Incident(sorted((c for i in told for c in i.claims), key=lambda c: c.count_span))
    one.place, one.period = told[0].place, told[0].period
    return [one, *(i for i in incidents if not any(i is t for t in told))]


def _runs_on(claim: Claim) -> bool:
    """True for a total that grows over a stretch of weeks or more: a campaign's or a war's, not one event's."""
    if claim.accumulation in (Accumulation.CUMULATIVE, Accumulation.RATE):
        return True
    long = claim.period is not None and claim.period.grain in _LONG
    return long and claim.accumulation is Accumulation.INCREMENTAL and not is_single(claim)


def _other_event(claim: Claim) -> bool:
    """True where the words just before the figure name the occasion of the event: "to avenge the killing of a"."""
    before = claim.sentence.text[: claim.count_span.start - claim.sentence.start]
    return has_cue("other-event", before[-_OCCASION_WITHIN:])


def _earlier_deed(claim: Claim) -> bool:
    """True where the words just before the figure tell of a deed done before, or a charge: "accused of killing two"."""
    before = claim.sentence.text[: claim.count_span.start - claim.sentence.start]
    return has_cue("earlier-deed", before[-_DEED_WITHIN:])


def _told_before(claims: Sequence[Claim]) -> frozenset[str]:
    """The ids of claims in a clause that opens its sentence with an earlier event: "a day after the raid killed nine".

    Only where the sentence goes on to tell of the same harm: otherwise it is all that the sentence says.
    """
    found = set()
    for sentence, told in groupby(claims, key=lambda c: c.sentence):
        here = list(told)
        opening = _OPENING.match(sentence.text)
        if opening is None or len(here) < 2:
            continue
        dated = has_cue("time-after", opening[0])
        ends = [m.end() for m in _CLAUSE_END.finditer(sentence.text, opening.end())]
        ends = [sentence.start + end for end in ends if any(c.count_span.start >= sentence.start + end for c in here)]
        first = next((end for end in ends if any(c.count_span.end <= end for c in here)), None)
        if first is not None:
            early = [c for c in here if c.count_span.end <= first]
            late = [c for c in here if c.count_span.start >= first]
            for claim in early:
                same = [c for c in late if c.measure is claim.measure]
                if same and (dated or _dwarfs(claim, same)):
                    found.add(claim.id)
    return frozenset(found)


def _dwarfs(claim: Claim, others: Sequence[Claim]) -> bool:
    """True for a figure many times that of the clause it opens: "after killing 400 in a year, they killed a girl".

    Without a stretch of time, a smaller one is mostly of the same event ("after killing a guard, they shot two").
    """
    size = claim.count.low or claim.count.value or 0
    return size >= _MANY and size >= _TIMES * sum(c.count.low or c.count.value or 1 for c in others)


def _join(incidents: list[_Incident], claim: Claim, scope: Scope) -> None:
    for incident in reversed(incidents[-_LOOK_BACK:]):
        if _fits(incident, claim):
            incident.add(claim)
            return
    incidents.append(_Incident([claim], scope))


def _select(claims: Sequence[Claim]) -> tuple[list[Claim], list[str]]:
    kept, notes = [], []
    for claim in claims:
        if claim.measure is Measure.CASUALTIES:
            if _SHOT not in claim.rules and _BOTH.isdisjoint(claim.rules):
                notes.append(f"{claim.id}: {claim.span.text!r} are casualties, not coded as killed or wounded")
        elif claim.measure in _CODED and claim.count.unit in (None, "person"):
            if claim.factuality in _NOT_SO and claim.count.high != 0:
                notes.append(f"{claim.id}: left out, {claim.factuality.value.replace('_', ' ')}")
            else:
                kept.append(claim)
    told = _apart(kept, notes) + _both(claims, kept, notes)
    return sorted(told, key=lambda c: c.count_span), notes


def _both(claims: Sequence[Claim], kept: Sequence[Claim], notes: list[str]) -> list[Claim]:
    """Figures for dead and hurt together, as ranges of each where nothing else counts them.

    "Killed and wounded 16" is at least one of each, at most 15. "Four were shot" is at most four of each; where the
    dead have a figure, the rest of those shot lived (_less_the_dead).
    """
    found = []
    for claim in claims:
        if claim.measure is not Measure.CASUALTIES or claim.factuality in _NOT_SO or claim.count.unit != "person":
            continue
        words = fold(claim.measure_span.text).split() if claim.measure_span is not None else []
        sure = "and" in words
        if not _BOTH.isdisjoint(claim.rules):
            if not {"and", "or"} & {*words} or any(word.startswith(("captur", "detain")) for word in words):
                continue
        elif _SHOT not in claim.rules:
            continue
        for measure in (Measure.KILLED, Measure.WOUNDED):
            if any(c.measure is measure for c in kept):
                continue
            high = claim.count.high
            if sure and high is not None and high > 1:
                high -= 1
            count = replace(claim.count, low=1 if sure else None, high=high, value=None, mod=None, form=Form.BOUNDED)
            if _SHOT in claim.rules and len(kept) and measure is Measure.WOUNDED:
                count = claim.count
            found.append(replace(claim, measure=measure, count=count))
            notes.append(f"{claim.id}: {claim.span.text!r} counts both together: a range of {measure.value}")
    return found


def _less_the_dead(hurt: Toll, claims: Sequence[Claim], dead: Toll) -> Toll:
    """Those shot less those of them who died; a ceiling where the dead have no one figure."""
    told = [c for c in claims if c.measure in WOUNDED]
    if not told or not all(_SHOT in c.rules for c in told):
        return hurt
    if hurt.best is None and hurt.high is not None and dead.best is not None and dead.best >= hurt.high:
        return Toll()
    if hurt.best is None:
        return hurt
    if dead.best is None:
        return replace(hurt, low=None, best=None)
    if dead.best >= hurt.best:
        return Toll()  # those shot are those who died
    lived = hurt.best - dead.best
    return replace(hurt, low=lived, best=lived, high=lived, rules=(*hurt.rules, "shot less the dead"))


def _contested(claims: Sequence[Claim], notes: list[str]) -> frozenset[str]:
    """The ids of claims whose very figure another source of the report denies: "60 died" and "denied that 60 died"."""
    denied: dict[tuple[Measure, Number], list[Claim]] = {}
    for claim in claims:
        if claim.factuality is Factuality.DENIED and claim.count.value:
            denied.setdefault((claim.measure, claim.count.value), []).append(claim)
    found = set()
    for claim in claims:
        against = denied.get((claim.measure, claim.count.value), ()) if claim.count.value else ()
        who = next((voice(d) for d in against if voice(d) is not None and voice(d) != voice(claim)), None)
        if who is not None and claim.factuality not in _NOT_SO:
            found.add(claim.id)
            notes.append(f"{claim.id}: a ceiling at most, {who} denies {claim.count_span.text!r}")
    return frozenset(found)


def _apart(claims: Sequence[Claim], notes: list[str]) -> list[Claim]:
    """The claims, a figure for dead and wounded together ("killed and wounded 16") coded as a ceiling of each.

    One person who is both died of the wounds. Where the sentence gives the wounded a figure of their own, the shared
    one is the dead's: "five dead and a dozen hurt".
    """
    dead = {c.count_span for c in claims if c.measure in KILLED}
    both = dead & {c.count_span for c in claims if c.measure in WOUNDED}
    own = {c.sentence for c in claims if c.measure in WOUNDED and c.count_span not in both}
    kept = []
    for claim in claims:
        of_the_dead = is_single(claim) or claim.sentence in own
        if claim.count_span not in both or (of_the_dead and claim.measure in KILLED):
            kept.append(claim)
        elif of_the_dead:
            notes.append(f"{claim.id}: not added, the figure is that of the dead")
        else:
            notes.append(f"{claim.id}: {claim.count_span.text!r} counts dead and wounded together")
            kept.append(replace(claim, count=replace(claim.count, low=None, value=None, mod=None, form=Form.BOUNDED)))
    return kept


def _turns_away(last: Claim, claim: Claim, text: str) -> bool:
    """True when the words between two claims, or those of the later sentence, turn to another event."""
    if last.sentence == claim.sentence:
        return False
    between = text[last.sentence.end : claim.sentence.start]
    return has_cue("turns-away", claim.sentence.text) or any(
        has_cue("turns-away", line.strip()) for line in between.split("\n") if line.strip()
    )


def _fits(incident: _Incident, claim: Claim) -> bool:
    last = incident.claims[-1]
    if _dated_apart(incident.claims[0]) != _dated_apart(claim):
        return False
    if last.sentence == claim.sentence and not _other_day(last.period, claim.period):
        return True
    return not _other_day(incident.period, claim.period) and not _other_place(incident.place, claim.place)


def _dated_apart(claim: Claim) -> str | None:
    """The rule that dates a claim by another event ("the day after the ambush"): it is an event of its own."""
    return next((r.rule for r in claim.reasons if r.stage == "period" and r.rule in _SHIFTS), None)


def _other_day(a: Period | None, b: Period | None) -> bool:
    if a is None or b is None or a.start is None or b.start is None:
        return False
    first, later = (a, b) if a.start <= b.start else (b, a)
    if first.end is None or later.start is None:
        return False
    return (later.start - first.end).days > SAME_DAY_SLACK


def _other_place(a: PlaceMention | None, b: PlaceMention | None) -> bool:
    if a is None or b is None or a.place is None or b.place is None:
        return False
    one, two = a.place, b.place
    if one.geonameid == two.geonameid and one.geonameid is not None:
        return False
    if one.country != two.country:
        return one.country is not None and two.country is not None
    if Precision.COUNTRY in (one.precision, two.precision):
        return False
    if one.precision in _FINE and two.precision in _FINE:
        return kilometres(one.lat, one.lon, two.lat, two.lon) > SAME_PLACE_KM
    return one.admin1 != two.admin1 and None not in (one.admin1, two.admin1)


def _rank(place: Place | None) -> int:
    return list(Precision).index(place.precision) if place is not None else len(Precision)


def _row(report: Report, incident: _Incident, by: Policy, contested: frozenset[str], named: int = 0) -> CodedRow:
    tolls: dict[tuple[Measure, ...], Toll] = {}
    notes: list[str] = [BACKGROUND] if incident.aside else []
    for measures in (KILLED, WOUNDED, CAPTURED):
        claims = [c for c in incident.claims if c.measure in measures]
        apart = by_source(claims, by, contested) if by.disagreement is Disagreement.BY_SOURCE else None
        tolls[measures], left_out = apart or tally(claims, by, contested)
        if measures is KILLED and claims:
            tolls[measures] = at_least(tolls[measures], named, apart is not None)
        notes += left_out
    tolls[WOUNDED] = _less_the_dead(tolls[WOUNDED], incident.claims, tolls[KILLED])
    mention = incident.place
    return CodedRow(
        report.document.text_sha256,
        by.name,
        incident.scope,
        incident.period,
        mention.place if mention else None,
        mention.span.text if mention else None,
        _distinct(c.actor for c in incident.claims),
        _distinct(c.population for c in incident.claims),
        tolls[KILLED],
        tolls[WOUNDED],
        tolls[CAPTURED],
        tuple(c.id for c in incident.claims),
        tuple(notes),
        by.caveat,
    )


def _with_notes(row: CodedRow, notes: Sequence[str]) -> CodedRow:
    return replace(row, notes=(*row.notes, *notes))


def _distinct(populations: Iterable[Population | None]) -> tuple[Population, ...]:
    by_text = {p.text.lower(): p for p in populations if p is not None and p.text}
    return tuple(by_text.values())
