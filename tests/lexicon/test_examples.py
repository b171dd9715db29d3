"""Every lexicon entry matches its own 'yes' sentences where they say, and none of its 'no' sentences.

tests/lexicon/finders/<file>.py names the step that reads the file: find(text) returns (entry name, start, end)
for every entry that fires anywhere in the text.
"""

from __future__ import annotations

import importlib
from typing import Any

import pytest

from tallystick import lexicon

CASES = [
    pytest.param(name, entry, example, wanted, id=f"{entry.id}:{'yes' if wanted else 'no'}:{number}")
    for name in lexicon.names()
    for entry in lexicon.load(name)
    for wanted, examples in ((True, entry.yes), (False, entry.no))
    for number, example in enumerate(examples)
]


def finder(name: str) -> Any:
    return importlib.import_module(f"tests.lexicon.finders.{name}").find


@pytest.mark.parametrize(("name", "entry", "example", "wanted"), CASES)
def test_an_entry_matches_its_examples_and_not_its_counter_examples(
    name: str, entry: lexicon.Entry, example: str, wanted: bool
) -> None:
    text, marked = lexicon.unmark(example)

    found = [(start, end) for entry_name, start, end in finder(name)(text) if entry_name == entry.name]

    if wanted:
        assert found, f"{entry.id} does not fire on {text!r}"
        for span in marked:
            assert span in found, f"{entry.id} fires at {found}, not at {text[slice(*span)]!r}"
    else:
        assert not found, f"{entry.id} fires at {[text[s:e] for s, e in found]} in {text!r}"
