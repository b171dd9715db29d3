"""PDF files: opened in a process of their own under limits, then put back from lines into paragraphs.

PDFium took 2.6 GB for a file of 1.4 MB, so that it is never run here. Each line is joined to the next unless the page
shows a paragraph's end: a gap, an indent, a short line that ends a sentence. A page that holds pictures and no text is
a scan: noted, or an error when every page is one, because "no figures" would be read into it.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import select
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path
from typing import Any

from tallystick.errors import DamagedDocument, DocumentTooLarge, LimitExceeded, UnreadableDocument
from tallystick.lexicon import load
from tallystick.read.limits import LIMITS, Limits
from tallystick.read.parts import Item, described
from tallystick.read.text import LARGEST, UNKNOWN, Origin, document_of

_CHILD = Path(__file__).with_name("pdf_child.py")
_ANSWER = 32 * 1024 * 1024
_SENTENCE_END = re.compile(r"[.!?:;…][\"”’»)\]]*$")
_BULLET = re.compile(r"(?:[-–—•▪●◦■*·‣]|\(?\d{1,3}[.)]|\(?[a-z][.)])\s+\S")
_TITLE_OF_A_FILE = re.compile(r"microsoft word|untitled|\.(?:docx?|pdf|indd|qxd|pages|odt|rtf)\b|^\W*$", re.IGNORECASE)
# PDFium's signs for a hyphen that it takes for one of line-breaking: U+FFFE, U+0002, and the soft hyphen.
_SOFT = ("\ufffe", "\x02", "\u00ad")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a page. Places are in points from the lower left; None where PDFium gave none.

    first and last are the baselines of its first and last character: two where PDFium joined two lines at a hyphen.
    """

    text: str
    left: float | None = None
    right: float | None = None
    first: float | None = None
    last: float | None = None
    size: float | None = None


@lru_cache(maxsize=1)
def reader_name() -> str:
    """The name of this reader and of what it rests on: "pdf/1 pypdfium2 5.15.2"."""
    return f"pdf/1 pypdfium2 {version('pypdfium2')}"


def read_pdf(data: bytes, origin: Origin = UNKNOWN, media_type: str | None = None, limits: Limits = LIMITS) -> Item:
    """The text of a PDF, its pages as paragraphs. Its dates are the file's, never the report's: none is read.

    Raises DamagedDocument, LimitExceeded, DocumentTooLarge, and UnreadableDocument for a password or for scans.
    """
    where = described(origin)
    if len(data) > limits.item:
        raise DocumentTooLarge(f"{where} is a PDF of more than {limits.item:,} bytes. Split it.")
    answer = _ask(data, where, limits)
    pages = [[Line(*line) for line in page["lines"]] for page in answer["pages"]]
    notes = _gaps(answer, pages, where)
    text = "\n\n".join(filter(None, (unwrap(lines) for lines in pages)))
    title = " ".join(str(answer.get("title") or "").split())
    if title and not _TITLE_OF_A_FILE.search(title):
        origin = replace(origin, title=origin.title or title[:500])
    return Item(
        document=document_of(text, data, origin, reader_name()),
        original=data,
        media_type="application/pdf",
        published_at=origin.published_at,
        captured_at=origin.captured_at,
        url=origin.url,
        notes=notes,
    )


def _gaps(answer: dict[str, Any], pages: list[list[Line]], where: str) -> tuple[str, ...]:
    drawn = [n for n, page in enumerate(answer["pages"], 1) if not page["lines"] and page["objects"] != 0]
    if not any(pages):
        what = "its pages are pictures (a scan)" if drawn else "its pages are empty"
        raise UnreadableDocument(f"{where} is a PDF without text: {what}. Run OCR on it first, then add the result.")
    notes = []
    if drawn:
        numbers = ", ".join(str(n) for n in drawn[:20]) + (", …" if len(drawn) > 20 else "")
        notes.append(f"no text could be read on page {numbers}, which is not empty: figures there are missing")
    if answer["total"] > len(pages):
        raise LimitExceeded(f"{where} has {answer['total']:,} pages; {len(pages):,} are the most. Split it.")
    return tuple(notes)


