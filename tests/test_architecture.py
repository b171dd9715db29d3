"""The shape that CONTRIBUTING describes: public names, layers, what ships, and what must never ship."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from hashlib import sha256
from pathlib import Path

import pytest

import tallystick
from tallystick import errors
from tallystick.lexicon import names as lexicon_names

ROOT = Path(__file__).parent.parent
SOURCES = sorted((ROOT / "src").rglob("*.py"))

PUBLIC = [
    "Accumulation",
    "AlreadyJudged",
    "AssistRefused",
    "Attribution",
    "BadAccount",
    "BadCard",
    "BadGazetteer",
    "BadJudgement",
    "BadLattice",
    "BadLexicon",
    "BadModelFiles",
    "BadQuestion",
    "BadSettings",
    "BadTable",
    "BinaryDocument",
    "Checkpoint",
    "Claim",
    "CodedRow",
    "Conflict",
    "Count",
    "DamagedDocument",
    "DateBounds",
    "Diagnosis",
    "Document",
    "DocumentRecord",
    "DocumentTooLarge",
    "EmptyDocument",
    "Estimate",
    "EventMention",
    "ExportFailed",
    "ExtractionFailed",
    "Factuality",
    "FetchFailed",
    "Figure",
    "ForbiddenAddress",
    "Form",
    "Grain",
    "Held",
    "ImpossibleCount",
    "ImpossiblePeriod",
    "ImpossibleSpan",
    "ImpossibleValue",
    "Incident",
    "Interest",
    "Judgement",
    "Key",
    "Ledger",
    "LedgerBusy",
    "LedgerDamaged",
    "LedgerError",
    "LedgerExists",
    "LedgerVersion",
    "LimitExceeded",
    "LinkKind",
    "Measure",
    "Mod",
    "NoLedger",
    "NotAllowed",
    "NotReconciled",
    "NotSignedIn",
    "Origins",
    "Period",
    "Place",
    "PlaceMention",
    "Population",
    "Precision",
    "Question",
    "Quotation",
    "QuoteKind",
    "Reason",
    "Relation",
    "RelationKind",
    "Repair",
    "Report",
    "Scope",
    "Sentence",
    "Series",
    "Span",
    "Stance",
    "Status",
    "StorageFull",
    "Tally",
    "TallystickError",
    "TimeMention",
    "TimexType",
    "Toll",
    "TooManyRequests",
    "UnknownClaim",
    "UnknownDocument",
    "UnknownEncoding",
    "UnknownIncident",
    "UnknownPolicy",
    "UnknownSource",
    "UnknownTally",
    "UnknownTask",
    "UnreadableDocument",
    "Verdict",
    "__version__",
    "add",
    "answers",
    "code",
    "export",
    "extract",
    "extract_many",
    "read",
    "read_document",
    "reconcile",
]


def tracked() -> list[Path]:
    """Files under version control; every file of the source folders where git cannot say (an unpacked sdist)."""
    try:
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        folders = [ROOT / name for name in ("src", "tests", "docs", "requirements")]
        return [p for folder in folders for p in folder.rglob("*") if p.is_file() and "__pycache__" not in p.parts]
    return [ROOT / name for name in listed.decode().split("\0") if name and (ROOT / name).is_file()]


def test_the_public_names_are_these_and_no_others() -> None:
    assert sorted(tallystick.__all__) == sorted(PUBLIC)
    assert [name for name in PUBLIC if not hasattr(tallystick, name)] == []


def test_every_error_is_public() -> None:
    raised = {name for name, value in vars(errors).items() if isinstance(value, type)}

    assert raised <= set(tallystick.__all__)


def test_every_public_name_says_what_it_is() -> None:
    undocumented = [n for n in PUBLIC if n != "__version__" and not (getattr(tallystick, n).__doc__ or "").strip()]

    assert undocumented == []


@pytest.mark.parametrize(
    "imports",
    [
        "import tallystick",
        "import tallystick.read, tallystick.extract, tallystick",
        "from tallystick.extract import extract; from tallystick.read import read_bytes; import tallystick",
    ],
)
def test_read_and_extract_are_functions_whatever_was_imported_before(imports: str) -> None:
    code = f"{imports}; print(tallystick.read.__name__, tallystick.extract.__name__)"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["read", "extract"]


def test_the_version_is_that_of_the_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    assert tallystick.__version__ == project["version"]


def test_the_library_neither_prints_nor_configures_logging() -> None:
    found = [
        f"{path.name}:{node.lineno}"
        for path in SOURCES
        if "cli" not in path.parts
        and path.name != "build.py"  # build.py is a script for those who work on the gazetteer
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("print", "logging.basicConfig")
    ]

    assert found == []


def test_modules_stay_readable() -> None:
    long = {p.name: n for p in SOURCES if (n := len(p.read_text(encoding="utf-8").splitlines())) > 450}

    assert long == {}  # near 400 lines a noun is missing: split the module


def test_the_locks_name_no_registry_and_no_path() -> None:
    for name in ("runtime", "dev"):
        lock = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")

        assert re.findall(r"https?:|file:|--index|--find-links|--extra|(?<![\w.-])/\w+", lock) == []
        pins = [line for line in lock.splitlines() if re.match(r"[a-z0-9]", line)]
        assert pins
        assert all("==" in pin and pin.endswith("\\") for pin in pins)


def test_every_dependency_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    lock = (ROOT / "requirements" / "runtime.txt").read_text(encoding="utf-8")
    wanted = [re.match(r"[\w-]+", d) for d in project["project"]["dependencies"]]

    assert [m[0] for m in wanted if m and f"\n{m[0].lower()}==" not in f"\n{lock}"] == []


def test_files_of_others_are_served_as_they_came() -> None:
    vendor = ROOT / "src" / "tallystick" / "serve" / "static" / "vendor"
    rows = re.findall(r"^\| (\S+) \|.*\| ([0-9a-f]{64}) \|$", (vendor / "README.md").read_text(), re.MULTILINE)

    assert {name: sha256((vendor / name).read_bytes()).hexdigest() for name, _ in rows} == dict(rows)
    listed = {name for name, _ in rows}
    assert listed == {p.name for p in vendor.iterdir() if p.suffix in {".js", ".json"}}
    assert all("LICENSE" in p.name or p.name == "README.md" for p in vendor.iterdir() if p.name not in listed)


def test_nothing_names_a_place_on_one_machine() -> None:
    # Written in pieces, so that this file does not hold what it looks for.
    places = ["/" + "work/", "/" + "opt/" + "pypi", ".." + "/shared/seed", "." + "library", "/" + "home/"]
    found = [
        f"{path.relative_to(ROOT)}: {place}"
        for path in tracked()
        if path.suffix in {".py", ".toml", ".md", ".txt", ".tsv", ".html", ".css", ".js", ".json", ""}
        and path.suffixes[-2:] != [".min", ".js"]
        and path.name != "vega-bundle.js"  # others' code, held by its hash
        for place in places
        if place in path.read_text(encoding="utf-8", errors="replace")
    ]

    assert found == []


def test_the_lexicon_and_the_examples_ship_with_the_package() -> None:
    package = ROOT / "src" / "tallystick"

    assert lexicon_names()
    assert (package / "py.typed").exists()
    manifest = tomllib.loads((package / "examples" / "manifest.toml").read_text(encoding="utf-8"))["report"]
    assert len(manifest) >= 5
    for item in manifest:
        text = (package / "examples" / item["file"]).read_text(encoding="utf-8")
        assert "This report is invented." in text
        assert 100 <= len(text.split()) <= 350
