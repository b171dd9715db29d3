"""The app: its guard, its pages, its API, and what it answers when something is wrong."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from functools import cache

from fastapi import APIRouter, Depends, FastAPI, Response
from fastapi.staticfiles import StaticFiles
from starlette.routing import BaseRoute
from starlette.types import Scope

from tallystick.serve import api, openapi, pages, problems, rendering
from tallystick.serve.api import assist as assist_api
from tallystick.serve.guard import Guard
from tallystick.serve.pages import assist as assist_pages
from tallystick.serve.service import Service, open_service
from tallystick.serve.settings import Settings
from tallystick.serve.stopping import heeded
from tallystick.serve.strict import strict
from tallystick.version import __version__


def make_app(settings: Settings, *, now: Callable[[], datetime] | None = None) -> FastAPI:
    """The app over the settings' ledger. now is the clock for everything that is recorded; tests give their own.

    Raises NoLedger in shared mode, LedgerError where the ledger cannot be opened, BadSettings.
    """
    return app_over(open_service(settings, now))


def app_over(at: Service) -> FastAPI:
    """The app over a service that is open already. The service is closed when the app is."""

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        with heeded(at.stopping):
            yield
        at.close()

    app = FastAPI(
        title="Tallystick",
        version=__version__,
        summary="An auditable ledger of who said how many.",
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
        lifespan=life,
    )
    app.state.service = at
    problems.install(app)
    openapi.install(app)
    app.router.routes.extend(_routes(assisted=at.settings.assist is not None))
    app.mount("/static", _Static(directory=str(rendering.STATIC)))
    app.add_middleware(Guard, at=at, failed=problems.unforeseen)
    return app


@cache
def _routes(assisted: bool) -> tuple[BaseRoute, ...]:
    """The pages and the API: nothing of them is one app's, and making them takes a fifth of a second.

    assisted: whether a model is set up; without one, nothing leads to one.
    """
    made = APIRouter()
    for router in (*pages.ROUTERS, *((assist_pages.router,) if assisted else ())):
        made.include_router(router, include_in_schema=False)
    v1 = APIRouter(prefix="/api/v1", dependencies=[Depends(strict)])
    for router in (*api.ROUTERS, *((assist_api.router,) if assisted else ())):
        v1.include_router(router)
    made.include_router(v1)
    return tuple(made.routes)


class _Static(StaticFiles):
    """Our own scripts and styles, which a browser may keep: their addresses bear their digests."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        answer = await super().get_response(path, scope)
        if answer.status_code == 200 and b"v=" in scope["query_string"]:
            answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return answer
