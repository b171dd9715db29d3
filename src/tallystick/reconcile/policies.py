"""Coding policies: how figures become low, best and high, under a name and a version.

Each policy approximates rules that a project has published; none is endorsed by it, and each says so in the row.
What the rules make of vague words stands in lexicon/en/vague.toml, where each rule comes from in codebooks.py. A
policy is a value, and read() a pure function, so the same claims under the same policy always give the same row.
One table serves both the rows of one report (read, add and combine, here) and a ledger's tallies (estimates.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from tallystick.errors import UnknownPolicy
from tallystick.lexicon import load
from tallystick.model.claims import Claim
from tallystick.model.coding import Toll
from tallystick.model.quantities import Figure
from tallystick.model.values import Form, Mod, Number

CAVEAT = "approximation of published rules, not endorsed"


class Disagreement(StrEnum):
    """What several statements of one quantity become within one report."""

    OUTER = "outer"  # the outer range; best is what most say, the earlier of equals
    LOWEST = "lowest"  # the most conservative figure
    MOST_RELIABLE = "most_reliable"  # outer range; best is the lower of the commonest
    BY_SOURCE = "by_source"  # the whole toll of each source, never added; from the lowest to the highest


class Together(StrEnum):
    """What the current words of several origins become in a ledger."""

    UNION = "union"  # outer range; best only where independent origins agree
    RANGE = "range"  # lowest to highest, no best
    LOWEST = "lowest"  # one figure, the lowest
    MINIMUM = "minimum"  # the lowest, as a floor and nothing else
    RELIABLE = "reliable"  # lowest to highest; best is what most origins say, the lower of equals
    RECENT = "recent"  # the newest word; else what most say; else the lowest
    MAJORITY = "majority"  # what the greatest number of origins say
    RANKED = "ranked"  # the word of the source that stands first in the policy's rank
    DISCUSSION = "discussion"  # a disagreement goes to people
    OFFICIAL = "official"  # the newest word of an official origin
    SIDES = "sides"  # by who suffers, who inflicts and third parties, side by side
    CONSENSUS = "consensus"  # the span that most origins share
    WEIGHTED = "weighted"  # weighted by how near each source came elsewhere
    NAMES = "names"  # names counted, a floor


@dataclass(frozen=True, slots=True)
class Policy:
    """A named, versioned way of coding figures.

    plural is what an unnumbered plural becomes, low and high; some the floor of a vague word that the rules do not
    name. beyond is added to N in "more than N". closed
    says that "at least N" is coded as N with no open end. about is the share by which "about N" may miss. unverified
    says which of its rules are from memory, not checked against what the project has published. together says what
    several origins become in a ledger, measures which measures the rules cover there (None: any), and rank names
    sources for Together.RANKED, the first most trusted. needs_ledger: one report is not enough for it. plain: an
    unnumbered plural or an unknown number has no best figure.
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
    together: Together = Together.UNION
    measures: tuple[str, ...] | None = None
    rank: tuple[str, ...] = ()
    needs_ledger: bool = False
    plain: bool = False

    @property
    def note(self) -> str | None:
        """What the policy is not, what it needs, and which of its rules nobody has checked; None for neutral/1."""
        needs = "needs a ledger" if self.needs_ledger else None
        return "; ".join(part for part in (self.warning, needs) if part) or None

    @property
    def warning(self) -> str | None:
        """What an estimate under it is not, and which of its rules nobody has checked; None for neutral/1."""
        return "; ".join(part for part in (self.caveat, self.unverified) if part) or None

    @property
    def stem(self) -> str:
        """The name without its version: "acled-like"."""
        return self.name.split("/")[0]


NEUTRAL = Policy(
    "neutral/1",
    "Figures as written; an open end stays open; vague words give a floor and no best figure.",
    about=0.1,
    caveat=None,
    plain=True,
)
"""Our own. "more than 300" is coded from 300 on, as the report rounds; the claim keeps 301."""

ACLED_LIKE = Policy(
    "acled-like/1",
    "One figure, the most conservative: tens are 10, dozens 12, hundreds 100.",
    plural=(3, 3),
    closed=True,
    disagreement=Disagreement.LOWEST,
    unverified="unnumbered deaths are 3, where the codebook says 3 or 10 by the scale of the attack",
    together=Together.LOWEST,
    measures=("killed",),
)

AIRWARS_LIKE = Policy(
    "airwars-like/1",
    "Lowest and highest credible figure; dozens are 12 to 24; more than N starts at N + 1.",
    plural=(2, 2),
    beyond=1,
    closed=True,
    disagreement=Disagreement.BY_SOURCE,
    together=Together.RANGE,
    measures=("killed", "wounded"),
)

