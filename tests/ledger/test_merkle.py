"""The log's tree is the one of RFC 9162: against its definition, and against Certificate Transparency's own vectors."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallystick.ledger import merkle

# The entries, roots and proofs of the reference test of Certificate Transparency's Merkle tree (RFC 6962 and 9162
# hash alike): published, and the same in every implementation.
ENTRIES = [
    bytes.fromhex(entry)
    for entry in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def tree(leaves: list[bytes]) -> merkle.Subtree:
    return lambda level, place: merkle.full_root(leaves[place << level : (place + 1) << level])


def by_definition(leaves: list[bytes]) -> bytes:
    """MTH of RFC 9162, 2.1.1, word for word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sha256(b"\x01" + by_definition(leaves[:k]) + by_definition(leaves[k:])).digest()


def path_by_definition(m: int, leaves: list[bytes]) -> list[bytes]:
    """PATH of RFC 9162, 2.1.3.1."""
    if len(leaves) == 1:
        return []
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if m < k:
        return [*path_by_definition(m, leaves[:k]), by_definition(leaves[k:])]
    return [*path_by_definition(m - k, leaves[k:]), by_definition(leaves[:k])]


def proof_by_definition(m: int, leaves: list[bytes], whole: bool = True) -> list[bytes]:
    """SUBPROOF of RFC 9162, 2.1.4.1."""
    if m == len(leaves):
        return [] if whole else [by_definition(leaves)]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if m <= k:
        return [*proof_by_definition(m, leaves[:k], whole), by_definition(leaves[k:])]
    return [*proof_by_definition(m - k, leaves[k:], False), by_definition(leaves[:k])]


def some(count: int) -> list[bytes]:
    return [merkle.leaf_hash(str(n).encode()) for n in range(count)]


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_those_of_certificate_transparency(size: int) -> None:
    leaves = [merkle.leaf_hash(entry) for entry in ENTRIES[:size]]

    assert merkle.root(size, tree(leaves)).hex() == ROOTS[size - 1]


def test_an_inclusion_proof_is_that_of_certificate_transparency() -> None:
    leaves = [merkle.leaf_hash(entry) for entry in ENTRIES]

    assert [step.hex() for step in merkle.inclusion(5, 8, tree(leaves))] == [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]


def test_a_consistency_proof_is_that_of_certificate_transparency() -> None:
    leaves = [merkle.leaf_hash(entry) for entry in ENTRIES]

    assert [step.hex() for step in merkle.consistency(6, 8, tree(leaves))] == [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]


def test_the_root_of_no_leaves_is_the_hash_of_nothing() -> None:
    assert merkle.root(0, tree([])) == merkle.Growing().root == sha256(b"").digest()


@given(st.integers(1, 70), st.data())
def test_every_proof_is_the_one_that_the_definition_gives_and_verifies(size: int, data: st.DataObject) -> None:
    leaves = some(size)
    top = by_definition(leaves)
    seq = data.draw(st.integers(0, size - 1))
    old = data.draw(st.integers(1, size))
    path, proof = merkle.inclusion(seq, size, tree(leaves)), merkle.consistency(old, size, tree(leaves))

    assert merkle.root(size, tree(leaves)) == top
    assert list(path) == path_by_definition(seq, leaves)
    assert list(proof) == proof_by_definition(old, leaves)
    assert merkle.verify_inclusion(seq, size, leaves[seq], path, top)
    assert merkle.verify_consistency(old, size, by_definition(leaves[:old]), top, proof)


@given(st.integers(2, 40), st.data())
def test_no_proof_verifies_for_another_leaf_another_root_or_with_a_changed_step(size: int, data: st.DataObject) -> None:
    leaves = some(size)
    top = by_definition(leaves)
    seq = data.draw(st.integers(0, size - 1))
    old = data.draw(st.integers(1, size - 1))
    wrong = sha256(b"another").digest()
    path, proof = merkle.inclusion(seq, size, tree(leaves)), merkle.consistency(old, size, tree(leaves))
    step = data.draw(st.integers(0, len(path) - 1))
    place = data.draw(st.integers(0, len(proof) - 1))

    assert not merkle.verify_inclusion(seq, size, wrong, path, top)
    assert not merkle.verify_inclusion(seq, size, leaves[seq], path, wrong)
    assert not merkle.verify_inclusion(seq, size, leaves[seq], (*path[:step], wrong, *path[step + 1 :]), top)
    assert not merkle.verify_inclusion(seq, size, leaves[seq], (*path, wrong), top)
    assert not merkle.verify_inclusion(seq, size, leaves[seq], path[:-1], top)
    before = by_definition(leaves[:old])
    assert not merkle.verify_consistency(old, size, wrong, top, proof)
    assert not merkle.verify_consistency(old, size, before, wrong, proof)
    assert not merkle.verify_consistency(old, size, before, top, (*proof[:place], wrong, *proof[place + 1 :]))
    assert not merkle.verify_consistency(old, size, before, top, ())


@given(st.lists(st.integers(0, 700), min_size=1, max_size=5))
def test_a_growing_tree_has_the_roots_and_the_full_nodes_of_the_definition(steps: list[int]) -> None:
    leaves = some(sum(steps))
    growing, kept = merkle.Growing(), {}
    for step in steps:
        for level, place, node in growing.append(leaves[growing.size : growing.size + step]):
            kept[level, place] = node
        assert growing.root == by_definition(leaves[: growing.size])

    full = {
        (level, place): merkle.full_root(leaves[place << level : (place + 1) << level])
        for level in range(merkle.FROZEN, 13)
        for place in range(len(leaves) >> level)
    }
    assert kept == full


def test_a_tree_taken_up_again_goes_on_as_if_never_put_down() -> None:
    leaves = some(1_000)
    first = merkle.Growing()
    nodes = {(level, place): node for level, place, node in first.append(leaves[:700])}
    edge = [(level, nodes[level, place]) for level, place in merkle.peaks(0, 512)]
    again = merkle.Growing(700, edge, leaves[512:700])

    assert again.root == first.root
    assert again.append(leaves[700:]) == first.append(leaves[700:])
    assert again.root == first.root == by_definition(leaves)


def test_an_impossible_proof_is_refused() -> None:
    with pytest.raises(ValueError, match="no leaf 3 in a tree of 3"):
        merkle.inclusion(3, 3, tree(some(3)))
    with pytest.raises(ValueError, match="no proof leads from 4 leaves to 3"):
        merkle.consistency(4, 3, tree(some(3)))
    assert not merkle.verify_inclusion(3, 3, b"", (), b"")
