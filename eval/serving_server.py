"""The server that eval.serving measures: “tallystick serve --shared” in processes of its own, and what these take.

Processor time and memory are read from /proc, so that they are known on Linux only.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import text

from tallystick.ledger.connection import Database

_PROC = Path("/proc")
_START = 60  # seconds that the server has to say where it is
_STOP = 30


@dataclass(frozen=True, slots=True)
class Usage:
    """Seconds of processor since the processes began, and their resident memory now, in MiB."""

    seconds: float
    mib: float


@dataclass
class Server:
    """A running server. database is PostgreSQL's first process where the ledger lies there and on this machine."""

    process: subprocess.Popen[str]
    address: str
    database: int | None = None
    workers: list[int] = field(default_factory=list)

    def usage(self) -> Usage | None:
        """The server's own processes together; None where that cannot be known."""
        return _together([self.process.pid, *children(self.process.pid)])

    def database_usage(self) -> Usage | None:
        """PostgreSQL's processes together: memory that they share is counted in each. None for SQLite."""
        return None if self.database is None else _together([self.database, *children(self.database)], reaped=True)

    def replaced(self) -> bool:
        """Whether a process of the server ended and another took its place, since this was asked first."""
        now = children(self.process.pid)
        if not self.workers:
            self.workers = now
        return self.process.poll() is not None or not set(self.workers) <= set(now)


def children(pid: int) -> list[int]:
    """The processes that one started and that still run."""
    found: list[int] = []
    for path in _PROC.glob(f"{pid}/task/*/children"):
        with suppress(OSError):
            found += [int(one) for one in path.read_text().split()]
    return found


def _together(pids: list[int], reaped: bool = False) -> Usage | None:
    if not _PROC.is_dir():
        return None
    ticks, pages = 0, 0
    for pid in pids:
        with suppress(OSError):
            fields = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])  # utime and stime: proc(5)
            if reaped and pid == pids[0]:
                ticks += int(fields[13]) + int(fields[14])  # those of its children that have ended
            pages += int(fields[21])
    return Usage(ticks / os.sysconf("SC_CLK_TCK"), pages * os.sysconf("SC_PAGE_SIZE") / 2**20)


@contextmanager
def serving(ledger: str, workers: int, folder: Path, coders: int) -> Iterator[Server]:
    """Starts the server on a free port of this machine, and stops it as Ctrl+C would.

    One limit is raised: all the people sign in from one address. Raises RuntimeError where it does not start.
    """
    config = folder / "serving.toml"
    lines = ["sign_ins_a_minute = 100000"]
    if (office := office_of(ledger, folder)) != ledger:
        lines.append(f'office = "{office}"')
    config.write_text("\n".join(lines) + "\n", encoding="utf-8")
    command = [sys.executable, "-m", "tallystick", "serve", "--shared", "--ledger", ledger, "--port", "0"]
    command += ["--workers", str(workers), "--coders", str(coders), "--config", str(config)]
    with (folder / "errors").open("w+") as errors:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True)
        try:
            assert process.stdout is not None
            said = process.stdout.readline()  # the socket listens by then
            if not said.startswith("Open "):
                process.wait(_START)
                errors.seek(0)
                raise RuntimeError(f"the server did not start: {errors.read()[-2000:]}")
            yield Server(process, said.split()[1].rstrip("/"), _postmaster(ledger))
        finally:
            _stop(process)
            errors.seek(0)
            if told := [line for line in errors.read().splitlines() if line.strip() and "Ctrl+C" not in line]:
                print(f"The server said {len(told):,} lines on standard error, the last: {told[-1][:300]}")


def office_of(ledger: str, folder: Path) -> str:
    """Where the accounts are kept: beside nothing that stays, or in the ledger's PostgreSQL."""
    return ledger if ledger.startswith("postgres") else str(folder / "office.db")


def _stop(process: subprocess.Popen[str]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(_STOP)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    if process.stdout is not None:
        process.stdout.close()


def _postmaster(ledger: str) -> int | None:
    if not ledger.startswith("postgres"):
        return None
    database = Database(ledger)
    try:
        with database.reading() as connection:
            backend = connection.scalar(text("SELECT pg_backend_pid()"))
            with suppress(OSError):  # on another machine
                return int((_PROC / str(backend) / "stat").read_text().rpartition(")")[2].split()[1])
    finally:
        database.close()
    return None
