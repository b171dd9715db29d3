"""Values of the model to JSON and back, by their type hints. For what is computed; what is logged has its own form.

A field that has its default is left out, so that a tally of a thousand figures stays small.
"""

from __future__ import annotations

import dataclasses
import json
import types
import typing
from collections.abc import Callable, Mapping
from datetime import date, datetime
from enum import Enum
from functools import cache, lru_cache
from operator import attrgetter
from typing import Any, TypeVar

T = TypeVar("T")
_Change = Callable[[Any], Any]


def dumps(value: Any, **written: str) -> str:
    """The dataclass as JSON, without spaces. written are fields that are JSON already, in place of what they hold."""
    held = plain(value)
    if not written:
        return _dumps(held)
    fields = (f'"{name}":{written[name] if name in written else _dumps(item)}' for name, item in held.items())
    return "{" + ",".join(fields) + "}"


_dumps = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def loads(kind: type[T], body: str) -> T:
    """The dataclass of that kind which dumps wrote."""
    return read(kind, json.loads(body))


def unread(body: str) -> dict[str, Any]:
    """What dumps wrote, as plain gave it: for who needs little of much. A field that has its default is missing."""
    found: dict[str, Any] = json.loads(body)
    return found


def part(body: str, name: str, kind: type[T]) -> T:
    """One field, of that kind, of the dataclass that dumps wrote; the others are not read."""
    return read(kind, json.loads(body)[name])


def read(kind: type[T], held: Any) -> T:
    """The dataclass of that kind of which plain gave these dicts, lists and scalars."""
    reader: Callable[[Any], T] = _reader(typing.cast(Any, kind))
    return reader(held)


def plain(value: Any) -> Any:
    """The dataclass as dicts, lists and scalars, ready for JSON."""
    kind: Any = type(value)
    return _writer(kind)(value)


def _same(value: Any) -> Any:
    return value


@cache
def _writer(kind: Any) -> _Change:
    """What turns values of exactly that type into plain JSON."""
    if dataclasses.is_dataclass(kind):
        return _write_record(kind)
    if issubclass(kind, Enum):
        return lambda value: value.value
    if issubclass(kind, tuple | list):
        return lambda value: [_writer_of(type(item))(item) for item in value]
    if issubclass(kind, Mapping):
        return lambda value: {key: plain(item) for key, item in value.items()}
    if issubclass(kind, date):  # and datetime
        return lambda value: value.isoformat()
    return _same


_writer_of: Callable[[Any], _Change] = _writer  # as plain does, without a call of it for each value
_SCALARS = frozenset({str, int, float, bool})
_PLAIN = (str, int, float, bool, Enum, date, types.NoneType)
_MISSING = object()


def _write_record(kind: Any) -> _Change:
    names, defaults = [], []
    for field in dataclasses.fields(kind):
        default: Any = _MISSING
        if field.default is not dataclasses.MISSING:
            default = field.default
        elif field.default_factory is not dataclasses.MISSING:
            default = field.default_factory()
        names.append(field.name)
        defaults.append(default)
    read = attrgetter(*names, names[0])  # one name alone would give no tuple

    def write(value: Any) -> dict[str, Any]:
        return {
            name: held if type(held) in _SCALARS else _writer_of(type(held))(held)
            for name, held, default in zip(names, read(value), defaults, strict=False)
            # 1, 1.0 and True are equal, and not the same in JSON.
            if held is not default and (type(held) is not type(default) or held != default)
        }

    return write


@cache
def _reader(kind: Any) -> _Change:
    """What turns plain JSON back into that type."""
    origin = typing.get_origin(kind)
    if origin in (typing.Union, types.UnionType):
        return _read_optional(kind)
    if origin is tuple:
        return _read_tuple(typing.get_args(kind))
    if origin is not None and issubclass(origin, Mapping):
        inner = _reader(typing.get_args(kind)[1])
        return lambda held: {key: inner(item) for key, item in held.items()}
    if isinstance(kind, type):
        if dataclasses.is_dataclass(kind):
            return _read_record(kind)
        if issubclass(kind, Enum):
            return {member.value: member for member in kind}.__getitem__
        if issubclass(kind, datetime):
            return datetime.fromisoformat
        if issubclass(kind, date):
            return date.fromisoformat
    return _same


def _read_optional(kind: Any) -> _Change:
    inner = [_reader(part) for part in typing.get_args(kind) if part is not type(None)]
    changing = [reader for reader in inner if reader is not _same]
    if not changing:
        return _same
    (one,) = changing  # no field holds one of two things that JSON writes alike
    return lambda held: None if held is None else one(held)


def _read_tuple(parts: tuple[Any, ...]) -> _Change:
    if parts[-1] is Ellipsis:
        inner = _reader(parts[0])
        if inner is _same:
            return tuple
        return lambda held: tuple([inner(item) for item in held])
    readers = [_reader(part) for part in parts]
    return lambda held: tuple(reader(item) for reader, item in zip(readers, held, strict=True))


def _read_record(kind: Any) -> _Change:
    hints = typing.get_type_hints(kind)
    if all(_is_plain(hints[field.name]) for field in dataclasses.fields(kind)):
        return _read_plain_record(kind, hints)
    readers: dict[str, _Change] = {}

    def read(held: Mapping[str, Any]) -> Any:
        if not readers:  # on first use: a class may hold itself
            readers.update({field.name: _reader(hints[field.name]) for field in dataclasses.fields(kind)})
        return kind(**{name: item if (r := readers[name]) is _same else r(item) for name, item in held.items()})

    return read


def _is_plain(hint: Any) -> bool:
    """True for what JSON writes as one scalar, or as null."""
    union = typing.get_origin(hint) in (typing.Union, types.UnionType)
    parts = typing.get_args(hint) if union else (hint,)
    return all(isinstance(part, type) and issubclass(part, _PLAIN) for part in parts)


def _read_plain_record(kind: Any, hints: Mapping[str, Any]) -> _Change:
    """A reader of records of scalars alone. Thousands of figures of one place share it: it is made once."""
    changed = {name: reader for name, hint in hints.items() if (reader := _reader(hint)) is not _same}

    @lru_cache(maxsize=4_096, typed=True)  # 1 and 1.0 are equal, and not the same
    def made(**held: Any) -> Any:
        return kind(**{name: changed[name](item) if name in changed else item for name, item in held.items()})

    return lambda held: made(**held)
