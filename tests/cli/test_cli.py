from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from tallystick import cli
from tallystick.pipeline import read as read_report

TEXT = "At least 12 soldiers were killed in Kharkiv on Monday, the army said. Nobody else was hurt."


def run(*arguments: str | Path, stdin: bytes | None = None, width: int = 100) -> Result:
    """The command's outcome, run in this process, as main() would end it."""
    return CliRunner().invoke(cli.app, [str(a) for a in arguments], input=stdin, env={"COLUMNS": str(width)})


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "report.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


def test_a_report_is_printed_as_a_ledger(report: Path) -> None:
    result = run("read", report, "--published", "2024-05-14", "--publisher", "The Lowland Herald")

    assert result.exit_code == 0
    out = " ".join(result.stdout.split())
    assert "at least 12 killed" in out
    assert "The Lowland Herald → the army" in out
    assert "“At least 12 soldiers were killed" in out


def test_one_file_gives_one_json_object(report: Path) -> None:
    record = json.loads(run("read", report, "--json", "--published", "2024-05-14").stdout)

    assert record["document"]["published"] == "2024-05-14"
    assert (record["claims"][0]["count"]["low"], record["claims"][0]["count"]["high"]) == (12, None)


def test_several_files_give_json_lines_in_their_order(report: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.txt"
    other.write_text("Three men died in Sumy.", encoding="utf-8")

    lines = run("read", other, report, "--json").stdout.splitlines()

    assert [json.loads(line)["document"]["name"] for line in lines] == [str(other), str(report)]


def test_two_processes_give_what_one_gives(report: Path, tmp_path: Path) -> None:
    files = [report]
    for number in range(3):
        path = tmp_path / f"{number}.txt"
        path.write_text(f"{number + 2} men were killed.", encoding="utf-8")
        files.append(path)

    assert run("read", *files, "--json", "--jobs", "2").stdout == run("read", *files, "--json").stdout


def test_standard_input_is_read_for_a_dash() -> None:
    result = run("read", "-", "--json", stdin=TEXT.encode())

    assert json.loads(result.stdout)["document"]["name"] == "standard input"


def test_a_batch_says_what_it_could_not_read_and_goes_on(report: Path, tmp_path: Path) -> None:
    picture = tmp_path / "picture.txt"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n")

    result = run("read", tmp_path / "none.txt", picture, report, "--json")

    assert result.exit_code == 1
    assert len(result.stdout.splitlines()) == 1
    assert "UnreadableDocument" in result.stderr
    assert "is a PNG image" in result.stderr


def test_a_folder_cannot_be_read_and_the_reader_is_told_what_takes_one(tmp_path: Path) -> None:
    result = run("read", tmp_path)

    assert result.exit_code == 1
    assert f"{tmp_path} is a folder. Name its files" in result.stderr
    assert f"tallystick add {tmp_path}" in result.stderr


@pytest.mark.parametrize("day", ["2024-02-31", "14.5.2024", "0", "2024-5-1", "2024-05-14T00:00", "٢٠٢٤-٠٥-١٤", ""])
def test_a_date_is_a_day_of_the_calendar_or_nothing(report: Path, day: str) -> None:
    result = run("read", report, "--published", day)

    assert result.exit_code == 2
    assert "YYYY-MM-DD" in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("read",),
        ("read", "{file}", "--no-such-option"),
        ("read", "{file}", "--explain", "ffffffff"),
        ("read", "{file}", "--explain", ""),
        ("read", "{file}", "--explain", "a", "--html", "x.html"),
        ("read", "{file}", "--jobs", "-1"),
        ("read", "{file}", "--html", "{file}/page.html"),
        ("code", "{file}", "--format", "xml"),
        ("lexicon", "no-such-file"),
        ("lexicon", "comparators/no-such-entry"),
    ],
)
def test_a_command_given_wrongly_exits_2_and_says_why(report: Path, arguments: tuple[str, ...]) -> None:
    result = run(*[a.format(file=report) for a in arguments])

    assert result.exit_code == 2
    assert result.stderr.strip()
    assert "Traceback" not in result.stderr


def test_an_unknown_policy_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    result = run("code", tmp_path / "none.txt", "--policy", "nobody")

    assert result.exit_code == 2
    assert "no policy 'nobody'" in result.stderr
    assert "none.txt" not in result.stderr


def test_a_claim_is_explained_by_the_beginning_of_its_id(report: Path) -> None:
    claim = read_report(report).claims[0]

    out = run("read", report, "--explain", claim.id[:5]).stdout

    assert "comparators/at-least" in out
    assert "├─ killed  (what is said, verb)" in out


