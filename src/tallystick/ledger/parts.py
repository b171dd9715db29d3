"""What an entry says in the projections, but for its place in the log and its time: made before either is known.

Plain tuples of text, numbers and bytes: another process takes them over as they are. The projections put them together
with what a claim repeats of its document.
"""

from __future__ import annotations

import json
from array import array
from base64 import b64decode, b64encode
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache

from tallystick.ledger.late import told_to_join
from tallystick.ledger.written import Part, Text, Thing
from tallystick.lexicon.gazetteer.names import key as fold
from tallystick.model.claims import Claim, Status
from tallystick.model.records import Capture, DocumentRecord, Scene
from tallystick.model.text import DateBounds

Told = tuple[str | None, str | None, str | None, str | None, str | None]
"""What a document's claims repeat of it, so that a question need not look it up: publisher, published, latest, said,
captured."""

_HALF = 1 << 63


def part_of(thing: Thing) -> Part | None:
    """What the projections hold of a document, a capture, a scene or a claim; None for other things."""
    if isinstance(thing, Claim):
        return claim_part(thing)
    if isinstance(thing, Scene):
        return scene_part(thing)
    if isinstance(thing, Text):
        return document_part(thing)
    return capture_part(thing) if isinstance(thing, Capture) else None


def document_part(text: Text) -> Part:
    """A document's id, told, title, fingerprints as eight bytes each, its row after seq as far as the time of
    recording, and the row after that."""
    record = text.record
    told = told_of(record)
    publisher, published, latest, _, captured = told
    before = (
        record.id, record.sha256, record.text_sha256, record.publisher, publisher, published,
        _exact(record.published_at), _bounds(record.published_bounds), latest, record.title, record.url,
        record.name, record.language, record.reader, _exact(record.captured_at), captured,
    )  # fmt: skip
    after = (record.revision_of, len(text.fingerprints))
    return record.id, told, record.title, _eight_bytes(text.fingerprints), before, after


def told_of(record: DocumentRecord) -> Told:
    """What the claims of a document repeat of it."""
    captured = None if record.captured_at is None else moment(record.captured_at)
    published = _day(record.published)
    # Whatever its date, it was published when we had it.
    latest = _day(record.latest_published) or (None if captured is None else captured[:10])
    # Said on the day its publisher printed it, where the words give no other.
    return _folded(record.publisher), published, latest, published, captured


def capture_part(capture: Capture) -> Part:
    """A capture's row after its document, without the time of recording."""
    return (
        capture.sha256, moment(capture.captured_at), capture.name, capture.url, capture.media_type, capture.container,
    )  # fmt: skip


def scene_part(scene: Scene) -> Part:
    """The ids of a scene's claims, and its row after its document."""
    place = scene.place
    return scene.claims, (
        scene.index,
        _folded(scene.place_text if place is None else place.name),
        None if place is None else place.country, None if place is None else place.admin1,
        _day(scene.start), _day(scene.end), int(scene.cumulative), int(scene.aside),
    )  # fmt: skip


def claim_part(claim: Claim) -> Part:
    """A claim's id, its sentence's words, the number of the scene that it says it belongs to, and its row in two:
    before what it repeats of its document, and after it."""
    count, who, mention, period, sentence = claim.count, claim.population, claim.place, claim.period, claim.sentence
    # As ._value_, for .value is a function of Python's and took a fourth of the time.
    actor = status = place = geonameid = country = admin1 = precision = since = until = source = None
    if who is not None:
        actor = None if who.actor is None else fold(who.actor)
        status = None if who.status is Status.UNKNOWN else who.status._value_
    if mention is not None:
        found = mention.place
        if found is None:
            place = fold(mention.span.text)
        else:
            place, geonameid, country, admin1 = fold(found.name), found.geonameid, found.country, found.admin1
            precision = found.precision._value_
    if period is not None:
        since = None if period.start is None else period.start.isoformat()
        until = None if period.end is None else period.end.isoformat()
    if claim.attributions:
        source = _folded(claim.attributions[-1].name)
    return claim.id, sentence.text, told_to_join(claim), (
        claim.measure._value_, count.unit,
        None if count.low is None else float(count.low), None if count.high is None else float(count.high),
        actor, status, place, geonameid, country, admin1, precision, since, until,
        None if claim.accumulation is None else claim.accumulation._value_, claim.factuality._value_, source,
    ), (sentence.start, sentence.end, claim.span.start, claim.span.text)  # fmt: skip


@lru_cache(maxsize=64)  # a transaction's entries bear one time
def moment(at: datetime) -> str:
    """A time as the tables hold it: UTC to the microsecond, always of one width. One without a zone is taken as UTC."""
    aware = at if at.tzinfo is not None else at.replace(tzinfo=UTC)
    return aware.astimezone(UTC).isoformat(timespec="microseconds")[:-6] + "Z"


def pack(own: Sequence[int]) -> str:
    """A document's fingerprints as text, eight bytes each; they are signed, and in order."""
    return b64encode(array("q", own).tobytes()).decode("ascii")


def unpack(packed: str) -> array[int]:
    """What pack wrote."""
    return array("q", b64decode(packed))


def ordered(hashes: Iterable[int]) -> list[int]:
    """Hashes of 64 bits as databases hold them, with a sign, without repeats, in order."""
    own = sorted(set(hashes))
    if own and not -_HALF <= own[0] <= own[-1] < _HALF:
        own = sorted({(value + _HALF) % (2 * _HALF) - _HALF for value in own})
    return own


def _eight_bytes(hashes: Sequence[int]) -> bytes:
    """Hashes of 64 bits with a sign, in any order: ordered makes the same of them as of what was given."""
    try:
        return array("q", hashes).tobytes()
    except OverflowError:
        return array("q", ordered(hashes)).tobytes()


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _exact(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def _bounds(bounds: DateBounds | None) -> str | None:
    if bounds is None:
        return None
    return json.dumps([_day(bounds.earliest), _day(bounds.latest), list(bounds.reasons)], ensure_ascii=False)


def _folded(name: str | None) -> str | None:
    """The name as questions compare it; None for one that says nothing ("...")."""
    return None if name is None else fold(name) or None
