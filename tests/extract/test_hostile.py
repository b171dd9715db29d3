"""Input that no newspaper would print: it is read in bounded time, or said to be unreadable, and spans stay true."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tallystick.errors import UnreadableDocument
from tallystick.extract import extract
from tallystick.extract.cascade import MOST_MEASURES, select
from tallystick.extract.ellipsis import filled
from tallystick.extract.sentences import LONGEST_SENTENCE, MOST_FIGURES, split, tabular
from tallystick.extract.times import find_times
from tallystick.model.report import Report
from tallystick.model.text import Document, Span
from tallystick.read import read_bytes


def read(text: str) -> Document:
    return read_bytes(text.encode())


def spans_of(report: Report) -> list[Span]:
    found = [m.span for group in (report.times, report.places, report.quotations, report.events) for m in group]
    for said in report.attributions:
        found += [s for s in (said.source, said.cue, *said.content) if s is not None]
    for claim in report.claims:
        found += [claim.span, claim.count_span, claim.sentence]
        found += [claim.measure_span] if claim.measure_span is not None else []
        found += [s for who in (claim.population, claim.actor) if who is not None for s in (who.span,) if s is not None]
        found += [reason.span for reason in claim.reasons if reason.span is not None]
    return found


def assert_true_to_the_text(report: Report) -> None:
    text = report.document.text
    assert all(text[s.start : s.end] == s.text for s in spans_of(report))


REPEATED = [
    "killed ",
    "killed 3 men and ",
    "12 people were killed and ",
    "12,",
    "1",
    "killed, including ",
    "he said that ",
    "police said they killed ",
    '"',
    '"killed" ',
    "“he said ",
    "(12 ",
    "[",
    "'s ",
    "— ",
    "twenty-",
    "hundred ",
    "12 of ",
    "between 3 and ",
    "at least ",
    "12 May 2011 ",
    "on Monday ",
    "Kabul, ",
    "Ana Ruiz, Omar Aziz, ",
    "Mr. ",
    "U.S. ",
    "denied that ",
    "killed\n",
    "3\tkilled\t",
    "KILLED 12 MEN IN HOMS. ",
    "🙂 killed 3 ",
    "קטלו 12 ",
    "\u00a0killed",
    "a\u0301",
]


@pytest.mark.parametrize("words", REPEATED)
def test_a_text_that_repeats_itself_is_read_to_its_end(words: str) -> None:
    report = extract(read(words * (6_000 // len(words))))

    assert_true_to_the_text(report)


def test_a_run_of_figures_is_a_table_and_gives_no_claims_and_no_times() -> None:
    text = "killed 3 on 12 May 2011, " * 60
    document = read(text)
    sentences = split(document)

    assert [tabular(s.text) for s in sentences] == [len(s.text) > 1_000 for s in sentences]
    assert not find_times(document, sentences[:1])
    assert not select(sentences[:1]).parsed


def test_a_crowd_of_measure_words_is_not_parsed_and_an_ordinary_number_of_them_is() -> None:
    crowd = split(read("they killed and wounded men " * MOST_MEASURES + "."))
    few = split(read("they killed and wounded men " * 5 + "."))

    assert not select(crowd).parsed
    assert select(few).parsed == (0,)


def test_no_sentence_of_prose_comes_near_the_bound_of_a_table() -> None:
    text = "On 3 May 12 died, on 4 May 15, on 5 May 9, on 6 May 21, on 7 May 30 and on 8 May 44, out of 1,200."

    assert not tabular(text)
    assert tabular("1 " * (MOST_FIGURES + 1))


def test_one_line_of_any_length_is_cut_into_pieces_that_can_be_held() -> None:
    pieces = split(read("12 people were killed and " * 1_000))

    assert max(len(s.text) for s in pieces) <= LONGEST_SENTENCE


def test_the_claims_of_a_long_document_are_joined_in_steps_that_grow_with_their_number() -> None:
    claims = extract(read("Raiders killed another 3 men near Dunmere. " * 40)).claims
    looked_at = 0

    class Counted(list):  # type: ignore[type-arg]
        def __iter__(self):  # type: ignore[no-untyped-def]
            nonlocal looked_at
            for claim in super().__iter__():
                looked_at += 1
                yield claim

    filled(Counted(claims))

    assert len(claims) == 40
    assert looked_at <= 6 * len(claims)


def test_a_long_document_keeps_the_place_and_the_day_of_the_sentence_before() -> None:
    text = "Raiders killed 3 men in Goma on 4 May 2023. Another 5 men were killed there. Two guards were wounded.\n\n"
    claims = extract(read(text * 20)).claims

    assert len(claims) == 60
    assert {c.place.span.text for c in claims if c.place is not None} == {"Goma"}
    assert all(c.place is not None and abs(c.place.span.start - c.span.start) < len(text) for c in claims)


PIECES = st.sampled_from(
    [
        "killed", "wounded", "12", "1,200", "three", "dozens", "at least", "up to", "more than", "people", "soldiers",
        "civilians", "said", "according to", "the army", "denied", "Kabul", "Homs", "on Monday", "since", "2011", "May",
        "including", "of", "and", "or", "not", "no", "in", "the", "were", "was", "another", "bringing the total to",
        "two of them", "he", "Ana Ruiz", "Gen. Ivo Brandt", '"', "“", "”", "'", "’s", "(", ")", "[", "]", ",", ".", ";",
        ":", "-", "—", "\n", "\n\n", "\t", "%", "$", "km", "🙂", "👩‍👩‍👧", "עשרה נהרגו", "قتل ١٢", "١٢", "½", "①",
        "\u200b", "\u202e", "a\u0301", "İ", "ß", "KILLED", "IN HOMS", "...", "1.", "U.S.", "troops", "tonnes",
    ]
)  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(PIECES, min_size=1, max_size=60), st.sampled_from([" ", "", "  "]))
def test_whatever_is_thrown_together_is_read_and_every_span_gives_its_words_back(pieces: list[str], gap: str) -> None:
    try:
        document = read(gap.join(pieces))
    except UnreadableDocument:
        return

    assert_true_to_the_text(extract(document))
