"""Coding policies: how one claim's figure becomes low, best and high, under a name and a version.

Each policy approximates rules that a project has published; none is endorsed by it, and each says so in the row.
What the rules make of vague words stands in lexicon/en/vague.toml. A policy is a value, and read() a pure
function, so the same claims under the same policy always give the same row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from tallystick.errors import UnknownPolicy
from tallystick.lexicon import load
from tallystick.model.claims import Claim
from tallystick.model.coding import Toll
from tallystick.model.values import Form, Mod, Number

CAVEAT = "approximation of published rules, not endorsed"


class Disagreement(StrEnum):
    """What several statements of one quantity become."""

    OUTER = "outer"  # the outer range; best is what most say, the earlier of equals
    LOWEST = "lowest"  # the most conservative figure
    MOST_RELIABLE = "most_reliable"  # outer range; best is the lower of the commonest


@dataclass(frozen=True, slots=True)
class Policy:
    """A named, versioned way of coding figures.

    plural is what an unnumbered plural becomes, low and high; some the floor of a vague word that the rules do not
    name. beyond is added to N in "more than N". closed
    says that "at least N" is coded as N with no open end. about is the share by which "about N" may miss. unverified
    says which of its rules are from memory, not checked against what the project has published.
    """

    name: str
    summary: str
    plural: tuple[int, int | None] = (2, None)
    some: int | None = None
    beyond: int = 0
    closed: bool = False
    about: float = 0.0
    disagreement: Disagreement = Disagreement.OUTER
    caveat: str | None = CAVEAT
    unverified: str | None = None

    @property
    def note(self) -> str | None:
        """What the policy is not, and which of its rules nobody has checked; None for our own."""
        return f"{self.caveat}; {self.unverified}" if self.caveat and self.unverified else self.caveat


NEUTRAL = Policy(
    "neutral/1",
    "Figures as written; an open end stays open; vague words give a floor and no best figure.",
    about=0.1,
    caveat=None,
)
"""Our own. "more than 300" is coded from 300 on, as the report rounds; the claim keeps 301."""

ACLED_LIKE = Policy(
    "acled-like/1",
    "One figure, the most conservative: tens are 10, dozens 12, hundreds 100.",
    plural=(3, 3),
    closed=True,
    disagreement=Disagreement.LOWEST,
    unverified="from memory, unverified: unnumbered deaths are 3",
)
"""Where fighting is heavy the rules may say 10 for unnumbered deaths: from memory as well, and not done here."""

AIRWARS_LIKE = Policy(
    "airwars-like/1",
    "Lowest and highest credible figure; dozens are 12 to 24; more than N starts at N + 1.",
    plural=(2, 2),
    beyond=1,
    closed=True,
)

AAN_MINIMUM = Policy(
    "aan-minimum/1",
    "One minimum: an unnumbered plural is 2, several 3, numerous 4, a large number 5, dozens 24.",
    beyond=1,
    some=3,
    unverified='our reading: a vague word that its notes do not name counts like "several"',
)

UCDP_LIKE = Policy(
    "ucdp-like/1",
    "Lowest and highest reliable figure; where none stands out, best is the lower one.",
    closed=True,
    disagreement=Disagreement.MOST_RELIABLE,
    unverified="from memory, unverified: the lower figure is best where none stands out",
)

IBC_LIKE = Policy(
    "ibc-like/1",
    "Minimum and maximum as documented, never inferred; one source alone is provisional.",
    closed=True,
    unverified="from memory, unverified: how unnumbered plurals are entered",
)

POLICIES = {p.name: p for p in (NEUTRAL, ACLED_LIKE, AIRWARS_LIKE, AAN_MINIMUM, UCDP_LIKE, IBC_LIKE)}


def policy(name: str) -> Policy:
    """The policy of that name, with or without its version. Raises UnknownPolicy."""
    found = [p for key, p in POLICIES.items() if name in (key, key.split("/")[0])]
    if not found:
        raise UnknownPolicy(f"there is no policy {name!r}. There are: {', '.join(POLICIES)}.")
    return found[0]


SHARES = ("share", "percent")
"""Units of a share whose whole the report does not state."""


def read(claim: Claim, by: Policy) -> Toll:
    """One claim's figure under a policy. Unknown where the policy does not code such words."""
    count = claim.count
    if count.unit is not None and count.unit.split("/")[0] in SHARES:
        return Toll()  # of an unstated whole: no number of people
    unnumbered = count.form is Form.QUESTION and by is not NEUTRAL  # "an unknown number of"
    if count.form is Form.IMPLICIT_PLURAL or unnumbered:
        floor, ceiling = by.plural
        return Toll(floor, None if by is NEUTRAL else floor, ceiling, (claim.id,), (f"{by.name}:plural",))
    if (reading := _reading(claim, by)) is not None:
        return reading
    low, high, best = count.low, count.high, count.value
    rule = f"{by.name}:{count.form.value}"
    if count.mod in (Mod.MORE_THAN, Mod.EQUAL_OR_MORE) and count.value is not None:
        low = count.value + (by.beyond if count.mod is Mod.MORE_THAN else 0)
        best, high = low, (low if by.closed else count.high)
        rule = f"{by.name}:{count.mod.value.lower()}"
    elif count.mod in (Mod.LESS_THAN, Mod.EQUAL_OR_LESS) and count.value is not None:
        best = high = count.value
        low = best if by.disagreement is Disagreement.LOWEST else count.low
        rule = f"{by.name}:{count.mod.value.lower()}"
    elif count.mod is Mod.APPROX and count.value is not None:
        slack = int(count.value * by.about)
        low, best, high = count.value - slack, count.value, count.value + slack
        rule = f"{by.name}:approx"
    elif count.form is Form.RANGE:
        best = low
        high = low if by.disagreement is Disagreement.LOWEST else high
    elif best is None or count.form is Form.FRACTION:  # a fraction's value is a share, not a number of people
        best = low if low == high else None
    if best is not None:
        low = None if low is None else min(low, best)
        high = None if high is None else max(high, best)
    return Toll(low, best, high, (claim.id,), (rule,))


