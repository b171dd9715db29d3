"""The commands and programs shown in the documentation, and what they really print.

A ```console block holds lines "$ command" and their output. A ```python block followed by a ```text block is a
program and its output. Commands run in this process, in a folder that holds the example reports where a clone has
them; `| head -N` and `> FILE` are understood, nothing else of a shell.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

from typer.testing import CliRunner

from tallystick.cli import app

ROOT = Path(__file__).parent.parent.parent
EXAMPLES = Path("src", "tallystick", "examples")
WIDTH = "80"

_CONSOLE = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_PROGRAM = re.compile(r"^```python\n(.*?)^```\n(?:\n*^```text\n(.*?)^```$)?", re.MULTILINE | re.DOTALL)


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
    try:
        yield
    finally:
        os.chdir(before)


def refreshed(text: str) -> str:
    """A page with the outputs that its commands and programs print now."""
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
    words = shlex.split(command, comments=True)
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
    result = CliRunner().invoke(app, words[1:], prog_name="tallystick", env={"COLUMNS": WIDTH})
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    if target is not None:
        target.write_bytes(result.stdout_bytes)
        return result.stderr
    lines = result.stdout.replace("\r\n", "\n").splitlines(keepends=True)
    shown = "".join(line.rstrip() + "\n" for line in lines[:first]) + result.stderr
    return shown + ("...\n" if first is not None and len(lines) > first else "")


def _program(block: re.Match[str]) -> str:
    if block[2] is None:
        return block[0]
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(block[1], "documentation", "exec"), {"__name__": "__main__"})  # our own pages
    return f"```python\n{block[1]}```\n\n```text\n{printed.getvalue()}```"
