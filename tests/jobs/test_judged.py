"""What a person decides of two figures or two documents stands in the tallies, and is gone again once withdrawn."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tallystick.jobs import reconciling
from tallystick.jobs.reconciling import reconcile
from tallystick.ledger import computed, judgements
from tallystick.ledger.store import Ledger
from tallystick.model.records import Recording, figure_id
from tallystick.model.tallies import Tally
from tests.deciding import decide
from tests.ledger.reports import NOON, recording

REPORTS = tuple(recording(n, publisher=f"Paper {n}") for n in (12, 15, 19))
DOCUMENTS = tuple(report.document.id for report in REPORTS)


def of(report: Recording) -> str:
    return figure_id(report.document.id, report.claims[0].id)


FIGURES = tuple(map(of, REPORTS))


@pytest.fixture(params=["whole", "cut"])
def ledger(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ledger]:
    """Three reports of one event, reconciled as one component and cut into several."""
    if request.param == "cut":
        monkeypatch.setattr(reconciling, "WHOLE", 0)
    with Ledger.create(tmp_path / "ledger.db", now=NOON) as made:
        made.add(REPORTS, now=NOON, actor="tests 1")
        reconcile(made, now=NOON)
        yield made


def tallies(ledger: Ledger) -> list[Tally]:
    with ledger.reading() as connection:
        return list(computed.tallies(connection))


def together(ledger: Ledger) -> set[frozenset[str]]:
    """Which figures are in one tally."""
    return {frozenset(figure.id for figure in tally.figures) for tally in tallies(ledger)}


def number_of_origins(ledger: Ledger) -> list[int]:
    return [tally.origins.at_least for tally in tallies(ledger)]


def test_figures_judged_to_count_two_quantities_are_two_tallies_until_withdrawn(ledger: Ledger) -> None:
    everything = together(ledger)
    assert everything == {frozenset(FIGURES)}

    made = decide(ledger, "different", FIGURES[:2], by="Ana", about="quantity", now=NOON)
    reconcile(ledger, now=NOON)
    apart = together(ledger)
    later = max(FIGURES[:2])

    assert apart == {frozenset({later}), frozenset(FIGURES) - {later}}

    judgements.withdraw(ledger, made.id, by="Ana", at=NOON + timedelta(minutes=1), now=NOON)
    reconcile(ledger, now=NOON)

    assert together(ledger) == everything


def test_figures_of_two_events_judged_to_count_one_quantity_are_one_tally_until_withdrawn(ledger: Ledger) -> None:
    scenes = [report.scenes[0].id for report in REPORTS]
    for pair in ((0, 2), (1, 2)):
        decide(ledger, "different", [scenes[i] for i in pair], by="Ana", now=NOON)
    reconcile(ledger, now=NOON)
    two_events = together(ledger)
    assert two_events == {frozenset(FIGURES[:2]), frozenset(FIGURES[2:])}

    made = decide(ledger, "same", FIGURES[1:], by="Ana", about="quantity", now=NOON)
    reconcile(ledger, now=NOON)
    judged = together(ledger)

    assert frozenset(FIGURES[1:]) in {group & set(FIGURES[1:]) for group in judged}
    assert sorted(name for group in judged for name in group) == sorted(FIGURES)

    judgements.withdraw(ledger, made.id, by="Ana", at=NOON + timedelta(minutes=1), now=NOON)
    reconcile(ledger, now=NOON)

    assert together(ledger) == two_events


def test_documents_judged_to_have_one_origin_have_it_until_withdrawn(ledger: Ledger) -> None:
    assert number_of_origins(ledger) == [3]

    made = decide(ledger, "same", DOCUMENTS[:2], by="Ana", now=NOON)
    reconcile(ledger, now=NOON)

    assert number_of_origins(ledger) == [2]

    judgements.withdraw(ledger, made.id, by="Ana", at=NOON + timedelta(minutes=1), now=NOON)
    reconcile(ledger, now=NOON)

    assert number_of_origins(ledger) == [3]


def test_a_full_run_finds_what_judging_and_reconciling_found(ledger: Ledger) -> None:
    decide(ledger, "different", FIGURES[:2], by="Ana", about="quantity", now=NOON)
    decide(ledger, "same", FIGURES[1:], by="Ana", about="quantity", now=NOON + timedelta(minutes=1))
    decide(ledger, "same", DOCUMENTS[1:], by="Ana", now=NOON)
    reconcile(ledger, now=NOON)
    found = tallies(ledger)

    reconcile(ledger, full=True, now=NOON)

    assert tallies(ledger) == found
