"""Who says a figure: chains of sources over invented reports. [Brackets] mark the figure that is looked up."""

from hashlib import sha256

import pytest

from tallystick.extract.attributions import chain_at, find_attributions
from tallystick.extract.quotations import find_quotations
from tallystick.extract.sentences import split
from tallystick.extract.syntax import parse
from tallystick.lexicon import unmark
from tallystick.model.claims import Attribution
from tallystick.model.mentions import AttributionMention, LinkKind
from tallystick.model.text import Document

SAYS, CITES, ESTIMATES = LinkKind.SAYS, LinkKind.CITES, LinkKind.ESTIMATES
ACKNOWLEDGES, CLAIMS, DENIES = LinkKind.ACKNOWLEDGES, LinkKind.CLAIMS, LinkKind.DENIES
BELIEVES, DOCUMENTS, NONE_GIVEN = LinkKind.BELIEVES, LinkKind.DOCUMENTS, LinkKind.NONE_GIVEN


def attributions(text: str) -> tuple[Document, tuple[AttributionMention, ...]]:
    mark = sha256(text.encode()).hexdigest()
    document = Document(text, mark, mark)
    sentences = split(document)
    parses = dict(enumerate(parse(sentences)))
    quotations = find_quotations(document, sentences, parses)
    return document, find_attributions(document, sentences, parses, quotations)


def chains(marked: str) -> list[tuple[Attribution, ...]]:
    text, spans = unmark(marked)
    document, found = attributions(text)
    return [chain_at(document.span(start, end), found) for start, end in spans]


def short(chain: tuple[Attribution, ...]) -> list[tuple[str | None, LinkKind]]:
    return [(link.name, link.kind) for link in chain]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The governor said on Monday that [12] people were killed.", [("The governor", SAYS)]),
        ("At least [12] people were killed, the governor said on Monday.", [("the governor", SAYS)]),
        ("The toll, the mayor said, stands at [52].", [("the mayor", SAYS)]),
        ("The strike killed [15] people, said the doctor.", [("the doctor", SAYS)]),
        ("Nine of [40] drowned, according to the harbour office.", [("the harbour office", SAYS)]),
        ("According to the harbour office, [40] people drowned.", [("the harbour office", SAYS)]),
        ("The army puts the number of dead at [45].", [("The army", ESTIMATES)]),
        ("The agency pegs the total losses at [2,100] men.", [("The agency", ESTIMATES)]),
        ("The clinic's tally of [61] dead is the lowest.", [("The clinic's", ESTIMATES)]),
        ("The rebels claimed to have killed [40] soldiers.", [("The rebels", CLAIMS)]),
        ("The ministry denied that [80] civilians had died.", [("The ministry", DENIES)]),
        ("Brandt confirmed for the first time that he had sent [a large force].", [("Brandt", ACKNOWLEDGES)]),
        ("Marcel Brandt, 44, said that [nine] men had fled.", [("Marcel Brandt", SAYS)]),
        ("The ministry confirmed the deaths of [14] miners.", [("The ministry", ACKNOWLEDGES)]),
        ("Officials believe that [20] miners are trapped.", [("Officials", BELIEVES)]),
        ("Hospital records show that [52] people died.", [("Hospital records", DOCUMENTS)]),
        ("A video showed at least [15] bodies in the street.", [("A video", DOCUMENTS)]),
        ("The toll was lower than a count of [64] given by the police.", [("the police", ESTIMATES)]),
        ("Medics counted [61] bodies in the courtyard.", [("Medics", SAYS)]),
        ("The marshal laid to rest [40] sappers.", [("The marshal", ACKNOWLEDGES)]),
    ],
)
def test_the_figure_has_the_source_that_states_it(text: str, expected: list[tuple[str, LinkKind]]) -> None:
    assert [short(chain) for chain in chains(text)] == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "Some [80] deaths have been reported in Dunmere.",
        "More than [200] people are believed to have drowned.",
        "It is believed that [200] people drowned.",
        "Some [600] rebels were reportedly killed.",
        "The group is said to have lost [300] men.",
        "There are fears that [40] miners are dead.",
        "The rebels were accused of killing [61] villagers.",
    ],
)
def test_a_figure_that_somebody_unnamed_reports_has_a_link_without_a_source(text: str) -> None:
    assert [short(chain) for chain in chains(text)] == [[(None, NONE_GIVEN)]]


