"""Which documents share their words, and which words: winnowed fingerprints, containment, passages.

A wire report is cut, given a new opening, edited lightly or quoted in part, and each copy would otherwise count as a
source of its own. Winnowing (Schleimer, Wilkerson, Aiken 2003, SIGMOD) keeps the least hash of each run of WINDOW
word 5-grams: every shared run of WORDS + WINDOW - 1 words leaves a common fingerprint in both documents, whatever
stands around it. Measured on planted copies in tests/reconcile/test_copies.py.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from hashlib import blake2b
from itertools import chain, combinations, islice

from tallystick.model.links import CopyLink, Passage
from tallystick.model.text import Span

# Words in a gram, and grams in a window. Every run of eight words that two texts share is found.
WORDS = 5
WINDOW = 4
# The part of the shorter document that must stand in the other one too.
CONTAINED = 0.25
# Fewer fingerprints than this prove nothing: a title, or a name with its office. About ten words.
FEWEST = 3
# A fingerprint in more documents than this is boilerplate (a masthead, "subscribe to our newsletter"), not copy.
COMMON = 50
# Words of a passage worth showing, and of unlike words that may stand inside one (a light edit).
PASSAGE = 8
EDITED = 4
# Places of the first text that are kept of a repeated gram, and tried: a text of one repeated word must end in time.
_KEPT = 64
_TRIED = 8

# Scripts written without spaces between words: each character counts as a word. Thai, Lao, Myanmar, Khmer, kana,
# Han with its extensions; Hangul is written with spaces.
_NO_SPACES = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
)
_WORD = re.compile(rf"[{_NO_SPACES}]|[^\W_{_NO_SPACES}]+")


def fingerprints(text: str) -> tuple[int, ...]:
    """The fingerprints of a text, without repeats, as signed 64-bit integers: the same on every machine.

    Empty for a text of fewer than five words, which nothing can be told by.
    """
    words = [word.lower() for word in _WORD.findall(text)]
    hashes = [_hash(" ".join(gram)) for gram in zip(*(islice(words, i, None) for i in range(WORDS)), strict=False)]
    if len(hashes) <= WINDOW:
        return (min(hashes),) if hashes else ()
    return tuple(dict.fromkeys(map(min, *(islice(hashes, i, None) for i in range(WINDOW)))))


def _hash(gram: str) -> int:
    return int.from_bytes(blake2b(gram.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big", signed=True)


def copies(
    document: str, prints: Collection[int], holders: Mapping[int, Collection[str]], sizes: Mapping[str, int]
) -> tuple[CopyLink, ...]:
    """The documents that share their words with this one, those that share most first, without passages.

    prints are this document's fingerprints, holders the ids of the documents that have each (a look-up may stop at
    COMMON + 1 of them; sets where there are many), sizes how many fingerprints each of those documents has.
    """
    telling = [p for p in prints if len(holders.get(p, ())) <= COMMON]
    common = [p for p in prints if len(holders.get(p, ())) > COMMON]
    shared = Counter(other for p in telling for other in holders.get(p, ()) if other != document)
    found = (
        _link(document, other, count, len(telling), sizes.get(other, 0) - sum(other in holders[p] for p in common))
        for other, count in shared.items()
        if count >= FEWEST
    )
    return tuple(sorted((link for link in found if link is not None), key=lambda link: (-link.containment, link.b)))


def _link(a: str, b: str, count: int, telling: int, others: int) -> CopyLink | None:
    """Two documents that share count fingerprints; telling and others are how many each has but for boilerplate."""
    shorter = min(telling, others)
    containment = min(1.0, count / shorter) if shorter > 0 else 0.0
    return CopyLink(a, b, round(containment, 4), count) if containment >= CONTAINED else None


def with_passages(link: CopyLink, a: str, b: str) -> CopyLink:
    """The link with the passages that prove it, from the texts of its documents."""
    return replace(link, passages=shared(a, b))


def find_copies(texts: Mapping[str, str]) -> tuple[CopyLink, ...]:
    """Every pair of documents, given by their ids, that share their words, with the passages. For a set in memory."""
    prints = {document: fingerprints(text) for document, text in texts.items()}
    found = _pairs(prints, boilerplate(prints.values()))
    return tuple(with_passages(link, texts[link.a], texts[link.b]) for link in found)


def among(prints: Mapping[str, Collection[int]], only: Collection[str] | None = None) -> tuple[CopyLink, ...]:
    """Every pair of documents that share their words, from their fingerprints; a is the one whose id comes first.

    only: pairs of these documents alone are looked for; what is boilerplate still hangs on all.
    """
    common = boilerplate(prints.values())
    asked = prints.keys() if only is None else prints.keys() & set(only)
    return tuple(_pairs({document: prints[document] for document in sorted(asked)}, common))


def _pairs(prints: Mapping[str, Collection[int]], common: Collection[int]) -> list[CopyLink]:
    """Every pair once, a before b in the order given; of one document, those that share most first."""
    names = list(prints)
    shorn = [set(own).difference(common) for own in prints.values()] if common else list(prints.values())
    holders: defaultdict[int, list[int]] = defaultdict(list)
    for number, telling in enumerate(shorn):
        for print_ in telling:
            holders[print_].append(number)
    standing = [set(own).intersection(common) for own in prints.values()] if common else [set()] * len(names)
    sizes = [len(own) for own in prints.values()]
    shared = Counter(chain.from_iterable(combinations(n, 2) for n in holders.values() if len(n) > 1))
    found: list[tuple[int, float, str, CopyLink]] = []
    for (i, j), count in shared.items():
        if count >= FEWEST:
            others = sizes[j] - len(standing[i] & standing[j])
            link = _link(names[i], names[j], count, sizes[i] - len(standing[i]), others)
            if link is not None:
                found.append((i, -link.containment, link.b, link))
    return [entry[-1] for entry in sorted(found, key=lambda entry: entry[:3])]


class Sharing:
    """Which of some documents share their words, looked up where it is asked for.

    common are the fingerprints that are boilerplate: see boilerplate.
    """

    def __init__(self, prints: Mapping[str, Collection[int]], common: Collection[int]) -> None:
        self._own = {document: frozenset(own).difference(common) for document, own in prints.items()}
        self._holders: dict[int, list[str]] | None = None
        self._known: dict[tuple[str, str], CopyLink | None] = {}
        self._near: dict[str, list[str]] = {}

    def link(self, a: str, b: str) -> CopyLink | None:
        """The link between two documents; None where they share too few words."""
        pair = (a, b) if a <= b else (b, a)
        if pair in self._known:
            return self._known[pair]
        if a in self._near or b in self._near:
            return None  # all that share enough with one of them were looked for
        mine, theirs = self._own.get(pair[0]), self._own.get(pair[1])
        return self._linked(pair, len(mine & theirs) if mine and theirs else 0)

    def get(self, document: str, default: Collection[str] = ()) -> Collection[str]:
        """The ids of the documents that share their words with this one."""
        near = self._near.get(document)  # asked for each scene of a document
        if near is None:
            near = self._near[document] = self._sharing(document)
        return near or default

    def _sharing(self, document: str) -> list[str]:
        if self._holders is None:
            self._holders = {}
            for other, own in self._own.items():
                for print_ in own:
                    self._holders.setdefault(print_, []).append(other)
        shared = Counter(chain.from_iterable(map(self._holders.__getitem__, self._own.get(document, ()))))
        return [
            other
            for other, count in shared.items()
            if count >= FEWEST
            and other != document
            and self._linked((document, other) if document <= other else (other, document), count) is not None
        ]

    def _linked(self, pair: tuple[str, str], count: int) -> CopyLink | None:
        """The link of a pair that shares count fingerprints."""
        if pair not in self._known:
            sizes = (len(self._own.get(name, ())) for name in pair)
            self._known[pair] = None if count < FEWEST else _link(*pair, count, *sizes)
        return self._known[pair]


def boilerplate(prints: Iterable[Collection[int]]) -> frozenset[int]:
    """The fingerprints that are in too many of these documents to tell of copying."""
    prints = list(prints)
    if len(prints) <= COMMON:
        return frozenset()
    held = Counter(chain.from_iterable(map(frozenset, prints)))
    return frozenset(print_ for print_, count in held.items() if count > COMMON)


@lru_cache(maxsize=1_024)  # of a report that many print, the same two sentences are held together again and again
def shared_by_sentences(a: str, b: str) -> tuple[Passage, ...]:
    """What shared finds of two sentences."""
    return shared(a, b)


def shared(a: str, b: str, least: int = PASSAGE) -> tuple[Passage, ...]:
    """The passages of at least so many words that two texts share, in the order of the first text.

    Runs with no more than EDITED other words between them, in both texts, are one passage.
    """
    mine, theirs = list(_WORD.finditer(a)), list(_WORD.finditer(b))
    left, right = [m[0].lower() for m in mine], [m[0].lower() for m in theirs]
    passages = []
    for start, other, length, same in _joined(_runs(left, right)):
        if same >= least:
            last = length[0] - 1, length[1] - 1
            passages.append(
                Passage(
                    Span.of(a, mine[start].start(), mine[start + last[0]].end()),
                    Span.of(b, theirs[other].start(), theirs[other + last[1]].end()),
                    same,
                )
            )
    return tuple(passages)


def _runs(left: Sequence[str], right: Sequence[str]) -> list[tuple[int, int, int]]:
    """(start in left, start in right, words) of the longest common runs, each word of right used once, by left."""
    places: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    for i in range(len(left) - WORDS + 1):
        stands = places[tuple(left[i : i + WORDS])]
        if len(stands) < _KEPT:
            stands.append(i)
    runs, j, before = [], 0, 0
    while j + WORDS <= len(right):
        starts = places.get(tuple(right[j : j + WORDS]), ())
        if not starts:
            j += 1
            continue
        # Where the gram stands often, the places after the last run come first: texts mostly keep their order.
        near = sorted(starts, key=lambda i: (i < before, abs(i - before)))[:_TRIED] if len(starts) > 1 else starts
        length, start = max((_extent(left, right, i, j), -n, i) for n, i in enumerate(near))[::2]
        runs.append((start, j, length))
        before, j = start + length, j + length
    return sorted(runs)


def _extent(left: Sequence[str], right: Sequence[str], i: int, j: int) -> int:
    length = WORDS
    while i + length < len(left) and j + length < len(right) and left[i + length] == right[j + length]:
        length += 1
    return length


def _joined(runs: Iterable[tuple[int, int, int]]) -> list[tuple[int, int, tuple[int, int], int]]:
    """Runs put together over light edits: start in left and right, words in left and right, words the same."""
    joined: list[tuple[int, int, tuple[int, int], int]] = []
    for i, j, length in runs:
        if joined:
            start, other, (mine, theirs), same = joined[-1]
            gap, gap_there = i - (start + mine), j - (other + theirs)
            if 0 <= gap <= EDITED and 0 <= gap_there <= EDITED:
                joined[-1] = (start, other, (i + length - start, j + length - other), same + length)
                continue
        joined.append((i, j, (length, length), length))
    return joined
