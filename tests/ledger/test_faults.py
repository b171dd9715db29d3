"""A few of the faults that eval.faults inflicts by the hundred: nothing acknowledged is lost, verify does not lie."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest
from eval.faults import FAULTS, runs

from tallystick.errors import StorageFull
from tallystick.ledger import archive
from tallystick.ledger.store import Ledger
from tallystick.ledger.verify import verify
from tests.ledger.reports import NOON, recording


@pytest.mark.parametrize("fault", sorted(FAULTS.keys() - {"command"}))  # tests/jobs/test_intake.py kills that one
def test_a_fault_loses_nothing_that_was_acknowledged_and_verify_tells_the_truth(fault: str) -> None:
    found = list(runs(fault, 2, seed=7))

    assert found == [[], []]


def test_a_disk_that_fills_while_originals_are_archived_leaves_the_ledger_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with Ledger.create(tmp_path / "ledger.db", now=NOON) as ledger:
        with monkeypatch.context() as patched:
            patched.setattr(archive.os, "fsync", no_room)
            with pytest.raises(StorageFull):
                ledger.add([recording(12)], now=NOON, actor="tests 1")

        assert ledger.head().size == 0
        assert not list(tmp_path.glob("**/*.part"))
        ledger.add([recording(12)], now=NOON, actor="tests 1")
        assert verify(ledger).findings == ()
