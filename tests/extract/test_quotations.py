"""Quotation marks of every style, and who speaks between them. Texts are invented."""

from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tallystick.extract.quotations import find_quotations
from tallystick.extract.sentences import split
from tallystick.model.mentions import Quotation, QuoteKind
from tallystick.model.text import Document


def quotations(text: str) -> tuple[Quotation, ...]:
    mark = sha256(text.encode("utf-8", "replace")).hexdigest()
    document = Document(text, mark, mark)
    return find_quotations(document, split(document), {})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('The mayor said: "The bridge is gone."', ['"The bridge is gone."']),
        ("The mayor said: “The bridge is gone.”", ["“The bridge is gone.”"]),
        ("The mayor said: «The bridge is gone.»", ["«The bridge is gone.»"]),
        ("The mayor said: „The bridge is gone.“", ["„The bridge is gone.“"]),
        ("The mayor said: 'The bridge is gone.'", ["'The bridge is gone.'"]),
        ("The mayor said: ‘The soldiers’ bridge is gone.’", ["‘The soldiers’ bridge is gone.’"]),
        ("“He said ‘run’ and we ran,” she said.", ["“He said ‘run’ and we ran,”"]),
        ("The soldiers' families weren't told in the '90s.", []),
        ("It's 5' long and 12\" wide.", []),
        ('"Gone," he said. "All of it."', ['"Gone,"', '"All of it."']),
    ],
)
def test_marks_of_every_style_are_paired(text: str, expected: list[str]) -> None:
    assert [quotation.span.text for quotation in quotations(text)] == expected


def test_a_quotation_over_several_paragraphs_opens_each_and_closes_the_last() -> None:
    text = "“The first shell fell at dawn.\n\n“The second fell at noon,” Brandt said."

    assert [quotation.span.text for quotation in quotations(text)] == [
        "“The first shell fell at dawn.\n\n“The second fell at noon,”"
    ]


@pytest.mark.parametrize(
    "text",
    [
        'He had a " in his name.\n\n"The bridge is gone," the mayor said.',
        'He said "run and left.\nThe rest is quiet.\n"The bridge is gone," the mayor said.',
        '12" shells fell. "The bridge is gone," the mayor said.',
    ],
)
def test_a_mark_without_a_partner_loses_nothing_that_follows(text: str) -> None:
    assert '"The bridge is gone,"' in [quotation.span.text for quotation in quotations(text)]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Brandt said: “The bridge is gone for good.”", QuoteKind.DIRECT),
        ("Brandt boasted of a “glorious end of the mission.”", QuoteKind.MIXED),
        ("Brandt called the men “martyrs” on Friday.", QuoteKind.SCARE),
    ],
)
def test_whole_clauses_parts_of_clauses_and_single_words_are_told_apart(text: str, kind: QuoteKind) -> None:
    assert [quotation.kind for quotation in quotations(text)] == [kind]


@pytest.mark.parametrize(
    ("text", "speaker", "cue"),
    [
        ('"The bridge is gone," Ivo Brandt said.', "Ivo Brandt", "said"),
        ('"The bridge is gone," said Ivo H. Brandt.', "Ivo H. Brandt", "said"),
        ('"The bridge is gone," Gen. Brandt told the council.', "Gen. Brandt", "told"),
        ('Ivo Brandt said: "The bridge is gone."', "Ivo Brandt", "said"),
        ('"The bridge," the mayor said, "is gone for good."', "the mayor", "said"),
        ('"Where is the bridge?" Brandt asked.', "Brandt", "asked"),
        ('"The bridge is gone," he added.', "he", "added"),
        ('"The bridge is gone," said Brandt. "The mill is gone too."', "Brandt", "said"),
    ],
)
def test_the_speaker_is_found_without_a_parse(text: str, speaker: str, cue: str) -> None:
    found = quotations(text)

    assert [quotation.speaker for quotation in found] == [speaker] * len(found)
    assert {quotation.cue.text for quotation in found if quotation.cue} == {cue}


def test_a_speaker_has_the_fullest_name_that_the_document_gives_him() -> None:
    short, pronoun = quotations(
        'Marsh leader Ivo Brandt spoke. "The bridge is gone," Brandt said. "The mill is gone as well," he added.'
    )

    assert (short.speaker, pronoun.speaker) == ("Ivo Brandt", "Ivo Brandt")
    assert pronoun.speaker_span is not None
    assert pronoun.speaker_span.text == "he"


def test_whoever_carries_a_quotation_stands_in_its_chain() -> None:
    (quotation,) = quotations(
        "Brandt gushed, “The taking of Dunmere showed our courage,” according to KTA news service."
    )

    assert (quotation.speaker, quotation.chain) == ("Brandt", ("KTA news service",))


@pytest.mark.parametrize(
    ("text", "chain"),
    [
        ('"The bridge is gone," Brandt told Reuters on Friday.', ("Reuters",)),
        ('"The bridge is gone," Brandt told the Lowland Times.', ("Lowland Times",)),
        ('"The bridge is gone," Brandt told his men.', ()),
    ],
)
def test_the_agency_that_was_told_carries_the_quotation(text: str, chain: tuple[str, ...]) -> None:
    assert [quotation.chain for quotation in quotations(text)] == [chain]


def test_a_quotation_below_a_line_that_ends_in_a_colon_has_the_speaker_of_that_line() -> None:
    (quotation,) = quotations("The mayor said in a statement:\n\n“The bridge is gone for good.”")

    assert quotation.speaker == "The mayor"


def test_a_quotation_whose_speaker_is_not_named_has_none() -> None:
    (quotation,) = quotations("The sign by the road read like this. “No entry beyond this point for anyone.”")

    assert quotation.speaker is None


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="\"'“”‘’«»„ab .,?\nsaid X", max_size=120))
def test_quotations_lie_in_the_text_in_order_and_do_not_overlap(text: str) -> None:
    last = 0
    for quotation in quotations(text):
        assert text[quotation.span.start : quotation.span.end] == quotation.span.text
        assert quotation.span.start >= last
        last = quotation.span.end


def test_many_marks_take_no_more_than_linear_time() -> None:
    assert quotations('"' * 20_000) == ()
    assert len(quotations('"We lost 9 men," said Brandt. ' * 2_000)) == 2_000
