from __future__ import annotations

import time
from dataclasses import replace

import pytest

from tallystick.errors import DamagedDocument, DocumentTooLarge, LimitExceeded, UnreadableDocument
from tallystick.read.limits import LIMITS
from tallystick.read.pdf import Line, join, read_pdf, unwrap
from tallystick.read.text import Origin
from tests.read import made

WRAPPED = [
    "OSTVALE - At least 12 soldiers were killed near the Orla bridge on Tues-",
    "day, the army said in a statement that was read out in the town, and twenty-",
    "five others were hurt. The 38-",
    "year-old driver of the van died.",
    "",
    "Seven (7) civilians were wounded, said Colonel Ada Venn of the Russian-",
    "Ostvalian command, in the shelling of the market place at noon.",
]


def text(pages: list[list[str]]) -> str:
    return read_pdf(made.pdf(pages)).document.text


def test_wrapped_lines_become_paragraphs_with_their_words_whole() -> None:
    assert text([WRAPPED]).split("\n") == [
        "OSTVALE - At least 12 soldiers were killed near the Orla bridge on Tuesday, the army said in a statement that "
        "was read out in the town, and twenty-five others were hurt. The 38-year-old driver of the van died.",
        "Seven (7) civilians were wounded, said Colonel Ada Venn of the Russian-Ostvalian command, in the shelling of "
        "the market place at noon.",
    ]


def test_a_page_ends_its_paragraph() -> None:
    assert text([["Ten men died in Benn and"], ["12 in Orla."]]) == "Ten men died in Benn and\n\n12 in Orla."


def test_items_of_a_list_stay_apart() -> None:
    assert text([["The dead by town, as counted by the army:", "- Benn 12", "- Orla 7"]]).split("\n")[1:] == [
        "- Benn 12",
        "- Orla 7",
    ]


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("on Tues-", "day", "on Tuesday"),
        ("Zaporizh-", "zhia", "Zaporizhzhia"),
        ("twenty-", "five", "twenty-five"),
        ("Twenty-", "five", "Twenty-five"),
        ("a 38-", "year-old", "a 38-year-old"),
        ("10-", "12 men", "10-12 men"),
        ("the UN-", "led force", "the UN-led force"),
        ("Russian-", "Ukrainian", "Russian-Ukrainian"),
        ("ten men -", "all dead", "ten men - all dead"),
        ("ten men", "died", "ten men died"),
        ("co\u00ad", "operation", "cooperation"),
    ],
)
def test_a_hyphen_goes_only_where_it_broke_a_word(first: str, second: str, expected: str) -> None:
    assert join(first, second) == expected


def test_a_word_that_the_text_writes_with_a_hyphen_keeps_it() -> None:
    assert join("an anti-", "tank mine", "The anti-tank unit") == "an anti-tank mine"


def test_lines_without_places_are_joined_by_their_ends() -> None:
    lines = [
        Line("Ten men were killed near the bridge on the road to Benn, the"),
        Line("army said."),
        Line("Two " * 20),
    ]

    assert unwrap(lines).split("\n")[0] == "Ten men were killed near the bridge on the road to Benn, the army said."


def test_cells_of_a_row_side_by_side_are_not_joined_into_a_figure() -> None:
    lines = [Line("12", 72, 84, 700, 700, 11), Line("340", 200, 220, 700, 700, 11), Line("x", 72, 80, 680, 680, 11)]

    assert unwrap(lines).split("\n") == ["12", "340", "x"]


def test_the_dates_of_the_file_are_not_those_of_the_report() -> None:
    item = read_pdf(made.pdf([["Ten men died."]], title="Casualties in May"))

    assert (item.document.published, item.published_at, item.modified_at) == (None, None, None)
    assert item.document.title == "Casualties in May"


@pytest.mark.parametrize("title", ["Microsoft Word - draft3", "report_final.docx", "untitled", "..."])
def test_a_title_that_a_program_gave_is_none(title: str) -> None:
    assert read_pdf(made.pdf([["Ten men died."]], title=title)).document.title is None


def test_a_scanned_page_is_noted_and_a_scanned_file_refused() -> None:
    item = read_pdf(made.pdf([["Ten men died."], []], picture=True))

    assert item.notes == ("no text could be read on page 2, which is not empty: figures there are missing",)
    with pytest.raises(UnreadableDocument, match=r"pictures.*OCR"):
        read_pdf(made.pdf([[]], picture=True))


def test_an_empty_page_between_others_is_no_gap() -> None:
    assert read_pdf(made.pdf([["Ten men died."], []])).notes == ()


@pytest.mark.parametrize("kept", [9, 60, 200, 400])
def test_a_truncated_file_is_damaged(kept: int) -> None:
    with pytest.raises(DamagedDocument, match=r"a\.pdf is a damaged PDF"):
        read_pdf(made.pdf([WRAPPED])[:kept], Origin("a.pdf"))


def test_a_file_with_a_password_is_refused_with_what_to_do() -> None:
    with pytest.raises(UnreadableDocument, match=r"encrypted.*without a password"):
        read_pdf(made.pdf([WRAPPED], encrypt=True))


def test_a_bomb_is_stopped_by_its_memory_and_never_reads_as_an_empty_report() -> None:
    bomb, begun = made.bomb_pdf(300), time.monotonic()

    with pytest.raises(LimitExceeded):
        read_pdf(bomb, limits=replace(LIMITS, pdf_memory=256 * 1024 * 1024, pdf_seconds=5))
    assert time.monotonic() - begun < 60  # on a loaded machine; it is a second


def test_a_slow_file_is_stopped_by_the_clock() -> None:
    with pytest.raises(LimitExceeded, match="took more than"):
        read_pdf(made.pdf([WRAPPED]), limits=replace(LIMITS, pdf_seconds=0.001))


def test_more_pages_than_may_be_are_an_error_not_a_beginning() -> None:
    with pytest.raises(LimitExceeded, match="3 pages; 2 are the most"):
        read_pdf(made.pdf([["One."], ["Two."], ["Three."]]), limits=replace(LIMITS, pdf_pages=2))


def test_a_file_above_the_limit_is_not_opened() -> None:
    with pytest.raises(DocumentTooLarge):
        read_pdf(made.pdf([WRAPPED]), limits=replace(LIMITS, item=100))
