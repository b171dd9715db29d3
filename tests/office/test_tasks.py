"""Long jobs are asked for once, run one at a time, and are never lost sight of."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tallystick.errors import TooManyRequests, UnknownTask
from tallystick.model.people import TaskState
from tallystick.office import tasks
from tallystick.office.store import Office

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_the_oldest_waiting_task_runs_first_and_one_at_a_time(office: Office) -> None:
    first = tasks.ask(office, "verify", by="ada", given={}, now=NOW)
    second = tasks.ask(office, "reconcile", by="ada", given={}, now=NOW + timedelta(seconds=1))
    begun = tasks.begin(office, now=NOW + timedelta(seconds=2))
    assert begun is not None
    assert (begun.id, begun.state) == (first.id, TaskState.RUNNING)
    assert tasks.begin(office, now=NOW + timedelta(seconds=3)) is None
    tasks.end(office, first.id, now=NOW + timedelta(seconds=4), result={"whole": True})
    begun = tasks.begin(office, now=NOW + timedelta(seconds=5))
    assert begun is not None
    assert begun.id == second.id


def test_the_same_wish_twice_is_one_waiting_task(office: Office) -> None:
    once = tasks.ask(office, "reconcile", by="ada", given={"full": False}, now=NOW)
    again = tasks.ask(office, "reconcile", by="ben", given={"full": False}, now=NOW + timedelta(seconds=1))
    other = tasks.ask(office, "reconcile", by="ben", given={"full": True}, now=NOW + timedelta(seconds=2))
    assert once.id == again.id != other.id


def test_progress_of_a_stopped_task_is_refused_and_its_end_changes_nothing(office: Office) -> None:
    name = tasks.ask(office, "reconcile", by="ada", given={}, now=NOW).id
    tasks.begin(office, now=NOW)
    assert tasks.progress(office, name, now=NOW, done=3, total=9, note="three of nine")
    assert tasks.stop(office, name, now=NOW).state is TaskState.STOPPED
    assert not tasks.progress(office, name, now=NOW, done=4)
    tasks.end(office, name, now=NOW, result={})
    kept = tasks.named(office, name)
    assert (kept.state, kept.done, kept.note) == (TaskState.STOPPED, 3, "three of nine")


def test_a_task_whose_process_is_gone_is_stopped_and_lets_the_next_one_run(office: Office) -> None:
    gone = tasks.ask(office, "add", by="ada", given={}, now=NOW)
    tasks.begin(office, now=NOW)
    waiting = tasks.ask(office, "reconcile", by="ada", given={}, now=NOW)
    assert tasks.begin(office, now=NOW + tasks.PATIENCE) is None
    begun = tasks.begin(office, now=NOW + tasks.PATIENCE + timedelta(seconds=1))
    assert begun is not None
    assert begun.id == waiting.id
    assert "its process is gone" in (tasks.named(office, gone.id).error or "")


def test_pages_of_tasks_go_from_the_newest_back_without_gaps(office: Office) -> None:
    made = [
        tasks.ask(office, "verify", by="ada", given={"n": n}, now=NOW + timedelta(seconds=n // 2)) for n in range(7)
    ]
    first = tasks.newest(office, most=4)
    rest = tasks.newest(office, after=first[-1], most=4)
    assert {one.id for one in first} | {one.id for one in rest} == {one.id for one in made}
    assert len(first) + len(rest) == 7


def test_nobody_has_more_than_a_few_tasks_waiting(office: Office) -> None:
    for n in range(tasks.MOST):
        tasks.ask(office, "export", by="ada", given={"n": n}, now=NOW)
    with pytest.raises(TooManyRequests, match="20 jobs of ada are waiting"):
        tasks.ask(office, "export", by="ada", given={"n": -1}, now=NOW)
    tasks.ask(office, "export", by="ben", given={"n": -1}, now=NOW)
    tasks.begin(office, now=NOW)
    tasks.ask(office, "export", by="ada", given={"n": -2}, now=NOW)


def test_an_unknown_task_is_told(office: Office) -> None:
    with pytest.raises(UnknownTask, match="there is no job"):
        tasks.named(office, "0" * 16)
