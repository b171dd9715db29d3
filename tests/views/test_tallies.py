"""Tallies in a terminal: the list, one whole, its origins."""

from __future__ import annotations

import io
import re
from dataclasses import replace

from rich.console import Console, RenderableType

from tallystick.model.claims import Factuality
from tallystick.model.constraints import Interval
from tallystick.model.links import Change, FigureChange
from tallystick.model.mentions import LinkKind
from tallystick.model.quantities import Link, Window
from tallystick.model.records import DocumentRecord
from tallystick.model.tallies import Estimate, OriginReason, Step, Tally
from tallystick.reconcile.estimates import estimate
from tallystick.views import tallies as views
from tests.reconcile.tally_build import at_least, figure, tally


def shown(what: RenderableType, width: int = 100) -> str:
    console = Console(width=width, file=io.StringIO())
    with console.capture() as out:
        console.print(what)
    return out.get()


HOSPITAL = Link("the hospital", LinkKind.SAYS)
WIRE = Link("Wire", LinkKind.CITES)


def story() -> Tally:
    """A hospital that three outlets pass on, and a ministry."""
    said = {
        "hospital": [
            at_least("a", 21, publisher="Wire", chain=(HOSPITAL,), quote="at least 21 were killed"),
            at_least("b", 21, publisher="Wire", chain=(HOSPITAL,), quote="21 or more"),
            figure("c", 31, on=2, publisher="Radio", chain=(WIRE, HOSPITAL), quote="31 were killed"),
        ],
        "ministry": [figure("d", 26, on=3, publisher="Daily", chain=(Link("ministry", LinkKind.SAYS),))],
    }
    return tally(said, bounds=Interval(31, None))


def row(made: Tally) -> views.Row:
    return views.Row(made, estimate(made, "neutral"))


def test_an_empty_ledger_says_so_and_what_to_do() -> None:
    assert "No tallies. Add reports with tallystick add" in shown(views.listing([]))


def test_the_list_gives_range_and_how_often_it_was_said_by_how_many() -> None:
    out = shown(views.listing([row(story())]))

    assert re.search(r"t1 +26 +– +31 +4 → 2 +Civilians killed in Orvel", out)
    assert "Low, best and high by neutral/1." in out
    assert "– is open or unknown" in out


def test_what_is_unknown_is_a_dash_and_never_nought() -> None:
    bare = views.Row(story(), Estimate("neutral/1"))

    line = next(line for line in shown(views.listing([bare])).splitlines() if line.startswith("t1"))
    assert line.split()[1:4] == ["–", "–", "–"]


def test_repeated_mentions_are_one_origin_with_the_day_the_value_and_the_way_of_each() -> None:
    out = shown(views.origins(story()))

    assert "4 mentions in 4 reports by 4 outlets → 2 independent origins" in out
    assert "Hospital: 31  3 mentions → 1 origin" in out
    assert "2031-03-03  31           Radio ← Wire  “31 were killed”" in out
    assert "Ministry: 26\n" in re.sub(" +\n", "\n", out)


def test_without_quotes_what_one_outlet_repeats_on_one_day_is_one_line() -> None:
    out = shown(views.origins(story(), quotes=False))

    assert out.count("at least 21") == 1
    assert "at least 21  Wire (twice)" in out
    assert "Ministry: 26  Daily, 2031-03-04" in out
    assert "“" not in out


def test_the_origin_with_most_mentions_comes_first() -> None:
    swapped = story()
    swapped = replace(swapped, origins=replace(swapped.origins, origins=swapped.origins.origins[::-1]))
    out = shown(views.origins(swapped))

    assert out.index("Hospital: 31") < out.index("Ministry: 26")


def test_a_denial_shows_what_is_denied() -> None:
    denied = figure("x", factuality=Factuality.DENIED, value=60, publisher="Radio")
    out = shown(views.origins(tally({"governor": [denied]})))

    assert "Governor: denies 60" in out
    assert "unknown" not in out


