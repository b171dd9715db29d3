"""Long jobs carried out beside the app: in a process of their own, so that pages stay quick while reports are read.

A task is asked for in the office, and a process is begun that carries out whatever waits there, one after the other.
Stopping ends that process at once: the ledger commits whole transactions only, so that nothing acknowledged is lost.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import re
import shutil
import stat
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, replace
from datetime import UTC, date, datetime, timedelta
from multiprocessing.synchronize import Event
from pathlib import Path
from tempfile import gettempdir
from typing import Any

from fastapi.responses import FileResponse

from tallystick.errors import BadQuestion, BadSettings, TallystickError, UnknownTask
from tallystick.ledger.store import Ledger
from tallystick.model.people import Task, TaskState
from tallystick.model.questions import Question
from tallystick.office import tasks
from tallystick.office.store import Office
from tallystick.processes import begin_worker
from tallystick.serve.service import Job, Service, open_office
from tallystick.serve.settings import Settings

KINDS = {
    "add": "Add documents",
    "reconcile": "Reconcile the ledger",
    "export": "Export",
    "verify": "Verify the ledger",
    "assist": "Ask a language model for proposals",
}
BEAT = 1.0
"""Seconds between two looks at whether the task has been stopped."""
TOLD = 0.5
"""Seconds between two notes of progress."""
KEPT = timedelta(days=7)
"""How long the files of a job that is over are kept."""
NAME = 120
"""Characters of an uploaded file's name that are kept."""

Tell = Callable[..., None]


def start(at: Service, kind: str, given: Mapping[str, Any], *, by: str, id: str | None = None) -> Task:
    """Asks for a task, and begins a process that will carry it out. Raises BadQuestion for a kind there is not."""
    if kind not in KINDS:
        raise BadQuestion(f"there is no job of the kind {kind!r}. Choose among {', '.join(KINDS)}.")
    if kind == "assist" and (at.settings.assist is None or not given.keys() & {"documents", "pairs"}):
        raise BadQuestion("no language model is set up here, or nothing was named to ask it about.")
    made = tasks.ask(at.office, kind, by=by, given=given, now=at.now(), id=id)
    if not any(job.serves for job in at.jobs):
        wake(at)
    return made


def wake(at: Service) -> None:
    """Begins a process that carries out what waits; it ends when nothing does, or with the app."""
    # The process changes its folder while it reads uploads, so that nothing may be named from where we are.
    settings = at.settings
    settled = replace(settings, ledger=_absolute(settings.ledger), office=_absolute(settings.where_office))
    context = multiprocessing.get_context("spawn")
    leaving = context.Event()
    process = context.Process(target=_serve_queue, args=(settled, os.getpid(), leaving))
    process.start()
    at.jobs.append(Job(process, leaving))


def _absolute(where: str) -> str:
    return where if "://" in where else str(Path(where).absolute())


def spool(settings: Settings, task: str) -> Path:
    """The folder of a task's files: uploads on their way in, an export on its way out. Only its id leads there."""
    folder = _spools(settings) / task
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _spools(settings: Settings) -> Path:
    """The folder of these folders: beside a SQLite office, else this user's own among the temporary ones.

    Raises BadSettings where somebody else has made that one: they could change what is read from it.
    """
    beside = _absolute(settings.where_office.removeprefix("sqlite:///"))
    if "://" not in beside:
        return Path(f"{beside}.files")
    if os.name != "posix":
        return Path(gettempdir(), "tallystick-jobs")  # of one user there
    root = Path(gettempdir(), f"tallystick-jobs-{os.geteuid()}")
    root.mkdir(mode=0o700, exist_ok=True)
    found = root.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o077:
        raise BadSettings(
            f"{root} is open to other users of this machine. Remove it, or start the app with TMPDIR set to a folder "
            "of its own."
        )
    return root


def _clear_away(settings: Settings, office: Office) -> None:
    """Removes the files of jobs that have long been over: exports, and uploads that a job never got to."""
    root = _spools(settings)
    if root.is_dir():
        for name in tasks.over_since(office, _now() - KEPT) & {folder.name for folder in root.iterdir()}:
            shutil.rmtree(root / name, ignore_errors=True)


