"""Documents written against the app: nothing of them runs, leads away, turns the writing or breaks a page."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from starlette.testclient import TestClient

from tallystick.jobs import deciding, intake
from tallystick.jobs.reconciling import reconcile
from tallystick.ledger.store import Ledger
from tallystick.model.claims import Attribution, Population
from tallystick.model.mentions import LinkKind, PlaceMention
from tallystick.model.records import Capture, DocumentRecord, Recording, Scene, document_id, figure_id
from tallystick.model.reviewing import Reviewer
from tallystick.model.values import Count, Measure
from tallystick.serve.app import make_app
from tallystick.serve.settings import Settings
from tests.builders import SUMY, claim, span
from tests.serve.conftest import NOW, SECRET, Site, Watch, running, shot, ticking
from tests.serve.walks import grave

SCRIPT = "<script>window.pwned=1</script>"
BROKEN_OUT = '</script><script>window.pwned=1</script>"><svg onload=window.pwned=1>'
PICTURE = "<img src=https://outside.example/x.png onerror=window.pwned=1>"
IN_ATTRIBUTE = '" onmouseover="window.pwned=1" autofocus onfocus=\'window.pwned=1\''
TEMPLATE = "{{1987*7919}} {% raw %} ${1987*7919} <%= 1987*7919 %>"
HTMX = '<div hx-get="https://outside.example/" hx-trigger="load" hx-on:load="window.pwned=1">'
ENTITIES = "&lt;script&gt; &amp;#60; &#x202e;"
TURNED = "\u202e99\u202c \u2066\u2067"
RIGHT_TO_LEFT = "وكالة أنباء الساحل"
HOMOGLYPH = "Rеutеrs"  # the two е are Cyrillic
ZERO_WIDTH = "ki\u200blled\u200d\ufeff"
FORMULA = "=cmd|'/C calc'!A0"
HUGE = "W" * 100_000
ALL = " ".join(
    (SCRIPT, BROKEN_OUT, PICTURE, IN_ATTRIBUTE, TEMPLATE, HTMX, ENTITIES, TURNED, RIGHT_TO_LEFT, HOMOGLYPH, ZERO_WIDTH)
)
DAY = date(2026, 2, 20)


def hostile(figure: int, title: str, publisher: str, url: str, name: str, source: str, more: str = "") -> Recording:
    """A report of one figure: what it is called, who ran it, where it stood, and who is quoted in it."""
    text = f"{title}\n{figure} people ({source}) were killed in Eastford, {source} said.\n{more}\n"
    digest = hashlib.sha256(text.encode()).hexdigest()
    made = replace(
        claim(text, f"{figure} people ({source}) were killed", str(figure), Count(figure, None, figure, unit="person")),
        attributions=(Attribution(source, span(text, source), span(text, "said"), LinkKind.SAYS),),
        population=Population(f"people ({source})", None, source),
        place=PlaceMention(span(text, "Eastford"), SUMY, 0.9),
        measure=Measure.KILLED,
    )
    key = document_id(digest, publisher, DAY)
    record = DocumentRecord(
        key, digest, digest, publisher, DAY, title=title, url=url, name=name, captured_at=NOW, language="en"
    )
    scene = Scene(key, 0, (made.id,), SUMY, source, DAY, DAY, words=text[:2000], actors=(source,), targets=(source,))
    capture = Capture(digest, NOW, name, url, "text/html")
    return Recording(record, text, capture, (made,), (scene,), (2**63 + figure, 7), text.encode())


REPORTS = (
    hostile(12, ALL, SCRIPT, "javascript:window.pwned=1", f"{PICTURE}.html", BROKEN_OUT, ALL),
    hostile(15, TURNED, f"{TURNED}{HOMOGLYPH}", "data:text/html,<script>window.pwned=1</script>", TURNED, TURNED, HUGE),
    hostile(31, RIGHT_TO_LEFT, RIGHT_TO_LEFT, 'https://a.example/"onclick="window.pwned=1', "x" * 3000, RIGHT_TO_LEFT),
    hostile(40, HUGE, "W" * 3000, f"https://a.example/{'w' * 2000}", "y.html", FORMULA, TEMPLATE),
    hostile(50, HTMX, TEMPLATE, " javascript:window.pwned=1", IN_ATTRIBUTE, f"{HTMX} {TEMPLATE}", ENTITIES),
)


@pytest.fixture(scope="module")
def hostile_ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger of such reports, reconciled, judged with such a reason, and with an input that could not be read."""
    folder = tmp_path_factory.mktemp("hostile")
    unread = folder / "<svg onload=window.pwned=1>\u202efdp.pdf"
    unread.write_bytes(b"%PDF-1.7 no more")
    path, now = folder / "ledger.db", ticking(NOW - timedelta(days=1))
    with Ledger.create(path, now=now()) as ledger:
        ledger.add(REPORTS, now=now(), actor=SCRIPT)
        intake.add(ledger, [unread], now=now)
        reconcile(ledger, now=now())
        first = REPORTS[0]
        key = figure_id(first.document.id, first.claims[0].id)
        deciding.decide(ledger, Reviewer("ben", 1), key, "reject", why=f"{SCRIPT} {TURNED}", now=now())
    return path