@pytest.mark.parametrize(
    "text",
    [
        "Up to [12,000] troops were stationed there in spring, with another [2,000] joining in May.",
        "Nobody knows how many [soldiers] are still there.",
        "It is anyone's guess how many [soldiers] are still there.",
        "The union praised the [40] rescuers.",
        "The raid left a toll of [61] dead.",
        "Families mourned the [80] sappers.",
    ],
)
def test_a_figure_in_the_publishers_own_voice_has_no_chain(text: str) -> None:
    assert all(chain == () for chain in chains(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Kento TV, citing the defence ministry, said [14] tanks had been destroyed.",
            [("Kento TV", SAYS), ("the defence ministry", CITES)],
        ),
        (
            "The agency reported [14] deaths, citing hospital sources.",
            [("The agency", SAYS), ("hospital sources", CITES)],
        ),
        ('"We lost [30] men," the colonel told Reuters.', [("Reuters", CITES), ("the colonel", SAYS)]),
        (
            "The Lowland Herald quoted an officer as saying [40] men fell.",
            [("Lowland Herald", CITES), ("an officer", SAYS)],
        ),
        (
            "The Lowland Times reports that Brandt openly acknowledged [heavy losses] in Dunmere.",
            [("Lowland Times", SAYS), ("Brandt", ACKNOWLEDGES)],
        ),
        ("The ministry said [5] men were reportedly killed.", [("The ministry", SAYS), (None, NONE_GIVEN)]),
    ],
)
def test_links_run_from_the_outermost_to_the_first_source(text: str, expected: list[tuple[str, LinkKind]]) -> None:
    assert [short(chain) for chain in chains(text)] == [expected]


def test_a_passive_without_a_source_reaches_no_further_than_its_own_clause() -> None:
    unnamed, estimate, whole = chains(
        "Now [450] deaths have been reported in Dunmere alone, though West Marsh’s spy agency pegs the casualties "
        "at a grim [3,200] out of the [11,000] troops sent since the autumn."
    )

    assert short(unnamed) == [(None, NONE_GIVEN)]
    assert short(estimate) == short(whole) == [("West Marsh’s spy agency", ESTIMATES)]


def test_granting_losses_does_not_grant_the_clauses_that_narrow_them_down() -> None:
    losses, sent = chains(
        "According to the Lowland Times, the marshal publicly acknowledged [heavy losses] among the [thousands] of "
        "Marsh soldiers dispatched to hold the Dunmere pass."
    )

    assert short(losses) == [("Lowland Times", SAYS), ("the marshal", ACKNOWLEDGES)]
    assert short(sent) == [("Lowland Times", SAYS)]


def test_doing_just_that_takes_up_the_verb_before_it() -> None:
    (chain,) = chains(
        "It is rare for a ruler to go that far: no marshal admits his men are losing, but Marsh leader Ivo Brandt just "
        "did exactly that with a quiet nod to the deaths of [60] men fighting in Dunmere."
    )

    assert short(chain) == [("Ivo Brandt", ACKNOWLEDGES)]


@pytest.mark.parametrize(
    "text",
    ["The army has not confirmed the deaths of [40] men.", "Neither side has confirmed the deaths of [40] men."],
)
def test_whoever_does_not_confirm_a_figure_is_not_its_source(text: str) -> None:
    assert [short(chain) for chain in chains(text)] == [[(None, NONE_GIVEN)]]


def test_whoever_disputes_anothers_figure_does_not_pass_it_on() -> None:
    ministry, rebels = chains("The ministry's figure of [61] dead is disputed by the rebels, who claim [300].")

    assert [link.name for link in ministry] == ["The ministry's"]
    assert [link.name for link in rebels] == ["the rebels"]


def test_two_sides_in_one_sentence_keep_their_own_figures() -> None:
    rebels, army = chains("The rebels said they had killed [40] soldiers, but the army said only [six] had died.")

    assert [link.name for link in rebels] == ["The rebels"]
    assert [link.name for link in army] == ["the army"]


@pytest.mark.parametrize(
    "text",
    [
        "The ministry said [40] were killed, while the rebels claimed [140] deaths.",
        "The ministry said [40] were killed, but the rebels put the toll at [140].",
        "While the ministry says [40] died, the rebels claim [140].",
    ],
)
def test_a_contrast_parts_one_sides_figure_from_the_others(text: str) -> None:
    assert [[link.name.lower() for link in chain if link.name] for chain in chains(text)] == [
        ["the ministry"],
        ["the rebels"],
    ]


def test_a_semicolon_parts_one_sides_figure_from_the_others() -> None:
    ministry, rebels = chains("The army lost [40] men, the ministry says; the rebels say [140].")

    assert [link.name for link in ministry] == ["the ministry"]
    assert [link.name for link in rebels] == ["the rebels"]


