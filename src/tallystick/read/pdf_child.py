"""The process that opens a PDF: run by path with -I, it needs nothing of Tallystick, and limits itself first.

Standard input holds the PDF; standard output gets one JSON object: {"pages": [{"lines": [[text, left, right, first,
last, size], ...], "objects": n, "width": points}, ...], "total": n, "title": "..."} or {"error": "kind", "why":
"..."}. A line without a place has null for its five coordinates. It may write no file.
"""

from __future__ import annotations

import contextlib
import json
import sys
from typing import Any


def limit(memory: int, seconds: int) -> None:
    """Bound this process. Where the system has no such limits (Windows), only the parent's clock does."""
    try:
        import resource
    except ImportError:
        return
    for what, value in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_NOFILE, 64),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(what)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        with contextlib.suppress(ValueError, OSError):  # macOS has no limit of address space
            resource.setrlimit(what, (value, value))


def read(data: bytes, most_pages: int, most_text: int) -> dict[str, Any]:
    """The lines of each page with their places, as the docstring of this module says."""
    import pypdfium2

    try:
        pdf = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        return {"error": "password" if "assword" in str(error) else "damaged", "why": str(error)[:200]}
    total, written = len(pdf), 0
    pages: list[dict[str, Any]] = []
    for number in range(min(total, most_pages)):
        try:
            page = pdf[number]
            lines = _lines(page.get_textpage())
            objects = sum(1 for _ in page.get_objects(max_depth=1)) if not lines else 1
            pages.append({"lines": lines, "objects": objects, "width": page.get_width()})
            page.close()
        except pypdfium2.PdfiumError as error:
            pages.append({"lines": [], "objects": -1, "width": 0.0, "why": str(error)[:200]})
            continue
        written += sum(len(line[0]) for line in lines)
        if written > most_text:
            return {"error": "too long", "why": f"more than {most_text:,} characters by page {number + 1}"}
    return {"pages": pages, "total": total, "title": pdf.get_metadata_value("Title")[:1000]}


def _lines(textpage: Any) -> list[list[Any]]:
    """Lines of a page in the order of its content: text, left and right, baselines of first and last character, size.

    PDFium puts a word that a hyphen broke together again (U+FFFE between its parts), and with it the two lines.
    """
    from pypdfium2 import raw

    text = textpage.get_text_range()
    # Where PDFium leaves characters out of the text, its places no longer belong to them.
    aligned = len(text) == textpage.count_chars()
    lines: list[list[Any]] = []
    at = 0
    for piece in text.split("\n"):
        line = piece.rstrip("\r")
        words = line.strip()
        if words:
            box: list[Any] = [None] * 5
            if aligned:
                first = at + len(line) - len(line.lstrip())
                last = first + len(words) - 1
                left, right = textpage.get_charbox(first)[0], textpage.get_charbox(last)[2]
                size = raw.FPDFText_GetFontSize(textpage, first)
                box = [left, right, _baseline(textpage, first), _baseline(textpage, last), size]
            lines.append([line.strip("\r\n"), *box])
        at += len(piece) + 1
    return lines


def _baseline(textpage: Any, index: int) -> float | None:
    from ctypes import byref, c_double

    from pypdfium2 import raw

    x, y = c_double(), c_double()
    return y.value if raw.FPDFText_GetCharOrigin(textpage, index, byref(x), byref(y)) else None


def main() -> int:
    """Read standard input under the limits given as arguments: memory, seconds, pages, characters."""
    memory, seconds, most_pages, most_text = (int(value) for value in sys.argv[1:5])
    limit(memory, seconds)
    try:
        answer = read(sys.stdin.buffer.read(), most_pages, most_text)
    except MemoryError:
        answer = {"error": "memory", "why": f"more than {memory:,} bytes of memory"}
    sys.stdout.buffer.write(json.dumps(answer).encode("ascii"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
