"""The step that reads populations.toml: an entry fires where kind_of says so."""

from tallystick.extract.populations import kind_of
from tallystick.lexicon import load
from tests.extract.parsing import parsed


def find(text: str) -> list[tuple[str, int, int]]:
    found = []
    for parse in parsed(text):
        for token in parse:
            if token.lower in (load("populations")["whose"].get("weak")):
                found.append(("whose", token.start, token.end))
            kind = kind_of(token, parse)
            if kind is not None:
                found.append((kind.rule.removeprefix("populations/"), token.start, token.end))
    return found
