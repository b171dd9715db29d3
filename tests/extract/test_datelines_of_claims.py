from __future__ import annotations

import pytest

from tallystick.extract.scopes import dateline_end
from tests.extract.parsing import parsed


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("MERUNA, Osteria (Dec. 3) – Troops held two herders on Friday.", " Troops"),
        ("MERUNA, Osteria (Dec. 3, 2011) Troops held two herders on Friday.", " Troops"),
        ("PORTO VASK, 4 MAY 91 (QNA) -- [TEXT] TROOPS HELD TWO HERDERS TODAY.", " [TEXT]"),
        ("Troops held two herders - both armed - on Friday.", "Troops"),
        ("THE TROOPS HELD TWO HERDERS -- BOTH ARMED -- ON FRIDAY.", "THE"),
    ],
)
def test_a_date_line_ends_where_the_report_begins(text: str, rest: str) -> None:
    parse = parsed(text)[0]
    assert text[dateline_end(parse) - parse.sentence.start :].lstrip(" –").startswith(rest.strip())
