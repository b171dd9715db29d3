"""Sources: voices and publishers counted apart, what each said, about whose losses, and what became of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tallystick.errors import BadQuestion, UnknownSource
from tallystick.jobs import sources
from tallystick.jobs.reconciling import reconcile
from tallystick.ledger.source_rows import SourceKind
from tallystick.ledger.store import Ledger
from tests.jobs.places import EASTFORD, ledger_of, several, told
from tests.ledger.reports import MONDAY, NOON

VOICE, PUBLISHER = SourceKind.VOICE, SourceKind.PUBLISHER


@pytest.fixture
def ledger(where: str) -> Iterator[Ledger]:
    with ledger_of(several(), where) as made:
        yield made


def counted(ledger: Ledger, kind: SourceKind) -> dict[str, int]:
    with ledger.reading() as connection:
        return {one.key: one.claims for one in sources.listed(connection, kind).rows}


def test_a_publisher_is_no_voice(ledger: Ledger) -> None:
    assert counted(ledger, VOICE) == {"the mayor": 6, "the army": 2}
    assert counted(ledger, PUBLISHER) == {"the ford echo": 7, "isles post": 2}


def test_reconciling_again_counts_only_what_is_new(ledger: Ledger) -> None:
    before = counted(ledger, VOICE)
    reconcile(ledger, now=NOON)
    assert counted(ledger, VOICE) == before
    ledger.add([told(77, EASTFORD, by="the army"), told(78, EASTFORD, by="a nurse")], now=NOON, actor="test")
    reconcile(ledger, now=NOON)
    assert counted(ledger, VOICE) == before | {"the army": 3, "a nurse": 1}
    reconcile(ledger, full=True, now=NOON)
    assert counted(ledger, VOICE) == before | {"the army": 3, "a nurse": 1}


def test_pages_of_sources_lose_none(ledger: Ledger) -> None:
    with ledger.reading() as connection:
        first = sources.listed(connection, VOICE, limit=1)
        second = sources.listed(connection, VOICE, after=first.next, limit=1)
        assert [one.key for one in (*first.rows, *second.rows)] == ["the mayor", "the army"]
        assert second.next is None
        assert [one.key for one in sources.listed(connection, VOICE, words="ARMY the").rows] == ["the army"]
        with pytest.raises(BadQuestion):
            sources.listed(connection, VOICE, after="x")


def test_a_source_is_found_however_it_is_written(ledger: Ledger) -> None:
    with ledger.reading() as connection:
        assert sources.source_named(connection, VOICE, "THE  ARMY").claims == 2
        with pytest.raises(UnknownSource, match="list of sources"):
            sources.source_named(connection, VOICE, "isles post")  # a publisher only


def test_about_whose_losses_a_voice_speaks_is_counted(ledger: Ledger) -> None:
    with ledger.reading() as connection:
        found = sources.view(connection, VOICE, "the army")
    assert (found.losses.own, found.losses.enemy, found.losses.third, found.losses.looked) == (1, 1, 0, 2)
    assert (found.first, found.last) == (MONDAY, MONDAY)
    assert found.also is None


@pytest.mark.parametrize(("kind", "name", "many"), [(VOICE, "the mayor", 6), (PUBLISHER, "The Ford Echo", 7)])
def test_pages_of_claims_lose_none_and_begin_with_the_newest(
    ledger: Ledger, kind: SourceKind, name: str, many: int
) -> None:
    with ledger.reading() as connection:
        key = sources.source_named(connection, kind, name).key
        found, after = sources.claims(connection, kind, key, limit=2)
        while after is not None:
            some, after = sources.claims(connection, kind, key, after=after, limit=2)
            found += some
    days = [held.document.published for held in found]
    assert len({held.id for held in found}) == many == len(found)
    assert days == sorted(days, reverse=True)  # type: ignore[type-var]


def test_claims_without_a_day_come_last_and_are_not_lost(where: str) -> None:
    dated = told(5, EASTFORD)
    undated = [told(n, EASTFORD, day=None) for n in (6, 7)]  # type: ignore[arg-type]
    with ledger_of([*undated, dated], where) as ledger, ledger.reading() as connection:
        for kind, key in ((VOICE, "the mayor"), (PUBLISHER, "the ford echo")):
            found, after = sources.claims(connection, kind, key, limit=1)
            while after is not None:
                some, after = sources.claims(connection, kind, key, after=after, limit=1)
                found += some
            assert found[0].claim.count.low == 5
            assert sorted(held.claim.count.low or 0 for held in found) == [5, 6, 7]
        assert [dot.low for dot in sources.timeline(connection, VOICE, "the mayor")] == [5]


def test_a_timeline_is_in_the_order_of_days(ledger: Ledger) -> None:
    with ledger.reading() as connection:
        dots = sources.timeline(connection, VOICE, "the mayor")
    assert [dot.day for dot in dots] == sorted(dot.day for dot in dots)
    assert [dot.low for dot in dots] == [25, 24, 23, 22, 21, 20]
