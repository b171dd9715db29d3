"""Every page of the app, for the tests that look at each: one shared app, with accounts, jobs and judgements."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from tallystick.assist.model import Model
from tallystick.jobs import deciding, reviewing
from tallystick.ledger import queries
from tallystick.ledger.store import Ledger
from tallystick.model.people import Role
from tallystick.model.reviewing import Reviewer
from tallystick.office import accounts
from tallystick.serve.service import open_office
from tallystick.serve.settings import Audience, Settings
from tests.serve.conftest import Site, running, ticking
from tests.serve.people import PASSWORD

TALLY = "t:b96be7"
FIGURE = "c1ba834c:2858406f"

PAGES = {
    "overview": "/",
    "review": "/review",
    "review-figure": f"/review?item={FIGURE}",
    "review-correct": f"/review?item={FIGURE}&correct=true",
    "review-pair": "/review?item={pair}",
    "agreement": "/review/agreement",
    "differing": "/review/differing",
    "documents": "/documents",
    "documents-none": "/documents?q=nowhere",
    "document": f"/documents/{FIGURE[:8]}",
    "document-figure": f"/documents/{FIGURE[:8]}?figure={FIGURE}",
    "copies": f"/documents/{FIGURE[:8]}/copies",
    "changes": "/documents/{first}/changes",
    "quantities": "/quantities",
    "quantities-none": "/quantities?place=Atlantis",
    "quantity": f"/quantities/{TALLY}",
    "quantity-then": f"/quantities/{TALLY}?as_of=2024-06-03",
    "quantity-before": f"/quantities/{TALLY}?as_of=2024-06-01",
    "mentions": f"/quantities/{TALLY}/mentions",
    "conflicts": "/conflicts",
    "judge": f"/conflicts/judge?verdict=correct&subject={FIGURE}&low=26",
    "incidents": "/incidents",
    "incidents-none": "/incidents?q=nowhere",
    "incident": "/incidents/{incident}",
    "map": "/incidents/map",
    "sources": "/sources",
    "publishers": "/sources?kind=publisher",
    "source": "/sources/voice/the%20district%20hospital",
    "publisher": "/sources/publisher/Liptako%20Wire",
    "search": "/search",
    "search-found": "/search?q=killed+in+T%C3%A9ra",
    "search-none": "/search?q=nowhere",
    "add": "/add",
    "jobs": "/tasks",
    "job": "/tasks/{task}",
    "proposals": "/assist",
    "account": "/account",
    "administration": "/administration",
    "audit": "/administration/audit",
    "missing": "/nothing",
    "no-document": "/documents/00000000",
    "card": f"/cards/{FIGURE}.html",
    "report": f"/reports/{TALLY}.html",
}
"""A name for each page, and its address; what stands in braces is found in the ledger."""

LOOKS = ((1280, "light"), (360, "dark"))
"""Widths and colours in which what a walk does not come to is looked at: both of each, and all pairs in the walk."""

EMPTY = (
    "overview", "review", "agreement", "differing", "documents", "quantities", "conflicts", "incidents", "map",
    "sources", "publishers", "search", "search-none", "jobs", "add",
)  # fmt: skip
"""Pages that there are without a document."""


@contextmanager
def shared(ledger: Path, **changes: Any) -> Iterator[Site]:
    """A shared app over that ledger: ada administers, cole codes; every figure is judged by two."""
    settings = Settings(
        str(ledger), audience=Audience.SHARED, coders=2, assist=Model("heron"), reads_a_minute=100_000, **changes
    )
    now = ticking()
    with closing(open_office(settings)) as office:
        for name, role in (("ada", Role.ADMIN), ("cole", Role.CODER)):
            accounts.add(office, name, role, password=PASSWORD, by="test", now=now())
    with running(settings, now) as site:
        yield site


def prepared(shipped: Path, folder: Path) -> Path:
    """A copy of the shipped ledger in which two coders agree on one figure and differ on another."""
    shutil.copytree(shipped.with_name(f"{shipped.name}.blobs"), folder / "ledger.db.blobs")
    path = Path(shutil.copy(shipped, folder / "ledger.db"))
    now = ticking()
    with Ledger.open(path) as ledger:
        with ledger.reading() as connection:
            keys = [one.key for one in reviewing.queue(connection, Reviewer("ben", 2), limit=3) if ":" in one.key]
        for number, key in enumerate(keys):
            for name, verdict in (("ben", "accept"), ("cole", "reject" if number == 1 else "accept")):
                deciding.decide(ledger, Reviewer(name, 2), key, verdict, why="as the sentence has it", now=now())
    return path


def addresses(page: Page, site: Site, ledger: Path) -> dict[str, str]:
    """The address of each page in that ledger. Begins a job, so that there is one to look at."""
    with Ledger.open(ledger) as held, held.reading() as connection:
        documents = [one.id for _, one in queries.documents(connection)]
    page.goto(f"{site.address}/incidents")
    incident = page.locator(".incidents a").first.get_attribute("href") or ""
    page.goto(f"{site.address}/tasks")
    with page.expect_navigation(url="**/tasks/*"):
        page.get_by_role("button", name="Verify the ledger").click()
    found = {
        "pair": "~".join(f"{one[:8]}%230" for one in documents[:2]),
        "first": documents[0],
        "incident": incident.rpartition("/")[2],
        "task": page.url.rpartition("/")[2],
    }
    return {name: path.format_map(found) for name, path in PAGES.items()}


def sign_in(page: Page, site: Site, name: str = "ada") -> None:
    """Signs in by the form."""
    page.goto(f"{site.address}/sign-in")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/sign-in" not in url)


def settled(page: Page) -> None:
    """Waits until the page's own requests are over and its charts drawn."""
    page.wait_for_load_state("load")
    page.wait_for_function(
        "() => !document.querySelector('.htmx-request, .chart .waits, [hx-trigger=load] > p > a:only-child')"
    )


def grave(page: Page, rules: Mapping[str, Any] | None = None) -> list[str]:
    """What axe finds serious or critical; rules limit it to some."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    options = {"resultTypes": ["violations"], **({"runOnly": list(rules)} if rules else {})}
    found = page.evaluate("options => axe.run(options)", options)["violations"]
    return [
        f"{one['id']}: {node['html'][:200]} {(node['any'] or [{}])[0].get('message', '')}"
        for one in found
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"][:3]
    ]
