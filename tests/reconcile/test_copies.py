"""Copies are found however they were cut, opened anew, edited or lifted from, and nothing else is."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from itertools import accumulate, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallystick.reconcile import copies as module
from tallystick.reconcile.copies import COMMON, FEWEST, Sharing, among, copies, find_copies, fingerprints, shared

WIRE = (
    "A patrol boat struck a mine off Velden before dawn, the harbour office said, and nine of the crew drowned before "
    "help came. Two fishing boats took up the others and brought them to the pier, where ambulances waited."
)
SYLLABLES = ["ba", "ko", "ri", "ten", "mu", "sal", "do", "vek", "la", "or", "pin", "tu", "shi", "gra", "nel"]


def _texts(rng: random.Random, documents: int) -> tuple[list[list[str]], list[str], list[float]]:
    vocabulary = ["".join(rng.choices(SYLLABLES, k=rng.randint(1, 4))) for _ in range(3000)]
    weights = list(accumulate(1 / (i + 1) for i in range(3000)))  # as words are: a few make up most of a text
    texts = [rng.choices(vocabulary, cum_weights=weights, k=rng.randint(150, 400)) for _ in range(documents)]
    return texts, vocabulary, weights


def test_planted_copies_are_found_whatever_was_done_to_them_and_nothing_else_is() -> None:
    rng = random.Random(71)
    texts, vocabulary, weights = _texts(rng, 400)

    def own(n: int) -> list[str]:
        return rng.choices(vocabulary, cum_weights=weights, k=n)

    family = {str(i): i for i in range(len(texts))}
    planted: dict[str, tuple[str, str]] = {}
    for kind in ("cut by 40 %", "new opening", "light edits", "one third lifted"):
        for _ in range(30):
            source = rng.randrange(400)
            words = texts[source]
            third = len(words) // 3
            at = rng.randrange(len(words) - third)
            copy = {
                "cut by 40 %": words[: int(len(words) * 0.6)],
                "new opening": own(40) + words[40:],
                "light edits": [w if rng.random() > 0.08 else rng.choice(vocabulary) for w in words],
                "one third lifted": own(third) + words[at : at + third] + own(third),
            }[kind]
            planted[str(len(texts))] = (kind, str(source))
            family[str(len(texts))] = source
            texts.append(copy)

    prints = {str(i): fingerprints(" ".join(words)) for i, words in enumerate(texts)}
    holders: defaultdict[int, list[str]] = defaultdict(list)
    for document, own_prints in prints.items():
        for print_ in own_prints:
            holders[print_].append(document)
    sizes = {document: len(p) for document, p in prints.items()}
    found = {(link.a, link.b) for d, p in prints.items() for link in copies(d, p, holders, sizes)}

    hits = Counter(kind for document, (kind, source) in planted.items() if (source, document) in found)
    assert hits["cut by 40 %"] == hits["new opening"] == hits["light edits"] == 30
    assert hits["one third lifted"] >= 28
    assert [pair for pair in found if family[pair[0]] != family[pair[1]]] == []


def test_fingerprints_are_the_same_on_every_machine() -> None:
    assert fingerprints("Nine of the crew drowned before help came.") == (-3176588093726074410,)


@given(st.text(max_size=400))
def test_fingerprints_fit_a_signed_64_bit_column_and_do_not_repeat(text: str) -> None:
    found = fingerprints(text)

    assert all(-(2**63) <= p < 2**63 for p in found)
    assert len(set(found)) == len(found)


def test_four_words_prove_nothing() -> None:
    assert fingerprints("Nine of the crew") == ()


@pytest.mark.parametrize(
    "line",
    [
        "昨天早晨一艘巡逻艇在港口外触雷九名船员溺水身亡两艘渔船救起了其余的人",
        "เรือลาดตระเวนชนทุ่นระเบิดนอกท่าเรือเมื่อเช้าวานนี้ลูกเรือเก้าคนจมน้ำเสียชีวิต",
    ],
    ids=["Chinese", "Thai"],
)
def test_a_passage_is_found_in_scripts_without_spaces(line: str) -> None:
    a, b = f"{line}。", f"消息人士说：{line[:-6]}"

    (passage,) = shared(a, b)
    assert passage.a.text == passage.b.text
    assert len(passage.a.text) >= len(line) - 8
    assert len(set(fingerprints(a)) & set(fingerprints(b))) >= FEWEST


def test_a_shared_passage_is_given_where_it_stands_in_each_text() -> None:
    a = f"VELDEN – {WIRE}"
    b = f"By our own correspondent. 😀 {WIRE[:120]} Nobody else was hurt, it was said later in the town."

    (passage,) = shared(a, b)

    assert a[passage.a.start : passage.a.end] == passage.a.text
    assert b[passage.b.start : passage.b.end] == passage.b.text
    assert passage.a.text == passage.b.text
    assert passage.a.text.startswith("A patrol boat struck a mine off Velden")


def test_a_light_edit_does_not_cut_a_passage_in_two() -> None:
    edited = WIRE.replace("nine of the crew drowned", "ten of the crew drowned")

    (passage,) = shared(WIRE, edited)

    assert "nine of the crew" in passage.a.text
    assert "ten of the crew" in passage.b.text
    assert passage.words == len(WIRE.split()) - 1


def test_a_stock_phrase_is_no_passage() -> None:
    assert (
        shared("He gave no toll in a statement on Thursday.", "She said in a statement on Thursday that rain fell.")
        == ()
    )


@given(st.lists(st.sampled_from(SYLLABLES[:4]), max_size=60), st.lists(st.sampled_from(SYLLABLES[:4]), max_size=60))
def test_every_passage_holds_words_of_both_texts_and_none_overlap_in_the_second(a: list[str], b: list[str]) -> None:
    one, two = " ".join(a), " ".join(b)
    passages = shared(one, two, least=5)

    for passage in passages:
        assert one[passage.a.start : passage.a.end] == passage.a.text
        assert two[passage.b.start : passage.b.end] == passage.b.text
        assert passage.words <= min(len(passage.a.text.split()), len(passage.b.text.split()))
    used = sorted((p.b.start, p.b.end) for p in passages)
    assert all(end <= start for (_, end), (start, _) in pairwise(used))


def test_what_stands_in_very_many_documents_is_boilerplate() -> None:
    foot = "Subscribe to our morning letter for all the news of the valley and follow us wherever you are today."
    prints = fingerprints(foot)
    assert len(prints) >= FEWEST
    few = {p: ["new", "old"] for p in prints}
    many = {p: ["new", *(f"d{i}" for i in range(COMMON))] for p in prints}
    sizes = Counter({"old": 10, **{f"d{i}": 10 for i in range(COMMON)}})

    assert [link.b for link in copies("new", prints, few, sizes)] == ["old"]
    assert copies("new", prints, many, sizes) == ()


def test_the_pairs_of_a_set_come_with_their_passages() -> None:
    other = "Rain fell on the hills above Orrin for a third day and the lower road was closed to carts and cars alike."

    (link,) = find_copies({"agency": WIRE, "weather": other, "paper": f"Sad news today. {WIRE}"})

    assert (link.a, link.b) == ("agency", "paper")
    assert link.containment > 0.8
    assert link.passages[0].a.text == WIRE.rstrip(".")


@pytest.mark.parametrize("seed", range(20))
def test_whether_two_documents_share_their_words_hangs_on_nothing_that_was_asked_before(seed: int) -> None:
    pick = random.Random(seed)
    prints = {f"d{n}": tuple(pick.sample(range(24), pick.randrange(14))) for n in range(12)}
    common = frozenset(pick.sample(range(24), 3))
    pairs = [(a, b) for a in prints for b in prints if a != b]
    alone = {(a, b): Sharing({a: prints[a], b: prints[b]}, common).link(a, b) for a, b in pairs}
    asked = Sharing(prints, common)
    near = {a: set(asked.get(a)) for a in pick.sample(sorted(prints), 6)}
    pick.shuffle(pairs)
    assert {pair: asked.link(*pair) for pair in pairs} == {pair: alone[pair] for pair in pairs}
    assert near == {a: {b for b in prints if a != b and alone[a, b] is not None} for a in near}
    assert any(near.values())


DOCUMENTS = st.sampled_from("abcdefgh")


@given(
    st.dictionaries(DOCUMENTS, st.sets(st.integers(0, 12), min_size=3).map(tuple), min_size=4),
    st.sets(DOCUMENTS),
)
def test_copies_among_some_documents_are_those_among_all_that_are_of_them(
    prints: dict[str, tuple[int, ...]], only: set[str]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "COMMON", 3)  # what is boilerplate hangs on all of them

        assert among(prints, only) == tuple(link for link in among(prints) if {link.a, link.b} <= only)
