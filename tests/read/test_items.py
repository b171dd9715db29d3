from __future__ import annotations

import io
import time
import zipfile
from datetime import date
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tallystick.errors import (
    BinaryDocument,
    DamagedDocument,
    EmptyDocument,
    LimitExceeded,
    TallystickError,
    UnreadableDocument,
)
from tallystick.read import Item, Limits, Origin, Refused, limits, read_items, read_one, read_one_item
from tallystick.read.charset import decode_web
from tallystick.read.sniff import Kind, sniff
from tests.read import made


def archive(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as box:
        for name, data in files.items():
            box.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


TABLE = b"title,text\nA,Ten died.\nB,Two died.\n"
LINES = b'{"text": "Ten died."}\n{"text": "Two died."}\n'
SAMPLES = {
    "text": b"Ten men died.",
    "html": made.page(),
    "pdf": made.pdf([["Ten men died."]]),
    "feed": made.rss("<title>T</title><description>Ten men died.</description>"),
    "warc": made.warc(("https://herald.test/a", "text/html", made.page()), packed=False),
    "gzip": made.packed(b"Ten men died."),
    "zip": archive({"a.txt": b"Ten men died."}),
    "table": TABLE,
    "jsonl": LINES,
    "json": b'[{"text": "Ten died."}]',
    "mail": bytes(made.mail()),
    "mbox": b"From a@b Tue May 14 10:00:00 2024\n" + bytes(made.mail()),
    "xml": b'<?xml version="1.0"?><svg></svg>',
    "binary": b"\x89PNG\r\n\x1a\n",
}


@pytest.mark.parametrize("kind", SAMPLES)
def test_every_format_is_told_by_its_beginning(kind: str) -> None:
    assert sniff(SAMPLES[kind]) is Kind(kind)


@pytest.mark.parametrize("kind", SAMPLES)
def test_a_wrong_name_does_not_hide_what_the_bytes_show(kind: str) -> None:
    if kind not in ("text", "table", "jsonl", "json"):
        assert sniff(SAMPLES[kind], None, "report.csv") is Kind(kind)


@pytest.mark.parametrize(
    ("data", "media_type", "name", "kind"),
    [
        (b"a;b\n1;2", None, "x.csv", Kind.TABLE),
        (b"a;b\n1;2", "text/csv; charset=utf-8", None, Kind.TABLE),
        (b"<p>Ten died.", "text/html", None, Kind.HTML),
        (b"<p>Ten died.", None, None, Kind.TEXT),
        (b"Ten died.", "application/pdf", "x.pdf", Kind.TEXT),
        (b'{"text": "x"}', "application/x-ndjson", None, Kind.JSONL),
        (b"\n\n%PDF-1.4", "application/pdf", None, Kind.PDF),
        ("<!DOCTYPE html><html>".encode("utf-16"), None, None, Kind.HTML),
    ],
)
def test_then_the_declared_type_and_the_name_decide(
    data: bytes, media_type: str | None, name: str | None, kind: Kind
) -> None:
    assert sniff(data, media_type, name) is kind


@pytest.mark.parametrize("kind", [k for k in SAMPLES if k not in ("table", "jsonl", "xml", "binary")])
def test_one_document_is_read_from_every_format(kind: str) -> None:
    document = read_one(SAMPLES[kind], Origin("input", publisher="The Orla Post"))

    assert "died" in document.text or "killed" in document.text
    assert document.publisher == "The Orla Post"


def test_an_input_that_holds_several_is_not_one_document() -> None:
    with pytest.raises(UnreadableDocument, match="holds several documents"):
        read_one(TABLE, Origin("a.csv"))


@pytest.mark.parametrize(("data", "error"), [(b"", EmptyDocument), (SAMPLES["binary"], BinaryDocument)])
def test_the_error_of_the_only_document_is_raised(data: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        read_one(data)


def test_what_is_inside_a_container_knows_it() -> None:
    whole, inside = read_one_item(b"Ten men died."), read_one_item(SAMPLES["gzip"], Origin("r.txt.gz"))

    assert whole.container is None
    assert inside.container is not None
    assert (inside.sha256, inside.name) == (whole.sha256, "r.txt")


def test_a_zip_of_reports_is_read_file_by_file() -> None:
    files = {"a/b.txt": b"Ten men died.", "p.html": made.page(), "i.png": b"\x89PNG\r\n\x1a\n", "__MACOSX/x": b"x"}
    found = list(read_items(archive(files), Origin("r.zip", published=date(2024, 5, 14))))

    assert [f.name for f in found] == ["r.zip#a/b.txt", "r.zip#p.html", "r.zip#i.png"]
    assert [type(f) for f in found] == [Item, Item, Refused]
    assert isinstance(found[0], Item)
    assert found[0].document.published == date(2024, 5, 14)


@pytest.mark.parametrize("inside", ["word/document.xml", "xl/workbook.xml"])
def test_an_office_file_is_named_not_unpacked(inside: str) -> None:
    (found,) = read_items(archive({"[Content_Types].xml": b"x", inside: b"x"}), Origin("r.docx"))

    assert isinstance(found, Refused)
    assert isinstance(found.error, BinaryDocument)


@pytest.mark.parametrize(
    "data",
    [
        archive({"zeros.txt": bytes(100_000_000)}),
        made.packed(bytes(100_000_000)),
        made.packed(made.packed(bytes(10**8))),
    ],
    ids=["zip", "gzip", "twice"],
)
def test_a_bomb_is_refused_at_once(data: bytes) -> None:
    begun = time.process_time()
    (found,) = read_items(data, Origin("bomb"))

    assert isinstance(found, Refused)
    assert isinstance(found.error, LimitExceeded)
    assert time.process_time() - begun < 2


def test_containers_within_containers_end_at_a_depth() -> None:
    data = b"Ten men died."
    for _ in range(6):
        data = made.packed(data)
    (found,) = read_items(data)

    assert isinstance(found, Refused)
    assert "are the most" in str(found.error)


def test_the_number_of_documents_is_bounded() -> None:
    found = list(read_items(LINES * 50, Origin("a.jsonl"), limits=Limits(items=10)))

    assert [type(f) for f in found] == [Item] * 10 + [Refused]


def test_the_time_is_ours_not_that_of_whoever_uses_the_documents(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(limits, "time", SimpleNamespace(monotonic=lambda: now[0]))
    found = read_items(LINES, Origin("a.jsonl"), limits=Limits(seconds=20))
    next(found)
    now[0] += 30

    assert isinstance(next(found), Item)


def test_a_damaged_archive_is_an_error_of_ours() -> None:
    for cut in (30, 60):
        (found,) = read_items(SAMPLES["zip"][:cut], Origin("r.zip"))
        assert isinstance(found, Refused)
        assert isinstance(found.error, DamagedDocument)


def test_reading_is_lazy() -> None:
    found = read_items(LINES * 100_000, Origin("a.jsonl"))
    begun = time.process_time()
    next(found)

    assert time.process_time() - begun < 1


@pytest.mark.parametrize(
    ("data", "declared", "encoding", "known_by"),
    [
        (b"\xef\xbb\xbfTen", "koi8-r", "utf-8", "byte order mark"),
        ("убит".encode("koi8-r"), "koi8-r", "koi8-r", "header"),
        (b'<meta charset="windows-1251">' + "убит".encode("cp1251"), None, "cp1251", "page"),
        ("убит".encode(), "no-such", "utf-8", "its bytes"),
        ("убит".encode(), "utf-7", "utf-8", "its bytes"),
        ("“Ten”".encode("cp1252"), "iso-8859-1", "cp1252", "header"),
        ("Двенадцать солдат были убиты у моста в субботу вечером.".encode("koi8-r"), None, "koi8-r", "chardet"),
    ],
)
def test_an_encoding_is_known_by_the_first_sign_that_fits(
    data: bytes, declared: str | None, encoding: str, known_by: str
) -> None:
    found = decode_web(data, declared)

    assert (found.encoding, found.known_by) == (encoding, known_by)


def test_a_label_that_does_not_fit_the_bytes_is_not_believed() -> None:
    data = "Двенадцать солдат были убиты у моста, сообщила армия. ".encode("cp1251") * 40

    assert decode_web(data, "utf-8").text.startswith("Двенадцать")


NAMES = [None, "x.html", "x.csv", "x.json", "x.jsonl", "x.eml", "x.mbox", "x.warc", "x.zip"]


@settings(max_examples=150, deadline=5000)
@given(st.binary(max_size=300), st.sampled_from(NAMES))
def test_any_bytes_give_documents_or_errors_of_ours(data: bytes, name: str | None) -> None:
    for found in read_items(data, Origin(name)):
        assert isinstance(found, Item | Refused)
        if isinstance(found, Refused):
            assert isinstance(found.error, TallystickError)
            assert "its reader failed" not in str(found.error)  # a fault that no reader foresaw


@settings(max_examples=200, deadline=5000, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from([k for k in SAMPLES if k != "pdf"]), st.data())
def test_a_damaged_input_of_any_format_gives_documents_or_errors_of_ours(kind: str, data: st.DataObject) -> None:
    sample = bytearray(SAMPLES[kind])
    for _ in range(data.draw(st.integers(1, 8))):
        place = data.draw(st.integers(0, max(0, len(sample) - 1)))
        match data.draw(st.sampled_from(["change", "cut", "insert"])):
            case "change" if sample:
                sample[place] = data.draw(st.integers(0, 255))
            case "cut":
                del sample[place : place + data.draw(st.integers(1, 40))]
            case _:
                sample[place:place] = data.draw(st.binary(max_size=12))
    for found in read_items(bytes(sample), Origin("input")):
        assert isinstance(found, Item | Refused)
        if isinstance(found, Refused):
            assert "its reader failed" not in str(found.error)
