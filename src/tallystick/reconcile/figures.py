"""Claims of the ledger made ready to reconcile: each with its key, its bounds, its chain, and what binds it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import lru_cache

from tallystick.lexicon import fold, load
from tallystick.model.claims import Attribution, Claim, Factuality, Interest, RelationKind
from tallystick.model.geography import FINENESS
from tallystick.model.quantities import Figure, Key, Link, Where, Who, Window
from tallystick.model.records import Held, Scene, figure_id
from tallystick.model.values import Accumulation, Form, Mod, Number, Precision
from tallystick.reconcile.corrections import with_corrections
from tallystick.reconcile.keys import UNNAMED, UNSAID, facet_of, key_of, role_of
from tallystick.reconcile.kinds import on_top
from tallystick.reconcile.labels import NOBODY
from tallystick.reconcile.lattice import Lattice, load_lattice
from tallystick.reconcile.overtaken import whole_tolls
from tallystick.reconcile.remembered import some_of_the_dead

_BINDING = (Factuality.ASSERTED, Factuality.ACKNOWLEDGED, Factuality.ESTIMATED, Factuality.HEDGED)
_STRICT = (Mod.LESS_THAN,)
# A scene that lasts longer is no one event: sieges and offensives are counted as running totals.
EVENT_DAYS = 10
# Equal numbers from here on are no chance.
_SOME = 2
_UNSAID, _PERSON = Who(), Who(role="person")
_RUNNING = (Form.CARDINAL, Form.ADDITIVE, Form.RANGE, Form.APPROXIMATE)


def figures(
    held: Iterable[Held], incidents: Mapping[str, str] | None = None, lattice: Lattice | None = None
) -> list[Figure]:
    """One figure for each claim, in the order given.

    incidents maps a scene's id to the id of its incident; a scene that it leaves out is an incident of its own.
    Populations that a report leaves out are filled only where its own words leave one choice; Figure.reading says so.
    """
    lattice = lattice or load_lattice()
    incidents = incidents or {}
    documents: defaultdict[str, list[Held]] = defaultdict(list)
    order = []
    for item in held:
        documents[item.document.id].append(item)
        order.append(item.id)
    told = Counter(incidents.values())
    shared = frozenset(incident for incident, scenes in told.items() if scenes > 1)
    made: dict[str, Figure] = {}
    for items in documents.values():
        made.update((f.id, f) for f in _of_document(items, incidents, shared, lattice))
    claims = {item.id: item.claim for items in documents.values() for item in items}
    settled = whole_tolls(_settle(list(made.values()), claims, lattice))
    revised = {f.id: f for f in with_corrections(settled, claims)}
    return [revised[name] for name in dict.fromkeys(order)]


def _incident(item: Held, incidents: Mapping[str, str], shared: frozenset[str], *, sided: bool) -> str | None:
    """The event that a claim is of; None for a running total, and for a side's losses over no few days.

    sided: the claim counts one side's people. What counts nobody's in particular is of an event, if only its own.
    """
    scene = item.scene
    if scene is None or scene.cumulative:
        return None
    incident = incidents.get(scene.id, scene.id)
    return incident if incident in shared or _one_event(scene) or not sided else None


def _side(claim: Claim) -> bool:
    people = claim.population
    return people is not None and people.actor is not None and role_of(people.actor) is None


def _anchored(key: Key, item: Held) -> Key:
    """The key; of a total of nobody in particular and nowhere, one that no other report's can be compared with."""
    if key.incident is None and key.where is None and key.who.actor is None:
        return replace(key, where=Where(f"{UNNAMED}{item.document.id[:8]}", "an unnamed place"))
    return key


def _one_event(scene: Scene) -> bool:
    """True for a scene of few days, or of no day and one town: a month in a province is a stretch of a war."""
    if scene.start is not None and scene.end is not None:
        return (scene.end - scene.start).days <= EVENT_DAYS
    fine = (Precision.POINT, Precision.TOWN, Precision.NEAR, Precision.ADMIN2)
    return scene.start is not None or (scene.place is not None and scene.place.precision in fine)


