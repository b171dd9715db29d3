"""The commands and programs shown in the documentation, and what they really print.

A ```console block holds lines "$ command" and their output. A ```python block followed by a ```text block is a
program and its output. A block with a file's name after its language (```csv daily.csv) is that file. Commands run in
this process, in a folder that holds the example reports where a clone has them; `| head -N` and `> FILE` are
understood, nothing else of a shell.

A page that asks tallystick.db without having made it finds the ledger that the tutorial of eight reports makes. The
clock starts at NOW and is a minute on at each command; what differs from run to run for another reason is shown as “…”
(see CHANGING).
"""

from __future__ import annotations

import atexit
import contextlib
import io
import itertools
import os
import re
import shlex
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from unittest.mock import patch

from typer.testing import CliRunner

from tallystick.cli import app

ROOT = Path(__file__).parent.parent.parent
EXAMPLES = Path("src", "tallystick", "examples")
WIDTH = "80"

LEDGER = "tallystick.db"
TUTORIAL = ROOT / "docs" / "tutorials" / "one-ledger-from-eight-reports.md"
NOW = datetime(2024, 6, 10, 9, 0, tzinfo=UTC)
# Commands that ask a ledger or work on it, and so need one.
ASKING = (
    "reconcile status documents tallies ask explain conflicts origins series policy-diff queue judge judgements "
    "withdraw verify checkpoint prove erase backup export import card report"
)
# Salts and keys are random, and so is what is made of them; how long something took is nobody's business here.
CHANGING = (
    (re.compile(r"(?<=root )[0-9a-f]{16}…"), "…"),
    (re.compile(r"\(\d+\.\d s\)"), "(… s)"),
    (re.compile(r"(?<=tallystick/)[0-9a-f]{16}(\+[0-9a-f]{8}\+[\w+/=]+)?"), "…"),
    (re.compile(r'(?<=")[0-9a-f]{64}(?=")'), "…"),
    (re.compile(r"(?m)(?:^|(?<=^— tallystick/… ))[\w+/]{43,}=+$"), "…"),
)

# Folder -> how many commands have been run there.
_commands: Counter[Path] = Counter()
_CONSOLE = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_PROGRAM = re.compile(r"^```python\n(.*?)^```\n(?:\n*^```text\n(.*?)^```$)?", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"^```\w+ ([\w.-]+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_MAKING = re.compile(r"^\$ (tallystick (?:add .*|reconcile))$", re.MULTILINE)


def pages() -> list[Path]:
    """Every page whose commands are run."""
    return [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]


@contextlib.contextmanager
def clone(folder: Path) -> Iterator[None]:
    """Runs the body in a folder that looks like a clone to the commands of the documentation."""
    (folder / EXAMPLES).parent.mkdir(parents=True)
    shutil.copytree(ROOT / EXAMPLES, folder / EXAMPLES)
    before = Path.cwd()
    os.chdir(folder)
    _commands[Path.cwd()] = 0
    try:
        yield
    finally:
        os.chdir(before)


def refreshed(text: str) -> str:
    """A page with the outputs that its commands and programs print now."""
    for name, content in _FILE.findall(text):
        Path(name).write_text(content, encoding="utf-8")
    text = _CONSOLE.sub(lambda block: f"```console\n{_session(block[1])}```", text)
    return _PROGRAM.sub(_program, text)


def _session(body: str) -> str:
    out = ""
    for line in body.splitlines():
        if line.startswith("$ "):
            out += f"{line}\n{run(line[2:])}"
    return out


def run(command: str) -> str:
    """What one command prints, standard error last; nothing for a command that is not ours (make, pip, cd)."""
    words = shlex.split(re.sub(r"\s#.*", "", command))  # as a shell has it: "03cd6d5d#0" holds no comment
    first = target = None
    if "|" in words:
        at = words.index("|")
        head, count = words[at + 1 :]
        assert head == "head", command
        first = int(count.removeprefix("-"))
        words = words[:at]
    if ">" in words:
        target = Path(words[words.index(">") + 1])
        words = words[: words.index(">")]
    if words == ["make", "demo"]:
        words = ["tallystick", "demo"]
    if words[0] != "tallystick":
        return ""
    if len(words) > 1 and words[1] in ASKING.split() and "--help" not in words:
        _lay_out_ledger()
    with _clock():
        result = CliRunner().invoke(
            app, words[1:], prog_name="tallystick", env={"COLUMNS": WIDTH, "TALLYSTICK_LEDGER": None}
        )
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code != 2, f"{command}\n{result.output}"
    if target is not None:
        target.write_bytes(result.stdout_bytes)
        return result.stderr
    lines = result.stdout.replace("\r\n", "\n").splitlines(keepends=True)
    shown = "".join(line.rstrip() + "\n" for line in lines[:first]) + result.stderr
    for changing, instead in CHANGING:
        shown = changing.sub(instead, shown)
    return shown + ("...\n" if first is not None and len(lines) > first else "")


def _program(block: re.Match[str]) -> str:
    if block[2] is None:
        return block[0]
    if LEDGER in block[1]:
        _lay_out_ledger()
    printed = io.StringIO()
    # A program may import a file that the page shows.
    with contextlib.redirect_stdout(printed), patch.object(sys, "path", [str(Path.cwd()), *sys.path]):
        exec(compile(block[1], "documentation", "exec"), {"__name__": "__main__"})  # our own pages
    return f"```python\n{block[1]}```\n\n```text\n{printed.getvalue()}```"


@contextlib.contextmanager
def _clock() -> Iterator[None]:
    """Commands take the time from their module's `now`: here a second passes each time they ask."""
    _commands[Path.cwd()] += 1
    minutes = _commands[Path.cwd()]
    seconds = itertools.count()
    with contextlib.ExitStack() as stack:
        for name, module in sorted(sys.modules.items()):
            if name.startswith("tallystick.cli.") and hasattr(module, "now"):
                ticking = patch.object(module, "now", lambda: NOW + timedelta(minutes=minutes, seconds=next(seconds)))
                stack.enter_context(ticking)
        yield


def _lay_out_ledger() -> None:
    """Puts a copy of the tutorial's ledger here, unless the page has made one."""
    if Path(LEDGER).exists():
        return
    for path in _tutorial_ledger().glob(f"{LEDGER}*"):
        shutil.copytree(path, path.name) if path.is_dir() else shutil.copy(path, path.name)
    _commands[Path.cwd()] += _commands[_tutorial_ledger().resolve()]  # not before the ledger was made


@cache
def _tutorial_ledger() -> Path:
    """A folder with the ledger of the eight reports, made once by the commands that the tutorial shows."""
    folder = Path(tempfile.mkdtemp(prefix="tallystick-docs-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    text = TUTORIAL.read_text(encoding="utf-8")
    until = text.index("$ tallystick reconcile\n") + len("$ tallystick reconcile\n")
    with clone(folder / "clone"):
        for command in _MAKING.findall(text[:until]):
            run(command)
    return folder / "clone"
