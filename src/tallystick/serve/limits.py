"""How often one person or address may ask: token buckets, each full at first, refilled evenly.

In memory, a set for each worker process: what they guard is that process. Attempts to sign in are counted in the
database besides, by all workers together: that guards the accounts. See office.attempts.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from math import ceil

from tallystick.errors import TooManyRequests
from tallystick.office.attempts import network
from tallystick.serve.settings import Settings

MOST = 20_000
"""Buckets that are kept at most: full ones are forgotten first."""


class Buckets:
    """One bucket a key, holding what may be spent in a minute."""

    def __init__(self, a_minute: int, clock: Callable[[], float]) -> None:
        self._most = float(a_minute)
        self._clock = clock
        self._left: dict[str, tuple[float, float]] = {}  # what was left, and when
        self._lock = threading.Lock()

    def spend(self, key: str) -> None:
        """Takes one. Raises TooManyRequests where none is left."""
        with self._lock:
            now = self._clock()
            left, then = self._left.get(key, (self._most, now))
            left = min(self._most, left + (now - then) * self._most / 60)
            if left < 1:
                self._left[key] = left, now
                wait = max(1, ceil((1 - left) * 60 / self._most))
                raise TooManyRequests(
                    f"too many requests: more than {self._most:,.0f} in a minute. Wait {wait:,} "
                    f"{'second' if wait == 1 else 'seconds'}, and ask again.",
                    wait,
                )
            self._left[key] = left - 1, now
            if len(self._left) > MOST:
                self._forget(now)

    def _forget(self, now: float) -> None:
        full = [k for k, (left, then) in self._left.items() if left + (now - then) * self._most / 60 >= self._most]
        # Under a flood from many addresses none may be full: then the oldest go, and the flood gains little.
        for key in full or list(self._left)[: MOST // 2]:
            del self._left[key]


class Limits:
    """The limits of one app. In local mode there are none: the one person may ask as fast as they like."""

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.monotonic) -> None:
        self._on = not settings.local
        self._reads = Buckets(settings.reads_a_minute, clock)
        self._writes = Buckets(settings.writes_a_minute, clock)
        self._strangers = Buckets(settings.writes_a_minute, clock)
        self._sign_ins = Buckets(settings.sign_ins_a_minute, clock)

    def person(self, name: str, writes: bool) -> None:
        """Counts a request of somebody who is signed in. Raises TooManyRequests."""
        if self._on:
            (self._writes if writes else self._reads).spend(name)

    def stranger(self, address: str) -> None:
        """Counts a request of nobody known. People who are signed in at the same address are not held up by it."""
        if self._on:
            self._strangers.spend(network(address))

    def sign_in(self, address: str) -> None:
        """Counts an attempt to sign in."""
        if self._on:
            self._sign_ins.spend(network(address))
