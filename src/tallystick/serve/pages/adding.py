"""Adding documents, and the long jobs."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.responses import RedirectResponse, Response

from tallystick.errors import BadQuestion, NotAllowed
from tallystick.model.people import Permission, Person, Task, TaskState
from tallystick.office import tasks as kept
from tallystick.serve import clocks, rendering, tasks
from tallystick.serve.identity import Adder, At, Exporter, refuse_blind
from tallystick.serve.service import Service
from tallystick.views.exports import FORMATS

router = APIRouter()
ADDRESSES = 200
"""Addresses that one form takes."""


@router.get("/add")
def form(request: Request, at: At, person: Adder) -> Response:
    """Files and addresses to add."""
    return rendering.page(request, "add.html")


@router.post("/documents")
def add(
    request: Request,
    at: At,
    person: Adder,
    files: Annotated[list[UploadFile] | None, File()] = None,
    addresses: Annotated[str, Form(max_length=100_000)] = "",
    publisher: Annotated[str, Form(max_length=200)] = "",
    published: Annotated[str, Form(max_length=10)] = "",
    follow: Annotated[bool, Form()] = False,
    reconcile: Annotated[bool, Form()] = False,
) -> Response:
    """Takes files and addresses in, and shows the job that reads them."""
    task = take(
        at, person, files or [], addresses.split(), publisher=publisher, published=published, follow=follow,
        reconcile=reconcile,
    )  # fmt: skip
    return RedirectResponse(f"/tasks/{task.id}", 303)


def take(
    at: Service,
    person: Person,
    files: list[UploadFile],
    urls: list[str],
    *,
    publisher: str = "",
    published: str = "",
    follow: bool = False,
    reconcile: bool = True,
) -> Task:
    """The job that adds uploads and addresses. Raises BadQuestion for none, and for what is no address or day."""
    for url in urls:
        if not re.match(r"https?://[^\s/]", url):
            raise BadQuestion(f"{url[:80]!r} is no address of a page. Give https://..., one a line.")
    if len(urls) > ADDRESSES:
        raise BadQuestion(
            f"these are {len(urls):,} addresses; at most {ADDRESSES} are taken at once. Use the command line."
        )
    day = clocks.day(published)
    id, names = kept.new_id(), list[str]()
    for file in files:
        if file.filename:
            name = tasks.file_name(file.filename, names)
            with (tasks.spool(at.settings, id) / name).open("wb") as out:
                while part := file.file.read(1 << 20):
                    out.write(part)
            names.append(name)
    if not names and not urls:
        raise BadQuestion("nothing was given to add. Choose a file, or write an address.")
    given = {
        "files": names, "urls": urls, "publisher": publisher.strip() or None,
        "published": None if day is None else day.isoformat(), "follow": follow, "reconcile": reconcile,
    }  # fmt: skip
    return tasks.start(at, "add", given, by=person.name, id=id)


@router.get("/tasks")
def listed(request: Request, at: At, person: Exporter, after: str | None = None) -> Response:
    """The jobs, those asked for last first."""
    kept.bury(at.office, now=at.now())
    last = kept.named(at.office, after) if after else None
    found = kept.newest(at.office, after=last, most=at.settings.page)
    following = f"/tasks?after={found[-1].id}" if len(found) == at.settings.page else None
    return rendering.page(
        request, "tasks.html", tasks=[tasks.record(one) for one in found], following=following, kinds=tasks.KINDS,
        formats=FORMATS,
    )  # fmt: skip


@router.post("/tasks")
def begin(
    request: Request,
    at: At,
    person: Exporter,
    kind: Annotated[str, Form(max_length=20)],
    format: Annotated[str | None, Form(max_length=40)] = None,
    full: Annotated[bool, Form()] = False,
) -> Response:
    """Begins a job that needs no files."""
    task = tasks.start(at, kind, given_for(at, person, kind, full=full, format=format), by=person.name)
    return RedirectResponse(f"/tasks/{task.id}", 303)


def given_for(
    at: Service, person: Person, kind: str, *, full: bool = False, format: str | None = None
) -> dict[str, object]:
    """What a job is asked to do. Raises NotAllowed where the person may not ask for it."""
    needed = Permission.EXPORT if kind == "export" else Permission.ADD
    if not person.may(needed):
        raise NotAllowed(f"{person.name} ({person.role}) may not start this job. Ask an administrator.")
    if kind == "export":
        refuse_blind(at.settings, person, "an export")
        return {"format": format}
    return {"full": full} if kind == "reconcile" else {}


@router.get("/tasks/{name}")
def one(request: Request, at: At, person: Exporter, name: str) -> Response:
    """One job: how far it is, and what came of it."""
    kept.bury(at.office, now=at.now())
    task = kept.named(at.office, name)
    template = "_task.html" if request.headers.get("hx-request") else "task.html"
    return rendering.page(request, template, task=tasks.record(task), kinds=tasks.KINDS)


@router.post("/tasks/{name}/stop")
def stop(request: Request, at: At, person: Exporter, name: str) -> Response:
    """Stops a job: one's own, or anybody's for an administrator."""
    stopped(at, person, name)
    return RedirectResponse(f"/tasks/{name}", 303)


def stopped(at: Service, person: Person, name: str) -> Task:
    """The job, stopped. Raises UnknownTask, NotAllowed."""
    task = kept.named(at.office, name)
    if task.by != person.name and not person.may(Permission.ADMIN):
        raise NotAllowed(f"this job is {task.by}'s. Only {task.by} or an administrator may stop it.")
    done = kept.stop(at.office, name, now=at.now())
    if task.state is TaskState.RUNNING:
        tasks.wake(at)  # for those that waited behind it
    return done


@router.get("/tasks/{name}/file")
def file(request: Request, at: At, person: Exporter, name: str) -> Response:
    """What an export wrote."""
    return exported(at, person, name)


def exported(at: Service, person: Person, name: str) -> Response:
    """The file of an export. Raises UnknownTask, and NotAllowed for who codes blind."""
    refuse_blind(at.settings, person, "an export")
    return tasks.written(at, kept.named(at.office, name))
