"""Notes who saw and did what without making them wait: lines are gathered, and written together once a second.

What changes accounts, and signing in, is written at once, in the transaction of the change itself: see office. Here is
the rest: every request of somebody who is signed in. At the end everything that was gathered is written; only a killed
process loses its last second.
"""

from __future__ import annotations

import csv
import io
import logging
import threading
from collections.abc import Iterator
from datetime import date, datetime

from tallystick.errors import TallystickError
from tallystick.model.people import Act
from tallystick.office import acts, sessions, tokens
from tallystick.office.store import Office
from tallystick.views.exports.writing import cell

LOG = logging.getLogger(__name__)

EVERY = 1.0
"""Seconds between two writings."""
MOST = 20_000
"""Lines that may wait. Then no request is answered until they are written: nothing is seen without a note of it."""


class Audit:
    """The lines that wait to be written."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._acts: list[Act] = []
        self._seen: dict[str, datetime] = {}
        self._used: dict[str, datetime] = {}
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def backed_up(self) -> bool:
        """Whether so many lines wait that nothing more may be shown."""
        return len(self._acts) >= MOST

    def note(self, act: Act) -> None:
        """One line."""
        with self._lock:
            self._acts.append(act)
            self._start()

    def session_seen(self, key_hash: str, at: datetime) -> None:
        """That a session was in use."""
        with self._lock:
            self._seen[key_hash] = at
            self._start()

    def token_used(self, token_id: str, at: datetime) -> None:
        """That a token was in use."""
        with self._lock:
            self._used[token_id] = at
            self._start()

    def flush(self) -> None:
        """Writes what waits. Raises LedgerError; then it waits on."""
        with self._writing:
            with self._lock:
                lines, seen, used = self._acts[:MOST], self._seen, self._used
                self._seen, self._used = {}, {}
            try:
                if lines:
                    with self._office.writing() as connection:
                        acts.write(connection, lines)
                with self._lock:
                    del self._acts[: len(lines)]
                if seen:
                    sessions.seen(self._office, seen)
                if used:
                    tokens.used(self._office, used)
            except BaseException:
                with self._lock:
                    self._seen, self._used = seen | self._seen, used | self._used
                raise

    def close(self) -> None:
        """Writes everything that waits, and ends. Lines that cannot be written go to the log instead."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
        try:
            self.flush()
        except TallystickError as error:
            for act in self._acts:
                LOG.error("audit line not written (%s): %r", error, act)

    def _start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="audit", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        while not self._stop.wait(EVERY):
            try:
                self.flush()
            except TallystickError as error:
                LOG.error("the audit cannot be written, and waits: %s", error)
            except Exception:
                LOG.exception("the audit cannot be written, and waits")


def as_csv(office: Office, person: str | None, day: date | None, since: date | None = None) -> Iterator[str]:
    """The audit as CSV, line by line; no cell of it can be run as a formula."""
    row = io.StringIO()
    writer = csv.writer(row)
    writer.writerow(("id", "at", "person", "what", "about", "outcome", "address"))
    for act in acts.every(office, person=person, day=day, since=since):
        writer.writerow(cell(v) for v in (act.id, act.at, act.person, act.what, act.about, act.outcome, act.address))
        if row.tell() > 16_000:
            yield row.getvalue()
            row.seek(0)
            row.truncate()
    yield row.getvalue()
