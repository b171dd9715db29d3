""" "It" and "its" as sources. [Brackets] mark the figure that is looked up."""

import pytest

from tests.extract.chains import chain_of, names_in


@pytest.mark.parametrize(
    ("marked", "body"),
    [
        (
            "The county ministry said 26 people were killed. It said that [12] others were wounded.",
            "the county ministry",
        ),
        ("The rebels said 60 guards died. The ministry repeated its own figure of [26] dead.", "the ministry"),
        ("The ministry said 26 people died. The rebels rejected that. It said [12] were wounded.", "the ministry"),
        ("The ministry said the army had killed 26 people. It said [12] others were wounded.", "the ministry"),
        ("The Marsh Front said it had killed 60 guards. It put its own losses at [three] dead.", "marsh front"),
    ],
)
def test_it_is_the_last_organisation_that_spoke(marked: str, body: str) -> None:
    assert names_in(marked) == [body]


@pytest.mark.parametrize(
    "marked",
    [
        "It said that [26] people were killed.",
        "The army and the ministry disagreed. It said that [26] people were killed.",
        "The ministry said 26 people died. The reeve said 12 mills burned. It said [14] people were wounded.",
        "The army said the ministry was wrong and the ministry said the army lied. It said [12] people were killed.",
    ],
)
def test_where_two_can_be_meant_it_names_nobody_and_is_no_name(marked: str) -> None:
    (link,) = chain_of(marked)
    assert link.source is None
    assert link.name is None


def test_a_body_that_speaks_of_itself_is_one_link() -> None:
    assert names_in("The ministry said it had counted [26] dead.") == ["the ministry"]
