from __future__ import annotations

import html.parser
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallystick.model.report import Report
from tallystick.model.values import Count
from tallystick.views.page import page, paragraphs
from tests import builders
from tests.views.browser import Browser, chromium


class _Reader(html.parser.HTMLParser):
    """Collects elements with their attributes, and faults of nesting."""

    VOID = ("meta", "link", "br")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.faults: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(tag)


def test_every_character_of_the_text_is_on_the_page_in_order() -> None:
    shown = "".join(s.text for line in paragraphs(builders.report()) for s in line)

    assert shown == builders.TEXT.replace("\n", "")


def test_the_words_of_each_figure_are_marked_and_no_others() -> None:
    lines = [s for line in paragraphs(builders.report()) for s in line]

    assert "".join(s.text for s in lines if 1 in s.claims) == "Up to 40 soldiers were killed near Sumy on Friday"
    assert "".join(s.text for s in lines if 2 in s.claims) == "put the dead at 25"
    assert [s.text for s in lines if s.figure] == ["Up to 40", "25"]
    assert [s.text for s in lines if "1:place" in s.parts] == ["Sumy"]


@given(st.text("ab 🔥é\u202e<&\n\r", min_size=8, max_size=60), st.data())
def test_offsets_are_code_points_whatever_the_text_holds(text: str, data: st.DataObject) -> None:
    spans = []
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text) - 1))
        spans.append((start, data.draw(st.integers(start + 1, len(text)))))
    document = builders.document(text)
    report = Report(document, tuple(_claim(text, start, end) for start, end in spans))

    lines = [s for line in paragraphs(report) for s in line]

    for number, (start, end) in enumerate(spans, 1):
        shown = "".join(s.text for s in lines if number in s.claims)
        assert "".join(shown.split()) == "".join(text[start:end].split())  # blank lines are left out
    assert "".join(s.text for s in lines) == "".join(line for line in re.split("[\r\n]+", text) if line.strip())


def _claim(text: str, start: int, end: int) -> object:
    claim = builders.report().claims[1]
    span = builders.document(text).span(start, end)
    return replace(claim, span=span, count_span=span, attributions=(), relations=())


def test_the_page_names_nothing_outside_itself() -> None:
    reader = _Reader(page(builders.report()))

    targets = [
        value for _, attrs in reader.elements for key, value in attrs.items() if key in ("href", "src", "action")
    ]
    assert targets
    assert all(target is not None and target.startswith(("#", "data:,")) for target in targets)
    assert reader.faults == []
    assert reader.open == []


def test_every_link_leads_to_something_on_the_page() -> None:
    elements = _Reader(page(builders.report())).elements
    ids = [attrs["id"] for _, attrs in elements if "id" in attrs]

    assert len(ids) == len(set(ids))
    assert {str(attrs["href"])[1:] for _, attrs in elements if str(attrs.get("href", "")).startswith("#")} <= set(ids)


def test_words_of_a_document_are_never_markup() -> None:
    text = '<script>alert(1)</script> 12 men were killed & "buried" <img src=x onerror=alert(2)>'
    claim = builders.claim(text, text, "12", Count(12, 12, 12))
    document = builders.document(text, title="</title><script>alert(3)</script>", publisher="<b>")

    reader = _Reader(page(Report(document, (claim,))))

    assert [tag for tag, _ in reader.elements].count("script") == 1
    assert "img" not in [tag for tag, _ in reader.elements]


def test_the_policy_allows_only_the_page_s_own_style_and_script() -> None:
    elements = _Reader(page(builders.report())).elements
    (policy,) = [str(a["content"]) for t, a in elements if t == "meta" and "http-equiv" in a]

    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy


def test_a_report_without_figures_does_not_look_like_a_figure_of_zero() -> None:
    assert "That is not a figure of zero" in page(Report(builders.document()))


def test_the_same_report_gives_the_same_page() -> None:
    assert page(builders.report()) == page(builders.report())


