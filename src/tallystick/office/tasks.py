"""Long jobs, as every process of the app sees them: asked for by one, carried out by another, watched by a third.

One runs at a time. A process that carries tasks out shows itself while it works; one that has not for PATIENCE is
taken to be gone, and its task is stopped: what the ledger acknowledged is on the disk, and asking again finishes it.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from tallystick.errors import TooManyRequests, UnknownTask
from tallystick.model.people import Task, TaskState
from tallystick.office.store import Office
from tallystick.office.tables import read, task, written

PATIENCE = timedelta(seconds=90)
MOST = 20
"""Tasks of one person that may wait."""
OPEN = (TaskState.WAITING.value, TaskState.RUNNING.value)


def ask(office: Office, kind: str, *, by: str, given: Mapping[str, Any], now: datetime, id: str | None = None) -> Task:
    """A new task, waiting. Where one of that kind with the same wish waits already, that one.

    Raises TooManyRequests where MOST of this person wait.
    """
    wish = json.dumps(dict(given), sort_keys=True)
    with office.writing() as connection:
        same = connection.execute(
            select(task).where(task.c.state == TaskState.WAITING.value, task.c.kind == kind, task.c.given == wish)
        ).first()
        if same is not None:
            return _task(same)
        mine = (task.c.state == TaskState.WAITING.value) & (task.c.by == by)
        if (connection.scalar(select(func.count()).select_from(task).where(mine)) or 0) >= MOST:
            raise TooManyRequests(f"{MOST} jobs of {by} are waiting. Stop some, or wait until they are done.", 60)
        made = Task(id or new_id(), kind, by, now, wish)
        connection.execute(
            insert(task).values(
                id=made.id, kind=kind, by=by, asked=written(now), given=wish, state=made.state.value, done=0, note=""
            )
        )
    return made


def new_id() -> str:
    """An id that nobody can guess: it stands in addresses."""
    return secrets.token_hex(8)


def begin(office: Office, *, now: datetime) -> Task | None:
    """The oldest waiting task, now running; None while another runs, or where none waits."""
    with office.writing() as connection:
        _bury(connection, now)
        running = connection.scalar(
            select(func.count()).select_from(task).where(task.c.state == TaskState.RUNNING.value)
        )
        if running:
            return None
        row = connection.execute(
            select(task).where(task.c.state == TaskState.WAITING.value).order_by(task.c.asked, task.c.id).limit(1)
        ).first()
        if row is None:
            return None
        at = written(now)
        connection.execute(
            update(task).where(task.c.id == row.id).values(state=TaskState.RUNNING.value, started=at, beat=at)
        )
        return _named(connection, row.id)


def progress(
    office: Office,
    name: str,
    *,
    now: datetime,
    done: int | None = None,
    total: int | None = None,
    note: str | None = None,
) -> bool:
    """Notes how far a running task is. False where it runs no longer: somebody stopped it."""
    told = {"done": done, "total": total, "note": note}
    values = {key: value for key, value in told.items() if value is not None} | {"beat": written(now)}
    with office.writing() as connection:
        running = (task.c.id == name) & (task.c.state == TaskState.RUNNING.value)
        return connection.execute(update(task).where(running).values(values)).rowcount == 1


def end(
    office: Office, name: str, *, now: datetime, result: Mapping[str, Any] | None = None, error: str | None = None
) -> None:
    """Notes that a running task is over: done, or failed where error says why. A stopped one stays stopped."""
    state = TaskState.DONE if error is None else TaskState.FAILED
    given = None if result is None else json.dumps(dict(result))
    with office.writing() as connection:
        connection.execute(
            update(task)
            .where(task.c.id == name, task.c.state == TaskState.RUNNING.value)
            .values(state=state.value, ended=written(now), result=given, error=error)
        )


def stop(office: Office, name: str, *, now: datetime) -> Task:
    """Stops a task that waits or runs; one that is over stays as it is. Raises UnknownTask."""
    with office.writing() as connection:
        connection.execute(
            update(task)
            .where(task.c.id == name, task.c.state.in_(OPEN))
            .values(state=TaskState.STOPPED.value, ended=written(now))
        )
        return _named(connection, name)


def named(office: Office, name: str) -> Task:
    """One task. Raises UnknownTask."""
    with office.reading() as connection:
        return _named(connection, name)


def newest(office: Office, *, after: Task | None = None, most: int = 50) -> list[Task]:
    """Tasks, those asked for last first; after is the last one of the page before."""
    query = select(task).order_by(task.c.asked.desc(), task.c.id.desc()).limit(most)
    if after is not None:
        at = written(after.asked)
        query = query.where((task.c.asked < at) | ((task.c.asked == at) & (task.c.id < after.id)))
    with office.reading() as connection:
        return [_task(row) for row in connection.execute(query)]


def under_way(office: Office) -> Task | None:
    """The task that runs, or the one that waits longest; None where all are over."""
    query = select(task).where(task.c.state.in_(OPEN)).order_by(task.c.state, task.c.asked).limit(1)
    with office.reading() as connection:
        row = connection.execute(query).first()
    return None if row is None else _task(row)


def over_since(office: Office, before: datetime) -> set[str]:
    """The ids of the tasks that were over before then."""
    with office.reading() as connection:
        return set(connection.scalars(select(task.c.id).where(task.c.ended < written(before))))


def bury(office: Office, *, now: datetime) -> None:
    """Stops the tasks whose process has not shown itself for PATIENCE."""
    with office.writing() as connection:
        _bury(connection, now)


def _bury(connection: Connection, now: datetime) -> None:
    connection.execute(
        update(task)
        .where(task.c.state == TaskState.RUNNING.value, task.c.beat < written(now - PATIENCE))
        .values(
            state=TaskState.STOPPED.value,
            ended=written(now),
            error="its process is gone. What was acknowledged is safe; ask for it again to finish.",
        )
    )


def _named(connection: Connection, name: str) -> Task:
    row = connection.execute(select(task).where(task.c.id == name)).first()
    if row is None:
        raise UnknownTask(f"there is no job {name!r}. The list of jobs shows those there are.")
    return _task(row)


def _task(row: Row[Any]) -> Task:
    asked = read(row.asked)
    assert asked is not None
    return Task(
        row.id, row.kind, row.by, asked, row.given, TaskState(row.state), read(row.started), read(row.beat),
        read(row.ended), row.done, row.total, row.note, row.result, row.error,
    )  # fmt: skip
