"""What an entry says as canonical JSON (RFC 8785), and back. Claims have a module of their own: canonical_claims.

The text is what is hashed, so that one thing has one text: keys sorted, nothing that is None or empty, no fraction and
no whole number beyond 2**53 - 1 but as marked text. Times keep the offset they were given with.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from json.encoder import encode_basestring as quoted
from typing import Any, TypeVar

from tallystick.errors import ImpossibleValue, LedgerDamaged
from tallystick.ledger.canonical_assist import assist_fields, read_assist
from tallystick.ledger.canonical_claims import (
    claim_json,
    number,
    read_claim,
    read_number,
    read_recorded_claim,
    recorded_under,
)
from tallystick.ledger.canonical_scenes import scene_json, scene_of
from tallystick.ledger.written import Text, Thing, Withdrawal
from tallystick.model.claims import Claim
from tallystick.model.proposals import Assist
from tallystick.model.quantities import Evidence, LinkVerdict, SceneLink
from tallystick.model.records import (
    Capture,
    DocumentRecord,
    EntryKind,
    Erasure,
    Judgement,
    LatticeFile,
    Scene,
    Unread,
    Verdict,
)
from tallystick.model.text import DateBounds

__all__ = [
    "claim_json",
    "decode",
    "encode",
    "kind_of",
    "moment",
    "read_claim",
    "read_document",
    "read_moment",
    "read_scene",
    "writable",
]

_KINDS: dict[type, EntryKind] = {
    Text: EntryKind.DOCUMENT,
    Capture: EntryKind.CAPTURE,
    Claim: EntryKind.CLAIM,
    Scene: EntryKind.SCENE,
    SceneLink: EntryKind.LINK,
    Judgement: EntryKind.JUDGEMENT,
    Withdrawal: EntryKind.WITHDRAWAL,
    Unread: EntryKind.UNREAD,
    Erasure: EntryKind.ERASURE,
    LatticeFile: EntryKind.LATTICE,
    Assist: EntryKind.ASSIST,
}

_json = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode

T = TypeVar("T", bound=Thing)
Json = Any
"""A value as json.loads gives it, of the shape that this module writes."""


def kind_of(thing: Thing) -> EntryKind:
    """The kind of entry that records it."""
    return _KINDS[type(thing)]


def moment(at: datetime) -> str:
    """A time in UTC, always of the same width: "2026-11-23T15:04:05.000000Z". One without a zone is taken as UTC."""
    aware = at if at.tzinfo is not None else at.replace(tzinfo=UTC)
    return aware.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def read_moment(text: str) -> datetime:
    """What moment wrote. Raises ValueError."""
    return datetime.fromisoformat(text)


def encode(thing: Thing, document: str | None = None) -> str:
    """The body of its entry. document is the id of the document it belongs to: for claims and captures."""
    if isinstance(thing, Claim):
        return claim_json(thing, document or "")
    if isinstance(thing, Scene):
        return scene_json(thing)
    if isinstance(thing, Text):
        return text_json(thing)
    made = _FIELDS[type(thing)](thing)
    if document is not None and isinstance(thing, Capture):
        made["document"] = document
    kept = {name: value for name, value in made.items() if value is not None and value != []}
    return _json(kept)


def decode(kind: EntryKind, body: str, text_sha256: Callable[[str], str]) -> tuple[str | None, Thing]:
    """The id of the document that an entry belongs to, or None, and what the entry says.

    text_sha256 gives the text's hash of a document by its id: claims are named by it. Raises LedgerDamaged.
    """
    if kind is EntryKind.CLAIM:
        document = recorded_under(body)
        return read_recorded_claim(body, text_sha256(document))
    try:
        given = json.loads(body)
        thing = _READERS[kind](given)
        return _document_of(thing, given), thing
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, ImpossibleValue) as error:
        raise LedgerDamaged(
            f"this {kind} entry cannot be read ({error}): {body[:80]}. Run “tallystick verify” on the ledger."
        ) from error


def read_document(body: str) -> Text:
    """A DOCUMENT entry. Raises LedgerDamaged."""
    thing = decode(EntryKind.DOCUMENT, body, str)[1]
    assert isinstance(thing, Text)
    return thing


def read_scene(body: str) -> Scene:
    """A SCENE entry. Raises LedgerDamaged."""
    thing = decode(EntryKind.SCENE, body, str)[1]
    assert isinstance(thing, Scene)
    return thing


def _document_of(thing: Thing, given: Json) -> str | None:
    if isinstance(thing, Text):
        return thing.record.id
    if isinstance(thing, Scene):
        return thing.document
    if isinstance(thing, Capture):
        document: str | None = given.get("document")
        return document
    return None


def writable(thing: T) -> T:
    """The thing with names that can be written: a file's name that is no UTF-8 comes with lone surrogates.

    Each such byte becomes "\\udce9": what is recorded is what is read back.
    """
    if isinstance(thing, Capture | LatticeFile) and thing.name is not None:
        return replace(thing, name=_writable(thing.name))
    if isinstance(thing, Unread):
        name = None if thing.name is None else _writable(thing.name)
        return replace(thing, name=name, reason=_writable(thing.reason))  # the reason may quote the name
    if isinstance(thing, Text) and thing.record.name is not None:
        return thing._replace(record=replace(thing.record, name=_writable(thing.record.name)))
    return thing


def _writable(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _when(at: datetime | date | None) -> str | None:
    return None if at is None else at.isoformat()


def _time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def text_json(text: Text) -> str:
    """One line of canonical JSON, by hand: after claims and scenes, documents are the longest entries."""
    record, bounds = text.record, text.record.published_bounds
    parts: list[str] = ['"archived":true'] if text.archived else []

    def put(name: str, value: str | None) -> None:
        if value is not None:
            parts.append(f'"{name}":{quoted(value)}')

    put("captured_at", _when(record.captured_at))
    if text.fingerprints:
        # Sixty-four-bit hashes, in hexadecimal: numbers that large are not exact in JSON.
        together = " ".join(["%x"] * len(text.fingerprints))  # a third of the time of one after another
        parts.append(f'"fingerprints":"{together % tuple(text.fingerprints)}"')
    put("id", record.id)
    put("language", record.language)
    put("name", record.name)
    put("published", _when(record.published))
    put("published_at", _when(record.published_at))
    if bounds is not None:
        days = [_when(bounds.earliest), _when(bounds.latest), list(bounds.reasons)]
        parts.append(f'"published_bounds":{_json(days)}')
    put("publisher", record.publisher)
    put("reader", record.reader)
    put("revision_of", record.revision_of)
    put("sha256", record.sha256)
    put("text", text.text)
    put("text_sha256", record.text_sha256)
    put("title", record.title)
    put("url", record.url)
    return f"{{{','.join(parts)}}}"


def _read_text(given: Json) -> Text:
    get = given.get
    bounds = get("published_bounds")
    record = DocumentRecord(
        given["id"],
        given["sha256"],
        given["text_sha256"],
        get("publisher"),
        _day(get("published")),
        _time(get("published_at")),
        bounds and DateBounds(_day(bounds[0]), _day(bounds[1]), tuple(bounds[2])),
        get("title"),
        get("url"),
        get("name"),
        get("language"),
        given["reader"],
        _time(get("captured_at")),
        get("revision_of"),
    )
    prints = tuple([int(f, 16) for f in get("fingerprints", "").split()])
    return Text(record, given["text"], prints, get("archived", False))


def _capture_fields(capture: Capture) -> dict[str, Json]:
    return {
        "captured_at": _when(capture.captured_at),
        "container": capture.container,
        "media_type": capture.media_type,
        "name": capture.name,
        "sha256": capture.sha256,
        "url": capture.url,
    }


def _read_capture(given: Json) -> Capture:
    get = given.get
    at = datetime.fromisoformat(given["captured_at"])
    return Capture(given["sha256"], at, get("name"), get("url"), get("media_type"), get("container"))


def _link_fields(link: SceneLink) -> dict[str, Json]:
    return {
        "a": link.a,
        "b": link.b,
        "evidence": [[e.rule, json.loads(number(e.weight)), e.note] for e in link.evidence],
        "score": json.loads(number(link.score)),
        "verdict": link.verdict.value,
    }


def _read_link(given: Json) -> SceneLink:
    evidence = [Evidence(rule, read_number(weight), note) for rule, weight, note in given.get("evidence", ())]
    return SceneLink(
        given["a"], given["b"], read_number(given["score"]), LinkVerdict(given["verdict"]), tuple(evidence)
    )


def _judgement_fields(judgement: Judgement) -> dict[str, Json]:
    return {
        "about": judgement.about,
        "at": _when(judgement.at),
        "by": judgement.by,
        "changes": judgement.changes,
        "id": judgement.id,
        "subjects": list(judgement.subjects),
        "verdict": judgement.verdict.value,
        "why": judgement.why,
        "withdrawn": _when(judgement.withdrawn),
        "withdrawn_by": judgement.withdrawn_by,
    }


def _read_judgement(given: Json) -> Judgement:
    get = given.get
    return Judgement(
        given["id"],
        Verdict(given["verdict"]),
        tuple(get("subjects", ())),
        given["by"],
        datetime.fromisoformat(given["at"]),
        given["about"],
        get("why"),
        get("changes"),
        _time(get("withdrawn")),
        get("withdrawn_by"),
    )


def _withdrawal_fields(withdrawal: Withdrawal) -> dict[str, Json]:
    return {
        "at": _when(withdrawal.at),
        "by": withdrawal.by,
        "judgement": withdrawal.judgement,
        "why": withdrawal.why,
    }


def _read_withdrawal(given: Json) -> Withdrawal:
    return Withdrawal(given["judgement"], given["by"], datetime.fromisoformat(given["at"]), given.get("why"))


def _unread_fields(unread: Unread) -> dict[str, Json]:
    return {
        "error": unread.error,
        "name": unread.name,
        "reason": unread.reason,
        "sha256": unread.sha256,
        "url": unread.url,
    }


def _read_unread(given: Json) -> Unread:
    return Unread(given.get("name"), given.get("url"), given["error"], given["reason"], given.get("sha256"))


def _erasure_fields(erasure: Erasure) -> dict[str, Json]:
    return {"blobs": list(erasure.blobs), "seqs": list(erasure.seqs), "why": erasure.why}


def _read_erasure(given: Json) -> Erasure:
    return Erasure(tuple(given.get("seqs", ())), given["why"], tuple(given.get("blobs", ())))


def _lattice_fields(lattice: LatticeFile) -> dict[str, Json]:
    return {"name": lattice.name, "text": lattice.text}


def _read_lattice(given: Json) -> LatticeFile:
    return LatticeFile(given["name"], given["text"])


_FIELDS: dict[type, Callable[[Any], dict[str, Json]]] = {
    Capture: _capture_fields,
    SceneLink: _link_fields,
    Judgement: _judgement_fields,
    Withdrawal: _withdrawal_fields,
    Unread: _unread_fields,
    Erasure: _erasure_fields,
    LatticeFile: _lattice_fields,
    Assist: assist_fields,
}

_READERS: dict[EntryKind, Callable[[Json], Thing]] = {
    EntryKind.DOCUMENT: _read_text,
    EntryKind.CAPTURE: _read_capture,
    EntryKind.SCENE: scene_of,
    EntryKind.LINK: _read_link,
    EntryKind.JUDGEMENT: _read_judgement,
    EntryKind.WITHDRAWAL: _read_withdrawal,
    EntryKind.UNREAD: _read_unread,
    EntryKind.ERASURE: _read_erasure,
    EntryKind.LATTICE: _read_lattice,
    EntryKind.ASSIST: read_assist,
}
