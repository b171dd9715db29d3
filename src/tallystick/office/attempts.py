"""Failed attempts to sign in, and how long the next one has to wait. Kept in the database: every worker knows of them.

An attempt counts as failed before the password is looked at, and is forgiven when it was right: many at once gain
nothing. Three keys are counted. A name from one address waits soonest and longest. A name from anywhere waits, but
never long: whoever knows a name must not be able to lock its owner out. An address waits after many names, and not
long either: a whole newsroom may have one.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address
from math import ceil
from typing import NamedTuple

from sqlalchemy import delete, insert, select, update

from tallystick.errors import TooManyRequests
from tallystick.office.store import Office
from tallystick.office.tables import attempt, hashed, written


class _Patience(NamedTuple):
    """free failures cost nothing; then the wait doubles from a second up to most seconds."""

    free: int
    most: int

    def wait(self, failures: int) -> timedelta:
        over = failures - self.free
        return timedelta(seconds=0 if over <= 0 else min(self.most, 2 ** min(over - 1, 20)))


_BOTH, _NAME, _ADDRESS = _Patience(3, 900), _Patience(10, 30), _Patience(50, 60)
FORGOTTEN = timedelta(days=1)
"""Failures older than that no longer count."""


def begin(office: Office, name: str, address: str, *, now: datetime) -> None:
    """Counts an attempt. Raises TooManyRequests when it comes too soon; then it is not counted."""
    with office.writing() as connection:
        connection.execute(delete(attempt).where(attempt.c.last < written(now - FORGOTTEN)))
        kept = {
            row.key: row for row in connection.execute(select(attempt).where(attempt.c.key.in_(_keys(name, address))))
        }
        until = max((row.until for row in kept.values()), default="")
        if until > written(now):
            left = ceil((datetime.fromisoformat(until) - now).total_seconds())
            raise TooManyRequests(
                f"too many failed attempts to sign in. Wait {left:,} {'second' if left == 1 else 'seconds'}, and try "
                "again.",
                left,
            )
        for key, patience in _keys(name, address).items():
            failures = kept[key].failures + 1 if key in kept else 1
            wait = patience.wait(failures)
            # Without a wait no moment: one who asked a little earlier, and was let in later, would be told to wait.
            row = {"failures": failures, "last": written(now), "until": written(now + wait) if wait else ""}
            if key in kept:
                connection.execute(update(attempt).where(attempt.c.key == key).values(**row))
            else:
                connection.execute(insert(attempt).values(key=key, **row))


def succeeded(office: Office, name: str, address: str) -> None:
    """Forgives a name its failures, and its address this one attempt: one's own account must not buy guesses at
    others."""
    both, named, addressed = _keys(name, address)
    with office.writing() as connection:
        connection.execute(delete(attempt).where(attempt.c.key.in_([both, named])))
        one = attempt.c.key == addressed, attempt.c.failures > 0
        connection.execute(update(attempt).where(*one).values(failures=attempt.c.failures - 1))


def network(address: str) -> str:
    """What counts as one address: an IPv6 customer has a whole /64."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return f"{IPv6Address(int(found) >> 64 << 64)}/64"
    return str(found)


def _keys(name: str, address: str) -> dict[str, _Patience]:
    folded, address = name.casefold(), network(address)
    return {
        hashed(f"both\0{folded}\0{address}"): _BOTH,
        hashed(f"name\0{folded}"): _NAME,
        hashed(f"address\0{address}"): _ADDRESS,
    }
