"""Pronouns, short names and definite nouns of sources. Texts are invented; the last sentence is the one resolved."""

from hashlib import sha256

import pytest

from tallystick.extract.coreference import introduction, resolve_person
from tallystick.extract.sentences import split
from tallystick.extract.syntax import parse
from tallystick.model.text import Document


def resolved(text: str) -> str | None:
    mark = sha256(text.encode()).hexdigest()
    document = Document(text, mark, mark)
    sentences = split(document)
    (last,) = parse(sentences[-1:])
    subject = next(token for token in last if token.dep == "nsubj")
    span = resolve_person(subject, last, document, sentences, {})
    return None if span is None else span.text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Marsh leader Ivo Brandt visited the clinic. He said 12 men had died.", "Ivo Brandt"),
        ("Chan Sen Ho, who leads Marsh, laughed. Chan said 12 men had died.", "Chan Sen Ho"),
        ("Ivo Brandt spoke at noon. The toll was high. Brandt said 12 men had died.", "Ivo Brandt"),
        ("Marsh President Ivo Brandt gave a briefing. Brandt said 12 men had died.", "Ivo Brandt"),
        ("Colonel Ivo Brandt gave a briefing. The colonel said 12 men had died.", "Ivo Brandt"),
        ("The Defence Ministry gave a briefing. The ministry said 12 men had died.", "Defence Ministry"),
        (
            "The Harbour Monitoring Office (HMO) counts the dead of both sides. HMO said 12 men had died.",
            "Harbour Monitoring Office",
        ),
    ],
)
def test_a_short_form_stands_for_the_fuller_name_before_it(text: str, expected: str) -> None:
    assert resolved(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Marsh leader Ivo Brandt met Karim Salah on Monday. He said 12 men had died.",
        "Ivo Brandt and Anna Brandt were there. Brandt said 12 men had died.",
        "Shelling hit Khan Yunis on Monday. He said 12 men had died.",
        "Colonel Ivo Brandt met Colonel Karim Salah. The colonel said 12 men had died.",
        "The men left at dawn. He said 12 men had died.",
    ],
)
def test_where_two_or_none_could_be_meant_nobody_is(text: str) -> None:
    assert resolved(text) is None


def test_a_name_is_introduced_by_the_words_before_it() -> None:
    text = "Yesterday Marsh leader Ivo Brandt spoke."
    mark = sha256(text.encode()).hexdigest()
    document = Document(text, mark, mark)
    start = text.index("Ivo")

    assert introduction(document.span(start, start + 10), document, split(document)).text == "Marsh leader Ivo Brandt"


def test_thousands_of_names_are_resolved_in_reasonable_time() -> None:
    assert resolved("Then Ivo Brandt spoke. " * 3_000 + "Brandt said 12 men had died.") == "Ivo Brandt"
