"""What waits for a person, in which order; who may judge it, and who may see what others judged."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from tallystick.errors import AlreadyJudged, BadJudgement, LedgerError
from tallystick.jobs import agreeing, correcting, deciding, reviewing
from tallystick.ledger import computed, computed_tables, corrections, queries, waiting
from tallystick.ledger.store import Ledger
from tallystick.model.constraints import Conflict, ConflictKind, Interval
from tallystick.model.links import Linked
from tallystick.model.quantities import Evidence, Figure, Key, LinkVerdict, SceneLink, Where
from tallystick.model.records import Judgement, figure_id
from tallystick.model.reviewing import FigureReview, PairReview, Reviewer
from tallystick.model.tallies import Doubt, OriginReason, Origins, Tally
from tests.ledger.reports import NOON, recording

REPORTS = tuple(recording(n, publisher=f"Paper {n}") for n in (12, 15, 18, 21, 24))
FIGURES = tuple(figure_id(report.document.id, report.claims[0].id) for report in REPORTS)
SCENES = tuple(report.scenes[0].id for report in REPORTS)
ANA, BEN = Reviewer("Ana"), Reviewer("Ben")
BLIND_ANA, BLIND_BEN, BLIND_CID = (Reviewer(name, 2) for name in ("Ana", "Ben", "Cid"))
EVA = Reviewer("Eva", 2, settles=True)


def clash(a: str, b: str, gap: int) -> Conflict:
    return Conflict((f"{a}≥", f"{b}≤"), ConflictKind.GENUINE, f"{a} and {b} cannot both be.", (a, b), "q", gap)


def tally(
    name: str, figures: tuple[str, ...], *clashes: Conflict, doubts: tuple[Doubt, ...] = (), people: int = 3
) -> Tally:
    key = Key("killed", where=Where("geo:1", "Eastford"))
    made = tuple(Figure(one, key, people, None, one[:8], "3 were killed", 1, 14) for one in figures)
    origins = Origins(len(figures), len(figures), 1, (), doubts, 1, 1 + len(doubts))
    return Tally(name, key, name, made, origins, Interval(3, None), clashes)


@pytest.fixture
def ledger(where: str) -> Iterator[Ledger]:
    """Five figures: 3 and 4 clash gravely, 1 and 4 a little; 0 and 1 may rest on one origin; two scenes may be one."""
    small, grave = clash(FIGURES[1], FIGURES[4], 3), clash(FIGURES[3], FIGURES[4], 700)
    doubt = Doubt("o1", "o2", 0.6, (OriginReason("same-rare-value", "both give 12", (FIGURES[0], FIGURES[1])),))
    link = SceneLink(SCENES[0], SCENES[1], 0.7, LinkVerdict.QUEUE, (Evidence("place", 2.0, "both in Eastford"),))
    with Ledger.create(where, now=NOON) as made:
        made.add(REPORTS, now=NOON, actor="tests 1")
        with made.writing() as connection:
            computed.create(connection)
            tallies = [tally("t:1", FIGURES, small, grave, doubts=(doubt,))]
            computed.write(connection, computed.tallying_rows("e/1", "inputs", tallies))
            computed.write(connection, computed.linking_rows("l/1", Linked((), (link,)), {}, {}))
            computed.set_mark(connection, "done", "1000")
            computed.set_mark(connection, "at", NOON.isoformat())
        yield made


def keys(ledger: Ledger, who: Reviewer, after: str | None = None, limit: int = 50) -> list[str]:
    with ledger.reading() as connection:
        return [item.key for item in reviewing.queue(connection, who, after=after, limit=limit)]


GRAVE, SMALL = sorted((FIGURES[3], FIGURES[4])), [FIGURES[1]]
PAIR, DOUBT = "~".join(SCENES[:2]), f"{FIGURES[0]}~{FIGURES[1]}"
ALONE = sorted((FIGURES[0], FIGURES[2]))
WHOLE = [*GRAVE, *SMALL, PAIR, DOUBT, *ALONE]


def test_figures_of_the_gravest_conflict_come_first_then_links_then_origins_then_the_rest(ledger: Ledger) -> None:
    assert keys(ledger, ANA) == WHOLE


def test_the_queue_goes_on_one_by_one_where_it_stopped(ledger: Ledger) -> None:
    found, after = [], None
    with ledger.reading() as connection:
        while page := reviewing.queue(connection, ANA, after=after, limit=1):
            found.append(page[0].key)
            after = page[0].after

    assert found == WHOLE


def doubtful(a: str, b: str) -> Doubt:
    return Doubt("o1", "o2", 0.6, (OriginReason("same-rare-value", "both give 12", (a, b)),))


def test_what_is_in_no_conflict_comes_by_people_and_voices_its_figures_before_the_question_of_one_origin(
    where: str,
) -> None:
    """So a doubt about three dead does not come before figures of nine hundred that nobody has judged."""
    few, many, clashing = FIGURES[:2], FIGURES[2:4], FIGURES[4:]
    with Ledger.create(where, now=NOON) as ledger:
        ledger.add(REPORTS, now=NOON, actor="tests 1")
        with ledger.writing() as connection:
            computed.create(connection)
            tallies = [
                tally("t:9", few, doubts=(doubtful(*few),)),
                tally("t:1", many, doubts=(doubtful(*many),), people=900),
                tally("t:5", clashing, clash(clashing[0], clashing[0], 1)),
            ]
            computed.write(connection, computed.tallying_rows("e/1", "inputs", tallies))
            computed.set_mark(connection, "done", "1000")
        whole = [*clashing, *sorted(many), "~".join(many), *sorted(few), "~".join(few)]

        assert keys(ledger, ANA) == whole
        for limit in (1, 2, 3):
            assert pages(ledger, ANA, limit) == whole
        deciding.decide(ledger, ANA, sorted(many)[1], "accept", now=NOON)
        deciding.decide(ledger, ANA, "~".join(few), "same", now=NOON)
        left = [key for key in whole if key not in (sorted(many)[1], "~".join(few))]
        assert pages(ledger, ANA, 1) == keys(ledger, ANA) == left


def pages(ledger: Ledger, who: Reviewer, limit: int) -> list[str]:
    """All keys of the queue, so many at a time."""
    found, after = [], None
    with ledger.reading() as connection:
        while some := reviewing.queue(connection, who, after=after, limit=limit):
            found += [item.key for item in some]
            after = some[-1].after
            assert len(found) < 100
    return found


def test_the_queue_goes_on_over_weights_that_an_older_version_kept(ledger: Ledger) -> None:
    """It kept 0 for every quantity of no conflict."""
    with ledger.writing() as connection:
        rows = [tally("t:7", FIGURES[:2], doubts=(doubtful(*FIGURES[:2]),)), tally("t:8", FIGURES[2:3])]
        computed.write(connection, computed.tallying_rows("e/2", "inputs", rows))
        old = computed_tables.tally.c.consequence
        connection.execute(update(computed_tables.tally).where(old < 1).values(consequence=0.0))

    assert pages(ledger, ANA, 1) == pages(ledger, ANA, 3) == keys(ledger, ANA)
    assert set(keys(ledger, ANA)) == set(WHOLE)


@pytest.mark.parametrize("after", ["nowhere", "1~x~y~z", "7~1~2~3", "4~x~a~b", "5~1.5~a~b", "4~nan~a~b", "~"])
def test_a_place_that_is_none_is_refused(ledger: Ledger, after: str) -> None:
    with pytest.raises(BadJudgement, match="no place in the queue"):
        keys(ledger, ANA, after)


def test_what_was_judged_leaves_the_queue_and_comes_back_when_it_is_taken_back(ledger: Ledger) -> None:
    for key, verdict in ((GRAVE[0], "accept"), (PAIR, "different"), (DOUBT, "unsure"), (ALONE[1], "reject")):
        deciding.decide(ledger, ANA, key, verdict, now=NOON)
    assert keys(ledger, ANA) == keys(ledger, BEN) == [GRAVE[1], *SMALL, ALONE[0]]

    taken = [deciding.undo(ledger, ANA, last(ledger, ANA), now=NOON) for _ in range(4)]

    assert [deciding.key_of(made) for made in taken] == [ALONE[1], DOUBT, PAIR, GRAVE[0]]
    assert keys(ledger, ANA) == WHOLE
    assert last(ledger, ANA) == ""
    with pytest.raises(BadJudgement, match="no judgement to take back"):
        deciding.undo(ledger, ANA, "", now=NOON)


def last(ledger: Ledger, who: Reviewer) -> str:
    with ledger.reading() as connection:
        return deciding.last_of(connection, who) or ""


def test_undo_sent_again_takes_back_nothing_more(ledger: Ledger) -> None:
    first, second = (deciding.decide(ledger, ANA, key, "accept", now=NOON) for key in GRAVE)
    for minute in (0, 1, 5):
        taken = deciding.undo(ledger, ANA, second.id, now=NOON + timedelta(minutes=minute))
        assert taken.id == second.id

    size = ledger.head().size
    with ledger.reading() as connection:
        assert queries.judgements(connection, current=True) == (first,)
    assert deciding.withdraw(ledger, ANA, second.id, now=NOON).id == second.id
    assert ledger.head().size == size


def test_what_another_took_back_is_not_ones_own_doing(ledger: Ledger) -> None:
    made = deciding.decide(ledger, ANA, GRAVE[0], "accept", now=NOON)
    deciding.withdraw(ledger, replace(EVA, coders=1), made.id, now=NOON)

    with pytest.raises(BadJudgement, match="withdrawn by Eva"):
        deciding.undo(ledger, ANA, made.id, now=NOON)


def test_nobody_takes_back_what_another_decided(ledger: Ledger) -> None:
    made = deciding.decide(ledger, ANA, GRAVE[0], "accept", now=NOON)

    with pytest.raises(BadJudgement, match="Ana’s"):
        deciding.withdraw(ledger, BEN, made.id, now=NOON)


def test_a_judgement_bears_the_time_and_the_name_of_whoever_made_it(ledger: Ledger) -> None:
    later = NOON + timedelta(hours=3)
    made = deciding.decide(ledger, ANA, GRAVE[0], "reject", why="  a list of names  ", now=later)

    assert (made.by, made.at, made.about, made.why) == ("Ana", later, "claim", "a list of names")


def test_a_figure_is_reviewed_with_what_it_clashes_with(ledger: Ledger) -> None:
    with ledger.reading() as connection:
        found = reviewing.review(connection, ANA, FIGURES[4])

    assert isinstance(found, FigureReview)
    assert found.text == REPORTS[4].text
    assert [{other.held.id for other in one.others} for one in found.disputes] == [{FIGURES[3]}, {FIGURES[1]}]


def test_two_scenes_are_reviewed_side_by_side_with_the_evidence(ledger: Ledger) -> None:
    with ledger.reading() as connection:
        found = reviewing.review(connection, ANA, PAIR)

    assert isinstance(found, PairReview)
    assert [side.words for side in found.sides] == [report.scenes[0].words for report in REPORTS[:2]]
    assert found.link is not None
    assert [line.note for line in found.link.evidence] == ["both in Eastford"]


def test_two_figures_of_a_doubt_are_reviewed_with_its_reasons(ledger: Ledger) -> None:
    with ledger.reading() as connection:
        found = reviewing.review(connection, ANA, DOUBT)

    assert isinstance(found, PairReview)
    assert [reason.note for reason in found.reasons] == ["both give 12"]


@pytest.mark.parametrize(("key", "verdict"), [(GRAVE[0], "same"), (PAIR, "accept"), (PAIR, "reject"), ("x", "accept")])
def test_an_answer_that_does_not_fit_the_item_is_refused(ledger: Ledger, key: str, verdict: str) -> None:
    with pytest.raises(BadJudgement):
        deciding.decide(ledger, ANA, key, verdict, now=NOON)


def test_nothing_waits_in_a_ledger_that_was_never_reconciled(where: str) -> None:
    with Ledger.create(where, now=NOON) as ledger, pytest.raises(LedgerError, match="not been reconciled"):
        keys(ledger, ANA)


# Two tabs, two coders.


def seen(ledger: Ledger, who: Reviewer, key: str) -> str:
    with ledger.reading() as connection:
        return reviewing.review(connection, who, key).state.seen


def test_a_second_tab_is_told_what_the_first_decided(ledger: Ledger) -> None:
    shown = seen(ledger, ANA, GRAVE[0])
    deciding.decide(ledger, ANA, GRAVE[0], "accept", seen=shown, now=NOON)

    with pytest.raises(AlreadyJudged, match="You judged this meanwhile"):
        deciding.decide(ledger, ANA, GRAVE[0], "reject", seen=shown, now=NOON)

    again = seen(ledger, ANA, GRAVE[0])
    made = deciding.decide(ledger, ANA, GRAVE[0], "reject", seen=again, now=NOON + timedelta(seconds=1))
    with ledger.reading() as connection:
        assert corrections.in_force(queries.judgements(connection))[GRAVE[0]] == made


def test_where_one_coder_is_enough_a_second_is_told_who_was_first(ledger: Ledger) -> None:
    deciding.decide(ledger, BEN, GRAVE[0], "accept", now=NOON)

    with pytest.raises(AlreadyJudged, match="Ben judged this already"):
        deciding.decide(ledger, ANA, GRAVE[0], "reject", now=NOON)


# A change of mind.

LATER = NOON + timedelta(minutes=1)


def standing(ledger: Ledger, name: str) -> list[tuple[str, str]]:
    with ledger.reading() as connection:
        return [(one.by, one.verdict.value) for one in queries.judgements(connection, name, current=True)]


def test_another_verdict_by_somebody_who_may_not_know_of_their_first_is_refused(ledger: Ledger) -> None:
    made = deciding.decide(ledger, ANA, GRAVE[0], "accept", now=NOON)
    size = ledger.head().size

    with pytest.raises(AlreadyJudged, match=rf"You judged this already \(accept, .* judgement {made.id}\)"):
        deciding.decide(ledger, ANA, GRAVE[0], "reject", now=LATER)
    with pytest.raises(AlreadyJudged, match="none of yours"):
        deciding.decide(ledger, ANA, GRAVE[0], "reject", replaces="0123456789abcdef", now=LATER)

    assert standing(ledger, GRAVE[0]) == [("Ana", "accept")]
    assert ledger.head().size == size


@pytest.mark.parametrize("named", [True, False])
def test_a_later_verdict_takes_the_place_of_the_earlier_and_is_made_once(ledger: Ledger, named: bool) -> None:
    first = deciding.decide(ledger, ANA, GRAVE[0], "accept", now=NOON)
    known = {"replaces": first.id} if named else {"seen": seen(ledger, ANA, GRAVE[0])}
    made = deciding.decide(ledger, ANA, GRAVE[0], "reject", now=LATER, **known)

    assert standing(ledger, GRAVE[0]) == [("Ana", "reject")]
    with ledger.reading() as connection:
        before, after = queries.judgements(connection, GRAVE[0])
    assert (before.id, before.withdrawn, before.withdrawn_by, after) == (first.id, LATER, "Ana", made)

    size = ledger.head().size
    assert deciding.decide(ledger, ANA, GRAVE[0], "reject", now=LATER + timedelta(minutes=1), **known) == made
    deciding.undo(ledger, ANA, made.id, now=LATER)
    assert standing(ledger, GRAVE[0]) == []
    assert ledger.head().size == size + 1


def test_another_correction_is_another_judgement(ledger: Ledger) -> None:
    low = deciding.decide(ledger, ANA, GRAVE[0], "correct", changes=["count.low=5", "count.high=5"], now=NOON)
    changes = ["count.low=6", "count.high=6"]

    with pytest.raises(AlreadyJudged, match="You judged this already"):
        deciding.decide(ledger, ANA, GRAVE[0], "correct", changes=changes, now=LATER)
    made = deciding.decide(ledger, ANA, GRAVE[0], "correct", changes=changes, replaces=low.id, now=LATER)

    with ledger.reading() as connection:
        assert queries.judgements(connection, GRAVE[0], current=True) == (made,)


def test_a_verdict_on_truth_takes_no_place_of_one_on_the_reading(ledger: Ledger) -> None:
    deciding.decide(ledger, ANA, GRAVE[0], "accept", now=NOON)
    deciding.record(ledger, ANA, "reject", GRAVE[:1], about="truth", now=NOON)
    with pytest.raises(AlreadyJudged, match="You judged this already"):
        deciding.record(ledger, ANA, "accept", GRAVE[:1], about="truth", now=LATER)

    assert standing(ledger, GRAVE[0]) == [("Ana", "accept"), ("Ana", "reject")]


def test_nobody_takes_the_place_of_what_another_said(ledger: Ledger) -> None:
    bens = deciding.decide(ledger, replace(BEN, coders=3), GRAVE[0], "accept", now=NOON)

    with pytest.raises(AlreadyJudged, match="none of yours"):
        deciding.decide(ledger, replace(ANA, coders=3), GRAVE[0], "reject", replaces=bens.id, now=LATER)
    deciding.decide(ledger, replace(ANA, coders=3), GRAVE[0], "reject", now=LATER)
    assert standing(ledger, GRAVE[0]) == [("Ben", "accept"), ("Ana", "reject")]


# At the same instant.


def at_once(where: str, *decisions: Callable[[Ledger], Judgement]) -> list[Judgement | str]:
    """What each decision gave, or why it was refused: each on a ledger opened for it alone, as by a worker of its own,
    and none writes before all have read what they read beforehand."""
    door = threading.Barrier(len(decisions))

    def one(decision: Callable[[Ledger], Judgement]) -> Judgement | str:
        with Ledger.open(where) as ledger:
            writing = ledger.database.writing

            def together() -> Any:
                door.wait(60)
                return writing()

            ledger.database.writing = together  # type: ignore[method-assign]
            try:
                return decision(ledger)
            except AlreadyJudged as error:
                return str(error)

    with ThreadPoolExecutor(len(decisions)) as pool:
        return list(pool.map(one, decisions))


def by(who: Reviewer, verdict: str, seen: str | None = None, second: int = 0) -> Callable[[Ledger], Judgement]:
    at = NOON + timedelta(seconds=second)
    return lambda ledger: deciding.decide(ledger, who, GRAVE[0], verdict, seen=seen, now=at)


def kept(ledger: Ledger) -> tuple[Judgement, ...]:
    with ledger.reading() as connection:
        return queries.judgements(connection, GRAVE[0])


def test_of_two_people_who_decide_at_once_one_is_recorded_and_the_other_told_who_was_first(
    ledger: Ledger, where: str
) -> None:
    gave = at_once(where, by(ANA, "accept"), by(BEN, "reject", second=1))

    (made,) = kept(ledger)
    (told,) = [one for one in gave if isinstance(one, str)]
    assert made in gave
    assert f"{made.by} judged this already" in told


def test_of_two_tabs_of_one_person_that_decide_at_once_one_is_recorded(ledger: Ledger, where: str) -> None:
    state = seen(ledger, ANA, GRAVE[0])
    gave = at_once(where, by(ANA, "accept", state), by(ANA, "reject", state, 1))

    (made,) = kept(ledger)
    (told,) = [one for one in gave if isinstance(one, str)]
    assert made in gave
    assert f"You judged this meanwhile ({made.verdict.value}" in told


def test_a_key_pressed_twice_is_one_judgement_and_both_are_told_so(ledger: Ledger, where: str) -> None:
    state = seen(ledger, ANA, GRAVE[0])
    gave = at_once(where, by(ANA, "accept", state), by(ANA, "accept", state, 1))

    assert gave == list(kept(ledger)) * 2


def test_of_blind_coders_who_decide_at_once_as_many_are_recorded_as_must(ledger: Ledger, where: str) -> None:
    state = seen(ledger, BLIND_ANA, GRAVE[0])
    people = (BLIND_ANA, BLIND_BEN, BLIND_CID)
    gave = at_once(where, *(by(who, "accept", state, n) for n, who in enumerate(people)))

    made = kept(ledger)
    assert len(made) == len({one.by for one in made}) == 2
    (told,) = [one for one in gave if isinstance(one, str)]
    assert "judged this already" in told


def test_a_blind_coder_in_two_tabs_is_one_coder(ledger: Ledger, where: str) -> None:
    state = seen(ledger, BLIND_ANA, GRAVE[0])
    at_once(where, by(BLIND_ANA, "accept", state), by(BLIND_ANA, "reject", state, 1), by(BLIND_BEN, "accept", state, 2))

    assert sorted(one.by for one in kept(ledger)) == ["Ana", "Ben"]


# An answer that was lost on its way, and the decision sent again.


@pytest.mark.parametrize("given", [True, False])
def test_a_decision_sent_again_gives_the_judgement_that_it_made(ledger: Ledger, given: bool) -> None:
    state = seen(ledger, ANA, GRAVE[0]) if given else None
    first = by(ANA, "accept", state)(ledger)

    assert by(ANA, "accept", state, 60)(ledger) == first
    assert kept(ledger) == (first,)


def test_a_blind_decision_sent_again_is_known_though_the_item_was_closed_meanwhile(ledger: Ledger) -> None:
    state = seen(ledger, BLIND_ANA, GRAVE[0])
    first = by(BLIND_ANA, "accept", state)(ledger)
    by(BLIND_BEN, "reject")(ledger)

    assert by(BLIND_ANA, "accept", state, 60)(ledger) == first
    assert len(kept(ledger)) == 2


def test_a_decision_made_again_after_another_persons_is_a_new_one(ledger: Ledger) -> None:
    by(EVA, "accept")(ledger)
    by(replace(EVA, name="Ida"), "reject", second=1)(ledger)
    by(EVA, "accept", second=2)(ledger)

    assert [one.by for one in kept(ledger)] == ["Eva", "Ida", "Eva"]


def test_what_is_not_reviewed_is_recorded_once_too(ledger: Ledger) -> None:
    pair = FIGURES[:2]
    made = [
        deciding.record(ledger, ANA, "different", pair, about="quantity", why="two hospitals", now=NOON + later)
        for later in (timedelta(0), timedelta(minutes=1))
    ]

    assert made[0] == made[1]
    with ledger.reading() as connection:
        assert queries.judgements(connection, FIGURES[0]) == (made[0],)


# Blind double coding.


def shown(ledger: Ledger, who: Reviewer) -> list[str]:
    with ledger.reading() as connection:
        listed, _ = deciding.listed(connection, who)
        state = deciding.state_seen(connection, who, [GRAVE[0]])[GRAVE[0]]
        assert [one.by for one in state] == [one.by for one in listed if one.withdrawn is None and one.about == "claim"]
        return [one.by for one in listed]


def test_an_item_waits_until_two_have_judged_it_and_nobody_sees_the_first_before(ledger: Ledger) -> None:
    deciding.decide(ledger, BLIND_ANA, GRAVE[0], "accept", now=NOON)

    assert GRAVE[0] not in keys(ledger, BLIND_ANA)
    assert keys(ledger, BLIND_BEN)[0] == GRAVE[0]
    assert (shown(ledger, BLIND_ANA), shown(ledger, BLIND_BEN), shown(ledger, EVA)) == (["Ana"], [], ["Ana"])

    deciding.decide(ledger, BLIND_BEN, GRAVE[0], "reject", now=NOON)

    assert GRAVE[0] not in keys(ledger, BLIND_CID)
    assert shown(ledger, BLIND_ANA) == shown(ledger, BLIND_BEN) == ["Ana", "Ben"]


def test_a_decision_made_blind_is_not_stale_because_another_coder_decided_too(ledger: Ledger) -> None:
    before = seen(ledger, BLIND_BEN, GRAVE[0])
    deciding.decide(ledger, BLIND_ANA, GRAVE[0], "accept", now=NOON)

    assert deciding.decide(ledger, BLIND_BEN, GRAVE[0], "accept", seen=before, now=NOON).by == "Ben"


def test_who_has_seen_what_others_decided_can_no_longer_change_or_take_back_their_own(ledger: Ledger) -> None:
    mine = deciding.decide(ledger, BLIND_ANA, GRAVE[0], "accept", now=NOON)
    deciding.decide(ledger, BLIND_BEN, GRAVE[0], "reject", now=NOON)

    with pytest.raises(AlreadyJudged, match="an adjudicator decides"):
        deciding.decide(ledger, BLIND_ANA, GRAVE[0], "reject", now=NOON)
    with pytest.raises(AlreadyJudged, match="an adjudicator decides"):
        deciding.withdraw(ledger, BLIND_ANA, mine.id, now=NOON)
    with pytest.raises(AlreadyJudged, match="Ana and Ben judged this already"):
        deciding.decide(ledger, BLIND_CID, GRAVE[0], "accept", now=NOON)


def test_a_judgement_that_one_may_not_see_cannot_be_told_apart_from_none(ledger: Ledger) -> None:
    made = deciding.decide(ledger, BLIND_ANA, GRAVE[0], "accept", now=NOON)

    for name in (made.id, "0" * 16):
        with pytest.raises(BadJudgement, match=f"holds no judgement '{name}' of yours"):
            deciding.withdraw(ledger, BLIND_BEN, name, now=NOON)


# Adjudication.


def differ(ledger: Ledger) -> None:
    deciding.decide(ledger, BLIND_ANA, GRAVE[0], "accept", why="plain", now=NOON)
    changes = ["count.low=30", "count.high=30"]
    deciding.decide(ledger, BLIND_BEN, GRAVE[0], "correct", changes=changes, why="typo", now=NOON)
    for who in (BLIND_ANA, BLIND_BEN):
        deciding.decide(ledger, who, GRAVE[1], "accept", now=NOON)


def test_what_coders_differ_on_waits_for_whoever_settles_it_both_sides_with_their_reasons(ledger: Ledger) -> None:
    differ(ledger)

    with ledger.reading() as connection:
        (one,), more = agreeing.differing(connection)
        assert one.held is not None
        read = [agreeing.as_read(one.held, made) for made in one.judgements]

    assert one.key == GRAVE[0]
    assert {(made.by, made.why) for made in one.judgements} == {("Ana", "plain"), ("Ben", "typo")}
    assert more is None
    assert sorted(read) == [(), (("Count", f"at least {one.held.claim.count.low}", "30"),)]


def test_what_was_settled_stands_above_what_coders_say_before_and_after(ledger: Ledger) -> None:
    differ(ledger)
    settled = deciding.decide(ledger, EVA, GRAVE[0], "reject", settle=True, why="no toll", now=NOON)
    # A coder's later word, come by the command line past the app's rules.
    from tests.deciding import decide

    decide(ledger, "accept", [GRAVE[0]], by="Ana", now=NOON + timedelta(days=1))

    with ledger.reading() as connection:
        assert corrections.in_force(queries.judgements(connection))[GRAVE[0]] == settled
        assert agreeing.differing(connection)[0] == []
        assert GRAVE[0] not in {one.id for one in queries.held(connection, judged=True)}
    assert settled.about == "settled"
    with pytest.raises(AlreadyJudged, match="Eva settled this"):
        deciding.decide(ledger, BLIND_CID, GRAVE[0], "accept", now=NOON)


def test_an_item_is_settled_as_one_of_its_coders_judged_it(ledger: Ledger) -> None:
    differ(ledger)
    with ledger.reading() as connection:
        (one,), _ = agreeing.differing(connection)
    bens = next(made for made in one.judgements if made.by == "Ben")

    settled = deciding.settle_as(ledger, EVA, GRAVE[0], bens.id, why="so the hospital", seen=None, now=NOON)

    assert (settled.verdict, settled.changes, settled.by) == (bens.verdict, bens.changes, "Eva")


def test_a_coder_cannot_settle(ledger: Ledger) -> None:
    differ(ledger)

    with pytest.raises(AlreadyJudged, match="Ask an adjudicator"):
        deciding.decide(ledger, BLIND_CID, GRAVE[0], "accept", settle=True, now=NOON)


def test_agreement_is_counted_over_what_two_judged_and_per_field(ledger: Ledger) -> None:
    differ(ledger)
    deciding.decide(ledger, BLIND_ANA, SMALL[0], "accept", now=NOON)  # by one alone

    with ledger.reading() as connection:
        found = agreeing.agreement(connection, EVA)

    assert (found.looked, found.verdicts.units, found.verdicts.judgements) == (2, 2, 4)
    # accept/correct and accept/accept: observed 1/2, expected (6 of 12 ordered pairs) 1/2.
    assert found.verdicts.value == pytest.approx(0.0)
    assert [(pair.a, pair.b, pair.observed) for pair in found.pairs] == [("Ana", "Ben", 0.5)]
    assert found.fields == (("count.high", 1), ("count.low", 1))
    assert found.low.units == 2
    assert found.high.value is None  # three of four counts are open upwards


def test_agreement_gives_coders_nothing_of_what_is_still_open_to_them(ledger: Ledger) -> None:
    three = [Reviewer(name, 3) for name in ("Ana", "Ben", "Cid")]
    for who in three[:2]:
        deciding.decide(ledger, who, GRAVE[0], "accept", now=NOON)

    with ledger.reading() as connection:
        assert agreeing.agreement(connection, three[2]).looked == 0
        assert agreeing.agreement(connection, Reviewer("Eva", 3, settles=True)).looked == 1


# Corrections in place.


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ({"low": "1,200", "high": "1,300"}, {"Count": "1,200–1,300"}),
        ({"measure": "wounded"}, {"Measure": "wounded"}),
        ({"place": "Sumy, UA"}, {"Place": "Sumy, UA (town)"}),
        ({"place": "692194"}, {"Place": "Sumy, UA (town)"}),
        ({"start": "2026-03-01", "end": "2026-03-02"}, {"Period": "2026-03-01 to 2026-03-02"}),
        ({"who": "villagers", "status": "civilian"}, {"Population": "villagers (civilian)"}),
    ],
)
def test_a_form_becomes_changes_and_shows_how_the_claim_then_reads(
    ledger: Ledger, given: dict[str, str], shown: dict[str, str]
) -> None:
    with ledger.reading() as connection:
        claim = queries.figure(connection, GRAVE[0]).claim
    filled = correcting.corrected(claim, given)

    assert not filled.errors
    assert {name: after for name, _, after in filled.shown} == shown
    made = deciding.decide(ledger, ANA, GRAVE[0], "correct", changes=filled.changes, now=NOON)
    read = corrections.corrected(claim, made)
    assert {name: after for name, _, after in correcting.differences(claim, read)} == shown


@pytest.mark.parametrize(
    ("given", "field", "says"),
    [
        ({"low": "many"}, "low", "is no number"),
        ({"low": "30", "high": "20"}, "low", "30 is above 20"),
        ({"low": "", "high": ""}, "low", "at least one number"),
        ({"low": "1e400"}, "low", "is no number"),
        ({"measure": "vexed"}, "measure", "is no measure"),
        ({"place": "Nirgendwoheim"}, "place", "place index has no"),
        ({"place": "Sumy, ZZ"}, "place", "place index has no"),
        ({"start": "yesterday"}, "start", "is no day"),
        ({"start": "2026-W01-1"}, "start", "is no day"),
        ({"start": "2026-03-02", "end": "2026-03-01"}, "start", "cannot start"),
        ({"status": "undead", "who": "x"}, "status", "is no status"),
        ({"actor": "North"}, "who", "in the words of the report"),
        ({}, "form", "No field differs"),
    ],
)
def test_what_is_wrong_with_a_field_is_said_beside_it(
    ledger: Ledger, given: dict[str, str], field: str, says: str
) -> None:
    with ledger.reading() as connection:
        claim = queries.figure(connection, GRAVE[0]).claim
    filled = correcting.corrected(claim, given)

    assert filled.errors is not None
    assert says in filled.errors[field]
    assert filled.changes == ()


def test_progress_counts_ones_own_day_what_waits_and_what_is_not_reconciled(ledger: Ledger) -> None:
    deciding.decide(ledger, ANA, GRAVE[0], "accept", now=NOON)
    deciding.decide(ledger, BEN, GRAVE[1], "accept", now=NOON)
    with ledger.writing() as connection:
        computed.set_mark(connection, "done", "0")

    with ledger.reading() as connection:
        found = reviewing.progress(connection, ANA, NOON + timedelta(hours=1))
        tomorrow = reviewing.progress(connection, ANA, NOON + timedelta(days=1))

    assert (found.today, found.waiting, found.more, found.unreconciled) == (1, 2, False, 2)
    assert tomorrow.today == 0


def test_the_queue_reads_no_more_than_it_gives(ledger: Ledger) -> None:
    with ledger.reading() as connection:
        one = next(waiting.figures(connection, limit=1))
        rest = list(waiting.figures(connection, after=one))

    assert [one.figure, *(other.figure for other in rest)] == [*GRAVE, *SMALL]
    assert one.consequence == pytest.approx(computed.consequence(clash("a", "b", 700)))


def test_what_is_done_is_not_walked_over_again_and_what_is_taken_back_comes_first_again(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    starts: list[str | None] = []
    walk = waiting.figures

    def noted(connection: Any, by: waiting.By, *, after: waiting.Waiting | None, limit: int) -> Any:
        starts.append(None if after is None else after.conflict)
        return walk(connection, by, after=after, limit=limit)

    monkeypatch.setattr(waiting, "figures", noted)
    for figure in GRAVE:
        assert keys(ledger, ANA, limit=1) == [figure]
        made = deciding.decide(ledger, ANA, figure, "accept", now=NOON)
    assert keys(ledger, ANA, limit=1) == SMALL
    assert keys(ledger, ANA, limit=1) == SMALL
    assert starts[0] is None
    assert starts[1] == starts[2] != starts[3]

    deciding.withdraw(ledger, ANA, made.id, now=NOON)
    assert keys(ledger, ANA, limit=1) == [GRAVE[1]]
    assert starts[4] is None
