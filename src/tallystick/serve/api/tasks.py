"""Long jobs: start, watch (SSE), stop; exports."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response, StreamingResponse
from pydantic import BaseModel, ConfigDict

from tallystick.model.people import Permission, Task, TaskState
from tallystick.office import tasks as kept
from tallystick.serve import tasks
from tallystick.serve.asked import Asking
from tallystick.serve.identity import At, Exporter, still_may
from tallystick.serve.pages.adding import exported, given_for, stopped
from tallystick.serve.service import Service

router = APIRouter(tags=["jobs"])
LOOK = 0.5
"""Seconds between two looks at a job that somebody watches."""
QUIET = 15.0
"""Seconds after which a silent stream says that it still is."""
NAME = r"^[0-9a-f]{16}$"


class TaskOut(BaseModel):
    """One job. total is null while unknown; result's fields depend on the kind."""

    id: str
    kind: str
    by: str
    asked: str
    state: TaskState
    started: str | None
    ended: str | None
    done: int
    total: int | None
    note: str
    given: dict[str, Any]
    result: dict[str, Any] | None
    error: str | None
    over: bool


class TasksOut(BaseModel):
    """A page of jobs, those asked for last first; next is the after of the next page, null on the last."""

    items: list[TaskOut]
    next: str | None


class TaskIn(BaseModel):
    """A job to begin. full: reconcile everything, not only what is new. format: of an export of the whole ledger."""

    model_config = ConfigDict(extra="forbid")
    kind: Literal["reconcile", "export", "verify"]
    full: bool = False
    format: str | None = None


@router.get("/tasks")
def listed(
    at: At,
    person: Exporter,
    after: Annotated[str | None, Query(pattern=NAME)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> TasksOut:
    """The jobs."""
    last = kept.named(at.office, after) if after else None
    found = kept.newest(at.office, after=last, most=limit)
    return TasksOut(items=[task_out(one) for one in found], next=found[-1].id if len(found) == limit else None)


@router.post("/tasks", status_code=202)
def begin(at: At, person: Exporter, wanted: TaskIn, response: Response) -> TaskOut:
    """Begins a job; documents are added at /documents. Its address stands in Location."""
    given = given_for(at, person, wanted.kind, full=wanted.full, format=wanted.format)
    made = tasks.start(at, wanted.kind, given, by=person.name)
    response.headers["Location"] = f"/api/v1/tasks/{made.id}"
    return task_out(made)


@router.post("/exports", status_code=202)
def export(
    at: At,
    person: Exporter,
    asked: Asking,
    response: Response,
    format: Annotated[str, Query(max_length=40, description="A format's name: GET /formats lists them.")],
    policy: Annotated[str | None, Query(max_length=60, description="Instead of the format's own policy.")] = None,
) -> TaskOut:
    """Exports what the filters ask for: a job writes it, and /tasks/{name}/file gives it as a ZIP with its notes."""
    given = given_for(at, person, "export", format=format)
    given |= {"question": tasks.question_record(asked.question), "policy": policy}
    made = tasks.start(at, "export", given, by=person.name)
    response.headers["Location"] = f"/api/v1/tasks/{made.id}"
    return task_out(made)


@router.get("/tasks/{name}")
def one(at: At, person: Exporter, name: str) -> TaskOut:
    """One job."""
    return task_out(kept.named(at.office, name))


@router.post("/tasks/{name}/stop")
def stop(at: At, person: Exporter, name: str) -> TaskOut:
    """Stops a job: one's own, or anybody's for an administrator."""
    return task_out(stopped(at, person, name))


@router.get("/tasks/{name}/file", response_class=Response)
def file(at: At, person: Exporter, name: str) -> Response:
    """What an export wrote, as a ZIP."""
    return exported(at, person, name)


@router.get(
    "/tasks/{name}/events",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}},
)
async def events(request: Request, at: At, person: Exporter, name: str) -> StreamingResponse:
    """The job as it goes on: server-sent events “task”, each the whole job; the stream ends with it, or the app."""
    await run_in_threadpool(kept.named, at.office, name)
    return StreamingResponse(
        _events(request, at, name), media_type="text/event-stream", headers={"Cache-Control": "no-store"}
    )


async def _events(request: Request, at: Service, name: str) -> AsyncIterator[str]:
    told, silent = "", 0.0
    while not at.stopping.is_set() and not await request.is_disconnected():
        task = await run_in_threadpool(kept.named, at.office, name)
        now = json.dumps(tasks.record(task), ensure_ascii=False)
        if now != told:
            told, silent = now, 0.0
            yield f"event: task\ndata: {now}\n\n"
        elif silent >= QUIET:
            silent = 0.0
            yield ": still at it\n\n"
        if task.over or not await run_in_threadpool(still_may, request, Permission.EXPORT):
            return
        await asyncio.sleep(LOOK)
        silent += LOOK


def task_out(task: Task) -> TaskOut:
    """A job as the API gives it."""
    return TaskOut(**tasks.record(task))
