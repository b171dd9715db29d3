"""What pages and the API show of quantities: the list, one as of a day, its neighbours, its conflicts told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection

from tallystick.errors import BadQuestion, LedgerError, UnknownPolicy, UnknownTally
from tallystick.jobs import disputes, neighbours, quantities, questions
from tallystick.jobs.reconciling import reconcile
from tallystick.ledger import queries, tally_rows
from tallystick.ledger.computed import AfterTally
from tallystick.ledger.store import Ledger
from tallystick.model.constraints import Interval, Proof
from tallystick.model.questions import Question
from tallystick.model.records import Recording, Verdict
from tallystick.model.tallies import Tally
from tallystick.model.values import Measure
from tallystick.reconcile.estimates import estimate
from tallystick.reconcile.policies import POLICIES
from tests.ledger.reports import NOON, recording
from tests.reconcile.tally_build import KEY, figure, tally

DAY = date(2026, 3, 2)
LATER = NOON + timedelta(days=30)


def reported(count: int, on: int) -> Recording:
    return recording(count, published=DAY + timedelta(days=on), publisher=f"Paper {count}")


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """Three reports of one event, 12, 15 and 19 killed on three days; the last was added a month later."""
    path = tmp_path_factory.mktemp("quantities") / "ledger.db"
    with Ledger.create(path, now=NOON) as made:
        made.add([reported(12, 0), reported(15, 1)], now=NOON, actor="tests 1")
        made.add([reported(19, 3)], now=LATER, actor="tests 1")
        reconcile(made, now=LATER)
        yield made


@pytest.fixture
def connection(ledger: Ledger) -> Iterator[Connection]:
    with ledger.reading() as made:
        yield made


@pytest.fixture
def killed(connection: Connection) -> Tally:
    (row,) = quantities.listed(connection, Question(measures=("killed",))).rows
    return questions.tally_for(connection, row.id)


def test_a_row_of_the_list_says_what_the_policy_makes_of_the_tally(connection: Connection, killed: Tally) -> None:
    found = quantities.listed(connection, Question(), policy="acled-like")
    done = estimate(killed, "acled-like")

    (row,) = found.rows
    assert (row.low, row.best, row.high, row.status) == (done.low, done.best, done.high, done.status)
    assert (row.label, row.mentions, row.documents) == (killed.label, 3, 3)
    assert (found.policy, found.next, found.partly) == (done.policy, None, False)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (Question(measures=("killed",)), True),
        (Question(measures=("wounded",)), False),
        (Question(place="Ukraine"), True),
        (Question(place="Mali"), False),
        (Question(country="ua"), True),
        (Question(words="mayor"), True),
        (Question(words="admiral"), False),
        (Question(status="civilian"), False),
        (Question(publisher="Paper 15"), True),
        (Question(since=DAY + timedelta(days=400)), False),
    ],
    ids=lambda value: (
        repr({n: getattr(value, n) for n in value.__slots__ if getattr(value, n)})
        if isinstance(value, Question)
        else str(value)
    ),
)
def test_the_list_holds_what_is_asked_for(connection: Connection, asked: Question, found: bool) -> None:
    assert bool(quantities.listed(connection, asked).rows) is found


def test_as_of_a_day_the_list_counts_what_was_public_and_says_no_number_of_origins(connection: Connection) -> None:
    (row,) = quantities.listed(connection, Question(known_by=DAY + timedelta(days=1))).rows

    assert (row.low, row.mentions, row.at_least, row.at_most) == (12, 2, None, None)
    assert quantities.listed(connection, Question(known_by=DAY - timedelta(days=1))).rows == ()


def test_by_our_own_clock_the_list_counts_what_the_ledger_had_stored(connection: Connection) -> None:
    (row,) = quantities.listed(connection, Question(held_by=NOON)).rows
    (now,) = quantities.listed(connection, Question(held_by=LATER)).rows

    assert (row.mentions, now.mentions) == (2, 3)


def test_a_row_that_would_take_long_waits_and_is_worked_out_alone(connection: Connection, killed: Tally) -> None:
    quantities._NUMBERS._made.clear()
    (row,) = quantities.listed(connection, Question(), budget=1).rows

    assert (row.waits, row.low, row.best, row.high) == (True, None, None, None)
    alone = quantities.numbers_of(connection, killed.id, "neutral")
    assert (alone.waits, alone.low) == (False, estimate(killed).low)
    (known,) = quantities.listed(connection, Question(), budget=1).rows  # now it is kept
    assert known == alone


def of_measure(measure: Measure, count: int) -> Recording:
    """A report of one figure of that measure."""
    made = reported(count, 0)
    return replace(made, claims=tuple(replace(one, measure=measure) for one in made.claims))


def test_pages_follow_one_another_without_a_gap(where: str) -> None:
    with Ledger.create(where, now=NOON) as ledger:
        reports = [of_measure(measure, 10 + n) for n, measure in enumerate([*Measure][:7])]
        ledger.add(reports, now=NOON, actor="tests 1")
        reconcile(ledger, now=NOON)
        with ledger.reading() as connection:
            everything = [row.id for row in quantities.listed(connection, Question()).rows]
            seen: list[str] = []
            after: AfterTally | None = None
            for _ in range(20):
                page = quantities.listed(connection, Question(), after=after, limit=2)
                seen += [row.id for row in page.rows]
                after = page.next
                if after is None:
                    break

    assert len(everything) == 7
    assert seen == everything


def test_a_ledger_that_was_never_reconciled_is_told_apart_from_an_empty_answer(tmp_path: Path) -> None:
    with (
        Ledger.create(tmp_path / "new.db", now=NOON) as ledger,
        ledger.reading() as connection,
        pytest.raises(LedgerError, match="not been reconciled"),
    ):
        quantities.listed(connection, Question())


def test_unknown_names_are_refused(connection: Connection) -> None:
    with pytest.raises(UnknownTally):
        quantities.quantity(connection, "t:nothing")
    with pytest.raises(UnknownPolicy):
        quantities.listed(connection, Question(), policy="nobody")
    with pytest.raises(BadQuestion):
        quantities.listed(connection, Question(words="!!"))


def test_as_of_a_day_a_quantity_is_what_was_known_of_it(connection: Connection, killed: Tally) -> None:
    asked = quantities.quantity(connection, killed.id, known_by=DAY + timedelta(days=1))

    assert asked.tally is not None
    assert (len(asked.tally.figures), len(asked.now.figures), asked.counted) == (2, 3, True)
    assert asked.estimate is not None
    assert (asked.estimate.low, len(asked.estimate.figures)) == (12, 2)
    before = quantities.quantity(connection, killed.id, known_by=DAY - timedelta(days=1))
    assert (before.tally, before.estimate, before.now) == (None, None, killed)


@pytest.mark.parametrize("clock", [{"known_by": DAY + timedelta(days=1)}, {"held_by": NOON}])
def test_a_large_quantity_as_of_a_day_has_the_same_figures_and_numbers_though_origins_are_not_counted_anew(
    connection: Connection, killed: Tally, monkeypatch: pytest.MonkeyPatch, clock: dict[str, object]
) -> None:
    small = quantities.quantity(connection, killed.id, **clock)  # type: ignore[arg-type]
    monkeypatch.setattr(quantities, "LARGE", 1)
    large = quantities.quantity(connection, killed.id, **clock)  # type: ignore[arg-type]

    assert small.tally is not None
    assert large.tally is not None
    assert (small.counted, large.counted) == (True, False)
    assert large.tally.figures == small.tally.figures
    assert large.estimate == small.estimate
    assert large.tally.origins.mentions == small.tally.origins.mentions == 2


def test_a_long_series_ends_as_the_whole_one_does_and_a_short_one_leaves_nothing_out(
    killed: Tally, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = quantities.over_time(killed)
    monkeypatch.setattr(quantities, "LARGE", 1)
    monkeypatch.setattr(quantities, "POINTS", 2)
    short = quantities.over_time(killed)

    assert len(whole.points) == 3
    assert len(short.points) == 2
    assert {point.day for point in short.points} < {point.day for point in whole.points}
    assert (short.points[-1].day, short.points[-1].estimate) == (whole.points[-1].day, whole.points[-1].estimate)
    assert quantities.drawn(killed, short).figures
    assert {f.id for f in quantities.drawn(killed, short).figures} <= {f.id for f in killed.figures}


def test_every_policy_is_worked_out(killed: Tally) -> None:
    assert [done.policy for done in quantities.estimates(killed)] == list(POLICIES)


def test_a_proof_is_told_by_what_says_so_and_by_which_rule() -> None:
    from tallystick.reconcile.systems import quantity

    name = quantity(KEY)
    said = Proof(f"{name}@2031-03-01", "low", 9, f"{name}≥9")
    later = Proof(name, "low", 9, f"grow:{name}@2031-03-01<2031-03-02", (said,))
    made = tally({"the mayor": [figure("a", 9)]}, bounds=Interval(9, None, later))
    told = neighbours._Told(made, []).step(later)

    assert (told.says, told.why) == (f"{made.label}: at least 9", "a toll told later is no smaller")
    (ground,) = told.uses
    assert ground.says == f"{made.label}, as told by 2031-03-01: at least 9"
    assert [f.id for f in ground.figures] == ["a"]


# On the shipped reports


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """The eight shipped reports of one incident: the hospital and the ministry disagree."""
    from importlib import resources

    from tallystick.jobs import intake

    folder = resources.files("tallystick") / "examples" / "cluster"
    path = tmp_path_factory.mktemp("shipped") / "ledger.db"
    with resources.as_file(folder) as reports, Ledger.create(path, now=NOON) as made:
        intake.add(made, [reports], now=lambda: NOON)
        reconcile(made, now=NOON)
        yield made


def test_a_conflict_is_told_with_both_sides_words_and_what_makes_them_comparable(shipped: Ledger) -> None:
    with shipped.reading() as connection:
        first = quantities.listed(connection, Question()).rows[0]
        told = disputes.disputes_of(connection, quantities.quantity(connection, first.id))

    (one,) = told.told
    assert one.sentence.startswith("The district hospital and Sahel Count say 31 (“Thirty-one people")
    assert "the interior ministry says 26 (“26 people were killed”" in one.sentence
    assert [side.value for side in one.sides] == ["31", "26"]
    quote = one.sides[1].quotes[0]
    assert (
        quote.before + quote.quote + quote.after
        == "The interior ministry said again on Saturday that 26 people were killed."
    )
    assert one.given == ("Both count the same.", "A toll told later is no smaller.")
    assert one.what == "the sources disagree"


def test_a_way_out_names_the_judgements_that_it_would_mean_and_makes_none(shipped: Ledger) -> None:
    with shipped.reading() as connection:
        first = quantities.listed(connection, Question()).rows[0]
        (one,) = disputes.disputes_of(connection, quantities.quantity(connection, first.id)).told

    cheapest, dearer = one.ways
    assert cheapest.says == "Take the interior ministry’s 26 as a floor, not the whole toll"
    open_end = cheapest.judgings[0]
    assert (open_end.verdict, open_end.low, open_end.high) == (Verdict.CORRECT, "26", None)
    assert [j.verdict for j in dearer.judgings[:2]] == [Verdict.CORRECT, Verdict.REJECT]
    assert cheapest.cost < dearer.cost
    with shipped.reading() as connection:
        assert queries.judgements(connection) == ()


def test_as_of_a_day_before_the_second_word_there_is_no_conflict_yet(shipped: Ledger) -> None:
    with shipped.reading() as connection:
        first = quantities.listed(connection, Question()).rows[0]
        asked = quantities.quantity(connection, first.id, known_by=date(2024, 6, 6))

        assert disputes.disputes_of(connection, asked).told == ()


def test_what_holds_a_quantity_and_what_is_part_of_it_stand_beside_it(shipped: Ledger) -> None:
    with shipped.reading() as connection:
        first = quantities.listed(connection, Question()).rows[0]
        found = neighbours.neighbours(connection, questions.tally_for(connection, first.id))

    assert {one.label: one.within for one in found} == {
        "people killed in Tillabéri Region from 1 Jan 2024 to 6 June 2024": False,
        "children killed in Téra on 3 June 2024": True,
        "soldiers killed in Téra on 3 June 2024": True,
        "women killed in Téra on 3 June 2024": True,
    }
    assert all(one.why for one in found)


def test_conflicts_near_a_tally_are_its_own_and_those_of_the_same_reports(shipped: Ledger) -> None:
    with shipped.reading() as connection:
        first = quantities.listed(connection, Question()).rows[0]
        (kept,) = tally_rows.conflicts_near(connection, first.id)

    assert kept.tallies == (first.id,)


def test_mentions_are_told_oldest_first_a_page_at_a_time(shipped: Ledger) -> None:
    with shipped.reading() as connection:
        tally_of = quantities.quantity(connection, quantities.listed(connection, Question()).rows[0].id).now
    everything = disputes.mentions_of(tally_of)
    days = [quote.day for quote in everything if quote.day is not None]

    assert days == sorted(days)
    assert [*disputes.mentions_of(tally_of, 0, 5), *disputes.mentions_of(tally_of, 5, 50)] == everything
    assert [q.superseded for q in everything if q.value == "at least 21"] == [True] * 4
