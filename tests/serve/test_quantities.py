"""The pages on quantities: the list, one quantity as of a day, its conflicts, and the judgement that settles one."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tallystick.jobs import quantities
from tallystick.ledger import queries
from tallystick.ledger.store import Ledger
from tallystick.reconcile.policies import POLICIES

KILLED = "People killed in Téra on 3 June 2024"
BEFORE = "?as_of=2024-06-05"
MINISTRY = "26 people were killed"


@pytest.fixture
def killed(client: TestClient) -> str:
    """The address of the quantity that the shipped reports disagree about."""
    found = re.search(r'href="(/quantities/t:[0-9a-f]+)"[^>]*>' + KILLED, client.get("/quantities").text)
    assert found is not None
    return found[1]


def page(client: TestClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return unescape(answer.text)


def section(text: str, heading: str) -> str:
    """A part of a page, from the heading of that id to the next."""
    return text.split(f'<h2 id="{heading}">')[1].split("<h2 ")[0]


# The list


def test_the_list_begins_with_the_weightiest_conflict_and_says_its_range(client: TestClient) -> None:
    first = page(client, "/quantities").split("<tbody>")[1].split("</tr>")[0]

    assert KILLED in first
    assert "1 conflict" in first
    assert re.findall(r'class="num[^>]*>(?:<[^>]*>)?([^<]+)', first) == ["26", "31", "31"]
    assert "13 mentions → 3 origins" in first


def test_plain_words_are_read_and_what_was_read_is_shown(client: TestClient) -> None:
    found = page(client, "/quantities?q=shops+destroyed+in+Tera")

    assert '“<span dir="auto">destroyed</span>” measure=destroyed' in found
    assert "Shops destroyed in Téra" in found
    assert KILLED not in found


def test_filters_narrow_the_list_and_an_empty_one_says_what_to_do(client: TestClient) -> None:
    assert "People wounded" not in page(client, "/quantities?measure=killed")
    assert "No quantity fits" in page(client, "/quantities?measure=captured")


@pytest.mark.parametrize("asked", ["since=0", "until=2024-13-01", "after=x", "country=MLI", "policy=nobody"])
def test_what_cannot_be_asked_is_refused_in_words(client: TestClient, asked: str) -> None:
    answer = client.get(f"/quantities?{asked}")

    assert answer.status_code in (404, 422)
    assert "That did not work" in answer.text


def test_a_row_that_waits_brings_its_numbers_when_it_is_seen(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    quantities._NUMBERS._made.clear()
    monkeypatch.setattr("tallystick.serve.pages.quantities.BUDGET", 1)
    found = page(client, "/quantities")

    (address,) = set(re.findall(r'hx-get="(/quantities/[^"]+/range[^"]*)"', found.split("</tr>")[1]))
    assert 'data-label="Best"' in page(client, address)


# One quantity


def test_a_quantity_shows_its_range_origins_conflicts_policies_and_what_it_is_part_of(
    client: TestClient, killed: str
) -> None:
    found = page(client, killed)

    assert re.findall(r"<dd>(?:<[^>]*>)?([^<]+)", found)[:3] == ["26", "31", "31"]
    assert "2024-06-08" in section(found, "over-time")
    assert '<svg class="graph"' in section(found, "origins")
    assert "Both count the same." in section(found, "conflicts")
    assert re.findall(r'<th scope="row">([a-z-]+/1)', section(found, "under-each")) == list(POLICIES)
    assert "It is part of" in section(found, "beside")
    assert "a toll told later is no smaller" in section(found, "follows")


def test_a_page_that_changed_a_figure_without_a_word_is_named_beside_the_range(client: TestClient, killed: str) -> None:
    wounded = re.search(r'href="(/quantities/t:[0-9a-f]+)"[^>]*>People wounded', client.get("/quantities").text)
    assert wounded is not None
    (notice,) = re.findall(r'<p class="notice">(<bdi>.*?without saying so.*?)</p>', page(client, wounded[1]))

    assert "<bdi>The Border Gazette</bdi> changed a page without saying so: <bdi>“34” became “43”</bdi>" in notice
    (link,) = re.findall(r'href="([^"]+)"', notice)
    assert "34" in page(client, link)
    assert "without saying so" not in page(client, killed)


def test_every_quote_leads_to_its_place_in_the_report_and_to_its_card(client: TestClient, killed: str) -> None:
    told = section(page(client, killed), "conflicts")

    quotes = re.findall(r'<figure class="said.*?</figure>', told, re.S)
    assert len(quotes) == 6
    for quote in quotes:
        assert re.search(r'href="/documents/[0-9a-f]{16}\?figure=([0-9a-f:]{17})#w-\1"', quote)
        assert re.search(r'href="/cards/[0-9a-f:]{17}\.html"', quote)


def test_as_of_a_day_only_what_was_public_then_is_shown(client: TestClient, killed: str) -> None:
    then = page(client, killed + BEFORE)

    assert "As publicly known at the end of 5 June 2024" in then
    assert "ministry" not in section(then, "origins")
    assert "all that has been said of it can be true together" in section(then, "conflicts")


def test_the_two_clocks_are_told_apart_in_words(client: TestClient, killed: str) -> None:
    found = page(client, f"{killed}?as_of=2024-06-06&held_by=2026-02-28")

    assert "As publicly known at the end of 6 June 2024 and as this ledger held it on 2026-02-28 23:59 UTC" in found


def test_before_anything_was_known_the_page_says_so(client: TestClient, killed: str) -> None:
    found = page(client, f"{killed}?as_of=2024-06-01")

    assert "Nothing was known of it then" in found
    assert "<svg" not in found


def test_htmx_gets_the_answer_alone_and_says_it_to_screen_readers(client: TestClient, killed: str) -> None:
    answer = client.get(killed + BEFORE, headers={"HX-Request": "true"})

    assert "<html" not in answer.text
    assert (
        "As%20publicly%20known%20at%20the%20end%20of%205%20June%202024%3A%20at%20least%2024" in answer.headers["X-Said"]
    )
    assert "HX-Request" in answer.headers["Vary"]


@pytest.mark.parametrize(
    "bad", ["as_of=0", "as_of=2024-6-1", "as_of=2024-06-01T00:00", "held_by=0", "held_by=yesterday"]
)
def test_a_day_is_read_strictly(client: TestClient, killed: str, bad: str) -> None:
    assert client.get(f"{killed}?{bad}").status_code == 422


def test_two_policies_are_compared_in_sentences(client: TestClient, killed: str) -> None:
    found = page(client, f"{killed}/estimates?a=neutral/1&b=acled-like/1")

    assert "From neutral/1 to acled-like/1" in found
    assert re.search(r"Best falls by 5, from 31 to 26:", found)


def test_each_step_of_a_policy_names_figures_that_lead_to_their_cards(client: TestClient, killed: str) -> None:
    assert re.search(r'class="ids"><a href="/cards/[0-9a-f:]{17}\.html">', page(client, f"{killed}/estimates"))


def test_mentions_go_on_page_by_page(client: TestClient, killed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tallystick.serve.pages.quantities.MENTIONS", 8)
    first = page(client, f"{killed}/mentions")
    (following,) = re.findall(r'rel="next" href="([^"]+)"', first)
    second = page(client, following)

    assert first.count('<figure class="said') == 8
    assert second.count('<figure class="said') == 5
    assert 'rel="next"' not in second


def test_the_chart_is_drawn_from_an_address_of_its_own_and_can_be_saved(client: TestClient, killed: str) -> None:
    spec = json.loads(client.get(f"{killed}/chart.json").text)
    assert "District hospital" in json.dumps(spec, ensure_ascii=False)
    drawn = client.get(f"{killed}/chart.svg{BEFORE}")
    assert drawn.headers["content-type"] == "image/svg+xml"
    assert "2024-06-08" not in drawn.text
    assert client.get(f"{killed}/chart.png").content.startswith(b"\x89PNG")


def test_a_quantity_of_very_many_figures_shows_its_heavy_parts_on_demand(
    client: TestClient, killed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quantities, "LARGE", 3)
    found = page(client, killed + BEFORE)

    assert "is not worked out anew for a day in the past" in found
    assert '<th scope="row">acled-like/1' not in found
    for part in re.findall(rf'hx-get="({killed}/(?:series|estimates)[^"]*)"', found):
        assert "<table" in page(client, part)
    assert client.get(f"{killed}/chart.json").status_code == 200


def test_no_page_bears_a_style_attribute_or_an_inline_script(client: TestClient, killed: str) -> None:
    for path in ("/quantities", killed, f"{killed}/mentions", "/conflicts"):
        assert re.search(r"\sstyle=|\son[a-z]+=|<script>", page(client, path)) is None


def test_an_unknown_quantity_is_a_page_that_says_so(client: TestClient) -> None:
    answer = client.get("/quantities/t:nothing")

    assert (answer.status_code, "no tally has an id" in answer.text) == (404, True)


# Conflicts, and settling one


def test_all_conflicts_are_listed_with_the_way_to_both_quotes(client: TestClient, killed: str) -> None:
    found = page(client, "/conflicts")

    assert "The sources disagree" in found
    assert f'href="{killed}#conflicts"' in found


def form_of(
    client: TestClient, killed: str, says: str, of: str = f"“{MINISTRY}” (Radio Sirba)"
) -> dict[str, list[str]]:
    """The fields of the form behind the button that says so of that figure."""
    for form in re.findall(r'<form action="/conflicts/judge">.*?</form>', page(client, killed), re.S):
        if f"<button>{says} …" in form and of in form:
            fields: dict[str, list[str]] = {}
            for name, value in re.findall(r'name="(\w+)" value="([^"]*)"', form):
                fields.setdefault(name, []).append(value)
            return fields
    raise AssertionError(f"no button says {says!r}")


def post(client: TestClient, fields: dict[str, list[str]]) -> tuple[int, str]:
    answer = client.post("/conflicts/judge", data=fields, follow_redirects=False)
    return answer.status_code, unescape(answer.headers.get("location", answer.text))


def test_a_repair_opens_the_judgement_that_it_means_and_records_nothing(
    client: TestClient, killed: str, ledger_file: Path
) -> None:
    fields = form_of(client, killed, "Read it as at least 26")
    form = unescape(client.get("/conflicts/judge", params=fields).text)

    assert "What does the report say?" in form
    assert f"<mark>{MINISTRY}</mark>" in form
    assert 'name="low" inputmode="decimal" value="26"' in form
    assert 'name="high" inputmode="decimal" value=""' in form
    with Ledger.open(ledger_file) as ledger, ledger.reading() as connection:
        assert queries.judgements(connection) == ()


def test_a_repair_of_what_one_judged_before_says_so_and_takes_its_place(
    client: TestClient, killed: str, ledger_file: Path
) -> None:
    fields = form_of(client, killed, "Read it as at least 26")
    seen = client.get(f"/api/v1/judgements/item?key={fields['subject'][0]}").json()["state"]["seen"]
    accepted = {"verdict": "accept", "subjects": fields["subject"], "seen": seen}
    first = client.post("/api/v1/judgements", json=accepted).json()["id"]
    form = unescape(client.get("/conflicts/judge", params=fields).text)
    assert "You judged this before: accept" in form
    (replaces,) = re.findall(r'name="replaces" value="(\w+)"', form)

    why = {"why": ["the ministry says “at least” further down"]}
    assert post(client, fields | why)[0] == 409  # a form that was opened before
    assert post(client, fields | why | {"replaces": [replaces]})[0] == 303
    with Ledger.open(ledger_file) as ledger, ledger.reading() as connection:
        before, after = queries.judgements(connection)
    assert (before.id, before.withdrawn_by, after.verdict.value) == (first, "ada", "correct")


def test_a_confirmed_repair_is_one_judgement_signed_and_with_its_reason(
    client: TestClient, killed: str, ledger_file: Path
) -> None:
    fields = form_of(client, killed, "Read it as at least 26")
    fields["why"] = ["Conflict 50c76f32: the ministry counted those named so far"]
    fields.setdefault("high", [""])
    status, where = post(client, fields)

    assert status == 303
    assert where.startswith(f"{killed}?judged=")
    with Ledger.open(ledger_file) as ledger, ledger.reading() as connection:
        (made,) = queries.judgements(connection)
    assert (made.verdict.value, made.by, made.about) == ("correct", "ada", "claim")
    assert made.subjects == tuple(fields["subject"])
    assert made.why == fields["why"][0]
    assert json.loads(made.changes or "")["count"]["high"] is None
    assert "Recorded as judgement" in page(client, where)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"why": ["Conflict 50c76f32: "]}, "needs a reason"),
        ({"why": ["because"], "high": ["26"]}, "No field differs"),
        ({"why": ["because"], "low": ["40"], "high": ["30"]}, "40"),
        ({"why": ["because"], "subject": ["00000000:00000000"]}, "no document"),
    ],
)
def test_a_judgement_that_cannot_be_recorded_comes_back_with_what_is_wrong(
    client: TestClient, killed: str, ledger_file: Path, change: dict[str, list[str]], said: str
) -> None:
    fields = form_of(client, killed, "Read it as at least 26") | change
    status, text = post(client, fields)

    assert status in (404, 422)
    assert said in text
    with Ledger.open(ledger_file) as ledger, ledger.reading() as connection:
        assert queries.judgements(connection) == ()


def test_a_judgement_leads_back_to_our_own_pages_only(client: TestClient, killed: str) -> None:
    fields = form_of(client, killed, "Reject: it was read wrongly")
    _, where = post(client, fields | {"why": ["a slip"], "back": ["https://elsewhere.example/quantities"]})

    assert where.startswith("/quantities?judged=")


@pytest.mark.parametrize("verdict", ["perhaps", "unsure", ""])
def test_only_verdicts_that_a_repair_can_mean_are_taken(client: TestClient, killed: str, verdict: str) -> None:
    fields = form_of(client, killed, "Reject: it was read wrongly") | {"verdict": [verdict], "why": ["x"]}

    assert post(client, fields)[0] == 422