def _of_document(
    items: Sequence[Held], incidents: Mapping[str, str], shared: frozenset[str], lattice: Lattice
) -> list[Figure]:
    items = sorted(items, key=lambda item: (item.claim.count_span.start, item.claim.span.start, item.claim.id))
    sided = any(_side(item.claim) for item in items)
    made = []
    for item in items:
        own = _side(item.claim) or (sided and item.claim.population is None)
        incident = _incident(item, incidents, shared, sided=own)
        key = _anchored(key_of(item.claim, item.document, item.scene, incident, lattice), item)
        closed = key.measure == "quantity" or lattice.mark(facet_of(key), key.measure, "closed")
        made.append(_figure(item, key, closed=closed))
    by_id = {f.id: f for f in made}
    claims = {item.id: item.claim for item in items}
    for figure in list(made):
        by_id[figure.id] = _filled(figure, claims[figure.id], by_id)
    by_id = some_of_the_dead(_on_top(by_id, claims), claims, lattice)
    sole = _sole_population(by_id.values())
    if sole is not None:
        by_id = {name: _elided(f, claims[name], sole) for name, f in by_id.items()}
    return [by_id[item.id] for item in items]


def _figure(item: Held, key: Key, *, closed: bool) -> Figure:
    claim, document = item.claim, item.document
    count = claim.count
    low, high = _bounds(claim)
    related: defaultdict[RelationKind, list[str]] = defaultdict(list)
    for relation in claim.relations:
        related[relation.kind].append(figure_id(document.id, relation.target))
    return Figure(
        item.id,
        key,
        low,
        high,
        document.id,
        claim.span.text,
        claim.span.start,
        claim.span.end,
        value=count.value,
        form=count.form,
        mod=count.mod,
        comparator=count.comparator,
        typical_low=count.typical_low,
        typical_high=count.typical_high,
        word=_vague(claim),
        soft_high=_soft(claim, high, closed=closed),
        chain=tuple(_link(claim, link) for link in claim.attributions),
        publisher=document.publisher,
        published=document.published,
        said=document.published,
        captured=document.captured_at,
        factuality=claim.factuality,
        interest=claim.interest,
        accumulation=claim.accumulation,
        binds=_binds(claim, low, high),
        official=_official(claim),
        named_list=count.form is Form.NAMED,
        part_of=tuple(related[RelationKind.PART_OF]),
        adds_to=tuple(related[RelationKind.ADDS_TO]),
        total_of=tuple(related[RelationKind.TOTAL_OF]),
        same_as=tuple(related[RelationKind.SAME_AS]),
        sentence=claim.sentence,
    )


def _vague(claim: Claim) -> str | None:
    """The entry of the lexicon of vague words that the figure was read by, "dozens"; None for a number."""
    if claim.count.value is not None:
        return None
    return next((rule.removeprefix("vague/") for rule in claim.rules if rule.startswith("vague/")), None)


def _bounds(claim: Claim) -> tuple[Number | None, Number | None]:
    """The claim's bounds; of a denial, those of what it leaves standing when it denies a limit, else none."""
    count = claim.count
    if claim.factuality is not Factuality.DENIED:
        return count.low, count.high
    if count.value is None:
        return None, None
    if count.mod is Mod.MORE_THAN:  # "denied that more than 20 died": 20 at most
        return None, count.value
    if count.mod is Mod.EQUAL_OR_MORE:
        return None, max(0, count.value - 1)
    if count.mod is Mod.LESS_THAN:
        return count.value, None
    return None, None


def _binds(claim: Claim, low: Number | None, high: Number | None) -> bool:
    if low is None and high is None:
        return False
    if claim.count.unit in (None, "person") and not all(isinstance(n, int) for n in (low, high) if n is not None):
        return False  # "19.3 deaths" is a rate or a mean
    if claim.count.form in (Form.QUESTION, Form.FRACTION) or claim.accumulation is Accumulation.RATE:
        return False
    return claim.factuality in _BINDING or claim.factuality is Factuality.DENIED


def _soft(claim: Claim, high: Number | None, *, closed: bool) -> bool:
    """True for a ceiling that can turn out too low: a bare toll of a running event, "up to"."""
    if high is None or closed or claim.factuality is Factuality.DENIED:
        return False
    if claim.count.mod in _STRICT:
        return False
    if claim.count.mod is Mod.EQUAL_OR_LESS:
        words = fold(claim.count.comparator or "")
        return words in load("counted").words_of("cancellable")
    return claim.count.form in _RUNNING or claim.count.form in (Form.SINGLE, Form.NAMED)


def _link(claim: Claim, link: Attribution) -> Link:
    spans = [span for span in (link.source_span, link.cue) if span is not None]
    if not spans:
        return Link(link.name, link.kind)
    start, end = min(s.start for s in spans), max(s.end for s in spans)
    sentence = claim.sentence
    if sentence.start <= start and end <= sentence.end:
        quote = sentence.text[start - sentence.start : end - sentence.start]
        return Link(link.name, link.kind, quote, start, end)
    first = min(spans, key=lambda s: s.start)
    return Link(link.name, link.kind, first.text, first.start, first.end)


