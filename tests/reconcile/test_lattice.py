"""Part-of files: what they say follows, what they must not say does not, and what is wrong with one is named."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallystick.errors import BadLattice
from tallystick.model.quantities import Where
from tallystick.reconcile.lattice import Example, load_lattice
from tallystick.reconcile.windows import Inclusion, apart, inclusion, parse_window
from tests.reconcile.key_build import ANSONGO, GAO, KIDAL, KURSK, LATTICE, MALI, UKRAINE

EDGES = [e for e in LATTICE.examples if e.facet != "time"]
TIMES = [e for e in LATTICE.examples if e.facet == "time"]
MEASURES = sorted({name for edge in LATTICE.edges if edge.facet == "measure" for name in (edge.part, edge.whole)})

GOOD = """
[[part]]
facet = "actor"
part = "harbour guard"
whole = "veldmark"
meaning = "The guard is Veldmark's."
source = "own"
yes = [["harbour guard", "veldmark"]]
no = [["veldmark", "harbour guard"]]
"""


@pytest.mark.parametrize("example", EDGES, ids=lambda e: f"{e.facet}:{e.a}<{e.b}")
def test_a_pair_stands_as_the_file_says(example: Example) -> None:
    table = example.entry.split()[0]
    if table == "disjoint":
        assert LATTICE.disjoint(example.facet, example.a, example.b) is example.holds
    elif table == "part":
        assert LATTICE.leq(example.facet, example.a, example.b) is example.holds
    else:
        split = next(p for p in LATTICE.partitions(example.facet) if p.id == example.entry.split()[1])
        assert (example.a in split.parts and example.b == split.whole) is example.holds


@pytest.mark.parametrize("example", TIMES, ids=lambda e: f"{e.entry}:{e.a}<{e.b}")
def test_windows_stand_as_the_file_says(example: Example) -> None:
    a, b = parse_window(example.a), parse_window(example.b)
    got = {
        "certain": inclusion(a, b) is Inclusion.CERTAIN,
        "possible": inclusion(a, b) is Inclusion.POSSIBLE,
        "disjoint": apart(a, b) and apart(b, a),
    }
    assert got[example.entry.split()[1]] is example.holds


@given(st.sampled_from(MEASURES), st.sampled_from(MEASURES), st.sampled_from(MEASURES))
def test_part_of_is_a_partial_order(a: str, b: str, c: str) -> None:
    def leq(x: str, y: str) -> bool:
        return LATTICE.leq("measure", x, y)

    assert leq(a, a)
    assert not (leq(a, b) and leq(b, a)) or a == b
    assert not (leq(a, b) and leq(b, c)) or leq(a, c)


def test_an_assumed_edge_is_a_path_but_no_part() -> None:
    path = LATTICE.path("measure", "honoured", "killed")

    assert path is not None
    assert path[0].assuming == "those honoured are among the dead"
    assert not LATTICE.leq("measure", "honoured", "killed")


def test_casualties_as_a_sum_are_an_assumption_with_a_name() -> None:
    (split,) = LATTICE.partitions("measure", "casualties")

    assert (split.id, split.parts) == ("A_kw", ("killed", "wounded"))
    assert split.assuming


def test_a_town_lies_in_its_province_and_its_country_and_in_no_other() -> None:
    assert LATTICE.place_path(ANSONGO, GAO)
    assert LATTICE.place_path(ANSONGO, MALI)
    assert LATTICE.place_path(KIDAL, GAO) is None
    assert LATTICE.place_path(MALI, ANSONGO) is None


def test_a_theatre_holds_what_the_country_it_is_called_after_does_not() -> None:
    (theatre,) = LATTICE.theatres(UKRAINE)

    assert LATTICE.place_path(KURSK, UKRAINE) is None
    assert LATTICE.place_path(KURSK, theatre)
    assert LATTICE.place_path(replace(KURSK, admin1="Moskva", node="geo:1"), theatre) is None


def test_a_name_that_no_file_holds_is_part_of_itself_alone() -> None:
    assert LATTICE.leq("actor", "karsk front", "karsk front")
    assert not LATTICE.leq("actor", "karsk front", "veldmark")
    assert LATTICE.place_path(Where("text:a", "A"), Where("text:b", "B")) is None


def test_a_file_of_the_users_own_is_merged_and_changes_the_version(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(GOOD, encoding="utf-8")

    mine = load_lattice(path)

    assert mine.leq("actor", "harbour guard", "veldmark")
    assert mine.leq("measure", "killed", "casualties")
    assert mine.id != LATTICE.id
    assert load_lattice(path) is mine


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (GOOD.replace('no = [["veldmark", "harbour guard"]]', ""), "lacks no"),
        (GOOD.replace('yes = [["harbour guard", "veldmark"]]', ""), "lacks yes"),
        (GOOD.replace('meaning = "The guard is Veldmark\'s."', ""), "lacks meaning"),
        (GOOD.replace('"actor"', '"measure"'), "unknown node harbour guard, veldmark"),
        (GOOD.replace('"actor"', '"colour"'), "is no facet"),
        (GOOD + GOOD.replace("veldmark", "x").replace("harbour guard", "veldmark").replace('"x"', '"harbour guard"'),
         "Remove one edge"),
        ("[[part", "is not TOML"),
        ("[[edge]]\na = 1", "is no table of a part-of file"),
    ],
)  # fmt: skip
def test_a_bad_file_is_refused_and_its_fault_named(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(BadLattice, match=words):
        load_lattice(path)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadLattice, match="cannot be read"):
        load_lattice(tmp_path / "none.toml")
