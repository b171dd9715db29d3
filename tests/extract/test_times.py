"""Time expressions: found where they stand, resolved as far as the text or the day of publication fixes them."""

from __future__ import annotations

import itertools
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tallystick.extract.sentences import split
from tallystick.extract.times import dateline_date, find_times
from tallystick.lexicon import unmark
from tallystick.model.mentions import TimeMention
from tallystick.model.text import Document
from tallystick.model.values import Grain

SUNDAY = date(2025, 8, 24)


def times(text: str, published: date | None = SUNDAY) -> tuple[TimeMention, ...]:
    document = Document(text, "", "", published=published)
    return find_times(document, split(document))


def only(text: str, published: date | None = SUNDAY) -> TimeMention:
    plain, marked = unmark(text)
    found = [mention for mention in times(plain, published) if (mention.span.start, mention.span.end) in marked]
    assert len(found) == 1, f"found {[m.span.text for m in times(plain, published)]}"
    return found[0]


def days(mention: TimeMention) -> tuple[str | None, str | None]:
    assert mention.period is not None
    start, end = mention.period.start, mention.period.end
    return start and start.isoformat(), end and end.isoformat()


@pytest.mark.parametrize(
    ("text", "value", "start", "end"),
    [
        ("Raids began on [22 August 2025].", "2025-08-22", "2025-08-22", "2025-08-22"),
        ("Raids began on [Aug. 22, 2025], aides said.", "2025-08-22", "2025-08-22", "2025-08-22"),
        ("Raids began on [the 22nd of August 2025].", "2025-08-22", "2025-08-22", "2025-08-22"),
        ("Raids began on [Friday, August 22, 2025].", "2025-08-22", "2025-08-22", "2025-08-22"),
        ("Raids began on [2025-08-22].", "2025-08-22", "2025-08-22", "2025-08-22"),
        ("Raids began on [22/08/2025].", "2025-08-22", "2025-08-22", "2025-08-22"),
        ("Raids began on [August 20].", "2025-08-20", "2025-08-20", "2025-08-20"),
        ("Raids began in [August 2024].", "2024-08", "2024-08-01", "2024-08-31"),
        ("Raids began in [April].", "2025-04", "2025-04-01", "2025-04-30"),
        ("The trial is on [Wednesday, Sept. 17].", "2025-09-17", "2025-09-17", "2025-09-17"),
        ("The raid was on [Tuesday, Sept. 17].", "2024-09-17", "2024-09-17", "2024-09-17"),
        ("Raids began in [October].", "2024-10", "2024-10-01", "2024-10-31"),
        ("Raids will begin in [October].", "2025-10", "2025-10-01", "2025-10-31"),
        ("Raids began in [early July].", "2025-07", "2025-07-01", "2025-07-10"),
        ("Raids began in [mid-May].", "2025-05", "2025-05-11", "2025-05-20"),
        ("Raids began in [late 2024].", "2024", "2024-09-01", "2024-12-31"),
        ("Raids began [early this year].", "2025", "2025-01-01", "2025-04-30"),
        ("Raids began [earlier this year].", "2025", "2025-01-01", "2025-08-24"),
        ("Raids began in [the fall of 2024].", "2024-FA", "2024-09-01", "2024-12-21"),
        ("Raids began [last spring].", "2025-SP", "2025-03-01", "2025-06-21"),
        ("Raids began on [Friday].", "2025-08-22", "2025-08-22", "2025-08-22"),
        ("Raids will begin on [Friday].", "2025-08-29", "2025-08-29", "2025-08-29"),
        ("Raids began on [Sunday].", "2025-08-24", "2025-08-24", "2025-08-24"),
        ("The dead of [Friday]'s raid were named.", "2025-08-22", "2025-08-22", "2025-08-22"),
        ("Raids began [last Sunday].", "2025-08-17", "2025-08-17", "2025-08-17"),
        ("Raids began [yesterday].", "2025-08-23", "2025-08-23", "2025-08-23"),
        ("Raids began [overnight].", "2025-08-23TNI", "2025-08-23", "2025-08-24"),
        ("ORIA (Aug. 24) - Raids began [overnight].", "2025-08-23TNI", "2025-08-23", "2025-08-24"),
        ("Raids began [last week].", "2025-W33", "2025-08-11", "2025-08-17"),
        ("Raids began [last month].", "2025-07", "2025-07-01", "2025-07-31"),
        ("Raids began [last year].", "2024", "2024-01-01", "2024-12-31"),
        ("Raids began [three days ago].", "2025-08-21", "2025-08-21", "2025-08-21"),
        ("Raids began [two years ago].", "2023", "2023-01-01", "2023-12-31"),
        ("Raids began on [Friday morning].", "2025-08-22TMO", "2025-08-22", "2025-08-22"),
        ("Raids were common in [the 1990s].", "199", "1990-01-01", "1999-12-31"),
        ("Raids were common in [the 19th century].", "18", "1800-01-01", "1899-12-31"),
        ("Raids were rarer in [the second half of 2013].", "2013-H2", "2013-07-01", "2013-12-31"),
        ("Raids were rare in [the last week of May 2024].", "P1W", "2024-05-25", "2024-05-31"),
        ("SANTA ANA, [19 JUL 89] (ZNA) -- A PATROL WAS HIT.", "1989-07-19", "1989-07-19", "1989-07-19"),
    ],
)
def test_a_time_is_resolved_against_the_day_of_publication(text: str, value: str, start: str, end: str) -> None:
    mention = only(text)

    assert (mention.value, *days(mention)) == (value, start, end)


