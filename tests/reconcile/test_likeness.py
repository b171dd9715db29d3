"""What two scenes share that says something, and what only seems to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

import pytest

from tallystick.model.records import DocumentRecord, Scene
from tallystick.model.values import Place, Precision
from tallystick.reconcile.likeness import Setting, score

ORRIN = Place("Orrin", 1, 10.0, 20.0, "XX", Precision.TOWN, "01", population=9_000)
THIRD = date(2031, 5, 3)
VASKS = ("Ahmed Vask", "Sara Vask", "Omar Vask", "Lina Vask", "Jon Vask", "Ida Vask")
ORROS = ("Ahmed Orro", "Sara Orro", "Omar Orro", "Lina Orro", "Jon Orro", "Ida Orro")


def scene(
    document: str, words: str = "Shells hit a house.", day: date | None = THIRD, names: Iterable[str] = ()
) -> Scene:
    return Scene(
        document * 16,
        0,
        (f"{document}0",),
        place=ORRIN,
        place_text="Orrin",
        start=day,
        end=day,
        names=tuple(names),
        words=words,
    )


def lines(a: Scene, b: Scene, *others: Scene, outlets: Iterable[str] = ()) -> dict[str, float]:
    """The weight of each line between two scenes, in a ledger that holds the others too."""
    documents = [DocumentRecord(s.document, "", "", publisher=name) for s, name in zip((a, b), outlets, strict=False)]
    return {e.rule: e.weight for e in score(a, b, Setting.of([a, b, *others], documents)).evidence}


def test_first_names_of_different_people_are_nothing_shared() -> None:
    shared = lines(scene("a", names=["Orben Vask"]), scene("b", names=["Orben Vask"]))
    other = lines(scene("a", names=["Orben Vask"]), scene("b", names=["Orben Orro"]))

    assert shared["names"] > 0
    assert shared["full-names"] > 0
    assert "names" not in other
    assert "full-names" not in other


def test_a_name_with_another_word_between_is_another_person() -> None:
    left_out = lines(scene("a", names=["Orben Kalo Vask"]), scene("b", names=["Orben Vask"]))
    other = lines(scene("a", names=["Orben Kalo Vask"]), scene("b", names=["Orben Sime Vask"]))

    assert "full-names" in left_out
    assert "full-names" not in other


def test_two_lists_of_victims_that_share_nobody_speak_against_one_event() -> None:
    assert lines(scene("a", names=VASKS), scene("b", names=ORROS))["other-people"] < 0
    assert "other-people" not in lines(scene("a", names=VASKS), scene("b", names=VASKS))
    assert "other-people" not in lines(scene("a", names=VASKS[:2]), scene("b", names=ORROS))


@pytest.mark.parametrize("words", ["It was 23 May.", "It was May 23.", "It was the 23rd of May."])
def test_the_day_of_a_month_is_no_number_that_two_reports_share(words: str) -> None:
    assert "numbers" not in lines(scene("a", words), scene("b", words))
    assert "numbers" in lines(scene("a", "Shells hit 23 houses."), scene("b", "Shells hit 23 houses."))


def test_a_place_that_has_events_all_month_says_less() -> None:
    a, b = scene("a"), scene("b")
    month = [scene(name, day=THIRD + timedelta(days=5 + n)) for n, name in enumerate("cdefg")]

    assert "busy-place" not in lines(a, b)
    assert lines(a, b, *month)["busy-place"] == pytest.approx(-1.5)


def test_what_one_outlet_quotes_twice_may_be_what_it_always_quotes() -> None:
    words = "“The house came down upon us in the night”, she said."
    own = lines(scene("a", words), scene("b", words), outlets=("Herald", "Herald"))
    other = lines(scene("a", words), scene("b", words), outlets=("Herald", "Post"))

    assert 0 < own["quotation"] < other["quotation"]
