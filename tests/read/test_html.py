from __future__ import annotations

import time
from datetime import UTC, date, datetime

import pytest

from tallystick.errors import LimitExceeded, TallystickError, UnreadableDocument
from tallystick.read.html import read_html, text_of_markup
from tallystick.read.text import Origin
from tests.read.made import STORY, page


def text(body: str) -> str:
    return read_html(page(body)).document.text


def test_the_report_is_read_without_the_menu_the_related_stories_and_the_footer() -> None:
    read = text(STORY)

    assert "At least 12 soldiers were killed near the Orla bridge on Tuesday" in read
    assert "seven civilians had been wounded" in read
    for furniture in ("Home", "99 killed elsewhere", "Jobs"):
        assert furniture not in read


def test_the_reader_names_itself_with_its_version() -> None:
    assert read_html(page()).document.reader.startswith("html/1 trafilatura 2.")


def test_a_caption_in_the_report_is_kept_and_one_beside_it_is_not() -> None:
    read = text(
        '<figure><img src="a.jpg"><figcaption>A grave of seven soldiers at Benn.</figcaption></figure>'
        + STORY
        + "</article><aside><figure><figcaption>Forty graves elsewhere.</figcaption></figure></aside><article>"
    )

    assert "A grave of seven soldiers at Benn." in read.split("\n")
    assert "Forty graves" not in read


def test_a_row_of_a_table_is_a_line_of_its_cells() -> None:
    read = text(
        STORY + "<table><caption>The toll by town</caption><tr><th>Town</th><th>Killed</th></tr>"
        "<tr><td>Benn</td><td>12</td></tr><tr><td>Orla</td><td></td></tr></table>"
    )

    assert "Town | Killed" in read.split("\n")
    assert "Benn | 12" in read.split("\n")


def test_equal_rows_of_a_table_are_all_kept() -> None:
    rows = "<tr><td>Benn</td><td>1</td></tr>" * 3

    assert text(f"{STORY}<table><tr><th>Town</th><th>Killed</th></tr>{rows}</table>").split("\n").count("Benn | 1") == 3


def test_lists_and_quotations_are_kept_item_by_item() -> None:
    read = text(
        STORY + "<ul><li>Benn: nine dead</li><li>Orla: <ul><li>two soldiers</li><li>one medic</li></ul></li></ul>"
        "<blockquote><p>“We lost four men,” he said.</p></blockquote>"
    )

    lines = read.split("\n")
    assert [x for x in lines if x.startswith("-")] == ["- Benn: nine dead", "- Orla:", "- two soldiers", "- one medic"]
    assert "“We lost four men,” he said." in lines


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("Some 12<sup>1</sup> soldiers were killed in the raid.", "Some 12 soldiers"),
        ("Some 12<sup class='ref'><a href='#1'>[3]</a></sup> soldiers were killed in the raid.", "Some 12 soldiers"),
        ("It burned 10<sup>6</sup> litres of oil on that day alone.", "10^6 litres"),
        ("An area of 12 km<sup>2</sup> was mined by the army that day.", "12 km^2 was"),
        ("The 5<sup>th</sup> brigade lost three men in the fighting.", "The 5th brigade"),
    ],
)
def test_a_footnotes_mark_is_never_read_into_a_figure(markup: str, expected: str) -> None:
    assert expected in text(f"{STORY}<p>{markup}</p>")


def test_what_no_reader_of_the_page_sees_is_not_read() -> None:
    assert "Ninety" not in text(STORY + "<p hidden>Ninety men were killed at Benn, it is said.</p>")


def test_line_breaks_separate_sentences_of_different_lines() -> None:
    assert "Two died.\nFour were hurt on the way home." in text(
        STORY + "<p>Two died.<br>Four were hurt on the way home.</p>"
    )


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("<p>We value your privacy. We and our partners use cookies to store data on a device.</p>", "a consent page"),
        ("<p>Twelve died at Benn.</p><p>Subscribe to continue reading. Already a subscriber? Log in.</p>", "a paywall"),
        ("<p>Please enable JavaScript to view this page in your browser today.</p>", "needs scripts"),
        ("<p>We have detected unusual traffic from your network. Verify you are human.</p>", "a check for robots"),
        ("", "without the text of a report|no sentence"),
        (
            "<ul>"
            + "".join(f'<li><a href="/{n}">{n} men die in a raid at Benn, says army.</a></li>' for n in range(30))
            + "</ul>",
            "a list of links",
        ),
    ],
)
def test_a_page_without_a_report_is_refused_not_read_as_one(body: str, said: str) -> None:
    with pytest.raises(UnreadableDocument, match=said):
        read_html(page(body))


