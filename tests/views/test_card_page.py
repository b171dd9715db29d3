"""A card's page: marks by code points, and nothing of a document that acts, hides or turns the writing."""

from __future__ import annotations

import re

import pytest

from tallystick.errors import BadCard
from tallystick.model.cards import Quoted
from tallystick.views.card_page import asset, card_policy, few, hexed, href, json_of, plain, runs

SENTENCE = Quoted("🔥 At least 12 people died.", 100, 126)


def test_the_figures_own_words_stand_within_the_claims() -> None:
    marked = runs(SENTENCE, Quoted("At least 12 people", 102, 120), Quoted("12", 111, 113))

    assert [(run.text, run.mark) for run in marked] == [
        ("🔥 ", ""),
        ("At least ", "quote"),
        ("12", "figure"),
        (" people", "quote"),
        (" died.", ""),
    ]


def test_words_of_another_sentence_mark_nothing() -> None:
    marked = runs(SENTENCE, Quoted("of them", 10, 17), Quoted("of", 10, 12))

    assert [(run.text, run.mark) for run in marked] == [(SENTENCE.text, "")]


def test_what_would_turn_or_hide_words_is_made_visible() -> None:
    assert plain("\u202e13\u202c died\x07") == "⟨U+202E⟩13⟨U+202C⟩ died⟨U+0007⟩"
    assert plain("قُتل ۳۱ نفر می‌گوید") == "قُتل ۳۱ نفر می‌گوید"  # joiners belong to the writing
    assert plain(None) == ""


@pytest.mark.parametrize(
    ("url", "followed"),
    [
        ("https://ford-echo.example/a?b=1", True),
        ("HTTP://ford-echo.example/", True),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("//ford-echo.example", False),
        ("https://ford-echo.example/ x", False),
        ('https://ford-echo.example/"onclick', False),
        ("https://ford-echo.example/\njavascript:", False),
        (None, False),
    ],
)
def test_only_addresses_of_the_web_are_links(url: str | None, followed: bool) -> None:
    assert href(url) == (url if followed else "")


def test_a_hash_can_be_read_aloud() -> None:
    assert hexed("0123456789abcdef") == "01234567 89abcdef"


def test_many_ids_are_counted_after_the_first() -> None:
    assert few(["a", "b"]) == "a, b"
    assert few([str(n) for n in range(1015)]).endswith("10, 11 and 1,003 more")


@pytest.mark.parametrize(
    "page", ["", "<script></script>", '<script type="application/json" id="card">\n{}\n</script>' * 2]
)
def test_a_page_with_no_data_or_with_two_is_no_card(page: str) -> None:
    with pytest.raises(BadCard):
        json_of(page)


def test_the_policy_allows_the_pages_own_style_and_no_script() -> None:
    policy = card_policy()

    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize(("name", "safe"), [("offline.html", 1), ("card.html", 1), ("printed.html", 0)])
def test_no_template_has_a_script_a_style_attribute_or_a_handler(name: str, safe: int) -> None:
    template = asset(name)

    found = re.findall(r"<script(?! type=\"application/json\")|\sstyle=|\son\w+=|\|\s*safe", template)

    assert found == ["| safe"] * safe  # our own style, and the escaped data