@pytest.mark.parametrize(
    "text",
    [
        "The army may march on the capital.",
        "March on, the officer told them.",
        "The fall of the mayor came soon.",
        "At the end of the day, nobody won.",
        "Not every day is a holiday.",
        "It is a day-to-day struggle.",
        "The raid killed 2,000.",
        "Some 1990 people fled.",
        "He carried an AK-47.",
        "They sat in the sun.",
        "The second shell hit a school.",
        "Springs spring from the rock.",
        "A 9-year-old came.",
        "He was 34 years old.",
        "They met on 05/06/2025.",
        "The rule stands in file 2010-12-S-336.",
        "It happened in the 1900 block of Elm Street.",
        "In all, 2016 were killed.",
        "The Sunday Times saw it.",
        "The squad won 15:20.",
        "Call (313) 222-2023 for help.",
        "April Reyes spoke first.",
        "Peace talks, yet war.",
    ],
)
def test_words_that_only_look_like_times_are_left_alone(text: str) -> None:
    assert times(text) == ()


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("They held out for [three weeks].", "DURATION", "P3W"),
        ("They held out for [several months].", "DURATION", "PXM"),
        ("They held out for [twenty-five days].", "DURATION", "P25D"),
        ("They waited [half an hour].", "DURATION", "PT0.5H"),
        ("The mill grinds 40 tonnes of wheat [a year].", "SET", "P1Y"),
        ("The town is shelled [daily].", "SET", "P1D"),
        ("They meet [every Friday].", "SET", "XXXX-WXX-5"),
        ("The depot was hit at [14:30].", "TIME", "XXXX-XX-XXT14:30"),
        ("The depot was hit at [5 p.m.] by two rockets.", "TIME", "XXXX-XX-XXT17:00"),
        ("The depot was hit at [10:30 local time].", "TIME", "XXXX-XX-XXT10:30"),
        ("The bridge is [now] open.", "DATE", "PRESENT_REF"),
        ("The bridge has not opened [yet].", "DATE", "PRESENT_REF"),
        ("It was [recently] retaken.", "DATE", "PAST_REF"),
    ],
)
def test_lengths_rates_and_hours_have_their_own_type(text: str, kind: str, value: str) -> None:
    mention = only(text)

    assert (mention.type, mention.value) == (kind, value)


@pytest.mark.parametrize(
    ("text", "relation"),
    [
        ("By [early July] he was in mourning.", "by"),
        ("They have fought since [last year].", "since"),
        ("They fought until [May 2017].", "until"),
        ("They fled before [May 2017].", "before"),
        ("They fled after [May 2017].", "after"),
        ("They fled in [May 2017].", "during"),
    ],
)
def test_the_preposition_becomes_the_relation_and_stays_outside_the_span(text: str, relation: str) -> None:
    assert only(text).relation == relation


def test_a_period_that_began_since_a_time_has_no_end() -> None:
    mention = only("They have fought since [last year].")

    assert days(mention) == ("2024-01-01", None)