AAN_MINIMUM = Policy(
    "aan-minimum/1",
    "One minimum: an unnumbered plural is 2, several 3, numerous 4, a large number 5, dozens 24.",
    beyond=1,
    some=3,
    unverified='our reading: a vague word that its notes do not name counts like "several"',
    together=Together.MINIMUM,
    measures=("killed", "captured", "detained"),
)

UCDP_LIKE = Policy(
    "ucdp-like/1",
    "Lowest and highest reliable figure; where none stands out, best is the lower one.",
    closed=True,
    disagreement=Disagreement.MOST_RELIABLE,
    unverified="from memory, unverified: the lower figure is best where none stands out",
    together=Together.RELIABLE,
    measures=("killed",),
)

IBC_LIKE = Policy(
    "ibc-like/1",
    "Minimum and maximum as documented, never inferred; one source alone is provisional.",
    closed=True,
    unverified="from memory, unverified: how unnumbered plurals are entered",
    together=Together.RANGE,
    measures=("killed", "wounded"),
)

GTD_LIKE = Policy(
    "gtd-like/1",
    "The most recent independent word; else what most say; else the lowest; vague words are left blank.",
    closed=True,
    unverified="from memory, unverified: how it chooses among sources",
    together=Together.RECENT,
    measures=("killed", "wounded"),
    needs_ledger=True,
    plain=True,
)

HRDAG_ENUMERATION = Policy(
    "hrdag-enumeration/1",
    "Names counted, for one place and time; refuses everything else, and never estimates the unreported.",
    together=Together.NAMES,
    measures=("killed",),
    needs_ledger=True,
    plain=True,
)

LATEST_OFFICIAL = Policy(
    "latest-official/1",
    "The newest word of an official source, as it was said.",
    about=0.1,
    caveat="our own; official is no judgement of reliability",
    together=Together.OFFICIAL,
    needs_ledger=True,
    plain=True,
)

BOTH_SIDES = Policy(
    "both-sides/1",
    "What the party that suffers says, the party that inflicts, and third parties, side by side.",
    about=0.1,
    caveat="our own",
    together=Together.SIDES,
    needs_ledger=True,
    plain=True,
)

CONSENSUS = Policy(
    "consensus/1",
    "The span that the greatest number of independent origins share.",
    about=0.1,
    caveat="our own, after Marzullo's agreement interval; agreement is no proof",
    together=Together.CONSENSUS,
    needs_ledger=True,
    plain=True,
)

NAMED_LIST_FLOOR = Policy(
    "named-list-floor/1",
    "The longest list of names, as a floor.",
    caveat="our own; a floor, not a total",
    together=Together.NAMES,
    needs_ledger=True,
    plain=True,
)

CATD = Policy(
    "catd/1",
    "The median weighted by how near each source came on other quantities; refused where there are too few.",
    about=0.1,
    caveat="our own, after CATD; in war the errors of sources are partisan, not noise",
    together=Together.WEIGHTED,
    needs_ledger=True,
    plain=True,
)


def _ecc(name: str, summary: str, together: Together) -> Policy:
    return Policy(f"{name}/1", summary, about=0.1, closed=True, together=together, needs_ledger=True, plain=True)


ECC_RANGE = _ecc("ecc-range", "The lowest and the highest number reported.", Together.RANGE)
ECC_MAJORITY = _ecc("ecc-majority", "What the greatest number of origins say; no best on a tie.", Together.MAJORITY)
ECC_SOURCE_RANK = _ecc(
    "ecc-source-rank", "The word of the source that stands first in a ranking that you give.", Together.RANKED
)
ECC_DISCUSSION = _ecc(
    "ecc-team-discussion", "One figure where all agree; a disagreement is left to people.", Together.DISCUSSION
)

POLICIES = {
    p.name: p
    for p in (
        NEUTRAL,
        ACLED_LIKE,
        AIRWARS_LIKE,
        AAN_MINIMUM,
        UCDP_LIKE,
        IBC_LIKE,
        GTD_LIKE,
        HRDAG_ENUMERATION,
        LATEST_OFFICIAL,
        BOTH_SIDES,
        CONSENSUS,
        NAMED_LIST_FLOOR,
        ECC_RANGE,
        ECC_MAJORITY,
        ECC_SOURCE_RANK,
        ECC_DISCUSSION,
        CATD,
    )
}


def policy(name: str, *, ledger: bool = False) -> Policy:
    """The policy of that name, with or without its version. ledger says that a whole ledger is at hand.

    Raises UnknownPolicy, also for one that needs a ledger where there is only a report.
    """
    usable = {key: p for key, p in POLICIES.items() if ledger or not p.needs_ledger}
    found = [p for key, p in POLICIES.items() if name in (key, p.stem)]
    if not found:
        raise UnknownPolicy(f"there is no policy {name!r}. There are: {', '.join(usable)}.")
    if found[0].name not in usable:
        raise UnknownPolicy(
            f"{found[0].name} compares sources across reports and needs a ledger. "
            f"For reports one by one there are: {', '.join(usable)}."
        )
    return found[0]


