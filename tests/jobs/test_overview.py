"""The overview and search hold on both databases."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection

from tallystick.jobs.overview import overview
from tallystick.jobs.searching import found
from tallystick.model.reviewing import Reviewer
from tests.jobs.places import ledger_of, several
from tests.ledger.reports import MONDAY, NOON


@pytest.fixture
def ledger(where: str) -> Iterator[Connection]:
    with ledger_of(several(), where) as made, made.reading() as connection:
        yield connection


def test_the_newest_documents_come_first_and_nothing_waits(ledger: Connection) -> None:
    made = overview(ledger, Reviewer("ada"))
    assert len(made.documents) == 6
    assert made.reconciled == NOON
    assert not made.stale
    assert not made.empty
    assert made.log.size > 9
    assert made.log.root is not None
    assert made.judgements == ()


def test_a_search_finds_sentences_sources_and_incidents(ledger: Connection) -> None:
    made = found(ledger, "killed mayor", MONDAY)
    assert len(made.sentences) == 9
    assert [word for word, hit in made.sentences[0].stretches if hit] == ["killed", "mayor"]
    assert all(len(one.figures) == len(one.tallies) == 1 for one in made.sentences)
    assert len(made.incidents) == 6  # the newest of nine
    assert [one.key for one in found(ledger, "army", MONDAY).sources] == ["the army"]
    assert not found(ledger, "nothing like it", MONDAY).sentences