def _official(claim: Claim) -> bool:
    """True when the innermost source speaks for a state, its forces or its services."""
    if not claim.attributions or claim.attributions[-1].name is None:
        return False
    if claim.factuality is Factuality.ACKNOWLEDGED and claim.interest is Interest.OWN_LOSSES:
        return True
    return _of_an_office(claim.attributions[-1].name)


@lru_cache(maxsize=20_000)
def _of_an_office(name: str) -> bool:
    hits = {hit.entry.name for hit in load("counted").only("official", "no-office").find(fold(name))}
    return "official" in hits and "no-office" not in hits


def _filled(figure: Figure, claim: Claim, by_id: Mapping[str, Figure]) -> Figure:
    """The figure with the population of the one it repeats or adds up, where its own words give none."""
    if not _unsaid(figure.key.who) or not _elliptic(claim):
        return figure
    for name in (*figure.same_as, *figure.total_of):
        other = by_id.get(name)
        if other is None or other.key.measure != figure.key.measure:
            continue
        who = replace(other.key.who, subset=None)
        if not _unsaid(who):
            return _with_who(figure, who, f"those counted are taken to be those of “{other.quote}”")
    for other in by_id.values():  # "Six more soldiers": the toll they are added to counts soldiers
        if figure.id in other.adds_to and other.key.measure == figure.key.measure:
            who = replace(other.key.who, subset=None)
            if not _unsaid(who):
                return _with_who(figure, who, f"those counted are taken to be those of “{other.quote}”")
    return figure


def _unsaid(who: Who) -> bool:
    return who == _UNSAID


def _elliptic(claim: Claim) -> bool:
    """True where the words give no population: "11 dead", "the toll rose to 26"."""
    return claim.population is None or fold(claim.population.text) == fold(claim.count_span.text)


def _with_who(figure: Figure, who: Who, note: str) -> Figure:
    return replace(figure, key=replace(figure.key, who=who), reading=figure.reading or note)


def _on_top(by_id: dict[str, Figure], claims: Mapping[str, Claim]) -> dict[str, Figure]:
    """Figures that come on top of one told before in the same scene ("two others") count those few, not the toll."""
    seen: dict[tuple[str, str | None], str] = {}
    done = {}
    for name, figure in by_id.items():
        place = (figure.key.measure, figure.key.incident)
        # "Three others were shot": besides those who died, who were shot as well.
        besides = place in seen or figure.high == 0 or figure.key.measure == "casualties"
        if figure.key.incident and besides and figure.key.who.subset is None and _adds(claims[name]):
            words = f"{fold(figure.quote)} ({figure.document[:8]}:{figure.start})"
            figure = replace(figure, key=replace(figure.key, who=replace(figure.key.who, subset=words)))
        seen.setdefault(place, name)
        done[name] = figure
    return done


def _adds(claim: Claim) -> bool:
    """True where the words set those counted apart from others told of: "two others", "nobody else"."""
    if claim.count.high == 0:
        return load("counted").only("other-than").any(fold(claim.sentence.text))
    return claim.count.mod is not Mod.MORE_THAN and on_top(claim)  # "more than 40" adds nothing


def _sole_population(made: Iterable[Figure]) -> tuple[Who, str] | None:
    """The only population that a report counts, with words for it; None where it counts several or none."""
    found: dict[Who, str] = {}
    for figure in made:
        who = figure.key.who
        if figure.key.unit is None and not _unsaid(who if who.subset is None else replace(who, subset=None)):
            found.setdefault(Who(who.actor, who.status, role=who.role), figure.quote)
    if len(found) != 1:
        return None
    who, words = next(iter(found.items()))
    return (who, words) if who.actor is not None else None


def _elided(figure: Figure, claim: Claim, sole: tuple[Who, str]) -> Figure:
    if figure.key.unit is not None or not _unsaid(figure.key.who) or claim.population is not None:
        return figure
    return _with_who(
        figure, sole[0], f"those counted are taken to be those of “{sole[1]}”, the only ones in the report"
    )


