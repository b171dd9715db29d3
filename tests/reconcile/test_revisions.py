"""What became of the figures of a page between two captures, and whether the page says so."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tallystick.model.claims import Attribution, Claim, Factuality
from tallystick.model.links import Change, FigureChange
from tallystick.model.mentions import LinkKind
from tallystick.model.values import Measure
from tallystick.reconcile.revisions import correction_notice, figure_changes
from tests.reconcile.build import claim

OLD = "Shells killed 12 guards at Orrin on Friday. Another 30 people fled to Velden. Two boats sank."


def changes(old: str, new: str, *figures: tuple[str | None, str | None, str, Measure]) -> tuple[FigureChange, ...]:
    """The changes between two texts with these figures: words in the old, words in the new, those counted, measure."""
    before = [claim(old, a, who, measure) for a, _, who, measure in figures if a is not None]
    after = [claim(new, b, who, measure) for _, b, who, measure in figures if b is not None]
    return figure_changes(before, old, after, new)


def test_a_page_that_did_not_change_has_no_changes() -> None:
    assert changes(OLD, OLD, ("12", "12", "guards", Measure.KILLED), ("30", "30", "people", Measure.DISPLACED)) == ()


def test_a_changed_figure_is_given_with_both_sentences() -> None:
    new = OLD.replace("12 guards", "19 guards")

    (change,) = changes(OLD, new, ("12", "19", "guards", Measure.KILLED))

    assert (change.kind, change.note) == (Change.CHANGED, "“12” became “19”")
    assert change.old_words is not None
    assert change.new_words is not None
    assert change.old_words.text == "Shells killed 12 guards at Orrin on Friday."
    assert new[change.new_words.start : change.new_words.end] == change.new_words.text
    assert None not in (change.old, change.new)
    assert change.silent


def test_a_comparator_put_before_a_figure_changes_it() -> None:
    new = OLD.replace("12 guards", "at least 12 guards")

    (change,) = changes(OLD, new, ("12", "at least 12", "guards", Measure.KILLED))

    assert (change.kind, change.note) == (Change.CHANGED, "“12” became “at least 12”")


def test_a_change_that_the_page_owns_up_to_is_not_silent() -> None:
    new = OLD.replace("12 guards", "19 guards") + " Correction: an earlier version gave 12 dead."

    (change,) = changes(OLD, new, ("12", "19", "guards", Measure.KILLED))

    assert not change.silent
    assert change.notice is not None
    assert change.notice.text == "Correction: an earlier version gave 12 dead."


def test_figures_that_came_and_went_are_added_and_removed() -> None:
    new = "Shells killed 12 guards at Orrin on Friday. Two boats sank. A mine hurt 7 sailors."

    added, removed = changes(
        OLD,
        new,
        ("12", "12", "guards", Measure.KILLED),
        ("30", None, "people", Measure.DISPLACED),
        (None, "7", "sailors", Measure.WOUNDED),
    )

    assert (added.kind, added.old, added.note) == (Change.ADDED, None, "“7” is new")
    assert (removed.kind, removed.new, removed.note) == (Change.REMOVED, None, "“30” is gone")


def test_a_figure_at_another_place_has_moved_and_the_others_have_not() -> None:
    first, second, third = (
        "Shells killed 12 guards at Orrin.",
        "Some 30 people fled to Velden.",
        "A mine hurt 7 sailors off Marr.",
    )
    figures = (
        ("12", "12", "guards", Measure.KILLED),
        ("30", "30", "people", Measure.DISPLACED),
        ("7", "7", "sailors", Measure.WOUNDED),
    )

    (change,) = changes(f"{first} {second} {third}", f"{third} {first} {second}", *figures)

    assert change.kind is Change.MOVED
    assert change.new_words is not None
    assert change.new_words.text == third


def test_a_sentence_told_in_other_words_is_no_change() -> None:
    new = OLD.replace(
        "Shells killed 12 guards at Orrin on Friday.", "On Friday shells killed 12 guards at the town Orrin."
    )

    assert changes(OLD, new, ("12", "12", "guards", Measure.KILLED)) == ()


def test_figures_of_two_measures_are_never_one() -> None:
    old, new = "Shells hit 12 guards at Orrin on Friday.", "Shells hit 19 guards at Orrin on Friday."
    before = claim(old, "12", "guards", Measure.WOUNDED)
    after = claim(new, "19", "guards", Measure.KILLED)

    assert [c.kind for c in figure_changes([before], old, [after], new)] == [Change.ADDED, Change.REMOVED]


def by(name: str | None) -> dict[str, tuple[Attribution, ...]]:
    return {"attributions": (Attribution(name, None, None, LinkKind.SAYS),)}


@pytest.mark.parametrize(
    ("before", "after", "note"),
    [
        ({}, by("the army"), "was said by the page itself, is said by “the army”"),
        (by("the army"), by(None), "was said by “the army”, is said by “somebody unnamed”"),
        ({}, {"factuality": Factuality.DENIED}, "was asserted, is denied"),
    ],
)
def test_the_same_figure_from_another_source_or_denied_is_restated(
    before: dict[str, object], after: dict[str, object], note: str
) -> None:
    def told(fields: dict[str, object]) -> Claim:
        return replace(claim(OLD, "12", "guards"), **fields)

    (change,) = figure_changes([told(before)], OLD, [told(after)], OLD)

    assert (change.kind, change.note) == (Change.RESTATED, note)


@pytest.mark.parametrize(
    ("text", "notice"),
    [
        (
            "Nine died. This story has been updated to give the ferry's name.",
            "This story has been updated to give the ferry's name.",
        ),
        ("CORRECTION\nNine died.", "CORRECTION"),
        ("Nine died. The toll should have read eight.", "The toll should have read eight."),
        ("Nine died. He was held in a correctional camp.", None),
    ],
)
def test_a_page_owns_up_in_so_many_words(text: str, notice: str | None) -> None:
    found = correction_notice(text)

    assert (found.text if found is not None else None) == notice
