"""What sort of source a name is, and whether two names are one source: yes, no, or nobody can tell from the words.

Two names are one only where the words or the list of aliases (lexicon/en/source_aliases.tsv) say so. "Officials" of two
outlets may be the same people or not: that stays undecided.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from tallystick.lexicon import fold, load, load_rows
from tallystick.model.tallies import Sameness
from tallystick.reconcile.traits import listed


class SourceKind(StrEnum):
    """How a source is named."""

    NONE = "none"  # no source, or a pronoun
    PERSON = "person"  # with a name
    OFFICE = "office"  # an institution: "the army", "the Northern Front"
    ANONYMOUS = "anonymous"  # "two security sources", "residents"


@dataclass(frozen=True, slots=True)
class SourceName:
    """A source as its words name it. key is what is compared: folded, without article, number and rank.

    words are those of the name or of the office. rank is that of a person. office is what a spokesman speaks for, ""
    where the words do not say ("the spokesman"), None for all others. head is the noun of an anonymous source, without
    its plural "s"; definite is True for "the sources".
    """

    kind: SourceKind
    key: str = ""
    shown: str | None = None
    words: frozenset[str] = frozenset()
    rank: frozenset[str] = frozenset()
    office: str | None = None
    head: str = ""
    definite: bool = False


_TOKEN = re.compile(r"[^\W_][\w’'.&-]*")
# What follows these is where a source is or what it does, not what it is called.
_TAIL = re.compile(
    r"\s(?:there|here|in|at|near|from|with|within|inside|outside|on|who|whom|whose|that|which|briefed|speaking|citing|familiar|"
    r"close|based|kept|run)\b.*",
    re.DOTALL,
)
# "A tally kept by the Peace Monitor": whose it is.
_MADE_BY = re.compile(r"\b(?:kept|compiled|made|issued|released|published|run|collected|gathered) by\s(?P<who>.+)")
_ONE_OF = re.compile(r"(?:one|two|some|both|several|many)\sof\s", re.IGNORECASE)
_OF = re.compile(r"\s(?:of|for|to)\s(?:the\s)?", re.IGNORECASE)
_INDEFINITE = re.compile(r"(?:an?|another|one|some|several|two|three|four|five)\s", re.IGNORECASE)
# Anonymous heads that could be anybody, an office's own people among them.
_ANYBODY = frozenset(("official", "source", "officer", "spokesman", "spokeswoman", "spokesperson", "report", "media"))
_ANYBODY_TOO = frozenset(("authoritie", "insider", "leader", "member", "people", "man", "woman", "representative"))


@lru_cache(maxsize=20_000)
def source_name(name: str | None) -> SourceName:
    """The sort of source that a name is."""
    text = " ".join((name or "").split())
    folded = fold(text)
    known = _alias(text)
    initials = len(text) > 1 and text.isupper()  # "US" is no pronoun
    if not folded or (known is None and not initials and folded in _words("of-one-source")):
        return SourceName(SourceKind.NONE)
    if known is not None:
        return SourceName(SourceKind.OFFICE, fold(known), known, frozenset(fold(known).split()), definite=True)
    owner = _MADE_BY.search(text)
    if owner is not None:
        return source_name(owner["who"].split(",")[0])
    text = _ONE_OF.sub("", text, count=1)
    parts = [part.strip() for part in text.split(",") if part.strip()] or [text]
    spoken = next((part for part in parts if _words("speaks-for") & set(fold(part).split())), None)
    office = _spoken_for(spoken) if spoken is not None else None
    person = next((found for part in parts if (found := _person(part, office is not None)) is not None), None)
    if person is not None:
        words, rank = person
        shown = " ".join(words)
        folded_words = tuple(fold(w) for w in words)
        return SourceName(
            SourceKind.PERSON, " ".join(folded_words), shown, frozenset(folded_words), rank, office, definite=True
        )
    if office:
        inner = source_name(office)
        if inner.kind is SourceKind.OFFICE:
            return inner
    return _unnamed(parts[0], office)


def _unnamed(text: str, office: str | None) -> SourceName:
    short = _TAIL.sub("", text)
    before = _OF.split(short)[0]
    tokens = _tokens(before)
    head = fold(tokens[-1]) if tokens else ""
    bare = _bare(before)
    if (
        len(tokens) > 1 and tokens[-1].islower() and head in listed("sources", "document")
    ):  # "KCNA photos": whose they are
        theirs = source_name(" ".join(_tokens(bare)[:-1]))
        if theirs.kind is SourceKind.OFFICE:
            return theirs
    key = fold(_bare(short))
    indefinite = _INDEFINITE.match(short) is not None
    proper = bool(tokens) and any(t[0].isupper() for t in _tokens(bare)) and not tokens[-1].islower()
    if not indefinite and head not in _words("anonymous") and (proper or head in _words("office")):
        return SourceName(SourceKind.OFFICE, key, _bare(short), frozenset(key.split()), definite=True)
    if indefinite and proper and head not in _words("anonymous"):
        return SourceName(SourceKind.OFFICE, key, _bare(short), frozenset(key.split()), definite=False)
    stem = head.removesuffix("s") if len(head) > 3 else head
    definite = fold(text).startswith("the ")
    return SourceName(
        SourceKind.ANONYMOUS, key, text, frozenset(key.split()), office=office, head=stem, definite=definite
    )


def _person(part: str, speaks: bool) -> tuple[tuple[str, ...], frozenset[str]] | None:
    """The words of a person's name and the ranks before it; None where the part names no person."""
    tokens = _tokens(_TAIL.sub("", part))
    ranks = [t for t in tokens if fold(t).rstrip(".") in _words("rank")]
    run: list[str] = []
    for token in reversed(tokens):
        plain = token.removesuffix("’s").removesuffix("'s")
        if fold(plain).rstrip(".") in _words("rank") and not run:
            continue  # "Lee Marr MP"
        if not plain[:1].isupper() or fold(plain).rstrip(".") in _words("rank"):
            break
        run.insert(0, plain)
    institution = _words("office") | listed("sources", "outlet") | _words("anonymous")
    if not run or len(run) > 4 or any(fold(w) in institution for w in run) or any(w.isupper() for w in run):
        return None
    rank = frozenset(fold(r).rstrip(".") for r in ranks)
    given = fold(run[0]) in _given_names()
    if (rank and ranks[0][:1].isupper()) or speaks or (given and len(run) > 1) or (rank and len(run) > 1):
        return tuple(run), rank
    return None


