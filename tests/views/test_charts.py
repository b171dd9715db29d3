"""Charts of a series: what the specification holds, and what is drawn from it."""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree

from tallystick.reconcile.series import series
from tallystick.views import chart_marks, charts
from tests.reconcile.tally_build import at_least, between, figure, tally, up_to, worded
from tests.reconcile.test_series import cluster


def rows(spec: chart_marks.Spec, field: str) -> list[dict[str, Any]]:
    """The rows of the first layer whose data have that field."""
    return next(
        layer["data"]["values"]
        for layer in spec["layer"]
        if layer["data"]["values"] and field in layer["data"]["values"][0]
    )


def spec() -> chart_marks.Spec:
    return charts.chart(series(cluster(), "airwars-like"), cluster())


def test_the_band_holds_low_and_high_of_each_step_until_the_next() -> None:
    steps = [(r["from"], r["until"], r["low"], r["high"]) for r in rows(spec(), "floor")]

    assert steps[:3] == [
        ("2031-03-01", "2031-03-02", 10, 10),
        ("2031-03-02", "2031-03-03", 10, 18),
        ("2031-03-03", "2031-03-06", 18, 30),
    ]


def test_an_open_end_is_drawn_open_and_not_closed_at_the_best_figure() -> None:
    said = tally({"A": [figure("a", 30)], "B": [figure("b", 30)], "C": [worded("c", "dozens", 12)]})
    done = series(said, "neutral")
    band = rows(charts.chart(done, said), "floor")[0]

    assert (done.points[0].estimate.best, band["low"], band["high"], band["closed"]) == (30, 12, None, False)
    assert band["ceiling"] > 30


def test_every_dated_figure_has_a_mark_with_its_words_and_its_origin() -> None:
    said = tally({"A": [at_least("a", 5), up_to("b", 9, on=2)], "B": [between("c", 3, 8), figure("d", 4, on=None)]})
    marks = rows(charts.chart(series(said), said), "quote")

    assert [(m["id"], m["kind"], m["who"], m["at"]) for m in marks] == [
        ("c", "range", "B", 3),
        ("a", "at least", "A", 5),
        ("b", "at most", "A", 9),
    ]
    assert all(m["quote"].startswith("“words of") for m in marks)


def test_a_figure_that_bounds_nothing_is_marked_as_left_out() -> None:
    said = tally({"A": [figure("a", 5), figure("b", 900, binds=False)]})

    assert {m["id"]: m["kind"] for m in rows(charts.chart(series(said), said), "quote")}["b"] == "left out"


def test_marks_on_one_spot_stand_side_by_side() -> None:
    said = tally({"A": [figure("a", 5)], "B": [figure("b", 5)], "C": [figure("c", 5)]})
    shifts = [m["shift"] for m in rows(charts.chart(series(said), said), "quote")]

    assert len(set(shifts)) == 3


def test_the_title_names_the_quantity_the_policy_and_what_it_is_not() -> None:
    title = spec()["title"]

    assert title["text"] == ["Civilians killed in Orvel on 2031-03-01"]
    assert "airwars-like/1" in title["subtitle"][0]
    assert "not endorsed" in " ".join(title["subtitle"])


def test_the_description_tells_the_chart_to_those_who_do_not_see_it() -> None:
    told = spec()["description"]

    assert "2031-03-10: Ministry: 41, now 39; estimate 35 to 41, now 35 to 39." in told
    assert told.endswith("Last: 39. 7 mentions by 3 independent origins.")


def test_more_origins_than_colours_share_the_last_one() -> None:
    said = tally({f"Source {i}": [figure(f"f{i}", 5 + i)] for i in range(12)})
    colour = next(la for la in charts.chart(series(said), said)["layer"] if "color" in la["encoding"])
    used = colour["encoding"]["color"]["scale"]["range"]

    assert len(used) == 12
    assert used[:6] == list(chart_marks.PALETTE)
    assert set(used[6:]) == {chart_marks.OTHERS}


def test_a_series_without_points_is_still_a_chart() -> None:
    nothing = tally({"A": [figure("a", 5, on=None)]})
    done = charts.chart(series(nothing), nothing)

    assert done["description"].endswith("no dated figure to draw.")
    assert "<svg" in charts.svg(done)


def test_names_that_are_markup_stay_words() -> None:
    said = tally({"<b>Mayor</b> & co": [figure("a", 5, quote="<script>5</script>")]})
    drawn = charts.svg(charts.chart(series(said), said))

    ElementTree.fromstring(drawn)  # raises where it is no XML
    assert "<b>" not in drawn
    assert "<script" not in drawn


def test_svg_and_png_are_drawn_offline_with_the_words_in_them() -> None:
    drawn = charts.svg(spec())

    assert drawn.startswith("<svg")
    assert "Civilians killed in Orvel" in drawn
    assert f"<desc>{charts.description(series(cluster(), 'airwars-like'), cluster())}</desc>" in drawn
    assert 'role="img" aria-label="Civilians killed in Orvel on 2031-03-01"' in drawn
    assert "Hospital: 35 since 2031-03-06" in drawn
    assert charts.png(spec(), scale=1).startswith(b"\x89PNG")
    assert json.loads(charts.as_json(spec()))["$schema"] == charts.SCHEMA