# In a browser ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    if chromium() is None:
        if os.environ.get("CI"):
            pytest.fail("CI must test the page in a browser: install chromium (.ci/run does).")
        pytest.skip("chromium is not installed")
    with Browser(tmp_path_factory.mktemp("profile")) as opened:
        yield opened


@pytest.fixture
def shown(browser: Browser, tmp_path: Path) -> Browser:
    path = tmp_path / "page.html"
    path.write_text(page(builders.report()), encoding="utf-8")
    browser.requests.clear()
    browser.errors.clear()
    browser.open(path)
    return browser


ON = "[...document.querySelectorAll('.card.on')].map(card => card.dataset.claim).join()"


def test_in_a_browser_the_page_asks_for_nothing_and_breaks_no_rule_of_its_policy(shown: Browser) -> None:
    assert [url for url in shown.requests if not url.startswith("data:")] == [shown.js("location.href")]
    assert shown.errors == []
    assert shown.js("getComputedStyle(document.querySelector('.mark')).backgroundColor") != "rgba(0, 0, 0, 0)"


def test_in_a_browser_j_and_k_step_through_the_figures(shown: Browser) -> None:
    steps = []
    for key in ("j", "j", "j", "k", "Escape"):
        shown.press(key)
        steps.append(shown.js(ON))

    assert steps == ["1", "2", "2", "1", ""]
    assert shown.errors == []


def test_in_a_browser_a_click_on_the_words_lights_the_figure_and_its_parts(shown: Browser) -> None:
    shown.js("document.querySelector('[data-claims~=\"1\"]').click()")

    assert shown.js(ON) == "1"
    assert shown.js("document.activeElement.id") == "figure-1"
    lit = shown.js("[...document.querySelectorAll('.lit')].map(part => part.textContent).join('|')")
    assert "the general staff" in lit


def test_in_a_browser_the_marked_words_are_the_claim_s_words(shown: Browser) -> None:
    words = shown.js(
        "[...document.querySelectorAll('[data-claims~=\"1\"]')].map(m => { const c = m.cloneNode(true);"
        " c.querySelectorAll('sup').forEach(s => s.remove()); return c.textContent; }).join('')"
    )

    assert words == builders.report().claims[0].span.text


def test_in_a_browser_the_page_reads_without_javascript(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(page(builders.report()), encoding="utf-8")

    browser.open(path, scripts=False)
    nodes = browser.call("DOM.getDocument", depth=-1)
    found = browser.call("DOM.querySelectorAll", nodeId=nodes["root"]["nodeId"], selector=".mark[href^='#figure-']")
    hidden = browser.call("DOM.querySelectorAll", nodeId=nodes["root"]["nodeId"], selector=".keys[hidden]")

    assert len(found["nodeIds"]) >= 2
    assert len(hidden["nodeIds"]) == 1  # no keys are promised that would not work


@pytest.mark.parametrize(("width", "columns"), [(1300, 2), (600, 1)])
def test_in_a_browser_nothing_runs_over_the_edge(shown: Browser, width: int, columns: int) -> None:
    shown.resize(width, 800)

    assert shown.js("document.documentElement.scrollWidth <= window.innerWidth")
    tracks = shown.js("getComputedStyle(document.querySelector('main')).gridTemplateColumns.split(' ').length")
    assert tracks == columns


CONTRAST = """
(() => {
  const value = (c) => { const [r, g, b] = c.match(/[\\d.]+/g).map(Number).map(v => v / 255)
    .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const behind = (e) => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor;
    if (c !== 'rgba(0, 0, 0, 0)') return c; } return 'rgb(255, 255, 255)'; };
  let worst = 21;
  for (const e of document.querySelectorAll('dt, dd, p, a, h1, h2, h3, td, th, sup, footer')) {
    const [a, b] = [value(getComputedStyle(e).color), value(behind(e))];
    worst = Math.min(worst, (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)); }
  return worst;
})()
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_in_a_browser_text_stands_out_from_its_ground_in_light_and_dark(shown: Browser, scheme: str) -> None:
    shown.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
    shown.press("j")

    assert shown.js(CONTRAST) >= 4.5  # WCAG 2.2 AA
