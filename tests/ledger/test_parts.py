"""What is made of an entry beforehand survives the way to another process, and gives the rows that the log tells of."""

from __future__ import annotations

import marshal
from array import array

from hypothesis import given, settings
from hypothesis import strategies as st

from tallystick.ledger.parts import document_part, ordered, part_of
from tallystick.ledger.projections import era_of, in_era, indexed
from tallystick.ledger.store import Ledger
from tallystick.ledger.tables import fingerprint, fingerprints
from tallystick.ledger.written import Text, Thing
from tests.ledger.reports import NOON, recording

signed = st.integers(-(2**63), 2**63 - 1)
hashes = st.lists(signed, max_size=40) | st.lists(st.integers(0, 2**64 - 1), max_size=40)


@given(hashes)
@settings(max_examples=200)
def test_fingerprints_in_eight_bytes_each_are_those_that_were_given(values: list[int]) -> None:
    report = recording(12)
    prints = document_part(Text(report.document, report.text, tuple(values)))[3]

    assert ordered(array("q", prints)) == ordered(values)


def test_what_is_made_of_a_recording_is_plain_values_that_arrive_as_they_were() -> None:
    report = recording(12, 13, url="https://echo.example/a")
    things: list[Thing] = [
        Text(report.document, report.text, report.fingerprints),
        report.capture,
        *report.scenes,
        *report.claims,
    ]
    parts = [part_of(thing) for thing in things]

    assert len(parts) >= 4
    assert None not in parts
    assert marshal.loads(marshal.dumps(parts)) == parts


def test_the_fingerprints_that_are_indexed_stand_under_their_keys(here: str) -> None:
    with Ledger.create(here, now=NOON) as ledger:
        given_ = recording(12)
        ledger.add([given_], now=NOON, actor="tests 1")
        with ledger.reading() as connection:
            kept = {tuple(row) for row in connection.execute(fingerprint.select())}
            (whole,) = connection.execute(fingerprints.select()).all()

    own = ordered(given_.fingerprints)
    assert kept == {(in_era(era_of(0), value), 0) for value in indexed(own)}
    assert len(kept) > 0
    assert whole.document == 0
