"""Search: sentences with the words marked, titles, quantities as the words were read, incidents and sources."""

from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient

from tallystick.jobs.searching import marked


def section(page: str, name: str) -> str:
    """What one heading holds; "" where there is none."""
    found = re.search(rf'<h2 id="s-{name}">.*?</section>', page, re.DOTALL)
    return "" if found is None else found[0]


def test_without_words_it_says_what_can_be_asked(client: TestClient) -> None:
    page = client.get("/search").text
    assert page.count('href="/search?q=') == 5
    assert re.search(r'<input id="ask"[^>]* autofocus>', page)
    for href in re.findall(r'href="(/search\?q=[^"]+)"', page):
        assert client.get(href.replace("&amp;", "&")).status_code == 200


def test_a_question_is_read_and_answered_with_quantities(client: TestClient) -> None:
    page = client.get("/search?q=killed in Téra market").text
    assert re.search(r"“<bdi>Téra</bdi>” as place Téra, Niger", page)
    assert re.search(r"“<bdi>killed</bdi>” as measure killed", page)
    assert re.search(r"Left as words to look for: <bdi>market", page)
    assert "People killed in Téra on 3 June 2024" in section(client.get("/search?q=killed in Téra").text, "quantities")


def test_sentences_are_shown_with_the_words_marked_and_lead_to_their_place(client: TestClient) -> None:
    found = section(client.get("/search?q=gunmen market").text, "figures")
    assert "<mark>gunmen</mark>" in found
    assert re.search(r'href="/documents/\w+\?figure=[0-9a-f:]+#w-[0-9a-f:]+"', found)
    assert re.search(r'href="/quantities/t:[0-9a-f]+">quantity', found)


def test_titles_incidents_and_sources_are_found(client: TestClient) -> None:
    assert "Ministry gives its first toll" in re.sub(
        "</?mark>", "", section(client.get("/search?q=ministry toll").text, "documents")
    )
    assert "interior ministry" in section(client.get("/search?q=ministry").text, "sources")
    assert 'href="/incidents/i' in section(client.get("/search?q=gunmen").text, "incidents")
    assert "publisher" in section(client.get("/search?q=liptako").text, "sources")


def test_nothing_found_says_what_to_do(client: TestClient) -> None:
    page = client.get("/search?q=zebra").text
    assert "Nothing found" in page
    assert "ambush*" in page


@pytest.mark.parametrize(
    "words", ["!!", "%00", '"', "' OR 1=1 --", "<script>alert(1)</script>", "*", "a" * 400, "死亡"]
)
def test_hostile_words_are_words(client: TestClient, words: str) -> None:
    answer = client.get("/search", params={"q": words})
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text


def test_words_are_marked_without_accents_and_by_their_beginning() -> None:
    wanted = [("tera", False), ("ambush", True)]
    assert list(marked("Téra: an ambush, ambushes, terabytes", wanted)) == [
        ("Téra", True), (": an ", False), ("ambush", True), (", ", False), ("ambushes", True), (", terabytes", False)
    ]  # fmt: skip
