"""A printed report holds a quantity or an incident with every word that it rests on, and nothing that acts."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from importlib import resources
from pathlib import Path

import pypdfium2
import pytest

from tallystick.errors import BadQuestion, LedgerError, UnknownPolicy, UnknownTally
from tallystick.jobs import intake
from tallystick.jobs.printing import printed_report
from tallystick.jobs.reconciling import reconcile
from tallystick.ledger import checkpoints
from tallystick.ledger.store import Ledger
from tallystick.model.cards import PrintedReport
from tallystick.views import pdf as pdfs
from tallystick.views.printed import content, page, report_policy

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = datetime(2026, 3, 2, 9, 30, 15, 123_456, tzinfo=UTC)
MARKUP = "#set page(fill: red) $x^2$ *bold* #panic() <script>alert(1)</script> \\ @ref"


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """The eight shipped reports of one incident. To be read only."""
    folder = resources.files("tallystick") / "examples" / "cluster"
    path = tmp_path_factory.mktemp("printing") / "ledger.db"
    with resources.as_file(folder) as reports, Ledger.create(path, now=NOW) as made:
        intake.add(made, [reports], now=lambda: NOW)
        reconcile(made, now=NOW)
        checkpoints.checkpoint(made, now=NOW)
        yield made


@pytest.fixture(scope="module")
def toll(ledger: Ledger) -> PrintedReport:
    """The report of the disputed toll under two policies."""
    return printed_report(ledger, "3261ed8d:4581078b", at=LATER, policies=("neutral", "ucdp-like"))


def with_words(report: PrintedReport, words: str, publisher: str = "صحيفة الفرات") -> PrintedReport:
    """The report as if every figure had been said in these words."""
    (one,) = report.quantities
    figures = tuple(replace(f, quote=words, publisher=publisher) for f in one.tally.figures)
    return replace(report, title=words, quantities=(replace(one, tally=replace(one.tally, figures=figures)),))


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    return " ".join(" ".join(page.get_textpage().get_text_range() for page in document).split())


def test_a_quantity_stands_with_an_estimate_a_policy_and_its_trace(toll: PrintedReport) -> None:
    (quantity,) = content(toll)["quantities"]

    assert [(one["policy"], one["low"], one["best"], one["high"]) for one in quantity["estimates"]] == [
        ("neutral/1", "26", "31", "31"),
        ("ucdp-like/1", "26", "31", "31"),
    ]
    assert all(one["steps"] for one in quantity["estimates"])
    assert quantity["said"].startswith("13 mentions in 8 reports by 4 outlets → 3 independent origins")
    assert [point["day"] for point in quantity["days"]] == sorted(point["day"] for point in quantity["days"])


def test_a_name_that_mixes_scripts_is_marked_on_paper_and_on_the_page(toll: PrintedReport) -> None:
    imitated = with_words(toll, "31 people were killed", "The F\u043erd Echo")
    notice = "“Fоrd” mixes scripts: “о” is Cyrillic (U+043E)"

    assert content(toll)["letters"] == []
    (told,) = content(imitated)["letters"]
    assert told.startswith(notice)
    assert f'<p class="notice">{notice}' in page(imitated)
    assert "U+043E" in text_of(pdfs.pdf(imitated))


def test_a_conflict_stands_with_the_words_on_both_sides_and_the_ways_out(toll: PrintedReport) -> None:
    (dispute,) = content(toll)["quantities"][0]["disputes"]
    (conflict,) = dispute["conflicts"]

    assert conflict["line"] == "26 is less than 31"
    assert len(conflict["sides"]) == 2
    assert "Twenty-six people were killed" in [quote["words"] for quote in conflict["sides"][0]["quotes"]]
    assert any("Thirty-one people" in quote["words"] for quote in conflict["sides"][1]["quotes"])
    assert len(dispute["repairs"]) == 2


def test_every_figure_names_its_document_and_every_document_its_hash(toll: PrintedReport) -> None:
    made = content(toll)

    assert len(made["figures"]) == len(toll.quantities[0].tally.figures) == 13
    assert {figure["document"] for figure in made["figures"]} == {one["number"] for one in made["documents"]}
    assert all(len(one["sha256"]) == 64 for one in made["documents"])
    assert [one["day"] for one in made["documents"]] == sorted(one["day"] for one in made["documents"])


def test_the_report_names_the_log_its_checkpoint_and_the_time_it_was_given(toll: PrintedReport, ledger: Ledger) -> None:
    made = content(toll)

    assert made["log"] == {"origin": ledger.meta()["origin"], "size": "52", "root": ledger.head().root.hex()}
    assert made["checkpoint"].startswith(ledger.meta()["origin"])
    assert made["made_at"] == "2026-03-02 09:30 UTC"


def test_an_incident_holds_all_its_quantities(ledger: Ledger) -> None:
    report = printed_report(ledger, "i3261", at=LATER)
    made = content(report)

    assert made["kind"] == "incident"
    assert len(made["quantities"]) == 7
    assert "People wounded in Téra on 3 June 2024" in [one["heading"] for one in made["quantities"]]
    assert made["left"] == 0


def test_quantities_of_an_incident_beyond_the_most_are_counted(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tallystick.jobs.printing.QUANTITIES", 2)
    report = printed_report(ledger, "i3261", at=LATER)

    assert (len(report.quantities), report.left) == (2, 5)
    assert "5 further quantities of this incident are not printed here" in page(report)


def test_as_of_a_day_only_what_was_public_by_then_is_printed(ledger: Ledger) -> None:
    report = printed_report(ledger, "t:b96be7", at=LATER, known_by=date(2024, 6, 4))
    made = content(report)
    (quantity,) = made["quantities"]

    assert [(one["low"], one["best"], one["high"]) for one in quantity["estimates"]] == [("24", "–", "–")]
    assert [point["day"] for point in quantity["days"]] == ["2024-06-03", "2024-06-04"]
    assert quantity["disputes"] == []
    assert all(one["day"] <= "2024-06-04" for one in made["documents"])
    assert ["As of", "the end of 2024-06-04: only what had been published by then"] in made["scope"]
    with pytest.raises(BadQuestion, match="nothing was known"):
        printed_report(ledger, "t:b96be7", at=LATER, known_by=date(2024, 6, 2))
    with pytest.raises(BadQuestion):
        printed_report(ledger, "t:b96be7", at=LATER, held_by=NOW - timedelta(days=1))


def test_what_is_not_there_is_refused(ledger: Ledger, tmp_path: Path) -> None:
    for name in ("i99", "t:zz"):
        with pytest.raises(UnknownTally):
            printed_report(ledger, name, at=LATER)
    with pytest.raises(UnknownPolicy):
        printed_report(ledger, "i3261", at=LATER, policies=("mine",))
    with Ledger.create(tmp_path / "empty.db", now=NOW) as empty, pytest.raises(LedgerError, match="reconciled"):
        printed_report(empty, "i3261", at=LATER)


def test_nothing_of_a_document_is_markup_in_the_page(toll: PrintedReport) -> None:
    made = page(with_words(toll, MARKUP))

    assert "<script" not in made
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in made
    assert "default-src 'none'" in report_policy()
    assert "unsafe" not in report_policy()


def test_the_chart_is_in_the_page_with_words_for_those_who_do_not_see_it(toll: PrintedReport) -> None:
    (image,) = re.findall(r'<img src="data:image/svg\+xml;base64,([^"]+)" alt="([^"]+)"', page(toll))

    assert base64.b64decode(image[0]).startswith(b"<svg")
    assert "People killed in Téra" in image[1] or "people killed in Téra" in image[1]


def test_the_pdf_is_tagged_dated_and_named_and_the_same_each_time(toll: PrintedReport) -> None:
    made = pdfs.pdf(toll)
    document = pypdfium2.PdfDocument(made)
    facts = document.get_metadata_dict()

    assert document.is_tagged()
    assert facts["Title"] == "People killed in Téra on 3 June 2024"
    assert facts["CreationDate"].startswith("D:20260302093015")
    assert pdfs.pdf(toll) == made


def test_nothing_of_a_document_is_markup_in_the_pdf(toll: PrintedReport) -> None:
    shown = text_of(pdfs.pdf(with_words(toll, MARKUP)))

    assert "#set page(fill: red) $x^2$ *bold* #panic() <script>alert(1)</script>" in shown


@pytest.mark.parametrize("words", ["Не менее 31 человека погибли", "Au moins 31 personnes tuées – Téra"])
def test_other_alphabets_are_set_with_the_fonts_at_hand(toll: PrintedReport, words: str) -> None:
    assert words in text_of(pdfs.pdf(with_words(toll, words, "Волна")))


def test_letters_that_no_font_has_are_told_of(toll: PrintedReport) -> None:
    lacking = "\U00013000\U0001e2c0"  # a hieroglyph, and a letter of Wancho

    assert "Some letters are not in the fonts" in text_of(pdfs.pdf(with_words(toll, f"31 {lacking}")))
    assert "Some letters are not in the fonts" not in text_of(pdfs.pdf(toll))


def test_names_in_a_chain_are_kept_apart_so_that_the_arrow_keeps_its_way(toll: PrintedReport) -> None:
    quote = content(with_words(toll, "31"))["figures"][0]

    assert quote["who"] == "\u2068صحيفة الفرات\u2069 ← \u2068District hospital\u2069"


def test_a_report_without_a_dated_figure_draws_nothing(toll: PrintedReport) -> None:
    (one,) = toll.quantities
    bare = replace(toll, quantities=(replace(one, series=replace(one.series, points=())),))

    assert "<img" not in page(bare)
    assert pdfs.pdf(replace(bare, made_at=LATER + timedelta(days=1)))[:5] == b"%PDF-"
