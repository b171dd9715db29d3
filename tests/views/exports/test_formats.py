"""Exports that are JSON, text or folders: read back, every offset checked against the text."""

from __future__ import annotations

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tallystick.errors import BadTable, ExportFailed
from tallystick.model.claims import Factuality
from tallystick.model.quantities import Incident, Where, Who, Window
from tallystick.model.records import Judgement, Scene, Verdict
from tallystick.model.text import Span
from tallystick.views.exports import FORMATS, annotations, jsonl, notes, page, webanno
from tallystick.views.exports.gkg import COLUMNS as GKG_COLUMNS
from tallystick.views.exports.labelstudio import configuration
from tests.views.exports import build

NOW = datetime(2031, 5, 20, 9, tzinfo=UTC)
WORDS = st.text(alphabet=st.sampled_from(list("ab. ,\n\t\\|[]_*;#=@-“”é🕯️\u202e\u05d0\u0000")), min_size=1, max_size=60)


def written(name: str, folder: Path, **given: Any) -> Path:
    return FORMATS[name].write(build.material(**given), folder / f"out{FORMATS[name].suffix}").files[0]


@pytest.mark.parametrize("name", [name for name in FORMATS if name != "claimreview"])
def test_every_format_writes_the_same_bytes_twice(name: str, tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    for folder in (first, second):
        folder.mkdir()
        FORMATS[name].write(build.material(), folder / f"out{FORMATS[name].suffix}")

    files = sorted(p.relative_to(first) for p in first.rglob("*") if p.is_file())
    assert files
    assert [(first / p).read_bytes() for p in files] == [(second / p).read_bytes() for p in files]


@pytest.mark.parametrize("name", list(FORMATS))
def test_every_format_says_what_it_loses(name: str) -> None:
    form = FORMATS[name]

    assert form.loses
    assert all(line in notes(form) for line in form.loses)
    assert f"## {name}" in page()


@pytest.mark.parametrize("name", [name for name in FORMATS if name not in ("claimreview", "capture")])
def test_an_empty_ledger_gives_an_empty_export(name: str, tmp_path: Path) -> None:
    made = FORMATS[name].write(build.material(held=(), tallies=(), incidents=()), tmp_path / "out")

    assert made.rows == (1 if name == "prov" else 0)  # the software that made it


def test_json_lines_hold_a_claim_whole(tmp_path: Path) -> None:
    path = written("jsonl", tmp_path)

    assert tuple(jsonl.read(path)) == build.held()
    assert json.loads(path.read_text(encoding="utf-8").splitlines()[0])["claim"]["count"]["comparator"] == "At least"


def test_a_damaged_line_is_named(tmp_path: Path) -> None:
    path = written("jsonl", tmp_path)
    path.write_text(path.read_text(encoding="utf-8") + '{"format": "tallystick-claim/1"}\n', encoding="utf-8")

    with pytest.raises(BadTable, match="line 7"):
        list(jsonl.read(path))


@given(WORDS, st.data())
@settings(max_examples=60, deadline=None)
def test_both_selectors_of_an_annotation_find_the_same_words(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    material = build.one_claim(text, Span.of(text, start, end))
    (one,) = json.loads(json.dumps(list(annotations.every(material))))

    position, quote = one["target"]["selector"]
    assert text[position["start"] : position["end"]] == quote["exact"]
    assert text[: position["start"]].endswith(quote["prefix"])
    assert text[position["end"] :].startswith(quote["suffix"])


def test_annotations_are_one_collection_in_the_recommended_shape(tmp_path: Path) -> None:
    whole = json.loads(written("annotations", tmp_path).read_text(encoding="utf-8"))

    assert whole["@context"][0] == "http://www.w3.org/ns/anno.jsonld"
    assert (whole["type"], whole["first"]["type"]) == ("AnnotationCollection", "AnnotationPage")
    items = whole["first"]["items"]
    assert whole["total"] == len(items) == 6
    for one in items:
        assert one["type"] == "Annotation"
        assert [s["type"] for s in one["target"]["selector"]] == ["TextPositionSelector", "TextQuoteSelector"]
        assert one["target"]["state"]["offsetUnit"] == "Unicode code points of the stored text"
    assert items[0]["target"]["source"] == "https://radio.example/1"
    assert items[2]["target"]["source"].startswith("urn:sha256:")


def test_an_erased_text_leaves_the_quotation_without_surroundings(tmp_path: Path) -> None:
    whole = json.loads(written("annotations", tmp_path, texts=lambda _: None).read_text(encoding="utf-8"))

    assert "prefix" not in whole["first"]["items"][0]["target"]["selector"][1]


def test_every_relation_of_prov_names_things_that_are_there(tmp_path: Path) -> None:
    judged = Judgement("j", Verdict.REJECT, (build.id_of(1),), "Ana", NOW)
    prov = json.loads(written("prov", tmp_path, judgements=(judged,)).read_text(encoding="utf-8"))
    names = {kind: set(prov[kind]) for kind in ("entity", "activity", "agent")}
    ends = {"entity": "entity", "activity": "activity", "agent": "agent", "generatedEntity": "entity",
            "usedEntity": "entity"}  # fmt: skip

    relations = [r for kind, found in prov.items() if kind not in {*names, "prefix"} for r in found.values()]
    assert relations
    for relation in relations:
        for end, kind in ends.items():
            if f"prov:{end}" in relation:
                assert relation[f"prov:{end}"] in names[kind]
    assert len(prov["wasInvalidatedBy"]) == 1


def test_a_figure_that_goes_back_to_a_named_origin_has_it_as_primary_source(tmp_path: Path) -> None:
    prov = json.loads(written("prov", tmp_path).read_text(encoding="utf-8"))

    primary = [r for r in prov["wasDerivedFrom"].values() if r.get("prov:type", {}).get("$") == "prov:PrimarySource"]
    radio = f"tally:claim-{build.id_of(0).replace(':', '-')}"
    said = next(r["prov:usedEntity"] for r in primary if r["prov:generatedEntity"] == radio)
    assert prov["entity"][said]["prov:label"] == "what the governor said"


def test_gkg_rows_have_27_cells_and_counts_in_gdelts_syntax(tmp_path: Path) -> None:
    rows = [line.split("\t") for line in written("gkg", tmp_path).read_text(encoding="utf-8").splitlines()]

    assert [len(row) for row in rows] == [27, 27, 27]
    row = dict(zip(GKG_COLUMNS, rows[0], strict=True))
    first = row["V2.1COUNTS"].split(";")[0].split("#")
    assert first[:3] == ["KILL", "12", "civilians"]
    assert build.RADIO[int(first[-1]) :].startswith("At least 12")
    assert len(first) == 11
    assert all(len(entry.split("#")) == 10 for entry in row["V1COUNTS"].rstrip(";").split(";"))
    assert row["V2.1ENHANCEDDATES"] == f"3#5#2#2031#{build.RADIO.index('Friday')}"
    start, length, verb, quote = row["V2.1QUOTATIONS"].split("#")[0].split("|")
    assert build.RADIO[int(start) : int(start) + int(length)] == quote
    assert verb == "said"


def test_a_denied_toll_is_no_count_of_gkg(tmp_path: Path) -> None:
    one = build.held()[0]
    denied = replace(one, claim=replace(one.claim, factuality=Factuality.DENIED))
    (line,) = written("gkg", tmp_path, held=(denied,)).read_text(encoding="utf-8").splitlines()

    assert "KILL" not in line


@given(WORDS)
@settings(max_examples=40, deadline=None)
def test_no_text_breaks_a_gkg_row(text: str) -> None:
    from tallystick.views.exports.gkg import lines

    material = build.one_claim(text, Span.of(text, 0, len(text)), publisher=text, title=text)
    (line,) = lines(material)
    assert line.count("\t") == 26
    assert line.count("\n") == 1


def test_plover_events_have_what_is_required(tmp_path: Path) -> None:
    (line,) = written("plover", tmp_path).read_text(encoding="utf-8").splitlines()
    event = json.loads(line)

    assert all(event[key] for key in ("id", "date", "actor", "event"))
    assert event["event"] == "ASSAULT"
    assert (event["size"]["dead"], event["size"]["figures"]["killed"]["low"]) == (15, 12)
    assert event["event_loc"]["geonameid"] == 990001
    start, end = event["text_info"]["start"], event["text_info"]["end"]
    assert build.RADIO[start:end] == event["text_info"]["text_story"]


def test_a_plover_event_without_an_actor_is_left_out_and_counted(tmp_path: Path) -> None:
    held = [replace(h, scene=replace(h.scene, actors=())) if h.scene else h for h in build.held()]
    made = FORMATS["plover"].write(build.material(held=held), tmp_path / "out.jsonl")

    assert made.rows == 0
    assert any("no day, no actor" in line for line in made.left_out)


def test_ftm_entities_refer_to_one_another_and_statements_are_in_the_exact_order(tmp_path: Path) -> None:
    path = written("ftm", tmp_path)
    entities = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    ids = {entity["id"] for entity in entities}

    assert len(ids) == len(entities)
    for entity in entities:
        for prop in ("proof", "entity", "document", "involved"):
            assert set(entity["properties"].get(prop, ())) <= ids
    assert {e["schema"] for e in entities} == {"Article", "Event", "Note", "LegalEntity", "Documentation"}
    assert all(e["properties"]["name"] for e in entities if e["schema"] == "Event")
    header = (tmp_path / "out.statements.csv").read_text(encoding="utf-8").splitlines()[0]
    assert header == (
        "canonical_id,entity_id,prop,prop_type,schema,value,dataset,origin,lang,original_value,external,first_seen,"
        "last_seen,id"
    )


def test_geojson_draws_a_town_as_a_point_with_longitude_first(tmp_path: Path) -> None:
    whole = json.loads(written("geojson", tmp_path).read_text(encoding="utf-8"))
    (feature,) = whole["features"]

    assert feature["geometry"] == {"type": "Point", "coordinates": [12.25, 45.5]}
    assert feature["properties"]["precision"] == "town"
    assert len(feature["properties"]["figures"]) == 5


@pytest.mark.parametrize("precision", ["country", "admin1", "admin2", "region", "multinational", "water"])
def test_geojson_draws_no_point_for_a_place_known_only_coarsely(precision: str, tmp_path: Path) -> None:
    where = Where("country:IT", "Italy", "IT", None, precision, 42.8, 12.8)
    incident = replace(build.material().incidents[0], where=where)
    whole = json.loads(written("geojson", tmp_path, incidents=(incident,)).read_text(encoding="utf-8"))
    (feature,) = whole["features"]

    assert feature["geometry"] is None
    assert (feature["properties"]["precision"], feature["properties"]["centre_lat"]) == (precision, 42.8)


def test_label_studio_regions_lie_on_their_words_and_use_labels_that_the_configuration_has(tmp_path: Path) -> None:
    tasks = json.loads(written("labelstudio", tmp_path).read_text(encoding="utf-8"))
    known = {label.get("value") for label in ET.fromstring(configuration()).iter("Label")}

    regions = [(t["data"]["text"], r) for t in tasks for p in t["predictions"] for r in p["result"]]
    assert len([r for _, r in regions if r["type"] == "labels"]) > 6
    for text, region in regions:
        value = region["value"]
        if region["type"] == "labels":
            assert text[value["start"] : value["end"]] == value["text"]
            assert set(value["labels"]) <= known
    assert (tmp_path / "out.config.xml").read_text(encoding="utf-8") == configuration()


def _read_tsv(made: str) -> tuple[dict[int, tuple[int, int, str]], dict[str, tuple[int, int]]]:
    """Tokens by number, and the first and last offset of each annotated figure, as an independent reader has them."""
    tokens: dict[int, tuple[int, int, str]] = {}
    spans: dict[str, tuple[int, int]] = {}
    for line in made.splitlines():
        if not re.match(r"\d+-\d+\t", line):
            continue
        cells = line.split("\t")
        assert len(cells) == 3 + len(webanno.FEATURES) + 1
        start, _, end = cells[1].partition("-")
        tokens[len(tokens)] = (int(start), int(end), cells[2])
        last = cells[2 + len(webanno.FEATURES)]
        for value in re.split(r"(?<!\\)\|", last):
            if value != "_":
                first = spans.get(value, (int(start), 0))[0]
                spans[value] = (first, int(end))
    return tokens, spans


def _units(text: str) -> bytes:
    return text.encode("utf-16-le", "surrogatepass")


@given(WORDS, st.data())
@settings(max_examples=80, deadline=None)
def test_webanno_tokens_and_spans_lie_on_the_text_in_utf16_units(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    words = Span.of(text, start, end)
    material = build.one_claim(text, words)
    made = webanno.tsv(text, tuple(material.held))
    tokens, spans = _read_tsv(made)

    raw = _units(text)
    for first, last, token in tokens.values():
        back = raw[2 * first : 2 * last].decode("utf-16-le")
        assert token == "".join({"\\": "\\\\"}.get(c, c) for c in back)
    shown = re.findall(r"\S", words.text)
    assert bool(spans) == bool(shown)
    for first, last in spans.values():
        kept = raw[2 * first : 2 * last].decode("utf-16-le")
        assert kept == words.text.strip()


def test_two_claims_on_the_same_words_are_told_apart_in_webanno() -> None:
    text = "Twelve died."
    first = build.claim_at(text, Span.of(text, 0, 11))
    second = replace(build.claim_at(text, Span.of(text, 0, 6)), id="e" * 16)
    one = next(iter(build.one_claim(text, Span.of(text, 0, 6)).held))
    made = webanno.tsv(text, (replace(one, claim=first), replace(one, claim=second)))

    _, spans = _read_tsv(made)
    assert [(last - first) for first, last in spans.values()] == [11, 6]
    assert {re.sub(r".*(\[\d\])$", r"\1", name) for name in spans} == {"[1]", "[2]"}


def test_webanno_writes_a_file_a_document_with_the_layer_in_its_header(tmp_path: Path) -> None:
    made = FORMATS["webanno"].write(build.material(), tmp_path / "folder")

    assert len(made.files) == 3
    for path in made.files:
        lines = path.read_text(encoding="utf-8").splitlines()
        assert lines[0] == "#FORMAT=WebAnno TSV 3.3"
        assert lines[1].startswith("#T_SP=webanno.custom.Figure|measure|low|high|")


def test_no_claim_review_without_a_persons_verdict_on_the_figure(tmp_path: Path) -> None:
    reading = Judgement("j", Verdict.ACCEPT, (build.id_of(0),), "Ana", NOW)

    with pytest.raises(ExportFailed, match="no person has given a verdict"):
        written("claimreview", tmp_path, judgements=(reading,))


def test_a_claim_review_gives_the_earliest_dated_report_of_the_origin_as_first_appearance(tmp_path: Path) -> None:
    verdict = Judgement("j", Verdict.REJECT, (build.id_of(2),), "Ana", NOW, about="truth", why="The list has 14.")
    (review,) = json.loads(written("claimreview", tmp_path, judgements=(verdict,)).read_text(encoding="utf-8"))

    assert (review["@type"], review["author"]["name"], review["datePublished"]) == ("ClaimReview", "Ana", "2031-05-20")
    assert review["reviewRating"]["alternateName"] == "Wrong"
    assert review["reviewBody"] == "The list has 14."
    item = review["itemReviewed"]
    assert item["firstAppearance"]["url"] == "https://radio.example/1"
    assert [work["publisher"]["name"] for work in item["appearance"]] == ["The Lowland Herald"]


def test_a_withdrawn_verdict_is_no_verdict(tmp_path: Path) -> None:
    verdict = Judgement("j", Verdict.REJECT, (build.id_of(2),), "Ana", NOW, about="truth", withdrawn=NOW)

    with pytest.raises(ExportFailed):
        written("claimreview", tmp_path, judgements=(verdict,))


def _read(name: str, path: Path) -> None:
    """Reads a file of that format as another program would; fails where it cannot."""
    text = path.read_bytes().decode("utf-8")
    if path.suffix == ".csv":
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
        assert len({len(row) for row in rows}) == 1
    elif path.suffix in (".json", ".jsonld", ".geojson"):
        json.loads(text)
    elif path.suffix == ".jsonl":
        assert all(json.loads(line) for line in text.split("\n")[:-1])
    elif name == "gkg":
        assert all(line.count("\t") == 26 for line in text.split("\n")[:-1])


@pytest.mark.parametrize("name", [name for name in FORMATS if name not in ("claimreview", "capture", "parquet")])
@given(text=st.text(min_size=1, max_size=80))
@settings(max_examples=12, deadline=None)
def test_any_text_makes_files_that_can_be_read(name: str, text: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("any")
    material = build.one_claim(text, Span.of(text, 0, len(text)), publisher=text, title=text)
    (one,) = material.held
    scene = Scene(one.document.id, 0, (one.claim.id,), None, text, build.DAY, build.DAY, (text,), (text,))
    told = replace(one, scene=scene)
    incident = Incident("i", (scene.id,), None, Window(build.DAY, build.DAY), text)
    whole = replace(
        material, held=(told,), incidents=(incident,), tallies=(build.tally("dead", "killed", Who(), [told], "i"),)
    )

    made = FORMATS[name].write(replace(whole, estimate=build.estimate), folder / f"out{FORMATS[name].suffix}")
    for path in made.files:
        _read(name, path)


def test_half_of_a_surrogate_pair_is_written_as_a_replacement(tmp_path: Path) -> None:
    text = "One \ud83d died."
    material = build.one_claim(text, Span.of(text, 0, len(text)), title=text)
    for name in ("csv", "jsonl", "parquet", "annotations", "ftm", "labelstudio", "gkg", "prov"):
        made = FORMATS[name].write(material, tmp_path / f"out{FORMATS[name].suffix}")
        for path in made.files:
            if path.suffix != ".parquet":
                _read(name, path)


@pytest.mark.parametrize("path", ["/home" + "/ana/secret/report.txt", "C:\\Users\\ana\\secret\\report.txt"])
def test_no_export_but_the_complete_one_tells_where_a_file_lay(path: str, tmp_path: Path) -> None:
    found = [
        replace(h, document=replace(h.document, name=path, title=None, publisher=None, url=None)) for h in build.held()
    ]
    for name in FORMATS:
        if name in ("claimreview", "jsonl", "parquet"):
            continue
        made = FORMATS[name].write(build.material(held=found), tmp_path / f"{name}{FORMATS[name].suffix}")
        assert not any("secret" in file.read_text(encoding="utf-8") for file in made.files), name
