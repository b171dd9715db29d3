"""The day of publication as an interval, from the text alone. The reports are invented."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tallystick.extract.published import infer_published
from tallystick.extract.sentences import split
from tallystick.extract.times import find_times
from tallystick.model.mentions import TimeMention
from tallystick.model.text import DateBounds, Document


def read(text: str) -> tuple[DateBounds | None, dict[str, TimeMention]]:
    document = Document(text, "", "")
    found = find_times(document, split(document))
    return infer_published(document, found), {mention.span.text: mention for mention in found}


CAMP = """The camp at Vashet took in 4,000 flood victims in the spring of 2021, then another 2,000 late this winter and
a further 500 early this year. Its clinic counts 90 births among flood victims since last year.
The dam above the valley had given way in June 2021. In March the school reopened. By mid-May every tent had a stove.
On Monday the council of the camp met, and on Sunday a store of blankets burned.
The families could go home by autumn’s end, the warden said."""

THIN = """The marshal spoke on Monday. In March he had praised his men. Some 300 have died since last year, he said,
and the invasion of February 2014 was far from forgotten."""


def test_a_report_without_a_date_gets_the_interval_that_its_own_times_leave() -> None:
    bounds, _ = read(CAMP)

    assert bounds is not None
    assert (bounds.earliest, bounds.latest) == (date(2022, 5, 21), date(2022, 12, 21))


def test_the_reasons_quote_the_words() -> None:
    bounds, _ = read(CAMP)

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
    _, found = read(CAMP)

    mention = found[words]

    assert mention.value == value
    assert mention.period is not None
    assert (mention.period.start, mention.period.end) == (start, end)


@pytest.mark.parametrize("words", ["Monday", "Sunday"])
def test_a_weekday_stays_open_where_only_an_interval_is_known(words: str) -> None:
    _, found = read(CAMP)

    assert found[words].period is None


QUARRY = """The strike at the Hadra quarry is in its fourth month. In February the first pickets were hurt. By
mid-March Doctor Salme Oyen was at the ward every evening. Her clinic treated 85 quarry workers in the summer of
2030, and a further 35 early this year. Since last year 9 quarry workers have died there, she wrote. A court might
rule by the end of June."""

FERRY = """Early this year a further 700 islanders joined the 2,300 islanders evacuated in the autumn of 2031.
In March the last ferry left; by late May the harbour was empty.
The shipping office says 1,600 islanders have come back since last year."""

CRANES = """Early this year the shipyard put up 30 more cranes, on top of the 120 cranes ordered in the autumn of 2018.
It had gone bankrupt in August 2018. Of the cranes ordered since last year 47 stand still. In April a buyer looked in.
By early July the gates were open again. The buyer might hire welders before summer is over."""


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        (QUARRY, date(2031, 3, 21), date(2031, 6, 30)),
        (FERRY, date(2032, 6, 1), date(2032, 12, 31)),
        (CRANES, date(2019, 7, 11), date(2019, 9, 22)),
    ],
)
def test_other_words_for_the_same_evidence_give_their_own_interval(text: str, earliest: date, latest: date) -> None:
    bounds, _ = read(text)

    assert bounds is not None
    assert (bounds.earliest, bounds.latest) == (earliest, latest)


@pytest.mark.parametrize(
    "text",
    [
        # no word ties the written year to last year
        "By mid-October they buried a few men. In the spring of 2019 the army sent 900 men. It sent more this year.",
        # the written year is that of an old event
        "The war began in February 2022. Since last year 4,000 men died, and in June it took 300, 40 this year.",
        # a plan that a quotation repeats
        "The raid of 3 March 2020 was costly. “We will leave on 9 May 2020,” he had said.",
    ],
)
def test_weak_evidence_fixes_no_last_day(text: str) -> None:
    bounds, _ = read(text)

    assert bounds is not None
    assert bounds.latest is None


def test_a_month_that_may_lie_in_either_year_stays_open() -> None:
    text = FERRY.replace("by late May the harbour", "by early November the harbour")

    _, found = read(text)

    assert found["March"].value == "2032-03"
    assert found["early November"].period is None


def test_the_interval_is_the_same_for_unresolved_and_resolved_times() -> None:
    document = Document(QUARRY, "", "")
    sentences = split(document)

    once = infer_published(document, find_times(document, sentences))

    assert once == read(QUARRY)[0]


def test_a_text_of_nothing_but_times_is_read_in_little_time() -> None:
    bounds, _ = read("The raid of May 2020 cost 9 men since last year, more this year. " * 500)

    assert bounds is None or bounds.earliest is not None


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


CLAUSES = [
    "In April a mill burned.",
    "By late May it was shut.",
    "They sold 40 boats in the spring of 2023 and a further 12 early this year.",
    "It has rained 90 times since last year.",
    "A ferry might run by summer’s end.",
    "Talks will begin on 9 May 2020.",
    "The raid of 31 December 9998 failed.",
    "It began on 29 February and in winter.",
    "The mill closed in August 2021.",
    "ZANTE (Nov. 31, 2011) -",
]


@given(st.lists(st.sampled_from(CLAUSES) | st.text(max_size=9), max_size=9))
@settings(max_examples=100, deadline=None)
def test_an_interval_never_ends_before_it_begins(clauses: list[str]) -> None:
    bounds, _ = read(" ".join(clauses))

    if bounds is not None and bounds.earliest and bounds.latest:
        assert bounds.earliest <= bounds.latest
