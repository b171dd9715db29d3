"""The pages of docs/reference that are made from the code, so that they cannot disagree with it."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from dataclasses import fields as dataclass_fields
from dataclasses import is_dataclass
from enum import Enum
from importlib.metadata import PackageNotFoundError, distribution, metadata
from typing import Any

import tallystick
from tallystick import errors, lexicon
from tallystick.model.claims import Factuality, Interest
from tallystick.model.constraints import Conflict, ConflictKind, Interval, Proof, Repair
from tallystick.model.mentions import LinkKind
from tallystick.model.quantities import Figure, Key, Link, Where, Who, Window
from tallystick.model.tallies import (
    Doubt,
    Estimate,
    Move,
    Origin,
    OriginReason,
    Origins,
    Point,
    PolicyDiff,
    Series,
    Step,
    Tally,
    Voice,
)
from tallystick.model.values import Accumulation, Form, Measure, Mod
from tallystick.views import lexicons
from tallystick.views.coding import COLUMNS
from tallystick.views.evidence import COLUMNS as EVIDENCE_COLUMNS
from tallystick.views.exports import page
from tallystick.views.exports.claims import COLUMNS as CLAIM_COLUMNS
from tallystick.views.records import schema
from tests.docs import policies as policy_page
from tests.docs import rest
from tests.docs.blocks import ROOT, run

COMMANDS = (
    "demo read code policies lexicon doctor add reconcile status documents verify checkpoint prove judge withdraw "
    "judgements erase backup restore tallies ask explain conflicts origins series policy-diff queue export import lint "
    "card report serve account assist"
)
TALLIES = (
    Tally, Key, Who, Where, Window, Figure, Link, Origins, Origin, Voice, OriginReason, Doubt, Interval, Proof,
    Conflict, Repair, Estimate, Step, Series, Point, PolicyDiff, Move,
)  # fmt: skip
MADE = "<!-- Made by `make docs`; edit the code, not this page. -->\n"


def made() -> dict[str, str]:
    """Path below docs/reference -> text."""
    return {name: page() for name, page in PAGES.items()}


def cli() -> str:
    """Every command with its --help."""
    parts = ["# Command line\n", MADE]
    parts.append(
        "Exit codes: 0 all is well; 1 some input could not be read (each is named on standard error), the ledger could "
        "not do what was asked, `verify` found damage or `lint` a contradiction; 2 the command was given wrongly; 3 "
        "`verify` found a card whole, but the ledger has moved on since.\n"
    )
    of_accounts = "add list role close reopen password token audit prune"
    accounts = [f"account {one}" for one in of_accounts.split()]
    for command in ("", *COMMANDS.split(), *accounts):
        words = f"tallystick {command}".strip()
        parts.append(f"## {words}\n\n```text\n{_trimmed(run(f'{words} --help'))}```\n")
    return "\n".join(parts)


def _trimmed(text: str) -> str:
    lines = [line.rstrip() for line in text.strip("\n").splitlines()]
    return "\n".join(lines) + "\n"


def json_keys() -> str:
    """The keys of the JSON record, from its schema."""
    whole = schema()
    parts = [
        "# JSON of one report\n",
        MADE,
        "`tallystick read FILE --json` prints one object; for several files it prints one object a line (JSON Lines), "
        "in the order of the files. Keys stay stable; new ones may be added. Offsets count Unicode code points of the "
        "document's text, ends are exclusive. `null` is what the report does not say: never 0, never an empty text.\n",
        "The same as a JSON Schema: `tallystick/views/report.schema.json` in the package, or "
        "`tallystick.views.records.schema()`.\n",
        "Top level: " + ", ".join(f"`{key}`" for key in whole["properties"]) + ".\n",
    ]
    for name, definition in whole["$defs"].items():
        parts.append(f"## {name}\n\n{definition['description']}\n")
        parts.append("| key | type | meaning |\n| --- | --- | --- |")
        for key, rule in definition["properties"].items():
            parts.append(f"| `{key}` | {_type(rule)} | {rule.get('description', '')} |")
        parts.append("")
    return "\n".join(parts)


def _type(rule: dict[str, Any]) -> str:
    if "$ref" in rule:
        name = rule["$ref"].rpartition("/")[2]
        return f"[{name}](#{name})"
    if "anyOf" in rule:
        return " or ".join(_type(choice) for choice in rule["anyOf"])
    if "enum" in rule:
        return ", ".join("null" if value is None else f"`{value}`" for value in rule["enum"])
    if rule["type"] == "array":
        return f"list of {_type(rule['items'])}"
    kinds = [rule["type"]] if isinstance(rule["type"], str) else rule["type"]
    return " or ".join(kinds)


def python() -> str:
    """Every public name with its signature and the first line of its docstring."""
    parts = [
        "# Python\n",
        MADE,
        "`import tallystick` gives these names. They stay as they are within a major version.\n",
    ]
    functions = [name for name in tallystick.__all__ if inspect.isfunction(getattr(tallystick, name))]
    parts.append("## Functions\n")
    for name in functions:
        value = getattr(tallystick, name)
        parts.append(f"### `{name}{_signature(value)}`\n\n{inspect.getdoc(value)}\n")
    parts.append("## Values\n")
    parts.append("| name | what it is | fields |\n| --- | --- | --- |")
    for name in tallystick.__all__:
        value = getattr(tallystick, name)
        if inspect.isclass(value) and not issubclass(value, Exception):
            first = _first(value)
            if is_dataclass(value):
                fields = [field.name for field in dataclass_fields(value)]
            elif issubclass(value, Enum):
                fields = [str(member.value) for member in value]
            else:
                continue
            parts.append(f"| `{name}` | {first} | {', '.join(f'`{field}`' for field in fields)} |")
    parts += ["", *_methods(tallystick.Ledger)]
    parts.append("\nErrors stand in [errors](errors.md). `__version__` is the version of the package.\n")
    return "\n".join(parts)


class _Bare(str):
    """Words that stand in a signature as they are."""

    def __repr__(self) -> str:
        return str(self)


def _signature(value: Callable[..., object]) -> str:
    """A function's arguments, with types by their bare names."""
    whole = inspect.signature(value)
    given = [
        one.replace(default=_Bare(f"{type(one.default).__name__}()")) if is_dataclass(one.default) else one
        for one in whole.parameters.values()
    ]
    text = str(whole.replace(parameters=given)).replace("'", "").replace("(self, ", "(").replace("(self)", "()")
    return re.sub(r"<([\w.]+ )?object at [^>]+>|\b(?:[a-z]\w*\.)+(?=[A-Z])", "", text)


