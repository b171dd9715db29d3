"""The demo: what Tallystick makes of the reports that come with it."""

from __future__ import annotations

from tallystick.cli.common import app, console, now, show


@app.command()
def demo() -> None:
    """Make a ledger of the example reports that come with Tallystick: an invented attack, told by invented outlets."""
    from tallystick.jobs.demo import demo as run
    from tallystick.views import demo as views
    from tallystick.views.tallies import Row

    found = run(now=now())
    rows = [Row(one.tally, one.estimate) for one in found.tallies]
    revised = [(one.document, one.before, one.changes) for one in found.done.revised]
    show(views.one_figure(found.report, found.claim))
    show(views.added(found.done.added, revised, found.copied))
    show(*views.ledger(rows, found.series, console().width))
    show(views.onward())
