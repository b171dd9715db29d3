"""Model values as plain JSON and back, nothing lost: the field names are the model's own."""

from __future__ import annotations

import dataclasses
import types
import typing
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Any, TypeVar

from tallystick.errors import BadTable

T = TypeVar("T")


def encode(value: Any) -> Any:
    """Dataclasses as objects, enums as their values, days and moments in ISO 8601, tuples as lists."""
    kind = type(value)
    if value is None or kind in _PLAIN:
        return value
    if dataclasses.is_dataclass(kind):
        return {name: encode(getattr(value, name)) for name in _names(kind)}
    if kind in (tuple, list):
        return [encode(item) for item in value]
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value


_PLAIN = frozenset({str, int, float, bool})


@cache
def _names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(kind))


def decode(kind: type[T], data: Any) -> T:
    """The value of that type that encode() gave data for. A key that is absent takes the field's default.

    Raises BadTable where data is no such value.
    """
    try:
        return typing.cast(T, _decode(kind, data))
    except (KeyError, TypeError, ValueError) as error:
        raise BadTable(f"this is no {kind.__name__} as Tallystick writes one: {error}.") from error


def _decode(kind: Any, data: Any) -> Any:
    origin = typing.get_origin(kind)
    if origin in (types.UnionType, typing.Union):
        if data is None:
            return None
        choices = [choice for choice in typing.get_args(kind) if choice is not type(None)]
        return data if set(choices) == {int, float} else _decode(choices[0], data)
    if origin is tuple:
        inner = typing.get_args(kind)[0]
        return tuple(_decode(inner, item) for item in data)
    if dataclasses.is_dataclass(kind):
        hints = _hints(kind)  # type: ignore[arg-type]
        given = {name: _decode(hint, data[name]) for name, hint in hints.items() if name in data}
        return typing.cast(Any, kind)(**given)
    if isinstance(kind, type):
        if issubclass(kind, Enum):
            return kind(data)
        if issubclass(kind, (date, datetime)):
            return kind.fromisoformat(data)
    return data


@cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)