@pytest.fixture(scope="module")
def hostile_site(hostile_ledger: Path) -> Iterator[Site]:
    with running(Settings(str(hostile_ledger), signs="ada", secret=SECRET, reads_a_minute=100_000)) as made:
        yield made


@pytest.fixture
def api(hostile_ledger: Path) -> Iterator[TestClient]:
    app = make_app(Settings(str(hostile_ledger), signs="ada", secret=SECRET, hosts=("testserver",)), now=ticking())
    with TestClient(app, headers={"Authorization": f"Bearer {SECRET}"}, raise_server_exceptions=False) as made:
        yield made


@pytest.fixture(scope="module")
def reader(browser: Browser, hostile_site: Site) -> Iterator[Page]:
    """A page that fails the test for a dialog, a request to elsewhere, an error or a broken policy, at 360 px."""
    context = browser.new_context(viewport={"width": 360, "height": 800}, color_scheme="dark")
    watch = Watch(context, hostile_site.address)
    page = context.new_page()
    page.on("dialog", lambda dialog: (watch.errors.append(f"dialog {dialog.message}"), dialog.dismiss())[0])
    page.goto(hostile_site.start)
    yield page
    context.close()
    assert watch.outside == []
    assert watch.errors == []


WIDE = """() => document.documentElement.scrollWidth <= 360 ? [] : [...document.querySelectorAll("body *")].filter(
    one => one.getBoundingClientRect().right > 360 || one.getBoundingClientRect().left < 0
).map(one => one.outerHTML.slice(0, 120))"""
"""What sticks out, where the page is wider than its window."""
TURNING = """() => {
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found = [];
    while (walk.nextNode()) {
        const within = walk.currentNode.parentElement;
        if (/[\\u202a-\\u202e\\u2066\\u2067]/.test(walk.currentNode.data) && !within.closest("script"))
            found.push(within.outerHTML.slice(0, 120));
    }
    return found;
}"""
"""Where a mark turns the writing."""
KEYS = [figure_id(one.document.id, one.claims[0].id) for one in REPORTS]
LISTS = (
    "/", "/review", "/review/differing", "/documents", "/quantities", "/conflicts", "/incidents", "/incidents/map",
    "/sources", "/sources?kind=publisher", "/search?q=killed", "/search?q=%3Cscript%3E", "/search?q=script", "/tasks",
)  # fmt: skip
OF_A_FIGURE = ("/review?item={key}", "/review?item={key}&correct=true", "/documents/{document}", "/cards/{key}.html",
               "/documents/{document}/copies", "/documents/{document}/changes",
               "/conflicts/judge?verdict=correct&subject={key}&low=3&why=%3Cscript%3E")  # fmt: skip


def inert(page: Page, site: Site, path: str) -> None:
    """Opens the page; nothing ran, nothing of a document became an element, nothing turns the writing, all fits."""
    answer = page.goto(f"{site.address}{path}")
    assert answer is not None
    assert answer.status == 200, path
    assert page.evaluate("window.pwned") is None, path
    odd = page.evaluate(
        """() => [...document.querySelectorAll("*:not(link[rel=icon])")].filter(one =>
            [...one.attributes].some(({name, value}) => /^on|^hx-on/.test(name)
                || (/^(href|src|action|formaction|xlink:href|hx-get)$/.test(name)
                    && (/^\\s*(javascript|data|vbscript):/i.test(value) && !value.startsWith("data:image/")
                        || name === "hx-get" && !value.startsWith("/"))))
            || one.matches("main script:not([type='application/json']), iframe, object, embed, main img[src^='http']")
        ).map(one => one.outerHTML.slice(0, 200))"""
    )
    assert odd == [], path
    assert page.evaluate(TURNING) == [], path
    assert page.evaluate(WIDE) == [], path
    assert "15735053" not in page.inner_text("main"), path  # the product


def test_lists_show_hostile_documents_as_text(reader: Page, hostile_site: Site) -> None:
    for path in LISTS:
        inert(reader, hostile_site, path)


