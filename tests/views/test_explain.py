from __future__ import annotations

from rich.console import Console

from tallystick.model.claims import Claim
from tallystick.model.mentions import Reason
from tallystick.model.syntax import Parse, Token
from tallystick.model.text import Sentence
from tallystick.views.explain import explanation, explanation_record, resolutions, tree, why
from tests import builders


def parse() -> Parse:
    """Ten men died."""
    rows = [("Ten", "CD", "NUM", "nummod", 1), ("men", "NNS", "NOUN", "nsubj", 2), ("died", "VBD", "VERB", "ROOT", 2)]
    text = "Ten men died."
    tokens = []
    for i, (word, tag, pos, dep, head) in enumerate(rows):
        start = text.index(word)
        tokens.append(Token(i, start, start + len(word), word, word.lower(), word.lower(), tag, pos, dep, head))
    return Parse(Sentence(0, len(text), text, 0, 0), tuple(tokens))


def explained(claim: Claim) -> str:
    console = Console(width=100, color_system=None)
    with console.capture() as captured:
        console.print(explanation(builders.report(), claim, parse()))
    return captured.get()


def test_the_tree_names_what_each_word_does() -> None:
    assert list(tree(parse())) == [
        "died  (root, verb)",
        "└─ men  (subject, noun)",
        "   └─ Ten  (number, num)",
    ]


def test_a_very_deep_sentence_is_drawn_without_recursion() -> None:
    size = 3_000
    tokens = tuple(Token(i, i, i + 1, "a", "a", "a", "NN", "NOUN", "pobj", max(i - 1, 0)) for i in range(size))

    lines = list(tree(Parse(Sentence(0, size, "a" * size, 0, 0), tokens)))

    assert len(lines) == size
    assert max(map(len, lines)) < 80


def test_a_lexicon_entry_is_given_with_its_meaning_and_a_step_with_its_note() -> None:
    report = builders.report()
    step = Reason("place", "step/of-our-own", None, "the dateline names it")
    claim = report.claims[0]
    reasons = why(claim)

    assert reasons[0].reason.rule == "comparators/up-to"
    assert reasons[0].meaning
    assert reasons[0].meaning != "no lower end"
    object.__setattr__(claim, "reasons", (step,))
    assert why(claim)[0].meaning == "the dateline names it"


def test_an_explanation_shows_figure_reasons_and_parse() -> None:
    report = builders.report()

    out = explained(report.claims[0])

    assert "at most 40 killed" in out
    assert "The Lowland Herald [estimates]: estimates" in explained(report.claims[1])
    assert "comparators/up-to" in out
    assert "└─ men" in out


def test_an_explanation_as_a_record_holds_reasons_and_words() -> None:
    report = builders.report()

    record = explanation_record(report.claims[0], parse())

    assert record["claim"]["id"] == report.claims[0].id
    assert record["reasons"][0]["text"] == "Up to"
    assert [word["head"] for word in record["parse"]] == [1, 2, 2]


def test_an_explanation_says_what_the_words_came_to() -> None:
    first, second = builders.report().claims

    assert list(resolutions(first)) == [
        ("figure", "“Up to 40”", "at most 40"),
        ("who", "“soldiers”", "soldiers (Ukraine, combatant)"),
        ("where", "“Sumy”", "Sumy, UA (town), 50.9216, 34.8003, GeoNames 692194, score 0.93"),
        ("when", "“Friday”", "2024-05-10 (counted from the day of publication)"),
        ("said by", "“the general staff”", "the general staff: says, by the words “said”"),
    ]
    assert [row[2] for row in resolutions(second)][1:4] == ["unknown"] * 3
