"""Who says a figure: chains of sources over invented reports. [Brackets] mark the figure that is looked up."""

from hashlib import sha256

import pytest

from tallystick.extract.attributions import chain_at, find_attributions
from tallystick.extract.quotations import find_quotations
from tallystick.extract.sentences import split
from tallystick.extract.syntax import parse
from tallystick.lexicon import unmark
from tallystick.model.claims import Attribution, Factuality
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
        ("The embassy pegs the toll of the flood at [320].", [("The embassy", ESTIMATES)]),
        ("The clinic's tally of [61] dead is the lowest.", [("The clinic", ESTIMATES)]),
        ("The rebels claimed to have killed [40] soldiers.", [("The rebels", CLAIMS)]),
        ("The ministry denied that [80] civilians had died.", [("The ministry", DENIES)]),
        ("Brandt has now confirmed that he closed [nine] mines.", [("Brandt", ACKNOWLEDGES)]),
        ("Marcel Brandt, 44, said that [nine] men had fled.", [("Marcel Brandt", SAYS)]),
        ("The ministry confirmed the drowning of [14] miners.", [("The ministry", ACKNOWLEDGES)]),
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
        "Some [80] drownings have been reported in Dunmere.",
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
        "Up to [350] nurses worked there in spring; another [60] came in May.",
        "Nobody knows how many [soldiers] are still there.",
        "Whether [40] or more were buried is anyone's guess.",
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
            "The Lowland Times reports that Brandt acknowledged [40 drownings] in Dunmere.",
            [("Lowland Times", SAYS), ("Brandt", ACKNOWLEDGES)],
        ),
        ("The ministry said [5] men were reportedly killed.", [("The ministry", SAYS), (None, NONE_GIVEN)]),
    ],
)
def test_links_run_from_the_outermost_to_the_first_source(text: str, expected: list[tuple[str, LinkKind]]) -> None:
    assert [short(chain) for chain in chains(text)] == [expected]


def test_a_passive_without_a_source_reaches_no_further_than_its_own_clause() -> None:
    unnamed, estimate, whole = chains(
        "In Dunmere [45] drownings were reported, but the harbour master of West Marsh puts the missing "
        "at [320] of the [1,100] sailors who left port."
    )

    assert short(unnamed) == [(None, NONE_GIVEN)]
    assert short(estimate) == short(whole) == [("the harbour master of West Marsh", ESTIMATES)]


def test_granting_losses_does_not_grant_the_clauses_that_narrow_them_down() -> None:
    losses, sent = chains(
        "The mine's owner acknowledged [many injuries] among the [hundreds] of divers hired to clear a canal, "
        "the Lowland Times says."
    )

    assert short(losses) == [("Lowland Times", SAYS), ("The mine's owner", ACKNOWLEDGES)]
    assert short(sent) == [("Lowland Times", SAYS)]


def test_doing_just_that_takes_up_the_verb_before_it() -> None:
    (chain,) = chains(
        "Few owners admit that a shaft was unsafe, but director Ivo Brandt did just that in a letter on the loss of "
        "[60] men."
    )

    assert short(chain) == [("Ivo Brandt", ACKNOWLEDGES)]


@pytest.mark.parametrize(
    "text",
    ["The army has not confirmed the loss of [40] men.", "Neither side has confirmed the loss of [40] men."],
)
def test_whoever_does_not_confirm_a_figure_is_not_its_source(text: str) -> None:
    assert [short(chain) for chain in chains(text)] == [[(None, NONE_GIVEN)]]


def test_whoever_disputes_anothers_figure_does_not_pass_it_on() -> None:
    ministry, rebels = chains("The ministry's figure of [61] dead is disputed by the rebels, who claim [300].")

    assert [link.name for link in ministry] == ["The ministry"]
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
        "The driver went on trial over the murder of [six] men.",
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
            "Honouring [60] sailors as martyrs, President Ivo Brandt conceded that the storm was worse.",
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


@pytest.mark.parametrize(
    "text",
    [
        "The army denied that [60] soldiers had died, as the Northern Front had claimed.",
        "The army denied that [60] soldiers had died, as claimed by the Northern Front.",
        "The army denied the Front's claim that [60] soldiers had been killed.",
        "The army rejected claims by the Front that [60] soldiers had died.",
        "Contrary to what the Front claimed, the army denied that [60] soldiers had died.",
    ],
)
def test_a_denied_figure_has_the_denier_for_its_source(text: str) -> None:
    plain, spans = unmark(text)
    document, found = attributions(plain)

    chain = chain_at(document.span(*spans[0]), found, Factuality.DENIED)

    assert [(link.name.lower(), link.kind) for link in chain if link.name] == [("the army", DENIES)]