def file_name(name: str | None, taken: Iterable[str] = ()) -> str:
    """A name that an uploaded file may have on our disk: no path, no control characters, nobody else's."""
    bare = re.sub(r"[\x00-\x1f\x7f/\\:]+", "_", (name or "").replace("\\", "/").rsplit("/", 1)[-1]).strip(" .")
    stem, dot, end = (bare or "document").rpartition(".")
    stem, end = (stem, f"{dot}{end[:12]}") if dot else (end, "")
    kept = f"{stem[:NAME]}{end}"
    number = 2
    while kept in set(taken):
        kept, number = f"{stem[:NAME]}-{number}{end}", number + 1
    return kept


def record(task: Task) -> dict[str, Any]:
    """A task as JSON has it."""
    made = {name: value for name, value in asdict(task).items() if name not in ("beat", "given", "result")}
    return made | {
        "given": json.loads(task.given),
        "result": None if task.result is None else json.loads(task.result),
        "over": task.over,
        **{name: value and value.isoformat() for name, value in made.items() if name in ("asked", "started", "ended")},
    }


def written(at: Service, task: Task) -> FileResponse:
    """The file that an export wrote, to be saved. Raises UnknownTask where there is none any more."""
    name = (json.loads(task.result or "null") or {}).get("file")
    path = None if name is None else spool(at.settings, task.id) / name
    if path is None or not path.is_file():
        raise UnknownTask(f"job {task.id} left no file, or it has been cleared away. Export again.")
    return FileResponse(path, filename=f"tallystick-{task.id}.zip", media_type="application/zip")


def _serve_queue(settings: Settings, parent: int, leaving: Event) -> None:
    """A process of its own: carries out what waits until nothing does."""
    begin_worker(parent)
    office = open_office(settings)
    try:
        _clear_away(settings, office)
        while True:
            task = tasks.begin(office, now=_now())
            if task is not None:
                leaving.clear()
                _carry_out(settings, office, task)
            elif tasks.under_way(office) is not None:
                leaving.clear()
                time.sleep(BEAT)  # another process is at it
            elif leaving.is_set():
                return
            else:
                leaving.set()  # and looks once more: whoever asks from now on begins another process
    finally:
        office.close()


def _carry_out(settings: Settings, office: Office, task: Task) -> None:
    last = 0.0

    def tell(**values: Any) -> None:
        nonlocal last
        if time.monotonic() - last >= TOLD:
            last = time.monotonic()
            tasks.progress(office, task.id, now=_now(), **values)

    over = threading.Event()
    threading.Thread(target=_watch, args=(office, task.id, over), daemon=True).start()
    try:
        with Ledger.open(settings.ledger) as ledger:
            result = _WORK[task.kind](ledger, settings, task, json.loads(task.given), tell)
        tasks.end(office, task.id, now=_now(), result=result)
    except TallystickError as error:
        tasks.end(office, task.id, now=_now(), error=f"{type(error).__name__}: {error}")
    except Exception as error:
        tasks.end(office, task.id, now=_now(), error=f"this was not foreseen: {error!r}. Nothing acknowledged is lost.")
    finally:
        over.set()


def _watch(office: Office, task: str, over: threading.Event) -> None:
    """Shows that this process lives, and ends it where the task was stopped."""
    while not over.wait(BEAT):
        if not tasks.progress(office, task, now=_now()) and tasks.named(office, task).state is TaskState.STOPPED:
            os._exit(0)


def _now() -> datetime:
    return datetime.now(UTC)


def _add(ledger: Ledger, settings: Settings, task: Task, given: dict[str, Any], tell: Tell) -> dict[str, Any]:
    from tallystick.jobs import intake
    from tallystick.jobs.inputs import Wanted

    folder = spool(settings, task.id)
    os.chdir(folder)  # so that documents bear their own names, and not where they waited
    published = given.get("published")
    wanted = Wanted(
        published=None if published is None else date.fromisoformat(published),
        publisher=given.get("publisher"),
        follow=bool(given.get("follow")),
    )
    seen = new = 0

    def told(one: Any) -> None:
        nonlocal seen, new
        seen += 1
        new += int(getattr(one, "new", False))
        name = one.name or getattr(one, "url", None) or "a document"
        tell(done=seen, note=f"{name}")

    inputs = [*given.get("files", ()), *given.get("urls", ())]
    tell(done=0, note="Reading")
    done = intake.add(ledger, inputs, now=_now, wanted=wanted, told=told, actor=task.by)
    unread = [{"name": one.name or one.url, "error": one.error, "reason": one.reason} for one in done.unread]
    os.chdir(Path(folder).anchor)
    shutil.rmtree(folder, ignore_errors=True)
    found = {
        "documents": list(done.added.documents),
        "duplicates": list(done.added.duplicates),
        "revisions": [list(pair) for pair in done.added.revisions],
        "claims": done.added.claims,
        "unread": unread,
    }
    if given.get("reconcile", True) and done.added.documents:
        found["reconciled"] = _reconcile(ledger, settings, task, {}, tell)
    return found


