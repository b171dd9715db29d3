"""The demo: the eight invented reports of one attack, from pages to a ledger."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cache
from importlib import resources

from typer.testing import CliRunner

from tallystick import cli
from tallystick.jobs.demo import Demo
from tallystick.jobs.demo import demo as run
from tallystick.model.constraints import ConflictKind
from tallystick.model.quantities import Figure


@cache
def demo() -> Demo:
    return run(now=datetime(2031, 5, 1, 12, tzinfo=UTC))


@cache
def printed(width: int = 80) -> str:
    return CliRunner().invoke(cli.app, ["demo"], env={"COLUMNS": str(width)}).stdout


def killed() -> dict[str, Figure]:
    return {figure.id: figure for figure in demo().main.tally.figures}


def test_every_report_says_that_it_is_invented_and_none_is_long() -> None:
    folder = resources.files("tallystick") / "examples" / "cluster"
    pages = [page.read_text(encoding="utf-8") for page in folder.iterdir()]

    assert len(pages) == 8
    for page in pages:
        assert "This report is invented." in page
        assert ".example/" in page  # no outlet's address leads anywhere
        assert len(page.split()) < 250


def test_all_eight_are_read_with_outlet_and_day() -> None:
    done = demo().done

    assert (len(done.added.documents), done.unread) == (8, [])
    published = [figure.published for figure in killed().values()]
    assert min(published, key=str) == date(2024, 6, 3)
    assert max(published, key=str) == date(2024, 6, 8)
    assert None not in published
    assert {f.publisher for f in killed().values()} == {
        "Liptako Wire", "The Capital Daily", "Radio Sirba", "The Border Gazette"
    }  # fmt: skip


def test_the_page_that_changed_in_silence_is_found_with_the_figure() -> None:
    (revised,) = demo().done.revised

    assert [(change.note, change.silent) for change in revised.changes] == [("“34” became “43”", True)]


def test_the_wire_copy_is_found() -> None:
    ((copy, original, share),) = demo().copied

    assert (copy.publisher, original.publisher) == ("The Capital Daily", "Liptako Wire")
    assert share > 0.5


def test_nine_mentions_of_the_dead_are_one_hospital() -> None:
    found = demo().main.tally.origins
    mentions = {origin.name: sum(len(voice.figures) for voice in origin.voices) for origin in found.origins}

    assert demo().main.tally.label == "people killed in Téra on 3 June 2024"
    assert {name and name.casefold(): number for name, number in mentions.items()} == {
        "district hospital": 9, "ibrahim moussa": 1, "interior ministry": 2, "sahel count": 1
    }  # fmt: skip
    assert (found.mentions, found.at_least, found.at_most) == (13, 3, 3)


def test_the_only_conflict_is_the_ministry_s_26_against_the_31_of_two_origins() -> None:
    clashing = [answer.tally for answer in demo().tallies if answer.tally.conflicts]
    (conflict,) = clashing[0].conflicts

    assert [tally.id for tally in clashing] == [demo().main.tally.id]
    assert conflict.kind is ConflictKind.GENUINE
    assert {killed()[name].value for name in conflict.figures} == {26, 31}
    cheapest = min(clashing[0].repairs, key=lambda repair: repair.cost)
    assert {killed()[name].value for side in cheapest.sides for name in side.figures} == {26}


def test_the_denied_60_is_no_toll() -> None:
    denied = [figure for figure in killed().values() if figure.value == 60]

    assert [(figure.factuality.value, figure.binds) for figure in denied] == [("denied", False)]


def test_the_other_figures_are_what_the_reports_say() -> None:
    values = {answer.tally.label: (answer.estimate.low, answer.estimate.high) for answer in demo().tallies}

    assert values["women killed in Téra on 3 June 2024"] == (9, 9)
    assert values["children killed in Téra on 3 June 2024"] == (4, 4)
    assert values["soldiers killed in Téra on 3 June 2024"] == (2, 2)
    assert values["people wounded in Téra on 3 June 2024"] == (43, 43)
    assert values["people missing in Téra on 3 June 2024"] == (12, None)  # dozens
    assert values["shops destroyed in Téra on 3 June 2024"] == (11, 11)
    assert len(values) == 9


def test_the_range_grows_over_six_days() -> None:
    points = {point.day: point.estimate for point in demo().series.points}

    assert [(day.day, e.low, e.best, e.high) for day, e in points.items()] == [
        (3, 21, None, None),
        (4, 24, None, None),
        (6, 31, None, 31),
        (7, 26, None, 31),
        (8, 26, 31, 31),
    ]


def test_the_demo_prints_one_figure_the_origins_the_conflict_and_the_plot() -> None:
    out = printed()

    assert "Radio Sirba → Liptako Wire → the district hospital" in out
    assert "The Border Gazette changed a page: “34” became “43”, without saying so." in out
    assert "The Capital Daily shares" in out
    assert "District hospital: 31  9 mentions → 1 origin" in out
    assert "1. take the interior ministry’s 26 as a floor, not the whole toll" in out
    assert "26–31, best 31 since 2024-06-08" in out
    assert "tallystick add FOLDER" in out


def test_the_demo_fits_a_terminal() -> None:
    assert max(map(len, printed().splitlines())) <= 80
    assert len(printed().splitlines()) <= 80


def test_the_demo_gives_the_same_on_every_day() -> None:
    other = run(now=datetime(2040, 1, 1, tzinfo=UTC))

    assert [a.tally.id for a in other.tallies] == [a.tally.id for a in demo().tallies]
    assert [a.estimate for a in other.tallies] == [a.estimate for a in demo().tallies]