def _settle(made: list[Figure], claims: Mapping[str, Claim], lattice: Lattice) -> list[Figure]:
    """The figures, those of one incident given one place, one time and one name for the same people."""
    groups: defaultdict[str, list[Figure]] = defaultdict(list)
    for figure in made:
        if figure.key.incident is not None:
            groups[figure.key.incident].append(figure)
    changed: dict[str, Figure] = {}
    for group in groups.values():
        where = _finest([f.key.where for f in group if f.key.where is not None], lattice)
        window = _shortest([f.key.window for f in group])
        slack = timedelta(days=lattice.settings.get("event_slack_days", 1))
        actors = _actors(group)
        civil = not any(f.key.who.status == "combatant" or f.key.who.actor for f in group)
        for figure in group:
            deaths = _deaths(figure, group)
            if deaths is not None:
                figure = replace(figure, key=replace(figure.key, measure=deaths.key.measure))
            key = figure.key
            there = where is not None and (key.where is None or _same_place(key.where, where, lattice))
            then = window if window is not None and _same_time(key.window, window, slack) else key.window
            who, note = _named(figure, group, actors, civil=civil)
            if civil and who == _PERSON and claims[figure.id].actor is not None:
                who = Who(role="victim")  # "he killed two people": whoever did it is not counted
            settled = Key(key.measure, who, where if there else key.where, then, key.incident, key.unit)
            if settled != key or (note and not figure.reading):
                figure = replace(figure, key=settled, reading=figure.reading or note)
            changed[figure.id] = figure
    return [changed.get(f.id, f) for f in made]


def _named(
    figure: Figure, group: Sequence[Figure], actors: Mapping[tuple[str | None, str | None], str | None], *, civil: bool
) -> tuple[Who, str | None]:
    """Who a figure of an event counts, and what had to be taken for granted for it."""
    who = figure.key.who
    if figure.key.unit is not None:
        return who, None
    known = actors.get((who.status, who.role))
    if who.actor is None and who.status == "combatant" and known is not None:
        return replace(who, actor=known), f"the {who.role or 'combatant'}s are taken to be those of {known}"
    if who != _UNSAID and who != Who(sex="male"):
        return who, None
    if civil:  # no side is told of: a bare toll counts everyone
        return (_PERSON, None) if who == _UNSAID else (who, None)
    same = {f.key.who: f for f in group if _gives_who(f, figure)}
    if len(same) == 1:
        other = next(iter(same.values()))
        known = actors.get((other.key.who.status, other.key.who.role)) or other.key.who.actor
        note = f"those counted are taken to be those of “{other.quote}”, the same figure for the same event"
        return replace(other.key.who, actor=known), note
    if who == _UNSAID:
        return Who(subset=f"{UNSAID}{figure.source or NOBODY}"), None
    return who, None


def _deaths(figure: Figure, group: Iterable[Figure]) -> Figure | None:
    """The deaths that a report means by its "losses" or "casualties": it gives the same number of dead elsewhere."""
    if figure.key.measure != "casualties" or figure.key.who != _UNSAID or figure.value is None or figure.value < _SOME:
        return None
    return next(
        (
            other
            for other in group
            if other.document == figure.document and other.key.measure == "killed" and other.value == figure.value
        ),
        None,
    )


def _gives_who(other: Figure, figure: Figure) -> bool:
    """True when another figure of the event has the same number and says who is counted."""
    who = other.key.who
    if other.key.unit is not None or other.key.measure != figure.key.measure or who.subset is not None:
        return False
    if other.value is None or other.value != figure.value or other.value <= 1:
        return False
    return who not in (_UNSAID, Who(sex="male"), _PERSON)


def _actors(group: Iterable[Figure]) -> dict[tuple[str | None, str | None], str | None]:
    """The side of each kind of combatant of an event, None where two sides have them."""
    found: dict[tuple[str | None, str | None], str | None] = {}
    for figure in group:
        who = figure.key.who
        if who.actor is not None:
            kind = (who.status, who.role)
            found[kind] = who.actor if found.get(kind, who.actor) == who.actor else None
    return found


def _finest(places: list[Where], lattice: Lattice) -> Where | None:
    """The finest place that some figures give and no other contradicts; the first of equals."""
    return max(places, key=_fineness, default=None)


def _fineness(where: Where) -> float:
    # A place near a town is the same event's place as the town, and says more about where it was.
    near = 0.5 if where.precision == Precision.NEAR else 0.0
    return FINENESS[Precision(where.precision)] + near if where.precision else 0.0


def _same_place(a: Where, b: Where, lattice: Lattice) -> bool:
    return a.node == b.node or lattice.place_path(b, a) is not None


def _shortest(windows: list[Window]) -> Window | None:
    known = [w for w in windows if w.start is not None and w.end is not None]
    return min(known, key=lambda w: ((w.end or w.start) - w.start, w.start), default=None)  # type: ignore[operator]


def _same_time(window: Window, event: Window, slack: timedelta) -> bool:
    """True when a figure of an event is dated loosely enough to be of the event's own day."""
    if event.start is None or event.end is None:
        return False
    after = window.start is not None and window.start > event.end + slack
    before = window.end is not None and window.end < event.start - slack
    return not (after or before)
