"""Mentions, voices and origins as a drawing: what is a box, what is a line, and what a crowd becomes."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from xml.etree import ElementTree

from tallystick.model.claims import Factuality
from tallystick.model.mentions import LinkKind
from tallystick.model.quantities import Figure, Link
from tallystick.model.tallies import OriginReason, Tally
from tallystick.views.origin_graph import ALONE, BOXES, Graph, graph, svg
from tests.reconcile.tally_build import at_least, figure, tally


def cited(made: Figure, name: str, quote: str, outlet: str) -> Figure:
    return replace(made, chain=(Link(name, LinkKind.SAYS, quote),), publisher=outlet)


def story() -> Tally:
    """Three reports: two of them rest on the mayor, who raised her figure."""
    first = cited(at_least("a", 8, on=0), "the mayor", "the mayor said", "The Ford Echo")
    second = cited(figure("b", 9, on=1), "the mayor", "citing the mayor", "The Vale")
    other = cited(figure("c", 7, on=1), "the army", "an army spokesman said", "Radio Lowland")
    return tally({"the mayor": [first, second], "the army": [other]})


def crowd(many: int, outlets: int = 50) -> Tally:
    said = [cited(figure(f"f{n}", 9, on=n % 20), "the mayor", "she said", f"Paper {n % outlets}") for n in range(many)]
    return tally({"the mayor": said})


def lines(drawn: Graph) -> list[str]:
    return [node.line for node in drawn.nodes if node.column == 0]


def test_each_mention_is_a_box_that_leads_to_its_voice_and_that_to_its_origin() -> None:
    drawn = graph(story())

    assert lines(drawn) == ["The Ford Echo: at least 8", "The Vale: 9", "Radio Lowland: 7"]
    columns = {node.id: node.column for node in drawn.nodes}
    assert {(columns[edge.start], columns[edge.end]) for edge in drawn.edges} == {(0, 1), (1, 2)}
    assert (drawn.left_out, drawn.grouped) == (0, False)


def test_a_line_bears_the_words_of_the_link_that_it_stands_for() -> None:
    assert [edge.quote for edge in graph(story()).edges if edge.quote] == [
        "“the mayor said”", "“citing the mayor”", "“an army spokesman said”"
    ]  # fmt: skip


def test_a_report_that_names_no_source_says_so_in_place_of_a_quote() -> None:
    (edge,) = [e for e in graph(tally({"The Vale": [figure("a", 3)]})).edges if e.start.endswith("*1")]

    assert (edge.quote, edge.told) == ("", "The Vale, in the report's own voice")


def test_the_line_to_an_origin_says_why_its_voices_are_one() -> None:
    made = story()
    mayor, army = made.origins.origins
    reason = OriginReason("cites", "“citing the mayor” cites the mayor")
    known = replace(made.origins, origins=(replace(mayor, reasons=(reason,)), army))

    told = [edge.told for edge in graph(replace(made, origins=known)).edges if edge.end == mayor.id]
    assert told == ["“citing the mayor” cites the mayor"]


def test_a_figure_that_its_voice_has_replaced_is_faded_and_the_current_one_is_not() -> None:
    faded = {node.line: node.faded for node in graph(story()).nodes if node.column == 0}

    assert faded == {"The Ford Echo: at least 8": True, "The Vale: 9": False, "Radio Lowland: 7": False}


def test_an_undecided_pair_is_joined_by_a_dashed_line_with_its_reasons() -> None:
    made = tally({"the mayor": [figure("a", 9)], "the town hall": [figure("b", 9)]},
                 doubts=[("the mayor", "the town hall")])  # fmt: skip
    doubt = replace(made.origins.doubts[0], reasons=(OriginReason("undecided-name", "one may speak for the other"),))
    drawn = graph(replace(made, origins=replace(made.origins, doubts=(doubt,))))

    (dashed,) = [edge for edge in drawn.edges if edge.undecided]
    assert dashed.told == "Undecided whether these are one origin: one may speak for the other"
    assert svg(drawn, "x").count('class="edge undecided"') == 1


def test_a_denial_shows_what_is_denied() -> None:
    denied = replace(figure("a", value=60), factuality=Factuality.DENIED, publisher="The Vale")

    assert lines(graph(tally({"the governor": [denied]}))) == ["The Vale: denies 60"]


def test_up_to_thirty_mentions_stand_alone_and_more_are_put_together_by_outlet() -> None:
    assert len(lines(graph(crowd(ALONE)))) == ALONE
    more = graph(crowd(ALONE + 1, outlets=5))

    assert more.grouped
    assert lines(more)[0] == "Paper 0 · 7 mentions"
    assert len(lines(more)) == 5
    assert more.left_out == 0


def test_of_three_hundred_mentions_so_many_are_drawn_and_the_rest_is_counted() -> None:
    drawn = graph(crowd(300))

    assert len(lines(drawn)) == BOXES
    assert drawn.left_out == 300 - BOXES * 6  # six mentions an outlet
    assert drawn.height < BOXES * 60


def test_an_origin_of_which_nothing_is_drawn_is_not_drawn_either() -> None:
    made = tally({f"voice {n}": [figure(f"f{n}", n + 1)] for n in range(40)})
    drawn = graph(made)

    met = {end for edge in drawn.edges for end in (edge.start, edge.end)}
    assert {node.id for node in drawn.nodes} == met
    assert drawn.left_out == 40 - len(lines(drawn)) > 0


def test_boxes_of_one_column_never_overlap() -> None:
    drawn = graph(story())

    for column in range(3):
        tops = [node.top for node in drawn.nodes if node.column == column]
        assert all(b - a > 42 for a, b in pairwise(tops))


def test_the_svg_is_whole_and_holds_no_style_script_or_link() -> None:
    hostile = replace(figure("a", 3), publisher='<script>alert("x")</script>', quote="<b>3 & more</b>")
    drawing = svg(graph(tally({"the “mayor” <i>": [hostile]})), 'civilians "killed" & more')

    root = ElementTree.fromstring(drawing)
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-label"] == 'civilians "killed" & more'
    assert {element.tag.rpartition("}")[2] for element in root.iter()} <= {"svg", "text", "path", "title", "g", "rect"}
    assert re.search(r"style=|href=|on\w+=", drawing) is None
    assert "&lt;script&gt;" in drawing


def test_nothing_known_is_nothing_drawn() -> None:
    assert graph(tally({})).nodes == ()
