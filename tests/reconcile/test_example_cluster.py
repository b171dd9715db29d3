"""The reports that come with the package, from their words to what cannot all be true."""

from __future__ import annotations

from functools import cache

from tallystick.model.quantities import Figure
from tallystick.model.records import DocumentRecord, Held, document_id
from tallystick.model.tallies import Tally
from tallystick.pipeline import examples
from tallystick.reconcile.conflicts import diagnose
from tallystick.reconcile.figures import figures
from tallystick.reconcile.lattice import load_lattice
from tallystick.reconcile.linking import link
from tallystick.reconcile.origins import origins
from tallystick.reconcile.scenes import scenes
from tallystick.reconcile.tallying import tallies


@cache
def cluster() -> tuple[tuple[Tally, ...], tuple[Figure, ...]]:
    """All six reports as one ledger would reconcile them."""
    held, told, records = [], [], []
    for report in examples():
        text = report.document
        name = document_id(text.sha256, text.publisher, text.published)
        record = DocumentRecord(name, text.sha256, text.text_sha256, text.publisher, text.published)
        found = scenes(report, name)
        of = {claim: scene for scene in found for claim in scene.claims}
        held += [Held(claim, record, of.get(claim.id)) for claim in report.claims]
        told += found
        records.append(record)
    linked = link(told, (), (), records)
    incidents = {scene: incident.id for incident in linked.incidents for scene in incident.scenes}
    made = figures(held, incidents, load_lattice())
    return tallies(made, links=linked.links, origins_of=origins, diagnose=diagnose), tuple(made)


def test_the_army_s_eleven_is_what_the_reports_cannot_agree_on() -> None:
    found, made = cluster()
    clashing = [tally for tally in found if tally.conflicts]

    assert [tally.label for tally in clashing] == ["soldiers killed near Ansongo on 12 Mar 2024"]
    values = {figure.id: figure.value for figure in made}
    for conflict in clashing[0].conflicts:
        assert {11, 60} & {values[name] for name in conflict.figures}, conflict.sentence


def test_the_soldiers_toll_gathers_every_report_that_gives_it() -> None:
    found, _ = cluster()
    soldiers = next(tally for tally in found if tally.conflicts)

    assert {11, 17, 26, 60} <= {figure.value for figure in soldiers.figures}
    assert not {3, 40, 8} & {figure.value for figure in soldiers.figures}
    assert len({figure.document for figure in soldiers.figures}) >= 4


def test_the_market_s_civilians_are_another_event_and_agree() -> None:
    found, _ = cluster()
    market = next(tally for tally in found if tally.label == "civilians killed near Ansongo on 13 Mar 2024")

    assert (market.bounds.low, market.bounds.high) == (8, 8)
    assert not market.conflicts


def test_those_who_fled_are_a_growing_total_and_no_contradiction() -> None:
    found, _ = cluster()
    fled = [tally for tally in found if "displaced" in tally.label and not tally.key.measure.startswith("planned")]

    assert fled
    assert not any(tally.conflicts for tally in fled)
