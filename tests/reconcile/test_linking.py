"""Which scenes are put together into one event, which a person is asked about, and which never."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallystick.model.links import CopyLink, Linked, Passage
from tallystick.model.quantities import LinkVerdict
from tallystick.model.records import DocumentRecord, Judgement, Scene, Verdict
from tallystick.model.text import Span
from tallystick.model.values import Place, Precision
from tallystick.pipeline import examples
from tallystick.reconcile.likeness import WEIGHTS
from tallystick.reconcile.linking import Setting, blocks, link, score
from tallystick.reconcile.scenes import scenes

ORRIN = Place("Orrin", 1, 10.0, 20.0, "XX", Precision.TOWN, "01", population=9_000)
VELDEN = Place("Velden", 2, 14.0, 27.0, "XX", Precision.TOWN, "02", population=9_000)
LAND = Place("Land", 3, 12.0, 23.0, "XX", Precision.COUNTRY)
FAR = Place("Farland", 4, -30.0, 100.0, "YY", Precision.COUNTRY)
THIRD = date(2031, 5, 3)


def scene(document: str, index: int = 0, **fields: Any) -> Scene:
    """A scene of one document: an ambush at Orrin on 3 May, but for the fields given."""
    told: dict[str, Any] = {
        "claims": (f"{document}{index}",),
        "place": ORRIN,
        "place_text": "Orrin",
        "start": THIRD,
        "end": THIRD,
        "targets": ("soldiers",),
        "events": ("ASSAULT",),
        "words": "Gunmen ambushed a convoy at the old mill, and 23 soldiers were killed.",
    } | fields
    if "place" in fields and "place_text" not in fields:
        told["place_text"] = fields["place"].name if fields["place"] is not None else None
    return Scene(document * 16 if len(document) == 1 else document, index, **told)


def judgement(verdict: Verdict, a: Scene | str, b: Scene | str, **fields: Any) -> Judgement:
    subjects = tuple(s if isinstance(s, str) else s.id for s in (a, b))
    return Judgement("j1", verdict, subjects, "ada", datetime(2031, 6, 1, tzinfo=UTC), **{"about": "event", **fields})


def together(linked: Linked) -> list[tuple[str, ...]]:
    return [incident.scenes for incident in linked.incidents]


def test_one_event_told_twice_is_one_incident_and_says_why() -> None:
    a, b = scene("a"), scene("b")

    linked = link([a, b])

    assert together(linked) == [(a.id, b.id)]
    (made,) = linked.links
    assert made.verdict is LinkVerdict.AUTO
    assert made.score >= 0.95
    lines = {e.rule: e.note for e in made.evidence}
    assert lines["same-village"] == "Orrin and Orrin"
    assert lines["same-day"] == "2031-05-03 and 2031-05-03"
    assert lines["same-kind"] == "ambush, shooting"
    assert linked.incidents[0].links == (made,)
    assert linked.incidents[0].label == "Orrin, 2031-05-03, soldiers"


@pytest.mark.parametrize(
    "other",
    [
        {"place": VELDEN},
        {"place": FAR},
        {"start": date(2031, 5, 12), "end": date(2031, 5, 12)},
        {
            "words": "An air strike hit the market, and 8 civilians died.",
            "targets": ("civilians",),
            "start": date(2031, 5, 4),
        },
    ],
    ids=["another town", "another country", "nine days later", "an air strike the day after"],
)
def test_what_differs_in_place_or_day_or_kind_is_another_event(other: dict[str, Any]) -> None:
    a, b = scene("a"), scene("b", **{"end": other.get("start", THIRD), **other})

    linked = link([a, b])

    assert len(linked.incidents) == 2
    assert linked.links == ()


def test_two_scenes_of_one_document_are_never_one_event() -> None:
    a, b, c = scene("a", 0), scene("a", 1), scene("b")

    groups = together(link([a, b, c]))

    assert len(groups) == 2
    assert not any({a.id, b.id} <= set(group) for group in groups)


def test_a_running_total_is_in_no_incident() -> None:
    a, total = scene("a"), scene("b", cumulative=True)

    linked = link([a, total])

    assert together(linked) == [(a.id,)]
    assert linked.links == ()


def test_another_attack_the_same_day_waits_for_a_person() -> None:
    a = scene("a")
    b = scene("b", words="In a second attack, gunmen ambushed a convoy by the ford and 9 soldiers were killed.")

    linked = link([a, b])

    assert len(linked.incidents) == 2
    (made,) = linked.links
    assert made.verdict is LinkVerdict.QUEUE
    assert "contrast" in {e.rule for e in made.evidence}


def test_the_cause_of_an_event_is_not_its_kind() -> None:
    setting = Setting()
    strike = scene("a", words="An air strike hit the market the day after the ambush, and 8 civilians died.")

    assert setting.traits(strike).kinds == {"air"}


def test_a_country_alone_makes_no_event() -> None:
    a, b = scene("a", place=LAND), scene("b", place=LAND, words="Floods drowned 4 herders.", targets=("herders",))

    assert len(link([a, b]).incidents) == 2


def test_a_shared_victim_and_building_tell_an_undated_report() -> None:
    names = ("Orben Vask", "Hill School")
    a = scene("a", names=names)
    b = scene("b", names=names, start=None, end=None)

    records = [DocumentRecord(b.document, "", "", published=date(2031, 5, 20))]

    (made,) = link([a, b], (), (), records).links

    assert made.verdict is LinkVerdict.AUTO
    assert next(e.note for e in made.evidence if e.rule == "full-names") == "hill school, orben vask"


def test_the_same_town_in_the_same_words_weeks_later_waits_for_a_person() -> None:
    words = "After positive identification, the patrol engaged the position with precise fire and killed 23 soldiers."
    a = scene("a", words=words, names=("Valley", "Marr"))
    b = scene("b", words=words, names=("Valley", "Marr"), start=None, end=None)
    records = [DocumentRecord(b.document, "", "", published=date(2031, 5, 19))]

    linked = link([a, b], (), (), records)

    assert len(linked.incidents) == 2
    (made,) = linked.links
    assert made.verdict is LinkVerdict.QUEUE


def test_a_link_without_a_person_needs_two_things_that_agree() -> None:
    many = tuple(f"Word{letter}" for letter in "abcdefghij")
    a = scene("a", place=None, names=many)
    b = scene("b", place=None, names=many)

    (made,) = link([a, b]).links

    assert made.verdict is LinkVerdict.QUEUE
    assert next(e.note for e in made.evidence if e.rule == "one-anchor") == "only the day agrees: a person decides"


def test_two_districts_near_each_other_are_two_places() -> None:
    west = replace(ORRIN, name="West Orrin", geonameid=11, precision=Precision.ADMIN2)
    east = replace(west, name="East Orrin", geonameid=12, lat=10.1)
    village = replace(east, precision=Precision.TOWN)

    def rules(a: Place, b: Place) -> set[str]:
        return {e.rule for e in score(scene("a", place=a), scene("b", place=b), Setting()).evidence}

    assert "other-district" in rules(west, east)
    assert "near-place" in rules(west, village)


def test_what_is_copied_is_not_counted_twice_as_wording() -> None:
    a, b = scene("a"), scene("b")
    passage = Passage(Span(0, len(a.words), a.words), Span(0, len(b.words), b.words), 12)
    setting = Setting.of([a, b], (), [CopyLink(a.document, b.document, 0.9, 12, (passage,))])

    rules = {e.rule for e in score(a, b, setting).evidence}

    assert "copied" in rules
    assert "wording" not in rules


def test_nothing_is_told_before_it_happens() -> None:
    a, b = scene("a"), scene("b", start=None, end=None)
    records = [DocumentRecord(b.document, "", "", published=date(2031, 4, 20))]

    assert "told-before" in {e.rule for e in score(a, b, Setting.of([a, b], records)).evidence}


def test_sentences_copied_from_the_other_report_are_evidence() -> None:
    a = scene("a", start=None, end=None, place=None)
    b = scene("b", start=None, end=None, place=None)
    passage = Passage(Span(0, len(a.words), a.words), Span(0, len(b.words), b.words), 12)
    copy = CopyLink(b.document, a.document, 0.9, 12, (passage,))

    lines = {e.rule for e in score(a, b, Setting.of([a, b], (), [copy])).evidence}
    alone = score(a, b, Setting.of([a, b]))

    assert "copied" in lines
    assert "copied" not in {e.rule for e in alone.evidence}


def test_a_report_that_names_the_other_outlet_cites_it() -> None:
    a = scene("a")
    b = scene("b", words="The Lowland Herald reported a day earlier that 23 soldiers were killed.")
    records = [
        DocumentRecord(a.document, "", "", publisher="The Lowland Herald", published=date(2031, 5, 4)),
        DocumentRecord(b.document, "", "", publisher="Valley Post", published=date(2031, 5, 5)),
    ]

    lines = {e.rule: e.note for e in score(a, b, Setting.of([a, b], records)).evidence}

    assert lines["cites"] == "The Lowland Herald is named as a source"


def test_a_person_puts_two_scenes_together() -> None:
    a, b = scene("a"), scene("b", place=VELDEN)

    linked = link([a, b], [judgement(Verdict.SAME, a, b, why="Orrin is a ward of Velden")])

    assert together(linked) == [(a.id, b.id)]
    (made,) = linked.links
    assert made.verdict is LinkVerdict.JUDGED_SAME
    assert made.evidence[0].note == "ada: Orrin is a ward of Velden"


def test_a_person_splits_what_was_put_together_and_it_comes_back_when_that_is_withdrawn() -> None:
    a, b = scene("a"), scene("b")
    split = judgement(Verdict.DIFFERENT, a, b)

    apart = link([a, b], [split])
    back = link([a, b], [replace(split, withdrawn=datetime(2031, 6, 2, tzinfo=UTC), withdrawn_by="ada")])

    assert together(apart) == [(a.id,), (b.id,)]
    assert apart.links[0].verdict is LinkVerdict.JUDGED_DIFFERENT
    assert together(back) == [(a.id, b.id)]


def test_a_split_holds_however_many_reports_lie_between() -> None:
    a, b, c = scene("a"), scene("b"), scene("c")

    groups = together(link([a, b, c], [judgement(Verdict.DIFFERENT, a, c)]))

    assert not any({a.id, c.id} <= set(group) for group in groups)


def test_the_later_of_two_decisions_counts() -> None:
    a, b = scene("a"), scene("b")
    first = judgement(Verdict.DIFFERENT, a, b)
    second = replace(judgement(Verdict.SAME, b, a), at=first.at + timedelta(days=1))

    assert together(link([a, b], [second, first])) == [(a.id, b.id)]


def test_figures_and_documents_stand_for_their_scenes_in_a_decision() -> None:
    a, b = scene("a"), scene("b")
    by_figure = judgement(Verdict.DIFFERENT, f"{a.document[:8]}:{a.claims[0]}", b.document)

    assert len(link([a, b], [by_figure]).incidents) == 2


def test_an_unsure_person_stops_the_machine_from_deciding() -> None:
    a, b = scene("a"), scene("b")

    linked = link([a, b], [judgement(Verdict.UNSURE, a, b)])

    assert len(linked.incidents) == 2
    assert linked.links[0].verdict is LinkVerdict.QUEUE


def test_an_incident_keeps_its_name_when_another_report_comes() -> None:
    a, b, c = scene("a"), scene("b"), scene("c")

    before, after = link([a, b]), link([a, b, c])

    assert before.incidents[0].id == after.incidents[0].id
    assert after.incidents[0].scenes == (a.id, b.id, c.id)


def test_the_links_of_an_incident_hold_all_its_scenes_together() -> None:
    told = [scene(letter) for letter in "abcde"]

    (incident,) = link(told).incidents

    assert len(incident.links) == len(told) - 1
    assert {x for made in incident.links for x in (made.a, made.b)} == {s.id for s in told}


def test_one_good_pair_does_not_chain_two_events_into_one() -> None:
    early = [scene(x) for x in "abc"]
    late = [scene(x, start=date(2031, 5, 9), end=date(2031, 5, 9)) for x in "def"]
    between = scene("e", 1, start=THIRD, end=date(2031, 5, 9))

    groups = together(link([*early, *late, between]))

    assert not any({early[0].id, late[0].id} <= set(group) for group in groups)


def test_a_town_under_fire_every_day_is_not_one_event_of_a_month() -> None:
    told = []
    for n in range(60):
        day = date(2031, 5, 1) + timedelta(days=n % 20)
        told.append(scene(f"{n:016d}"[::-1], start=day, end=day, names=("Orben Vask",)))

    linked = link(told)

    days = {s.id: s.start for s in told}
    for incident in linked.incidents:
        known = [d for name in incident.scenes if (d := days[name]) is not None]
        assert (max(known) - min(known)).days <= 3
    assert len(linked.incidents) < 60


def test_of_two_incidents_that_may_be_one_a_person_is_asked_once() -> None:
    first = [scene(x) for x in "abc"]
    second = [
        scene(x, words="In a second attack, gunmen ambushed a convoy by the ford and 9 soldiers were killed.")
        for x in "def"
    ]

    linked = link([*first, *second])

    assert len(linked.incidents) == 2
    assert [x.verdict for x in linked.links].count(LinkVerdict.QUEUE) == 1


@pytest.mark.parametrize(
    ("fields", "wanted"),
    [
        ({}, {"XX/2031-04", "XX/2031-05"}),
        ({"start": date(2031, 5, 15), "end": date(2031, 5, 15)}, {"XX/2031-05"}),
        ({"place": None}, {"?/2031-04", "?/2031-05"}),
        ({"start": None, "end": None}, {"XX/?"}),
    ],
)
def test_blocks_are_a_country_and_the_months_about_the_day(fields: dict[str, Any], wanted: set[str]) -> None:
    assert set(blocks(scene("a", **fields))) == wanted


def test_an_undated_event_lies_in_the_months_before_its_report() -> None:
    undated = scene("a", start=None, end=None)

    assert set(blocks(undated, date(2031, 5, 20))) == {"XX/2031-04", "XX/2031-05"}


def test_every_weight_says_where_it_is_from() -> None:
    assert len(WEIGHTS) > 25
    assert [rule for rule, weight in WEIGHTS.items() if len(weight.why.split()) < 3] == []


def test_a_score_is_the_sum_of_its_lines() -> None:
    a, b = scene("a", names=("Orben Vask",)), scene("b", names=("Orben Vask",))
    made = score(a, b, Setting.of([a, b]))

    assert {e.rule for e in made.evidence} <= set(WEIGHTS)
    odds = sum(e.weight for e in made.evidence)
    assert made.score == pytest.approx(1 / (1 + 2.718281828**-odds), abs=1e-3)
    assert [abs(e.weight) for e in made.evidence] == sorted((abs(e.weight) for e in made.evidence), reverse=True)


@given(st.integers(0, 10_000))
def test_every_event_scene_is_in_exactly_one_incident_and_no_document_twice(seed: int) -> None:
    rng = random.Random(seed)
    told = [
        scene(
            rng.choice("abcdefgh"),
            n,
            place=rng.choice([ORRIN, VELDEN, LAND, None]),
            start=rng.choice([THIRD, date(2031, 5, 4), None]),
            end=None,
            cumulative=rng.random() < 0.1,
        )
        for n in range(rng.randrange(12))
    ]

    linked = link(told)

    members = [s for incident in linked.incidents for s in incident.scenes]
    assert sorted(members) == sorted(s.id for s in told if not s.cumulative)
    for incident in linked.incidents:
        assert all(x[:8] != y[:8] for x, y in combinations(incident.scenes, 2))


def test_of_the_examples_the_ambush_is_one_event_and_the_air_strike_another() -> None:
    told: list[Scene] = []
    records = []
    for number, read in enumerate(examples()):
        document = f"{number}" * 16
        told += scenes(read, document)
        records.append(
            DocumentRecord(document, "", "", publisher=read.document.publisher, published=read.document.published)
        )

    linked = link(told, (), (), records)

    by_documents = {frozenset(s[0] for s in i.scenes): i for i in linked.incidents}
    ambush, strike = by_documents[frozenset("0134")], by_documents[frozenset("23")]
    assert ambush.window.start == date(2024, 3, 12)
    assert strike.window.start == date(2024, 3, 13)
    assert ambush.where is not None
    assert ambush.where.name == "Ansongo"
    totals = {s.id for s in told if s.cumulative}
    assert totals
    assert totals.isdisjoint(s for i in linked.incidents for s in i.scenes)


def test_a_month_of_reports_of_one_country_is_linked_in_time() -> None:
    rng = random.Random(9)
    towns = [replace(ORRIN, name=f"Town{i}", geonameid=100 + i, lat=i * 0.7, lon=i * 0.3) for i in range(60)]
    told = []
    for n in range(1200):
        day = date(2031, 5, 1) + timedelta(days=rng.randrange(28))
        told.append(scene(f"{n:016d}"[::-1], place=rng.choice(towns), start=day, end=day))

    linked = link(told)

    assert sum(len(i.scenes) for i in linked.incidents) == 1200
    assert any(len(i.scenes) > 1 for i in linked.incidents)