def _ask(data: bytes, where: str, limits: Limits) -> dict[str, Any]:
    """What the child process answers. Raises what its failure means."""
    raw, code = _run(data, where, limits)
    try:
        answer = json.loads(raw)
    except (ValueError, RecursionError):
        answer = None
    if not isinstance(answer, dict):
        if code in (-getattr(signal, "SIGXCPU", 0), -getattr(signal, "SIGKILL", 0)):
            raise LimitExceeded(f"{where} took more time than a PDF may. Split it, or print it to a new PDF.")
        raise LimitExceeded(
            f"{where} brought the PDF reader down (status {code}), as a file does that unpacks to more than "
            f"{limits.pdf_memory:,} bytes. Print it to a new PDF."
        )
    why = answer.get("why", "")
    match answer.get("error"):
        case None:
            return answer
        case "password":
            raise UnreadableDocument(f"{where} is an encrypted PDF. Save a copy without a password.")
        case "memory":
            raise LimitExceeded(f"{where} needs {why}. Split it, or print it to a new PDF.")
        case "too long":
            raise DocumentTooLarge(f"{where} holds {why}. Split it.")
        case _:
            raise DamagedDocument(f"{where} is a damaged PDF ({why}). Fetch it again, or print it to a new PDF.")


def _run(data: bytes, where: str, limits: Limits) -> tuple[bytes, int]:
    arguments = [limits.pdf_memory, int(limits.pdf_seconds) or 1, limits.pdf_pages, LARGEST]
    with tempfile.TemporaryFile() as source:
        source.write(data)
        source.seek(0)
        child = subprocess.Popen(
            [sys.executable, "-I", str(_CHILD), *map(str, arguments)],
            stdin=source,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
            close_fds=True,
        )
        try:
            raw = _collect(child, where, limits)
            return raw, child.wait(timeout=5)
        except subprocess.TimeoutExpired:
            raise LimitExceeded(f"{where} kept the PDF reader busy for too long. Print it to a new PDF.") from None
        finally:
            with contextlib.suppress(OSError):
                child.kill()
            child.wait()
            if child.stdout is not None:
                child.stdout.close()


def _environment() -> dict[str, str]:
    """Nothing, save what Windows needs to start a process."""
    return {"SYSTEMROOT": os.environ["SYSTEMROOT"]} if "SYSTEMROOT" in os.environ else {}


def _collect(child: subprocess.Popen[bytes], where: str, limits: Limits) -> bytes:
    """The child's output, within the wall-clock limit and a size."""
    assert child.stdout is not None
    pieces: list[bytes] = []
    until, size = time.monotonic() + limits.pdf_seconds, 0
    while True:
        left = until - time.monotonic()
        ready = sys.platform == "win32" or select.select([child.stdout], [], [], max(0.0, left))[0]
        if left <= 0 or not ready:
            raise LimitExceeded(
                f"{where} took more than {limits.pdf_seconds:,.0f} s. Split it, or print it to a new PDF."
            )
        piece = os.read(child.stdout.fileno(), 1 << 16)
        if not piece:
            return b"".join(pieces)
        size += len(piece)
        if size > _ANSWER:
            raise LimitExceeded(f"{where} holds more text than a report. Split it.")
        pieces.append(piece)


def unwrap(lines: list[Line]) -> str:
    """The paragraphs of one page, each on a line: wrapped lines are joined, hyphens of line-breaking taken out."""
    if not lines:
        return ""
    whole = "\n".join(line.text for line in lines)
    pitch = _pitch(lines)
    widest = _percentile([line.right for line in lines if line.right is not None], 0.9)
    leftmost = _percentile([line.left for line in lines if line.left is not None], 0.1)
    texts = [_mended(line.text.strip(), whole) for line in lines]
    out = [texts[0]]
    for (before, line), text in zip(pairwise(lines), texts[1:], strict=True):
        if _breaks(before, line, pitch, leftmost, widest):
            out.append(text)
        else:
            out[-1] = join(out[-1], text, whole)
    return "\n".join(_plain(paragraph) for paragraph in out)


