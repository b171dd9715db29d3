from __future__ import annotations

import time
from datetime import UTC, date, datetime

import pytest

from tallystick.errors import DamagedDocument, LimitExceeded, TallystickError, UnreadableDocument
from tallystick.read.feed import read_feed
from tallystick.read.items import read_items, read_one
from tallystick.read.parts import Item, Refused
from tallystick.read.text import Origin
from tests.read.made import rss

ENTRY = (
    "<title>Twelve &amp;amp; more</title><link>https://herald.test/benn</link>"
    "<pubDate>Tue, 14 May 2024 23:30:00 -0400</pubDate><description>A summary of it.</description>"
    "<content:encoded><![CDATA[<p>Twelve <b>men</b> died at Benn.</p><script>x()</script><p>Two lived.</p>]]>"
    "</content:encoded>"
)
ATOM = (
    b'<feed xmlns="http://www.w3.org/2005/Atom"><title>Orla Radio</title><entry><title>T</title>'
    b'<link href="https://orla.test/1"/><published>2024-05-14T10:00:00Z</published>'
    b"<updated>2024-05-15T08:00:00Z</updated><author><name>Ada Venn</name></author>"
    b'<content type="text">Ten &lt; twelve men died.</content></entry></feed>'
)
RDF = (
    b'<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    b'xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Old</title></channel>'
    b"<item><title>T</title><link>https://old.test/1</link><description>Ten men died.</description>"
    b"<dc:date>2024-05-14T10:00:00+02:00</dc:date></item></rdf:RDF>"
)


FEED = Origin("feed.xml")


def only(data: bytes, origin: Origin = FEED) -> Item:
    (item,) = read_feed(data, origin)
    assert isinstance(item, Item)
    return item


def test_an_entry_is_a_document_with_its_own_time_and_the_feed_as_outlet() -> None:
    item = only(rss(ENTRY))

    assert item.document.text == "Twelve men died at Benn.\n\nTwo lived."
    assert (item.document.title, item.document.publisher) == ("Twelve & more", "The Lowland Herald")
    assert item.document.published == date(2024, 5, 14)
    assert item.published_at == datetime(2024, 5, 15, 3, 30, tzinfo=UTC)
    assert (item.name, item.url) == ("feed.xml#1", "https://herald.test/benn")


def test_atom_and_rss_1_are_read_too() -> None:
    atom, rdf = only(ATOM), only(RDF)

    assert atom.document.text == "Ten < twelve men died."
    assert (atom.published_at, atom.modified_at) == (
        datetime(2024, 5, 14, 10, 0, tzinfo=UTC),
        datetime(2024, 5, 15, 8, 0, tzinfo=UTC),
    )
    assert (atom.author, atom.document.publisher) == ("Ada Venn", "Orla Radio")
    assert (rdf.document.text, rdf.document.published) == ("Ten men died.", date(2024, 5, 14))


def test_an_entry_has_the_same_bytes_in_tomorrows_feed() -> None:
    today = only(rss(ENTRY))
    tomorrow = list(read_feed(rss("<title>New</title><description>One died.</description>", ENTRY)))

    assert isinstance(tomorrow[1], Item)
    assert today.sha256 == tomorrow[1].sha256


def test_an_entrys_own_bytes_read_back_to_its_text() -> None:
    item = only(rss(ENTRY))
    again = read_one(item.original)

    assert (again.text, again.title, again.published) == (item.document.text, "Twelve &amp; more", date(2024, 5, 14))


def test_a_short_summary_is_noted_as_one() -> None:
    assert "summary" in only(rss("<title>T</title><description>Ten men died.</description>")).notes[0]


def test_an_entry_without_text_is_refused_alone() -> None:
    first, second = read_feed(rss("<title>T</title><link>https://herald.test/2</link>", ENTRY), Origin("f.xml"))

    assert isinstance(first, Refused)
    assert "only a headline" in str(first.error)
    assert isinstance(second, Item)


@pytest.mark.parametrize(
    "link", ["file:///etc/passwd", "javascript:alert(1)", "data:text/html,x", "http://a@b/", "http://["]
)
def test_a_link_that_leads_off_the_web_is_dropped(link: str) -> None:
    item = only(rss(f"<title>T</title><link>{link}</link><description>Ten men died.</description>"))

    assert (item.url, item.document.url) == (None, None)


@pytest.mark.parametrize(
    "prologue",
    [
        '<!DOCTYPE rss [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>',
        '<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE rss SYSTEM "x" [ ]>',
    ],
)
def test_a_feed_that_defines_entities_is_refused(prologue: str) -> None:
    (found,) = read_items(rss("<title>&a;</title><description>&b;</description>", prologue=prologue), Origin("f.xml"))

    assert isinstance(found, Refused)
    assert isinstance(found.error, LimitExceeded)


def test_a_feed_in_utf_16_cannot_hide_its_entities() -> None:
    data = rss("<title>&a;</title>", prologue='<!DOCTYPE rss [<!ENTITY a "aaaa">]>').decode().encode("utf-16")

    with pytest.raises(LimitExceeded):
        list(read_feed(data))


def test_a_feed_that_breaks_off_says_that_entries_may_be_missing() -> None:
    data = rss(ENTRY, ENTRY)
    found = list(read_feed(data[: data.rindex(b"<item>") + 60], Origin("f.xml")))

    assert isinstance(found[0], Item)
    assert any(isinstance(f, Refused) and isinstance(f.error, DamagedDocument) for f in found)


def test_a_feed_without_entries_and_a_file_that_is_no_feed_are_refused() -> None:
    with pytest.raises(UnreadableDocument, match="without entries"):
        list(read_feed(rss()))
    with pytest.raises(DamagedDocument, match="no feed"):
        list(read_feed(b"<rss"))


def test_a_name_of_a_file_or_an_address_is_never_opened(tmp_path: object) -> None:
    for data in (b"/etc/passwd", b"http://127.0.0.1/feed.xml", b"file:///etc/passwd"):
        with pytest.raises(TallystickError):
            list(read_feed(data))


@pytest.mark.parametrize("odd", [b"&#x110000;", b"&#99999999;", b"\xff\xfe", b"&#xD800;", b"&#", b"&nosuch;"])
def test_a_character_that_does_not_exist_costs_no_entry(odd: bytes) -> None:
    data = rss("<title>T</title><description>Ten men died HERE at Benn.</description>").replace(b"HERE", odd)
    found = list(read_items(data, Origin("f.xml")))

    assert isinstance(found[0], Item), found
    assert found[0].document.text.startswith("Ten men died")


def test_a_deep_feed_is_read_or_refused_in_seconds() -> None:
    begun = time.process_time()
    list(read_items(rss("<description>" + "<a>" * 50_000 + "</description>"), Origin("f.xml")))
    assert time.process_time() - begun < 5
