from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest

from tallystick.errors import BadTable
from tallystick.read.columns import Columns, find_columns
from tallystick.read.items import read_items, read_one
from tallystick.read.parts import Item, Refused
from tallystick.read.text import Origin

CSV = (
    "id,headline,date,url,source,body\n"
    '7,Twelve killed,2024-05-14,https://h.test/1,Herald,"Twelve, all\nsoldiers, died."\n'
)


def read(data: bytes | str, name: str = "a.csv", columns: Columns | None = None) -> list[Item | Refused]:
    data = data.encode() if isinstance(data, str) else data
    return list(read_items(data, Origin(name), columns=columns))


def only(data: bytes | str, name: str = "a.csv", columns: Columns | None = None) -> Item:
    (item,) = read(data, name, columns)
    assert isinstance(item, Item), item
    return item


def errors(found: list[Item | Refused]) -> list[str]:
    return [str(f.error) for f in found if isinstance(f, Refused)]


def test_a_row_is_a_document_with_what_its_columns_say() -> None:
    item = only(CSV)

    assert item.document.text == "Twelve, all\nsoldiers, died."
    assert (item.document.title, item.document.publisher) == ("Twelve killed", "Herald")
    assert (item.document.published, item.url) == (date(2024, 5, 14), "https://h.test/1")
    assert item.document.reader == "table/1; date from date"


def test_rows_are_numbered_as_a_spreadsheet_shows_them() -> None:
    assert only(CSV).name == "a.csv#2"


def test_a_rows_own_bytes_are_its_cells_and_read_back_to_its_text() -> None:
    item = only(CSV)

    assert json.loads(item.original)["headline"] == "Twelve killed"
    assert read_one(item.original).text == item.document.text
    assert item.container is not None


@pytest.mark.parametrize(
    "data",
    [
        CSV.replace(",", ";").replace("Twelve; all", "Twelve, all").replace("soldiers; ", "soldiers, ").encode(),
        b"\xef\xbb\xbf" + CSV.encode(),
        CSV.encode("utf-16"),
        CSV.replace("\n7", "\r\n7").encode(),
        CSV.encode("cp1252"),
    ],
    ids=["semicolons", "mark", "utf-16", "crlf", "cp1252"],
)
def test_dialects_and_encodings_are_told_apart(data: bytes) -> None:
    assert only(data).document.text.replace("\r\n", "\n") == "Twelve, all\nsoldiers, died."


def test_tabs_separate_the_cells_of_a_tsv() -> None:
    assert only("title\ttext\nA, B\tTen, twelve died.\n", "a.tsv").document.text == "Ten, twelve died."


def test_a_table_is_recognised_without_its_name() -> None:
    assert only(CSV, "export").document.title == "Twelve killed"


def test_a_sentence_with_commas_is_no_table() -> None:
    assert only("Text, title, date: all were gone.\nTen men died.", "a").document.reader.startswith("text/1")


def test_bad_rows_are_refused_one_by_one_with_their_numbers() -> None:
    found = read("title,text\nA,Ten died.\nB\nC,\nD,Two died.\n")

    assert [f.name for f in found] == ["a.csv#2", "a.csv#3", "a.csv#4", "a.csv#5"]
    assert [type(f) for f in found] == [Item, Refused, Refused, Item]
    assert "1 cells and the header 2" in errors(found)[0]


def test_a_table_without_texts_names_the_columns_it_has() -> None:
    (error,) = errors(read("Titel,Datum\nx,y\n"))

    assert "'Titel', 'Datum'" in error


def test_the_column_can_be_named() -> None:
    assert (
        only("Titel,Artikel\nx,Ten men died.\n", columns=Columns(text="Artikel", title="Titel")).document.title == "x"
    )
    (error,) = errors(read("Titel,Artikel\nx,y\n", columns=Columns(text="Inhalt")))
    assert "no column 'Inhalt'" in error


def test_a_date_that_can_be_read_two_ways_stays_unknown_and_is_noted() -> None:
    item = only("text,date\nTen died.,03/04/2024\n")

    assert item.document.published is None
    assert "03/04/2024" in item.notes[0]


def test_a_name_used_twice_is_refused() -> None:
    assert "names a column twice" in errors(read("text,text\na,b\n"))[0]


def test_a_huge_cell_is_refused_alone_and_a_long_one_read() -> None:
    found = read("title,text\nA," + "Ten died. " * 20_000 + "\nB," + "x" * 2_100_000 + "\nC,Two died.\n")

    assert [type(f) for f in found] == [Item, Refused, Item]


def test_json_lines_keep_each_line_as_it_stands() -> None:
    line = b'{"title": "A",  "text": "Ten died.", "publishedAt": "2024-05-14T10:00:00Z"}'
    found = read(line + b'\n\n{bad\n[1]\n{"x": 1}\n{"body": "<p>Two <b>men</b> died.</p>"}', "a.jsonl")

    first, *refused, last = found
    assert isinstance(first, Item)
    assert isinstance(last, Item)
    assert first.original == line
    assert first.published_at == datetime(2024, 5, 14, 10, 0, tzinfo=UTC)
    assert [r.name for r in refused] == ["a.jsonl#3", "a.jsonl#4", "a.jsonl#5"]
    assert last.document.text == "Two men died."


def test_a_list_of_articles_in_an_answer_is_read() -> None:
    articles = [{"title": "A", "content": "Ten died.", "source": {"id": None, "name": "Herald"}}, 5]
    found = read(json.dumps({"status": "ok", "articles": articles}), "a.json")

    assert isinstance(found[0], Item)
    assert found[0].document.publisher == "Herald"
    assert isinstance(found[1], Refused)


def test_json_without_an_article_says_what_it_holds() -> None:
    assert "'a', 'b'" in errors(read('{"a": 1, "b": 2}', "a.json"))[0]
    assert errors(read("[" * 100_000, "a.json")) != []
    assert errors(read("5", "a.json")) == ["a.json is JSON, but no list of articles. Give a list of objects."]


def test_many_rows_without_texts_are_one_error_not_many() -> None:
    found = read("\n".join('{"x": 1}' for _ in range(1000)), "a.jsonl")

    assert len(found) < 30
    assert isinstance(found[-1], Refused)
    assert isinstance(found[-1].error, BadTable)


@pytest.mark.parametrize(
    ("names", "text"),
    [
        (["Notes", "Event Date"], "Notes"),
        (["summary", "fullText"], "fullText"),
        (["Article Body", "Title"], "Article Body"),
        (["content", "text"], "text"),
        (["context", "texture"], None),
    ],
)
def test_the_column_of_texts_is_found_by_its_name(names: list[str], text: str | None) -> None:
    assert find_columns(names).text == text
