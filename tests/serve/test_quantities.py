"""The pages on quantities: the list, one quantity as of a day, its conflicts, and the judgement that settles one."""

from __future__ import annotations

import json
import re

import pytest
from starlette.testclient import TestClient

KILLED = "People killed in Téra on 3 June 2024"


@pytest.fixture
def killed(client: TestClient) -> str:
    """The address of the quantity that the shipped reports disagree about."""
    found = re.search(r'href="(/quantities/t:[0-9a-f]+)"[^>]*>' + KILLED, client.get("/quantities").text)
    assert found is not None
    return found[1]


def test_the_list_begins_with_the_weightiest_conflict(client: TestClient) -> None:
    page = client.get("/quantities").text
    first = page.index('<th scope="row">')
    assert KILLED in page[first : first + 300]
    assert "1 conflict" in page[first : first + 600]
    print(page[:0])


def test_one(client: TestClient, killed: str) -> None:
    for path in ("", "/mentions", "/estimates", "/series", "/chart.json", "/chart.svg", "/chart.png", "/range"):
        answer = client.get(killed + path)
        assert answer.status_code == 200, (path, answer.text[:3000])
    answer = client.get("/conflicts")
    assert answer.status_code == 200
