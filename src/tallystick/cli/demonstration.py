"""The demo: what Tallystick makes of the reports that come with it."""

from __future__ import annotations

from tallystick.cli.common import app, console, show


@app.command()
def demo() -> None:
    """Read the example reports that come with Tallystick: an invented incident, told by invented outlets."""
    from tallystick import pipeline
    from tallystick.views.ledger import ledger

    for report in pipeline.examples():
        show(ledger(report, console().width))
