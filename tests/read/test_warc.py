from __future__ import annotations

import gzip
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tallystick.errors import DamagedDocument, LimitExceeded
from tallystick.read.items import read_items
from tallystick.read.limits import LIMITS
from tallystick.read.parts import Item, Refused
from tallystick.read.text import Origin
from tests.read import made

PAGES = (
    ("https://herald.test/a", "text/html; charset=utf-8", made.page()),
    ("https://herald.test/i.png", "image/png", b"\x89PNG"),
    ("https://herald.test/r.pdf", "application/pdf", made.pdf([["Ten men died at Benn."]])),
    ("https://herald.test/t", "text/plain; charset=koi8-r", "12 убитых под Сумами, сообщили власти.".encode("koi8-r")),
)


def found(data: bytes, name: str = "crawl.warc.gz") -> tuple[list[Item], list[Refused]]:
    everything = list(read_items(data, Origin(name)))
    return [i for i in everything if isinstance(i, Item)], [r for r in everything if isinstance(r, Refused)]


@pytest.mark.parametrize("packed", [True, False])
def test_pages_texts_and_pdfs_are_read_and_the_rest_passed_over(packed: bool) -> None:
    items, refused = found(made.warc(*PAGES, packed=packed))

    assert refused == []
    assert [i.media_type for i in items] == ["text/html", "application/pdf", "text/plain"]
    assert [i.name for i in items] == ["crawl.warc.gz#1", "crawl.warc.gz#3", "crawl.warc.gz#4"]
    assert items[2].document.text == "12 убитых под Сумами, сообщили власти."


def test_a_page_keeps_its_address_and_when_it_was_captured() -> None:
    items, _ = found(made.warc(PAGES[0]))

    assert items[0].url == "https://herald.test/a"
    assert items[0].captured_at == datetime(2024, 5, 14, 10, 30, tzinfo=UTC)
    assert items[0].document.published is None  # captured is not published
    assert items[0].container is not None


@pytest.mark.parametrize("packed", [True, False])
def test_a_broken_end_costs_only_the_end(packed: bool) -> None:
    data = made.warc(PAGES[0], ("https://herald.test/b", "text/html", made.page()), packed=packed)
    items, refused = found(data[:-200])

    assert [i.url for i in items] == ["https://herald.test/a"]
    assert [type(r.error) for r in refused] == [DamagedDocument]


def test_damage_in_the_middle_costs_only_the_record_it_hit() -> None:
    first, second = (made.warc((f"https://herald.test/{n}", "text/html", made.page()), packed=False) for n in "ab")
    items, refused = found(first + b"garbage, not a record\r\n" + second)

    assert [i.url for i in items] == ["https://herald.test/a", "https://herald.test/b"]
    assert len(refused) == 1


def test_error_pages_and_redirects_are_passed_over() -> None:
    data = made.warc(PAGES[0], packed=False).replace(b"HTTP/1.1 200 OK", b"HTTP/1.1 404 No")

    assert found(data) == ([], [])


def test_a_page_that_was_stored_as_sent_is_unpacked() -> None:
    body = gzip.compress(made.page(), mtime=0)
    chunked = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
    headers = {"Content-Encoding": "gzip", "Transfer-Encoding": "chunked"}
    items, refused = found(made.warc(("https://herald.test/a", "text/html", chunked), headers=headers))

    assert refused == []
    assert items[0].original == made.page()


def test_a_bomb_in_a_record_is_refused_and_the_next_record_read() -> None:
    bomb = gzip.compress(bytes(50_000_000), mtime=0)
    data = made.warc(
        ("https://herald.test/a", "text/html", bomb), headers={"Content-Encoding": "gzip"}, packed=False
    ) + made.warc(PAGES[0], packed=False)
    items, refused = found(data, "crawl.warc")

    assert [type(r.error) for r in refused] == [LimitExceeded]
    assert len(items) == 1


def test_an_archive_that_unpacks_without_end_is_stopped() -> None:
    data = made.warc(PAGES[0]) + gzip.compress(
        b"WARC/1.0\r\nContent-Length: 90000000\r\n\r\n" + bytes(90_000_000), mtime=0
    )
    items, refused = found(data)

    assert len(items) == 1
    assert [type(r.error) for r in refused] == [LimitExceeded]


def test_a_record_above_the_limit_is_refused_alone() -> None:
    data = made.warc(("https://herald.test/big", "text/plain", b"x" * 5000), PAGES[0], packed=False)
    items = list(read_items(data, Origin("c.warc"), limits=replace(LIMITS, item=3000)))

    assert [type(i) for i in items] == [Refused, Item]


@pytest.mark.parametrize(
    "tail", [b"", b"\r\n", b"1.0\r\n", b"1.0\r\nContent-Length: -5\r\n\r\n", b"1.0\r\nContent-Length: x\r\n\r\n"]
)
def test_what_only_begins_like_an_archive_is_refused(tail: bytes) -> None:
    items, refused = found(b"WARC/" + tail, "c.warc")

    assert items == []
    assert isinstance(refused[0].error, DamagedDocument)
