"""The measuring of the app: what counts as missed, what counts as lost, and a short run of all of it."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from random import Random

import pytest
from eval import serving
from eval.bulk import World
from eval.serving_checks import check
from eval.serving_people import VISITS, Answered, Item, Told
from eval.serving_sample import KINDS, LEFT_OUT, Sample, address_of
from fastapi.routing import APIRoute

from tallystick.jobs.reconciling import reconcile
from tallystick.ledger import judgements
from tallystick.ledger.store import Ledger
from tallystick.serve import api, pages
from tests.deciding import decide

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def invented(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A reconciled ledger of a few hundred invented claims."""
    path = tmp_path_factory.mktemp("serving") / "ledger.db"
    with Ledger.create(path, now=NOW) as ledger:
        ledger.add(World().recordings(400, NOW), now=NOW, actor="test")
        reconcile(ledger, full=True, jobs=1, now=NOW)
    return path


def test_a_page_misses_its_target_by_its_median_its_slowest_twentieth_or_an_error() -> None:
    def line(seconds: list[float], wrong: str | None = None) -> serving.Line:
        (row,) = serving.lines([Answered("document", one, wrong) for one in seconds], {})
        return row

    assert not line([0.199] * 39 + [0.499]).missed
    assert line([0.201] * 40).missed
    assert line([0.1] * 37 + [0.501] * 3).missed
    assert not line([0.1] * 9 + [0.7]).missed  # of ten, one is no twentieth
    assert line([0.1], "500").missed


def test_the_slowest_twentieth_is_what_nineteen_of_twenty_do_not_exceed() -> None:
    assert serving.percentile([float(n) for n in range(1, 101)], 0.95) == 95
    assert serving.percentile([float(n) for n in range(1, 21)], 0.95) == 19
    assert serving.percentile([3.0], 0.95) == 3


def test_rows_come_in_the_order_of_the_walk_with_what_is_not_known_left_empty() -> None:
    answered = [Answered("quantity", 0.030), Answered("judge", 0.012), Answered("judge", 0.014)]
    rows = serving.lines(answered, {"quantity": 7.04})

    assert [(row.kind, row.requests) for row in rows] == [("judge", 2), ("quantity", 1)]
    head, judge, quantity = serving.table(rows)
    assert judge.split() == ["judge", "2", "13", "ms", "14", "ms", "14", "ms", "0"]
    assert quantity.split() == ["quantity", "1", "30", "ms", "30", "ms", "30", "ms", "0", "7.0", "ms"]
    assert head.split()[:3] == ["page", "requests", "median"]


def test_every_page_of_the_app_is_walked_or_named_with_the_reason_why_not() -> None:
    many = ("1a2b:3c4d",) * 2
    of = Sample(*[many] * len(fields(Sample)))
    asked = {address_of(kind, Random(1), of).partition("?")[0] for kind in KINDS.values()}  # type: ignore[union-attr]
    asked = {name.replace("1a2b%3A3c4d", many[0]) for name in asked}
    routers = [("", one) for one in pages.ROUTERS] + [("/api/v1", one) for one in api.ROUTERS]
    routes = {
        f"{before}{route.path}": re.compile(before + route.path_regex.pattern.removeprefix("^"))
        for before, router in routers
        for route in router.routes
        if isinstance(route, APIRoute) and "GET" in (route.methods or ())
    }
    unasked = {path for path, regex in routes.items() if not any(regex.match(name) for name in asked)}

    assert len(routes) > 80
    assert sorted(unasked) == sorted(LEFT_OUT)
    walked = {name for _, names in VISITS for name in names}
    assert walked == KINDS.keys()


def test_an_item_is_read_as_the_page_has_it() -> None:
    page = (
        '<article id="item" class="item" data-key="1a2b:3c4d" data-after="1~9.5~c1~1a2b:3c4d" data-sort="figure">'
        '<input type="hidden" name="seen" value="e3b0"><button name="verdict" value="accept">'
        '<button name="verdict" value="correct"><button name="verdict" value="reject"></article>'
    )
    assert Item.read(page) == Item("1a2b:3c4d", "1~9.5~c1~1a2b:3c4d", "e3b0", ("accept", "reject"))
    assert Item.read('<article id="item" data-key="" data-after=""></article>') is None


