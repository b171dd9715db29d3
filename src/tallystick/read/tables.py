"""Exports of articles: CSV, TSV, JSON lines, a JSON array. One document a row.

The text column is found by its name, or given. A row's own bytes are its JSON object (for JSON lines, the line as it
stands), so that the row can be read again without the table. Rows are numbered as a spreadsheet shows them: in CSV the
header is row 1.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from tallystick.errors import BadTable, DocumentTooLarge, TallystickError, UnreadableDocument
from tallystick.read.charset import decode_web
from tallystick.read.columns import Columns, find_columns
from tallystick.read.dates import read_moment
from tallystick.read.html import text_of_markup
from tallystick.read.limits import LIMITS, Limits
from tallystick.read.parts import Item, Refused, described
from tallystick.read.sniff import Kind, base_type, charset_of
from tallystick.read.text import Origin, document_of

_MARKUP = re.compile(r"</(?:p|div|li|h[1-6]|table|blockquote|span|a|strong|em|b|i)>|<(?:br|p)\s*/?>", re.IGNORECASE)
_URL = re.compile(r"https?://[^\s@/]+(?:/\S*)?$", re.IGNORECASE)
_SAMPLE = 64_000
# Rows of JSON in which no text was found before the file is taken for something else.
_ENOUGH = 25


def read_table(
    data: bytes,
    origin: Origin,
    kind: Kind,
    *,
    media_type: str | None = None,
    columns: Columns | None = None,
    limits: Limits = LIMITS,
) -> Iterator[Item | Refused]:
    """A document for each row, named "articles.csv#2" and so on; a row that cannot be read is refused alone.

    columns names the columns where their names do not tell. Raises BadTable, with the columns found, where there is no
    column of texts.
    """
    match kind:
        case Kind.JSONL:
            rows = _json_lines(data, origin)
        case Kind.JSON:
            rows = _json_array(data, origin, media_type)
        case _:
            rows = _csv(data, origin, media_type, limits)
    found: Columns | None = None
    without = 0
    for number, row, original in rows:
        name = f"{described(origin)}#{number}"
        if isinstance(row, TallystickError):
            yield Refused(name, row)
            continue
        try:
            if found is None or kind is not Kind.TABLE:  # JSON rows need not have the same keys
                found = _columns(row, columns, origin, found)
        except BadTable as error:
            without += 1
            if kind is Kind.TABLE or (found is None and without >= _ENOUGH):
                raise
            yield Refused(name, error)
            continue
        try:
            yield _read_row(row, original, found, replace(origin, name=name), limits)
        except TallystickError as error:
            yield Refused(name, error)


def read_object(data: bytes, origin: Origin, columns: Columns | None = None, limits: Limits = LIMITS) -> Item:
    """The one article in a JSON object. Raises BadTable where it has no text."""
    row = _parse(data, described(origin))
    if not isinstance(row, dict):
        raise BadTable(f"{described(origin)} is JSON, but not an article: {type(row).__name__}. Give an object a row.")
    return _read_row(row, data, _columns(row, columns, origin), origin, limits)


def _columns(row: Mapping[str, Any], given: Columns | None, origin: Origin, known: Columns | None = None) -> Columns:
    where = described(origin)
    names = [str(name) for name in row]
    if known is not None and known.text in row:
        return known
    if given is not None:
        missing = sorted(set(given.given().values()) - set(names))
        if missing and known is None:
            raise BadTable(f"{where} has no column {_listed(missing)}. Its columns: {_listed(names)}.")
    found = find_columns(names, given)
    if found.text is None:
        raise BadTable(
            f"{where} has no column that holds the text of an article. Its columns: {_listed(names)}. "
            "Name the one to read."
        )
    return found


def _listed(names: list[str]) -> str:
    shown = ", ".join(repr(name[:60]) for name in names[:40])
    return f"{shown}, …" if len(names) > 40 else shown or "none"


def _read_row(row: Mapping[str, Any], original: bytes, columns: Columns, origin: Origin, limits: Limits) -> Item:
    where = described(origin)
    value = row.get(columns.text or "")
    if not isinstance(value, str) or not value.strip():
        raise UnreadableDocument(f"{where} has no text in column {columns.text!r}. The row was left out.")
    if len(value) > limits.item:
        raise DocumentTooLarge(f"{where} has {len(value):,} characters in one cell. The row was left out.")
    text = text_of_markup(value, where, limits) if _MARKUP.search(value) else value
    stated = _cell(row, columns.published)
    moment = read_moment(stated)
    url = _cell(row, columns.url)
    url = url if url and _URL.match(url) and len(url) <= 2000 else None
    notes = []
    if stated and moment is None and origin.published is None:
        notes.append(f"{columns.published} {stated[:40]!r} is not a date that can only be read one way")
    mine = replace(
        origin,
        published=origin.published or (moment.day if moment else None),
        published_at=origin.published_at or (moment.at if moment and origin.published in (None, moment.day) else None),
        publisher=origin.publisher or _cell(row, columns.publisher),
        title=_cell(row, columns.title) or origin.title,
        url=url or origin.url,
    )
    code = _cell(row, columns.language)
    language = code.lower()[:2] if code and re.fullmatch(r"[A-Za-z]{2}(?:[-_]\w+)?", code) else None
    reader = "table/1" + (f"; date from {columns.published}" if moment and mine.published == moment.day else "")
    return Item(
        document=document_of(text, original, mine, reader, code=language),
        original=original,
        media_type="application/json",
        published_at=mine.published_at,
        captured_at=origin.captured_at,
        author=_cell(row, columns.author),
        url=url,
        notes=tuple(notes),
    )


def _cell(row: Mapping[str, Any], column: str | None) -> str | None:
    """A short cell as one line; None for an empty one, or one that is no text."""
    value = row.get(column) if column else None
    if isinstance(value, dict):  # {"name": "The Herald"}
        value = value.get("name") or value.get("title")
    if isinstance(value, list):
        value = ", ".join(v for v in value if isinstance(v, str))
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        return None
    line = " ".join(value[:2000].split())
    return None if line.lower() in ("", "null", "none", "nan", "n/a", "na") else line[:500]


Row = tuple[int, Mapping[str, Any] | TallystickError, bytes]


def _json_lines(data: bytes, origin: Origin) -> Iterator[Row]:
    start = 3 if data.startswith(b"\xef\xbb\xbf") else 0
    number = 0
    while start < len(data):
        end = data.find(b"\n", start)
        end = len(data) if end < 0 else end
        line, start, number = data[start:end].strip(), end + 1, number + 1
        if not line:
            continue
        where = f"{described(origin)}#{number}"
        try:
            row = _parse(line, where)
        except TallystickError as error:
            yield number, error, line
            continue
        if isinstance(row, dict):
            yield number, row, line
        else:
            yield number, BadTable(f"{where} is no JSON object. The row was left out."), line


def _json_array(data: bytes, origin: Origin, media_type: str | None) -> Iterator[Row]:
    where = described(origin)
    rows = _parse(data, where, charset_of(media_type))
    if isinstance(rows, dict):
        inner = [value for value in rows.values() if isinstance(value, list) and value and isinstance(value[0], dict)]
        if find_columns(map(str, rows)).text is not None or len(inner) != 1:
            yield 1, rows, data
            return
        rows = inner[0]  # {"articles": [...]}, as news interfaces answer
    if not isinstance(rows, list):
        raise BadTable(f"{where} is JSON, but no list of articles. Give a list of objects.")
    for number, row in enumerate(rows, 1):
        original = json.dumps(row, ensure_ascii=False, sort_keys=True).encode("utf-8", "surrogatepass")
        if isinstance(row, dict):
            yield number, row, original
        else:
            yield number, BadTable(f"{where}#{number} is no JSON object. The row was left out."), original


def _parse(data: bytes, where: str, declared: str | None = None) -> Any:
    text = decode_web(data, declared).text
    try:
        return json.loads(text)
    except RecursionError:
        raise BadTable(f"{where} is JSON nested too deeply to be an article.") from None
    except ValueError as error:
        raise BadTable(f"{where} is not JSON: {str(error)[:200]}. The row was left out.") from None


def _csv(data: bytes, origin: Origin, media_type: str | None, limits: Limits) -> Iterator[Row]:
    where = described(origin)
    text = decode_web(data, origin.encoding or charset_of(media_type)).text.removeprefix("\ufeff")
    dialect = _dialect(text, base_type(media_type), origin.name)
    # A cell of a table of articles is longer than the 131,072 characters that csv takes by itself. The setting is
    # the process's own; it is only ever raised.
    csv.field_size_limit(max(csv.field_size_limit(), limits.item))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=dialect, strict=False)
    header: list[str] | None = None
    number = 0
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            yield number, BadTable(f"{where}#{number} cannot be read as a row: {error}. The row was left out."), b""
            continue
        if not any(cell.strip() for cell in cells):
            continue
        if header is None:
            header = [cell.strip() for cell in cells]
            if len({h.lower() for h in header if h}) != sum(1 for h in header if h):
                raise BadTable(f"{where} names a column twice: {_listed(header)}. Rename one.")
            continue
        if len(cells) != len(header):
            raise_to = f"{where}#{number} has {len(cells)} cells and the header {len(header)}. The row was left out."
            yield number, BadTable(raise_to), b""
            continue
        row = {name: cell for name, cell in zip(header, cells, strict=True) if name}
        original = json.dumps(row, ensure_ascii=False, sort_keys=True).encode("utf-8", "surrogatepass")
        yield number, row, original
    if number == 1 or header is None:
        raise BadTable(f"{where} is an empty table. Check that the right file was given.")


def _dialect(text: str, media_type: str, name: str | None) -> str:
    """The delimiter: the one of the file's type, else the one that splits the header into most known columns."""
    if media_type == "text/tab-separated-values" or (name or "").lower().endswith((".tsv", ".tab")):
        return "\t"
    head = text[:_SAMPLE].lstrip().partition("\n")[0]

    def known(delimiter: str) -> tuple[int, int]:
        try:
            cells = next(csv.reader([head], delimiter=delimiter), [])
        except csv.Error:
            return 0, 0
        return len(find_columns(cells).given()), len(cells)

    return max(",;\t|", key=known)
