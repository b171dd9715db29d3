"""Mails: single messages (.eml) and mailboxes (.mbox).

A message is one document: its plain text, or its HTML cleaned. Forwarded messages and attached reports (PDF, HTML,
text) follow as documents of their own. The old policy of the email package is used: the new one raises errors of many
kinds on headers that real mails have.
"""

from __future__ import annotations

import binascii
import email
import email.policy
import re
from collections.abc import Iterator
from dataclasses import replace
from email.errors import HeaderParseError, MessageError
from email.header import decode_header
from email.message import Message
from email.utils import parseaddr

from tallystick.errors import DamagedDocument, LimitExceeded, TallystickError, UnreadableDocument
from tallystick.read.charset import codec, decode_web
from tallystick.read.dates import read_moment
from tallystick.read.html import text_of_markup
from tallystick.read.limits import Budget
from tallystick.read.parts import Found, Item, Part, Refused, described
from tallystick.read.text import Origin, document_of

READER = "mail/1"
_FROM = re.compile(rb"^From [^\r\n]*\d{1,2}:\d{2}[^\r\n]*\r?\n", re.MULTILINE)
_ATTACHED = {"application/pdf", "text/html", "text/plain", "message/rfc822", "application/xhtml+xml", "text/csv"}
_MOST_PARTS = 500
# The email package takes time with the square of these fields' length.
_FIELD = re.compile(rb"^content-(?:type|disposition):[^\n]*(?:\n[ \t][^\n]*)*", re.IGNORECASE | re.MULTILINE)
_LONGEST_FIELD = 8_000


def read_mail(data: bytes, origin: Origin, budget: Budget) -> Iterator[Found]:
    """The message as a document, then its attachments, named "mail.eml#1" and so on.

    Raises LimitExceeded where parts nest or multiply beyond reason, DamagedDocument where nothing can be read.
    """
    where = described(origin)
    if len(data) > budget.limits.item:
        raise LimitExceeded(f"{where} is a message of more than {budget.limits.item:,} bytes. Save what matters of it.")
    if any(len(found[0]) > _LONGEST_FIELD for found in _FIELD.finditer(data)):
        raise LimitExceeded(f"{where} describes a part in more than {_LONGEST_FIELD:,} characters, as no mail does.")
    try:
        message = email.message_from_bytes(data, policy=email.policy.compat32)
        leaves, forwarded = _leaves(message)
    except RecursionError:
        raise LimitExceeded(f"{where} nests its parts too deeply to be a mail.") from None
    except (MessageError, ValueError, LookupError, TypeError, AttributeError, IndexError) as error:
        raise DamagedDocument(f"{where} cannot be read as a mail ({error}). Save its text.") from None
    if len(leaves) > _MOST_PARTS:
        raise LimitExceeded(f"{where} has more than {_MOST_PARTS} parts. Save what matters of it.")
    attached = [part for part in leaves if _is_attached(part)] + forwarded
    try:
        yield _document(data, message, [part for part in leaves if not _is_attached(part)], origin, budget)
    except TallystickError as error:
        if not attached:
            raise
        yield Refused(where, error)
    for number, part in enumerate(attached, 1):
        yield from _attachment(part, f"{where}#{number}")


def _leaves(message: Message) -> tuple[list[Message], list[Message]]:
    """The parts that hold something, and the messages inside. Of alternatives, all: the caller picks."""
    leaves: list[Message] = []
    forwarded: list[Message] = []
    stack: list[Message] = [message]
    while stack and len(leaves) <= _MOST_PARTS:
        part = stack.pop()
        payload = part.get_payload()
        if part is not message and part.get_content_type() == "message/rfc822":
            forwarded.append(part)
        elif isinstance(payload, list):
            stack.extend(reversed([p for p in payload if isinstance(p, Message)]))
        else:
            leaves.append(part)
    return leaves, forwarded


def _is_attached(part: Message) -> bool:
    disposition = str(part.get("Content-Disposition", "")).strip().lower()
    if disposition.startswith("attachment"):
        return True
    return not part.get_content_type().startswith("text/") or bool(part.get_filename())


def _document(data: bytes, message: Message, parts: list[Message], origin: Origin, budget: Budget) -> Item:
    where = described(origin)
    plain = [text for p in parts if p.get_content_type() == "text/plain" and (text := _text(p)).strip()]
    if plain:
        text = "\n\n".join(_unflowed(t) for t in plain)
    else:
        markup = [t for p in parts if p.get_content_type() == "text/html" and (t := _text(p)).strip()]
        text = "\n\n".join(text_of_markup(m, where, budget.limits) for m in markup)
    if not text.strip():
        raise UnreadableDocument(f"{where} is a mail without a text of its own.")
    about = _about(message, origin)
    stated = read_moment(_header(message, "Date"))
    reader = READER + ("; date from Date" if stated and origin.published is None else "")
    return Item(
        document=document_of(text, data, about, reader),
        original=data,
        media_type="message/rfc822",
        published_at=about.published_at,
        captured_at=origin.captured_at,
        author=_header(message, "From"),
        url=origin.url,
    )