def test_whoever_rejects_a_claim_is_not_the_one_who_makes_it() -> None:
    granted, rejected = chains(
        "The president acknowledged the deaths of [60] sailors but rejected claims that [300] had been lost."
    )

    assert short(granted) == [("The president", ACKNOWLEDGES)]
    assert short(rejected) == [("The president", DENIES), (None, NONE_GIVEN)]


def test_a_sentence_that_also_says_something_keeps_the_source_of_the_one_before() -> None:
    text = "The ministry said 40 men had drowned. The flood also took 12 bridges."

    carried = [mention for mention in attributions(text)[1] if mention.carried]

    assert [mention.source.text for mention in carried if mention.source] == ["The ministry"]
    assert [piece.text for mention in carried for piece in mention.content] == ["The flood also took 12 bridges."]


@pytest.mark.parametrize(
    "text",
    [
        "The ministry said 40 men had drowned. The flood took 12 bridges.",
        "The ministry said 40 men had drowned.\n\nThe flood also took 12 bridges.",
        "The ministry said 40 men had drowned. The mayor also said 12 bridges were gone.",
    ],
)
def test_a_sentence_without_evidence_carries_no_source_over(text: str) -> None:
    assert not any(mention.carried for mention in attributions(text)[1])


def test_a_quotation_that_goes_on_after_its_speaker_is_named_is_his() -> None:
    first, second = chains('"We lost [30] men," said Amira Saleh, who fled. "Another [12] are missing."')

    assert short(first) == short(second) == [("Amira Saleh", SAYS)]


def test_a_pronoun_for_the_speaker_adds_no_second_link() -> None:
    (chain,) = chains("The rights office said it had verified [1,140] deaths.")

    assert short(chain) == [("The rights office", SAYS)]


def test_a_comment_on_a_figure_is_not_part_of_what_its_source_says() -> None:
    commander, residents = chains(
        "The commander said his unit lost only [two] men, a figure disputed by residents who said they buried [dozens]."
    )

    assert short(commander) == [("The commander", SAYS)]
    assert short(residents) == [("residents", SAYS)]


def test_a_headline_names_its_source_before_a_colon() -> None:
    (chain,) = chains("Police: [12] men died in the market blast")

    assert short(chain) == [("Police", SAYS)]


@pytest.mark.parametrize(
    "text",
    [
        "Rescuers found [six] bodies in the mill.",
        "The bodies of [six] men were found in the mill.",
        "Villagers saw [six] men leave.",
        "The driver was charged with the murder of [six] men.",
        "Dunmere: [12] men died in the market blast",
    ],
)
def test_finding_and_seeing_things_is_not_saying(text: str) -> None:
    assert chains(text) == [()]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Marsh ruler Ivo Brandt came. Brandt mourned [60] fallen sailors.", [("Ivo Brandt", ACKNOWLEDGES)]),
        (
            "President Ivo Brandt owned up to worse losses, honouring [60] men as martyrs.",
            [("Ivo Brandt", ACKNOWLEDGES)],
        ),
        ("Facebook user Karim Salah mourned [two] fallen neighbours.", []),
        ("The Lowland Times honoured [60] fallen sailors.", []),
    ],
)
def test_only_those_who_lead_a_side_grant_losses_by_mourning(text: str, expected: list[tuple[str, LinkKind]]) -> None:
    assert [short(chain) for chain in chains(text)] == [expected]


def test_wanting_is_attributed_but_puts_nobody_in_a_chain() -> None:
    _, found = attributions("The rebels want 40 prisoners freed.")

    assert [mention.source.text for mention in found if mention.source] == ["The rebels"]
    assert chain_at(found[0].content[0], found) == ()


def test_every_span_of_an_attribution_is_text_of_the_document() -> None:
    document, found = attributions(
        "“It was ‘hell’,” İvo Brandt 😀 told Reuters — “12 died”. قال Ali that 3 men fell, according to 'the' clinic.\n"
        'THE MINISTRY SAID 12 MEN DIED. "UNPAIRED, it said, citing nobody that 4 died.'
    )

    for mention in found:
        for span in (mention.source, mention.cue, *mention.content):
            assert span is None or document.text[span.start : span.end] == span.text


def test_a_parent_is_never_its_own_descendant() -> None:
    _, found = attributions("He said that she said that he said 3 died, according to Ali, the mayor said, citing Omar.")

    for number in range(len(found)):
        seen: list[int] = []
        at: int | None = number
        while at is not None and at not in seen:
            seen.append(at)
            at = found[at].parent
        assert at is None
