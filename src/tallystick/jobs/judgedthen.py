"""Tallies as people had judged by an earlier time: what was rejected, corrected or put together then, not since.

Only what judgements made or withdrawn since have moved is worked out anew. Which reports tell of one event stays as it
is reconciled now.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from tallystick.jobs import retallying
from tallystick.jobs.retallying import Setting
from tallystick.ledger import codec, lookups, queries, tally_rows
from tallystick.ledger.computed_tables import scene_incident, tally_figure
from tallystick.ledger.filters import Scope
from tallystick.ledger.tables import document, scene
from tallystick.lexicon import fold
from tallystick.model.constraints import Conflict, Interval
from tallystick.model.quantities import Figure
from tallystick.model.questions import Question
from tallystick.model.tallies import Origins, Tally
from tallystick.reconcile.conflicts import diagnose
from tallystick.reconcile.judged import partners
from tallystick.reconcile.labels import label
from tallystick.reconcile.lattice import Lattice
from tallystick.reconcile.systems import system
from tallystick.reconcile.tallying import groups, tally_id

_MOVING = ("claim", "quantity")


@dataclass(frozen=True, slots=True)
class Changed:
    """What judgements have moved since: the ids of tallies as they are now, and what stood for them then."""

    gone: frozenset[str] = frozenset()
    tallies: tuple[Tally, ...] = ()

    def then(self, tally: Tally) -> Tally | None:
        """The tally as it was then; None where there was none."""
        if tally.id not in self.gone:
            return tally
        return next((one for one in self.tallies if one.id == tally.id), None)


def changed(
    connection: Connection,
    held_by: datetime,
    lattice: Callable[[], Lattice],
    origins_of: Callable[[Sequence[Figure]], Origins],
    *,
    most: int,
) -> Changed:
    """The tallies that judgements made or withdrawn since then have moved. most: figures compared for conflicts."""
    now = [one for one in queries.judgements(connection, current=True) if one.about in _MOVING]
    then = [one for one in queries.judgements(connection, held_by=held_by, current=True) if one.about in _MOVING]
    moved = {one.id for one in now} ^ {one.id for one in then}
    if not moved:
        return Changed()
    begins = {name[:8] for one in (*now, *then) if one.id in moved for name in one.subjects}
    begins |= partners([*now, *then], begins)
    own = _documents(connection, begins)
    made = retallying.figures_of(connection, _telling(connection, own), Setting(lattice(), tuple(then)))
    figures = [figure for figure in made if figure.document[:8] in begins]
    before = _tallies(connection, begins, figures)
    rest = [f for tally in before for f in tally.figures if f.document[:8] not in begins]
    told = groups([*rest, *figures])
    whole = [figure for group in told.values() for figure in group]
    clashes: tuple[Conflict, ...] = ()
    if len(whole) <= most:
        clashes = diagnose(system(whole, lattice(), origins=[origins_of(group) for group in told.values()])).conflicts
    tallies = []
    for key, group in told.items():
        names = {figure.id for figure in group}
        mine = tuple(clash for clash in clashes if names & {*clash.figures})
        tallies.append(
            Tally(tally_id(key), key, label(key), tuple(group), origins_of(group), Interval(None, None), mine)
        )
    return Changed(frozenset(tally.id for tally in before), tuple(tallies))


def _documents(connection: Connection, begins: Iterable[str]) -> list[int]:
    found: set[int] = set()
    for name in begins:
        found.update(
            connection.scalars(select(document.c.seq).where(document.c.id >= name, document.c.id < name + "g"))
        )
    return sorted(found)


def _telling(connection: Connection, documents: Sequence[int]) -> list[int]:
    """The documents and all that tell of an event with one of them: how a figure is read can hang on its neighbours."""
    found = set(documents)
    for part in lookups.some(documents):
        here = select(scene.c.seq).where(scene.c.document.in_(part))
        events = select(scene_incident.c.incident).where(scene_incident.c.scene.in_(here))
        scenes = select(scene_incident.c.scene).where(scene_incident.c.incident.in_(events))
        found.update(connection.scalars(select(scene.c.document).where(scene.c.seq.in_(scenes)).distinct()))
    return sorted(found)


def _tallies(connection: Connection, begins: Iterable[str], figures: Iterable[Figure]) -> list[Tally]:
    """The tallies as they are now that hold a figure of these documents, or will hold one of these figures."""
    ids = {tally_id(key) for key in groups(figures)}
    for name in begins:
        own = (tally_figure.c.figure >= name, tally_figure.c.figure < name + "g")
        ids.update(connection.scalars(select(tally_figure.c.tally).where(*own).distinct()))
    return [codec.loads(Tally, body) for body in tally_rows.bodies(connection, sorted(ids)).values()]


def fits(tally: Tally, question: Question, scope: Scope) -> bool:
    """Whether the question asks for the tally, by its key and the words of its figures; known_by is passed over."""
    key = tally.key
    where, window = key.where, key.window
    actors = {fold(name) for name in (question.actor, *scope.actors) if name}
    places = {fold(name) for name in (question.place, *(place.name for place in scope.places)) if name}
    last = window.end_latest or window.end
    outside = (
        (question.measures and key.measure not in question.measures)
        or (actors and fold(key.who.actor or "") not in actors)
        or question.status not in (None, key.who.status)
        or (question.country is not None and (where is None or where.country != question.country.upper()))
        or (places and (where is None or not places & {fold(where.name), fold(where.admin1 or "")}))
        or question.incident not in (None, key.incident)
        or (question.since is not None and last is not None and last < question.since)
        or (question.until is not None and window.start is not None and window.start > question.until)
        or (question.dated_only and window.start is None and last is None)
    )
    return not outside and any(_told(figure, question) for figure in tally.figures)


def _told(figure: Figure, question: Question) -> bool:
    text = fold(figure.sentence.text if figure.sentence is not None else figure.quote)
    return (
        (question.publisher is None or fold(figure.publisher or "") == fold(question.publisher))
        and (question.source is None or fold(question.source) in fold(figure.source or ""))
        and (question.document is None or figure.document.startswith(question.document))
        and all(word in text for word in fold(question.words or "").split())
    )