def test_a_cookie_notice_under_a_report_does_not_hide_it() -> None:
    more = "".join(f"<p>In village number {n} the army counted two dead and three wounded.</p>" for n in range(6))

    assert "12 soldiers" in text(STORY + more + "<p>This site uses cookies.</p>")


def test_a_page_that_says_it_is_paid_for_is_read_with_a_note() -> None:
    head = '<script type="application/ld+json">{"@type": "NewsArticle", "isAccessibleForFree": false}</script>'

    assert "may be cut" in read_html(page(STORY, head)).notes[0]


def test_what_the_caller_knows_wins_over_what_the_page_says() -> None:
    head = '<meta property="article:published_time" content="2024-05-14T10:00:00Z">'
    item = read_html(page(STORY, head), Origin(published=date(2024, 5, 1), publisher="The Orla Post"))

    assert (item.document.published, item.document.publisher) == (date(2024, 5, 1), "The Orla Post")
    assert item.published_at is None  # the page's time is of another day
    assert "date from" not in item.document.reader


def test_the_reader_says_which_statement_dated_the_page() -> None:
    head = '<meta property="article:published_time" content="2024-05-14T10:00:00+03:00">'
    item = read_html(page(STORY, head))

    assert item.document.reader.endswith("date from meta article:published_time")
    assert item.published_at == datetime(2024, 5, 14, 7, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("encoding", "label"), [("koi8-r", "koi8-r"), ("cp1251", "windows-1251"), ("utf-8", "utf-8"), ("utf-16", "")]
)
def test_a_page_is_decoded_as_it_says(encoding: str, label: str) -> None:
    words = "Двенадцать солдат убиты у моста, сообщила армия во вторник вечером."
    markup = f'<html><head><meta charset="{label}"></head><body><article><p>{words}</p></article></body></html>'

    assert words in read_html(markup.encode(encoding)).document.text


@pytest.mark.parametrize(
    "markup",
    [
        "<div>" * 20_000 + "Ten men died in the town today." + "</div>" * 20_000,
        "<p " + " ".join(f"a{n}=1" for n in range(200_000)) + ">Ten men died in the town today.</p>",
        "<p " + " ".join(f'a{n}=">"' for n in range(100_000)) + ">Ten men died in the town today.</p>",
        "<p>Ten <b>men</b> died. " * 70_000,
        "<p>" + "<b>Ten men</b> " * 29_000,
        "<table><tr><td>" * 5_000,
        "<script>" + "x" * 500_000,
        "<!--" * 50_000,
        "<a" * 100_000,
        "&#x0;" * 10_000,
    ],
    ids=["nested", "attributes", "quoted", "elements", "inline", "tables", "script", "comments", "tags", "entities"],
)
def test_a_hostile_page_is_refused_or_read_in_seconds(markup: str) -> None:
    begun = time.process_time()
    with pytest.raises(TallystickError):
        read_html(f"<html><body>{markup}</body></html>".encode())
    assert time.process_time() - begun < 5


def test_a_page_of_too_many_elements_says_so() -> None:
    with pytest.raises(LimitExceeded, match="60,000 elements"):
        read_html(b"<html><body>" + b"<p>a" * 70_000)


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<p>Ten <b>men</b> died.</p><p>Two did not.</p>", "Ten men died.\n\nTwo did not."),
        ("Ten men<br>died", "Ten men\ndied"),
        ("<ul><li>one<li>two</ul>", "- one\n\n- two"),
        ("<table><tr><td>Benn<td>12</table>", "Benn | 12"),
        ("Ten<script>x()</script> men<style>p{}</style>", "Ten men"),
        ("Fire &amp; smoke &lt;here&gt;", "Fire & smoke <here>"),
        ("", ""),
    ],
)
def test_a_piece_of_markup_becomes_its_words(markup: str, expected: str) -> None:
    assert text_of_markup(markup) == expected
