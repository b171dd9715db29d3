"""A parse is values at offsets of the document, made by files that were pinned."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tallystick.errors import BadModelFiles
from tallystick.extract import syntax
from tallystick.extract.sentences import split
from tallystick.extract.syntax import parse
from tallystick.read import read_bytes


def test_tokens_stand_at_offsets_of_the_document() -> None:
    document = read_bytes("It rained.\n\nThe army’s shells   killed 12 people 😀 in Goma.".encode())
    for parsed in parse(split(document)):
        assert [document.text[t.start : t.end] for t in parsed] == [t.text for t in parsed]
        assert not any(t.text.isspace() for t in parsed)


def test_a_verb_governs_its_subject_and_object() -> None:
    [parsed] = parse(split(read_bytes(b"Shelling killed twelve people.")))
    killed = next(t for t in parsed if t.lower == "killed")
    assert (killed.pos, killed.lemma) == ("VERB", "kill")
    assert [t.text for t in parsed.kids(killed, "nsubj", "dobj")] == ["Shelling", "people"]
    people = parsed.kids(killed, "dobj")[0]
    assert parsed.subtree_span(people).text == "twelve people"
    assert list(parsed.ancestors(people)) == [killed]


def test_a_form_once_learned_is_the_same_as_one_learned_again() -> None:
    sentences = split(read_bytes(b"They were leaving. The wounded left by boat. He has lost his sons."))
    first = parse(sentences)
    syntax._forms.clear()
    assert parse(sentences) == first


def test_changed_pipeline_files_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(syntax.PINNED, syntax.PIPELINE, "0" * 64)
    with pytest.raises(BadModelFiles, match="not the ones that were pinned"):
        syntax.pipeline.__wrapped__()


def test_a_missing_pipeline_is_named() -> None:
    with pytest.raises(BadModelFiles, match="'no_such_pipeline' is not installed"):
        syntax.pipeline.__wrapped__("no_such_pipeline")


def test_one_changed_byte_changes_the_digest(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"1")
    before = syntax.digest(tmp_path)
    (tmp_path / "a").write_bytes(b"2")
    assert syntax.digest(tmp_path) != before


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(alphabet=st.sampled_from("ab .\t“’'\"-—😀اé1,$%"), max_size=120).filter(lambda t: t.strip()))
def test_any_text_is_parsed_into_tokens_in_order(text: str) -> None:
    for parsed in parse(split(read_bytes(text.encode()))):
        assert all(a.end <= b.start for a, b in zip(parsed.tokens, parsed.tokens[1:], strict=False))
        assert all(0 <= t.head < len(parsed) for t in parsed)
