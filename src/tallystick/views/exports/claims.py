"""Claims as a flat table, one row a claim: CSV for spreadsheets, Parquet for analysis."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import Any

from tallystick.errors import ExportFailed
from tallystick.model.records import Held, Judgement
from tallystick.model.values import Number, Period
from tallystick.views import words
from tallystick.views.exports import phrases
from tallystick.views.exports.material import Format, Material, Written
from tallystick.views.exports.writing import Cell, stamp, write_csv

# Column -> (Parquet type, what it holds). The order is that of the sentence "who said how many of whom, where, when".
COLUMNS: dict[str, tuple[str, str]] = {
    "id": ("string", "the figure's id in the ledger"),
    "publisher": ("string", "the outlet"),
    "published": ("date", "its day; empty: unknown"),
    "published_from": ("date", "first day on which it can have been published, where only the text says"),
    "published_to": ("date", "last such day"),
    "source": ("string", "who said it; empty: the text names nobody"),
    "chain": ("strings", "who passed it on, from the publisher to the source"),
    "measure": ("string", "what befell those counted"),
    "as_written": ("string", "the figure's words"),
    "low": ("number", "fewest that the words allow; empty: open"),
    "high": ("number", "most that the words allow; empty: open"),
    "value": ("number", "the number as written; empty for a vague word or a range"),
    "form": ("string", "cardinal, bounded, range, vague ..."),
    "comparator": ("string", "“up to”, “at least” as written"),
    "typical_low": ("number", "what a vague word usually means; not a bound"),
    "typical_high": ("number", "the same"),
    "whole": ("number", "the stated whole of a share"),
    "unit": ("string", "person, an item class, or a unit"),
    "population": ("string", "who or what is counted, as written"),
    "side": ("string", "their side, force or nationality"),
    "status": ("string", "civilian, combatant, unknown"),
    "sex": ("string", ""),
    "age": ("string", ""),
    "force_unit": ("string", "their military unit"),
    "occupation": ("string", ""),
    "counter_party": ("string", "who did it"),
    "place": ("string", "gazetteer name, or the report's words"),
    "geonameid": ("integer", "GeoNames id"),
    "lat": ("float", "degrees; of a country, its central point: see precision"),
    "lon": ("float", "degrees"),
    "country": ("string", "ISO 3166-1 alpha-2"),
    "precision": ("string", "point, town, near, admin2, admin1, region, country ..."),
    "from": ("date", "first day that the figure is about; empty: open"),
    "to": ("date", "last day, included"),
    "grain": ("string", "how precise the days are"),
    "accumulation": ("string", "incident, cumulative, incremental, stock, rate"),
    "factuality": ("string", "how certain the source is: asserted, denied, hedged ..."),
    "interest": ("string", "whose losses the source counts"),
    "stance": ("string", "reporting or opinion"),
    "loaded": ("strings", "words that judge"),
    "relations": ("strings", "how it stands to other figures of the report"),
    "judgement": ("string", "what a person decided about the reading: accept, correct, reject"),
    "judged_by": ("string", ""),
    "correction": ("string", "the corrected fields, as JSON"),
    "incident": ("string", "the event it is of, as linked over reports"),
    "quote": ("string", "the words of the claim"),
    "start": ("integer", "where they start, in code points of the stored text"),
    "end": ("integer", "where they end, excluded"),
    "sentence": ("string", "the sentence"),
    "title": ("string", ""),
    "url": ("string", ""),
    "file": ("string", "the file's name, without its folders"),
    "document": ("string", "the document's id"),
    "text_sha256": ("string", "SHA-256 of the stored text"),
    "captured_at": ("string", "when its bytes were stored, UTC"),
    "seq": ("integer", "its entry in the log"),
    "rules": ("strings", "the lexicon entries and steps behind it"),
}

_LOSES = (
    "offsets of the source, the place, the time and the cue words (JSON Lines has them)",
    "the scenes and the full attribution chain's kinds: the chain is one readable cell",
    "tallies, conflicts and origins: this is a table of claims",
)
LOSES_CSV = (
    *_LOSES,
    "line breaks and control characters in quotes: text is put on one line",
    "a leading apostrophe marks text that a spreadsheet would otherwise run as a formula; remove it to get the words",
)
LOSES_PARQUET = (*_LOSES, "whole numbers above 9,007,199,254,740,992: figures are stored as 64-bit floats")


def flat(held: Held, judged: Judgement | None = None, incident: str | None = None) -> dict[str, Any]:
    """One claim under COLUMNS; None is what the report does not say."""
    claim, document = held.claim, held.document
    count, population, bounds = claim.count, claim.population, document.published_bounds
    place = None if claim.place is None else claim.place.place
    period = claim.period or Period(None, None)
    return {
        "id": held.id,
        "publisher": document.publisher,
        "published": document.published,
        "published_from": None if bounds is None else bounds.earliest,
        "published_to": None if bounds is None else bounds.latest,
        "source": phrases.source(held),
        "chain": phrases.chain(held),
        "measure": claim.measure.value,
        "as_written": words.as_written(claim) or None,
        "low": count.low,
        "high": count.high,
        "value": count.value,
        "form": count.form.value,
        "comparator": count.comparator,
        "typical_low": count.typical_low,
        "typical_high": count.typical_high,
        "whole": count.whole,
        "unit": count.unit,
        "population": None if population is None else population.text,
        "side": None if population is None else population.actor,
        "status": None if population is None else population.status.value,
        "sex": None if population is None else population.sex,
        "age": None if population is None else population.age,
        "force_unit": None if population is None else population.unit,
        "occupation": None if population is None else population.occupation,
        "counter_party": None if claim.actor is None else claim.actor.actor or claim.actor.text,
        "place": place.name if place else None if claim.place is None else claim.place.span.text,
        "geonameid": place.geonameid if place else None,
        "lat": place.lat if place else None,
        "lon": place.lon if place else None,
        "country": place.country if place else None,
        "precision": place.precision.value if place else None,
        "from": period.start,
        "to": period.end,
        "grain": None if period.grain is None else period.grain.value,
        "accumulation": None if claim.accumulation is None else claim.accumulation.value,
        "factuality": claim.factuality.value,
        "interest": None if claim.interest is None else claim.interest.value,
        "stance": claim.stance.value,
        "loaded": tuple(span.text for span in claim.loaded),
        "relations": tuple(f"{r.kind.value} {document.id[:8]}:{r.target[:8]}" for r in claim.relations),
        "judgement": None if judged is None else judged.verdict.value,
        "judged_by": None if judged is None else judged.by,
        "correction": None if judged is None else judged.changes,
        "incident": incident,
        "quote": claim.span.text,
        "start": claim.span.start,
        "end": claim.span.end,
        "sentence": claim.sentence.text,
        "title": document.title,
        "url": document.url,
        "file": phrases.file_name(document),
        "document": document.id,
        "text_sha256": document.text_sha256,
        "captured_at": stamp(document.captured_at) or None,
        "seq": held.seq,
        "rules": claim.rules,
    }


def rows(material: Material) -> Iterator[dict[str, Any]]:
    """Every claim held, rejected ones too (the column judgement says so), in the order of the log."""
    judged = material.verdicts()
    of_scene = {scene: incident.id for incident in material.incidents for scene in incident.scenes}
    for held in material.held:
        yield flat(held, judged.get(held.id), of_scene.get(held.scene.id) if held.scene else None)


def write_claims(material: Material, out: Path) -> Written:
    """Writes the CSV table. A byte order mark tells spreadsheets that it is UTF-8."""

    def cells() -> Iterator[Iterable[Cell]]:
        for row in rows(material):
            yield row.values()

    names = list(COLUMNS)
    names[0] = "\ufeff" + names[0]
    return Written((out,), write_csv(out, names, cells()))


def write_parquet(material: Material, out: Path) -> Written:
    """Writes a Parquet file, ten thousand claims a row group. Raises ExportFailed without pyarrow."""
    try:
        arrow, parquet = import_module("pyarrow"), import_module("pyarrow.parquet")
    except ImportError as error:
        raise ExportFailed(
            "Parquet needs the package pyarrow: pip install 'tallystick[parquet]', or export as jsonl."
        ) from error
    types = {
        "string": arrow.string(),
        "strings": arrow.list_(arrow.string()),
        "number": arrow.float64(),
        "float": arrow.float64(),
        "integer": arrow.int64(),
        "date": arrow.date32(),
    }
    schema = arrow.schema([(name, types[kind]) for name, (kind, _) in COLUMNS.items()])
    stream, count = rows(material), 0
    part = out.with_name(f".{out.name}.part")
    try:
        with parquet.ParquetWriter(part, schema, compression="zstd") as writer:
            while batch := list(islice(stream, 10_000)):
                columns = {name: [_typed(kind, row[name]) for row in batch] for name, (kind, _) in COLUMNS.items()}
                writer.write_table(arrow.table(columns, schema=schema))
                count += len(batch)
        part.replace(out)
    except OSError as error:
        raise ExportFailed(f"{out} cannot be written: {error.strerror or error}. Choose another place.") from error
    finally:
        part.unlink(missing_ok=True)
    return Written((out,), count)


def _typed(kind: str, value: Any) -> Any:
    if value is None:
        return None
    if kind == "number":
        return _float(value)
    if kind == "strings":
        return [_encodable(item) for item in value]
    return _encodable(value) if kind == "string" else value


def _float(value: Number) -> float:
    return float(value)


def _encodable(text: str) -> str:
    """A lone surrogate has no UTF-8."""
    return text.encode("utf-8", "replace").decode("utf-8")


CSV = Format("csv", "claims, one row each, for spreadsheets", ".csv", LOSES_CSV, write_claims)
PARQUET = Format("parquet", "the same table as Parquet", ".parquet", LOSES_PARQUET, write_parquet)