def test_times_to_think_are_read_strictly() -> None:
    assert serving.think("1-3s") == (1, 3)
    assert serving.think("2") == (2, 2)
    for wrong in ("3-1", "soon", "-1"):
        with pytest.raises(Exception, match="no time to think"):
            serving.think(wrong)


class TestNothingIsLost:
    """check says what became of the judgements that the server acknowledged."""

    @pytest.fixture
    def ledger(self, tmp_path: Path) -> Ledger:
        made = Ledger.create(tmp_path / "ledger.db", now=NOW)
        made.add(islice(World().recordings(60, NOW), 6), now=NOW, actor="test")
        return made

    @pytest.fixture
    def figure(self, ledger: Ledger) -> str:
        from tallystick.ledger import queries

        with ledger.reading() as connection:
            return next(iter(queries.held(connection, limit=1))).id

    def judged(self, ledger: Ledger, figure: str, by: str = "ada") -> Told:
        at = NOW + timedelta(hours=1)
        made = decide(ledger, "accept", (figure,), by=by, why=None, about="claim", changes=(), now=at)
        return Told(made.id, by, figure, "accept", at, at + timedelta(seconds=0.2))

    def test_what_is_there_as_it_was_told_is_well(self, ledger: Ledger, figure: str) -> None:
        before = ledger.head()
        told = self.judged(ledger, figure)
        judgements.withdraw(ledger, told.id, by="ada", at=told.sent, now=told.sent)
        back = Told(told.id, "ada", figure, "accept", told.sent, told.answered, undone=True)

        assert list(check(ledger, before, [told, back], lost=0)) == []

    def test_a_judgement_that_is_missing_or_another_persons_is_named(self, ledger: Ledger, figure: str) -> None:
        before = ledger.head()
        told = self.judged(ledger, figure)
        missing = Told("0" * 16, "bob", figure, "accept", told.sent, told.answered)
        taken = Told(told.id, "bob", figure, "accept", told.sent, told.answered)

        assert [one for one in check(ledger, before, [told, missing], 0) if "is not in the ledger" in one]
        assert [one for one in check(ledger, before, [taken], 0) if "not as bob made it" in one]

    def test_a_judgement_at_another_time_or_of_nobody_is_named(self, ledger: Ledger, figure: str) -> None:
        before = ledger.head()
        told = self.judged(ledger, figure)
        later = told.sent + timedelta(minutes=1)
        wrong = Told(told.id, "ada", figure, "accept", later, later)

        assert sum("was sent at" in one for one in check(ledger, before, [wrong], 0)) == 2
        assert [one for one in check(ledger, before, [], 0) if "1 new judgements, and only 0" in one]
        assert list(check(ledger, before, [], lost=1)) == []

    def test_a_withdrawal_that_never_came_is_named(self, ledger: Ledger, figure: str) -> None:
        before = ledger.head()
        told = self.judged(ledger, figure)
        back = Told(told.id, "ada", figure, "accept", told.sent, told.answered, undone=True)

        assert [one for one in check(ledger, before, [told, back], 0) if "took back" in one]


def test_a_short_run_walks_judges_and_checks(
    invented: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(serving, "MEDIAN", 60)  # how fast it is is not for a test to say
    monkeypatch.setattr(serving, "SLOW", 60)
    given = ["--ledger", str(invented), "--users", "3", "--workers", "1", "--think", "0-0.1", "--alone", "1"]

    # In a thread of its own: a browser that another test has opened runs an event loop in this one.
    with ThreadPoolExecutor(1) as aside:
        status = aside.submit(serving.main, [*given, "--minutes", "0.08", "--verify"]).result()

    said = capsys.readouterr().out
    assert status == 0, said
    assert "every target met" in said
    made = next(line for line in said.splitlines() if "judgements acknowledged" in line)
    assert int(made.split()[0].replace(",", "")) > 0
    for kind in ("sign in", "judge", "review: next item"):  # which other pages so short a walk comes to is chance
        assert any(line.startswith(kind) for line in said.splitlines()), kind
