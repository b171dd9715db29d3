"""How many in one incident, where sources are kept apart: each source's own whole toll, then the lowest and highest.

A recorder's page quotes many sources on one strike. Their figures are for the same people: they are never added. Of
each source the largest figure for people of any sort counts, since its smaller ones are parts of it or earlier news;
a figure for children or women alone, for people "of those killed", for bodies seen in a picture, or on top of another
one, is no whole toll. No toll is lower than the number of people whom the report names as dead.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from tallystick.lexicon import fold, load
from tallystick.model.claims import Claim, RelationKind
from tallystick.model.coding import Toll
from tallystick.model.values import Form, Number
from tallystick.reconcile.kinds import is_single, is_vague, kind_of, on_top, partitive
from tallystick.reconcile.policies import Policy, read
from tallystick.reconcile.sums import tally
from tallystick.reconcile.voices import voice

_NO_WHOLE = (Form.SINGLE, Form.NAMED, Form.IMPLICIT_PLURAL, Form.UNQUANTIFIED, Form.ADDITIVE, Form.QUESTION)


@dataclass(frozen=True, slots=True)
class _Account:
    """What one source says in one sentence: people of two kinds add up ("27 Vasks and 11 Darros")."""

    toll: Toll
    vague: bool

    @classmethod
    def of(cls, claims: Sequence[Claim], tolls: dict[str, Toll], by: Policy, contested: Collection[str]) -> _Account:
        widest = max(claims, key=lambda c: (not is_vague(c), _size(tolls[c.id])))
        if len(claims) == 1 or all(kind_of(claim).anyone for claim in claims):
            return cls(tolls[widest.id], is_vague(widest))  # "at first four people, then eleven"
        return cls(tally(claims, by, contested)[0], is_vague(widest))

    @property
    def rank(self) -> tuple[bool, Number]:
        """Numbers before words, the larger first."""
        return not self.vague, _size(self.toll)


def by_source(
    claims: Sequence[Claim], by: Policy, contested: Collection[str] = frozenset()
) -> tuple[Toll, tuple[str, ...]] | None:
    """The lowest and highest whole toll of any source, and what was left out and why; None where none gives one.

    claims are those of one measure of one incident, in text order; contested as for sums.tally. The best figure is
    the one that all give, if any. A word without a number ("dozens") counts only where it goes beyond every number.
    """
    tolls = {claim.id: read(claim, by) for claim in claims}
    tolls |= {key: replace(tolls[key], low=None, best=None) for key in tolls if key in contested}
    wholes = [c for c in claims if _whole(c) and _size(tolls[c.id]) and c.count.high != 0]
    said: dict[str | None, list[list[Claim]]] = {}
    for _, sentence in groupby(wholes, key=lambda c: c.sentence):
        here: dict[str | None, list[Claim]] = {}
        for claim in sentence:
            here.setdefault(voice(claim), []).append(claim)
        for source, own in here.items():
            said.setdefault(source, []).append(own)
    chosen = [
        max((_Account.of(own, tolls, by, contested) for own in told), key=lambda a: a.rank) for told in said.values()
    ]
    exact = [account for account in chosen if not account.vague]
    if exact:
        top = max(_size(account.toll) for account in exact)
        chosen = [account for account in chosen if not account.vague or _size(account.toll) > top]
    if not chosen:
        return None
    counted = {claim for account in chosen for claim in account.toll.claims}
    notes = tuple(f"{c.id}: not a source's whole toll of the incident" for c in claims if c.id not in counted)
    return _between([account.toll for account in chosen]), notes


def at_least(toll: Toll, named: int, told_whole: bool) -> Toll:
    """The toll, not lower than the number of people whom the report names as dead.

    told_whole says that some source gives a toll of all: names beyond it raise its ends. Otherwise names are a floor,
    open above, since more may have died than are named.
    """
    if not named or (toll.low is not None and toll.low >= named):
        return toll
    rules = (*toll.rules, f"{named} people named")
    if not told_whole:
        return replace(toll, low=named, best=None, high=None, rules=rules)
    best = None if toll.best is None else max(toll.best, named)
    return replace(toll, low=named, best=best, high=None if toll.high is None else max(toll.high, named), rules=rules)


def _between(tolls: Sequence[Toll]) -> Toll:
    lows = [low for t in tolls if (low := t.low if t.low is not None else t.best) is not None]
    highs = [t.high for t in tolls]
    bests = {t.best for t in tolls}
    low = min(lows) if lows else None
    high = max(h for h in highs if h is not None) if None not in highs else None
    best = bests.pop() if len(bests) == 1 else None
    if low is not None and high is not None and low > high:
        low = high
    return Toll(
        low,
        best,
        high,
        tuple(dict.fromkeys(c for t in tolls for c in t.claims)),
        tuple(dict.fromkeys(r for t in tolls for r in t.rules)),
    )


def _size(toll: Toll) -> Number:
    return next((n for n in (toll.best, toll.low, toll.high) if n is not None), 0)


def _whole(claim: Claim) -> bool:
    """True for a figure that can be all the dead a source knows of."""
    if is_single(claim) or claim.count.form in _NO_WHOLE or partitive(claim) or on_top(claim):
        return False
    if any(r.kind in (RelationKind.PART_OF, RelationKind.ADDS_TO) for r in claim.relations):
        return False
    words = {*fold(claim.measure_span.text).split()} if claim.measure_span is not None else set()
    if words & load("incidents").words_of("seen-dead"):
        return False
    kind = kind_of(claim)
    return not (kind.age or kind.sex)