@pytest.mark.parametrize(
    ("text", "first", "second", "start", "end"),
    [
        ("Between [3] and [5 May 2017] forty died.", "2017-05-03", "2017-05-05", "2017-05-03", "2017-05-05"),
        ("From [May] to [July 2017] forty died.", "2017-05", "2017-07", "2017-05-01", "2017-07-31"),
        ("From [November 2016] to [January 2017] forty died.", "2016-11", "2017-01", "2016-11-01", "2017-01-31"),
        ("On [March 5]-[9, 2018] forty died.", "2018-03-05", "2018-03-09", "2018-03-05", "2018-03-09"),
        ("The war of [2014]-[16] was short.", "2014", "2016", "2014-01-01", "2016-12-31"),
    ],
)
def test_both_ends_of_a_stretch_hold_the_whole_stretch(
    text: str, first: str, second: str, start: str, end: str
) -> None:
    plain, marked = unmark(text)

    found = times(plain)

    assert [(m.span.start, m.span.end) for m in found] == marked
    assert [m.value for m in found] == [first, second]
    assert [days(m) for m in found] == [(start, end)] * 2


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("In [May] 12 people died.", "2025-05"),
        ("On [May 12] people fled.", "2025-05-12"),
        ("In [2024] troops came.", "2024"),
        ("Losses fell in [Q3 2023].", "2023-Q3"),
        ("It lasted [20-30 minutes].", "PT30M"),
        ("Since [7 October] 40,000 have fled.", "2024-10-07"),
        ("In [October] 8,000 fled.", "2024-10"),
        ("At [5 p.m.] on Friday a depot burned.", "2025-08-22T17:00"),
        ("The treaty of March 1984 held. In [August] it was renewed.", "1984-08"),
        ("The treaty of March 1984 held. On [August 27] it will be renewed.", "2025-08-27"),
        ("The treaty of March 1984 held. Now, in [April], it is void.", "2025-04"),
        ("In 1984 it held, but this year it broke. In [June] forty died.", "2025-06"),
        ("The treaty of autumn 2024 held. In [April] it broke.", "2025-04"),
        ("In 2014 it held, and in [April] it broke.", "XXXX-04"),
        ("He was born in 2014. In [April] he fled.", "2025-04"),
        ("The massacre of [24 December] will be tried.", "2024-12-24"),
        ("They would have left on [24 December].", "2024-12-24"),
        ("He says, as in May, that on [Friday] forty died.", "2025-08-22"),
    ],
)
def test_a_year_in_play_is_shared_only_where_it_can_be_meant(text: str, value: str) -> None:
    assert only(text).value == value


@pytest.mark.parametrize(
    ("published", "value"),
    [(date(2022, 6, 10), "XXXX-WI"), (date(2022, 12, 10), "2022-WI"), (date(2023, 2, 10), "2022-WI")],
)
def test_this_winter_stays_open_where_it_can_be_the_last_or_the_next(published: date, value: str) -> None:
    document = Document("Guards came late this winter.", "", "", published=published)

    (mention,) = find_times(document, split(document))

    assert (mention.value, mention.period is None) == (value, value == "XXXX-WI")


def test_months_that_share_a_year_are_two_times() -> None:
    found = times("It rained in May and June 1952.")

    assert [(m.span.text, m.value) for m in found] == [("May", "1952-05"), ("June 1952", "1952-06")]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("On 3 May 2017 the town fell. [Two days later] the bridge was blown up.", "2017-05-05"),
        ("On 3 May 2017 the town fell. [The following day] the bridge was blown up.", "2017-05-04"),
        ("On 3 May 2017 the town fell. The bridge was blown up [that same day].", "2017-05-03"),
        ("On 3 May 2017 the town fell. The siege had begun [the previous month].", "2017-04"),
        ("On 3 May 2017 the town fell. [That year] forty more did.", "2017"),
        ("On 3 May 2017 the town fell. On [the 20th] it was retaken.", "2017-05-20"),
        ("On 3 May 2017 the town fell. In [June] it was retaken.", "2017-06"),
        ("In June 2017 he spoke; [even then] he gave no figure.", "2017-06"),
    ],
)
@pytest.mark.parametrize("published", [None, SUNDAY])
def test_the_text_itself_fixes_what_leans_on_it(text: str, value: str, published: date | None) -> None:
    assert only(text, published).value == value


def test_a_history_keeps_its_months_in_the_year_it_tells_of() -> None:
    text = (
        "The rising began on 4 March 1831. In April the rebels took the port. On 9 June 1831 a truce was signed. "
        "In November 1831 it broke, and in [January] the capital fell. By 1833 the war was over."
    )

    assert only(text).value == "1832-01"


def test_a_day_without_a_year_is_of_the_one_story_that_a_text_without_a_date_tells() -> None:
    text = (
        "On 30 December 2023 a school was hit, on 31 December 2023 a bridge. Aides came. Doctors came. "
        "The list of [2 January] names forty dead."
    )

    assert only(text, None).value == "2024-01-02"


