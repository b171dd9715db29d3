"""An invented ledger: three outlets on one shelling, two of them from one governor, and a running total of no event."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from tallystick.model.claims import Attribution, Claim, Population, Status
from tallystick.model.constraints import Interval
from tallystick.model.mentions import LinkKind, PlaceMention, TimeMention, TimexType
from tallystick.model.quantities import Figure, Incident, Key, Where, Who, Window
from tallystick.model.records import DocumentRecord, Held, Scene, document_id, figure_id
from tallystick.model.tallies import Estimate, Origin, OriginReason, Origins, Tally, Voice
from tallystick.model.text import Span
from tallystick.model.values import Accumulation, Count, Form, Grain, Measure, Mod, Period, Place, Precision
from tallystick.views.exports.material import Material
from tests.builders import claim, span

DAY = date(2031, 5, 2)
FRIDAY = Period(DAY, DAY, Grain.DAY)
OREL = Place("Orelle", 990001, 45.5, 12.25, "IT", Precision.TOWN, admin1="Lowland")
WHERE = Where("geo:990001", "Orelle", "IT", "Lowland", "town", 45.5, 12.25)
NOW = datetime(2031, 6, 1, 12, tzinfo=UTC)

RADIO = (
    "At least 12 civilians were killed in Orelle on Friday, the governor said 🕯️.\nShelling wounded 30 people there.\n"
)
HERALD = (
    "The governor put the dead in Orelle at 15 civilians on Friday.\nAli Oro, Omar Sel and Samir Dun were killed.\n"
)
POST = "=SUM(A1) is what a clerk typed: “Samir Dun” died, and 4,000 soldiers have been killed since January\u202e.\n"


def record(text: str, publisher: str | None, published: date | None, **given: Any) -> DocumentRecord:
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    captured = datetime(2031, 5, 3, 8, 30, tzinfo=UTC)
    facts = {"captured_at": captured, "language": "en", "name": "report.txt"} | given
    return DocumentRecord(document_id(digest, publisher, published), digest, digest, publisher, published, **facts)


def says(text: str, who: str, cue: str, kind: LinkKind = LinkKind.SAYS) -> tuple[Attribution, ...]:
    return (Attribution(who, span(text, who), span(text, cue), kind),)


def _radio() -> list[Claim]:
    friday = TimeMention(span(RADIO, "Friday"), TimexType.DATE, "2031-05-02", FRIDAY)
    dead = claim(
        RADIO, "At least 12 civilians were killed", "At least 12",
        Count(12, None, 12, Form.BOUNDED, "At least", Mod.EQUAL_OR_MORE, "person"),
        population=Population("civilians", span(RADIO, "civilians"), None, Status.CIVILIAN),
        place=PlaceMention(span(RADIO, "Orelle"), OREL, 0.9), period=FRIDAY, time=friday,
        accumulation=Accumulation.INCIDENT, attributions=says(RADIO, "the governor", "said"),
    )  # fmt: skip
    hurt = claim(
        RADIO, "wounded 30 people", "30", Count(30, 30, 30, unit="person"), Measure.WOUNDED,
        population=Population("people", span(RADIO, "people")), period=FRIDAY,
    )  # fmt: skip
    return [dead, hurt]


def _herald() -> list[Claim]:
    dead = claim(
        HERALD, "put the dead in Orelle at 15 civilians", "15", Count(15, 15, 15, unit="person"),
        population=Population("civilians", span(HERALD, "civilians"), None, Status.CIVILIAN),
        place=PlaceMention(span(HERALD, "Orelle"), OREL, 0.9), period=FRIDAY,
        attributions=says(HERALD, "The governor", "put", LinkKind.ESTIMATES),
    )  # fmt: skip
    names = claim(
        HERALD, "Ali Oro, Omar Sel and Samir Dun were killed", "Ali Oro, Omar Sel and Samir Dun",
        Count(3, 3, 3, Form.NAMED, unit="person"), period=FRIDAY,
        place=PlaceMention(span(HERALD, "Orelle"), OREL, 0.9),
    )  # fmt: skip
    return [dead, names]


def _post() -> list[Claim]:
    name = claim(POST, "“Samir Dun” died", "Samir Dun", Count(1, 1, 1, Form.NAMED, unit="person"), period=FRIDAY)
    total = claim(
        POST, "4,000 soldiers have been killed", "4,000", Count(4000, 4000, 4000, unit="person"),
        population=Population("soldiers", span(POST, "soldiers"), "Northland", Status.COMBATANT),
        accumulation=Accumulation.CUMULATIVE,
        attributions=(Attribution(None, None, None, LinkKind.NONE_GIVEN),),
    )  # fmt: skip
    return [name, total]


def _scene(document: DocumentRecord, claims: Sequence[Claim], **given: Any) -> Scene:
    facts: dict[str, Any] = {"start": DAY, "end": DAY, "actors": ("Northland army",), "targets": ("civilians",)}
    return Scene(document.id, 0, tuple(c.id for c in claims), OREL, "Orelle", events=("ASSAULT",), **facts | given)


RADIO_DOC = record(RADIO, "Lowland Radio", DAY, title="Shelling, “again”; in Orelle", url="https://radio.example/1")
HERALD_DOC = record(HERALD, "The Lowland Herald", date(2031, 5, 3), title="=cmd|' /C calc'!A0")
POST_DOC = record(POST, "+Post", None, title="Names")
TEXTS = {RADIO_DOC.id: RADIO, HERALD_DOC.id: HERALD, POST_DOC.id: POST}


def held() -> tuple[Held, ...]:
    """Six claims of three documents; the last is of no event."""
    radio, herald, post = _radio(), _herald(), _post()
    out = [Held(c, RADIO_DOC, _scene(RADIO_DOC, radio)) for c in radio]
    out += [Held(c, HERALD_DOC, _scene(HERALD_DOC, herald)) for c in herald]
    out += [Held(post[0], POST_DOC, _scene(POST_DOC, post[:1])), Held(post[1], POST_DOC)]
    return tuple(replace(one, seq=index) for index, one in enumerate(out))


def incident(found: Sequence[Held]) -> Incident:
    scenes = tuple(dict.fromkeys(h.scene.id for h in found if h.scene))
    return Incident("inc-1", scenes, WHERE, Window(DAY, DAY), "shelling of Orelle, 2031-05-02")


def figure(one: Held, key: Key) -> Figure:
    count = one.claim.count
    return Figure(one.id, key, count.low, count.high, one.document.id, one.claim.span.text)


def tally(name: str, measure: str, who: Who, found: Sequence[Held], of: str | None = "inc-1") -> Tally:
    """A tally of one origin, the governor, that all the figures go back to."""
    key = Key(measure, who, WHERE, Window(DAY, DAY), of, None)
    ids = tuple(h.id for h in found)
    voice = Voice(f"v-{name}", "the governor", ids, ids[0])
    origin = Origin(
        f"o-{name}", "the governor", (voice,), (OriginReason("same-source", "both name the governor", ids),)
    )
    origins = Origins(len(ids), len({h.document.id for h in found}), len(ids), (origin,), (), 1, 1)
    return Tally(name, key, f"{measure} in Orelle", tuple(figure(h, key) for h in found), origins, Interval(None, None))


ESTIMATES = {"dead": (12, 15, 15), "hurt": (30, 30, 30)}


def estimate(one: Tally) -> Estimate:
    low, best, high = ESTIMATES.get(one.id, (None, None, None))
    return Estimate("ucdp-like/1", low, best, high, tuple(f.id for f in one.figures))


def material(**given: Any) -> Material:
    found = held()
    tallies = (
        tally("dead", "killed", Who(status="civilian"), [found[0], found[2]]),
        tally("hurt", "wounded", Who(), [found[1]]),
    )
    facts: dict[str, Any] = {
        "held": found,
        "texts": TEXTS.get,
        "generated_at": NOW,
        "version": "9.9",
        "policy": "ucdp-like/1",
        "tallies": tallies,
        "estimate": estimate,
        "incidents": (incident(found),),
    }
    return Material(**facts | given)


def one_claim(text: str, words: Span, publisher: str | None = "Post", title: str | None = None) -> Material:
    """A ledger of one document and one claim on those words of it."""
    document = record(text, publisher, DAY, title=title)
    made = claim_at(text, words)
    return Material((Held(made, document),), {document.id: text}.get, NOW, "9.9")


def claim_at(text: str, words: Span) -> Claim:
    """A claim of one dead on a span of a text."""
    return Claim("c" * 16, "d" * 64, words, Count(1, 1, 1, unit="person"), words, Measure.KILLED,
                 Span.of(text, 0, len(text)))  # fmt: skip


def id_of(index: int) -> str:
    one = held()[index]
    return figure_id(one.document.id, one.claim.id)
