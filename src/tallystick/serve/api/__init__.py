"""The REST API, for programs: the same functions as the pages, as JSON. Errors are problem+json."""

from __future__ import annotations

from tallystick.serve.api import (
    accounts,
    asking,
    claims,
    conflicts,
    documents,
    incidents,
    judgements,
    ledger,
    tallies,
    tasks,
)

ROUTERS = (
    accounts.router,
    asking.router,
    claims.router,
    conflicts.router,
    documents.router,
    incidents.router,
    judgements.router,
    ledger.router,
    tallies.router,
    tasks.router,
)
