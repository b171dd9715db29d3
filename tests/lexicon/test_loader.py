"""The loader refuses an entry that does not prove itself, and the matcher finds whole words only."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallystick import lexicon
from tallystick.errors import BadLexicon
from tallystick.lexicon import Entry, Matcher, fold, unmark


def entry(*words: str) -> Entry:
    return Entry("test/it", "it", "a test", words, (), (), {})


def found(matcher: Matcher, text: str) -> list[str]:
    return [text[hit.start : hit.end] for hit in matcher.longest(fold(text))]


def test_an_entry_without_examples_is_refused_with_every_fault_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "bad.toml").write_text('[one]\nwords = ["x"]\n[two]\nmeaning = "m"\nyes = ["x"]\n')
    monkeypatch.setattr(lexicon.resources, "files", lambda _: tmp_path)

    with pytest.raises(BadLexicon) as error:
        lexicon.load.__wrapped__("bad")

    message = str(error.value)
    assert "[one] has no meaning" in message
    assert "[one] has no example" in message
    assert "[two] has no counter-example" in message


def test_a_missing_file_is_named_with_those_that_exist() -> None:
    with pytest.raises(BadLexicon, match=r"nowhere\.toml does not exist.*measures"):
        lexicon.load("nowhere")


def test_only_whole_words_match() -> None:
    assert found(Matcher([entry("kill", "up to")]), "Up to 12 were killed; they kill.") == ["Up to", "kill"]


def test_a_word_that_ends_in_a_hyphen_matches_the_beginning_of_a_word() -> None:
    assert found(Matcher([entry("kill-")]), "12 killed, overkill") == ["kill"]


def test_of_overlapping_matches_the_longest_wins() -> None:
    assert found(Matcher([entry("at least", "at least one of")]), "at least one of the") == ["at least one of"]


def test_typographic_quotes_match_plain_ones() -> None:
    assert found(Matcher([entry("anyone's guess")]), "It is anyone’s guess") == ["anyone’s guess"]


def test_brackets_mark_the_expected_words() -> None:
    assert unmark("[up to 12] of [them]") == ("up to 12 of them", [(0, 8), (12, 16)])


@given(st.text(max_size=200))
def test_folding_keeps_every_offset(text: str) -> None:
    assert len(fold(text)) == len(text)


def test_some_entries_can_be_looked_for_alone() -> None:
    text = fold("Another ambush was reported; the air strike came first.")
    alone = lexicon.load("linking").only("ambush", "contrast")
    assert {hit.entry.name for hit in alone.find(text)} == {"ambush", "contrast"}
    assert {hit.entry.name for hit in lexicon.load("linking").matcher.find(text)} > {"ambush", "contrast"}