def _plain(paragraph: str) -> str:
    return re.sub(r"[ \t]{2,}", " ", re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", " ", paragraph)).strip()


def _mended(text: str, whole: str) -> str:
    """The text with the words put together that PDFium marks as broken by a hyphen."""
    pieces = re.split(r"[\ufffe\x02]", text)
    mended = pieces[0]
    for piece in pieces[1:]:
        mended = join(mended + "\ufffe", piece, whole)
    return mended


def _breaks(before: Line, line: Line, pitch: float | None, leftmost: float | None, widest: float | None) -> bool:
    """True when the second line begins a new paragraph."""
    if _BULLET.match(line.text.strip()) and not before.text.rstrip().endswith("-"):
        return True
    ends = bool(_SENTENCE_END.search(before.text.rstrip()))
    if before.last is None or line.first is None or pitch is None:
        # Without places: a line that ends a sentence and is shorter than its neighbour.
        return ends and len(before.text) < 0.8 * max(len(line.text), 60)
    step = before.last - line.first
    if step < -pitch / 2:  # a new column: the sentence goes on in it
        return ends
    if step > 1.45 * pitch:
        return True
    if step < pitch / 4 and line.left is not None and before.right is not None and line.left > before.right:
        return True  # side by side: cells of a row
    if before.size and line.size and not 0.85 < before.size / line.size < 1.18:  # a headline, a note
        return True
    if widest is None or leftmost is None or before.right is None or line.left is None or before.left is None:
        return False
    if before.left - leftmost > 0.25 * (widest - leftmost) and line.left < before.left:
        return True  # from the last cell of a row to the first of the next
    starts = line.text.lstrip()[:1]
    if widest - before.right > 0.25 * (widest - leftmost) and (ends or starts.isupper()):
        return True
    return ends and line.left - before.left > 0.8 * pitch  # an indent


def _pitch(lines: list[Line]) -> float | None:
    """The usual distance from one line to the next."""
    steps = [
        a.last - b.first
        for a, b in pairwise(lines)
        if a.last is not None and b.first is not None and a.last - b.first > 2
    ]
    return _percentile(steps, 0.25)


def _percentile(values: list[float], share: float) -> float | None:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))] if values else None


def join(first: str, second: str, whole: str = "") -> str:
    """Two lines as one. A hyphen at the end of the first is taken out only where it broke a word.

    It stays after a figure ("10-"), before a capital or a figure ("Russian-" "Ukrainian"), in a number in words
    ("twenty-" "five"), and where the text elsewhere writes the word with it.
    """
    if not first or not second:
        return first or second
    if first[-1] in _SOFT:
        stem, soft = first[:-1].rstrip(), True
    elif first[-1] in "-‐" and not first.endswith(("--", " -")):
        stem, soft = first[:-1], False
    else:
        return f"{first} {second}"
    left, right = re.search(r"[^\W\d_]+$", stem), re.match(r"[^\W\d_]+", second)
    if left is None or right is None or right[0][0].isupper():
        return f"{stem}-{second}"
    hyphened, solid = f"{left[0]}-{right[0]}".lower(), f"{left[0]}{right[0]}".lower()
    lowered = whole.lower()
    if hyphened in lowered or (left[0].lower() in _tens() and not re.search(rf"\b{solid}\b", lowered)):
        return f"{stem}-{second}"
    if not soft and left[0].isupper():  # "UN-" "led"
        return f"{stem}-{second}"
    return f"{stem}{second}"


@lru_cache(maxsize=1)
def _tens() -> frozenset[str]:
    """Number words that a hyphen joins to the next."""
    return frozenset(word.lower() for entry in load("numerals") for word in entry.words if word.lower().endswith("ty"))
