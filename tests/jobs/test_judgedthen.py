"""What the ledger held at a time is read as people had judged by then: neither earlier nor later judgements count."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tallystick.jobs.questions import answers, as_known, tally_for
from tallystick.jobs.reconciling import reconcile
from tallystick.ledger import judgements
from tallystick.ledger.store import Ledger
from tallystick.model.questions import Question
from tallystick.model.records import Recording, figure_id
from tests.deciding import decide
from tests.ledger.reports import NOON, recording

REPORTS = tuple(recording(n, publisher=f"Paper {n}") for n in (12, 15, 19))
BEFORE, JUDGED, WITHDRAWN, TODAY = (NOON + timedelta(days=n) for n in (1, 2, 4, 9))


def of(report: Recording) -> str:
    return figure_id(report.document.id, report.claims[0].id)


FIGURES = tuple(map(of, REPORTS))


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.create(tmp_path / "ledger.db", now=NOON) as made:
        made.add(REPORTS, now=NOON, actor="tests 1")
        yield made


def held(ledger: Ledger, by: datetime | None, **asked: object) -> list[list[tuple[str, object]]]:
    """The figures of each tally with their floors, as the ledger held them by then."""
    question = Question(held_by=by, **asked)  # type: ignore[arg-type]
    with ledger.reading() as connection:
        found = answers(connection, question)
    return sorted(sorted((figure.id, figure.low) for figure in one.tally.figures) for one in found)


ALL = [sorted(zip(FIGURES, (12, 15, 19), strict=True))]


def test_a_rejection_counts_from_when_it_was_made_until_it_was_withdrawn(ledger: Ledger) -> None:
    made = decide(ledger, "reject", FIGURES[:1], by="Ana", now=JUDGED)
    reconcile(ledger, now=JUDGED)
    rejected = held(ledger, None)
    assert rejected == [sorted(zip(FIGURES[1:], (15, 19), strict=True))]

    assert held(ledger, BEFORE) == ALL
    assert held(ledger, JUDGED) == rejected

    judgements.withdraw(ledger, made.id, by="Ana", at=WITHDRAWN, now=WITHDRAWN)
    reconcile(ledger, now=TODAY)

    assert held(ledger, None) == held(ledger, TODAY) == held(ledger, BEFORE) == ALL
    assert held(ledger, JUDGED + timedelta(days=1)) == rejected


def test_a_figure_that_was_rejected_with_all_its_tally_is_there_again(ledger: Ledger) -> None:
    for figure in FIGURES:
        decide(ledger, "reject", [figure], by="Ana", now=JUDGED)
    reconcile(ledger, now=JUDGED)

    assert held(ledger, None) == []
    assert held(ledger, BEFORE) == held(ledger, BEFORE, publisher="paper 12") == ALL
    assert held(ledger, BEFORE, measures=("wounded",)) == []
    assert held(ledger, BEFORE, words="mayor killed") == ALL
    assert held(ledger, BEFORE, words="hospital") == []


def test_a_correction_counts_from_when_it_was_made(ledger: Ledger) -> None:
    decide(ledger, "correct", FIGURES[:1], by="Ana", changes=["count.low=30"], now=JUDGED)
    decide(ledger, "correct", FIGURES[1:2], by="Ana", changes=["measure=wounded"], now=JUDGED)
    reconcile(ledger, now=JUDGED)
    today = held(ledger, None)
    assert today == sorted([sorted([(FIGURES[0], 30), (FIGURES[2], 19)]), [(FIGURES[1], 15)]])

    assert held(ledger, JUDGED) == today
    assert held(ledger, BEFORE) == ALL
    assert held(ledger, BEFORE, measures=("wounded",)) == []


def test_quantities_judged_apart_are_one_before(ledger: Ledger) -> None:
    decide(ledger, "different", FIGURES[:2], by="Ana", about="quantity", now=JUDGED)
    reconcile(ledger, now=JUDGED)

    assert len(held(ledger, None)) == 2
    assert held(ledger, BEFORE) == ALL


def test_one_tally_is_shown_as_judged_then(ledger: Ledger) -> None:
    decide(ledger, "reject", FIGURES[:1], by="Ana", now=JUDGED)
    reconcile(ledger, now=JUDGED)
    with ledger.reading() as connection:
        today = tally_for(connection, FIGURES[1])
        then = as_known(connection, today, held_by=BEFORE)
        same = as_known(connection, today, held_by=TODAY)

    assert then is not None
    assert same is not None
    assert {figure.id for figure in then.figures} == {*FIGURES}
    assert {figure.id for figure in same.figures} == {*FIGURES[1:]}


def test_a_report_that_was_not_stored_yet_is_not_there_however_it_was_judged(ledger: Ledger) -> None:
    late = recording(44, publisher="Paper 44")
    ledger.add([late], now=JUDGED, actor="tests 1")
    decide(ledger, "reject", [of(late)], by="Ana", now=WITHDRAWN)
    reconcile(ledger, now=TODAY)

    assert held(ledger, BEFORE) == ALL
    assert {name for tally in held(ledger, JUDGED) for name, _ in tally} == {*FIGURES, of(late)}
    assert held(ledger, TODAY) == ALL
