"""What pairs weigh in their block: the same while it is weighed, and when it is asked for afterwards."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from eval import bulk
from eval.bulk import COUNTRIES, World
from sqlalchemy import select

from tallystick.jobs import relinking
from tallystick.jobs.reconciling import reconcile
from tallystick.jobs.weighing import Board, pairs_of
from tallystick.ledger.computed_tables import block
from tallystick.ledger.store import Ledger
from tallystick.reconcile.clustering import odds_of
from tallystick.reconcile.likeness import weigh

NOW = datetime(2026, 1, 1, tzinfo=UTC)
BLOCKS, TOLD = 10, 100


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """Two countries, with wire reports that several outlets print."""
    with Ledger.create(tmp_path_factory.mktemp("weighing") / "ledger.db", now=NOW) as made:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(bulk, "COUNTRIES", COUNTRIES[:2])
            made.add(list(World(5).recordings(800, NOW)), now=NOW, actor="test")
        reconcile(made, full=True, now=NOW)
        yield made


def test_a_pair_weighs_the_same_when_its_evidence_is_told_as_when_it_was_weighed(ledger: Ledger) -> None:
    rules: set[str] = set()
    compared = 0
    with ledger.reading() as connection:
        for key in connection.scalars(select(block.c.key).distinct().order_by(block.c.key)):
            board = Board(connection, fresh=True)
            board.weigh(key)
            pairs = dict(list(pairs_of(board.weights[key]))[:TOLD])
            told = board.scenes({seq for pair in pairs for seq in pair})
            for setting in (board.setting(key), Board(connection, fresh=True).setting(key)):
                for (i, j), odds in pairs.items():
                    assert odds_of(told[i], told[j], setting) == pytest.approx(odds, abs=1e-12)
                    rules.update(line[0] for line in weigh(told[i], told[j], setting))
                    compared += 1
    assert compared > 1_000
    assert rules >= {"busy-place", "wording"}  # what hangs on the others of the block


def test_fingerprints_read_beforehand_tell_the_same_copies_as_those_read_one_by_one(ledger: Ledger) -> None:
    copied = 0
    with ledger.reading() as connection:
        for key in connection.scalars(select(block.c.key).distinct().order_by(block.c.key).limit(BLOCKS)):
            board, lone = Board(connection, fresh=True), Board(connection, fresh=True)
            board.weigh(key)
            lone.weigh(key)
            told = board.scenes({seq for pair, _ in pairs_of(board.weights[key]) for seq in pair})
            lone.scenes(told)
            board.ready(told)
            for (i, j), _ in pairs_of(board.weights[key]):
                a, b = told[i].document, told[j].document
                link = board.setting(key).copy_of(a, b)
                assert link == lone.setting(key).copy_of(a, b)
                copied += link is not None
    assert copied


def test_what_was_weighed_goes_as_its_country_is_done_without_a_search_for_cycles(ledger: Ledger) -> None:
    def boards() -> int:
        return sum(type(one) is Board for one in gc.get_objects())

    with ledger.reading() as connection:
        blocks = relinking.months(connection, relinking.countries(connection)[0])
        gc.collect()
        gc.disable()
        try:
            before = boards()
            held = Board(connection, fresh=True)
            assert boards() == before + 1
            found = relinking.relink(connection, blocks, ())
            assert found is not None
            assert len(found.ids) > 100
            assert any("score" in link[-1] for link in found.rows["scene_link"])  # settings were asked for
            assert boards() == before + 1
        finally:
            gc.enable()
    del held
