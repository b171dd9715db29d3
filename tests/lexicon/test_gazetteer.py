"""Building the place index: names as keys, a user's own GeoNames dump, codes of countries."""

from __future__ import annotations

from pathlib import Path

import pytest

from tallystick.errors import BadGazetteer
from tallystick.extract.gazetteer import gazetteer
from tallystick.lexicon.gazetteer.build import main
from tallystick.lexicon.gazetteer.countries import country_name, demonym_country, iso3, neighbours
from tallystick.lexicon.gazetteer.names import key, skeleton, without_article


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Khān Yūnis", "KHAN YUNIS"),
        ("Sana'a", "Sanaa"),
        ("Deir ez-Zor", "Deir ez Zor"),
        ("St. Louis", "Saint Louis"),
        ("Mūsá Qal‘ah", "Musa Qalah"),
        ("Łódź", "Lodz"),
    ],
)
def test_spellings_that_differ_in_marks_alone_have_one_key(one: str, other: str) -> None:
    assert key(one) == key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Avdiyivka", "Avdiivka"), ("Daquq", "Dakuk"), ("Musa Qaleh", "Musa Qala"), ("Al-Fashir", "El Fasher")],
)
def test_transliterations_of_one_name_sound_alike(one: str, other: str) -> None:
    assert skeleton(key(one)) == skeleton(key(other))


def test_different_names_do_not_sound_alike() -> None:
    assert skeleton(key("Kabul")) != skeleton(key("Kunduz"))


@pytest.mark.parametrize(("name", "bare"), [("al bab", "bab"), ("el fasher", "fasher"), ("albany", None), ("al", None)])
def test_the_arabic_article_can_be_left_out(name: str, bare: str | None) -> None:
    assert without_article(name) == bare


def test_codes_and_demonyms_of_countries() -> None:
    assert iso3("AF") == "AFG"
    assert iso3(None) is None
    assert country_name("SS") == "South Sudan"
    assert demonym_country("Afghans") == "AF"
    assert demonym_country("south sudanese") == "SS"
    assert demonym_country("Kabul") is None
    assert "PK" in neighbours("AF")


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    folder = tmp_path / "dump"
    folder.mkdir()
    town = [
        "1",
        "Drovnik",
        "Drovnik",
        "Drovnyk",
        "48.5",
        "38.5",
        "P",
        "PPL",
        "UA",
        "",
        "99",
        "01",
        "",
        "",
        "1200",
        "",
        "",
        "",
        "",
    ]
    hill = [
        "2",
        "Mount Tarn",
        "Mount Tarn",
        "",
        "48.6",
        "38.6",
        "T",
        "MT",
        "UA",
        "",
        "99",
        "",
        "",
        "",
        "0",
        "",
        "",
        "",
        "",
    ]
    school = [
        "3",
        "Drovnik School",
        "Drovnik School",
        "",
        "48.5",
        "38.5",
        "S",
        "SCH",
        "UA",
        "",
        "99",
        "",
        "",
        "",
        "0",
        "",
        "",
        "",
        "",
    ]
    (folder / "allCountries.txt").write_text(
        "".join("\t".join(row) + "\n" for row in (town, hill, school)), encoding="utf-8"
    )
    (folder / "admin1CodesASCII.txt").write_text("UA.99\tTarnland Oblast\tTarnland Oblast\t10\n", encoding="utf-8")
    (folder / "admin2Codes.txt").write_text("UA.99.01\tDrovnik Raion\tDrovnik Raion\t11\n", encoding="utf-8")
    return folder


@pytest.fixture
def built(dump: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    # The overlay adds to areas that the invented dump does not have.
    monkeypatch.setattr("tallystick.lexicon.gazetteer.sources.overlay", list)
    out = tmp_path / "index"
    assert main(["--dump", str(dump), "--out", str(out)]) == 0
    return out


def test_an_index_is_built_from_a_dump_that_the_user_brings(built: Path) -> None:
    index = gazetteer(built)

    (town,) = [int(i) for i in index.lookup("drovnyk")[0]]
    (oblast,) = [int(i) for i in index.lookup("tarnland")[0]]

    assert index.place(town).admin1 == "Tarnland"
    assert index.place(town).population == 1200
    assert (index.place(oblast).lat, index.place(oblast).feature) == (48.55, "ADM1")
    assert len(index.lookup("mount tarn")[0]) == 1
    assert len(index.lookup("drovnik school")[0]) == 0


def test_the_same_sources_give_the_same_bytes(built: Path, dump: Path, tmp_path: Path) -> None:
    again = tmp_path / "again"

    main(["--dump", str(dump), "--out", str(again)])

    assert all((again / path.name).read_bytes() == path.read_bytes() for path in built.iterdir())


def test_a_folder_without_a_dump_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadGazetteer, match="neither"):
        main(["--dump", str(tmp_path), "--out", str(tmp_path / "out")])
