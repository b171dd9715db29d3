"""The demo: a ledger of the reports that come with Tallystick, made anew in a folder that is gone afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import resources
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from tallystick.jobs import intake
from tallystick.jobs.questions import Answer, answers, report_of
from tallystick.jobs.reconciling import Reconciled, reconcile
from tallystick.ledger import queries
from tallystick.ledger.store import Ledger
from tallystick.model.claims import Claim
from tallystick.model.questions import Question
from tallystick.model.records import DocumentRecord
from tallystick.model.report import Report
from tallystick.model.tallies import Series
from tallystick.reconcile.series import series

MAINLY = 0.5
"""The part of a report's words from which on it is told to be another's."""


@dataclass(frozen=True, slots=True)
class Demo:
    """What the ledger makes of the reports. main is the tally most often spoken of, with the only conflict.

    copied are reports that are another's words in the main, with that other and the part of their words that is shared.
    report and claim are one figure as it was read: the one of main that passed through most hands.
    """

    done: intake.Intake
    copied: tuple[tuple[DocumentRecord, DocumentRecord, float], ...]
    reconciled: Reconciled
    tallies: tuple[Answer, ...]
    main: Answer
    series: Series
    report: Report
    claim: Claim


def demo(*, now: datetime) -> Demo:
    """Adds the eight reports to a ledger, reconciles it and asks it. now is when it began."""
    cluster = resources.files("tallystick") / "examples" / "cluster"
    seconds = count()
    with (
        resources.as_file(cluster) as folder,
        TemporaryDirectory(prefix="tallystick-") as place,
        Ledger.open_or_create(str(Path(place) / "demo.db"), now=now) as ledger,
    ):
        # Each capture a second after the last, so that the page captured twice has a before and an after.
        done = intake.add(ledger, [folder], now=lambda: now + timedelta(seconds=next(seconds)))
        reconciled = reconcile(ledger, now=now + timedelta(seconds=next(seconds)))
        with ledger.reading() as connection:
            copied = tuple(
                (
                    queries.document_named(connection, link.a),
                    queries.document_named(connection, link.b),
                    link.containment,
                )
                for link in done.copied
                if link.containment >= MAINLY
            )
            found = tuple(answers(connection, Question()))
            main = found[0]
            passed_on = min(main.tally.figures, key=lambda figure: (-len(figure.chain), str(figure.published)))
            report, claim = report_of(connection, passed_on.id)
    return Demo(done, copied, reconciled, found, main, series(main.tally), report, claim)