def test_each_reason_for_one_origin_is_given_once() -> None:
    made = story()
    first = made.origins.origins[0]
    cites = "“Wire reported” cites Wire, whose own report gives “the hospital”"
    again = "“Wire said” cites Wire, whose own report gives “the hospital”"
    reasons = (OriginReason("cites", cites), OriginReason("cites", again), OriginReason("same-source", "both name it"))
    told = replace(first, reasons=reasons)
    out = shown(views.origins(replace(made, origins=replace(made.origins, origins=(told,)))))

    assert out.count("why one:") == 1
    assert "both name" not in out


def test_an_origin_without_a_name_is_said_to_be_unnamed() -> None:
    out = shown(views.origins(tally({None: [figure("x", 7)]})))

    assert "Source not named: 7" in out


def test_a_page_that_changed_a_figure_without_a_word_is_told_beside_the_range() -> None:
    made, page = story(), DocumentRecord("3f9a12cd", "aa", "bb", "The Vale Courier")
    change = FigureChange(Change.CHANGED, "a1", "b2", note="“34” became “43”")
    out = shown(views.whole(made, estimate(made, "neutral"), changed=[(page, [change])]))

    assert "beware     The Vale Courier changed a page, without saying so: “34” became “43”" in " ".join(
        line.rstrip() for line in out.splitlines()
    )


def test_one_tally_whole_says_its_range_its_steps_and_how_words_were_read() -> None:
    made = replace(story(), notes=("“31 were killed”: taken to be those of “at least 21”",))
    out = shown(views.whole(made, estimate(made, "neutral")))

    assert "neutral/1  26–31" in out
    assert "follows    at least 31, from everything that bears on it" in out
    assert "How neutral/1 came to it" in out
    assert "How words were read\n  “31 were killed”: taken to be those of" in re.sub(" +\n", "\n", out)
    assert "What cannot all be true" not in out


def test_a_step_over_many_figures_counts_them_and_one_over_few_names_them() -> None:
    steps = (Step("select", "kept", ("a", "b", "c", "d")), Step("low", "lowest: 26", ("d",)))
    out = shown(views.whole(story(), Estimate("neutral/1", 26, None, None, steps=steps)))

    assert "1. kept  [4 figures]" in out
    assert "2. lowest: 26  [d]" in out


def test_nothing_is_wider_than_the_terminal() -> None:
    made = story()
    for width in (60, 80, 120):
        for what in (views.listing([row(made)]), views.origins(made), views.whole(made, estimate(made, "neutral"))):
            assert max(map(len, shown(what, width).splitlines())) <= width


UNDATED = replace(story(), key=replace(story().key, window=Window(), incident="i1"))


def test_undated_quantities_of_one_name_are_told_apart_by_what_is_known() -> None:
    other = replace(UNDATED, id="t2", figures=UNDATED.figures[2:])
    rows = [replaced(row(UNDATED), "Blast at a market"), row(other)]

    out = " ".join(shown(views.listing(rows), 400).split())

    assert re.search(r"day unknown; first told on 2031-03-\d\d by Wire, “Blast at a market”", out)
    assert re.search(r"day unknown; first told on 2031-03-\d\d by Radio, “31 were killed”", out)


def test_an_unknown_place_is_said_and_a_known_one_is_not() -> None:
    nowhere = replace(UNDATED, key=replace(UNDATED.key, where=None))

    assert "day unknown; place unknown; first told" in views.telling(nowhere)
    assert "place unknown" not in views.telling(UNDATED)
    assert "day unknown; place unknown; first told" in " ".join(
        shown(views.whole(nowhere, row(nowhere).estimate)).split()
    ).replace("Day", "day")


def test_a_quantity_whose_name_stands_alone_with_its_day_needs_no_more() -> None:
    dated = story()
    assert "first told" not in shown(views.listing([row(dated), row(replace(UNDATED, label="Others"))])).splitlines()[1]
    assert shown(views.listing([row(dated), row(replace(dated, id="t2"))]), 300).count("first told on") == 2


def test_a_report_without_a_day_is_told_of_without_one() -> None:
    some = tuple(replace(one, published=None, publisher=None) for one in UNDATED.figures)

    assert views.telling(replace(UNDATED, figures=some), "A title").endswith("day unknown; “A title”")


def replaced(of: views.Row, title: str) -> views.Row:
    return of._replace(title=title)
