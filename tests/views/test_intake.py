"""What an add says it did."""

from __future__ import annotations

from datetime import UTC, datetime

from tallystick.model.links import CopyLink
from tallystick.model.records import Added
from tallystick.views import intake as views

ADDED = Added(documents=("a" * 16, "b" * 16), claims=5, size=9)


def copy(share: float) -> CopyLink:
    return CopyLink("a" * 16, "b" * 16, share, 40)


def test_an_add_says_how_much_it_holds_and_what_comes_next() -> None:
    assert list(views.lines(ADDED, (), (), ())) == [
        "Added 2 new documents with 5 claims. The log has 9 entries.",
        "Next: tallystick reconcile",
    ]


def test_reports_that_share_most_of_their_words_are_named_and_those_that_share_phrases_counted() -> None:
    lines = list(views.lines(ADDED, (), (copy(0.82), copy(0.26), copy(0.31)), ()))

    assert lines[1] == "Shared words: aaaaaaaa and bbbbbbbb share 82% of the shorter"
    assert lines[2] == "… and 2 more pairs of reports with some words in common."


def test_a_ledger_that_was_never_reconciled_says_so() -> None:
    class Counts:
        documents = captures = claims = scenes = judgements = unread = 0
        said = None

    lines = list(views.status("x.db", Counts(), 0, None))
    assert "published    unknown" in lines
    assert lines[-1] == "reconciled   not yet: tallystick reconcile"
    assert views.kept(0).startswith("Nothing was added yet")
    assert list(views.status("x.db", Counts(), 0, datetime(2031, 5, 1, 9, tzinfo=UTC)))[-1].endswith("09:00 UTC")
