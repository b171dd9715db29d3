"""Worker processes that end with the process that began them."""

from __future__ import annotations

import gc
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

_SELDOM = (100_000, 50, 100)
"""Thresholds of the search for cycles where hardly any are made: looking for them took a tenth of the time."""


def begin_worker(parent: int) -> None:
    """To be called first in a worker; parent is the id of the process that began it.

    Ctrl-C reaches every process of a terminal; what it means is for the first to say. When that one is killed, its
    workers must not wait for more work for ever.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(2)
    os._exit(1)


def collect_seldom() -> None:
    """A worker's memory goes back as tasks end, without cycles."""
    gc.freeze()
    gc.set_threshold(*_SELDOM)


@contextmanager
def collecting_seldom() -> Iterator[None]:
    """For a stretch of work that makes no cycles: as collect_seldom, and afterwards as it was."""
    before = gc.get_threshold()
    gc.set_threshold(*_SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def collect_what_is_new() -> None:
    """For a process that answers people: what is there as it begins stays, and no search for cycles goes through it.

    Going through all that the app is made of took 150 ms, every few dozen pages, during which nobody was answered.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 10, 10)
