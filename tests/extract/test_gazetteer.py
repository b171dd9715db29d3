"""The place index: its names, its columns, and what happens when its files are damaged."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tallystick.errors import BadGazetteer
from tallystick.extract.gazetteer import INDEX, gazetteer, plain_name


def test_a_name_gives_every_record_that_has_it() -> None:
    index = gazetteer()

    ids, main = index.lookup("springfield")

    assert len(ids) > 20
    assert {index.place(int(record)).country for record in ids} >= {"US", "AU"}
    assert main.any()


def test_an_unknown_name_gives_none() -> None:
    ids, main = gazetteer().lookup("xyzzy plugh")

    assert len(ids) == 0
    assert len(main) == 0


def test_a_record_holds_what_geonames_has_for_it() -> None:
    index = gazetteer()
    (record,) = [int(i) for i in index.lookup("bakhmut")[0] if index.place(int(i)).feature == "PPL"]

    found = index.place(record)

    assert (found.name, found.country, found.admin1, found.geonameid) == ("Bakhmut", "UA", "Donetsk", 713174)


@pytest.mark.parametrize(
    ("area", "plain"),
    [("Tver Oblast", "Tver"), ("Helmand", "Helmand"), ("Far North Region", "Far North"), ("Region", "Region")],
)
def test_the_plain_name_of_an_area_leaves_out_the_word_for_its_kind(area: str, plain: str) -> None:
    assert plain_name(area) == plain


def test_the_index_is_opened_without_reading_it_into_memory() -> None:
    index = gazetteer()

    assert len(index) > 280_000
    assert not index.lat.flags.owndata


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    folder = tmp_path / "index"
    shutil.copytree(INDEX, folder)
    return folder


def test_a_missing_index_is_named_with_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(BadGazetteer, match=r"no place index in .*gazetteer\.build"):
        gazetteer(tmp_path)


def test_a_changed_file_is_refused(copy: Path) -> None:
    path = copy / "labels.bin"
    path.write_bytes(path.read_bytes()[:-1] + b"?")

    with pytest.raises(BadGazetteer, match=r"labels\.bin is not the file"):
        gazetteer(copy)


def test_a_lacking_file_is_refused(copy: Path) -> None:
    (copy / "names.marisa").unlink()

    with pytest.raises(BadGazetteer, match=r"lacks names\.marisa"):
        gazetteer(copy)


def test_an_index_of_another_version_is_refused(copy: Path) -> None:
    header = json.loads((copy / "header.json").read_text(encoding="utf-8"))
    header["version"] = 0
    (copy / "header.json").write_text(json.dumps(header), encoding="utf-8")

    with pytest.raises(BadGazetteer, match="version 0"):
        gazetteer(copy)
