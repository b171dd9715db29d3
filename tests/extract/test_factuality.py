"""How sure the text is of an event, and whether it says that it happened."""

from __future__ import annotations

import pytest

from tallystick import lexicon
from tallystick.extract.factuality import judge
from tallystick.extract.syntax import parse
from tallystick.model.claims import Attribution, Factuality
from tallystick.model.mentions import LinkKind
from tallystick.model.syntax import Parse, Token
from tallystick.model.text import Sentence, Span


def parsed(text: str) -> Parse:
    return parse([Sentence(0, len(text), text, 0, 0)])[0]


def judged(marked: str) -> set[Factuality]:
    """The verdicts on the words in [brackets]."""
    text, spans = lexicon.unmark(marked)
    sentence = parsed(text)
    return {judge(sentence.at(start, end)[0], sentence)[0] for start, end in spans}


@pytest.mark.parametrize(
    "text",
    [
        "The strike [killed] 12 people.",
        "Officials said 12 shepherds were [killed] by the shell.",
        "After a blast [killed] 12, the mayor may resign.",
        "The raid that [killed] forty may have been a mistake.",
        "No fewer than 40 people were [killed].",
        "Not only were 12 [killed], but 40 were hurt.",
        "The ministry said 40 were [killed] but denied using phosphorus.",
        "She was [killed] on her way to flee.",
        "Militants [killed] 12 people to punish the village.",
        "The number of [dead] rose to 40.",
        "The raid [killed] at least 12 and could spark a war.",
        "12 nurses were [killed] and more could follow.",
        "The army confirmed that 12 were [killed].",
        "Forty of the 100 hostages were [freed] before troops could reach them.",
        "The shelling went on to [kill] six more.",
        "She was the first to be [killed].",
        "The fighting forced 3,000 people to [flee].",
        "The photos show that 12 buildings were [destroyed].",
        "More than 40 people have been [killed] since the truce, which was supposed to last a week.",
        "Officials fear a repeat of the clash in which 40 [died].",
        "It is not the first time that civilians have been [killed].",
        "Not a week goes by without people being wounded, and 40 were [killed] in May.",
        "Hundreds were [killed] in an attempt to storm the palace.",
        "12 people were [killed], not 20.",
        "A gunman trying to flee was [killed].",
        "He could not say who [killed] the 12 villagers.",
        "The ministry, which denied any role, said that 12 [died].",
        "Up to 900 nurses were [deployed] there.",
        "The strike left 12 [dead].",
        "Divers were hired to help the crew, and 12 [died].",
        "40 nurses came in May, with a further 15 [arriving] in June to open a ward.",
        "A medal does not heal the [grief] of widows.",
        "No more than 90 guards were [stationed] on the dam.",
        "Though the ministry denies it, 40 soldiers were [killed].",
        "The [death] of 40 soldiers could anger voters.",
        "Nobody is sure who [shot] the 12 farmers.",
    ],
)
def test_an_event_that_the_text_takes_for_granted_is_asserted(text: str) -> None:
    assert judged(text) == {Factuality.ASSERTED}


@pytest.mark.parametrize(
    "text",
    [
        "At least 12 people were reportedly [killed].",
        "Twelve crew members are believed to have been [killed].",
        "As many as 40 people may have [died].",
        "Some 20 people are feared [dead] after the boat sank.",
        "Sixty [deaths] from cholera have been reported this week.",
        "Two guards are accused of [killing] the farmer.",
        "The suspected [killing] of 12 farmers is under investigation.",
        "The toll could [rise].",
        "Analysts suggest that 4,000 were [killed].",
        "12 people, it is thought, were [killed].",
        "It appears that 12 people [died].",
        "The blast is thought to have [wounded] 30.",
        "The coastguard suspects 35 migrants have [died].",
        "Some 35 migrants are said to have [died].",
        "Around 35 [deaths] have reportedly occurred.",
    ],
)
def test_an_event_that_the_source_does_not_vouch_for_is_hedged(text: str) -> None:
    assert judged(text) == {Factuality.HEDGED}


