"""When two names are one source, when they are two, and when the words do not say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallystick.model.tallies import Sameness
from tallystick.reconcile.sourcenames import SourceKind, compare, source_name

WORDS = [
    "the",
    "a",
    "two",
    "army",
    "spokesman",
    "for",
    "of",
    "Colonel",
    "Issa",
    "Oro",
    "officials",
    "NIS",
    "who",
    ",",
    "photos",
]


@pytest.mark.parametrize(
    ("name", "kind", "key"),
    [
        (None, SourceKind.NONE, ""),
        ("they", SourceKind.NONE, ""),
        ("one of them", SourceKind.NONE, ""),
        ("the group", SourceKind.NONE, ""),
        ("The army", SourceKind.OFFICE, "army"),
        ("the defence ministry", SourceKind.OFFICE, "defence ministry"),
        ("The Valley Front", SourceKind.OFFICE, "valley front"),
        ("two security sources", SourceKind.ANONYMOUS, "security sources"),
        ("one of the two sources", SourceKind.ANONYMOUS, "sources"),
        ("Residents of Orrin", SourceKind.ANONYMOUS, "residents of orrin"),
        ("a doctor at the hospital in Orrin", SourceKind.ANONYMOUS, "doctor"),
        ("a nurse there", SourceKind.ANONYMOUS, "nurse"),
        ("Pentagon officials", SourceKind.ANONYMOUS, "pentagon officials"),
        ("Colonel Issa Oro", SourceKind.PERSON, "issa oro"),
        ("the army spokesman, Colonel Issa Oro", SourceKind.PERSON, "issa oro"),
        ("Lee Marr MP", SourceKind.PERSON, "lee marr"),
        ("a spokeswoman for the defence ministry", SourceKind.OFFICE, "defence ministry"),
        ("a tally kept by the Valley Monitor, a research group", SourceKind.OFFICE, "valley monitor"),
        ("UNHCR photos", SourceKind.OFFICE, "un refugee agency"),
        ("The Daily Record", SourceKind.OFFICE, "daily record"),
    ],
)
def test_a_name_is_read_as_what_it_is(name: str | None, kind: SourceKind, key: str) -> None:
    read = source_name(name)

    assert (read.kind, read.key) == (kind, key)


@pytest.mark.parametrize(
    ("a", "b", "one_document", "wanted"),
    [
        ("UNHCR", "the UN High Commissioner for Refugees", False, Sameness.ONE),
        ("the army", "Army", False, Sameness.ONE),
        ("the army", "the navy", False, Sameness.SEVERAL),
        ("the army", "the Lowland army", False, Sameness.UNDECIDED),
        ("the army", "the Lowland army", True, Sameness.ONE),
        ("Colonel Oro", "the army spokesman, Colonel Issa Oro", False, Sameness.ONE),
        ("Issa Oro", "Major Lena Oro", False, Sameness.SEVERAL),
        ("President Oro", "Colonel Issa Oro", False, Sameness.UNDECIDED),
        ("President Oro", "Colonel Issa Oro", True, Sameness.ONE),
        ("the army spokesman, Colonel Issa Oro", "the army", False, Sameness.ONE),
        ("Colonel Issa Oro", "the army", False, Sameness.UNDECIDED),
        ("Oro", "Colonel Issa Oro", True, Sameness.ONE),
        ("Oro", "Colonel Issa Oro", False, Sameness.UNDECIDED),
        ("officials", "two officials", False, Sameness.UNDECIDED),
        ("two security sources", "the sources", True, Sameness.ONE),
        ("a nurse", "residents", True, Sameness.SEVERAL),
        ("a nurse", "residents", False, Sameness.SEVERAL),
        ("a military official", "the army", False, Sameness.UNDECIDED),
        ("residents", "the army", False, Sameness.SEVERAL),
        ("VMO", "Valley Monitor Office", False, Sameness.UNDECIDED),
        (None, "the army", False, Sameness.UNDECIDED),
    ],
)
def test_two_names_are_one_source_only_where_the_words_say_so(
    a: str | None, b: str | None, one_document: bool, wanted: Sameness
) -> None:
    for x, y in ((a, b), (b, a)):
        verdict, why = compare(source_name(x), source_name(y), one_document=one_document)
        assert verdict is wanted
        assert why


@pytest.mark.parametrize(("written", "other"), [("WHO", "who"), ("AP", "ap")])
def test_initials_count_only_as_written(written: str, other: str) -> None:
    assert source_name(written).key != source_name(other).key


@given(st.text(max_size=60) | st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join))
def test_any_words_can_be_read_as_a_name_and_are_themselves(text: str) -> None:
    read = source_name(text)

    verdict, _ = compare(read, read, one_document=True)
    assert verdict is (Sameness.UNDECIDED if read.kind is SourceKind.NONE else Sameness.ONE)
