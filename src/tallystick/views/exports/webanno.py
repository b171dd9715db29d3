"""WebAnno TSV 3.3 for INCEpTION: one file a document, claims as spans of a custom layer.

Offsets count UTF-16 units, as Java does. Tokens are cut at the edges of every span, so that each span is whole tokens.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from pathlib import Path

from tallystick.errors import ExportFailed
from tallystick.model.records import Held
from tallystick.views import words
from tallystick.views.exports import phrases
from tallystick.views.exports.material import Format, Material, Written
from tallystick.views.exports.writing import write_text

LAYER = "webanno.custom.Figure"
FEATURES = ("measure", "low", "high", "comparator", "population", "place", "days", "source", "factuality", "figure")
HEADER = f"#FORMAT=WebAnno TSV 3.3\n#T_SP={LAYER}|{'|'.join(FEATURES)}\n"
LOSES = (
    "documents whose text was erased",
    "the spans of the source, the place and the time: their words are features of the figure's span",
    "attribution chains beyond the innermost source, relations between figures, scenes",
    "white space between sentences is kept by offsets only; sentences end at line breaks and after . ! ?",
    "the layer webanno.custom.Figure must exist in the project before the files are imported (its features, all "
    "strings, are listed in the header of each file)",
    "tallies, conflicts and estimates",
)
_TOKEN = re.compile(r"\w+(?:[.,'’-]\w+)*|[^\w\s]")
_SENTENCE = re.compile(r"\S[^\n]*?(?:[.!?]+[\"”’)\]]*(?=\s|$)|(?=\n|$))")
_RESERVED = re.compile(r"->|[\\\[\]|_;*\t\n\r]")
_CONTROL = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\b": "\\b", "\f": "\\f"}


def tsv(text: str, held: Sequence[Held]) -> str:
    """The document with its claims, in text order."""
    claims = sorted(held, key=lambda h: (h.claim.span.start, -h.claim.span.end, h.claim.id))
    cuts = sorted({edge for h in claims for edge in (h.claim.span.start, h.claim.span.end)})
    sentences = _sentences(text, claims)
    tokens = [list(_tokens(text, start, end, cuts)) for start, end in sentences]
    numbers = _numbers(claims, tokens)
    units = _utf16(text)
    lines = [HEADER]
    for index, ((start, end), inside) in enumerate(zip(sentences, tokens, strict=True), 1):
        lines.append("")
        lines += [f"#Text={_escape_text(line)}" for line in text[start:end].split("\n")]
        for number, (a, b) in enumerate(inside, 1):
            cells = _cells([(h, n) for h, n in numbers if h.claim.span.start <= a and b <= h.claim.span.end])
            lines.append(f"{index}-{number}\t{units[a]}-{units[b]}\t{_escape_text(text[a:b])}\t{cells}\t")
    return "\n".join(lines) + "\n"


def _sentences(text: str, claims: Sequence[Held]) -> list[tuple[int, int]]:
    """Where sentences start and end; two that a claim reaches across are one."""
    out: list[tuple[int, int]] = []
    spans = [(h.claim.span.start, h.claim.span.end) for h in claims]
    for match in _SENTENCE.finditer(text):
        start, end = match.span()
        if start == end:
            continue
        if out and any(a < out[-1][1] and b > start for a, b in spans):
            out[-1] = (out[-1][0], end)
        else:
            out.append((start, end))
    return [(start, start + len(text[start:end].rstrip())) for start, end in out]


def _tokens(text: str, start: int, end: int, cuts: Sequence[int]) -> Iterator[tuple[int, int]]:
    for match in _TOKEN.finditer(text, start, end):
        a, last = match.span()
        while a < last:
            at = bisect_right(cuts, a)
            b = min(cuts[at], last) if at < len(cuts) else last
            yield a, b
            a = b


def _numbers(claims: Sequence[Held], tokens: Sequence[Sequence[tuple[int, int]]]) -> list[tuple[Held, int]]:
    """Each claim with the number that tells it from others: 0 where it is one token that no other claim shares."""
    out: list[tuple[Held, int]] = []
    every = [token for sentence in tokens for token in sentence]
    for held in claims:
        span = held.claim.span
        inside = [t for t in every if span.start <= t[0] and t[1] <= span.end]
        shared = any(o is not held and o.claim.span.overlaps(span) for o in claims)
        out.append((held, 0 if len(inside) == 1 and not shared else len(out) + 1))
    return out


def _cells(found: Sequence[tuple[Held, int]]) -> str:
    if not found:
        return "\t".join("_" * len(FEATURES))
    columns = zip(*(_features(held) for held, _ in found), strict=True)
    marks = [f"[{number}]" if number else "" for _, number in found]
    return "\t".join(
        "|".join(f"{value}{mark}" for value, mark in zip(column, marks, strict=True)) for column in columns
    )


def _features(held: Held) -> tuple[str, ...]:
    claim = held.claim
    count, period = claim.count, claim.period
    values = (
        claim.measure.value,
        None if count.low is None else str(count.low),
        None if count.high is None else str(count.high),
        count.comparator,
        None if claim.population is None else claim.population.text,
        None if claim.place is None else words.where(claim.place),
        None if period is None else words.days(period.start, period.end, period.grain),
        phrases.source(held),
        claim.factuality.value,
        held.id,
    )
    return tuple(_escape_value(value) if value else "*" for value in values)


def _escape_value(value: str) -> str:
    """Reserved characters with a backslash before them; control characters by their letters."""
    return _RESERVED.sub(lambda m: _CONTROL.get(m[0], "\\" + m[0]), words.clean(value)) or "*"


def _escape_text(text: str) -> str:
    return "".join(_CONTROL.get(c, c) for c in text)


def _utf16(text: str) -> list[int]:
    """For each code point, and the end, how many UTF-16 units stand before it."""
    out, at = [], 0
    for character in text:
        out.append(at)
        at += 2 if ord(character) > 0xFFFF else 1
    return [*out, at]


def write(material: Material, out: Path) -> Written:
    """Writes a folder of files, each named by its document's id. Raises ExportFailed when it cannot be made."""
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ExportFailed(
            f"the folder {out} cannot be made: {error.strerror or error}. Choose another place."
        ) from error
    files, erased = [], 0
    for document, held in material.by_document():
        text = material.texts(document.id)
        if text is None:
            erased += 1
            continue
        path = out / f"{document.id}.tsv"
        write_text(path, tsv(text, held))
        files.append(path)
    left = (f"{erased} documents whose text was erased have no file.",) if erased else ()
    return Written(tuple(files), len(files), left)


WEBANNO = Format("webanno", "WebAnno TSV 3.3 for INCEpTION, one file a document", "", LOSES, write)
