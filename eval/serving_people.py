"""The people of eval.serving: they sign in, read and judge over HTTP, with time to think between two pages.

What they do is written down in VISITS. A browser asks for more than a page: judging an item is the judgement, the count
of what is done, and the item after the next, as serve/static/review.js has it; these follow without thinking.
"""

from __future__ import annotations

import asyncio
import html
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import Any
from urllib.parse import quote

import httpx2

from eval.serving_sample import KINDS, Sample, address_of

SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin", "User-Agent": "eval.serving", "Accept": "text/html"}
JSON = {"Accept": "application/json"}
PATIENCE = 60.0
"""Seconds after which a page counts as an error."""

VISITS: tuple[tuple[int, tuple[str, ...]], ...] = (
    (2, ("dashboard",)),
    (3, ("documents", "document", "document", "document: copies")),
    (2, ("documents with a word", "document", "document")),
    (1, ("documents of a publisher", "document")),
    (1, ("documents since a day", "document")),
    (2, ("figure in its document",)),
    (3, ("quantities", "quantity", "quantity: chart data", "quantity as of a day", "quantity as of a day")),
    (2, ("quantities of a country", "quantity", "quantity: chart data")),
    (2, ("quantities of a place", "quantity", "quantity: chart data")),
    (1, ("conflicts", "quantity")),
    (2, ("incidents", "incident", "incident")),
    (1, ("incidents of a country", "incident")),
    (2, ("incidents on a map", "map of a country", "incident")),
    (2, ("sources", "source", "publisher")),
    (3, ("search", "document", "quantity")),
    (1, ("review: agreement",)),
    (1, ("API documents", "API claims", "API judgements")),
    (1, ("API claims of a country", "API claims with words", "API conflicts")),
    (1, ("API tallies", "API tally", "API tallies of a source")),
    (1, ("evidence card", "document: changes")),
    (1, ("quantity: range", "quantity: every policy", "quantity: over time", "quantity: mentions")),
    (1, ("judging a conflict", "source: chart data")),
    (1, ("map drawn", "incident: map drawn")),
    (1, ("account", "tasks", "add documents")),
    (1, ("API document", "API text of a document", "API claims of a document")),
    (1, ("API claims of a place", "API claims of a source", "API claims of a publisher")),
    (1, ("API claim", "API proof of a claim", "API card")),
    (1, ("API estimates", "API series", "API origins", "API conflicts of a tally", "API policies compared")),
    (1, ("API incidents", "API incident", "API links of an incident", "API map")),
    (1, ("API sources", "API source", "API what a source said")),
    (1, ("API search", "API question", "API policies", "API formats")),
    (1, ("API queue", "API item", "API agreement", "API judgement")),
    (1, ("API ledger", "API checkpoint", "API proof of an entry", "API consistency")),
    (1, ("API me", "API tokens", "API tasks")),
)
"""What people do besides judging: how often, and the pages of one visit, each chosen from all over the ledger."""

JUDGING = 0.4
"""Of all visits, those to the review queue."""
ITEMS = 6
"""Items judged in one such visit, each person on a stretch of the queue of its own."""
SKIPPED = 0.2
"""Items that a person goes past without judging them."""
CHOSEN = ("accept", "reject", "same", "different", "unsure")
"""What people judge, whichever of these an item offers."""
UNDONE = 0.05
"""Judgements that are taken back at once."""

ARRIVING = 0.1
"""Of the time, the part within which people sign in, one after another, but no more than a minute."""

REVIEW = ("sign in", "review", "review: next item", "review: progress", "judge", "undo")

_KEY = re.compile(r'<article id="item"[^>]* data-key="([^"]*)" data-after="([^"]*)"')
_SEEN = re.compile(r'name="seen" value="([^"]*)"')
_VERDICT = re.compile(r'name="verdict" value="([^"]*)"')


