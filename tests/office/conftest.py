"""An office on each backend."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tallystick.ledger.connection import Database
from tallystick.office.store import Office
from tests.ledger.conftest import cluster, postgres, where

__all__ = ["cluster", "postgres", "where"]


@pytest.fixture
def office(where: str) -> Iterator[Office]:
    made = Office.open(Database(where))
    yield made
    made.close()
