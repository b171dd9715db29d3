"""make docs: writes the pages made from the code, and the outputs shown in the others, again.

With paths it writes those pages only: python -m tests.docs.generate docs/how-to/erase.md
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.docs.blocks import ROOT, clone, pages, refreshed
from tests.docs.reference import made


def main(wanted: list[str]) -> None:
    """Rewrites what has changed and says which pages those are."""
    chosen = {Path(name).resolve() for name in wanted}
    for name, text in made().items():
        _write(ROOT / "docs" / "reference" / name, text, chosen)
    for path in pages():
        if not chosen or path in chosen:
            with tempfile.TemporaryDirectory() as folder, clone(Path(folder, "clone")):
                _write(path, refreshed(path.read_text(encoding="utf-8")), chosen)


def _write(path: Path, text: str, chosen: set[Path]) -> None:
    if chosen and path not in chosen:
        return
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")
        print(f"wrote {path.relative_to(ROOT)}")


if __name__ == "__main__":
    main(sys.argv[1:])
