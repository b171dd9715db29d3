"""Which figures take back an earlier one: the same voice says that it was wrong."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from tallystick.lexicon import fold, load
from tallystick.model.claims import Claim, RelationKind
from tallystick.model.quantities import Figure, Key, Window
from tallystick.model.records import figure_id


def with_corrections(made: Sequence[Figure], claims: Mapping[str, Claim]) -> list[Figure]:
    """The figures, oldest first, those that correct one told before by the same voice naming it.

    The one that a report itself sets right, where it says which; else the last that the voice gave for the quantity.
    Of a figure that is taken back all earlier tellings by the voice are: each later one names the one before.
    """
    told: defaultdict[Key, list[Figure]] = defaultdict(list)
    done = []
    within = {f.id: target for f in made if (target := _target(f, claims[f.id])) in claims}
    wrong = set(within.values())  # "a first version said 41; the right figure is 14": 41 takes nothing back
    own = {f.id for f in made if f.id not in within and f.id not in wrong and _says_so(claims[f.id])}
    asked = {_subject(f) for f in made if f.id in own}
    for figure in sorted(made, key=lambda f: (f.published is not None, f.published, f.document, f.start or 0)):
        if figure.id in within:
            figure = replace(figure, revises=within[figure.id])
        done.append(figure)
        if _subject(figure) not in asked:  # nearly all
            continue
        earlier = told[replace(figure.key, window=Window())]
        if figure.id in own:
            voice = [f for f in earlier if _one_voice(f, figure) and (f.low, f.high) != (figure.low, figure.high)]
            if voice:
                done[-1] = replace(figure, revises=voice[-1].id)
        earlier.append(figure)
    gone = _repeats(done)
    return [replace(f, revises=gone[f.id]) if f.id in gone else f for f in done] if gone else done


def _repeats(done: Sequence[Figure]) -> dict[str, str]:
    """Earlier tellings of a figure that is taken back, in a chain from it: the same voice said the same before."""
    targets = {f.revises for f in done if f.revises is not None}
    subjects = {_subject(f) for f in done if f.id in targets}
    some = [f for f in done if subjects and _subject(f) in subjects]
    found: dict[str, str] = {}
    for at, target in enumerate(some):
        if target.id not in targets or target.revises is not None:
            continue
        last, key = target, replace(target.key, window=Window())
        for figure in reversed(some[:at]):
            same = (figure.low, figure.high) == (last.low, last.high) and replace(figure.key, window=Window()) == key
            if same and figure.revises is None and last.id not in found and _one_voice(figure, last):
                found[last.id] = figure.id
                last = figure
    return found


def _subject(figure: Figure) -> tuple[str, str | None]:
    return figure.key.measure, figure.key.incident


def _target(figure: Figure, claim: Claim) -> str | None:
    """The figure of the same report that this one says it replaces."""
    targets = (r.target for r in claim.relations if r.kind is RelationKind.REVISES)
    return next((figure_id(figure.document, target) for target in targets), None)


def _says_so(claim: Claim) -> bool:
    return load("counted").only("revises").any(fold(claim.sentence.text))


def _one_voice(a: Figure, b: Figure) -> bool:
    if a.chain and b.chain and a.source is not None and b.source is not None:
        return fold(a.source) == fold(b.source)  # an outlet that quotes two takes back neither's figure
    if a.publisher is not None and a.publisher == b.publisher:
        return True
    return a.source is not None and b.source is not None and fold(a.source) == fold(b.source)
