"""What people decide is on record: by whom, when, why, and when it was taken back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from tallystick.errors import BadJudgement
from tallystick.ledger.judgements import judge, judgement_id, judgements, withdraw
from tallystick.ledger.store import Ledger
from tallystick.ledger.verify import verify
from tallystick.model.records import Judgement, Verdict, figure_id
from tests.ledger.reports import NOON, recording

LATER = NOON + timedelta(hours=1)
REPORT, OTHER = recording(12, 40), recording(13)
FIGURES = [figure_id(r.document.id, c.id) for r in (REPORT, OTHER) for c in r.claims]


@pytest.fixture
def ledger(where: str) -> Iterator[Ledger]:
    with Ledger.create(where, now=NOON) as made:
        made.add([REPORT, OTHER], now=NOON, actor="tests 1")
        yield made


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """A ledger for tests that leave it as it was."""
    with Ledger.create(tmp_path_factory.mktemp("shared") / "ledger.db", now=NOON) as made:
        made.add([REPORT, OTHER], now=NOON, actor="tests 1")
        yield made


def judgement(verdict: Verdict, *subjects: str, by: str = "ana", **given: str) -> Judgement:
    about = given.get("about", "claim")
    return Judgement(judgement_id(verdict, subjects, by, NOON, about), verdict, subjects, by, NOON, **given)  # type: ignore[arg-type]


def test_a_judgement_is_an_entry_by_who_made_it(ledger: Ledger) -> None:
    made = judgement(Verdict.ACCEPT, FIGURES[0], why="as the page has it")

    seq = judge(ledger, made, now=LATER)

    entry = next(ledger.entries(seq))
    assert (entry.kind.value, entry.actor, entry.recorded_at) == ("judgement", "ana", LATER)
    assert judgements(ledger) == [made]
    assert verify(ledger).findings == ()


def test_the_same_judgement_again_is_not_another(ledger: Ledger) -> None:
    made = judgement(Verdict.REJECT, FIGURES[0])

    assert judge(ledger, made, now=NOON) == judge(ledger, made, now=LATER)
    assert judgements(ledger) == [made]
    with pytest.raises(BadJudgement, match="another judgement"):
        judge(ledger, replace(made, why="else"), now=LATER)


def test_a_withdrawn_judgement_stays_with_who_withdrew_it_and_when(ledger: Ledger) -> None:
    made = judgement(Verdict.SAME, FIGURES[0], FIGURES[2], about="quantity")
    judge(ledger, made, now=NOON)

    withdraw(ledger, made.id, by="ben", at=LATER, why="another village", now=LATER)

    assert judgements(ledger) == [replace(made, withdrawn=LATER, withdrawn_by="ben")]
    assert verify(ledger).findings == ()
    with pytest.raises(BadJudgement, match="withdrawn by ben on 2026-03-01 already"):
        withdraw(ledger, made.id, by="ben", at=LATER, now=LATER)


def test_only_what_was_judged_can_be_withdrawn(ledger: Ledger) -> None:
    with pytest.raises(BadJudgement, match="no judgement 'none'"):
        withdraw(ledger, "none", by="ben", at=LATER, now=LATER)


def test_scenes_and_documents_can_be_judged_too(ledger: Ledger) -> None:
    scenes = (REPORT.scenes[0].id, OTHER.scenes[0].id)

    judge(ledger, judgement(Verdict.DIFFERENT, *scenes, about="event"), now=NOON)
    judge(ledger, judgement(Verdict.SAME, REPORT.document.id, OTHER.document.id, about="origin"), now=NOON)

    assert len(judgements(ledger)) == 2


def test_a_correction_says_what_is_changed(ledger: Ledger) -> None:
    changes = ('{"count": {"low": 3, "high": 3}}', '{"measure": "wounded"}', '{"place": null}')
    made = [judgement(Verdict.CORRECT, figure, changes=c) for figure, c in zip(FIGURES, changes, strict=True)]
    for one in made:
        judge(ledger, one, now=NOON)

    assert judgements(ledger) == made


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (judgement(Verdict.ACCEPT, "00000000:00000000"), "no one thing named"),
        (judgement(Verdict.ACCEPT, ""), "no one thing named"),
        (judgement(Verdict.ACCEPT, FIGURES[0], FIGURES[1]), "judges one thing"),
        (judgement(Verdict.ACCEPT), "judges one thing"),
        (judgement(Verdict.SAME, FIGURES[0]), "judges two things"),
        (judgement(Verdict.SAME, FIGURES[0], FIGURES[0]), "against itself"),
        (judgement(Verdict.ACCEPT, FIGURES[0], by=" "), "Say by whom"),
        (judgement(Verdict.ACCEPT, FIGURES[0], about="taste"), "cannot be about"),
        (judgement(Verdict.CORRECT, FIGURES[0]), "says what is changed"),
        (judgement(Verdict.ACCEPT, FIGURES[0], changes="{}"), "says what is changed"),
        (judgement(Verdict.CORRECT, FIGURES[0], changes="{"), "no JSON"),
        (judgement(Verdict.CORRECT, FIGURES[0], changes="[]"), "name no field"),
        (judgement(Verdict.CORRECT, FIGURES[0], changes='{"id": "x"}'), "cannot be corrected"),
        (judgement(Verdict.CORRECT, FIGURES[0], changes='{"count": {"low": "3"}}'), "numbers or null"),
        (judgement(Verdict.CORRECT, FIGURES[0], changes='{"count": {"low": 4, "high": 3}}'), "low 4 is above high 3"),
        (replace(judgement(Verdict.ACCEPT, FIGURES[0]), withdrawn=NOON), "at once"),
        (replace(judgement(Verdict.ACCEPT, FIGURES[0]), at=LATER + timedelta(days=1)), "in the future"),
    ],
)
def test_a_judgement_that_makes_no_sense_is_refused(bad: Judgement, words: str, shared: Ledger) -> None:
    with pytest.raises(BadJudgement, match=words):
        judge(shared, bad, now=LATER)

    assert judgements(shared) == []