def _methods(kind: type) -> list[str]:
    """What can be done with a class: its public methods and properties, those for making one first."""
    parts = [f"## `{kind.__name__}`\n", f"{inspect.getdoc(kind)}\n", "| | what it does |\n| --- | --- |"]
    for name, value in vars(kind).items():
        if name.startswith("_") or name == "writing":
            continue
        if isinstance(value, property):
            parts.append(f"| `{name}` | {_first(value)} |")
        else:
            function = getattr(value, "__func__", value)
            signature = _signature(function).replace("(cls, ", "(").replace("|", "\\|")
            parts.append(f"| `{name}{signature}` | {_first(function)} |")
    return parts


def tallies() -> str:
    """The keys of the JSON that questions to a ledger print."""
    parts = [
        "# JSON of tallies\n",
        MADE,
        '`tallies --json` and `ask --json` print `{"tallies": [...], "of": how many there are, "asked": ...}`, '
        "`explain ID --json` one tally, `origins ID --json` its origins, `series ID --json` a series, "
        "`policy-diff --json` a diff, `conflicts --json` a list with `id`, `conflict`, `repairs`, `tallies` and "
        "`consequence` (what the order goes by). A tally has its `estimate` under the asked policy "
        "beside its own keys. Keys stay stable; new ones may be added. `null` is open or unknown, never 0. Days are "
        "YYYY-MM-DD, times UTC, offsets code points of the document's text.\n",
    ]
    for kind in TALLIES:
        parts.append(f"## {kind.__name__}\n\n{inspect.getdoc(kind)}\n\n| key | type |\n| --- | --- |")
        parts += [f"| `{field.name}` | {_kind(str(field.type))} |" for field in dataclass_fields(kind)]
        parts.append("")
    return "\n".join(parts)


