"""What a person decides by the command line: names are made whole, nonsense is refused, nothing is recorded twice."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tallystick.errors import BadJudgement, LedgerError, UnknownClaim, UnknownDocument
from tallystick.jobs.judging import counts, erase
from tallystick.ledger import queries
from tallystick.ledger.store import Ledger
from tallystick.ledger.verify import verify
from tallystick.model.records import Judgement, Verdict, figure_id
from tests.deciding import decide
from tests.ledger.reports import NOON, recording

REPORTS = tuple(recording(n, publisher=f"Paper {n}") for n in (12, 15))
DOCUMENTS = tuple(report.document.id for report in REPORTS)
FIGURES = tuple(figure_id(report.document.id, report.claims[0].id) for report in REPORTS)
SCENES = tuple(report.scenes[0].id for report in REPORTS)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.create(tmp_path / "ledger.db", now=NOON) as made:
        made.add(REPORTS, now=NOON, actor="tests 1")
        yield made


def kept(ledger: Ledger) -> tuple[Judgement, ...]:
    with ledger.reading() as connection:
        return queries.judgements(connection)


def test_a_figure_named_by_its_beginning_is_recorded_by_its_whole_id(ledger: Ledger) -> None:
    made = decide(ledger, "accept", [FIGURES[0][:11]], by="Ana", why="seen", now=NOON)

    assert (made.verdict, made.subjects, made.about, made.why) == (Verdict.ACCEPT, (FIGURES[0],), "claim", "seen")
    assert kept(ledger) == (made,)


def test_a_later_word_of_the_same_person_takes_the_place_of_the_earlier_and_nobody_elses(ledger: Ledger) -> None:
    first = decide(ledger, "reject", FIGURES[:1], by="Ana", now=NOON)
    other = decide(ledger, "reject", FIGURES[:1], by="Ben", now=NOON)
    truth = decide(ledger, "reject", FIGURES[:1], by="Ana", about="truth", now=NOON)
    second = decide(ledger, "accept", FIGURES[:1], by="Ana", now=NOON + timedelta(minutes=5))

    assert [(one.id, one.withdrawn) for one in kept(ledger)] == [
        (first.id, second.at), (other.id, None), (truth.id, None), (second.id, None)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        (["count.low=30", "count.high=40"], {"count": {"low": 30, "high": 40}}),
        (["measure=wounded"], {"measure": "wounded"}),
        (["population=null"], {"population": None}),
        (['period={"start": "2026-03-01", "end": null}'], {"period": {"start": "2026-03-01", "end": None}}),
        (["factuality=denied", "count.high=null"], {"factuality": "denied", "count": {"high": None}}),
    ],
)  # fmt: skip
def test_fields_are_set_by_their_json_names(ledger: Ledger, changes: list[str], fields: dict[str, object]) -> None:
    made = decide(ledger, "correct", FIGURES[:1], by="Ana", changes=changes, now=NOON)

    assert json.loads(made.changes or "") == fields


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ([], "says what is changed"),
        (["count"], "FIELD=VALUE"),
        (["=3"], "FIELD=VALUE"),
        (["count=3", "count.low=3"], "inside a field that is set as a whole"),
        (["count.low=30", "count.high=3"], "is above high"),
        (["count.high=3"], "cannot be corrected so"),
        (["count.low=many"], "numbers or null"),
        (["count.colour=3"], "colour"),
        (["measure=nix"], "nix"),
        (["measure=null"], "cannot be corrected so"),
        (["place=nowhere"], "cannot be corrected so"),
        (["id=3"], "cannot be corrected"),
        (["period=yesterday"], "cannot be corrected so"),
    ],
)
def test_a_correction_that_leaves_no_claim_is_refused_before_it_is_recorded(
    ledger: Ledger, changes: list[str], says: str
) -> None:
    with pytest.raises(BadJudgement, match=says):
        decide(ledger, "correct", FIGURES[:1], by="Ana", changes=changes, now=NOON)

    assert kept(ledger) == ()


@pytest.mark.parametrize(
    ("subjects", "about", "heeded"),
    [(SCENES, "event", True), (FIGURES, "origin", True), (DOCUMENTS, "origin", True)],
)
def test_what_two_things_may_share_is_told_from_their_ids(
    ledger: Ledger, subjects: tuple[str, str], about: str, heeded: bool
) -> None:
    made = decide(ledger, "different", subjects, by="Ana", now=NOON)

    assert (made.about, counts(made)) == (about, heeded)


def test_reconciling_heeds_all_but_the_truth_of_a_figure(ledger: Ledger) -> None:
    truth = decide(ledger, "reject", FIGURES[:1], by="Ana", about="truth", now=NOON)
    quantity = decide(ledger, "same", FIGURES, by="Ana", about="quantity", now=NOON)
    claim = decide(ledger, "reject", FIGURES[:1], by="Ana", now=NOON)

    assert [counts(made) for made in (truth, quantity, claim)] == [False, True, True]


@pytest.mark.parametrize(
    ("verdict", "subjects", "error"),
    [
        ("maybe", FIGURES[:1], BadJudgement),
        ("accept", DOCUMENTS[:1], BadJudgement),
        ("accept", SCENES[:1], BadJudgement),
        ("accept", (), BadJudgement),
        ("accept", FIGURES, BadJudgement),
        ("same", FIGURES[:1], BadJudgement),
        ("same", (FIGURES[0], FIGURES[0][:12]), BadJudgement),
        ("same", (FIGURES[0], DOCUMENTS[1]), BadJudgement),
        ("same", (SCENES[0], "0123abcd#7"), BadJudgement),
        ("accept", ("0123abcd:0",), UnknownDocument),
        ("accept", (f"{DOCUMENTS[0][:8]}:0000",), UnknownClaim),
    ],
)
def test_nonsense_is_refused_and_not_recorded(
    ledger: Ledger, verdict: str, subjects: tuple[str, ...], error: type[Exception]
) -> None:
    with pytest.raises(error):
        decide(ledger, verdict, subjects, by="Ana", now=NOON)

    assert kept(ledger) == ()


def test_the_same_decision_later_is_another_judgement(ledger: Ledger) -> None:
    first = decide(ledger, "accept", FIGURES[:1], by="Ana", now=NOON)
    again = decide(ledger, "accept", FIGURES[:1], by="Ana", now=NOON)
    later = decide(ledger, "accept", FIGURES[:1], by="Ana", now=NOON + timedelta(days=1))

    assert first == again
    assert kept(ledger) == (replace(first, withdrawn=later.at, withdrawn_by="Ana"), later)


def test_documents_and_figures_are_erased_together_and_the_log_verifies(ledger: Ledger) -> None:
    done = erase(ledger, [DOCUMENTS[0][:8], FIGURES[1]], by="Ana", why="by order", now=NOON)

    assert [len(one.blobs) for one in done] == [1, 0]
    with ledger.reading() as connection:
        assert list(queries.held(connection)) == []
        assert [record.id for _, record in queries.documents(connection)] == [DOCUMENTS[1]]
    assert verify(ledger).whole


def test_nothing_is_erased_where_one_name_is_unknown(ledger: Ledger) -> None:
    with pytest.raises((UnknownDocument, UnknownClaim)):
        erase(ledger, [DOCUMENTS[0], "0123abcd:0"], by="Ana", why="by order", now=NOON)
    with pytest.raises(LedgerError):
        erase(ledger, [DOCUMENTS[0]], by="Ana", why=" ", now=NOON)

    with ledger.reading() as connection:
        assert len(list(queries.documents(connection))) == 2