@pytest.mark.parametrize(
    "text",
    [
        "The ministry denied that 40 soldiers were [killed].",
        "The ministry denied [killing] 40 civilians.",
        "No civilians were [killed], the army said.",
        "There were no [casualties].",
        "The bomb failed to [kill] its target.",
        "There is no evidence that 3,000 troops were [sent].",
        "The army dismissed reports that 40 soldiers were [killed] as false.",
        "Reports that 40 soldiers were [killed] are false.",
        "The blast caused no [deaths].",
        "Nobody was [killed].",
        "The explosion did not [kill] or [injure] anyone.",
        "The town fell without [casualties].",
        "The radio had no reports of [casualties].",
        "Rebels rejected the claim that they had [killed] 40 soldiers.",
        "Police foiled a plot to [kill] the president.",
        "The army said none of its soldiers were [killed].",
        "Neither side suffered [casualties].",
        "Contrary to reports, the general was not [killed].",
        "The army denied reports of 40 [dead].",
        "The embassy denies [losing] 400 men.",
        "The ministry dismissed as false a report that 40 soldiers were [killed].",
        "The claim that 40 soldiers [died] is untrue, the ministry said.",
        "Contrary to the claim, nobody was [hurt].",
        "The army rejected suggestions that it had [lost] a ship.",
        "None of the crew was [injured].",
        "Not a single soldier was [killed].",
        "The rocket hit a field, causing neither [deaths] nor [injuries].",
        "There is nothing to suggest that anyone was [killed].",
        "The attack was foiled before anyone was [hurt].",
    ],
)
def test_a_denied_or_prevented_event_is_denied(text: str) -> None:
    assert judged(text) == {Factuality.DENIED}


@pytest.mark.parametrize(
    "text",
    [
        "The government will [send] 3,000 troops.",
        "He said the government would [send] 3,000 troops.",
        "The port plans to [send] 30 tugs by noon.",
        "Another 2,000 soldiers are expected to be [deployed].",
        "He vowed to [kill] all the rebels.",
        "They bought rifles in order to [kill] the mayor.",
        "The general ordered 500 men to [withdraw].",
        "Plans for the [deployment] of 3,000 soldiers were announced.",
        "The union called for the [release] of 40 prisoners.",
        "Rebels threatened to [execute] 12 hostages.",
        "Israel is preparing to [evacuate] 100,000 people.",
        "Aid groups want to [evacuate] 200 patients.",
        "The island intends to [send] another 600 workers.",
        "The capital has promised that 500 captives will be [freed].",
    ],
)
def test_an_event_that_lies_ahead_is_planned(text: str) -> None:
    assert judged(text) == {Factuality.PLANNED}


@pytest.mark.parametrize(
    "text",
    [
        "One paper floated the idea that the port might [send] its tugs.",
        "If the dam breaks, thousands will [die].",
        "A siege would [kill] thousands.",
        "It is possible that 12 people were [killed].",
        "Did the army [kill] 40 people?",
        "A columnist raised the prospect that the union could [send] its own medics.",
        "The minutes raise the possibility of the union [sending] medics.",
        "There was talk that the union might [dispatch] further medics.",
        "The board toyed with the notion that tugs might be [sent].",
    ],
)
def test_a_supposed_event_is_speculated(text: str) -> None:
    assert judged(text) == {Factuality.SPECULATED}


@pytest.mark.parametrize(
    "text",
    [
        "How many of the crew [survived] is anyone's guess.",
        "There is no word so far on further [convoys].",
        "Officials were unable to confirm how many were [killed].",
        "It is unclear how many divers [died].",
        "The ministry did not say how many of its guards were [wounded].",
        "The firm declined to say how many divers were [killed].",
        "The ministry declined to give a figure for the [wounded].",
        "It was not clear at first whether anyone was [killed].",
        "The [casualties] could not be independently verified.",
        "The army did not confirm that 12 were [killed].",
        "Nobody can say how many divers [remain] below.",
        "How many of them are still [alive] is a mystery.",
        "It remains unclear whether any guards [survive].",
        "No one knows how many of the crew are [left].",
        "Just how many guards are still [fighting] is anybody's guess.",
        "There has been no confirmation of new [arrests].",
        "Nothing has been heard so far about further [arrests].",
        "The number of [injuries] is not known.",
        "The scale of the [losses] remains unknown.",
        "The military has yet to say how many were [killed].",
        "The firm would not tell how many divers were [killed].",
        "He gave no figure for the [wounded].",
        "The toll could not be independently confirmed; how many [died] is uncertain.",
    ],
)
def test_what_nobody_can_say_is_no_information(text: str) -> None:
    assert judged(text) == {Factuality.NO_INFORMATION}


@pytest.mark.parametrize(
    "text",
    [
        "The agency estimates that 4,000 soldiers were [killed].",
        "An estimated 4,000 were [killed].",
        "The harbour office puts [losses] at 61.",
        "A clinic pegs the week's [injuries] at 230.",
        "The insurer estimated the [injuries] at 240.",
    ],
)
def test_an_estimate_is_estimated(text: str) -> None:
    assert judged(text) == {Factuality.ESTIMATED}