def _about(message: Message, origin: Origin) -> Origin:
    moment = read_moment(_header(message, "Date"))
    name, address = parseaddr(_header(message, "From") or "")
    return replace(
        origin,
        published=origin.published or (moment.day if moment else None),
        published_at=origin.published_at or (moment.at if moment and origin.published in (None, moment.day) else None),
        publisher=origin.publisher or name or address or None,
        title=origin.title or _header(message, "Subject"),
    )


def _attachment(part: Message, name: str) -> Iterator[Found]:
    filename = part.get_filename()
    label = f"{name} ({_decoded(str(filename))})" if filename else name
    kind = part.get_content_type()
    if kind == "message/rfc822":
        inner = part.get_payload()
        first = inner[0] if isinstance(inner, list) and inner else None
        if isinstance(first, Message):
            try:
                data = first.as_bytes(policy=email.policy.compat32)
            except (MessageError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
                yield Refused(name, DamagedDocument(f"{label} cannot be read as a mail ({error}). Save it alone."))
                return
            # Who forwarded it and when says nothing of who wrote it and when.
            yield Part(data, Origin(name=name), "message/rfc822")
        return
    if kind not in _ATTACHED and kind != "application/octet-stream":
        return  # pictures, signatures, calendars
    content = _bytes(part)
    if kind == "application/octet-stream" and not content.startswith(b"%PDF-"):
        return
    if content.strip():
        # The day of the mail is not the day of what is attached to it.
        yield Part(content, Origin(name=name, publisher=None, encoding=codec(part.get_content_charset())), kind)


def _bytes(part: Message) -> bytes:
    try:
        payload = part.get_payload(decode=True)
    except (ValueError, LookupError, AssertionError, binascii.Error):
        payload = None
    return payload if isinstance(payload, bytes) else b""


def _text(part: Message) -> str:
    try:
        charset = part.get_content_charset()
    except (ValueError, LookupError, TypeError):
        charset = None
    return decode_web(_bytes(part), codec(charset)).text


def _unflowed(text: str) -> str:
    """Lines that a mail program wrapped, joined into paragraphs; quoted lines and lists stay as they are."""
    lines = [line.rstrip("\r") for line in text.replace("\r\n", "\n").split("\n")]
    wrapped = [line for line in lines if 55 <= len(line) <= 80]
    longest = max((len(line) for line in lines), default=0)
    if longest > 100 or len(wrapped) < 2:
        return "\n".join(lines)
    out: list[str] = []
    last = ""
    for line in lines:
        joins = out and out[-1] and line and len(last) >= 55 and not re.match(r"[>\s*•\-–—\d(|]", line)
        joins = joins and not out[-1].startswith(">")
        if joins:
            out[-1] = f"{out[-1].rstrip()} {line}"
        else:
            out.append(line)
        last = line
    return "\n".join(out)


def _header(message: Message, name: str) -> str | None:
    """A header as one line of text; None when there is none."""
    try:
        value = message.get(name)
    except (ValueError, LookupError, TypeError, AttributeError):
        return None
    if value is None:
        return None
    line = " ".join(_decoded(str(value)[:4000]).split())
    return line[:500] or None


def _decoded(value: str) -> str:
    """The words behind "=?utf-8?q?...?="."""
    try:
        pieces = decode_header(value)
    except (HeaderParseError, ValueError, binascii.Error):
        return value
    out = []
    for piece, charset in pieces:
        if isinstance(piece, str):
            out.append(piece)
        else:
            out.append(piece.decode(codec(charset) or "utf-8", "replace"))
    # What came in as raw bytes stands for itself in surrogates.
    return "".join(out).encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def read_mbox(data: bytes, origin: Origin, budget: Budget) -> Iterator[Found]:
    """The messages of a mailbox as parts. A line "From ..." begins one where a blank line or nothing stands before."""
    where = described(origin)
    starts = [
        (m.start(), m.end())
        for m in _FROM.finditer(data)
        if m.start() == 0 or data[max(0, m.start() - 4) : m.start()].endswith((b"\n\n", b"\n\r\n"))
    ]
    if not starts:
        raise DamagedDocument(f"{where} holds no message that begins with a “From ” line. Check the file.")
    for number, (_, begin) in enumerate(starts, 1):
        end = starts[number][0] if number < len(starts) else len(data)
        message = re.sub(rb"^>(>*From )", rb"\1", data[begin:end], flags=re.MULTILINE)
        budget.check_time(where)
        yield Part(message.rstrip(b"\r\n") + b"\n", replace(origin, name=f"{where}#{number}"), "message/rfc822")
