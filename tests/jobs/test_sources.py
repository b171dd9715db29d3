"""Sources: voices and publishers counted apart, what each said, about whose losses, and what became of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from importlib import resources
from itertools import pairwise
from pathlib import Path

import pytest

from tallystick.errors import BadQuestion, UnknownSource
from tallystick.jobs import intake, sources
from tallystick.jobs.reconciling import reconcile
from tallystick.jobs.sources import Losses, Revision, SourceView, Standing
from tallystick.ledger import computed, queries, source_rows
from tallystick.ledger.source_rows import SourceKind
from tallystick.ledger.store import Ledger
from tallystick.model.claims import Interest, Population, Status
from tallystick.model.quantities import Figure
from tallystick.model.questions import Question
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


@pytest.mark.parametrize("kind", list(SourceKind))
def test_the_newest_claims_are_the_first_of_all_wherever_a_day_is_cut(where: str, kind: SourceKind) -> None:
    days = [MONDAY - timedelta(days=n // 3) for n in range(8)]
    made = [told(20 + n, EASTFORD, day=day) for n, day in enumerate(days)]
    undated = [told(n, EASTFORD, day=None) for n in (6, 7)]  # type: ignore[arg-type]
    key = "the mayor" if kind is VOICE else "the ford echo"
    with ledger_of([*undated, *made], where) as ledger, ledger.reading() as connection:
        every = source_rows.said(connection, kind, key, limit=50)
        assert [one.said for one in every] == [*(day.isoformat() for day in days), None, None]
        assert [one.seq for one in every[:3]] == sorted((one.seq for one in every[:3]), reverse=True)
        for limit in range(1, 12):
            assert source_rows.said(connection, kind, key, limit=limit) == every[:limit]


def test_a_timeline_is_in_the_order_of_days(ledger: Ledger) -> None:
    with ledger.reading() as connection:
        dots = sources.timeline(connection, VOICE, "the mayor")
    assert [dot.day for dot in dots] == sorted(dot.day for dot in dots)
    assert [dot.low for dot in dots] == [25, 24, 23, 22, 21, 20]


def as_whole_tallies_tell(ledger: Ledger, kind: SourceKind, name: str) -> tuple[Standing, Losses]:
    """The part a source has, by the specification: from whole tallies and whole claims, each made into its class."""
    with ledger.reading() as connection:
        source = sources.source_named(connection, kind, name)
        own = source_rows.said(connection, kind, source.key, limit=sources.FOLLOWED)
        inside = computed.tallies_with(connection, [one.figure for one in own])
        names = list(dict.fromkeys(tally for one in own for tally in inside.get(one.figure, ())))[: sources.TALLIES]
        tallies = [computed.tally_named(connection, tally) for tally in names]
        whole = [held.claim for held in queries.held_at(connection, [one.seq for one in own[: sources.LOOKED]])]
    mine, first, passed_on, revisions = {one.figure for one in own}, 0, 0, []
    for tally in tallies:
        held = {figure.id: figure for figure in tally.figures}
        for origin in tally.origins.origins:
            voices = [voice for voice in origin.voices if mine & set(voice.figures)]
            told = [held[figure] for voice in origin.voices for figure in voice.figures]
            if not voices:
                continue
            if kind is VOICE:
                alone = len(origin.voices) == 1
                root = origin.known if alone else any(one.name and one.name == origin.name for one in voices)
                first += root
                passed_on += len({figure.publisher for figure in told}) - 1 if root else 0
            else:
                root = min(told, key=when).id in mine
                first += root
                passed_on += not root
            for voice in voices:
                said = sorted((held[f] for f in voice.figures if kind is VOICE or f in mine), key=when)
                revisions += [
                    Revision(tally.id, tally.label, a, b)
                    for a, b in pairwise(said)
                    if (a.low, a.high) != (b.low, b.high) and a.document != b.document
                ]
    revisions.sort(key=lambda one: when(one.after), reverse=True)
    interests = Counter(claim.interest for claim in whole)
    people = Counter(claim.population.actor for claim in whole if claim.population and claim.population.actor)
    losses = Losses(
        len(whole), interests[Interest.OWN_LOSSES], interests[Interest.ENEMY_LOSSES], interests[Interest.THIRD_PARTY],
        tuple(people.most_common(6)), len(whole) - people.total(),
    )  # fmt: skip
    return Standing(len(tallies), first, passed_on, tuple(revisions[:12])), losses


def when(figure: Figure) -> tuple[date, str]:
    return figure.said or figure.published or date.max, figure.id


def sources_as_specified(ledger: Ledger) -> list[SourceView]:
    """The view of every source, each checked."""
    met = []
    for kind in SourceKind:
        for name in counted(ledger, kind):
            with ledger.reading() as connection:
                found = sources.view(connection, kind, name, limit=3)
                page, after = sources.claims(connection, kind, name, limit=3)
            assert (found.standing, found.losses) == as_whole_tallies_tell(ledger, kind, name)
            assert (list(found.claims), found.next) == (page, after)
            met.append(found)
    return met


def test_the_part_of_a_source_is_what_whole_tallies_and_whole_claims_tell(ledger: Ledger) -> None:
    met = sources_as_specified(ledger)
    assert any(one.standing.first for one in met)
    assert any(one.losses.own for one in met)
    assert any(one.next for one in met)


def test_so_it_is_where_one_quantity_alone_is_looked_at(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "TALLIES", 1)
    met = sources_as_specified(ledger)
    assert {one.standing.tallies for one in met} == {1}


def test_people_counted_are_named_as_the_text_names_them(where: str) -> None:
    made = told(7, EASTFORD)
    soldiers = Population("soldiers", None, "the army", Status.COMBATANT)
    claims = tuple(replace(claim, population=soldiers) for claim in made.claims)
    with ledger_of([replace(made, claims=claims), told(8, EASTFORD)], where) as ledger:
        (found,) = (one for one in sources_as_specified(ledger) if one.source.kind is VOICE)
    assert (found.losses.people, found.losses.nobody) == ((("the army", 1),), 1)


def test_so_it_is_of_reports_that_repeat_and_revise_one_another(tmp_path: Path) -> None:
    folder = resources.files("tallystick") / "examples" / "cluster"
    with resources.as_file(folder) as reports, Ledger.create(tmp_path / "ledger.db", now=NOON) as ledger:
        intake.add(ledger, [reports], now=lambda: NOON)
        reconcile(ledger, now=NOON)
        met = sources_as_specified(ledger)
    assert any(one.standing.revisions for one in met)
    assert any(one.standing.passed_on for one in met)


def test_claims_are_found_by_words_of_their_source_whenever_they_were_recorded(where: str) -> None:
    def by(words: str) -> list[str]:
        with ledger.reading() as connection:
            found = queries.held(connection, Question(source=words))
            return sorted(held.claim.attributions[-1].name or "" for held in found)

    asked = ("army", "The Army", "the army of the north", "arm", "north", "north army", "nobody", "100% sure", "%", "_")
    named = ("the army", "the army of the north", "a 100% sure army", "the mayor", "the armyman", None)
    reports = [told(20 + n, EASTFORD, by=name, day=MONDAY - timedelta(days=n)) for n, name in enumerate(named)]
    with Ledger.create(where, now=NOON) as ledger:
        ledger.add(reports, now=NOON, actor="test")
        before = {words: by(words) for words in asked}
        assert before["army"] == ["a 100% sure army", "the army", "the army of the north"]
        assert (before["arm"], before["north army"], before["_"]) == ([], [], [])
        reconcile(ledger, now=NOON)
        assert {words: by(words) for words in asked} == before
        ledger.add([told(50, EASTFORD, by="Army of the south"), told(51, EASTFORD, by="the army")], now=NOON, actor="t")
        assert by("army") == sorted([*before["army"], "Army of the south", "the army"])
        assert by("south") == ["Army of the south"]
        with ledger.reading() as connection:
            first = list(queries.held(connection, Question(source="the army"), limit=2))
            rest = list(queries.held(connection, Question(source="the army"), after=queries.position(first[-1])))
        assert [held.document.published for held in (*first, *rest)] == [MONDAY - timedelta(days=1), MONDAY, MONDAY]