def _kind(hint: str) -> str:
    """A type hint in the words of JSON, linked where it is described on the page."""
    names = {kind.__name__: f"[{kind.__name__}](#{kind.__name__.lower()})" for kind in TALLIES}
    said = {
        "None": "null",
        "str": "text",
        "int": "number",
        "float": "number",
        "Number": "number",
        "bool": "true or false",
    }
    said |= {"datetime": "time", "date": "day", "Span": "[span](json.md#span)"}
    enums = (Measure, Form, Mod, Factuality, Interest, Accumulation, LinkKind, ConflictKind)
    said |= {kind.__name__: ", ".join(f"`{member.value}`" for member in kind) for kind in enums}
    if match := re.fullmatch(r"tuple\[(\w+), \.\.\.\]", hint):
        return f"list of {_kind(match[1])}"
    if match := re.fullmatch(r"Mapping\[str, (.+)\]", hint):
        return f"object of {_kind(match[1])}"
    if match := re.fullmatch(r"tuple\[(.+)\]", hint):
        return f"[{_kind(match[1].split(', ')[0])}, {_kind(match[1].split(', ')[1])}]"
    return " or ".join(names.get(part, said.get(part, part)) for part in hint.split(" | "))


def _first(value: object) -> str:
    return (inspect.getdoc(value) or "").split("\n\n")[0].replace("\n", " ").replace("|", "\\|")


def raised() -> str:
    """The tree of errors and what each means."""
    tree = (errors.__doc__ or "").split("\n\n")[1]
    parts = ["# Errors\n", MADE]
    parts.append(
        "Everything raised on purpose derives from `TallystickError`. Each message says what was found, where, and "
        "what to do next. On the command line it is one line on standard error.\n"
    )
    parts.append(f"```text\n{tree}\n```\n")
    for name, value in vars(errors).items():
        if inspect.isclass(value):
            parts.append(f"- `{name}`: {_first(value)}")
    return "\n".join(parts) + "\n"


def coding() -> str:
    """The columns of coded rows."""
    parts = ["# Columns of coded rows\n", MADE]
    parts.append(
        "`tallystick code` writes one row an incident. In CSV an unknown is an empty cell and lists are joined with "
        "`; `; in JSON Lines it is `null` and lists are lists. A cell that a spreadsheet would run as a formula is "
        "written with an apostrophe before it.\n"
    )
    parts.append("| column | meaning |\n| --- | --- |")
    parts += [f"| `{name}` | {meaning or 'as above'} |" for name, meaning in COLUMNS.items()]
    return "\n".join(parts) + "\n"


def exported() -> str:
    """The formats, what each loses, and its columns."""
    parts = ["# Export formats\n", MADE]
    parts.append(
        "`tallystick export FORMAT OUT` writes what a ledger holds. Every export comes with a file of notes beside it "
        "(`out.csv`, `out.notes.txt`): which ledger it was made from, what the format cannot hold, and what this run "
        "left out. The same ledger gives the same bytes, but for the time of the export where a format has room for "
        "it.\n"
    )
    parts.append(
        "An unknown is an empty cell or `null`, never 0. In CSV a cell that a spreadsheet would run as a formula is "
        "written with an apostrophe before it, numbers stay numbers, and lists are joined with `; `. A format with "
        "“-like” in its name, or named after a project, approximates that project's published layout; no project "
        "endorses it.\n"
    )
    parts.append(page())
    parts.append("\n## Columns of csv and parquet\n\n| column | type | meaning |\n| --- | --- | --- |")
    parts += [f"| `{name}` | {kind} | {meaning or 'as it says'} |" for name, (kind, meaning) in CLAIM_COLUMNS.items()]
    return "\n".join(parts) + "\n"


