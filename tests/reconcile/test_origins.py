"""How many independent origins stand behind the mentions of one figure, and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallystick.model.claims import Factuality
from tallystick.model.links import CopyLink, Passage
from tallystick.model.mentions import LinkKind
from tallystick.model.quantities import Figure, Key, Link
from tallystick.model.records import DocumentRecord, Held, Judgement, Verdict
from tallystick.model.text import Span
from tallystick.pipeline import examples
from tallystick.reconcile.copies import among
from tallystick.reconcile.figures import figures
from tallystick.reconcile.linking import link
from tallystick.reconcile.origins import collapse, origins, origins_asof
from tallystick.reconcile.scenes import scenes


def figure(name: str, number: int | None, *chain: str | None, day: int = 1, **fields: Any) -> Figure:
    """A toll of one document, published by "Paper <name>" on a day of May 2031; a link None names no source."""
    links = tuple(Link(c, LinkKind.SAYS if c else LinkKind.NONE_GIVEN, f"{c} said") for c in chain)
    told: dict[str, Any] = {
        "document": name,
        "publisher": f"Paper {name}",
        "published": date(2031, 5, day),
        "quote": f"{number} dead",
        "value": number,
        "start": 0,
        "end": 7,
    } | fields
    return Figure(f"{name}:{number}", Key("killed"), number, number, chain=links, **{"said": told["published"], **told})


def judgement(verdict: Verdict, a: Figure, b: Figure) -> Judgement:
    return Judgement("j", verdict, (a.id, b.id), "ada", datetime(2031, 6, 1, tzinfo=UTC), "origin", "I asked them")


def test_four_papers_that_name_one_service_are_one_origin() -> None:
    told = [
        figure("a", 640, "UNHCR"),
        figure("b", 640, "Reuters", "lawmakers", "the UN refugee agency"),
        figure("c", 640, "Yonhap", "the United Nations refugee agency"),
        figure("d", 640, "the UN High Commissioner for Refugees", day=9),
    ]

    found = origins(told)

    assert (found.mentions, found.documents, found.at_least, found.at_most) == (4, 4, 1, 1)
    (origin,) = found.origins
    assert origin.name == "UN refugee agency"
    assert {r.rule for r in origin.reasons} == {"same-source"}
    assert found.doubts == ()
    assert found.carriers == 7  # four papers, two agencies, some lawmakers


def test_a_paper_that_cites_another_rests_on_what_that_one_rests_on() -> None:
    source = figure("a", 17, "two security sources")
    citing = figure("b", 17, "Paper a", "security sources", day=2)
    bare = figure("c", 17, "the Paper a", day=3)

    found = origins([bare, citing, source])

    (origin,) = found.origins
    assert origin.name == "two security sources"
    assert [r.rule for r in origin.reasons] == ["cites", "cites"]
    assert "whose own report gives “two security sources”" in origin.reasons[0].note
    assert (found.at_least, found.at_most) == (1, 1)


def test_a_citation_that_drops_the_hedge_is_followed() -> None:
    source = replace(figure("a", 17, "two security sources"), high=None, comparator="at least")

    (origin,) = origins([source, figure("b", 17, "Paper a", day=2)]).origins

    assert origin.name == "two security sources"


def test_a_citation_of_another_figure_is_not_followed() -> None:
    found = origins([figure("a", 17, "two security sources"), figure("b", 26, "Paper a", day=2)])

    assert len(found.origins) == 2


def test_a_paper_cannot_cite_what_was_not_out_yet() -> None:
    found = origins([figure("a", 17, "a nurse", day=8), figure("b", 17, "Paper a", day=2)])

    assert len(found.origins) == 2


def test_two_papers_that_cite_each_other_end_in_one_origin() -> None:
    found = origins([figure("a", 17, "Paper b"), figure("b", 17, "Paper a")])

    assert len(found.origins) <= 2
    assert found.mentions == 2


def test_officials_of_two_papers_are_undecided() -> None:
    found = origins([figure("a", 40, "officials"), figure("b", 40, "two officials", day=2)])

    assert len(found.origins) == 2
    assert (found.at_least, found.at_most) == (1, 2)
    (doubt,) = found.doubts
    assert doubt.reasons[0].rule == "undecided-name"


def test_unnamed_sources_with_something_of_their_own_to_tell_are_two() -> None:
    found = origins([figure("a", 17, "two security sources"), figure("b", 26, "a military official", day=2)])

    assert (found.at_least, found.at_most) == (2, 2)
    assert [r.rule for r in found.origins[1].reasons] == ["own-detail"]


def test_no_source_given_counts_as_none_or_one() -> None:
    told = [figure("a", 60, "the army"), figure("b", 90, None), figure("c", 95, None), figure("d", 97, "they")]

    found = origins(told)

    assert (found.at_least, found.at_most) == (1, 2)
    assert [o.known for o in found.origins] == [True, False, False, False]


def test_a_passing_word_without_number_and_source_is_an_origin_at_most() -> None:
    passing = replace(figure("b", None, day=2), low=2)

    found = origins([figure("a", 60, "the army"), passing])

    assert (found.at_least, found.at_most) == (1, 2)


def test_only_unnamed_sources_are_perhaps_nobody() -> None:
    found = origins([figure("a", 60, None)])

    assert (found.at_least, found.at_most) == (0, 1)


def test_an_odd_number_repeated_later_without_a_source_is_a_doubt_and_never_more() -> None:
    told = [figure("a", 3917, "the army"), figure("b", 3917, day=4)]

    found = origins(told)

    assert len(found.origins) == 2
    (doubt,) = found.doubts
    assert doubt.reasons[0].rule == "same-rare-value"
    assert doubt.reasons[0].note == "Paper b gives 3,917 later, and names no source of its own"
    assert (found.at_least, found.at_most) == (1, 2)


def test_a_round_number_is_a_weaker_doubt() -> None:
    rare = origins([figure("a", 3917, "the army"), figure("b", 3917, day=4)]).doubts[0]
    round_ = origins([figure("a", 4000, "the army"), figure("b", 4000, day=4)]).doubts[0]

    assert round_.score < rare.score
    assert round_.reasons[0].rule == "no-own-source"


def test_two_named_sources_that_agree_are_two_origins() -> None:
    found = origins([figure("a", 3917, "the army"), figure("b", 3917, "the Valley Monitor", day=4)])

    assert (len(found.origins), found.at_least, found.at_most) == (2, 2, 2)
    assert found.doubts == ()


def test_a_headline_without_a_source_repeats_its_own_report() -> None:
    headline = replace(figure("a", 26), id="a:headline")
    told = [headline, replace(figure("a", 26, "a military official"), id="a:body", start=90)]

    (origin,) = origins(told).origins

    assert origin.name == "a military official"


def test_the_spokesman_speaks_for_the_only_office_in_the_report() -> None:
    told = [
        figure("a", 11, "The army"),
        replace(figure("a", 60, "the spokesman, Colonel Issa Oro"), binds=False),
        replace(figure("a", 11, "Issa Oro"), id="a:said", start=200),
    ]

    found = origins(told)

    assert len(found.origins) == 1
    assert (found.at_least, found.at_most) == (1, 1)


WORDS = "Nine of the crew drowned before help came, it was said at the harbour on the evening of the same day."


def copy(a: Figure, b: Figure, start: int) -> CopyLink:
    span = Span(start, start + len(WORDS), WORDS)
    return CopyLink(a.document, b.document, 0.8, 12, (Passage(span, span, 20),))


def test_the_same_sentences_in_two_papers_are_one_origin() -> None:
    a, b = figure("a", 9, "harbour officials"), figure("b", 9, day=2)

    found = origins([a, b], [copy(a, b, 0)])

    (origin,) = found.origins
    assert origin.reasons[-1].rule == "same-words"
    assert "Nine of the crew drowned" in origin.reasons[-1].note


def test_a_shared_passage_about_something_else_ties_nothing() -> None:
    a, b = figure("a", 9, "harbour officials"), figure("b", 9, day=2)

    assert len(origins([a, b], [copy(a, b, 500)]).origins) == 2


def test_the_same_sentence_is_found_where_only_fingerprints_were_compared() -> None:
    sentence = Span(40, 40 + len(WORDS), WORDS)
    a = figure("a", 9, "harbour officials", sentence=sentence, start=40, end=44)
    edited = WORDS.replace("of the crew", "of its crew")
    b = figure("b", 9, day=2, sentence=Span(0, len(edited), edited), start=24, end=30)
    a = replace(a, start=64, end=70)

    joined = origins([a, b], [CopyLink("a", "b", 0.4, 9)])

    assert joined.origins[0].reasons[-1].rule == "same-words"
    assert len(origins([a, b]).origins) == 2


def test_a_long_sentence_word_for_word_is_no_chance() -> None:
    told = [
        figure("a", 9, "harbour officials", sentence=Span(0, len(WORDS), WORDS)),
        figure("b", 9, "witnesses", day=2, sentence=Span(7, 7 + len(WORDS), WORDS)),
    ]

    assert [r.rule for r in origins(told).origins[0].reasons] == ["same-words"]


def test_the_same_words_from_two_named_sources_stay_two() -> None:
    told = [
        figure("a", 9, "the army", sentence=Span(0, len(WORDS), WORDS)),
        figure("b", 9, "the Valley Monitor", day=2, sentence=Span(0, len(WORDS), WORDS)),
    ]

    assert len(origins(told).origins) == 2


def test_a_short_formula_is_chance() -> None:
    words = "Nine were killed, officials said."
    told = [figure(n, 9, "officials", day=d, sentence=Span(0, len(words), words)) for n, d in (("a", 1), ("b", 2))]

    assert len(origins(told).origins) == 2


def test_a_person_decides_that_two_origins_are_one_or_two() -> None:
    a, b = figure("a", 40, "officials"), figure("b", 40, "two officials", day=2)

    one = origins([a, b], (), [judgement(Verdict.SAME, a, b)])
    two = origins([a, b], (), [judgement(Verdict.DIFFERENT, a, b)])

    assert [r.note for r in one.origins[0].reasons] == ["ada: I asked them"]
    assert (one.at_least, one.at_most) == (1, 1)
    assert two.doubts == ()
    assert (two.at_least, two.at_most) == (2, 2)


def test_a_person_splits_what_the_names_put_together() -> None:
    a, b, c = figure("a", 5, "the army"), figure("b", 6, "the army", day=2), figure("c", 7, "the army", day=3)

    found = collapse([a, b, c], (), [judgement(Verdict.DIFFERENT, a, c)])

    assert found[a.id] != found[c.id]


def test_a_withdrawn_decision_counts_no_more() -> None:
    a, b = figure("a", 40, "officials"), figure("b", 40, "two officials", day=2)
    taken_back = replace(judgement(Verdict.SAME, a, b), withdrawn=datetime(2031, 6, 2, tzinfo=UTC))

    assert len(origins([a, b], (), [taken_back]).origins) == 2


def test_the_current_word_of_a_voice_is_its_newest_statement() -> None:
    told = [figure("a", 100, "UNHCR"), figure("b", 310, "UNHCR", day=12), figure("c", 640, "UNHCR", day=30)]

    (origin,) = origins(told).origins

    assert origin.voices[0].current == "c:640"
    assert origin.voices[0].figures == ("a:100", "b:310", "c:640")


def test_an_old_figure_recalled_later_is_no_new_word() -> None:
    told = [figure("a", 11, "the army"), figure("b", 15, "the army", day=4), figure("c", 11, "the army", day=9)]

    assert origins(told).origins[0].voices[0].current == "b:15"


def test_a_firmer_word_of_the_same_number_is_the_newer_one() -> None:
    first = replace(figure("a", 17, "the army"), high=None, comparator="at least")

    assert origins([first, figure("b", 17, "the army", day=5)]).origins[0].voices[0].current == "b:17"


def test_a_figure_that_revises_another_takes_its_place() -> None:
    first = figure("a", 17, "the army", day=3)
    second = replace(figure("b", 14, "the army", day=3), revises=first.id)

    assert origins([first, second]).origins[0].voices[0].current == "b:14"


def test_a_denial_is_nobodys_word_for_the_figure() -> None:
    denied = replace(figure("a", 60, "the army", day=9), binds=False)

    found = origins([figure("b", 11, "the army"), denied, replace(figure("c", 70, "the navy"), binds=False)])

    army = next(o for o in found.origins if o.name == "army")
    assert army.voices[0].current == "b:11"
    assert (found.at_least, found.at_most) == (1, 1)  # of the navy there is only a denial


def test_who_denies_a_number_is_not_doubted_to_be_who_gave_it() -> None:
    denial = replace(figure("a", 60, "Colonel Issa Oro"), binds=False, factuality=Factuality.DENIED)

    found = origins([denial, figure("b", 60, "the Valley Front", day=2)])

    assert found.doubts == ()
    assert len(found.origins) == 2


def test_a_denial_of_a_paper_is_no_citation_of_it() -> None:
    denial = replace(figure("b", 17, "Paper a", day=2), binds=False, factuality=Factuality.DENIED)

    assert len(origins([figure("a", 17, "two security sources"), denial]).origins) == 2


def test_as_of_a_day_nothing_later_is_known_and_what_has_no_date_is_left_out() -> None:
    told = [figure("a", 100, "UNHCR"), figure("b", 310, "UNHCR", day=12), figure("c", 7, "the army", published=None)]

    found = origins_asof(told, date(2031, 5, 11))

    assert (found.mentions, found.origins[0].voices[0].current) == (1, "a:100")


def test_the_ids_of_origins_stay_when_a_later_report_comes() -> None:
    told = [figure("a", 100, "UNHCR"), figure("b", 90, "the army", day=2)]

    before = [o.id for o in origins(told).origins]
    after = [o.id for o in origins([*told, figure("c", 310, "UNHCR", day=12)]).origins]

    assert before == after


def test_nothing_gives_nothing() -> None:
    found = origins([])

    assert (found.mentions, found.origins, found.at_least, found.at_most) == (0, (), 0, 0)


NAMES = st.sampled_from(["the army", "officials", "Colonel Issa Oro", "Paper a", "Paper b", None, "residents", "UNHCR"])


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.integers(1, 4), st.lists(NAMES, max_size=2), st.integers(1, 9))))
def test_every_figure_has_one_origin_and_the_count_is_an_interval(rows: list[tuple[str, int, list[Any], int]]) -> None:
    told = [
        replace(figure(name, n, *chain, day=day), id=f"{name}:{i}", start=i * 10)
        for i, (name, n, chain, day) in enumerate(rows)
    ]

    found = origins(told)

    members = [f for o in found.origins for v in o.voices for f in v.figures]
    assert sorted(members) == sorted(f.id for f in told)
    assert 0 <= found.at_least <= found.at_most <= max(1, len(told))
    assert all(v.current in v.figures for o in found.origins for v in o.voices)
    assert {o.id for o in found.origins} >= {x for d in found.doubts for x in (d.a, d.b)}
    assert origins(list(reversed(told))) == found


@pytest.fixture(scope="module")
def told() -> list[Figure]:
    """The figures of the example reports."""
    held, made, records = [], [], []
    for number, read in enumerate(examples()):
        document = f"{number}" * 16
        record = DocumentRecord(document, "", "", publisher=read.document.publisher, published=read.document.published)
        own = scenes(read, document)
        made += own
        records.append(record)
        scene_of = {claim: s for s in own for claim in s.claims}
        held += [Held(claim, record, scene_of[claim.id]) for claim in read.claims]
    incident_of = {s: i.id for i in link(made, (), (), records).incidents for s in i.scenes}
    return figures(held, incident_of)


@pytest.mark.parametrize(
    ("number", "measure", "names"),
    [
        (17, "killed", {"security sources"}),
        (60, "killed", {"Northern Front"}),
        (8, "killed", {"a doctor at the regional hospital in Gao", "The Open Column"}),
    ],
)
def test_who_is_behind_the_figures_of_the_examples(
    told: list[Figure], number: int, measure: str, names: set[str]
) -> None:
    chosen = [f for f in told if f.value == number and f.key.measure == measure and f.binds]
    assert chosen

    assert {o.name for o in origins(chosen).origins} == names


def test_the_official_and_the_army_of_the_examples_are_kept_apart(told: list[Figure]) -> None:
    chosen = [f for f in told if f.value in (11, 26) and f.key.measure == "killed"]

    found = collapse(chosen)

    army = {found[f.id] for f in chosen if f.value == 11 and f.source in ("The army", "Army")}
    official = {found[f.id] for f in chosen if f.value == 26}
    assert len(army) == len(official) == 1
    assert army != official


SAID = st.tuples(
    st.sampled_from("abcdef"),
    st.sampled_from([3, 14]),
    st.sampled_from([(), ("the mayor",), ("Reuters", "the mayor"), ("two officers",), (None,)]),
    st.sampled_from(["Nobody knew.", " ".join(f"word{n}" for n in range(14))]),
)


@given(
    st.lists(SAID, unique_by=lambda one: one[:2], min_size=2),
    st.dictionaries(st.sampled_from("abcdef"), st.sets(st.integers(0, 8), min_size=3).map(tuple)),
)
def test_copies_that_are_looked_up_join_the_figures_that_all_copies_join(
    said: list[tuple[str, int, tuple[str | None, ...], str]], prints: dict[str, tuple[int, ...]]
) -> None:
    told = [figure(name, number, *chain, sentence=Span(0, len(words), words)) for name, number, chain, words in said]

    assert origins(told, lambda documents: among(prints, documents)) == origins(told, among(prints))


def test_copies_of_figures_that_one_source_gave_are_not_looked_up() -> None:
    told = [figure(name, 17, "the health ministry") for name in "abc"] + [figure("d", 4, "the army")]
    asked: list[set[str]] = []

    def look_up(documents: set[str]) -> tuple[CopyLink, ...]:
        asked.append(documents)
        return ()

    origins(told, look_up)
    origins([*told, figure("e", 17)], look_up)

    assert asked == [set(), {"a", "b", "c", "e"}]
