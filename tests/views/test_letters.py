"""Names that mix scripts of one look are found, and ordinary names of any script are not."""

from __future__ import annotations

import pytest

from tallystick.views.letters import mixed_words


def told(*names: str | None) -> list[str]:
    return [str(one) for one in mixed_words(names)]


def test_a_latin_name_with_a_cyrillic_letter_is_told_letter_by_letter() -> None:
    assert told("R\u0435uters Daily") == [
        "“R\u0435uters” mixes scripts: “\u0435” is Cyrillic (U+0435); the rest is Latin. It may pass for another name."
    ]


@pytest.mark.parametrize(
    ("name", "script", "others"),
    [
        ("\u0391ssociated", "Latin", (("\u0391", "Greek"),)),
        ("Пр\u0061вда", "Cyrillic", (("\u0061", "Latin"),)),
        ("P\u0430ypa\u04cf", "Latin", (("\u0430", "Cyrillic"), ("\u04cf", "Cyrillic"))),
        ("n\u0435\u0301ws", "Latin", (("\u0435", "Cyrillic"),)),
    ],
)
def test_the_script_of_most_letters_is_the_word_s(name: str, script: str, others: tuple[tuple[str, str], ...]) -> None:
    (one,) = mixed_words([name])

    assert (one.script, one.others) == (script, others)


@pytest.mark.parametrize(
    "address",
    [
        "https://www.r\u0435uters.example/a",
        "https://www.xn--ruters-3of.example/a",
        "https://news.example/r%D0%B5uters",
    ],
)
def test_an_address_is_read_as_it_stands_for(address: str) -> None:
    assert [one.word for one in mixed_words([address])] == ["r\u0435uters"]


@pytest.mark.parametrize(
    "name",
    [
        None,
        "",
        "Reuters",
        "Agence France-Presse, Çelik, Đurić, Łódź",
        "Новая газета 24",
        "Η Καθημερινή",
        "الجزيرة نت",
        "الـBBC عربي",
        "新华社 News",
        "Tシャツ新聞",
        "Știri Новости",
        "RT на русском",
        "TASS/ТАСС",
        "РИА-News",
        "COVID-19 α-variant 5µm",
        "https://example.org/новости/2024",
        "https://xn--80ak6aa92e.example/",
        "https://xn--\udcff.example/%zz",
    ],
)
def test_ordinary_names_of_any_script_are_let_be(name: str | None) -> None:
    assert told(name) == []


def test_each_word_is_told_once_and_few_are_enough() -> None:
    assert len(told("R\u0435uters", "R\u0435uters")) == 1
    assert len(told(*(f"n\u0435w{c}" for c in "abcdefgh"))) == 5
