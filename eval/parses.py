"""A parse cache for development: the same sentences need not be parsed again after every change of a rule.

Used by `python -m eval.score --cached`; floors are always measured without it.
"""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import tallystick.extract
from tallystick.extract import syntax
from tallystick.extract.truecase import truecase
from tallystick.model.syntax import Parse
from tallystick.model.text import Sentence

_parse = syntax.parse


class Cache:
    """Parses by (text as parsed, names asked for), kept in one pickle file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.known: dict[tuple[str, bool], Parse] = pickle.loads(path.read_bytes()) if path.exists() else {}
        self.size = len(self.known)

    def parse(self, sentences: Sequence[Sentence], names: bool = False) -> list[Parse]:
        """As syntax.parse, parsing only what is not in the cache."""
        keys = [(truecase(s.text), names) for s in sentences]
        missing = {key: s for key, s in zip(keys, sentences, strict=True) if key not in self.known}
        self.known.update(zip(missing, _parse(list(missing.values()), names), strict=True))
        return [_moved(self.known[key], s) for key, s in zip(keys, sentences, strict=True)]

    def save(self) -> None:
        """Writes the file when something was added."""
        if len(self.known) > self.size:
            self.path.parent.mkdir(exist_ok=True)
            self.path.write_bytes(pickle.dumps(self.known))


def _moved(parse: Parse, sentence: Sentence) -> Parse:
    shift = sentence.start - parse.sentence.start
    tokens = tuple(
        replace(
            t,
            start=t.start + shift,
            end=t.end + shift,
            text=sentence.text[t.start + shift - sentence.start : t.end + shift - sentence.start],
        )
        for t in parse.tokens
    )
    return Parse(sentence, tokens, parse.children)


def install(name: str) -> Cache:
    """Makes extract() parse through the cache of that name."""
    cache = Cache(Path(__file__).parent / "out" / f"parses-{name}.pickle")
    syntax.parse = cache.parse
    tallystick.extract.parse = cache.parse  # type: ignore[attr-defined]
    return cache
