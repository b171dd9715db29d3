"""The REST API, for programs: the same functions as the pages, as JSON. Errors are problem+json."""

from __future__ import annotations

from tallystick.serve.api import (
    accounts,
    asking,
    cards,
    claims,
    conflicts,
    documents,
    incidents,
    judgements,
    ledger,
    sources,
    tallies,
    tasks,
)

ROUTERS = (
    accounts.router,
    asking.router,
    cards.router,
    claims.router,
    conflicts.router,
    documents.router,
    incidents.router,
    judgements.router,
    ledger.router,
    sources.router,
    tallies.router,
    tasks.router,
)
