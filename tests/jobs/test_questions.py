"""What was known when: nothing published later changes an answer as of a day, and judgements count from reconciling."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tallystick.errors import LedgerError, UnknownClaim, UnknownTally
from tallystick.jobs.questions import (
    Answer,
    answered,
    answers,
    as_known,
    is_figure,
    narrowed,
    report_of,
    scope_of,
    tally_for,
)
from tallystick.jobs.questions import (
    number as how_many,
)
from tallystick.jobs.reconciling import reconcile
from tallystick.ledger import judgements
from tallystick.ledger.store import Ledger
from tallystick.model.constraints import Conflict, ConflictKind, Interval, Repair
from tallystick.model.mentions import LinkKind, PlaceMention
from tallystick.model.quantities import Figure, Link
from tallystick.model.questions import Question
from tallystick.model.records import Recording, figure_id
from tallystick.model.tallies import Tally
from tallystick.reconcile.origins import origins
from tallystick.reconcile.policies import POLICIES
from tests.builders import SUMY
from tests.deciding import decide
from tests.ledger.reports import NOON, recording
from tests.reconcile.tally_build import KEY, at_least, day, figure, up_to

DAY = date(2026, 3, 2)
ANY = Interval(None, None)

# Invented figures: a day, bounds, a source, an outlet.
_SAID = st.tuples(
    st.integers(0, 9),
    st.integers(1, 40),
    st.sampled_from([figure, at_least, up_to]),
    st.sampled_from(["the mayor", "the army", "the hospital", None]),
    st.sampled_from(["The Ford Echo", "The Vale", "Radio Lowland"]),
)


def figures_of(said: Sequence[tuple[int, int, Callable[..., Figure], str | None, str]]) -> list[Figure]:
    made = []
    for number, (on, count, how, source, outlet) in enumerate(said):
        chain = (Link(source, LinkKind.SAYS),) if source else ()
        made.append(how(f"{number:08}:{number:08}", count, on=on, chain=chain, publisher=outlet))
    return made


def tally_of(figures: Sequence[Figure], conflicts: tuple[Conflict, ...] = ()) -> Tally:
    repairs = (Repair(("a",), 1.0, "all else can be true"),) if conflicts else ()
    found = origins(figures)
    return Tally("t:1", KEY, "dead in Orvel", tuple(figures), found, Interval(3, 9), conflicts, repairs, ("a note",))


def public(figures: Iterable[Figure], by: date) -> Callable[[Iterable[str]], bool]:
    known = {one.id for one in figures if one.published is not None and one.published <= by}
    return known.issuperset


@settings(max_examples=40)
@given(st.lists(_SAID, min_size=1, max_size=6), st.integers(0, 9))
def test_what_is_published_later_changes_no_answer_as_of_a_day(
    said: list[tuple[int, int, Callable[..., Figure], str | None, str]], on: int
) -> None:
    figures = figures_of(said)
    early = [one for one in figures if one.published is not None and one.published <= day(on)]

    then = narrowed(tally_of(figures), public(figures, day(on)))

    if not early:
        assert then is None
        return
    alone = narrowed(tally_of(early), public(early, day(on)))
    assert then is not None
    assert then == alone
    for policy in POLICIES.values():
        assert answered(then, policy, day(on)) == answered(replace(tally_of(early), bounds=ANY), policy, day(on))


@given(st.lists(_SAID, min_size=2, max_size=5), st.integers(0, 9), st.data())
def test_a_conflict_is_known_when_all_its_figures_are(
    said: list[tuple[int, int, Callable[..., Figure], str | None, str]], on: int, data: st.DataObject
) -> None:
    figures = figures_of(said)
    elsewhere = figure("99999999:99999999", 3, on=data.draw(st.integers(0, 9)))
    ids = data.draw(st.lists(st.sampled_from([*figures, elsewhere]), min_size=2, unique_by=lambda f: f.id))
    clash = Conflict(("a", "b"), ConflictKind.GENUINE, "cannot be", tuple(one.id for one in ids))

    then = narrowed(tally_of(figures, (clash,)), public([*figures, elsewhere], day(on)))

    shown = () if then is None else then.conflicts
    everyone = all(one.published is not None and one.published <= day(on) for one in ids)
    assert shown == ((clash,) if everyone and then is not None else ())
    assert then is None or (then.bounds, then.repairs, then.notes) == (ANY, (), ())


# On a ledger


def reported(count: int, on: int, **given: object) -> Recording:
    """A report of one figure, published that many days after the first."""
    return recording(count, published=DAY + timedelta(days=on), publisher=f"Paper {count}", **given)


def ask(ledger: Ledger, **asked: object) -> list[Answer]:
    with ledger.reading() as connection:
        return answers(connection, Question(**asked))  # type: ignore[arg-type]


def shown(found: Sequence[Answer]) -> list[object]:
    """What a person sees of answers: all but names that later figures may change."""
    return sorted(
        (sorted(f.id for f in one.tally.figures), repr(one.tally.origins), repr(one.estimate)) for one in found
    )


def figure_ids(found: Sequence[Answer]) -> set[str]:
    return {one.id for answer in found for one in answer.tally.figures}


def of(report: Recording) -> str:
    return figure_id(report.document.id, report.claims[0].id)


def test_later_reports_change_no_answer_of_the_ledger_as_of_a_day(where: str) -> None:
    early, late = [reported(12, 0), reported(15, 1)], [reported(40, 3), reported(41, 4)]
    with Ledger.create(where, now=NOON) as ledger:
        ledger.add(early, now=NOON, actor="tests 1")
        reconcile(ledger, now=NOON)
        before = ask(ledger, known_by=DAY + timedelta(days=2))
        ledger.add(late, now=NOON, actor="tests 1")
        reconcile(ledger, now=NOON)

        after = ask(ledger, known_by=DAY + timedelta(days=2))

        assert figure_ids(before) == {of(report) for report in early}
        assert shown(after) == shown(before)
        assert figure_ids(ask(ledger)) == {of(report) for report in (*early, *late)}


def test_held_by_goes_by_when_this_ledger_recorded_it_not_by_when_an_archive_captured_it(where: str) -> None:
    later = NOON + timedelta(days=30)
    archived = reported(15, 1, captured=NOON - timedelta(days=400))
    with Ledger.create(where, now=NOON) as ledger:
        ledger.add([reported(12, 0)], now=NOON, actor="tests 1")
        ledger.add([archived], now=later, actor="tests 1")
        reconcile(ledger, now=later)

        assert figure_ids(ask(ledger, held_by=NOON)) == {of(reported(12, 0))}
        assert len(figure_ids(ask(ledger, held_by=later))) == 2
        assert figure_ids(ask(ledger, held_by=NOON - timedelta(seconds=1))) == set()


def test_a_report_without_a_day_was_public_when_it_was_captured(tmp_path: Path) -> None:
    undated = recording(12, published=None, captured=NOON)
    with Ledger.create(tmp_path / "ledger.db", now=NOON) as ledger:
        ledger.add([undated], now=NOON, actor="tests 1")
        reconcile(ledger, now=NOON)

        assert figure_ids(ask(ledger, known_by=NOON.date() - timedelta(days=1))) == set()
        (answer,) = ask(ledger, known_by=NOON.date())
        assert answer.estimate.low == 12


def test_a_rejected_figure_disappears_and_a_withdrawn_rejection_returns_it(where: str) -> None:
    reports = [reported(12, 0), reported(15, 1)]
    with Ledger.create(where, now=NOON) as ledger:
        ledger.add(reports, now=NOON, actor="tests 1")
        reconcile(ledger, now=NOON)
        whole = shown(ask(ledger))

        made = decide(ledger, "reject", [of(reports[1])], by="Ana", now=NOON)
        assert shown(ask(ledger)) == whole  # until it is reconciled
        reconcile(ledger, now=NOON)
        assert figure_ids(ask(ledger)) == {of(reports[0])}

        judgements.withdraw(ledger, made.id, by="Ben", at=NOON, now=NOON)
        reconcile(ledger, now=NOON)
        assert shown(ask(ledger)) == whole


@pytest.mark.parametrize(
    ("changes", "ends", "estimate"),
    [
        (["count.low=21"], (21, None), (21, None, None)),
        (["count.low=30", "count.high=30"], (30, 30), (30, None, 30)),
        (["count.low=30", "count.high=40"], (30, 40), (30, None, 40)),
        (["count.low=null", "count.high=9"], (None, 9), None),
    ],
)
def test_a_corrected_figure_counts_as_corrected_and_as_stated_once_withdrawn(
    tmp_path: Path, changes: list[str], ends: tuple[int | None, int | None], estimate: tuple[int | None, ...] | None
) -> None:
    report = reported(12, 0)
    with Ledger.create(tmp_path / "ledger.db", now=NOON) as ledger:
        ledger.add([report], now=NOON, actor="tests 1")
        made = decide(ledger, "correct", [of(report)], by="Ana", changes=changes, now=NOON)
        reconcile(ledger, now=NOON)
        (corrected,) = ask(ledger)
        judgements.withdraw(ledger, made.id, by="Ana", at=NOON, now=NOON)
        reconcile(ledger, now=NOON)
        (stated,) = ask(ledger)

    (after,) = corrected.tally.figures
    assert (after.low, after.high) == ends
    assert after.comparator is None
    if estimate is not None:
        assert (corrected.estimate.low, corrected.estimate.best, corrected.estimate.high) == estimate
    assert corrected.estimate.low != 12
    assert (stated.tally.figures[0].low, stated.estimate.low) == (12, 12)


def test_a_tally_is_found_by_its_id_its_beginning_or_a_figure(tmp_path: Path) -> None:
    report = reported(12, 0)
    with Ledger.create(tmp_path / "ledger.db", now=NOON) as ledger:
        ledger.add([report], now=NOON, actor="tests 1")
        with ledger.reading() as connection, pytest.raises(LedgerError, match="reconcile"):
            tally_for(connection, of(report))
        reconcile(ledger, now=NOON)
        (answer,) = ask(ledger)
        with ledger.reading() as connection:
            for name in (answer.tally.id, answer.tally.id[:6], of(report), of(report)[:11]):
                assert tally_for(connection, name).id == answer.tally.id
            with pytest.raises(UnknownTally):
                tally_for(connection, "t:none")
            with pytest.raises(UnknownClaim):
                tally_for(connection, f"{report.document.id[:8]}:none")
            assert as_known(connection, answer.tally) is answer.tally
            assert as_known(connection, answer.tally, DAY - timedelta(days=1)) is None
            read, claim = report_of(connection, of(report))
    assert claim in read.claims
    assert read.document.text == report.text
    assert (is_figure(of(report)), is_figure("t:0123"), is_figure("0123")) == (True, False, False)


def test_a_force_asked_for_takes_in_its_units() -> None:
    assert "azov brigade" not in scope_of(Question(actor="Russia")).actors
    assert scope_of(Question()).actors == ()


def test_times_without_a_zone_are_taken_as_utc(tmp_path: Path) -> None:
    with Ledger.create(tmp_path / "ledger.db", now=NOON) as ledger:
        ledger.add([reported(12, 0)], now=NOON, actor="tests 1")
        reconcile(ledger, now=NOON)

        assert len(ask(ledger, held_by=NOON.replace(tzinfo=None))) == 1
        assert ask(ledger, held_by=(NOON - timedelta(hours=1)).replace(tzinfo=None)) == []


def placed(report: Recording) -> Recording:
    """The report, its claims in Sumy."""
    mention = PlaceMention(report.claims[0].sentence, SUMY, 1.0)
    return replace(report, claims=tuple(replace(claim, place=mention) for claim in report.claims))


def test_all_claims_of_a_place_are_looked_at_and_the_weightiest_tallies_shown(where: str) -> None:
    reports = [placed(recording(n, publisher=f"Paper {n}", more=f"It was day {n}.\n")) for n in range(13, 25)]
    with Ledger.create(where, now=NOON) as ledger:
        ledger.add(reports, now=NOON, actor="tests 1")
        for other in reports[1:]:
            decide(ledger, "different", [reports[0].scenes[0].id, other.scenes[0].id], by="Ana", now=NOON)
        reconcile(ledger, now=NOON)
        with ledger.reading() as connection:
            for question in (
                Question(),
                Question(place="Sumy"),
                Question(words="mayor"),
                Question(publisher="paper 17"),
            ):
                every = answers(connection, question)
                assert how_many(connection, question) == len(every) > 0
                for some in (1, 2, len(every) + 5):
                    assert shown(answers(connection, question, limit=some)) == shown(every[:some])
            assert figure_ids(answers(connection, Question(place="Sumy"))) == {of(report) for report in reports}
            assert how_many(connection, Question(place="Gao")) == 0
            assert how_many(connection, Question(known_by=DAY)) is None