def imported() -> str:
    """The evidence table that import writes."""
    parts = ["# Evidence for coded rows\n", MADE]
    parts.append(
        "`tallystick import FILE` reads a UCDP-GED or ACLED CSV file and finds, for each row, the figures of the "
        "ledger that may tell of its event. Nothing of the file enters the ledger. A header may be missing "
        "(49 columns, as some UCDP files are released), columns may be in any order, unknown ones are kept; a byte "
        "order mark, semicolons and tabs are understood.\n"
    )
    parts.append(
        "A figure is put forward when its days and its place both speak for it: the days overlap or lie one day apart "
        "(a claim without a day is looked for in the week before its report); the place has the same name, reads like "
        "it in another spelling, stands in the sentence, lies within 25 km, or one of the two is an area that may hold "
        "the other. Sides named by both raise the score; others prove nothing. Only claims about the killed count, "
        "running totals and denied figures do not. The weights were set by hand. Figures of the nearest event are "
        "listed, and the note names events less near; where several come equally near, all are listed and none is "
        "picked.\n"
    )
    parts.append("| finding | meaning |\n| --- | --- |")
    parts.append("| agrees | every figure found fits the row's low to high |")
    parts.append("| differs | none does |")
    parts.append("| partly | some do; or all of them count a part of the dead only, or give no figure |")
    parts.append("| no evidence | the ledger holds no figure of its days and place |")
    parts.append("\n| column | meaning |\n| --- | --- |")
    parts += [f"| `{name}` | {meaning} |" for name, meaning in EVIDENCE_COLUMNS.items()]
    parts.append("\nThe row's own columns follow, each with `coded:` before its name.\n")
    return "\n".join(parts)


def policies() -> str:
    """The policies, what each does, and where its rules come from."""
    return f"# Policies\n\n{MADE}\n{policy_page.page()}"


def words() -> str:
    """Every lexicon entry."""
    parts = ["# Lexicon\n", MADE]
    parts.append(
        "A claim names the entries that led to it. Each has a meaning, sentences it must match (the words in "
        "brackets) and sentences it must not match; all are run as tests.\n"
    )
    parts += [lexicons.markdown(name) for name in lexicon.names()]
    return "\n".join(parts)


def dependencies() -> str:
    """Packages in the locks with their licences."""
    parts = ["# Dependencies and their licences\n", MADE]
    parts.append(
        "Versions and hashes stand in `requirements/`. None is under the GPL or AGPL. `marisa-trie` holds code that "
        "is offered under BSD-2-Clause or LGPL; Tallystick takes it under BSD-2-Clause. `tld` is offered under three "
        "licences; Tallystick takes it under MPL-1.1.\n"
    )
    locked = {name: _locked(name) for name in ("runtime", "dev")}
    for title, chosen in (
        ("Needed to run", locked["runtime"]),
        ("Needed to work on Tallystick", sorted(set(locked["dev"]) - set(locked["runtime"]))),
    ):
        parts.append(f"## {title}\n\n| package | licence |\n| --- | --- |")
        parts += [f"| {name} | {licence(name)} |" for name in chosen]
        parts.append("")
    return "\n".join(parts)


def _locked(name: str) -> list[str]:
    lock = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    return sorted({match[1] for match in re.finditer(r"^([a-z0-9][\w.-]*)==", lock, re.MULTILINE)})


# Packages of the universal lock that other systems need.
ELSEWHERE = {"colorama": "BSD-3-Clause (Windows only)", "httpx2-jsfetch": "BSD-3-Clause (in a browser only)"}


def licence(name: str) -> str:
    """The licence that a package states about itself; where it is needed for one system only, that is said."""
    try:
        about = metadata(name)
    except PackageNotFoundError:
        return ELSEWHERE.get(name, "not installed")
    if expression := about.get("License-Expression"):
        return str(expression)
    stated = [c.split("::")[-1].strip() for c in about.get_all("Classifier") or [] if c.startswith("License ::")]
    # Some write the whole text there, and some nothing but a file: the text's first line is its name.
    files = [file for file in distribution(name).files or () if file.name.startswith("LICENSE")]
    text = about.get("License") or next((file.read_text() for file in files), "")
    return "; ".join(stated) or text.strip().splitlines()[0]


PAGES: dict[str, Callable[[], str]] = {
    "cli.md": cli,
    "json.md": json_keys,
    "python.md": python,
    "rest.md": lambda: rest.page(MADE),
    "tallies.md": tallies,
    "errors.md": raised,
    "coding.md": coding,
    "exports.md": exported,
    "imports.md": imported,
    "policies.md": policies,
    "lexicon.md": words,
    "dependencies.md": dependencies,
}
"""Path below docs/reference -> what makes its text."""