@dataclass(frozen=True, slots=True)
class Answered:
    """One request: its kind, how long until the last byte, and what was wrong, None where nothing was."""

    kind: str
    seconds: float
    wrong: str | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """A judgement, or with undone its withdrawal, that the server said is recorded, and between which moments."""

    id: str
    person: str
    key: str
    verdict: str
    sent: datetime
    answered: datetime
    undone: bool = False


@dataclass
class Notes:
    """What all the people met together. refused are judgements that came after somebody else's."""

    answered: list[Answered] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    refused: int = 0
    lost: int = 0  # judgements whose answer never came: they may be in the ledger


class Crowd:
    """Who works on one server, until a moment."""

    def __init__(self, address: str, of: Sample, *, think: tuple[float, float], missing: frozenset[str]) -> None:
        """missing: kinds of pages that this version has not, which are left out."""
        self.address = address
        self.of = of
        self.think = think
        self.missing = missing
        self.notes = Notes()

    async def work(self, names: list[str], password: str, seconds: float, seed: int) -> None:
        """All of them, arriving within the first ARRIVING of the time; returns when the seconds are over."""
        begun = time.monotonic()
        people = [Visitor(self, name, Random(f"{seed} {name}"), begun + seconds) for name in names]
        every = min(60.0, seconds * ARRIVING) / len(people)
        await asyncio.gather(*(person.day(password, number * every) for number, person in enumerate(people)))


class Visitor:
    """One person with a browser."""

    def __init__(self, crowd: Crowd, name: str, random: Random, until: float) -> None:
        self.name = name
        self._crowd = crowd
        self._random = random
        self._until = until
        self._made: list[Told] = []

    @property
    def _over(self) -> bool:
        return time.monotonic() >= self._until

    async def day(self, password: str, later: float) -> None:
        """Signs in so many seconds later, and visits one thing after another until the time is over."""
        await asyncio.sleep(later)
        async with _browser(self._crowd.address) as browser:
            self._browser = browser
            answer = await self._ask("sign in", "/sign-in", fields={"name": self.name, "password": password})
            if answer is None:
                return
            weights = [weight for weight, _ in VISITS]
            while not self._over:
                if self._random.random() < JUDGING:
                    await self._judge()
                else:
                    await self._read(self._random.choices(VISITS, weights)[0][1])

    async def _read(self, kinds: tuple[str, ...]) -> None:
        for name in kinds:
            address = None if name in self._crowd.missing else address_of(KINDS[name], self._random, self._crowd.of)
            if address is None:
                continue
            await self._ask(name, address, htmx=KINDS[name].part)
            await self._think()
            if self._over:
                return

    async def _judge(self) -> None:
        start = self._random.choice(self._crowd.of.stretches) if self._crowd.of.stretches else ""
        answer = await self._ask("review", f"/review?after={quote(start)}")
        for _ in range(ITEMS):
            item = None if answer is None else Item.read(answer.text)
            await self._think()
            if item is None or self._over:
                return
            if item.verdicts and self._random.random() >= SKIPPED:
                await self._decide(item)
            answer = await self._ask("review: next item", f"/review/item?after={quote(item.after)}")

    async def _decide(self, item: Item) -> None:
        verdict = self._random.choice(item.verdicts)
        fields = {"key": item.key, "seen": item.seen, "after": item.after, "verdict": verdict, "why": "", "settle": ""}
        sent = datetime.now(UTC)
        answer = await self._ask("judge", "/review/decide", fields=fields, headers=JSON)
        if answer is None:
            self._crowd.notes.lost += 1
            return
        said = answer.json()
        if not said.get("recorded"):
            self._refused(said)
            return
        told = Told(said["judgement"], self.name, item.key, verdict, sent, datetime.now(UTC))
        self._crowd.notes.told.append(told)
        self._made.append(told)
        if self._random.random() < UNDONE:
            await self._undo()
        await self._ask("review: progress", "/review/progress")

    def _refused(self, said: dict[str, Any]) -> None:
        """Somebody else was first, which is no error, or something is wrong."""
        if said.get("status") == 409:
            self._crowd.notes.refused += 1
        else:
            self._crowd.notes.answered.append(Answered("judge", 0.0, f"refused: {said.get('said')}"))

    async def _undo(self) -> None:
        sent = datetime.now(UTC)
        answer = await self._ask("undo", "/review/undo", fields={"judgement": self._made[-1].id}, headers=JSON)
        if answer is None:
            self._crowd.notes.lost += 1
        elif answer.json().get("recorded"):
            last = self._made.pop()
            took = Told(last.id, self.name, last.key, last.verdict, sent, datetime.now(UTC), undone=True)
            self._crowd.notes.told.append(took)

    async def _think(self) -> None:
        left = self._until - time.monotonic()
        await asyncio.sleep(max(0.0, min(left, self._random.uniform(*self._crowd.think))))

    async def _ask(
        self,
        kind: str,
        address: str,
        *,
        fields: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
        htmx: bool = False,
    ) -> httpx2.Response | None:
        """One request, noted; None where it went wrong. The time is until the last byte of the answer."""
        given = dict(headers or {}) | ({"HX-Request": "true"} if htmx else {})
        answer, seconds, wrong = await ask(self._browser, address, fields, given)
        self._crowd.notes.answered.append(Answered(kind, seconds, wrong and f"{wrong} at {address[:120]}"))
        return None if wrong else answer


