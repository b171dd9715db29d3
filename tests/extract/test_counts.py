"""What a figure in the text says, and what it leaves open."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallystick.extract.counts import find_counts, noun_of
from tallystick.extract.syntax import parse
from tallystick.model.mentions import CountMention
from tallystick.model.text import Sentence
from tallystick.model.values import Count, Form, Mod

OFFSET = 100


def counts(text: str) -> tuple[CountMention, ...]:
    return find_counts(Sentence(OFFSET, OFFSET + len(text), text, 0, 0))


def one(text: str) -> CountMention:
    (mention,) = counts(text)
    return mention


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Shelling hit 3 villages.", 3),
        ("They moved 12,500 men.", 12_500),
        ("They moved 1,00,000 men.", 100_000),
        ("They moved 10 000 men.", 10_000),
        ("Twenty-three men fled.", 23),
        ("two hundred and fifty men", 250),
        ("three thousand four hundred and six men", 3406),
        ("a hundred men", 100),
        ("half a million people", 500_000),
        ("a quarter of a million sheep", 250_000),
        ("two and a half million people", 2_500_000),
        ("7.5 million people", 7_500_000),
        ("1.2m people", 1_200_000),
        ("300k refugees", 300_000),
        ("4 hundred people", 400),
        ("two dozen trucks", 24),
        ("half a dozen trucks", 6),
        ("the first hundred men", 100),
    ],
)
def test_a_number_is_read_in_digits_and_words(text: str, value: int) -> None:
    count = one(text).count

    assert (count.low, count.high, count.value, count.form) == (value, value, value, Form.CARDINAL)
    assert isinstance(count.value, int)


@pytest.mark.parametrize(
    ("text", "low", "high", "mod", "form"),
    [
        ("up to 8,000 men", None, 8_000, Mod.EQUAL_OR_LESS, Form.BOUNDED),
        ("as many as 30 Ruritanian fighters", None, 30, Mod.EQUAL_OR_LESS, Form.BOUNDED),
        ("no more than 20 men", None, 20, Mod.EQUAL_OR_LESS, Form.BOUNDED),
        ("fewer than 20 men", None, 19, Mod.LESS_THAN, Form.BOUNDED),
        ("at least 600 men", 600, None, Mod.EQUAL_OR_MORE, Form.BOUNDED),
        ("no fewer than 5 men", 5, None, Mod.EQUAL_OR_MORE, Form.BOUNDED),
        ("200 or more men", 200, None, Mod.EQUAL_OR_MORE, Form.BOUNDED),
        ("200-plus men", 200, None, Mod.EQUAL_OR_MORE, Form.BOUNDED),
        ("40+ trucks", 40, None, Mod.EQUAL_OR_MORE, Form.BOUNDED),
        ("more than 40 men", 41, None, Mod.MORE_THAN, Form.BOUNDED),
        ("upwards of 40 men", 41, None, Mod.MORE_THAN, Form.BOUNDED),
        ("over 300 men", 301, None, Mod.MORE_THAN, Form.BOUNDED),
        ("some 200 men", 150, 250, Mod.APPROX, Form.APPROXIMATE),
        ("about 12 men", 11, 13, Mod.APPROX, Form.APPROXIMATE),
        ("about 10 men", 8, 12, Mod.APPROX, Form.APPROXIMATE),
        ("the 40 or so men", 35, 45, Mod.APPROX, Form.APPROXIMATE),
        ("nearly 600 men", 540, 599, Mod.LESS_THAN, Form.APPROXIMATE),
        ("almost four men", 3, 3, Mod.LESS_THAN, Form.APPROXIMATE),
    ],
)
def test_a_comparator_leaves_one_side_open(text: str, low: int | None, high: int | None, mod: Mod, form: Form) -> None:
    count = one(text).count

    assert (count.low, count.high, count.mod, count.form) == (low, high, mod, form)


def test_a_mention_covers_its_comparator_and_number_is_the_figure_alone() -> None:
    mention = one("There were up to 8,000 men.")

    assert (mention.span.text, mention.number.text) == ("up to 8,000", "8,000")
    assert mention.number.start == OFFSET + 17
    assert mention.count.comparator == "up to"
    assert "comparators/up-to" in [reason.rule for reason in mention.reasons]


def test_an_adjective_before_a_number_changes_nothing() -> None:
    assert one("at a mighty 2,300").count == Count(2_300, 2_300, 2_300)


def test_the_bound_wins_over_the_blur() -> None:
    count = one("up to about 40 men").count

    assert (count.low, count.high, count.comparator) == (None, 40, "up to")


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("12-24 men", 12, 24),
        ("12–24 men", 12, 24),
        ("12 to 24 men", 12, 24),
        ("between 30 and 40 men", 30, 40),
        ("from 5 to 8 men", 5, 8),
        ("10 or 12 men", 10, 12),
        ("three or four men", 3, 4),
        ("four to five thousand men", 4_000, 5_000),
        ("about 25 to 40 men", 25, 40),
        ("1000 to 2000 hires", 1_000, 2_000),
        ("30-40,000 refugees", 30_000, 40_000),
        ("12, possibly 15 men", 12, 15),
        ("0-4 men", 0, 4),
    ],
)
def test_two_numbers_make_a_range(text: str, low: int, high: int) -> None:
    count = one(text).count

    assert (count.low, count.high, count.value, count.form) == (low, high, None, Form.RANGE)


@pytest.mark.parametrize(
    ("text", "values"), [("The toll rose from 30 to 40.", [30, 40]), ("The toll rose by 3 to 41.", [3, 41])]
)
def test_a_change_from_one_number_to_another_is_no_range(text: str, values: list[int]) -> None:
    assert [mention.count.value for mention in counts(text)] == values


def test_a_number_repeated_in_parentheses_is_one_figure() -> None:
    assert one("It killed 20 (twenty) people.").count == Count(20, 20, 20)


def test_two_vague_words_joined_by_if_not_are_one_with_the_first_ones_floor() -> None:
    mention = one("Hundreds, if not thousands, of people fled.")

    assert (mention.number.text, mention.count.low, mention.count.typical_high) == (
        "Hundreds, if not thousands",
        100,
        9_999,
    )


@pytest.mark.parametrize(
    "text",
    ["another 3,000", "12 more men", "a further 40", "an additional 40 men", "One additional man", "Another dozen men"],
)
def test_a_figure_that_comes_on_top_of_one_before_is_additive(text: str) -> None:
    assert one(text).count.form is Form.ADDITIVE


@pytest.mark.parametrize(
    ("text", "low", "high", "value"),
    [
        ("a third of the 40", 13, 14, None),
        ("two-thirds of the 300", 200, 200, 200),
        ("half the 40", 20, 20, 20),
        ("12 percent of the 300", 36, 36, 36),
        ("at least half of the 40", 20, None, None),
    ],
)
def test_a_share_of_a_stated_whole_is_counted_in_items(
    text: str, low: int, high: int | None, value: int | None
) -> None:
    share, whole = counts(text)

    assert (share.count.low, share.count.high, share.count.value) == (low, high, value)
    assert (share.count.form, share.count.whole, share.count.unit) == (Form.FRACTION, 40 if "40" in text else 300, None)
    assert whole.count.form is Form.CARDINAL


def test_a_share_of_an_unstated_whole_says_that_it_is_a_share() -> None:
    shares = [m.count for m in counts("At least half of them fled and 12 percent stayed.")]

    assert [(c.low, c.high, c.value, c.unit) for c in shares] == [
        (0.5, None, 0.5, "share"),
        (12, 12, 12, "percent"),
    ]


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("A dozen of the 40 died.", 40),
        ("2,300 out of the 9,000 men", 9_000),
        ("Of the 40 held, 12 were freed.", 40),
        ("Some of the 22 children died.", 22),
        ("A dozen and 40 died.", None),
    ],
)
def test_a_part_knows_its_stated_whole(text: str, whole: int | None) -> None:
    assert next(m.count.whole for m in counts(text) if m.count.value != whole) == whole


@pytest.mark.parametrize("text", ["One in five children starved.", "One in five was hurt."])
def test_a_ratio_is_a_share(text: str) -> None:
    mention = one(text)

    assert (mention.span.text, mention.count.value, mention.count.unit) == ("One in five", 0.2, "share")


@pytest.mark.parametrize(
    ("text", "low", "words"),
    [
        ("a few fallen soldiers", 2, "a few"),
        ("several men", 2, "several"),
        ("a number of men", 2, "a number"),
        ("dozens of people", 12, "dozens"),
        ("scores of people", 40, "scores"),
        ("hundreds fled", 100, "hundreds"),
        ("thousands of Ruritanian soldiers", 2_000, "thousands"),
        ("tens of thousands fled", 20_000, "tens of thousands"),
        ("several hundred men", 100, "several hundred"),
    ],
)
def test_a_vague_word_has_a_floor_and_no_ceiling(text: str, low: int, words: str) -> None:
    mention = one(text)

    assert (mention.number.text, mention.count.form) == (words, Form.VAGUE)
    assert (mention.count.low, mention.count.high, mention.count.value) == (low, None, None)
    assert mention.count.typical_low is not None
    assert mention.count.typical_low >= low


def test_a_ceiling_on_a_vague_word_takes_its_floor_away() -> None:
    assert one("up to several hundred men").count.low is None


@pytest.mark.parametrize(
    "text",
    [
        "The union sent a sizeable contingent of nurses.",
        "He admitted significant casualties.",
        "They took heavy Ruritanian losses.",
        "The union hired even more guards.",
    ],
)
def test_an_unquantified_expression_says_one_or_more(text: str) -> None:
    count = one(text).count

    assert (count.low, count.high, count.form) == (1, None, Form.UNQUANTIFIED)


@pytest.mark.parametrize(
    ("text", "low"), [("how many soldiers are left", None), ("an unknown number of men were held", 1)]
)
def test_a_question_has_no_number(text: str, low: int | None) -> None:
    count = one(text).count

    assert (count.low, count.high, count.form) == (low, None, Form.QUESTION)


@pytest.mark.parametrize(
    "text",
    [
        "The war began in 2014.",
        "It fell on March 29.",
        "It fell on 12 May 2021.",
        "On July 14, 1789, it fell.",
        "GARA, 10 SEP 89 (RNA) -- [TEXT] IT FELL.",
        "It was shot on 2021-05-12.",
        "Shells fell at 5:30 p.m. and 0430 GMT.",
        "In the 1990s it was calm.",
        "Smith, 43, left.",
        "Sara Holm (12) and Ida Berg (9) died.",
        "a boy aged 12",
        "under the age of 18",
        "The third and the 47th Brigade left.",
        "Battalion 101 left by Highway 1.",
        "Resolution 1701, Section 427, Row 21",
        "He had an AK-47 and an F-16.",
        "COVID-19 spread.",
        "They won 3-1.",
        "He died at 48°51'N 2.3522°E.",
        "Call 555-0142 or 800-555-0142.",
        "It was listed.[12]",
        "One must see it.",
        "No one came.",
        "They shot at one another.",
        "It was one of the deadliest raids.",
        "Zero tolerance was second to none.",
        "a catch-22",
        "At the end of the day it was a piece of cake.",
        "The jar held more than its weight.",
        "They hope more than they fear.",
        "It was some strange whim.",
        "It cost both time and nerves.",
        "a four-bedroom house",
        "The first half was calm.",
        "They live at 16 Station Road.",
        "A father of four was hurt.",
        "That is 12 more than in May.",
        "That is 12 fewer men than in May.",
        "At 34, she left.",
        "It fell between 5 and 7 p.m.",
        "It hit houses No. 12 and 14.",
        "Not one soldier died.",
        "As many civilians as soldiers died.",
        "The pupils' ages were 7, 12 and 16.",
    ],
)
def test_dates_names_and_idioms_count_nothing(text: str) -> None:
    assert [mention.span.text for mention in counts(text)] == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("In 2014, 2000 people fled.", ["2000"]),
        ("More than 2000 were held.", ["More than 2000"]),
        ("In May 12 soldiers died.", ["12"]),
        ("They said that one soldier died.", ["one"]),
        ("One of the guards died.", ["One"]),
        ("In Gara 12 were killed.", ["12"]),
        ("The twelve killed in Gara, 3 of them women", ["twelve", "3"]),
        ("A 500-strong force came.", ["500"]),
        ("Jets flew over two villages.", ["two"]),
        ("At the gate 5 men were held.", ["5"]),
        ("They met at Gate 5 and 12 left.", ["12"]),
        ("On 9 May 40 people died.", ["40"]),
        ("Killed: 12. Wounded: 30.", ["12", "30"]),
        ("Twelve died in Gara; in Holm, 7.", ["Twelve", "7"]),
    ],
)
def test_a_count_beside_a_date_or_name_is_kept(text: str, found: list[str]) -> None:
    assert [mention.span.text for mention in counts(text)] == found


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("It cost $5 million.", "dollar", 5_000_000),
        ("They paid 300 euros.", "euro", 300),
        ("It fell by 41.5%.", "percent", 41.5),
        ("They sent 40 tons of flour.", "tonne", 40),
        ("It mines 3.5 million tons of ore a year.", "tonne/year", 3_500_000),
        ("It is 12 km away.", "kilometre", 12),
        ("They fired 122mm rockets.", "millimetre", 122),
        ("Fighting lasted three days.", "day", 3),
        ("a 9-year-old girl", "year of age", 9),
        ("It was hit five times.", "time", 5),
        ("It was minus 5 degrees.", "degree", -5),
        ("A 50m trench", "metre", 50),
        ("It pumps 800,000 barrels a day.", "barrel/day", 800_000),
    ],
)
def test_a_measured_quantity_has_a_unit(text: str, unit: str, value: float) -> None:
    count = one(text).count

    assert (count.unit, count.value) == (unit, value)


def test_a_count_of_people_has_no_unit() -> None:
    assert [m.count.unit for m in counts("300 people and 12 tanks")] == [None, None]


def test_a_rate_of_people_is_a_reason_for_accumulation() -> None:
    mention = one("They lose 1,200 men a day.")

    assert [(r.rule, r.span.text) for r in mention.reasons if r.stage == "accumulation" and r.span] == [
        ("units/rate-words", "a day")
    ]


NOUNS = [
    ("Shelling killed 12 people in Gara.", "12", "people"),
    ("Dozens of people fled the town.", "Dozens", "people"),
    ("As many as 30 Ruritanian fighters died.", "30", "fighters"),
    ("They put the toll at 2,300 out of the 9,000 troops sent.", "2,300", "troops"),
    ("The 40 or so fighters fled.", "40", "fighters"),
    ("They held 6 other soldiers.", "6", "soldiers"),
    ("Three of his cousins were killed.", "Three", "cousins"),
    ("Officials said 12 were killed.", "12", None),
    ("They killed 12 of them.", "12", None),
    ("A contingent of troops arrived.", "A contingent", "troops"),
    ("One of the 13-year-old girls was hurt.", "One", "girls"),
    ("At least 12, possibly 15, people were killed.", "12, possibly 15", "people"),
    ("Two sisters - ages 7 and 12 - were hurt.", "Two", "sisters"),
    ("Tens, if not hundreds, of civilians died.", "Tens, if not hundreds", "civilians"),
]


@pytest.mark.parametrize(("text", "number", "noun"), NOUNS)
def test_the_counted_noun_is_found_in_the_parse(text: str, number: str, noun: str | None) -> None:
    (parsed,) = parse([Sentence(OFFSET, OFFSET + len(text), text, 0, 0)])

    (mention,) = (m for m in find_counts(parsed.sentence, parsed) if m.number.text == number)
    found = noun_of(mention, parsed)

    assert (found.text if found else None) == noun


FRAGMENTS = st.sampled_from(
    ["12", "1,200", "one", "hundred", "and", "million", "of the", "up to", "about", "$", "-", "%", "a", "dozens of",
     "half", "(", ")", "’", "‘", "٣", "\u202e", "😀", "in 2014", "between", "or more", "km", "/", ".", ",", "\n"]
)  # fmt: skip


@given(st.lists(FRAGMENTS, max_size=25).map(" ".join) | st.text(max_size=80))
def test_every_mention_of_any_text_is_a_span_of_it(text: str) -> None:
    sentence = Sentence(OFFSET, OFFSET + len(text), text, 0, 0)

    for mention in find_counts(sentence):
        start, end = mention.span.start - OFFSET, mention.span.end - OFFSET
        assert text[start:end] == mention.span.text
        assert mention.span.covers(mention.number)
        count = mention.count
        assert count.low is None or count.high is None or count.low <= count.high


def test_ten_thousand_numbers_are_read() -> None:
    assert len(counts(", ".join(["12 men"] * 10_000))) == 10_000
