"""Verb and noun frames: what befell whom, by whose hand."""

from __future__ import annotations

from dataclasses import dataclass

from tallystick.model.mentions import Reason
from tallystick.model.syntax import Parse, Token
from tallystick.model.values import Measure


@dataclass(frozen=True, slots=True)
class Frame:
    """A word that names a measure, with those it befell and those who did it (heads of their phrases)."""

    measure: Measure
    trigger: Token
    counted: tuple[Token, ...]
    actors: tuple[Token, ...] = ()
    negated: bool = False
    reasons: tuple[Reason, ...] = ()


def find_frames(parse: Parse) -> tuple[Frame, ...]:
    """Every measure frame of a sentence, in text order."""
    return ()