def add(parts: Sequence[Toll]) -> Toll:
    """The sum of disjoint groups of people. A side that any part leaves open stays open.

    The floor is the exception: people whose number is unknown are none or more, so known floors still add up.
    """
    if len(parts) == 1:
        return parts[0]
    lows = [p.low for p in parts if p.low is not None]
    return Toll(
        sum(lows) if lows else None,
        _sum([p.best for p in parts]),
        _sum([p.high for p in parts]),
        tuple(c for p in parts for c in p.claims),
        tuple(dict.fromkeys(r for p in parts for r in p.rules)),
    )


def combine(statements: Sequence[Toll], by: Policy, rivals: bool = False) -> Toll:
    """One toll from several statements of the same quantity, the earliest first.

    rivals says that the statements are those of different sources: where they differ, an outer range has no best.
    """
    known = [s for s in statements if s.known]
    if len(known) < 2:
        return known[0] if known else (statements[0] if statements else Toll())
    exact = [s for s in known if s.best is not None] or known
    bests = [s.best for s in exact if s.best is not None]
    lows = [n for n in (s.low if s.low is not None else s.best for s in exact) if n is not None]
    highs = [s.high for s in exact]
    best = max(bests, key=lambda n: (bests.count(n), -bests.index(n))) if bests else None
    if by.disagreement is Disagreement.LOWEST and bests:
        best = min(bests)
        lows, highs, bests = [best], [best], [best]
    elif by.disagreement is Disagreement.MOST_RELIABLE and bests:
        best = min(n for n in bests if bests.count(n) == max(map(bests.count, bests)))
    elif rivals and len({(s.low, s.best, s.high) for s in known}) > 1:
        best = None
    if rivals and by.disagreement is not Disagreement.LOWEST:  # each source's ends count, with or without a best
        lows = [n for n in (s.low if s.low is not None else s.best for s in known) if n is not None]
        highs = [s.high for s in known]
    ceilings = [h for h in highs if h is not None]
    high = max([*ceilings, *bests]) if len(ceilings) == len(highs) and ceilings else None
    low = min(lows) if lows else None
    if best is not None and low is not None:
        low = min(low, best)
    claims = tuple(dict.fromkeys(c for s in known for c in s.claims))
    return Toll(low, best, high, claims, tuple(dict.fromkeys(r for s in known for r in s.rules)))


def _sum(numbers: Sequence[Number | None]) -> Number | None:
    known = [n for n in numbers if n is not None]
    return sum(known) if len(known) == len(numbers) else None


def _reading(claim: Claim, by: Policy) -> Toll | None:
    """What the policy's published rules make of a vague word; None where they do not name it."""
    entries = load("vague").entries
    worded = claim.count.form in (Form.VAGUE, Form.ADDITIVE) and claim.count.value is None
    for reason in claim.reasons:
        file, _, name = reason.rule.partition("/")
        if file == "vague" and name in entries and claim.count.value is None:
            ends = (entries[name].get("readings") or {}).get(by.name.split("/")[0])
            if ends:
                high = ends[0] if by.disagreement is Disagreement.LOWEST else (ends[1] if len(ends) > 1 else None)
                return Toll(ends[0], ends[0], high, (claim.id,), (f"{by.name}:{reason.rule}",))
            if worded and by.some is not None:
                floor = max(by.some, int(claim.count.low or 0))
                return Toll(floor, floor, None, (claim.id,), (f"{by.name}:{reason.rule}",))
    return None
