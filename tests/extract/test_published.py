"""The day of publication as an interval, from the text alone. The reports are invented."""

from __future__ import annotations

from datetime import date

import pytest

from tallystick.extract.published import infer_published
from tallystick.extract.sentences import split
from tallystick.extract.times import find_times
from tallystick.model.mentions import TimeMention
from tallystick.model.text import DateBounds, Document


def read(text: str) -> tuple[DateBounds | None, dict[str, TimeMention]]:
    document = Document(text, "", "")
    found = find_times(document, split(document))
    return infer_published(document, found), {mention.span.text: mention for mention in found}


REWORDED = """General Oru admitted on Monday that 40 of his volunteers had died in Vashet.
In March he had spoken of them for the first time. By mid-May he was laying wreaths.
Officials in Tarn put the losses at 900 of the 6,000 volunteers flown out since last year.
Up to 4,000 volunteers were flown to Vashet in the spring of 2021, with another 2,000 following late this winter and a
further 500 early this year.
Since the rebels crossed the river in June 2021, the front has hardly moved. On Sunday a depot burned.
Aides said that more volunteers could leave by autumn’s end, though none has been seen yet."""

THIN = """The marshal spoke on Monday. In March he had praised his men. Some 300 have died since last year, he said,
and the invasion of February 2014 was far from forgotten."""


def test_a_report_without_a_date_gets_the_interval_that_its_own_times_leave() -> None:
    bounds, _ = read(REWORDED)

    assert bounds is not None
    assert (bounds.earliest, bounds.latest) == (date(2022, 5, 21), date(2022, 12, 21))


def test_the_reasons_quote_the_words() -> None:
    bounds, _ = read(REWORDED)

    assert bounds is not None
    assert any("mid-May" in reason for reason in bounds.reasons)
    assert any("autumn’s end" in reason for reason in bounds.reasons)
    assert any("the spring of 2021" in reason and "2022" in reason for reason in bounds.reasons)


@pytest.mark.parametrize(
    ("words", "value", "start", "end"),
    [
        ("March", "2022-03", date(2022, 3, 1), date(2022, 3, 31)),
        ("mid-May", "2022-05", date(2022, 5, 11), date(2022, 5, 20)),
        ("early this year", "2022", date(2022, 1, 1), date(2022, 4, 30)),
        ("last year", "2021", date(2021, 1, 1), None),
        ("the spring of 2021", "2021-SP", date(2021, 3, 1), date(2021, 6, 21)),
        ("June 2021", "2021-06", date(2021, 6, 1), date(2021, 6, 30)),
    ],
)
def test_times_take_the_year_on_which_both_ends_of_the_interval_agree(
    words: str, value: str, start: date, end: date | None
) -> None:
    _, found = read(REWORDED)

    mention = found[words]

    assert mention.value == value
    assert mention.period is not None
    assert (mention.period.start, mention.period.end) == (start, end)


@pytest.mark.parametrize("words", ["Monday", "Sunday"])
def test_a_weekday_stays_open_where_only_an_interval_is_known(words: str) -> None:
    _, found = read(REWORDED)

    assert found[words].period is None


def test_thin_evidence_leaves_the_last_day_open_and_months_unresolved() -> None:
    bounds, found = read(THIN)

    assert bounds is not None
    assert (bounds.earliest, bounds.latest) == (date(2014, 2, 1), None)
    assert found["March"].period is None
    assert found["last year"].period is None


def test_a_text_that_dates_nothing_gives_no_interval() -> None:
    bounds, _ = read("The guards said on Friday that the depot had burned, and that the toll may rise.")

    assert bounds is None


def test_a_date_line_is_the_day_of_publication() -> None:
    bounds, _ = read("ZANTE, Oria (Nov. 20, 2011) - Guards said that a raid yesterday killed two.")

    assert bounds is not None
    assert (bounds.earliest, bounds.latest) == (date(2011, 11, 20), date(2011, 11, 20))


def test_a_planned_date_is_the_last_day_that_the_text_can_be_from() -> None:
    bounds, _ = read("The truce of 3 March 2020 held. Talks will begin on 9 May 2020.")

    assert bounds is not None
    assert (bounds.earliest, bounds.latest) == (date(2020, 3, 3), date(2020, 5, 9))


def test_an_invasion_years_back_is_not_taken_for_last_year() -> None:
    text = """The front held in June. Since the invasion in March 2019 the army has lost 9,000, including 300 this year.
    It lost 4,000 last year, the minister said."""

    bounds, _ = read(text)

    assert bounds is not None
    assert bounds.latest is None