def test_an_explanation_comes_as_json_too(report: Path) -> None:
    claim = read_report(report).claims[0]

    record = json.loads(run("read", report, "--explain", claim.id, "--json").stdout)

    assert record["claim"]["id"] == claim.id
    assert {reason["rule"] for reason in record["reasons"]} >= {"comparators/at-least"}


def test_a_page_is_written_for_one_file_and_a_folder_for_several(report: Path, tmp_path: Path) -> None:
    twin = tmp_path / "twin" / "report.txt"
    twin.parent.mkdir()
    twin.write_text(TEXT, encoding="utf-8")

    one = run("read", report, "--html", tmp_path / "one.html")
    several = run("read", report, twin, "--html", tmp_path / "pages")

    assert (one.exit_code, several.exit_code) == (0, 0)
    assert (tmp_path / "one.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    assert sorted(p.name for p in (tmp_path / "pages").iterdir()) == ["report-2.html", "report.html"]


def test_a_report_is_coded_as_csv_and_json_lines(report: Path) -> None:
    arguments = ("code", report, "--published", "2024-05-14")

    (row,) = csv.DictReader(io.StringIO(run(*arguments).stdout))
    (record,) = [json.loads(line) for line in run(*arguments, "--format", "jsonl").stdout.splitlines()]

    assert (row["file"], row["killed_low"], row["killed_high"]) == (str(report), "12", "")
    assert (row["wounded_best"], row["captured_best"]) == ("0", "")  # "nobody else was hurt"; of captives it is silent
    assert (record["killed_low"], record["killed_high"]) == (12, None)
    assert row["policy"].startswith("neutral/")


def test_the_lexicon_shows_what_an_entry_means() -> None:
    assert "comparators" in run("lexicon").stdout
    assert run("lexicon", "comparators/up-to").stdout.startswith("comparators/up-to")


def test_the_policies_are_listed_with_what_they_are_not() -> None:
    out = " ".join(run("policies", width=200).stdout.split())

    assert "neutral/1" in out
    assert "not endorsed" in out
    assert "from memory, unverified: the lower figure is best where none stands out" in out
    assert "needs a ledger" in out


def test_the_doctor_finds_a_sound_installation() -> None:
    result = run("doctor")

    assert result.exit_code == 0, result.stdout
    assert "FAIL" not in result.stdout
    assert "files as pinned" in result.stdout


def test_the_demo_ends_with_a_ledger() -> None:
    result = run("demo", width=140)

    assert result.exit_code == 0
    for name in ("Liptako Wire", "The Capital Daily", "Radio Sirba", "The Border Gazette", "9 mentions → 1 origin"):
        assert name in result.stdout


@pytest.mark.parametrize("command", [(), ("read",), ("code",), ("lexicon",), ("policies",), ("doctor",), ("demo",)])
def test_every_command_teaches_itself(command: tuple[str, ...]) -> None:
    result = run(*command, "--help")

    assert result.exit_code == 0
    assert "Usage: tallystick" in result.stdout.replace("root", "tallystick")


# As its own process -----------------------------------------------------------------------------------


def tallystick(*arguments: str | Path, **options: Any) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tallystick", *[str(a) for a in arguments]]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=120, **options)


def test_help_answers_without_loading_the_parser() -> None:
    before = os.times()
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "tallystick", "--help"], capture_output=True, text=True, timeout=60
    )

    assert done.returncode == 0
    assert "spacy" not in done.stderr
    assert "jinja2" not in done.stderr
    after = os.times()
    assert after.children_user + after.children_system - before.children_user - before.children_system < 2  # about 0.3


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = "import sys, tallystick; print(sorted({'spacy', 'rich', 'typer', 'numpy'} & set(sys.modules)))"

    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "[]"


def test_a_reader_that_stops_reading_is_no_error(report: Path) -> None:
    command = f"'{sys.executable}' -m tallystick read '{report}' --json | head -c 1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=120)

    assert done.stdout == "{"
    assert done.stderr == ""


def test_a_terminal_that_cannot_show_a_letter_gets_an_escape_not_a_traceback(tmp_path: Path) -> None:
    path = tmp_path / "r.txt"
    path.write_text("Twelve Žižkov soldiers “were” killed 🔥.", encoding="utf-8")

    done = tallystick("read", path, env={**os.environ, "PYTHONIOENCODING": "ascii"})

    assert done.returncode == 0
    assert done.stderr == ""