def _reconcile(ledger: Ledger, settings: Settings, task: Task, given: dict[str, Any], tell: Tell) -> dict[str, Any]:
    from tallystick.jobs.reconciling import reconcile

    tell(note="Reconciling")
    done = reconcile(ledger, full=bool(given.get("full")), now=_now())
    return {"documents": done.documents, "tallies": done.tallies, "conflicts": done.conflicts, "full": done.full}


def _export(ledger: Ledger, settings: Settings, task: Task, given: dict[str, Any], tell: Tell) -> dict[str, Any]:
    from tallystick.jobs.exporting import export, format_called
    from tallystick.jobs.questions import scope_of

    form = format_called(given["format"])
    folder = spool(settings, task.id)
    tell(note="Writing")
    asked = question_from(given.get("question") or {})
    out = folder / f"tallystick{form.suffix}"
    done = export(ledger, form.name, out, now=_now(), question=asked, policy=given.get("policy"), scope=scope_of(asked))
    packed = folder / "tallystick-export.zip"
    _pack(folder, [*done.files], packed)
    return {"file": packed.name, "rows": done.rows, "loses": list(done.loses), "left_out": list(done.left_out)}


def _pack(folder: Path, files: Iterable[Path], out: Path) -> None:
    from zipfile import ZIP_DEFLATED, ZipFile

    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for file in files:
            inside = sorted(file.rglob("*")) if file.is_dir() else [file]
            for one in inside:
                if one.is_file():
                    archive.write(one, str(one.relative_to(folder)))


def _verify(ledger: Ledger, settings: Settings, task: Task, given: dict[str, Any], tell: Tell) -> dict[str, Any]:
    from tallystick.ledger.verify import verify

    tell(note="Verifying")
    done = verify(ledger, thorough=bool(given.get("thorough", True)))
    return {
        "whole": done.whole,
        "size": done.size,
        "root": done.root.hex(),
        "findings": [{"trouble": one.trouble.value, "note": one.note, "seq": one.seq} for one in done.findings],
        "notes": list(done.notes),
    }


def _assist(ledger: Ledger, settings: Settings, task: Task, given: dict[str, Any], tell: Tell) -> dict[str, Any]:
    from tallystick.jobs import assisting

    if settings.assist is None:
        raise BadQuestion("no language model is set up here any more.")
    asked = 0

    def told(what: str) -> None:
        nonlocal asked
        tell(done=asked, note=f"Asking about {what}")
        asked += 1

    done = assisting.ask_about_all(
        ledger, settings.assist, given.get("documents", ()), int(given.get("pairs", 0)), now=_now, by=task.by, told=told
    )
    return asdict(done)


def question_record(question: Question) -> dict[str, Any]:
    """The given fields of a question, as JSON."""
    made = {name: getattr(question, name) for name in question.__slots__}
    empty = Question()
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in made.items()
        if value != getattr(empty, name)
    }


def question_from(given: Mapping[str, Any]) -> Question:
    """The question that question_record wrote."""
    days = {name: date.fromisoformat(given[name]) for name in ("since", "until", "known_by") if given.get(name)}
    times = {"held_by": datetime.fromisoformat(given["held_by"])} if given.get("held_by") else {}
    measures = {"measures": tuple(given["measures"])} if given.get("measures") else {}
    return Question(**{**given, **days, **times, **measures})


_WORK: dict[str, Callable[[Ledger, Settings, Task, dict[str, Any], Tell], dict[str, Any]]] = {
    "add": _add,
    "reconcile": _reconcile,
    "export": _export,
    "verify": _verify,
    "assist": _assist,
}
