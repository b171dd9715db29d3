"""Passwords: what may be one, and its argon2 hash (RFC 9106)."""

from __future__ import annotations

import threading
import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from tallystick.errors import BadAccount

LEAST, MOST = 12, 1024
"""Characters. Length is what counts (NIST SP 800-63B-4): no rules on digits and signs."""

HASHER = PasswordHasher(time_cost=3, memory_cost=65536, parallelism=4)
"""RFC 9106's second recommended option: three passes over 64 MiB."""

# Each takes 64 MiB: forty people who sign in at once must not take 2.5 GiB.
_AT_ONCE = threading.BoundedSemaphore(2)


def make(password: str, name: str) -> str:
    """The hash of a new password for that account. Raises BadAccount for one that is too easy to guess."""
    text = _normal(password)
    if not LEAST <= len(text) <= MOST:
        raise BadAccount(
            f"a password has {LEAST} to {MOST:,} characters, and this one {len(text):,}. Four unrelated words will do."
        )
    besides = len(text) - (len(name) if name.casefold() in text.casefold() else 0)
    if len(set(text)) < 5 or besides < 8:
        raise BadAccount(
            "this password is too easy to guess: it repeats itself, or holds the name. Four unrelated words will do."
        )
    with _AT_ONCE:
        return HASHER.hash(text)


def right(password: str, kept: str | None) -> bool:
    """Whether it is the password with that hash. Without a hash it takes as long, and is not."""
    text = _normal(password)[: MOST + 1]
    with _AT_ONCE:
        try:
            return HASHER.verify(kept or _nobodys(), text) and kept is not None
        except (VerificationError, InvalidHashError):
            return False


def outdated(kept: str) -> bool:
    """Whether the hash was made with other parameters than those of today."""
    return HASHER.check_needs_rehash(kept)


def again(password: str) -> str:
    """The hash of a password that was right, with the parameters of today."""
    with _AT_ONCE:
        return HASHER.hash(_normal(password))


def ready() -> None:
    """Makes the hash that unknown names are measured against, so that not even the first of them takes longer."""
    _nobodys()


@cache
def _nobodys() -> str:
    return HASHER.hash("the password of no account at all")


def _normal(password: str) -> str:
    # Keyboards differ in how they compose é: NFKC makes them the same.
    return unicodedata.normalize("NFKC", password)
