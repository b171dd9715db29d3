"""Inputs made by hand, byte by byte: PDFs, web archives, feeds, mails. Every text is invented."""

from __future__ import annotations

import gzip
import zlib
from datetime import UTC, datetime
from email.message import EmailMessage

STORY = (
    "<p>OSTVALE, May 14 - At least 12 soldiers were killed near the Orla bridge on Tuesday, the army said.</p>"
    "<p>Colonel Ada Venn said that seven civilians had been wounded in the shelling of the market.</p>"
)


_ESCAPED = {40: "\\(", 41: "\\)", 92: "\\\\"}


def page(body: str = STORY, head: str = "", title: str = "Twelve killed at Orla bridge") -> bytes:
    """A web page with a menu, the body as its article, a related story and a footer."""
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title} | The Lowland Herald</title>{head}'
        '</head><body><nav><ul><li><a href="/">Home</a></li><li><a href="/war">War</a></li></ul></nav>'
        f"<main><article><h1>{title}</h1>{body}</article></main>"
        '<aside><h2>Most read</h2><ul><li><a href="/x">99 killed elsewhere</a></li></ul></aside>'
        '<footer><p><a href="/about">About us</a> <a href="/jobs">Jobs</a></p></footer></body></html>'
    ).encode()


def pdf(
    pages: list[list[str]], *, title: str = "", size: int = 11, encrypt: bool = False, picture: bool = False
) -> bytes:
    """A PDF whose pages hold these lines, one below the other; an empty line is a gap. A page of no lines is empty."""
    objects: list[bytes] = [b"<< /Type /Catalog /Pages 2 0 R >>", b""]
    kids = []
    for lines in pages:
        drawn = ["BT", f"/F1 {size} Tf", f"{size * 1.2} TL", "72 760 Td"]
        drawn += [f"({line.translate(_ESCAPED)}) Tj T*" for line in lines]
        stream = "\n".join([*drawn, "ET"]).encode("cp1252") if lines else b""
        if picture and not lines:
            stream = b"0 0 612 792 re f"
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
        contents = len(objects)
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents %d 0 R "
            b"/Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding "
            b"/WinAnsiEncoding >> >> >> >>" % contents
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b" ".join(kids), len(kids))
    objects.append(b"<< /Title (%s) /CreationDate (D:20200101000000Z) >>" % title.encode("cp1252"))
    trailer = b"/Root 1 0 R /Info %d 0 R" % len(objects)
    if encrypt:
        secret = b"<" + b"ab" * 32 + b">"
        objects.append(b"<< /Filter /Standard /V 1 /R 2 /O %s /U %s /P -44 >>" % (secret, secret))
        trailer += b" /Encrypt %d 0 R /ID [<00> <00>]" % len(objects)
    return assemble(objects, trailer)


def assemble(objects: list[bytes], trailer: bytes) -> bytes:
    """A PDF file of these objects, with its table of places."""
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    table += b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + table + b"trailer\n<< /Size %d %s >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, trailer, len(out))


def bomb_pdf(megabytes: int) -> bytes:
    """A PDF whose one page inflates to that many megabytes of text instructions."""
    packer = zlib.compressobj(1)
    piece = b"BT /F1 9 Tf 9 9 Td (aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa) Tj ET\n" * (1 << 14)
    packed = b"".join(packer.compress(piece) for _ in range(megabytes * (1 << 20) // len(piece))) + packer.flush()
    return assemble(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [4 0 R] /Count 1 >>",
            b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(packed), packed),
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 3 0 R /Resources << /Font << /F1 << /Type "
            b"/Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        ],
        b"/Root 1 0 R",
    )


def warc(*records: tuple[str, str, bytes], packed: bool = True, headers: dict[str, str] | None = None) -> bytes:
    """A web archive of (address, media type, body) as HTTP answers of 14 May 2024, 10:30 UTC."""
    out = b""
    for number, (url, media_type, body) in enumerate(records):
        more = "".join(f"{name}: {value}\r\n" for name, value in (headers or {}).items())
        block = f"HTTP/1.1 200 OK\r\nContent-Type: {media_type}\r\n{more}\r\n".encode() + body
        head = (
            f"WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:{number}>\r\nWARC-Target-URI: {url}\r\n"
            "WARC-Date: 2024-05-14T10:30:00Z\r\nContent-Type: application/http; msgtype=response\r\n"
            f"Content-Length: {len(block)}\r\n\r\n"
        )
        record = head.encode() + block + b"\r\n\r\n"
        out += gzip.compress(record, mtime=0) if packed else record
    return out


def mail(
    text: str = "Twelve soldiers were killed at Ostvale on Tuesday, the army said.", **headers: str
) -> EmailMessage:
    """A mail of 14 May 2024 in plain text; headers replace its own (subject="...")."""
    message = EmailMessage()
    named = {
        "From": "The Lowland Herald <desk@herald.test>",
        "To": "coder@recorders.test",
        "Subject": "Twelve killed",
        "Date": "Tue, 14 May 2024 18:30:00 +0300",
        "Message-ID": "<1@herald.test>",
    }
    for name, value in {**named, **{k.title(): v for k, v in headers.items()}}.items():
        message[name] = value
    message.set_content(text)
    return message


def rss(*items: str, prologue: str = "") -> bytes:
    """An RSS 2.0 feed of these items' insides."""
    inside = "".join(f"<item>{item}</item>" for item in items)
    return (
        f'<?xml version="1.0" encoding="utf-8"?>{prologue}<rss version="2.0" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>The Lowland Herald</title>'
        f"<link>https://herald.test/</link><description>News</description>{inside}</channel></rss>"
    ).encode()


def packed(data: bytes) -> bytes:
    """The data as gzip writes them, without a clock."""
    return gzip.compress(data, mtime=0)


TUESDAY = datetime(2024, 5, 14, 15, 30, tzinfo=UTC)
