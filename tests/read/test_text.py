from __future__ import annotations

import contextlib
import gzip
import io
import time
import zipfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallystick.errors import (
    BinaryDocument,
    DocumentTooLarge,
    EmptyDocument,
    TallystickError,
    UnknownEncoding,
    UnreadableDocument,
)
from tallystick.model.text import Document
from tallystick.pipeline import read_document
from tallystick.read import LARGEST, Origin, decode, read_bytes

SENTENCE = "“Über 12 soldiers were killed”, the café owner said."


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (SENTENCE.encode(), "utf-8"),
        (b"\xef\xbb\xbf" + SENTENCE.encode(), "utf-8"),
        (b"\xff\xfe" + SENTENCE.encode("utf-16-le"), "utf-16-le"),
        (b"\xfe\xff" + SENTENCE.encode("utf-16-be"), "utf-16-be"),
        (b"\xff\xfe\x00\x00" + SENTENCE.encode("utf-32-le"), "utf-32-le"),
        (b"\x00\x00\xfe\xff" + SENTENCE.encode("utf-32-be"), "utf-32-be"),
        (SENTENCE.encode("cp1252"), "cp1252"),
    ],
)
def test_a_text_is_the_same_in_every_encoding_that_can_be_told(data: bytes, encoding: str) -> None:
    document = read_bytes(data)

    assert document.text == SENTENCE
    assert document.reader == f"text/1 {encoding}"


def test_the_text_is_kept_exactly_so_that_offsets_hold() -> None:
    text = "Caf\u00e9 cafe\u0301\r\n\tTwo  spaces\u00a0and 🔥 \u202bright to left\u202c.\r\n"

    assert read_bytes(text.encode()).text == text


def test_two_texts_in_different_encodings_share_the_hash_of_the_text() -> None:
    one, other = read_bytes(SENTENCE.encode()), read_bytes(SENTENCE.encode("cp1252"))

    assert one.text_sha256 == other.text_sha256
    assert one.sha256 != other.sha256


def test_an_encoding_that_is_named_is_believed() -> None:
    assert decode("12 убитых".encode("koi8-r"), encoding="KOI8-R") == ("12 убитых", "koi8-r")


def test_mixed_encodings_are_refused_with_the_place_of_the_first_bad_byte() -> None:
    data = "Ten “men”\n".encode() + "were killed – here".encode("cp1252")

    with pytest.raises(BinaryDocument, match=r"mixes encodings.*line 2, 0x96.*--encoding"):
        read_bytes(data)


def test_bytes_that_windows_1252_leaves_undefined_are_refused() -> None:
    with pytest.raises(BinaryDocument, match=r"neither UTF-8 .* nor Windows-1252"):
        read_bytes(b"ten men \x81 were killed")


@pytest.mark.parametrize("name", ["no-such-codec", "rot13", "zip", "", "utf-8\x00"])
def test_an_unknown_encoding_is_named_with_examples(name: str) -> None:
    with pytest.raises(UnknownEncoding, match=r"utf-8, cp1252"):
        read_bytes(b"ten men", Origin(encoding=name))


def _zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(zipfile.ZipInfo("report.txt"), SENTENCE)  # no clock
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"%PDF-1.7\n1 0 obj", "a PDF file"),
        (_zipped(), "a ZIP archive"),
        (gzip.compress(SENTENCE.encode(), mtime=0), "gzip data"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "a PNG image"),
        (b"\xff\xd8\xff\xe0" + bytes(50), "a JPEG image"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "a WebP image"),
        (b"ten men\x00were killed", r"NUL bytes \(the first at byte 7\)"),
        ("ten men were killed".encode("utf-16-le"), "UTF-16 without a byte order mark: try --encoding utf-16-le"),
        ("ten men were killed".encode("utf-16-be"), "UTF-16 without a byte order mark: try --encoding utf-16-be"),
        (bytes(range(1, 32)) * 9, "control characters"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_text_is_named_with_what_to_do(data: bytes, said: str) -> None:
    with pytest.raises(BinaryDocument, match=said):
        read_bytes(data, Origin("file.bin"))


@pytest.mark.parametrize("data", [b"", b" \r\n\t ", "\ufeff".encode(), "\u200b \u00a0".encode(), b"\xff\xfe"])
def test_white_space_alone_is_an_empty_document(data: bytes) -> None:
    with pytest.raises(EmptyDocument, match=r"report\.txt holds nothing"):
        read_bytes(data, Origin("report.txt"))


@pytest.mark.parametrize("text", ["<!DOCTYPE html><p>Ten killed", '<?xml version="1.0"?>\n<html><body>', " <HTML>"])
def test_a_web_page_is_refused_until_menus_can_be_told_from_the_report(text: str) -> None:
    with pytest.raises(UnreadableDocument, match="HTML page"):
        read_bytes(text.encode())


def test_a_text_about_html_is_read() -> None:
    assert read_bytes(b"The <html> tag killed nobody.").text.startswith("The")


def test_a_line_of_20_megabytes_is_refused_at_once() -> None:
    begun = time.process_time()

    with pytest.raises(DocumentTooLarge, match="Split it"):
        read_bytes(b"Ten men were killed. " * 1_000_000)
    assert time.process_time() - begun < 1


def test_a_file_without_an_end_is_refused_not_read_for_ever() -> None:
    endless = Path("/dev/zero")
    if not endless.exists():
        pytest.skip("this system has no /dev/zero")

    with pytest.raises(DocumentTooLarge):
        read_document(endless)


def test_a_folder_is_named_as_one_with_what_takes_it(tmp_path: Path) -> None:
    with pytest.raises(UnreadableDocument, match=r"is a folder.*tallystick add"):
        read_document(tmp_path)


@pytest.mark.parametrize("path", ["no/such/file.txt", "bad\x00name"])
def test_a_path_that_cannot_be_opened_is_named(path: str) -> None:
    with pytest.raises(UnreadableDocument, match="cannot be opened"):
        read_document(path)


def test_what_the_caller_knows_travels_with_the_document(tmp_path: Path) -> None:
    path = tmp_path / "report.txt"
    path.write_text(SENTENCE, encoding="utf-8")

    document = read_document(path, published=date(2024, 5, 14), publisher="The Lowland Herald")

    assert (document.name, document.published) == (str(path), date(2024, 5, 14))
    assert (document.publisher, document.title) == ("The Lowland Herald", None)


@given(st.binary(max_size=400))
def test_any_bytes_give_a_document_or_an_error_of_ours(data: bytes) -> None:
    try:
        document = read_bytes(data)
    except TallystickError:
        return
    assert isinstance(document, Document)
    assert document.text.strip()


@given(
    st.binary(max_size=200), st.sampled_from(["utf-8", "utf-16", "utf-7", "cp1252", "shift_jis", "idna", "punycode"])
)
def test_any_bytes_in_a_named_encoding_give_a_document_or_an_error_of_ours(data: bytes, encoding: str) -> None:
    with contextlib.suppress(TallystickError):
        read_bytes(data, Origin(encoding=encoding))


@given(st.text(min_size=1, max_size=300).filter(lambda text: text.strip() and "\x00" not in text))
def test_every_text_in_utf_8_that_is_read_comes_back_unchanged(text: str) -> None:
    try:
        data = text.encode()
        document = read_bytes(data)
    except (TallystickError, UnicodeEncodeError):
        return
    assert document.text == text.removeprefix("\ufeff")


def test_the_limit_is_that_of_a_report_not_of_a_library() -> None:
    assert LARGEST == 2_000_000
