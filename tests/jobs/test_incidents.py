"""Incidents: listed the latest first, found by place, day and words, and told with all that holds them together."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Connection

from tallystick.errors import BadQuestion, LedgerError, UnknownIncident
from tallystick.jobs import incidents
from tallystick.jobs.incidents import asked_of
from tallystick.ledger.store import Ledger
from tallystick.model.reviewing import Reviewer
from tallystick.model.values import Precision
from tests.jobs.places import ledger_of, several
from tests.ledger.reports import NOON

WHO = Reviewer("ada")


@pytest.fixture
def ledger(where: str) -> Iterator[Connection]:
    with ledger_of(several(), where) as made, made.reading() as connection:
        yield connection


def test_pages_together_hold_every_incident_the_latest_first_and_once(ledger: Connection) -> None:
    found, after = [], None
    while True:
        page = incidents.listed(ledger, asked_of(), after=after, limit=2)
        found += page.rows
        after = page.next
        if after is None:
            break
    assert len(found) == len({one.id for one in found}) == 9
    assert found == list(incidents.listed(ledger, asked_of(), limit=50).rows)
    days = [one.since for one in found if one.since is not None]
    assert days == sorted(days, reverse=True)


ASKED: list[tuple[dict[str, Any], int]] = [
    ({"place": "Eastford"}, 6),
    ({"place": "eastford", "country": "ML"}, 0),
    ({"country": "ne"}, 7),
    ({"country": "NE", "admin1": "Tillabéri"}, 7),
    ({"node": "geo:9000003"}, 1),
    ({"since": date(2026, 3, 2), "until": date(2026, 3, 2)}, 4),
    ({"until": date(2025, 10, 5)}, 1),
    ({"within": (0.0, 13.0, 2.0, 14.1)}, 6),
    ({"within": (170.0, -20.0, -170.0, -10.0)}, 1),
]


def test_incidents_are_found_by_place_and_day(ledger: Connection) -> None:
    for asked, many in ASKED:
        assert len(incidents.listed(ledger, asked_of(**asked)).rows) == many, asked


def test_a_country_counts_with_all_that_lies_in_it(ledger: Connection) -> None:
    assert len(incidents.listed(ledger, asked_of(place="Niger")).rows) == 7


def test_incidents_are_found_by_words_of_their_sentences(ledger: Connection) -> None:
    assert len(incidents.listed(ledger, asked_of(), words="21 killed").rows) == 1
    assert incidents.listed(ledger, asked_of(), words="nobody").rows == ()
    with pytest.raises(BadQuestion):
        incidents.listed(ledger, asked_of(), words="!!")


def test_a_place_in_the_list_that_is_none_is_refused(ledger: Connection) -> None:
    with pytest.raises(BadQuestion, match="first page"):
        incidents.listed(ledger, asked_of(), after="x'; drop")


def test_a_map_holds_what_has_a_place_and_tells_of_what_has_none(ledger: Connection) -> None:
    found = incidents.mapped(ledger, asked_of())
    assert len(found.placed) == 8
    assert [one.place for one in found.unplaced] == [None]
    assert not found.more
    assert incidents.mapped(ledger, asked_of(), limit=3).more
    radius = {one.precision: one.radius for one in found.placed}
    assert radius[Precision.TOWN] < radius[Precision.REGION]


def test_a_large_country_is_drawn_larger_than_a_small_one() -> None:
    reach = {code: incidents._reach(Precision.COUNTRY, f"country:{code}", code) for code in ("LB", "NE", "RU", "XX")}
    assert reach["LB"] < reach["NE"] < reach["RU"]
    assert reach["XX"] == incidents.KILOMETRES[Precision.COUNTRY]


def test_towns_for_orientation_lie_in_the_view_and_apart() -> None:
    found = incidents.towns((-1.0, 12.0, 4.0, 15.0))
    assert "Niamey" in [name for name, _, _ in found]
    assert all(12 <= lat <= 15 and -1 <= lon <= 4 for _, lat, lon in found)
    assert incidents.towns((170.0, -20.0, -170.0, -10.0))  # across the antimeridian


def test_an_incident_is_told_with_its_sentences_and_their_figures_marked(ledger: Connection) -> None:
    (row,) = incidents.listed(ledger, asked_of(node="geo:9000003")).rows
    found = incidents.view(ledger, WHO, row.id)
    (told,) = found.told
    (sentence,) = told.sentences
    marked = [(text, figure) for text, figure in sentence.stretches if figure]
    assert [text for text, _ in marked] == ["4 people were killed"]
    assert "".join(text for text, _ in sentence.stretches).startswith("At least 4 people")
    assert told.first == marked[0][1]
    assert found.of == 1
    assert found.ties == ()
    assert [q.low for q in found.quantities] == [4]
    assert found.where is not None


def test_figures_within_one_another_are_marked_once() -> None:
    text = "31 people, nine of them women, died"
    assert list(incidents.cut(text, 100, [(100, 129, "all"), (111, 115, "part"), (130, 999, "beyond")])) == [
        ("31 people, nine of them women", "all"),
        (", died", None),
    ]


def test_an_incident_that_is_not_there_is_told_so(ledger: Connection) -> None:
    with pytest.raises(UnknownIncident, match="list of incidents"):
        incidents.view(ledger, WHO, "i000000000000.0")


def test_before_reconciling_there_is_nothing_to_list(where: str) -> None:
    with Ledger.create(where, now=NOON) as made, made.reading() as connection, pytest.raises(LedgerError):
        incidents.listed(connection, asked_of())


def test_what_clashes_and_then_the_dead_come_first_among_what_was_counted() -> None:
    rows = [("destroyed", 0, 9), ("wounded", 0, 1), ("planned:killed", 0, 1), ("killed", 0, 1), ("killed", 0, 4)]
    assert sorted([*rows, ("sent", 1, 1)], key=lambda row: incidents.gravest_first(*row)) == [
        ("sent", 1, 1), ("killed", 0, 4), ("killed", 0, 1), ("wounded", 0, 1), ("destroyed", 0, 9),
        ("planned:killed", 0, 1),
    ]  # fmt: skip
