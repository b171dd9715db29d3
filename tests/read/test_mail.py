from __future__ import annotations

import time
from datetime import UTC, date, datetime
from email.message import EmailMessage

import pytest

from tallystick.errors import LimitExceeded
from tallystick.read.items import read_items
from tallystick.read.parts import Item, Refused
from tallystick.read.text import Origin
from tests.read.made import TUESDAY, mail, page, pdf


def read(data: bytes | EmailMessage, name: str = "m.eml") -> list[Item | Refused]:
    return list(read_items(bytes(data) if isinstance(data, EmailMessage) else data, Origin(name)))


def first(data: bytes | EmailMessage) -> Item:
    item = read(data)[0]
    assert isinstance(item, Item), item
    return item


def test_a_mail_is_a_document_with_its_time_sender_and_subject() -> None:
    item = first(mail("Twelve soldiers died."))

    assert item.document.text.strip() == "Twelve soldiers died."
    assert (item.document.publisher, item.document.title) == ("The Lowland Herald", "Twelve killed")
    assert (item.document.published, item.published_at) == (date(2024, 5, 14), TUESDAY)
    assert item.document.reader == "mail/1; date from Date"


def test_a_time_without_a_zone_is_no_time() -> None:
    item = first(mail(date="Tue, 14 May 2024 18:30:00 -0000"))

    assert (item.document.published, item.published_at) == (date(2024, 5, 14), None)


@pytest.mark.parametrize(("charset", "cte"), [("koi8-r", "base64"), ("utf-8", "quoted-printable"), ("cp1251", "8bit")])
def test_a_mail_is_decoded_as_it_says(charset: str, cte: str) -> None:
    message = mail()
    message.set_content("12 убитых под Сумами.", charset=charset, cte=cte)

    assert first(message).document.text.strip() == "12 убитых под Сумами."


def test_encoded_headers_are_read() -> None:
    raw = bytes(mail()).replace(b"Subject: Twelve killed", b"Subject: =?koi8-r?B?8M/T1A==?=")

    assert first(raw).document.title == "Пост"


def test_plain_text_is_preferred_to_html_and_html_is_cleaned() -> None:
    both, html = mail("Plain words."), mail()
    both.add_alternative("<p>Marked words.</p>", subtype="html")
    html.set_content("<p>Ten <b>men</b> died.</p><style>p{}</style>", subtype="html")

    assert first(both).document.text.strip() == "Plain words."
    assert first(html).document.text == "Ten men died."


def test_wrapped_lines_of_a_mail_are_joined() -> None:
    text = (
        "At least twelve soldiers were killed near the bridge on the road,\nthe army said on Tuesday night in a "
        "statement that was read out at\nnoon.\n\nTwo lived.\n"
    )

    assert "on the road, the army said" in first(mail(text)).document.text
    assert "\n\nTwo lived." in first(mail(text)).document.text


def test_attached_reports_follow_and_do_not_take_the_mails_day() -> None:
    message = mail()
    message.add_attachment(pdf([["Nine men died at Benn."]]), maintype="application", subtype="pdf", filename="r.pdf")
    message.add_attachment(page(), maintype="text", subtype="html", filename="p.html")
    message.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="i.png")
    found = read(message)

    assert [f.name for f in found] == ["m.eml", "m.eml#1", "m.eml#2"]
    assert all(isinstance(f, Item) for f in found)
    assert [f.document.published for f in found if isinstance(f, Item)] == [date(2024, 5, 14), None, None]


def test_a_forwarded_message_keeps_its_own_sender_and_day() -> None:
    inner = mail("Six died.", **{"from": "Orla Radio <a@orla.test>", "date": "Mon, 13 May 2024 10:00:00 +0000"})
    outer = mail("See below.")
    outer.add_attachment(inner)
    item = read(outer)[1]

    assert isinstance(item, Item)
    assert (item.document.publisher, item.published_at) == ("Orla Radio", datetime(2024, 5, 13, 10, 0, tzinfo=UTC))


def test_messages_within_messages_end_at_a_depth() -> None:
    message = mail("Innermost.")
    for n in range(8):
        outer = mail(f"Layer {n}.")
        outer.add_attachment(message)
        message = outer
    found = read(message)

    assert isinstance(found[-1], Refused)
    assert isinstance(found[-1].error, LimitExceeded)


def test_a_mailbox_holds_a_document_a_message() -> None:
    line = b"From desk@herald.test Tue May 14 10:00:00 2024\n"
    box = (
        line + bytes(mail("One died.")) + b"\n" + line + bytes(mail("From here two fled.\n\n>From there none.")) + b"\n"
    )
    found = read(box, "b.mbox")

    assert [f.name for f in found] == ["b.mbox#1", "b.mbox#2"]
    assert isinstance(found[1], Item)
    assert "\nFrom there none." in found[1].document.text


def test_a_memo_that_begins_like_a_mail_is_text() -> None:
    (item,) = read(b"From: the field\nSubject: losses\n\nTen men died at Benn.", "memo.txt")

    assert isinstance(item, Item)

    assert item.document.reader.startswith("text/1")


@pytest.mark.parametrize(
    "raw",
    [
        b'From: a@b\nMessage-ID: 1\nContent-Type: multipart/mixed; boundary="' + b"x" * 100 + b'"\n\n--x',
        b"From: a@b\nMIME-Version: 1.0\nContent-Type: text/plain; charset=no-such\n\nTen men died.",
        b"From: =?x?q?=\nMIME-Version: 1.0\nContent-Transfer-Encoding: base64\n\n!!!!",
        b"From: a@b\nMIME-Version: 1.0\nContent-Type: message/rfc822\n\n" + b"Content-Type: message/rfc822\n\n" * 3000,
        b"From: a@b\nMIME-Version: 1.0\nDate: " + b"9" * 3000 + b"\n\nTen men died.",
        b"From: a@b\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=a\n\n" + b"--a\n\nx\n" * 20_000,
    ],
    ids=["boundary", "charset", "base64", "nested", "date", "parts"],
)
def test_a_hostile_mail_is_read_or_refused_in_seconds(raw: bytes) -> None:
    begun = time.process_time()
    assert read(raw)
    assert time.process_time() - begun < 5
