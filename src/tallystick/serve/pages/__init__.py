"""The pages, for people. Each module has its router; what a page shows comes from jobs/."""

from __future__ import annotations

from tallystick.serve.pages import (
    adding,
    administration,
    cards,
    conflicts,
    dashboard,
    documents,
    incidents,
    quantities,
    review,
    searching,
    signing,
    sources,
)

ROUTERS = (
    adding.router,
    administration.router,
    cards.router,
    conflicts.router,
    dashboard.router,
    documents.router,
    incidents.router,
    quantities.router,
    review.router,
    searching.router,
    signing.router,
    sources.router,
)
