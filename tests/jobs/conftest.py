"""Jobs are tested on both databases, as the ledger is."""

from tests.ledger.conftest import cluster, postgres, where

__all__ = ["cluster", "postgres", "where"]
