"""The policy asked for on the command line, with the ranking of sources that some policies go by."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from tallystick.reconcile.policies import Policy

Ranking = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="For ecc-source-rank: the sources, the most trusted first; a name a line, CSV or TOML (sources = [...]).",
    ),
]


def known(policy: str, ranking: Path | None = None) -> Policy:
    """The policy of that name. Says what is wrong with an unknown name, and what is missing for a ranking."""
    from tallystick.errors import BadTable, UnknownPolicy
    from tallystick.jobs.rankings import ranked, read_ranking
    from tallystick.reconcile.policies import Together

    try:
        found = ranked(policy, () if ranking is None else read_ranking(ranking))
    except UnknownPolicy as error:
        raise typer.BadParameter(str(error)) from error
    except BadTable as error:
        raise typer.BadParameter(f"--ranking: {error}") from error
    if found.together is Together.RANKED and not found.rank:
        raise typer.BadParameter(
            f"{found.name} takes the word of the source that stands first in a ranking, and ranks none itself. Give "
            "yours with --ranking FILE: a name a line, the most trusted first."
        )
    return found


def compared(one: str, other: str, ranking: Path | None = None) -> tuple[Policy, Policy]:
    """Two policies, the ranking given to whichever goes by one; to the first where neither does, which says so."""
    from tallystick.jobs.rankings import RANKED

    first = ranking if one in RANKED or other not in RANKED else None
    return known(one, first), known(other, ranking if other in RANKED else None)