SHARES = ("share", "percent")
"""Units of a share whose whole the report does not state."""


@dataclass(frozen=True, slots=True)
class Stated:
    """What one figure says, whether it comes from a report's claim or from the ledger.

    words are the entries of the lexicon of vague words behind it.
    """

    id: str
    form: Form
    low: Number | None
    high: Number | None
    value: Number | None = None
    mod: Mod | None = None
    unit: str | None = None
    words: tuple[str, ...] = ()


def stated(claim: Claim) -> Stated:
    """What a claim says."""
    entries = load("vague").entries
    names = (reason.rule.partition("/") for reason in claim.reasons)
    words = tuple(name for file, _, name in names if file == "vague" and name in entries)
    c = claim.count
    return Stated(claim.id, c.form, c.low, c.high, c.value, c.mod, c.unit, words)


def read(claim: Claim, by: Policy) -> Toll:
    """One claim's figure under a policy. Unknown where the policy does not code such words."""
    return read_stated(stated(claim), by)


def read_figure(figure: Figure, by: Policy) -> Toll:
    """One figure of the ledger under a policy. Unknown where the policy does not code such words."""
    words: tuple[str, ...] = () if figure.word is None else (figure.word.removeprefix("vague/"),)
    if not words and figure.value is None and figure.form in (Form.VAGUE, Form.ADDITIVE):
        words = _worded(figure.quote)
    f = figure
    return read_stated(Stated(f.id, f.form, f.low, f.high, f.value, f.mod, f.key.unit, words), by)


def _worded(quote: str) -> tuple[str, ...]:
    """The vague word in a quote, the longest first: for figures that do not say which entry matched."""
    text = f" {' '.join(quote.casefold().split())} "
    found = [
        (len(words), name)
        for name, entry in load("vague").entries.items()
        for words in entry.words
        if f" {words} " in text
    ]
    return (max(found)[1],) if found else ()


def read_stated(figure: Stated, by: Policy) -> Toll:
    """What the policy makes of one figure's words."""
    if figure.unit is not None and figure.unit.split("/")[0] in SHARES:
        return Toll()  # of an unstated whole: no number of people
    unnumbered = figure.form is Form.QUESTION and not by.plain  # "an unknown number of"
    if figure.form is Form.IMPLICIT_PLURAL or unnumbered:
        floor, ceiling = by.plural
        return Toll(floor, None if by.plain else floor, ceiling, (figure.id,), (f"{by.name}:plural",))
    if (reading := _reading(figure, by)) is not None:
        return reading
    low, high, best = figure.low, figure.high, figure.value
    rule = f"{by.name}:{figure.form.value}"
    if figure.mod in (Mod.MORE_THAN, Mod.EQUAL_OR_MORE) and figure.value is not None:
        low = figure.value + (by.beyond if figure.mod is Mod.MORE_THAN else 0)
        best, high = low, (low if by.closed else figure.high)
        rule = f"{by.name}:{figure.mod.value.lower()}"
    elif figure.mod in (Mod.LESS_THAN, Mod.EQUAL_OR_LESS) and figure.value is not None:
        best = high = figure.value
        low = best if by.disagreement is Disagreement.LOWEST else figure.low
        rule = f"{by.name}:{figure.mod.value.lower()}"
    elif figure.mod is Mod.APPROX and figure.value is not None:
        slack = int(figure.value * by.about)
        low, best, high = figure.value - slack, figure.value, figure.value + slack
        rule = f"{by.name}:approx"
    elif figure.form is Form.RANGE:
        best = low
        high = low if by.disagreement is Disagreement.LOWEST else high
    elif best is None or figure.form is Form.FRACTION:  # a fraction's value is a share, not a number of people
        best = low if low == high else None
    if best is not None:
        low = None if low is None else min(low, best)
        high = None if high is None else max(high, best)
    return Toll(low, best, high, (figure.id,), (rule,))


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


def _reading(figure: Stated, by: Policy) -> Toll | None:
    """What the policy's published rules make of a vague word; None where they do not name it."""
    if figure.value is not None:
        return None
    entries = load("vague").entries
    worded = figure.form in (Form.VAGUE, Form.ADDITIVE)
    for name in figure.words:
        entry = entries.get(name)
        ends = (entry.get("readings") or {}).get(by.stem) if entry else None
        rule = f"{by.name}:vague/{name}"
        if ends:
            high = ends[0] if by.disagreement is Disagreement.LOWEST else (ends[1] if len(ends) > 1 else None)
            return Toll(ends[0], ends[0], high, (figure.id,), (rule,))
        if worded and by.some is not None:
            floor = max(by.some, int(figure.low or 0))
            return Toll(floor, floor, None, (figure.id,), (rule,))
    return None
