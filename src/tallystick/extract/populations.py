"""Who is counted: nationality, side, status, sex, age, unit."""

from __future__ import annotations

from tallystick.model.claims import Population
from tallystick.model.syntax import Parse, Token


def population_of(head: Token, parse: Parse) -> Population | None:
    """The population that the phrase of a head noun names; None when it names none."""
    return None
