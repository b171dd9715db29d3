from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest
from rich.console import Console

from tallystick.model.claims import Attribution, Factuality, Interest, Stance
from tallystick.model.mentions import LinkKind
from tallystick.model.report import Report
from tallystick.model.text import DateBounds
from tallystick.model.values import Count, Form, Grain, Mod, Period
from tallystick.views import words
from tallystick.views.ledger import TABLE_FROM, ledger
from tests import builders


def printed(report: Report, width: int) -> str:
    console = Console(width=width, color_system=None, legacy_windows=False)
    with console.capture() as captured:
        console.print(ledger(report, width))
    return captured.get()


@pytest.mark.parametrize("width", [80, 100, TABLE_FROM, 180])
def test_every_field_is_shown_at_every_width(width: int) -> None:
    out = " ".join(printed(builders.report(), width).replace("│", " ").split())

    for shown in ("at most 40", "killed", "soldiers", "Sumy, UA", "2024-05-10", "→ the", "asserted", "estimated"):
        assert shown in out


@pytest.mark.parametrize("width", [60, 80, 100, 140, 200])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    assert max(len(line.rstrip()) for line in printed(builders.report(), width).splitlines()) <= width


def test_the_chain_runs_from_the_publisher_to_who_said_it_first() -> None:
    report = builders.report()

    assert words.chain(report.claims[1], replace(report.document, publisher="Radio Sula")) == (
        "Radio Sula",
        "The Lowland Herald [estimates]",
        "two officers",
    )


@pytest.mark.parametrize("publisher", ["The Lowland Herald", "Lowland Herald"])
def test_an_outlet_that_names_itself_stands_once_in_the_chain(publisher: str) -> None:
    report = builders.report()

    assert words.chain(report.claims[1], replace(report.document, publisher=publisher)) == (
        "The Lowland Herald [estimates]",
        "two officers",
    )


def test_a_source_that_is_not_named_is_said_to_be_so() -> None:
    link = Attribution(
        None, None, builders.span("90 drownings have been reported", "have been reported"), LinkKind.NONE_GIVEN
    )

    assert words.source(link) == "source not named “have been reported”"


def test_what_is_unknown_reads_unknown() -> None:
    report = builders.report()
    out = printed(Report(builders.document(), report.claims[1:]), 80)

    assert out.count("unknown") == 4  # the publication date, who, where, when
    assert "0" not in re.sub("[0-9a-f]{8,}", "", out.partition("1 figure")[0])


@pytest.mark.parametrize(
    ("count", "shown"),
    [
        (Count(12, 12, 12), "12"),
        (Count(None, 8_000, 8_000, Form.BOUNDED, "up to", Mod.EQUAL_OR_LESS), "at most 8,000"),
        (Count(41, None, 40, Form.BOUNDED, "more than", Mod.MORE_THAN), "at least 41"),
        (Count(12, 24, None, Form.RANGE), "12–24"),
        (Count(180, 220, 200, Form.APPROXIMATE, "about", Mod.APPROX), "about 200 (180–220)"),
        (Count(None, None, 200, Form.APPROXIMATE, "some", Mod.APPROX), "about 200"),
        (Count(24, None, None, Form.VAGUE, typical_low=24, typical_high=99), "at least 24 (usually 24–99)"),
        (Count(3_000, 3_000, 3_000, Form.ADDITIVE, "another"), "+ 3,000"),
        (Count(2_300, 2_300, 2_300, whole=9_000), "2,300 of 9,000"),
        (Count(None, None, form=Form.QUESTION), "unknown"),
        (Count(7.5e6, 7.5e6, 7.5e6), "7,500,000"),
        (Count(1.5, 1.5, 1.5), "1.5"),
        (Count(0, 0, 0), "0"),
    ],
)
def test_a_figure_is_shown_as_a_coder_would_cite_it(count: Count, shown: str) -> None:
    assert words.figure(count) == shown


@pytest.mark.parametrize(
    ("period", "shown"),
    [
        (Period(date(2024, 5, 10), date(2024, 5, 10), Grain.DAY), "2024-05-10"),
        (Period(date(2024, 5, 1), date(2024, 5, 31), Grain.MONTH), "2024-05"),
        (Period(date(2024, 1, 1), date(2024, 12, 31), Grain.YEAR), "2024"),
        (Period(date(2024, 9, 1), date(2024, 11, 30), Grain.SEASON), "2024-09-01 to 2024-11-30"),
        (Period(date(2022, 2, 24), None), "since 2022-02-24"),
        (Period(None, date(2022, 2, 24)), "until 2022-02-24"),
        (Period(None, None), "unknown"),
        (None, "unknown"),
    ],
)
def test_days_are_shown_as_precisely_as_they_are_known(period: Period | None, shown: str) -> None:
    assert words.when(period, None) == shown


def test_how_sure_names_denial_interest_opinion_and_loaded_words() -> None:
    claim = replace(
        builders.report().claims[0],
        factuality=Factuality.DENIED,
        interest=Interest.OWN_LOSSES,
        stance=Stance.OPINION,
        loaded=(builders.span(builders.TEXT, "soldiers"),),
    )

    assert words.sure(claim) == ("denied", "counts its own losses", "opinion", "loaded: soldiers")


def test_an_inferred_publication_date_is_an_interval_with_its_reasons() -> None:
    bounds = DateBounds(date(2024, 5, 10), date(2024, 5, 17), ("“Friday” lies before it",))

    out = printed(replace(builders.report(), document=builders.document(published_bounds=bounds)), 80)

    assert "2024-05-10 to 2024-05-17 (inferred)" in out
    assert "because    “Friday” lies before it" in out


def test_a_report_without_figures_says_so() -> None:
    assert "No figures; 0 of 3 sentences" in printed(Report(builders.document(), sentences=3), 80)


def test_words_of_a_document_cannot_steer_the_terminal() -> None:
    text = "\x1b[31m12\x1b[0m men [bold]were[/bold] \u202ekilled"
    claim = builders.claim(text, text, "12", Count(12, 12, 12))

    out = printed(Report(builders.document(text), (claim,)), 80)

    assert "\x1b" not in out
    assert "\u202e" not in out
    assert "[bold]were[/bold]" in out