@pytest.mark.parametrize("number", range(len(REPORTS)))
def test_a_hostile_document_and_its_figure_are_shown_as_text(reader: Page, hostile_site: Site, number: int) -> None:
    key = KEYS[number]
    for path in OF_A_FIGURE:
        inert(reader, hostile_site, path.format(key=key, document=REPORTS[number].document.id))


def test_what_was_made_of_hostile_documents_is_shown_as_text(reader: Page, hostile_site: Site) -> None:
    found = []
    for listing in ("/quantities", "/incidents", "/sources", "/sources?kind=publisher"):
        reader.goto(f"{hostile_site.address}{listing}")
        rows = reader.locator("tbody th a, tbody td:first-child a")
        found += [rows.nth(at).get_attribute("href") for at in range(rows.count())]
    assert len(found) > 10
    for path in found:
        inert(reader, hostile_site, path or "")
    quantity = next(one for one in found if one and one.startswith("/quantities/"))
    inert(reader, hostile_site, f"{quantity}/mentions")
    inert(reader, hostile_site, quantity.replace("/quantities/", "/reports/") + ".html")


def test_the_words_stand_literally(reader: Page, hostile_site: Site) -> None:
    reader.goto(f"{hostile_site.address}/documents/{REPORTS[0].document.id}")
    text = reader.inner_text("main")

    for words in (SCRIPT, TEMPLATE, ENTITIES.split()[0], HTMX, HOMOGLYPH, RIGHT_TO_LEFT):
        assert words in text
    assert "⟨U+202E⟩99⟨U+202C⟩" in text
    assert reader.locator("main a[href^='javascript'], main a[href^='data']").count() == 0
    shot(reader, "hostile-document-360")


def test_a_name_from_right_to_left_leaves_the_figures_beside_it_in_their_order(
    reader: Page, hostile_site: Site
) -> None:
    reader.goto(f"{hostile_site.address}/documents")
    shot(reader, "hostile-documents-360")
    line = reader.locator("p.minor", has_text=RIGHT_TO_LEFT).first
    # Where the day is drawn: to the right of the publisher, and the count to the right of the day.
    drawn = line.evaluate(
        """line => {
            const at = (words) => {
                for (const node of [...line.childNodes].filter(one => one.nodeType === 3)) {
                    const found = node.data.indexOf(words);
                    if (found < 0) continue;
                    const range = document.createRange();
                    range.setStart(node, found);
                    range.setEnd(node, found + words.length);
                    return range.getBoundingClientRect().left;
                }
            };
            return [line.querySelector("bdi").getBoundingClientRect().right, at("20 February"), at("1 figure")];
        }"""
    )
    assert drawn == sorted(drawn)


def test_names_that_mix_scripts_are_told_letter_by_letter(reader: Page, hostile_site: Site) -> None:
    document, key = REPORTS[1].document.id, KEYS[1]
    for path in (f"/documents/{document}", f"/review?item={key}"):
        inert(reader, hostile_site, path)
        told = reader.locator(".letters").all_inner_texts()
        assert [text for text in told if HOMOGLYPH in text and "“е” is Cyrillic (U+0435)" in text], path
        assert grave(reader) == [], path
    reader.goto(f"{hostile_site.address}/documents/{document}")
    shot(reader, "mixed-scripts-360-dark")
    reader.goto(f"{hostile_site.address}/documents")
    marked = reader.locator("li", has=reader.locator(".chip", has_text="mixes scripts"))
    assert marked.count() == 2  # the title of the first report, the publisher of the second


def test_names_of_one_script_are_not_marked(api: TestClient, client: TestClient) -> None:
    for path in (f"/documents/{REPORTS[2].document.id}", f"/documents/{REPORTS[3].document.id}"):
        assert "mixes scripts" not in api.get(path).text
    for path in ("/documents", "/sources", "/quantities", "/incidents"):
        assert "mixes scripts" not in client.get(path).text


def test_the_api_gives_the_words_as_data(api: TestClient) -> None:
    document = REPORTS[0].document.id
    answer = api.get(f"/api/v1/documents/{document}")

    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert ALL in json.dumps(answer.json(), ensure_ascii=False).replace('\\"', '"')
    card = api.get(f"/cards/{KEYS[0]}.html").text
    assert card.count("<script") == 1
    assert "\u202e" not in card.split('<script type="application/json"')[0]


@pytest.mark.parametrize(
    "path",
    [
        "/search?q=%00",
        "/documents?q=%00%FF",
        "/documents/%00",
        "/quantities?q=%00",
        "/incidents?q=%00",
        "/sources?q=%00",
        "/sources/voice/%00",
        "/search?q=" + "%E2%80%AE" * 100,
    ],
)
def test_nulls_and_broken_letters_in_addresses_are_no_error_of_ours(api: TestClient, path: str) -> None:
    assert api.get(path).status_code < 500
