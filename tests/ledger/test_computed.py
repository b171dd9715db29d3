"""What reconciling computed is kept whole, found by page, and replaced one component at a time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallystick.errors import UnknownTally
from tallystick.ledger import codec, computed, waiting
from tallystick.ledger.store import Ledger
from tallystick.model.constraints import Conflict, ConflictKind, Interval, Proof, Repair
from tallystick.model.links import Linked
from tallystick.model.mentions import LinkKind
from tallystick.model.quantities import (
    Evidence,
    Figure,
    Incident,
    Key,
    Link,
    LinkVerdict,
    SceneLink,
    Where,
    Who,
    Window,
)
from tallystick.model.questions import Question
from tallystick.model.records import Judgement, Verdict
from tallystick.model.tallies import Doubt, Origin, OriginReason, Origins, Tally, Voice
from tallystick.model.text import Span
from tests.ledger.reports import NOON

KEY = Key("killed", Who("north guard", "combatant"), Where("geo:5", "Varesk", "UA"), Window(date(2026, 1, 1)), "i1")


def figure(name: str, low: int | float | None = 3, high: int | float | None = 10**20) -> Figure:
    chain = (Link("the mayor", LinkKind.SAYS, "the mayor said", 3, 17), Link(None, LinkKind.NONE_GIVEN))
    return Figure(
        name, KEY, low, high, "d" * 16, "3 were killed", 1, 14, chain=chain, captured=datetime(2026, 1, 2, tzinfo=UTC),
        published=date(2026, 1, 2), sentence=Span(0, 3, "abc"), part_of=("x:y",), soft_high=True,
    )  # fmt: skip


def clash(name: str, gap: int, kind: ConflictKind = ConflictKind.GENUINE) -> Conflict:
    return Conflict((f"{name}≥", f"{name}≤"), kind, f"{name} cannot be.", (name, "z:z"), "q:1", gap)


def tally(name: str, *clashes: Conflict, measure: str = "killed") -> Tally:
    key = Key(measure, KEY.who, KEY.where, KEY.window, KEY.incident)
    voice = Voice("v1", None, ("a:1",), "a:1")
    reason = OriginReason("cites", "it says so", ("a:1",))
    origins = Origins(4, 3, 2, (Origin("o1", "the mayor", (voice,), (reason,)),), (Doubt("o1", "o2", 0.5),), 1, 2)
    bounds = Interval(3, None, Proof("q:1", "low", 3, "b1", (Proof("q:2", "low", 3, "b2"),)))
    repairs = tuple(Repair((c.members[0],), 2.5, "Drop it.", {c.figures[0]: (3, None)}) for c in clashes)
    return Tally(name, key, f"label of {name}", (figure(f"{name}:1"),), origins, bounds, clashes, repairs, ("n",), "h")


@pytest.fixture
def ledger(where: str) -> Iterator[Ledger]:
    with Ledger.create(where, now=NOON) as made:
        with made.writing() as connection:
            computed.create(connection)
        yield made


def keep(ledger: Ledger, name: str, *made: Tally) -> None:
    with ledger.writing() as connection:
        computed.clear(connection, [name])
        computed.write(connection, computed.tallying_rows(name, "inputs", made))


def test_figures_that_are_written_already_make_the_same_rows() -> None:
    made = tally("t:1", clash("a:1", 7))
    written = {figure.id: codec.dumps(figure) for figure in made.figures}

    assert computed.tallying_rows("e/1", "inputs", [made], written) == computed.tallying_rows("e/1", "inputs", [made])


def test_records_that_are_equal_and_written_unlike_come_back_as_each_was_written() -> None:
    places = [Where("geo:5", "Varesk", lat=lat) for lat in (1, 1.0, None)]
    written = [codec.dumps(place) for place in places]

    assert written[0] != written[1]
    assert [codec.dumps(codec.loads(Where, one)) for one in (*written, *written)] == [*written, *written]


def test_a_tally_comes_back_as_it_was(ledger: Ledger) -> None:
    made = tally("t:1", clash("a:1", 7))
    keep(ledger, "e/1", made)

    with ledger.reading() as connection:
        assert computed.tally_named(connection, "t:1") == made
        assert list(computed.tallies(connection)) == [made]
        assert computed.tallies_with(connection, ["t:1:1", "other"]) == {"t:1:1": ("t:1",)}


@given(
    low=st.one_of(st.none(), st.integers(min_value=0), st.floats(0, 1e300)),
    wide=st.booleans(),
    words=st.text(),
    day=st.dates(),
)
def test_any_figure_comes_back_from_its_json(low: int | float | None, wide: bool, words: str, day: date) -> None:
    made = Figure("a:b", Key("killed", Who(subset=words), None, Window(day, day)), low, None if wide else low, words,
                  soft_high=wide, published=day)  # fmt: skip

    again = codec.loads(Figure, codec.dumps(made))

    assert again == made
    assert type(again.low) is type(made.low)


def test_an_unknown_tally_is_told(ledger: Ledger) -> None:
    keep(ledger, "e/1", tally("t:1"), tally("t:12"))
    with ledger.reading() as connection:
        assert computed.tally_named(connection, "t:1").id == "t:1"
        with pytest.raises(UnknownTally, match="several"):
            computed.tally_named(connection, "t:")
        with pytest.raises(UnknownTally, match="no tally"):
            computed.tally_named(connection, "x")


def test_replacing_a_component_leaves_the_others(ledger: Ledger) -> None:
    keep(ledger, "e/1", tally("t:1", clash("a:1", 7)))
    keep(ledger, "e/2", tally("t:2", clash("b:1", 9)))
    keep(ledger, "e/1", tally("t:3"))

    with ledger.reading() as connection:
        assert {one.id for one in computed.tallies(connection)} == {"t:2", "t:3"}
        assert [kept.conflict.figures[0] for kept in computed.conflicts(connection)] == ["b:1"]
        assert computed.inputs_of(connection, ["e/1", "e/2", "e/3"]) == {"e/1": "inputs", "e/2": "inputs"}


def test_tallies_are_asked_for_by_what_they_count(ledger: Ledger) -> None:
    keep(ledger, "e/1", tally("t:1"), tally("t:2", measure="wounded"))

    def found(question: Question) -> list[str]:
        with ledger.reading() as connection:
            return [one.id for one in computed.tallies(connection, question)]

    assert found(Question(measures=("wounded",))) == ["t:2"]
    assert found(Question(actor="North Guard", country="ua", place="varesk")) == ["t:1", "t:2"]
    assert found(Question(actor="south")) == []
    assert found(Question(until=date(2025, 12, 31))) == []
    assert found(Question(incident="i1", status="combatant")) == ["t:1", "t:2"]


def test_conflicts_come_weightiest_first_and_page_by_page(ledger: Ledger) -> None:
    reading, genuine = ConflictKind.READING, ConflictKind.GENUINE
    made = [
        clash(f"f{n}:1", gap, kind) for n, (gap, kind) in enumerate([(1, genuine), (1000, reading), (1000, genuine)])
    ]
    keep(ledger, "e/1", tally("t:1", *made))
    keep(ledger, "e/2", tally("t:2", clash("g:1", 1)))

    with ledger.reading() as connection:
        whole = list(computed.conflicts(connection))
        pages: list[computed.KeptConflict] = []
        after = None
        while page := list(computed.conflicts(connection, after=after, limit=1)):
            pages += page
            after = computed.AfterTally(page[-1].consequence, page[-1].id)

    assert [kept.conflict.figures[0] for kept in whole][:2] == ["f2:1", "f1:1"]
    assert len(whole) == 4
    assert pages == whole
    assert whole[0].tallies == ("t:1",)
    assert [repair.drop for repair in whole[0].repairs] == [("f2:1≥",)]


def test_a_conflict_that_touches_two_tallies_is_kept_once(ledger: Ledger) -> None:
    shared = clash("a:1", 7)
    keep(ledger, "e/1", tally("t:1", shared), tally("t:2", shared))

    with ledger.reading() as connection:
        (kept,) = computed.conflicts(connection)
        assert kept.tallies == ("t:1", "t:2")
        assert [one.id for one in computed.conflicts(connection, figure="a:1")] == [kept.id]
        assert list(computed.conflicts(connection, figure="other")) == []


def test_the_queue_holds_figures_of_conflicts_that_nobody_has_judged(ledger: Ledger) -> None:
    keep(ledger, "e/1", tally("t:1", clash("a:1", 7), clash("b:1", 700)))
    with ledger.reading() as connection:
        assert [one.figure for one in waiting.figures(connection)] == ["b:1", "z:z", "a:1"]
        first = next(waiting.figures(connection, limit=1))
        assert [one.figure for one in waiting.figures(connection, after=first)] == ["z:z", "a:1"]

    judged = Judgement("j1", Verdict.ACCEPT, ("b:1",), "Ana", NOON)
    with ledger.writing() as connection:
        ledger.record(connection, [judged], now=NOON, actor="Ana")
    with ledger.reading() as connection:
        assert [one.figure for one in waiting.figures(connection)] == ["z:z", "a:1"]


def test_links_that_wait_for_a_person_come_the_likeliest_first(ledger: Ledger) -> None:
    def pair(a: str, b: str, score: float, verdict: LinkVerdict) -> SceneLink:
        return SceneLink(a, b, score, verdict, (Evidence("same-day", 2.5, "both on Friday"),))

    sure = pair("a#0", "b#0", 0.99, LinkVerdict.AUTO)
    queued = [pair("a#0", "c#0", 0.6, LinkVerdict.QUEUE), pair("b#0", "c#0", 0.8, LinkVerdict.QUEUE)]
    incident = Incident("i1", ("a#0", "b#0"), KEY.where, KEY.window, "Varesk", (sure,))
    rows = computed.linking_rows(
        "l/UA", Linked((incident,), (sure, *queued)), {"i1": "UA/2026-01"}, {"a#0": 5, "b#0": 9}
    )
    with ledger.writing() as connection:
        computed.write(connection, rows)

    with ledger.reading() as connection:
        assert list(computed.links(connection)) == queued[::-1]
        assert list(computed.links(connection, after=(0.8, "b#0", "c#0"))) == queued[:1]
        assert list(computed.links(connection, verdict=None, scene="b#0")) == [sure, queued[1]]
        assert computed.incidents(connection, ["i1"]) == {"i1": incident}
        assert computed.incidents_of(connection, [5, 9, 11]) == {5: "i1", 9: "i1"}
        assert computed.scenes_in(connection, "i1") == [5, 9]


def test_a_source_that_contradicts_itself_weighs_more_than_a_reading_of_its_words() -> None:
    kinds = (ConflictKind.ARITHMETIC, ConflictKind.GENUINE, ConflictKind.DEFINITION, ConflictKind.READING)

    weights = [computed.consequence(clash("a:1", 100, kind)) for kind in kinds]

    assert weights == sorted(weights, reverse=True)
    assert computed.consequence(clash("a:1", 1_000)) > computed.consequence(clash("a:1", 10))