@dataclass(frozen=True, slots=True)
class Item:
    """What waits, as its page holds it: verdicts are those it offers, none where it is closed to this person."""

    key: str
    after: str
    seen: str
    verdicts: tuple[str, ...]

    @classmethod
    def read(cls, page: str) -> Item | None:
        """The item of a page; None where nothing waits."""
        found = _KEY.search(page)
        if found is None or not found[1]:
            return None
        seen = _SEEN.search(page)
        verdicts = tuple(one for one in _VERDICT.findall(page) if one in CHOSEN)
        return cls(html.unescape(found[1]), html.unescape(found[2]), seen[1] if seen else "", verdicts)


def _browser(address: str) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(base_url=address, headers=SAME_ORIGIN, timeout=PATIENCE, trust_env=False)


async def ask(
    browser: httpx2.AsyncClient, address: str, fields: dict[str, str] | None, headers: dict[str, str]
) -> tuple[httpx2.Response | None, float, str | None]:
    """The answer, the seconds until its last byte, and what is wrong with it."""
    begun = time.perf_counter()
    try:
        if fields is None:
            answer = await browser.get(address, headers=headers)
        else:
            answer = await browser.post(address, data=fields, headers=headers)
    except httpx2.HTTPError as error:
        return None, time.perf_counter() - begun, f"{type(error).__name__}: {error}"
    seconds = time.perf_counter() - begun
    right = answer.status_code < 400 and not answer.headers.get("location", "").startswith("/sign-in")
    return answer, seconds, None if right else f"{answer.status_code}"


Cost = Callable[[], float | None]


async def alone(
    address: str, of: Sample, name: str, password: str, *, times: int, seed: int, cost: Cost
) -> dict[str, tuple[int, float | None]]:
    """One person opens each kind of page so many times, with nobody else there: the status met last, and the server's
    milliseconds of processor for one of them, by kind; None where these cannot be known.
    """
    found: dict[str, tuple[int, float | None]] = {}
    async with _browser(address) as browser:
        await ask(browser, "/sign-in", {"name": name, "password": password}, {})
        for kind in KINDS.values():
            random = Random(f"{seed} {kind.name}")
            headers = {"HX-Request": "true"} if kind.part else {}
            before, status, asked = cost(), 0, 0
            for _ in range(times):
                where = address_of(kind, random, of)
                if where is None:
                    break
                answer, _, _ = await ask(browser, where, None, headers)
                status, asked = 0 if answer is None else answer.status_code, asked + 1
                if status == 404 and asked == 1:
                    break
            after = cost()
            if asked:
                spent = None if before is None or after is None else (after - before) / asked * 1000
                found[kind.name] = status, spent
    return found
