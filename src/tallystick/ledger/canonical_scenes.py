"""Scenes as canonical JSON, and back: after claims, they are the most entries."""

from __future__ import annotations

from datetime import date
from json.encoder import encode_basestring as quoted
from typing import Any

from tallystick.ledger.canonical_claims import place_json, read_place
from tallystick.model.records import Scene

Json = Any
"""A value as json.loads gives it, of the shape that this module writes."""


def scene_json(scene: Scene) -> str:
    """One line of canonical JSON, by hand."""
    parts: list[str] = []
    put = parts.append
    if scene.actors:
        put(f'"actors":{_list(scene.actors)}')
    if scene.aside:
        put('"aside":true')
    if scene.claims:
        put(f'"claims":{_list(scene.claims)}')
    if scene.cumulative:
        put('"cumulative":true')
    put(f'"document":{quoted(scene.document)}')
    if scene.end is not None:
        put(f'"end":"{scene.end.isoformat()}"')
    if scene.events:
        put(f'"events":{_list(scene.events)}')
    put(f'"index":{scene.index}')
    if scene.names:
        put(f'"names":{_list(scene.names)}')
    if scene.place is not None:
        put(f'"place":{place_json(scene.place)}')
    if scene.place_text is not None:
        put(f'"place_text":{quoted(scene.place_text)}')
    if scene.start is not None:
        put(f'"start":"{scene.start.isoformat()}"')
    if scene.targets:
        put(f'"targets":{_list(scene.targets)}')
    if scene.words:
        put(f'"words":{quoted(scene.words)}')
    return f"{{{','.join(parts)}}}"


def _list(words: tuple[str, ...]) -> str:
    return f"[{','.join([quoted(word) for word in words])}]"


def scene_of(given: Json) -> Scene:
    """The scene of what json.loads gives of scene_json."""
    get = given.get
    place = get("place")
    return Scene(
        given["document"],
        given["index"],
        tuple(get("claims", ())),
        None if place is None else read_place(place),
        get("place_text"),
        _day(get("start")),
        _day(get("end")),
        tuple(get("actors", ())),
        tuple(get("targets", ())),
        tuple(get("names", ())),
        tuple(get("events", ())),
        get("cumulative", False),
        get("aside", False),
        get("words", ""),
    )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
