"""What bytes that are no plain text are, so that the reader can say what to do with them."""

from __future__ import annotations

# First bytes of the files that people hand over in place of text, and the way from each to text.
_SIGNATURES: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF-", "a PDF file", "Convert it to text first (pdftotext FILE -)"),
    (b"PK\x03\x04", "a ZIP archive (also .docx, .xlsx, .odt, .epub)", "Unpack it, or save the document as plain text"),
    (b"PK\x05\x06", "an empty ZIP archive", "Unpack the original archive"),
    (b"\x1f\x8b", "gzip data", "Unpack it first (gunzip FILE)"),
    (b"BZh", "bzip2 data", "Unpack it first (bunzip2 FILE)"),
    (b"\xfd7zXZ\x00", "xz data", "Unpack it first (unxz FILE)"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", "Unpack it first"),
    (b"\x28\xb5\x2f\xfd", "Zstandard data", "Unpack it first (unzstd FILE)"),
    (b"Rar!", "a RAR archive", "Unpack it first"),
    (b"\x89PNG\r\n", "a PNG image", "Type out or OCR its words first"),
    (b"\xff\xd8\xff", "a JPEG image", "Type out or OCR its words first"),
    (b"GIF8", "a GIF image", "Type out or OCR its words first"),
    (b"II*\x00", "a TIFF image", "Type out or OCR its words first"),
    (b"MM\x00*", "a TIFF image", "Type out or OCR its words first"),
    (b"\xd0\xcf\x11\xe0", "an old Office file (.doc, .xls)", "Save the document as plain text (UTF-8)"),
    (b"{\\rtf", "an RTF file", "Save the document as plain text (UTF-8)"),
    (b"SQLite format 3\x00", "an SQLite database", "Export the texts first"),
    (b"\x7fELF", "a program", "Check the path"),
    (b"OggS", "a sound or video file", "Transcribe it first"),
    (b"ID3", "a sound file", "Transcribe it first"),
    (b"PAR1", "a Parquet file", "Export the texts first"),
)
# Containers that carry their name a few bytes in.
_INNER: tuple[tuple[int, bytes, str, str], ...] = (
    (8, b"WEBP", "a WebP image", "Type out or OCR its words first"),
    (8, b"WAVE", "a sound file", "Transcribe it first"),
    (4, b"ftyp", "a video or HEIC image", "Transcribe it first"),
    (257, b"ustar", "a tar archive", "Unpack it first"),
)


def recognise(data: bytes) -> tuple[str, str] | None:
    """What the bytes are and what to do with them; None when no signature matches."""
    for magic, what, remedy in _SIGNATURES:
        if data.startswith(magic):
            return what, remedy
    for offset, magic, what, remedy in _INNER:
        if data[offset : offset + len(magic)] == magic:
            return what, remedy
    return None