def test_whoever_reports_a_denial_stays_in_its_chain() -> None:
    plain, spans = unmark("The Echo agency said the army denied that [60] soldiers had died.")
    document, found = attributions(plain)

    chain = chain_at(document.span(*spans[0]), found, Factuality.DENIED)

    assert [link.kind for link in chain] == [SAYS, DENIES]


@pytest.mark.parametrize(
    "text",
    [
        "The hospital has not confirmed [30] deaths.",
        "The hospital has not confirmed that [30] people were killed.",
        "The hospital did not confirm the deaths of [30] soldiers.",
    ],
)
def test_a_figure_that_somebody_has_not_confirmed_has_him_for_its_source(text: str) -> None:
    plain, spans = unmark(text)
    document, found = attributions(plain)

    chain = chain_at(document.span(*spans[0]), found, Factuality.NO_INFORMATION)

    assert short(chain) == [("The hospital", ACKNOWLEDGES)]
    assert short(chain_at(document.span(*spans[0]), found)) == [(None, NONE_GIVEN)]


@pytest.mark.parametrize(
    "text",
    [
        "The patrol killed [12] suspected insurgents.",
        "Troops killed [12] alleged militants near Dunmere.",
        "[Nine] people were confirmed dead.",
        "The governor did not realise that [14] people had been killed.",
    ],
)
def test_words_for_what_people_are_give_their_number_no_source(text: str) -> None:
    assert chains(text) == [()]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "[Eleven] miners died, according to a statement carried by the Echo agency.",
            [("the Echo agency", CITES), ("a statement", SAYS)],
        ),
        (
            "[Eleven] miners died, the mayor said in a statement carried by the Echo agency.",
            [("the Echo agency", CITES), ("the mayor", SAYS)],
        ),
        (
            "[Eleven] miners died, the mayor said in a statement published by the ministry.",
            [("the mayor", SAYS)],
        ),
    ],
)
def test_an_outlet_that_carries_a_statement_passes_it_on(text: str, expected: list[tuple[str, LinkKind]]) -> None:
    assert [short(chain) for chain in chains(text)] == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "The army put the number of dead at [40], the rebels at [90].",
        "The army put the death toll at [40] and the rebels at [90].",
        "The army says [40] miners died and the rebels say [90].",
        "The army says [40] people died; the rebels say [90].",
        "The army said [40] soldiers had died but the rebels claimed [90].",
        "The army put the death toll at [40], while the rebels put it at [90].",
    ],
)
def test_each_of_two_figures_has_a_source_of_its_own(text: str) -> None:
    names = [[link.name.lower() for link in chain if link.name] for chain in chains(text)]
    assert names == [["the army"], ["the rebels"]]


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Army puts its losses at [11], denies claim of [60] dead", [ESTIMATES, DENIES]),
        ("Army says [11] killed, denies losing [60] soldiers", [SAYS, DENIES]),
    ],
)
def test_a_headline_that_lists_what_its_subject_does_gives_each_figure_to_the_subject(
    text: str, kinds: list[LinkKind]
) -> None:
    found = [chain[0] for chain in chains(text)]
    assert [(link.name, link.kind) for link in found] == [("Army", kind) for kind in kinds]


def test_a_headline_that_ends_in_its_speaker_is_read_backwards_still() -> None:
    (chain,) = chains("The flood kills [nine] miners, says the mayor.")

    assert short(chain) == [("the mayor", SAYS)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[Nine] miners died in Goma, the Union of Smelters (UOS) group said Friday.", [("group", SAYS)]),
        ("At least [one] of the miners has been released, the mayor said.", [("the mayor", SAYS)]),
        ("[A miner] was shot, but is reported to be in stable condition.", []),
    ],
)
def test_a_day_a_release_and_a_condition_are_no_sources(text: str, expected: list[tuple[str, LinkKind]]) -> None:
    (chain,) = chains(text)
    assert [((link.name or "").split("(UOS) ")[-1], link.kind) for link in chain] == expected
