"""Streams end when the app is told to stop: a server waits for its answers first, and these would go on for ever."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def heeded(stopping: threading.Event) -> Iterator[None]:
    """While the block runs, the signals that stop a server set the event too, before the server does what it does.

    The server tells an app that it stops only once all is answered. Outside of the main thread, as in tests, there are
    no signals to heed.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {one: signal.getsignal(one) for one in _SIGNALS}

    def stop(number: int, frame: FrameType | None) -> None:
        stopping.set()
        then = before[signal.Signals(number)]
        if callable(then):
            then(number, frame)

    for one, then in before.items():
        if callable(then):  # ignored, or left to the system: no server waits for it
            signal.signal(one, stop)
    try:
        yield
    finally:
        for one, then in before.items():
            if callable(then):
                signal.signal(one, then)
