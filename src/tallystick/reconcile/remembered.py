"""The dead of whom a report speaks only because they are honoured, buried or brought home.

"The leader honoured 100 soldiers killed at the front" counts those honoured. That they were killed makes them some of
the dead, and neither the whole toll nor the dead of the day of the ceremony.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from tallystick.lexicon import fold
from tallystick.model.claims import Claim
from tallystick.model.quantities import Figure, Window
from tallystick.reconcile.lattice import Lattice

# "Relatives identified 21 killed": whoever has a name is of the event all the same.
_NAMED = "identified"


def some_of_the_dead(made: Mapping[str, Figure], claims: Mapping[str, Claim], lattice: Lattice) -> dict[str, Figure]:
    """The figures of one report, those whose very number also counts what is done for the dead later being a part."""
    later = {
        (claims[name].count_span.start, claims[name].count_span.end): figure
        for name, figure in made.items()
        if figure.key.measure != _NAMED
        and any(edge.later for edge in lattice.path("measure", figure.key.measure, "killed") or ())
    }
    done = {}
    for name, figure in made.items():
        span = claims[name].count_span
        ceremony = later.get((span.start, span.end)) if figure.key.measure == "killed" else None
        if ceremony is not None:
            key, window = figure.key, figure.key.window
            words = f"{fold(ceremony.quote)} ({figure.document[:8]}:{figure.start})"
            until = Window(None, window.end or figure.published, None, window.end_latest)
            figure = replace(figure, key=replace(key, who=replace(key.who, subset=words), window=until, incident=None))
        done[name] = figure
    return done
