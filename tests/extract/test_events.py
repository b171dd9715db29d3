"""Events with their PLOVER types."""

from __future__ import annotations

import pytest

from tallystick.extract.events import depth, find_events
from tallystick.extract.syntax import parse
from tallystick.model.mentions import EventMention
from tallystick.model.syntax import Parse
from tallystick.model.text import Sentence


def parsed(text: str) -> Parse:
    return parse([Sentence(0, len(text), text, 0, 0)])[0]


def main_event(text: str) -> EventMention:
    sentence = parsed(text)
    return min(find_events(sentence), key=lambda event: depth(event, sentence))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Both governments agreed to reopen the border.", "AGREE"),
        ("The ministry will send food to the refugees.", "AGREE"),
        ("The envoy met the rebel leaders on Tuesday.", "CONSULT"),
        ("The council welcomed the truce.", "SUPPORT"),
        ("The governor lifted the curfew.", "CONCEDE"),
        ("The agencies shared intelligence about the cell.", "COOPERATE"),
        ("The charity donated blankets to the camp.", "AID"),
        ("The army withdrew its tanks from the valley.", "RETREAT"),
        ("The union demanded the release of two miners.", "REQUEST"),
        ("The ministry accused the rebels of a massacre.", "ACCUSE"),
        ("The rebels rejected the offer of talks.", "REJECT"),
        ("The rebels threatened to flood the mine.", "THREATEN"),
        ("The rebels said they would shell the harbour.", "THREATEN"),
        ("Students marched to the palace.", "PROTEST"),
        ("The state expelled two diplomats.", "SANCTION"),
        ("The army deployed tanks along the river.", "MOBILIZE"),
        ("Police arrested forty students.", "COERCE"),
        ("Gunmen killed six farmers near the mill.", "ASSAULT"),
        ("The council said the rebels must release the crew.", "REQUEST"),
    ],
)
def test_the_main_event_of_a_sentence_has_its_plover_type(text: str, kind: str) -> None:
    assert main_event(text).type == kind


@pytest.mark.parametrize(
    ("text", "mode"),
    [
        ("An airstrike hit the market.", "aerial"),
        ("A mortar attack wounded two guards.", "artillery"),
        ("A suicide bomber hit the depot.", "suicide"),
        ("A roadside bomb killed a driver.", "bomb"),
        ("The flood killed two shepherds.", "natural_disaster"),
    ],
)
def test_the_mode_says_how_it_was_done(text: str, mode: str) -> None:
    assert mode in {event.mode for event in find_events(parsed(text))}


@pytest.mark.parametrize(
    ("text", "modes"),
    [
        ("Gunmen killed six farmers.", ()),
        ("Gunmen did not kill the farmers.", ("negation",)),
        ("Gunmen may have killed six farmers.", ("hypothetical",)),
        ("Gunmen plan to kill six farmers.", ("future",)),
        ("Gunmen had killed six farmers.", ("historical",)),
    ],
)
def test_auxiliary_modes_tell_what_happened_from_what_did_not(text: str, modes: tuple[str, ...]) -> None:
    assert main_event(text).modes == modes


@pytest.mark.parametrize(
    "text",
    [
        "Masked gunmen killed six farmers near the mill.",
        "Six farmers were killed by masked gunmen near the mill.",
    ],
)
def test_active_and_passive_name_the_same_parties(text: str) -> None:
    event = next(event for event in find_events(parsed(text)) if event.span.text == "killed")

    assert event.actor is not None
    assert event.recipient is not None
    assert event.actor.text.lower() == "masked gunmen"
    assert event.recipient.text.lower() == "six farmers"


@pytest.mark.parametrize(
    ("text", "recipient"),
    [
        ("Six farmers died in the blast.", "six farmers"),
        ("The shell that killed six farmers came from the hill.", "six farmers"),
        ("Relatives buried six farmers killed in the raid.", "six farmers"),
    ],
)
def test_whoever_dies_is_the_recipient(text: str, recipient: str) -> None:
    events = [event for event in find_events(parsed(text)) if event.mode in ("kill", "artillery")]

    assert recipient in [event.recipient.text.lower() for event in events if event.recipient]


def test_weapons_that_are_seized_are_no_attack() -> None:
    kinds = {event.type for event in find_events(parsed("Police found six roadside bombs in a barn."))}

    assert kinds == {"COERCE"}


def test_what_is_only_agreed_is_no_event_of_its_own() -> None:
    kinds = [event.type for event in find_events(parsed("The rebels agreed to withdraw their fighters."))]

    assert kinds == ["AGREE"]


def test_a_text_of_triggers_alone_has_a_bounded_number_of_events() -> None:
    assert len(find_events(parsed("attack " * 500))) <= 60
