"""What a ledger holds can be asked, as of any clock, on both databases."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from sqlalchemy import select

from tallystick.errors import BadJudgement, BadQuestion, UnknownClaim, UnknownDocument
from tallystick.ledger import corrections, lookups, projections, queries, search
from tallystick.ledger.filters import Scope
from tallystick.ledger.store import Ledger, written
from tallystick.ledger.tables import claim
from tallystick.ledger.written import Withdrawal
from tallystick.model.claims import Attribution, Claim, Measure, Population, Status
from tallystick.model.mentions import LinkKind, PlaceMention
from tallystick.model.questions import Question
from tallystick.model.records import Held, Judgement, Recording, Verdict, figure_id
from tallystick.model.text import Span
from tallystick.model.values import Grain, Period, Place, Precision
from tests.builders import SUMY
from tests.ledger.reports import MONDAY, NOON, recording

OBLAST = Place("Sumy Oblast", 692196, 51.0, 34.0, "UA", Precision.ADMIN1, "21")
TOWN = replace(SUMY, admin1="21")


def claims(made: Recording, *changed: Claim) -> Recording:
    return replace(made, claims=changed)


def at(place: Place, day: date | None, one: Claim, **fields: object) -> Claim:
    where = one.sentence.text.index("Eastford")
    span = Span(one.sentence.start + where, one.sentence.start + where + 8, "Eastford")
    period = None if day is None else Period(day, day, Grain.DAY)
    return replace(one, place=PlaceMention(span, place, 0.9), period=period, **fields)  # type: ignore[arg-type]


@pytest.fixture
def ledger(where: str) -> Iterator[Ledger]:
    with Ledger.create(where, now=NOON) as made:
        yield made


def add(ledger: Ledger, *made: Recording, now: datetime = NOON) -> None:
    ledger.add(made, now=now, actor="test")


def asked(ledger: Ledger, question: Question, **given: object) -> list[Held]:
    with ledger.reading() as connection:
        return list(queries.held(connection, question, **given))  # type: ignore[arg-type]


def sizes(found: list[Held]) -> list[object]:
    return [one.claim.count.value for one in found]


def test_a_claim_comes_back_whole_with_its_document_and_scene(ledger: Ledger) -> None:
    made = recording(12, 30, url="https://echo.example/1", title="Two figures")
    add(ledger, made)

    found = asked(ledger, Question())

    assert [one.claim for one in found] == list(made.claims)
    assert [one.document for one in found] == [made.document] * 2
    assert [one.scene for one in found] == [made.scenes[0]] * 2
    assert [one.id for one in found] == [figure_id(made.document.id, c.id) for c in made.claims]


def test_claims_come_in_the_order_in_which_they_were_said_and_undated_ones_last(ledger: Ledger) -> None:
    add(ledger, recording(1, published=None), recording(2, published=MONDAY), recording(3, published=date(2026, 1, 1)))

    assert sizes(asked(ledger, Question())) == [3, 2, 1]


@pytest.mark.parametrize("judged", [False, True])
def test_pages_of_an_answer_together_are_the_answer(ledger: Ledger, judged: bool) -> None:
    add(ledger, *(recording(n, n + 1, published=MONDAY if n % 4 else None) for n in range(10, 30, 2)))
    whole = asked(ledger, Question(), judged=judged)

    pages: list[Held] = []
    while page := asked(
        ledger, Question(), after=queries.position(pages[-1]) if pages else None, limit=3, judged=judged
    ):
        pages += page

    assert len(whole) == 20
    assert pages == whole


def test_what_was_publicly_known_leaves_out_what_was_published_later(ledger: Ledger) -> None:
    add(ledger, recording(5, published=date(2026, 2, 1)), recording(9, published=date(2026, 2, 2)))

    assert sizes(asked(ledger, Question(known_by=date(2026, 2, 1)))) == [5]
    assert sizes(asked(ledger, Question(known_by=date(2026, 2, 2)))) == [5, 9]


def test_a_series_gives_the_same_claims_in_the_same_order_without_their_bodies(ledger: Ledger) -> None:
    add(ledger, *(recording(n, n + 1, published=MONDAY if n % 4 else None) for n in range(10, 20, 2)))
    question = Question(measures=("killed",), known_by=MONDAY)

    with ledger.reading() as connection:
        points = queries.series(connection, question)

    whole = asked(ledger, question)
    assert len(whole) == 10
    assert [(p.figure, p.said, p.low, p.quote) for p in points] == [
        (one.id, one.document.published, one.claim.count.low, one.claim.span.text) for one in whole
    ]


def test_a_report_without_a_date_was_known_at_the_latest_when_it_was_captured(ledger: Ledger) -> None:
    add(ledger, recording(5, published=None, captured=datetime(2026, 3, 1, 12, tzinfo=UTC)))

    assert sizes(asked(ledger, Question(known_by=date(2026, 3, 1)))) == [5]
    assert sizes(asked(ledger, Question(known_by=date(2026, 2, 28)))) == []


def test_what_our_ledger_held_leaves_out_what_was_recorded_later(ledger: Ledger) -> None:
    add(ledger, recording(5), now=NOON)
    add(ledger, recording(9), now=NOON + timedelta(hours=1))

    assert sizes(asked(ledger, Question(held_by=NOON))) == [5]
    assert sizes(asked(ledger, Question(held_by=NOON - timedelta(seconds=1)))) == []
    assert sizes(asked(ledger, Question(held_by=NOON + timedelta(hours=2)))) == [5, 9]


def test_a_place_is_asked_for_by_name_and_holds_the_places_in_it(ledger: Ledger) -> None:
    town, oblast, other = recording(1), recording(2), recording(3)
    add(
        ledger,
        claims(town, at(TOWN, MONDAY, town.claims[0])),
        claims(oblast, at(OBLAST, MONDAY, oblast.claims[0])),
        claims(other, at(replace(SUMY, name="Lviv", geonameid=702550, admin1="15"), MONDAY, other.claims[0])),
    )

    assert sizes(asked(ledger, Question(place="SUMY"))) == [1]
    assert sizes(asked(ledger, Question(place="Sumy Oblast"))) == [1, 2]
    assert sizes(asked(ledger, Question(country="ua"))) == [1, 2, 3]
    assert sizes(
        asked(
            ledger,
            Question(
                place="the north",
            ),
            scope=Scope(places=(OBLAST,)),
        )
    ) == [1, 2]


def test_an_actor_is_asked_for_by_any_of_its_parts(ledger: Ledger) -> None:
    one, two = recording(1), recording(2)
    words = Span(one.claims[0].span.start, one.claims[0].span.start + 1, "1")
    people = Population("soldiers", words, "Northern Guard", Status.COMBATANT)
    add(ledger, claims(one, replace(one.claims[0], population=people)), two)

    assert sizes(asked(ledger, Question(actor="northern guard"))) == [1]
    assert sizes(asked(ledger, Question(actor="the north"))) == []
    assert sizes(asked(ledger, Question(actor="the north"), scope=Scope(actors=("Northern Guard",)))) == [1]
    assert sizes(asked(ledger, Question(status="combatant"))) == [1]


def test_days_bound_the_event_and_keep_claims_without_one_unless_told_otherwise(ledger: Ledger) -> None:
    made = [recording(n) for n in (1, 2, 3)]
    days = (date(2026, 2, 1), date(2026, 2, 20), None)
    add(ledger, *(claims(m, at(TOWN, d, m.claims[0])) for m, d in zip(made, days, strict=True)))

    assert sizes(asked(ledger, Question(since=date(2026, 2, 10)))) == [2, 3]
    assert sizes(asked(ledger, Question(until=date(2026, 2, 10)))) == [1, 3]
    assert sizes(asked(ledger, Question(since=date(2026, 2, 10), dated_only=True))) == [2]


def test_a_source_and_a_publisher_are_asked_for_by_folded_names(ledger: Ledger) -> None:
    made, other = recording(1), recording(2, publisher="Lowland Herald")
    source = Span(made.claims[0].sentence.start, made.claims[0].sentence.start + 2, "At")
    link = Attribution("the City Mayor", source, None, LinkKind.SAYS)
    add(ledger, claims(made, replace(made.claims[0], attributions=(link,))), other)

    assert sizes(asked(ledger, Question(source="Mayor"))) == [1]
    assert sizes(asked(ledger, Question(source="may"))) == []
    assert sizes(asked(ledger, Question(publisher="lowland  HERALD"))) == [2]


def test_measures_and_documents_narrow_an_answer(ledger: Ledger) -> None:
    one, two = recording(1), recording(2)
    add(ledger, one, claims(two, replace(two.claims[0], measure=Measure.WOUNDED)))

    assert sizes(asked(ledger, Question(measures=("wounded",)))) == [2]
    assert sizes(asked(ledger, Question(measures=("killed", "wounded")))) == [1, 2]
    assert sizes(asked(ledger, Question(document=one.document.id[:10]))) == [1]
    assert sizes(asked(ledger, Question(measures=("missing",)))) == []


def test_all_words_must_stand_in_one_sentence_or_title(ledger: Ledger) -> None:
    add(ledger, recording(41, title="The Ångström crossing"), recording(42))

    assert sizes(asked(ledger, Question(words="mayor killed"))) == [41, 42]
    assert sizes(asked(ledger, Question(words="41 mayor"))) == [41]
    assert sizes(asked(ledger, Question(words='"mayor killed"'))) == []
    assert sizes(asked(ledger, Question(words="may*"))) == [41, 42]
    with ledger.reading() as connection:
        hits = list(search.search(connection, "41"))
        titles = list(search.search(connection, "crossing"))
    assert [len(hit.claims) for hit in hits] == [1]
    assert [(hit.words, hit.claims) for hit in titles] == [("The Ångström crossing", ())]


@pytest.mark.parametrize(
    "words", ['"', "AND", "a OR b", "NEAR(a b)", "x' OR 1=1 --", "words:x", "*", "a & !b", "(", "%"]
)
def test_no_words_are_taken_for_operators(ledger: Ledger, words: str) -> None:
    add(ledger, recording(41))
    try:
        found = asked(ledger, Question(words=words))
    except BadQuestion:
        assert not any(c.isalnum() for c in words)
    else:
        assert found == []


def test_scripts_without_spaces_are_searched_letter_by_letter(ledger: Ledger) -> None:
    add(ledger, recording(7, title="東京で三人が死亡した"))

    with ledger.reading() as connection:
        assert [h.words for h in search.search(connection, "三人が")] == ["東京で三人が死亡した"]
        assert [h.words for h in search.search(connection, "死亡")] == ["東京で三人が死亡した"]
        assert list(search.search(connection, "大阪で")) == []


def judge(ledger: Ledger, one: Held, verdict: Verdict, when: datetime, changes: object = None) -> Judgement:
    made = Judgement(f"j{when:%H%M}", verdict, (one.id,), "Ana", when, changes=changes and json.dumps(changes))  # type: ignore[arg-type]
    with ledger.writing() as connection:
        ledger.record(connection, [made], now=when, actor="Ana")
    return made


def test_a_rejected_claim_is_left_out_until_the_judgement_is_withdrawn(ledger: Ledger) -> None:
    add(ledger, recording(5, 9))
    one = asked(ledger, Question())[0]
    made = judge(ledger, one, Verdict.REJECT, NOON + timedelta(hours=1))

    assert sizes(asked(ledger, Question(), judged=True)) == [9]
    assert sizes(asked(ledger, Question())) == [5, 9]
    assert sizes(asked(ledger, Question(held_by=NOON + timedelta(minutes=5)), judged=True)) == [5, 9]

    taken_back = Withdrawal(made.id, "Ben", NOON + timedelta(hours=2), None)
    with ledger.writing() as connection:
        ledger.record(connection, [taken_back], now=taken_back.at, actor="Ben")

    assert sizes(asked(ledger, Question(), judged=True)) == [5, 9]
    assert sizes(asked(ledger, Question(held_by=NOON + timedelta(minutes=90)), judged=True)) == [9]
    with ledger.reading() as connection:
        (kept,) = queries.judgements(connection, one.id)
        assert (kept.withdrawn, kept.withdrawn_by) == (taken_back.at, "Ben")
        assert queries.judgements(connection, one.id, current=True) == ()
        (then,) = queries.judgements(connection, held_by=NOON + timedelta(minutes=90))
        assert then.withdrawn is None


def test_a_corrected_claim_bears_its_correction_and_the_judgement_as_a_reason(ledger: Ledger) -> None:
    add(ledger, recording(5, 9))
    one = asked(ledger, Question())[0]
    made = judge(ledger, one, Verdict.CORRECT, NOON, {"count": {"low": 3, "high": 3, "value": 3}, "measure": "wounded"})

    after = asked(ledger, Question(), judged=True)

    assert (after[0].claim.count.low, after[0].claim.count.high) == (3, 3)
    assert after[0].claim.measure is Measure.WOUNDED
    assert after[0].claim.reasons[-1].rule == f"judgement/{made.id}"
    assert after[1] == asked(ledger, Question())[1]


def test_a_question_finds_a_corrected_claim_by_what_it_was_corrected_to(ledger: Ledger) -> None:
    add(ledger, recording(5, 9))
    judge(ledger, asked(ledger, Question())[0], Verdict.CORRECT, NOON, {"measure": "wounded"})

    assert sizes(asked(ledger, Question(measures=("wounded",)), judged=True)) == [5]
    assert sizes(asked(ledger, Question(measures=("killed",)), judged=True)) == [9]
    assert sizes(asked(ledger, Question(measures=("wounded",)))) == []


@pytest.mark.parametrize(
    "changes", [{"count": {"low": 9, "high": 3}}, {"id": "x"}, {"measure": "slain"}, {"count": {"n": 1}}]
)
def test_a_correction_that_cannot_be_is_refused(changes: object) -> None:
    made = recording(5)
    wrong = Judgement("j", Verdict.CORRECT, ("x",), "Ana", NOON, changes=json.dumps(changes))

    with pytest.raises(BadJudgement, match="Withdraw it and judge again"):
        corrections.corrected(made.claims[0], wrong)


def test_documents_texts_and_captures_are_found_by_the_beginning_of_an_id(ledger: Ledger) -> None:
    made = recording(12, url="https://echo.example/1")
    add(ledger, made, recording(13))

    with ledger.reading() as connection:
        assert queries.document_named(connection, made.document.id[:6]) == made.document
        assert queries.text(connection, made.document.id) == made.text
        assert [c.url for c in queries.captures(connection, made.document.id)] == ["https://echo.example/1"]
        assert [h.claim for h in queries.claims_of(connection, made.document.id)] == list(made.claims)
        assert queries.scenes_of(connection, made.document.id) == made.scenes
        assert queries.figure(connection, figure_id(made.document.id, made.claims[0].id)).claim == made.claims[0]
        assert [d.id for _, d in queries.documents(connection, Question(measures=("killed",)))].count(
            made.document.id
        ) == 1
        assert queries.counts(connection)[:4] == (2, 2, 2, 2)


def test_an_unknown_id_is_told_with_what_comes_near(ledger: Ledger) -> None:
    made = recording(12)
    add(ledger, made, recording(13), recording(14))
    name = made.document.id
    with ledger.reading() as connection:
        with pytest.raises(UnknownDocument, match=f"Did you mean {name}"):
            queries.document_named(connection, name[:10] + "zz")
        with pytest.raises(UnknownDocument, match="3 documents"):
            queries.document_named(connection, "")
        with pytest.raises(UnknownClaim, match="has no figure"):
            queries.figure(connection, f"{name[:8]}:zzzzzzzz")
        with pytest.raises(UnknownClaim, match="two parts"):
            queries.figure(connection, "nothing")


def test_the_projections_can_be_dropped_and_rebuilt_from_the_log(ledger: Ledger) -> None:
    add(ledger, recording(5, 9, title="A title"), recording(7))
    judge(ledger, asked(ledger, Question())[0], Verdict.ACCEPT, NOON)
    before = asked(ledger, Question(words="mayor"))

    with ledger.writing() as connection:
        projections.rebuild(connection, written(connection))

    assert asked(ledger, Question(words="mayor")) == before != []
    with ledger.reading() as connection:
        assert projections.differences(connection, written(connection)) == []


def test_a_row_that_says_otherwise_than_the_log_is_found(ledger: Ledger) -> None:
    add(ledger, recording(5, 9))
    with ledger.writing() as connection:
        connection.exec_driver_sql("UPDATE claim SET low = 4 WHERE low = 5")
    with ledger.reading() as connection:
        (found,) = projections.differences(connection, written(connection))
    assert "table claim" in found
    assert "low differ" in found


def test_erasing_a_claim_leaves_the_words_that_another_claim_stands_in(ledger: Ledger) -> None:
    made = recording(5, 9)
    add(ledger, made)
    first = asked(ledger, Question())[0]
    with ledger.writing() as connection:
        projections.erase(connection, [first.seq])

    assert sizes(asked(ledger, Question(words="mayor"))) == [9]
    assert sizes(asked(ledger, Question(words="5"))) == []


def test_documents_that_share_fingerprints_are_found_with_all_that_they_share(ledger: Ledger) -> None:
    shared = tuple(range(1_000, 1_400, 4))
    one = replace(recording(1), fingerprints=(*shared, *range(-50, 0)))
    two = replace(recording(2), fingerprints=(*shared, 2**63 + 11))
    three = replace(recording(3), fingerprints=tuple(range(5_000, 5_100)))
    add(ledger, one, two, three)

    with ledger.reading() as connection:
        found = lookups.sharing(connection, one.fingerprints, most=50)

    assert found.sizes == {one.document.id: 150, two.document.id: 101}
    assert all(sorted(found.holders[value]) == sorted((one.document.id, two.document.id)) for value in shared)


def test_documents_that_share_fingerprints_are_found_however_far_apart_they_were_added(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(projections, "_ERA", 3)  # a stretch of the log is two of these documents
    shared = (2**63 + 5, -(2**40), 0, 77)
    made = [replace(recording(n), fingerprints=(*shared, 10**6 + n)) for n in range(1, 12)]
    add(ledger, *made)

    with ledger.reading() as connection:
        found = lookups.sharing(connection, shared, most=50)
        common = lookups.sharing(connection, shared, most=10)

    assert found.sizes == {one.document.id: 5 for one in made}
    assert common.sizes == {}


def test_which_documents_share_hangs_on_no_other_fingerprint_that_is_looked_up_with_one(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw = Random(5)
    made = [replace(recording(n), fingerprints=tuple(draw.sample(range(24), draw.randint(1, 9)))) for n in range(1, 25)]
    add(ledger, *made)
    owners = {value: {one.document.id for one in made if value in one.fingerprints} for value in range(24)}
    assert min(map(len, owners.values())) < 3 < max(map(len, owners.values()))

    for together, most in ((900, 3), (5, 3), (900, 0), (900, 30)):
        monkeypatch.setattr(lookups, "AT_A_TIME", together)
        with ledger.reading() as connection:
            found = lookups.sharing(connection, range(24), most)
        expected = set().union(*(holders for holders in owners.values() if len(holders) <= most))
        assert found.sizes == {o.document.id: len(o.fingerprints) for o in made if o.document.id in expected}
        assert {value: set(names) for value, names in found.holders.items()} == {
            value: holders & expected for value, holders in owners.items() if holders & expected
        }


@pytest.mark.parametrize("many", [0, 1, 2, 9, 40])
def test_rows_all_over_a_table_are_found_by_their_keys_and_no_others(ledger: Ledger, many: int) -> None:
    add(ledger, *(recording(n, 100 + n, published=MONDAY + timedelta(days=n % 3)) for n in range(1, 31)))
    every = asked(ledger, Question())
    wanted = Random(many).sample(every, many)
    with ledger.reading() as connection:
        assert queries.held_at(connection, [one.seq for one in wanted]) == wanted
        bodies = lookups.bodies(connection, [one.seq for one in wanted])
        documents = set(connection.scalars(select(claim.c.document).where(claim.c.seq.in_([o.seq for o in wanted]))))
        ids = lookups.document_ids(connection, documents)
    assert bodies.keys() == {one.seq for one in wanted}
    assert set(ids.values()) == {one.document.id for one in wanted}
