"""Sources of headlines. [Brackets] mark the figure that is looked up."""

import pytest

from tallystick.model.mentions import LinkKind
from tests.extract.chains import chain_of, names_in


@pytest.mark.parametrize(
    ("headline", "source"),
    [
        ("[31] people killed in Marsh raid, clinic says", "clinic"),
        ("Raid on Marsh kills [31]: police", "police"),
        ("Mill fire kills [12] in Marsh - officials", "officials"),
        ("Mill fire kills [12] in Marsh – health ministry", "health ministry"),
        ("Mill fire kills [12]: ministry of health", "ministry of health"),
        ("[Twelve] killed in Marsh blast, say police", "police"),
        ("Ferry sinks, [12] dead, county reeve says", "county reeve"),
    ],
)
def test_the_last_words_of_a_headline_name_its_source(headline: str, source: str) -> None:
    for text in (headline, f"{headline}\n\nRaiders came at dawn on Monday."):
        assert names_in(text) == [source]


@pytest.mark.parametrize(
    "text",
    [
        "Raid on Marsh kills [31] - the worst attack on police",
        "Marsh raid: [31] dead, nine missing",
        "Raid on Marsh kills [31] - at a glance",
        "[31] killed in Marsh raid, a year after the last",
        "Mill fire kills [12] in north-west Marsh",
    ],
)
def test_other_last_words_of_a_headline_name_nobody(text: str) -> None:
    assert names_in(text) == []


def test_a_sentence_with_a_full_stop_is_no_headline() -> None:
    assert names_in("The fire took [12] lives - police.") == []


def test_the_cue_of_a_headline_is_its_mark_or_its_verb() -> None:
    (link,) = chain_of("Mill fire kills [12] in Marsh - officials")
    assert (link.kind, link.cue.text if link.cue else None) == (LinkKind.SAYS, "-")
    (link,) = chain_of("Mill fire kills [12] in Marsh, rebels claim")
    assert (link.kind, link.cue.text if link.cue else None) == (LinkKind.CLAIMS, "claim")
