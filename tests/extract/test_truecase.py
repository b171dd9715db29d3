from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallystick.extract.truecase import shouts, truecase


@pytest.mark.parametrize(
    ("shouted", "prose"),
    [
        (
            "PORTO VASK, 4 MAY 91 (QNA) -- [TEXT] TWO SOLDIERS WERE KILLED IN MERUNA TODAY.",
            "Porto Vask, 4 May 91 (QNA) -- [Text] Two soldiers were killed in Meruna today.",
        ),
        (
            "THE QLF [MERUNAN LIBERATION FRONT] MAY HAVE TAKEN THE MAYOR, SAID COL ORBEN VASK.",
            "The QLF [Merunan liberation front] may have taken the mayor, said Col Orben Vask.",
        ),
        (
            "THE U.S. EMBASSY'S GUARD DIED.  HE WAS 20 YEARS OLD.",
            "The U.S. embassy's guard died.  He was 20 years old.",
        ),
        (
            "THE 3D BRIGADE LOST A DC-3 PLANE AND A 7.62-MM GUN.",
            "The 3d brigade lost a DC-3 plane and a 7.62-mm gun.",
        ),
        ('HE SAID, "THE UNITED STATES SENT NO HELP."', 'He said, "The United States sent no help."'),
        ("A CHILD DIED.", "A child died."),
    ],
)
def test_shouted_words_are_set_as_prose_sets_them(shouted: str, prose: str) -> None:
    assert truecase(shouted) == prose


@pytest.mark.parametrize(
    "text", ["Two soldiers were killed in Meruna.", "NATO, IAEA", "", "12", "QLF: two dead, police say"]
)
def test_text_that_does_not_shout_is_left_alone(text: str) -> None:
    assert not shouts(text)
    assert truecase(text) == text


@given(st.text(max_size=200))
def test_every_code_point_stays_where_it_was(text: str) -> None:
    for version in (text, text.upper()):
        set_as_prose = truecase(version)

        assert len(set_as_prose) == len(version)
        assert all(
            a == b or a.upper() == b.upper() or a.lower() == b.lower()
            for a, b in zip(version, set_as_prose, strict=True)
        )


def test_a_long_line_of_capitals_takes_no_quadratic_time() -> None:
    assert len(truecase("KILLED TEN [QLF] " * 10_000)) == 170_000
