"""What the documentation shows is what happens. After a change on purpose: make docs."""

from __future__ import annotations

import difflib
import itertools
import re
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

import tallystick
from tallystick import errors
from tallystick.cli import app
from tests.docs.blocks import ROOT, clone, pages, refreshed, run
from tests.docs.reference import COMMANDS, PAGES

ALL_COMMANDS: Any = get_command(app)
HANDMADE = [path for path in pages() if path.name not in PAGES or "reference" not in path.parts]


def changed(shown: str, now: str) -> list[str]:
    """The first lines that differ; a whole page would bury what matters."""
    lines = difflib.unified_diff(shown.splitlines(), now.splitlines(), "shown", "now", lineterm="", n=0)
    return list(itertools.islice(lines, 12))


@pytest.mark.parametrize("name", PAGES)
def test_a_page_made_from_the_code_is_up_to_date(name: str) -> None:
    difference = changed((ROOT / "docs" / "reference" / name).read_text(encoding="utf-8"), PAGES[name]())

    assert not difference, "\n".join(["run: make docs", *difference])


@pytest.mark.parametrize("path", HANDMADE, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_output_shown_is_what_the_command_prints(path: Path, tmp_path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    with clone(tmp_path / "clone"):
        difference = changed(text, refreshed(text))

    assert not difference, "\n".join(["run: make docs", *difference])


@pytest.mark.parametrize("path", pages(), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_to_a_file_leads_somewhere(path: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8"))

    missing = [link for link in links if "://" not in link and not (path.parent / link).exists()]

    assert missing == []


def test_every_option_and_command_is_documented() -> None:
    cli = (ROOT / "docs" / "reference" / "cli.md").read_text(encoding="utf-8")
    listed = re.findall(r"^│ ([a-z][\w-]+) ", run("tallystick --help"), re.MULTILINE)

    assert set(listed) == set(COMMANDS.split())
    for command in COMMANDS.split():
        for option in re.findall(r"--[a-z][a-z-]*", run(f"tallystick {command} --help")):
            assert option in cli


@pytest.mark.parametrize("path", HANDMADE, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_command_named_in_a_page_exists_with_its_options(path: Path) -> None:
    text = path.read_text(encoding="utf-8").replace("\\\n", " ")
    named = re.findall(r"`(tallystick [^`\n]+)`|^(?:\$ )?(tallystick .+)$", text, re.MULTILINE)
    for written in (inline or line for inline, line in named):
        words = re.split(r" [|>#] ", written)[0].split()[1:]
        command = ALL_COMMANDS
        while words and words[0] in getattr(command, "commands", {}):
            command = command.commands[words.pop(0)]
        options = {option for each in command.params for option in (*each.opts, *each.secondary_opts)}
        unknown = {word.split("=")[0] for word in words if word.startswith("--")} - options - {"--help"}
        assert not unknown, written
        assert command.name != "tallystick" or not words or words[0].startswith("-"), written


def test_every_public_name_and_error_is_documented() -> None:
    reference = "".join(p.read_text(encoding="utf-8") for p in (ROOT / "docs" / "reference").glob("*.md"))

    assert [name for name in tallystick.__all__ if f"`{name}" not in reference] == []
    assert [n for n, v in vars(errors).items() if isinstance(v, type) and f"`{n}`" not in reference] == []


def test_no_package_in_the_locks_is_under_the_gpl() -> None:
    rows = [line for line in PAGES["dependencies.md"]().splitlines() if line.startswith("| ")]
    copyleft = re.compile(r"(?<!L)(?:A?GPL|GNU (?:Affero )?General Public)")

    bound = [row for row in rows if all(copyleft.search(choice) for choice in row.split(" OR "))]
    assert bound == []


def test_the_readme_begins_with_what_it_is_and_the_two_commands() -> None:
    screen = (ROOT / "README.md").read_text(encoding="utf-8")[:4000]

    assert screen.index("make demo") < screen.index("make test")


def test_every_page_can_be_reached_from_the_first_page_of_the_documentation() -> None:
    first = ROOT / "docs" / "README.md"
    linked = {(first.parent / link).resolve() for link in re.findall(r"\]\(([^)#\s]+)\)", first.read_text("utf-8"))}

    assert [page for page in sorted((ROOT / "docs").rglob("*.md")) if page not in linked | {first}] == []


def test_no_page_shows_a_path_of_the_machine_it_was_written_on() -> None:
    homes = re.compile(r"(?<![\w/.])/(?:home|root|tmp|work|Users|var)/")

    assert [page for page in pages() if homes.search(page.read_text(encoding="utf-8"))] == []


def test_what_differs_from_run_to_run_is_not_shown(tmp_path: Path) -> None:
    shown = []
    for name in ("one", "two"):
        with clone(tmp_path / name):
            run("tallystick add src/tallystick/examples/cluster/1-liptako-wire.html")
            shown.append([run(f"tallystick {command}") for command in ("reconcile", "verify", "checkpoint", "prove 0")])

    assert shown[0] == shown[1]
    assert "root …" in shown[0][1]