def _spoken_for(part: str) -> str:
    """What a spokesman speaks for: "the army spokesman", "a spokeswoman for the ministry"; "" where not said."""
    tokens = _tokens(part)
    at = next(i for i, t in enumerate(tokens) if fold(t) in _words("speaks-for"))
    before = [t.removesuffix("’s").removesuffix("'s") for t in tokens[:at]]
    before = [t for t in before if fold(t) not in _words("quantity-of-sources")]
    if before:
        return " ".join(before)
    rest = _OF.split(part, maxsplit=1)
    return _TAIL.sub("", rest[1]) if len(rest) > 1 else ""


def compare(a: SourceName, b: SourceName, *, one_document: bool) -> tuple[Sameness, str]:
    """Whether two names are one source, and why. SEVERAL only where the words exclude that they are."""
    kinds = {a.kind, b.kind}
    if SourceKind.NONE in kinds:
        return Sameness.UNDECIDED, "one report names no source"
    if kinds == {SourceKind.PERSON}:
        return _two_persons(a, b, one_document)
    if kinds == {SourceKind.OFFICE}:
        return _two_offices(a, b, one_document)
    if kinds == {SourceKind.ANONYMOUS}:
        return _two_unnamed(a, b, one_document)
    if SourceKind.ANONYMOUS in kinds:
        unnamed, named = (a, b) if a.kind is SourceKind.ANONYMOUS else (b, a)
        if unnamed.head in _ANYBODY or unnamed.head in _ANYBODY_TOO or named.kind is SourceKind.PERSON:
            return Sameness.UNDECIDED, f"“{unnamed.shown}” may be {named.shown}, or somebody else"
        return Sameness.SEVERAL, f"“{unnamed.shown}” is not {named.shown}"
    person, office = (a, b) if a.kind is SourceKind.PERSON else (b, a)
    if person.office and source_name(person.office).key == office.key:
        return Sameness.ONE, f"{person.shown} speaks for {office.shown}"
    if office.words <= person.words:  # "Oro" alone, read as any other name
        both = f"{office.shown} and {person.shown}"
        return (Sameness.ONE, f"{both} are one person") if one_document else (Sameness.UNDECIDED, f"{both} may be one")
    return Sameness.UNDECIDED, f"{person.shown} may speak for {office.shown}"


