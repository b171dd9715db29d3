"""Whether two claims rest on different sources."""

from __future__ import annotations

from tallystick.lexicon import fold
from tallystick.model.claims import Claim
from tallystick.reconcile.cues import has_cue, pronouns


def voice(claim: Claim) -> str | None:
    """The innermost source by name, folded, without its article; None where none is named or a pronoun stands."""
    name = claim.attributions[-1].name if claim.attributions else None
    words = [] if name is None else [w for w in fold(name).split() if not has_cue("article", w)]
    return None if not words or (len(words) == 1 and words[0] in pronouns()) else " ".join(words)


def rival_voices(a: Claim, b: Claim) -> bool:
    """True when two named sources speak, and neither name holds the other ("Brandt", "Colonel Brandt")."""
    mine, theirs = voice(a), voice(b)
    return mine is not None and theirs is not None and not (mine in theirs or theirs in mine)


def other_voice(a: Claim, b: Claim) -> bool:
    """True when two claims rest on different sources."""
    return [link.name for link in a.attributions] != [link.name for link in b.attributions]
