"""make docs: writes the pages made from the code, and the outputs shown in the others, again."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.docs.blocks import ROOT, clone, pages, refreshed
from tests.docs.reference import made


def main() -> None:
    """Rewrites what has changed and says which pages those are."""
    for name, text in made().items():
        _write(ROOT / "docs" / "reference" / name, text)
    with tempfile.TemporaryDirectory() as folder, clone(Path(folder, "clone")):
        for path in pages():
            _write(path, refreshed(path.read_text(encoding="utf-8")))


def _write(path: Path, text: str) -> None:
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")
        print(f"wrote {path.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