@pytest.mark.parametrize(
    "text",
    [
        "The army admitted that 40 of its men were [killed].",
        "The bishop acknowledged the [deaths] of 40 novices.",
        "The director came clean about a worse [toll].",
        "The captain conceded that seven of his crew had [died].",
        "The firm at long last admitted [losing] seven divers.",
        "The owner admitted the [deaths] of seven divers.",
        "The army confessed to [killing] 40 villagers.",
    ],
)
def test_an_admitted_loss_is_acknowledged(text: str) -> None:
    assert judged(text) == {Factuality.ACKNOWLEDGED}


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (LinkKind.SAYS, Factuality.ASSERTED),
        (LinkKind.CLAIMS, Factuality.ASSERTED),
        (LinkKind.ACKNOWLEDGES, Factuality.ACKNOWLEDGED),
        (LinkKind.ESTIMATES, Factuality.ESTIMATED),
        (LinkKind.DENIES, Factuality.DENIED),
        (LinkKind.NONE_GIVEN, Factuality.HEDGED),
    ],
)
def test_the_innermost_link_colours_what_the_sentence_itself_asserts(kind: LinkKind, expected: Factuality) -> None:
    sentence = parsed("Forty soldiers were killed.")
    chain = (Attribution("the outlet", None, None, LinkKind.DENIES), Attribution("the army", None, None, kind))

    verdict, _ = judge(sentence[2], sentence, chain)

    assert verdict is expected


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("Six people were [reported] {killed}.", LinkKind.NONE_GIVEN, Factuality.HEDGED),
        ("Six people were [confirmed] {killed}.", LinkKind.NONE_GIVEN, Factuality.ASSERTED),
        ("Two [suspected] rebels were {detained}.", LinkKind.NONE_GIVEN, Factuality.ASSERTED),
        ("Gunmen [believed] to be bandits have {killed} six people.", LinkKind.BELIEVES, Factuality.ASSERTED),
        ("The hall [reportedly] housed families {displaced} by the war.", LinkKind.NONE_GIVEN, Factuality.ASSERTED),
    ],
)
def test_a_word_of_doubt_colours_only_the_event_it_is_about(text: str, kind: LinkKind, expected: Factuality) -> None:
    plain, _ = lexicon.unmark(text.replace("{", "").replace("}", ""))
    cue = text.split("[")[1].split("]")[0]
    event = text.split("{")[1].split("}")[0]
    sentence = parsed(plain)
    start = plain.index(cue)
    link = Attribution(None, None, Span.of(plain, start, start + len(cue)), kind)

    verdict, _ = judge(next(token for token in sentence if token.text == event), sentence, (link,))

    assert verdict is expected


@pytest.mark.parametrize(
    "text",
    [
        "His [wounds] are not believed to be grave.",
        "Neighbours gathered to mourn the [dead].",
        "Relatives wrote to confirm the [deaths] of their sons.",
        "The team was able to name 57 of the [dead].",
        "The likely cause of [death] is a fall.",
        "The widows of those [killed] are believed to have left.",
    ],
)
def test_what_grammar_takes_for_granted_is_asserted(text: str) -> None:
    assert judged(text) == {Factuality.ASSERTED}


def test_naming_dead_without_a_number_gives_no_information() -> None:
    assert judged("Three sources spoke of [casualties] without giving a number.") == {Factuality.ASSERTED}
    assert judged("The radio left without giving a number of [casualties].") == {Factuality.NO_INFORMATION}


def test_reasons_name_the_entry_and_its_words() -> None:
    sentence = parsed("The army denied that forty soldiers were killed.")

    _, reasons = judge(sentence[7], sentence)

    assert [(reason.rule, reason.span and reason.span.text) for reason in reasons] == [("hedges/deny", "denied")]


def test_a_parse_without_end_is_judged_all_the_same() -> None:
    words = [
        Token(i, 5 * i, 5 * i + 4, "said", "said", "say", "VBD", "VERB", "ccomp" if i else "ROOT", max(i - 1, 0))
        for i in range(3000)
    ]
    text = " ".join(word.text for word in words)
    chain_of_verbs = Parse(Sentence(0, len(text), text, 0, 0), tuple(words))

    assert judge(words[-1], chain_of_verbs)[0] is Factuality.ASSERTED