def test_a_day_without_a_year_stays_open_where_the_text_tells_of_several_years() -> None:
    text = "On 31 December 2013 and 9 May 2023 schools were hit. Aides came. Doctors came. It fell on [2 January]."

    assert only(text, None).period is None


def test_a_report_that_recalls_old_years_is_no_history() -> None:
    text = (
        "The port was shelled in 1999, in March 2004 and in 2011. It was shelled again on [Friday], aides said, "
        "the worst day since 2004."
    )

    assert only(text).value == "2025-08-22"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Raids began on [Friday].", "XXXX-WXX-5"),
        ("Raids began in [April].", "XXXX-04"),
        ("Raids began [yesterday].", "XXXX-XX-XX"),
        ("Raids began [last week].", None),
    ],
)
def test_what_leans_on_an_unknown_day_of_publication_stays_open(text: str, value: str | None) -> None:
    mention = only(text, None)

    assert (mention.value, mention.period, mention.anchor) == (value, None, None)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("ZANTE, Oria (Nov. 20, 2011) - Guards said that a raid [yesterday] killed two.", "2011-11-19"),
        ("   SANTA ANA, 3 MAR 91 -- [TEXT] A PATROL WAS HIT [TODAY].", "1991-03-03"),
        ("14 June 2019\n\nTwo guards were killed on [Tuesday].", "2019-06-11"),
        ("2012-05-S-101\nZANTE, Oria (May 8) – Guards found a body [today].", "2012-05-08"),
    ],
)
def test_the_date_line_stands_in_for_a_missing_day_of_publication(text: str, value: str) -> None:
    plain = text.replace("[TEXT]", "(TEXT)")

    assert only(plain, None).value == value


def test_a_date_in_running_text_is_no_date_line() -> None:
    document = Document("The town fell on 3 May 2017, and the guards fled on Friday.", "", "")
    found = find_times(document, split(document))

    assert dateline_date(document, split(document), found) is None


def test_a_part_of_a_day_keeps_the_grain_of_its_words() -> None:
    mention = only("They came on [the night of 18 April 2017].")

    assert mention.value == "2017-04-18TNI"
    assert mention.period is not None
    assert mention.period.grain is Grain.PART_OF_DAY


PHRASES = [
    "on 22 August 2025",
    "in early July",
    "on Friday",
    "three days later",
    "between 3 and 5 May",
    "from 1914-18",
    "the last week of May",
    "in the winter of 2024",
    "at 5 p.m. local time",
    "since last year",
    "in 480 BC",
    "29 February",
    "the 31st of June",
    "99999 years ago",
    "next century",
    "the 0th century",
    "’99",
    "İ 22 août 2025",
    "“Friday’s”",
    "يوم 5 May 2017",
    "🙂 May 5",
    "9999-12-31",
    "the last 9999 months",
    "31/12/1000 and the next day",
    "1 January 1000, 2000 years earlier",
]


@given(st.lists(st.sampled_from(PHRASES) | st.text(max_size=12), max_size=12), st.sampled_from([None, SUNDAY]))
@settings(max_examples=150, deadline=None)
def test_spans_slice_back_and_periods_run_forward_whatever_the_text(parts: list[str], published: date | None) -> None:
    text = " ".join(parts)

    found = times(text, published)

    for mention in found:
        assert text[mention.span.start : mention.span.end] == mention.span.text
        if mention.period is not None and mention.period.start and mention.period.end:
            assert mention.period.start <= mention.period.end
    starts = [mention.span.start for mention in found]
    assert starts == sorted(starts)
    assert all(a.span.end <= b.span.start for a, b in itertools.pairwise(found))


@given(
    st.sampled_from(PHRASES[:10]),
    st.sampled_from(["The guards slept well.", "Nobody knew why.", "A dog barked “twice”."]),
)
def test_unrelated_words_before_a_time_do_not_move_it(phrase: str, prefix: str) -> None:
    text = f"The town fell {phrase}."

    alone, after = times(text), times(f"{prefix} {text}")

    assert [(m.span.text, m.value, m.period) for m in alone] == [(m.span.text, m.value, m.period) for m in after]
    assert [m.span.start + len(prefix) + 1 for m in alone] == [m.span.start for m in after]


def test_a_sentence_of_ten_thousand_numbers_is_read_in_little_time() -> None:
    text = "They counted " + " ".join(str(n % 2100) for n in range(10_000)) + " in May and the the the last of early."

    assert isinstance(times(text), tuple)
