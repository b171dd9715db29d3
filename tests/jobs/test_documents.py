"""What became of the figures of a page between two captures of it, as those who use a figure must know."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib import resources

import pytest

from tallystick.jobs import documents, intake
from tallystick.jobs.reconciling import reconcile
from tallystick.ledger import computed, queries
from tallystick.ledger.store import Ledger
from tallystick.model.records import figure_id
from tallystick.model.tallies import Tally

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(days=1)


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """A shipped page that says 34 wounded, and the same page a day later, which says 43. To be read only."""
    folder = resources.files("tallystick") / "examples" / "cluster"
    path = tmp_path_factory.mktemp("documents") / "ledger.db"
    with resources.as_file(folder) as reports, Ledger.create(path, now=NOW) as made:
        intake.add(made, [reports / "4-border-gazette.html"], now=lambda: NOW)
        intake.add(made, [reports / "5-border-gazette-later.html"], now=lambda: LATER)
        reconcile(made, now=LATER)
        yield made


def tally(ledger: Ledger, measure: str) -> Tally:
    with ledger.reading() as connection:
        (found,) = (one for one in computed.tallies(connection) if one.key.measure == measure)
    return found


def test_a_figure_that_a_page_changed_without_a_word_is_told_with_the_one_before(ledger: Ledger) -> None:
    with ledger.reading() as connection:
        (found,) = documents.changed_quietly(connection, tally(ledger, "wounded").figures)
        (change,) = found.changes
        held = {one.id: one.claim.count.low for one in queries.claims_of(connection, found.after.id)}

    assert (found.before.revision_of, found.after.revision_of) == (None, found.before.id)
    assert held[figure_id(found.after.id, change.new or "")] == 43
    assert "“34” became “43”" in change.note


def test_a_figure_that_stayed_as_it_was_is_not_told(ledger: Ledger) -> None:
    with ledger.reading() as connection:
        assert documents.changed_quietly(connection, tally(ledger, "killed").figures) == []
        assert documents.changed_quietly(connection, []) == []
