"""The log's Merkle tree, as RFC 9162 section 2.1 has it: roots, inclusion proofs, consistency proofs.

Leaves are hashes already. Nothing here stores: a tree is asked for full subtrees through a function, so that proofs
over a million leaves read some twenty nodes. Subtrees of 2**FROZEN leaves and more are kept by the ledger once full:
appending never changes them. Smaller ones are hashed again from their leaves when they are needed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256

FROZEN = 8
"""The lowest level that is kept: 256 leaves, so that a million entries keep some 3,900 nodes."""
BLOCK = 1 << FROZEN

EMPTY = sha256(b"").digest()
"""The root of a tree with no leaves."""

Subtree = Callable[[int, int], bytes]
"""The hash of the full subtree at (level, place): of leaves place * 2**level up to (place + 1) * 2**level."""


def leaf_hash(entry: bytes) -> bytes:
    """The hash of a leaf (RFC 9162, 2.1.1): the zero byte keeps leaves apart from nodes."""
    return sha256(b"\0" + entry).digest()


def join(left: bytes, right: bytes) -> bytes:
    """The hash of a node over two."""
    return sha256(b"\1" + left + right).digest()


def full_root(hashes: Sequence[bytes]) -> bytes:
    """The root over a power of two of hashes of one level."""
    level = list(hashes)
    while len(level) > 1:
        level = [sha256(b"\1" + a + b).digest() for a, b in zip(level[::2], level[1::2], strict=True)]
    return level[0]


def peaks(start: int, end: int) -> Iterator[tuple[int, int]]:
    """The largest full subtrees that cover leaves start..end, left to right, as (level, place)."""
    while start < end:
        level = (end - start).bit_length() - 1
        if start:
            level = min(level, (start & -start).bit_length() - 1)
        yield level, start >> level
        start += 1 << level


def root(size: int, subtree: Subtree) -> bytes:
    """The root of the first size leaves."""
    return _over(0, size, subtree) if size else EMPTY


def _over(start: int, end: int, subtree: Subtree) -> bytes:
    """The hash over leaves start..end, where start is a multiple of the size of the tree below it."""
    folded = None
    for level, place in reversed(list(peaks(start, end))):
        node = subtree(level, place)
        folded = node if folded is None else join(node, folded)
    assert folded is not None
    return folded


def inclusion(seq: int, size: int, subtree: Subtree) -> tuple[bytes, ...]:
    """The audit path of leaf seq in the tree of size leaves (RFC 9162, 2.1.3.1), from the leaf up."""
    if not 0 <= seq < size:
        raise ValueError(f"no leaf {seq} in a tree of {size}")
    return tuple(reversed(_path(seq, 0, size, subtree)))


def _path(seq: int, start: int, end: int, subtree: Subtree) -> list[bytes]:
    """The audit path from the top down."""
    path: list[bytes] = []
    while end - start > 1:
        middle = start + (1 << (end - start - 1).bit_length() - 1)
        if seq < middle:
            path.append(_over(middle, end, subtree))
            end = middle
        else:
            path.append(_over(start, middle, subtree))
            start = middle
    return path


def verify_inclusion(seq: int, size: int, leaf: bytes, path: Sequence[bytes], expected: bytes) -> bool:
    """Whether the path proves that leaf is entry seq of the tree of that size and root (RFC 9162, 2.1.3.2)."""
    if not 0 <= seq < size:
        return False
    fn, sn, computed = seq, size - 1, leaf
    for step in path:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            computed = join(step, computed)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            computed = join(computed, step)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and computed == expected


def consistency(old: int, new: int, subtree: Subtree) -> tuple[bytes, ...]:
    """The proof that the tree of new leaves continues the one of old leaves (RFC 9162, 2.1.4.1)."""
    if not 0 < old <= new:
        raise ValueError(f"no proof leads from {old} leaves to {new}")
    path: list[bytes] = []
    start, end, whole = 0, new, True
    while old != end:
        middle = start + (1 << (end - start - 1).bit_length() - 1)
        if old <= middle:
            path.append(_over(middle, end, subtree))
            end = middle
        else:
            path.append(_over(start, middle, subtree))
            start, whole = middle, False
    if not whole:
        path.append(_over(start, end, subtree))
    return tuple(reversed(path))


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]) -> bool:
    """Whether the path proves that the tree of new_root continues that of old_root (RFC 9162, 2.1.4.2)."""
    if old == new:
        return old_root == new_root and not path
    if not 0 < old < new or not path:
        return False
    steps = list(path)
    if old & (old - 1) == 0:
        steps.insert(0, old_root)
    fn, sn = old - 1, new - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    first = second = steps[0]
    for step in steps[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            first, second = join(step, first), join(step, second)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            second = join(second, step)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and first == old_root and second == new_root


class Growing:
    """A tree that grows at its right edge, and says which nodes became full: those to keep.

    nodes holds the full subtrees on the right edge from level FROZEN up, by level; tail the leaves after them, fewer
    than BLOCK.
    """

    def __init__(self, size: int = 0, edge: Iterable[tuple[int, bytes]] = (), tail: Iterable[bytes] = ()) -> None:
        """size leaves so far; edge their peaks from level FROZEN up, tail the last size % BLOCK leaves."""
        self.size = size
        self._edge = dict(edge)
        self._tail = list(tail)
        if len(self._tail) != size % BLOCK:
            raise ValueError(f"a tree of {size} leaves has {size % BLOCK} after its last full block")

    def append(self, leaves: Sequence[bytes]) -> list[tuple[int, int, bytes]]:
        """Adds leaves. Returns the nodes that became full, as (level, place, hash), lowest first."""
        full: list[tuple[int, int, bytes]] = []
        waiting = self._tail + list(leaves)
        first = self.size - len(self._tail)
        blocks = len(waiting) // BLOCK
        for n in range(blocks):
            place = (first >> FROZEN) + n
            node = full_root(waiting[n * BLOCK : (n + 1) * BLOCK])
            level = FROZEN
            full.append((level, place, node))
            while place & 1:
                node = join(self._edge.pop(level), node)
                level, place = level + 1, place >> 1
                full.append((level, place, node))
            self._edge[level] = node
        self._tail = waiting[blocks * BLOCK :]
        self.size += len(leaves)
        return full

    @property
    def root(self) -> bytes:
        """The root of all leaves so far."""
        folded: bytes | None = None
        for level, place in reversed(list(peaks(0, len(self._tail)))):
            node = full_root(self._tail[place << level : (place + 1) << level])
            folded = node if folded is None else join(node, folded)
        for level in sorted(self._edge):
            node = self._edge[level]
            folded = node if folded is None else join(node, folded)
        return EMPTY if folded is None else folded
