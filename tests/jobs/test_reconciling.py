"""Reconciling a ledger: whole or cut into components, from what is new or from nothing, in one go or after a kill."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pytest
from eval import bulk
from eval.bulk import COUNTRIES, World

from tallystick.errors import BadLattice
from tallystick.jobs import reconciling
from tallystick.jobs.reconciling import Reconciled, reconcile
from tallystick.ledger import computed, lookups, projections, queries
from tallystick.ledger.computed_tables import COMPUTED
from tallystick.ledger.store import Ledger
from tallystick.ledger.written import Withdrawal
from tallystick.model.claims import Claim
from tallystick.model.questions import Question
from tallystick.model.records import Judgement, Recording, Scene, Verdict, figure_id
from tallystick.model.tallies import Tally
from tallystick.reconcile import copies

NOW = datetime(2026, 1, 1, tzinfo=UTC)
REPORTS = tuple(World(3).recordings(420, NOW))


@pytest.fixture
def cut(monkeypatch: pytest.MonkeyPatch) -> None:
    """However small a ledger is, it is cut into components."""
    monkeypatch.setattr(reconciling, "WHOLE", 0)


def ledger_of(where: Path | str, *reports: Recording) -> Ledger:
    ledger = Ledger.create(where, now=NOW)
    ledger.add(reports, now=NOW, actor="test")
    return ledger


def run(ledger: Ledger, **given: Any) -> Reconciled:
    return reconcile(ledger, now=NOW, **given)


def found(ledger: Ledger) -> dict[str, Tally]:
    with ledger.reading() as connection:
        return {one.id: one for one in computed.tallies(connection)}


def contents(ledger: Ledger) -> dict[str, list[Any]]:
    """All that was computed, but for how far the runs came."""
    with ledger.reading() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(table.select())))
            for table in COMPUTED
            if table.name not in ("mark", "component")
        }


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """A ledger reconciled in one go, cut into components."""
    with ledger_of(tmp_path_factory.mktemp("a") / "whole.db", *REPORTS) as made:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(reconciling, "WHOLE", 0)
            run(made)
        yield made


def test_every_figure_is_in_a_tally(where: str) -> None:
    with ledger_of(where, *REPORTS[:12]) as ledger:
        done = run(ledger)

        with ledger.reading() as connection:
            claims = [one.id for one in queries.held(connection)]
            placed = computed.tallies_with(connection, claims)
        assert done.full
        assert claims
        assert sorted(placed) == sorted(claims)


def test_a_ledger_cut_into_components_holds_the_same_figures(where: str, cut: None) -> None:
    with ledger_of(where, *REPORTS[:12]) as ledger:
        done = run(ledger)

        with ledger.reading() as connection:
            claims = [one.id for one in queries.held(connection)]
            assert sorted(computed.tallies_with(connection, claims)) == sorted(claims)
        assert done.components > 5


def test_reports_of_one_event_are_one_incident(whole: Ledger) -> None:
    with whole.reading() as connection:
        told = {
            one.incident: one
            for one in (t.key for t in computed.tallies(connection, Question(measures=("killed",))))
            if one.incident
        }
        sizes = [len(computed.scenes_in(connection, name)) for name in told if name]

    assert max(sizes) > 1
    assert any(one.origins.documents > 1 for one in found(whole).values())


def test_what_has_not_changed_is_not_computed_again(cut: None, whole: Ledger) -> None:
    before = contents(whole)

    again = run(whole)
    from_the_start = run(whole, full=True)

    assert (again.documents, again.components) == (0, 0)
    assert from_the_start.full
    assert from_the_start.components == 0
    assert contents(whole) == before


def test_new_documents_change_only_what_they_touch(tmp_path: Path, cut: None, whole: Ledger) -> None:
    with ledger_of(tmp_path / "grown.db", *REPORTS[:-1]) as ledger:
        first = run(ledger)
        ledger.add(REPORTS[-1:], now=NOW, actor="test")
        second = run(ledger)

        assert not second.full
        assert 0 < second.components < first.components / 2
        assert found(ledger) == found(whole)


def test_two_processes_find_what_one_finds(tmp_path: Path, cut: None, whole: Ledger) -> None:
    with ledger_of(tmp_path / "two.db", *REPORTS) as ledger:
        run(ledger, jobs=2)

        assert contents(ledger) == contents(whole)


@pytest.mark.parametrize("transactions", [1, 3, 7, 15])
def test_a_run_that_was_killed_is_finished_by_the_next(
    tmp_path: Path, cut: None, whole: Ledger, transactions: int
) -> None:
    class Killed(BaseException):
        pass

    with ledger_of(tmp_path / "killed.db", *REPORTS) as ledger:
        left = transactions
        writing = ledger.writing

        @contextmanager
        def until() -> Iterator[Any]:
            nonlocal left
            with writing() as connection:
                left -= 1
                yield connection
                if left < 0:
                    raise Killed

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(ledger, "writing", until)
            with pytest.raises(Killed):
                run(ledger)
        run(ledger)

        assert contents(ledger) == contents(whole)


def test_a_rejected_claim_is_in_no_tally_and_comes_back_when_the_judgement_is_withdrawn(
    tmp_path: Path, cut: None
) -> None:
    with ledger_of(tmp_path / "judged.db", *REPORTS[:20]) as ledger:
        run(ledger)
        before = found(ledger)
        with ledger.reading() as connection:
            name = next(queries.held(connection)).id

        def tell(thing: Any) -> Reconciled:
            with ledger.writing() as connection:
                ledger.record(connection, [thing], now=NOW, actor="Ana")
            return run(ledger)

        assert not tell(Judgement("j1", Verdict.REJECT, (name,), "Ana", NOW)).full
        with ledger.reading() as connection:
            assert computed.tallies_with(connection, [name]) == {}

        tell(Withdrawal("j1", "Ana", NOW, None))
        assert found(ledger) == before


def test_scenes_that_a_person_tells_apart_are_two_incidents(tmp_path: Path, cut: None) -> None:
    with ledger_of(tmp_path / "apart.db", *REPORTS) as ledger:
        run(ledger)
        with ledger.reading() as connection:
            pair = next(one for one in computed.links(connection, verdict=None) if one.verdict.value == "auto")
        judged = Judgement("j1", Verdict.DIFFERENT, (pair.a, pair.b), "Ana", NOW, about="event")
        with ledger.writing() as connection:
            ledger.record(connection, [judged], now=NOW, actor="Ana")
        run(ledger)

        with ledger.reading() as connection:
            (one,), (other,) = (lookups.find(connection, name) for name in (pair.a, pair.b))
            placed = computed.incidents_of(connection, [one, other])
        assert len(placed) == 2
        assert placed[one] != placed[other]


def test_a_ledger_that_grows_beyond_one_component_is_cut_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with ledger_of(tmp_path / "grows.db", *REPORTS[:10]) as ledger:
        assert run(ledger).components == 1

        monkeypatch.setattr(reconciling, "WHOLE", 0)
        again = run(ledger)

        assert again.full
        assert again.components > 1
        with ledger.reading() as connection:
            assert computed.inputs_of(connection, ["all"]) == {}


def test_an_erased_report_is_in_no_tally_and_no_incident(tmp_path: Path, cut: None) -> None:
    with ledger_of(tmp_path / "erased.db", *REPORTS) as ledger:
        run(ledger)
        gone = next(one.document.id for one in REPORTS if one.scenes[-1].cumulative)
        with ledger.writing() as connection:
            projections.erase(connection, lookups.entries_of(connection, gone))

        run(ledger, full=True)
        rest = [one for one in REPORTS if one.document.id != gone]
        with ledger_of(tmp_path / "without.db", *rest) as without:
            run(without)
            assert found(ledger) == found(without)


def test_part_of_files_that_users_added_to_the_ledger_are_in_force(tmp_path: Path) -> None:
    with ledger_of(tmp_path / "lattice.db", *REPORTS[:3]) as ledger:
        run(ledger)
        ledger.add_lattice("mine.toml", "no = [such, thing", now=NOW, actor="Ana")

        with pytest.raises(BadLattice, match=r"mine\.toml"):
            run(ledger)


def test_an_empty_ledger_has_nothing_to_reconcile(where: str) -> None:
    with ledger_of(where) as ledger:
        assert run(ledger).tallies == 0
        assert found(ledger) == {}


def told_otherwise(report: Recording, number: int) -> Recording:
    """The report with its running totals, if it has any, of one town, since another day, or of no named source."""
    scenes = [one for one in report.scenes if one.cumulative]
    towns = [one.place for one in report.scenes if not one.cumulative]
    running = {name for one in scenes for name in one.claims}

    def changed(one: Claim) -> Claim:
        if one.id not in running or one.place is None or one.period is None:
            return one
        match number % 4:
            case 0:
                return replace(one, place=replace(one.place, place=towns[0]))
            case 1:
                return replace(one, period=replace(one.period, start=date(2023, 11, 6)))
            case 2:
                return replace(one, attributions=())
        return one

    return replace(report, claims=tuple(map(changed, report.claims)))


Step = Recording | Judgement | Withdrawal


def told_of_by_two(reports: Iterable[Recording]) -> tuple[str, str]:
    """Scenes of two reports that tell of one event."""
    first: dict[object, Scene] = {}
    for scene in (scene for report in reports for scene in report.scenes if not scene.cumulative):
        before = first.setdefault((scene.place, scene.start), scene)
        if before.document != scene.document:
            return before.id, scene.id
    raise AssertionError("every event has one report only")


def history(reports: Sequence[Recording], at_first: int) -> tuple[list[Recording], list[Step]]:
    """What is reconciled at first, and what comes after: further reports, some of days long gone, and decisions."""
    late = reports[4:at_first:7]
    first = [one for one in reports[:at_first] if one not in late]
    running = [
        (one.document.id, figure_id(one.document.id, name))
        for one in first
        for scene in one.scenes
        if scene.cumulative
        for name in scene.claims
    ]
    killed, documents = [name for _, name in running[::3]], list(dict.fromkeys(name for name, _ in running))
    number = json.dumps({"count": {"low": 3, "high": 3, "value": 3}})

    def decided(name: str, verdict: Verdict, about: str, *subjects: str, changes: str | None = None) -> Judgement:
        return Judgement(name, verdict, subjects, "Ana", NOW, about, changes=changes)

    decisions: list[Step] = [
        decided("j1", Verdict.REJECT, "claim", killed[1]),
        decided("j2", Verdict.CORRECT, "claim", killed[2], changes=number),
        decided("j3", Verdict.DIFFERENT, "quantity", *killed[3:5]),
        decided("j4", Verdict.DIFFERENT, "origin", *documents[5:7]),
        decided("j5", Verdict.DIFFERENT, "event", *told_of_by_two(first)),
        Withdrawal("j1", "Ana", NOW, None),
    ]
    after = zip_longest(decisions, late, reports[at_first:])
    return first, [one for some in after for one in some if one is not None]


def put(ledger: Ledger, step: Step) -> None:
    if isinstance(step, Recording):
        ledger.add([step], now=NOW, actor="test")
    else:
        with ledger.writing() as connection:
            ledger.record(connection, [step], now=NOW, actor="Ana")


# Reports over two years; and over six weeks, where months have more documents than settle what is rare.
@pytest.mark.parametrize(("seed", "claims", "days"), [(11, 340, 730), (5, 300, 45)])
def test_reports_and_decisions_one_by_one_leave_what_one_run_over_all_finds(
    tmp_path: Path, cut: None, monkeypatch: pytest.MonkeyPatch, seed: int, claims: int, days: int
) -> None:
    monkeypatch.setattr(bulk, "DAYS", days)
    monkeypatch.setattr(bulk, "COUNTRIES", COUNTRIES[:2])
    monkeypatch.setattr(bulk, "TOTALS", 0.7)
    monkeypatch.setattr(copies, "COMMON", 4)  # what counts as boilerplate must not hang on what is computed together
    reports = tuple(told_otherwise(one, n) for n, one in enumerate(World(seed).recordings(claims, NOW)))
    first, after = history(reports, 24)
    with ledger_of(tmp_path / "once.db", *first) as once, ledger_of(tmp_path / "grown.db", *first) as grown:
        run(grown)
        for step in after:
            put(once, step)
            put(grown, step)
            assert not run(grown).full
        run(once)

        kept = contents(once)
        totals = [one for one in found(once).values() if one.key.incident is None]
        assert {one.key.who.actor is None for one in totals} == {True, False}
        assert {one.key.where.precision for one in totals if one.key.where} >= {"country", "town"}
        assert len({one.key.window.start for one in totals}) > 1
        assert {len(one.origins.origins) > 1 for one in totals} == {True, False}
        assert kept["overflow"]
        assert contents(grown) == kept