def _two_persons(a: SourceName, b: SourceName, one_document: bool) -> tuple[Sameness, str]:
    if a.words == b.words:
        return Sameness.ONE, f"both name {a.shown}"
    if not (a.words <= b.words or b.words <= a.words):
        return Sameness.SEVERAL, f"{a.shown} is not {b.shown}"
    if one_document or (a.rank & b.rank):
        return Sameness.ONE, f"{a.shown} and {b.shown} are one person"
    return Sameness.UNDECIDED, f"{a.shown} and {b.shown} may be two people of one name"


def _two_offices(a: SourceName, b: SourceName, one_document: bool) -> tuple[Sameness, str]:
    if a.key == b.key:
        return Sameness.ONE, f"both name {a.shown}"
    if a.words <= b.words or b.words <= a.words:
        if one_document:
            return Sameness.ONE, f"{a.shown} and {b.shown} are one office in this report"
        return Sameness.UNDECIDED, f"{a.shown} and {b.shown} may be one office"
    if _initials(a, b) or _initials(b, a):
        return Sameness.UNDECIDED, f"{a.shown} may be short for {b.shown}, or the other way round"
    return Sameness.SEVERAL, f"{a.shown} is not {b.shown}"


def _two_unnamed(a: SourceName, b: SourceName, one_document: bool) -> tuple[Sameness, str]:
    both = f"“{a.shown}” and “{b.shown}”"
    if one_document:
        if a.key == b.key or (a.head == b.head and (a.definite or b.definite)):
            return Sameness.ONE, f"{both} of one report"
        if a.head != b.head and not {a.head, b.head} & (_ANYBODY | _ANYBODY_TOO):
            return Sameness.SEVERAL, f"{both} are different people"
        return Sameness.UNDECIDED, f"{both} may be the same people"
    if a.head != b.head and not {a.head, b.head} & (_ANYBODY | _ANYBODY_TOO):
        return Sameness.SEVERAL, f"{both} are different people"
    return Sameness.UNDECIDED, f"{both}: two reports, perhaps the same people"


def _initials(short: SourceName, long: SourceName) -> bool:
    letters = (short.shown or "").replace(".", "")
    firsts = "".join(w[0] for w in (long.shown or "").split() if w[:1].isupper())
    return letters.isupper() and len(letters) > 1 and letters == firsts


def _tokens(text: str) -> list[str]:
    return [m[0].rstrip(".’'") if not m[0].isupper() else m[0].rstrip(".") for m in _TOKEN.finditer(text)]


def _bare(text: str) -> str:
    """A phrase without the article, number and "senior" that it opens with."""
    words = text.split()
    while len(words) > 1 and fold(words[0]) in _words("quantity-of-sources"):
        words.pop(0)
    return " ".join(words).strip(" .,;:“”\"'").removesuffix("’s").removesuffix("'s")


def _words(entry: str) -> frozenset[str]:
    return _lists()[entry]


@lru_cache(maxsize=1)
def _lists() -> dict[str, frozenset[str]]:
    entries = load("origins")
    return {entry.name: entries.words_of(entry.name) for entry in entries}


@lru_cache(maxsize=1)
def _given_names() -> frozenset[str]:
    return frozenset(fold(row[0]) for row in load_rows("given_names"))


@lru_cache(maxsize=1)
def _aliases() -> tuple[dict[str, str], dict[str, str]]:
    """Names in any case, and those in capitals (“NIS”), which count only as written."""
    any_case, as_written = {}, {}
    for shown, others in load_rows("source_aliases"):
        for other in (shown, *others.split("|")):
            if other.isupper() and len(other) < 6:
                as_written[other] = shown
            else:
                any_case[fold(other)] = shown
    return any_case, as_written


def _alias(text: str) -> str | None:
    bare = _bare(text)
    any_case, as_written = _aliases()
    return as_written.get(bare) or any_case.get(fold(bare)) or as_written.get(bare.replace(".", ""))
