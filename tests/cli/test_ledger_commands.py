"""The commands that keep and ask a ledger, each run as main() runs it, on one small ledger of invented reports."""

from __future__ import annotations

import csv
import io
import json
import shutil
import sqlite3
import sys
from contextlib import closing, redirect_stderr, redirect_stdout
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest

from tallystick import cli
from tallystick.jobs import intake, reconciling
from tallystick.ledger import merkle
from tallystick.ledger.connection import Database, sqlite_driver
from tallystick.ledger.store import Ledger
from tallystick.model.people import Role
from tallystick.office import accounts
from tallystick.office.store import Office

TABLE = """day,paper,body
2026-02-03,The Ford Echo,"At least 12 civilians were killed in Ansongo on 2 February 2026 when gunmen attacked the \
cattle market, the mayor said. The regional hospital said that 30 people were wounded."
2026-02-04,The Vale Courier,"At most 9 civilians were killed in Ansongo on 2 February 2026 in the attack on the cattle \
market, the army said."
2026-02-05,Radio Lowland,"The attack on the cattle market of Ansongo on 2 February 2026 killed 14 civilians, according \
to the mayor."
2026-02-06,The Vale Courier,"Two soldiers were killed near Gao on 5 February 2026 by a roadside bomb, the army said."
"""
COLUMNS = ("--text-column", "body", "--date-column", "day", "--publisher-column", "paper")


class Outcome(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def words(self) -> str:
        """What was printed, in one line."""
        return " ".join(self.out.split())

    @property
    def complaint(self) -> str:
        """What was complained of, in one line, without the box around it."""
        return " ".join(self.err.replace("│", " ").split())


def run(*arguments: str | Path) -> Outcome:
    """The command as the program runs it: every error ends in an exit code."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.setattr(sys, "argv", ["tallystick", *map(str, arguments)])
        patch.setenv("COLUMNS", "160")
        patch.delenv("TALLYSTICK_LEDGER", raising=False)
        code = 0
        try:
            cli.main()
        except SystemExit as end:
            code = int(end.code or 0)
    assert "Traceback" not in err.getvalue()
    return Outcome(code, out.getvalue(), err.getvalue())


def done(*arguments: str | Path) -> Outcome:
    """The same for a command that must succeed."""
    outcome = run(*arguments)
    assert outcome.code == 0, outcome.err
    return outcome


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the reports, and a ledger of them, reconciled."""
    folder = tmp_path_factory.mktemp("cli")
    (folder / "reports.csv").write_text(TABLE, encoding="utf-8")
    done("add", folder / "reports.csv", "--ledger", folder / "ledger.db", *COLUMNS)
    done("reconcile", "--ledger", folder / "ledger.db")
    return folder


@pytest.fixture
def shared(prepared: Path) -> Path:
    """The ledger, to be asked only."""
    return prepared / "ledger.db"


@pytest.fixture
def own(prepared: Path, tmp_path: Path) -> Path:
    """A copy of the ledger, to be changed."""
    shutil.copytree(prepared, tmp_path / "own")
    return tmp_path / "own" / "ledger.db"


def tally(ledger: Path, measure: str = "killed", *more: str) -> dict[str, object]:
    found = json.loads(done("tallies", "--ledger", ledger, "--measure", measure, "--json", *more).out)["tallies"]
    record: dict[str, object] = found[0]
    return record


def figures(ledger: Path) -> dict[str, str]:
    """The ids of the figures of the market's toll, by outlet."""
    found = json.loads(done("tallies", "--ledger", ledger, "--place", "Ansongo", "--measure", "killed", "--json").out)
    return {figure["publisher"]: figure["id"] for figure in found["tallies"][0]["figures"]}


@pytest.fixture
def army(shared: Path) -> str:
    """The figure that contradicts the others."""
    return figures(shared)["The Vale Courier"]


# Keeping


def test_add_prints_each_document_and_a_summary_and_again_nothing_new(own: Path) -> None:
    again = done("add", own.parent / "reports.csv", "--ledger", own, *COLUMNS)

    assert again.out.count("held already") == 5
    assert "Added 0 new documents" in again.out
    (own.parent / "more.txt").write_text("Three men died in Sumy.", encoding="utf-8")
    more = done("add", own.parent / "more.txt", "--ledger", own, "--published", "2026-02-07", "--publisher", "The Wire")
    assert "1 claim" in more.out
    assert "2026-02-07    The Wire" in done("documents", "--ledger", own).out
    quiet = done("add", own.parent / "more.txt", "--ledger", own, "--quiet")
    assert len(quiet.out.splitlines()) >= 1
    assert "held already  " not in quiet.out


def test_add_makes_the_ledger_named_by_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "none.txt").write_text("", encoding="utf-8")

    outcome = run("add", "none.txt")

    assert outcome.code == 1
    assert "EmptyDocument" in outcome.err
    assert (tmp_path / "tallystick.db").exists()


def test_what_could_not_be_read_is_listed_with_the_reason(own: Path) -> None:
    outcome = run("add", own.parent / "gone.txt", own.parent / "reports.csv", "--ledger", own, *COLUMNS)

    assert outcome.code == 1
    assert "gone.txt cannot be opened" in outcome.err
    assert "4 held already, 1 not read" in outcome.out
    assert "gone.txt" in done("documents", "--ledger", own, "--unread").out


def test_notes_of_the_reader_are_shown_beside_the_document(own: Path) -> None:
    feed = own.parent / "feed.xml"
    feed.write_text(
        '<rss version="2.0"><channel><title>Echo</title><item><title>A</title><link>https://echo.example/1</link>'
        "<description>Two died.</description></item></channel></rss>",
        encoding="utf-8",
    )

    assert "the page it links to may say more" in done("add", feed, "--ledger", own).err


def test_add_says_that_a_changed_file_is_another_document(own: Path) -> None:
    file = own.parent / "report.txt"
    for words in ("Three men died in Sumy.", "Four men died in Sumy."):
        file.write_text(words, encoding="utf-8")
        outcome = done("add", file, "--ledger", own)

    assert "Added before" in outcome.out
    assert "Both count." in outcome.out


def test_interrupted_add_says_what_is_safe_and_exits_130(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: object, told: intake.Told, **__: object) -> None:
        told(intake.Committed("a.txt", "0" * 16, 3, True))
        raise KeyboardInterrupt

    monkeypatch.setattr(intake, "add", stopped)
    outcome = run("add", "reports", "--ledger", own)

    assert outcome.code == 130
    assert "1 document is on the disk; the same command adds the rest" in outcome.err


def test_interrupted_reconcile_says_that_it_can_be_finished(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(reconciling, "reconcile", stopped)
    outcome = run("reconcile", "--ledger", own)

    assert outcome.code == 130
    assert "the same command finishes" in outcome.err


def test_a_ledger_that_another_writer_holds_is_said_to_be_busy(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tallystick.ledger import store

    monkeypatch.setattr(store, "PATIENCE", 0.1)
    monkeypatch.setattr(cli.ledgers, "create_ledger", lambda where: Ledger.open(where, patience=0.1))
    (own.parent / "new.txt").write_text("Five men died in Sumy.", encoding="utf-8")
    other = sqlite_driver().module.connect(str(own), isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        outcome = run("add", own.parent / "new.txt", "--ledger", own)
    finally:
        other.close()

    assert outcome.code == 1
    assert "LedgerBusy: another writer held" in outcome.err


def test_status_counts_what_there_is(shared: Path) -> None:
    lines = dict(line.split(maxsplit=1) for line in done("status", "--ledger", shared).out.splitlines())

    assert lines["documents"] == "4 in 4 captures"
    assert lines["claims"].startswith("5 in ")
    assert lines["published"] == "2026-02-03 to 2026-02-06"
    assert "UTC" in lines["reconciled"]


def test_reconcile_again_finds_the_same(own: Path) -> None:
    outcome = done("reconcile", "--ledger", own, "--full")

    assert "Looked at 4 reports: nothing has changed" in outcome.out
    assert "0 reports: nothing has changed" in done("reconcile", "--ledger", own).out


def test_a_part_of_file_of_ones_own_is_checked_before_it_is_kept(own: Path) -> None:
    (own.parent / "bad.toml").write_text("this is no TOML", encoding="utf-8")

    outcome = run("reconcile", "--ledger", own, "--lattice", own.parent / "bad.toml")

    assert outcome.code == 1
    assert "BadLattice" in outcome.err


# Judging


def test_a_rejected_figure_is_gone_after_reconciling_and_a_withdrawal_returns_it(own: Path, army: str) -> None:
    first = done("judge", "reject", army, "--by", "Ana", "--why", "misread", "--ledger", own)
    made = first.out.split()[2].rstrip(":")
    assert "It counts from the next tallystick reconcile on." in first.out
    done("reconcile", "--ledger", own)
    assert "The Vale Courier" not in figures(own)
    assert "No conflicts" in done("conflicts", "--ledger", own).out

    done("withdraw", made, "--by", "Ben", "--why", "it was right", "--ledger", own)
    done("reconcile", "--ledger", own)

    assert figures(own)["The Vale Courier"] == army
    assert "No conflicts" not in done("conflicts", "--ledger", own).out
    (line,) = done("judgements", "--ledger", own).out.splitlines()
    assert "by Ana: “misread”" in line
    assert "by Ben)" in line


def test_a_corrected_figure_counts_as_corrected(own: Path, army: str) -> None:
    done("judge", "correct", army, "--set", "count.low=12", "--set", "count.high=12", "--by", "Ana", "--ledger", own)
    done("reconcile", "--ledger", own)

    (figure,) = [f for f in tally(own, "killed", "--place", "Ansongo")["figures"] if f["id"] == army]  # type: ignore[attr-defined]
    assert (figure["low"], figure["high"]) == (12, 12)
    assert '{"count": {"high": 12, "low": 12}}' in done("judgements", "--ledger", own).out


@pytest.mark.parametrize(
    "change", ["count.high=3", "measure=nix", "count.low=many", "period=yesterday", "population.kind=men"]
)
def test_a_correction_that_cannot_be_is_refused_and_never_stops_a_reconcile(own: Path, change: str) -> None:
    at_least = figures(own)["The Ford Echo"]

    outcome = run("judge", "correct", at_least, "--set", change, "--by", "Ana", "--ledger", own)

    assert outcome.code == 1
    assert "BadJudgement" in outcome.err
    assert "No judgements yet." in done("judgements", "--ledger", own).out


def test_every_verdict_can_be_given(own: Path, army: str) -> None:
    others = figures(own)
    mayor, radio = others["The Ford Echo"], others["Radio Lowland"]
    scenes = [f"{figure[:8]}#0" for figure in (army, mayor)]
    given = [
        ("accept", mayor),
        ("accept", mayor, "--about", "truth"),
        ("correct", mayor, "--set", "measure=wounded"),
        ("reject", army),
        ("same", mayor, radio),
        ("different", *scenes),
        ("unsure", army, radio),
        ("same", mayor[:8], radio[:8]),
    ]

    said = [done("judge", *arguments, "--by", "Ana", "--ledger", own).out for arguments in given]

    heeded = ["It counts from the next" in out for out in said]
    assert heeded == [True, False, True, True, True, True, True, True]
    assert len(done("judgements", "--ledger", own).out.splitlines()) == len(given)
    done("reconcile", "--ledger", own)


def test_two_scenes_told_apart_are_two_events(own: Path, army: str) -> None:
    mayor = figures(own)["The Ford Echo"]
    radio = figures(own)["Radio Lowland"]
    for other in (mayor, radio):
        done("judge", "different", f"{army[:8]}#0", f"{other[:8]}#0", "--by", "Ana", "--ledger", own)
    done("reconcile", "--ledger", own)

    assert "No conflicts" in done("conflicts", "--ledger", own).out


# Verifying, proving, backing up


def test_verify_tells_a_whole_ledger_from_one_that_was_tampered_with(own: Path) -> None:
    assert done("verify", "--ledger", own).out.startswith("Whole: ")
    raw = sqlite3.connect(own)
    for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        raw.execute(f"DROP TRIGGER {name}")
    raw.execute("UPDATE entry SET body = replace(body, 'At least 12', 'At least 21') WHERE body LIKE '%At least 12%'")
    raw.commit()
    raw.close()

    outcome = run("verify", "--ledger", own)

    assert outcome.code == 1
    assert "ALTERED" in outcome.out
    assert "DAMAGED" in outcome.out


def test_a_checkpoint_kept_elsewhere_finds_a_ledger_that_was_made_anew(own: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept.txt"
    first = done("checkpoint", "--ledger", own, "--out", kept)
    assert "continues the checkpoint" in done("verify", "--ledger", own, "--against", kept).out
    assert done("checkpoint", "--ledger", own).out.splitlines()[0] == kept.read_text().splitlines()[0]
    other = tmp_path / "other.db"
    done("add", own.parent / "reports.csv", "--ledger", other, *COLUMNS)

    public = first.err.split("Public key: ")[1].strip()
    outcome = run("verify", "--ledger", other, "--against", kept, "--key", public)

    assert outcome.code == 1
    assert "CHECKPOINT" in outcome.out


def test_a_proof_leads_from_the_figure_to_the_signed_root(shared: Path, army: str) -> None:
    proof = json.loads(done("prove", army, "--ledger", shared).out)

    leaf, root = bytes.fromhex(proof["leaf"]), bytes.fromhex(proof["root"])
    path = [bytes.fromhex(step) for step in proof["path"]]
    assert merkle.verify_inclusion(proof["entry"], proof["size"], leaf, path, root)
    assert not merkle.verify_inclusion(proof["entry"] + 1, proof["size"], leaf, path, root)
    with Ledger.open(shared) as ledger:
        assert ledger.head().root.hex() == proof["root"]
        assert army.partition(":")[2] in (next(iter(ledger.entries(proof["entry"]))).body or "")
    assert json.loads(done("prove", str(proof["entry"]), "--ledger", shared).out) == proof


def test_a_backup_is_restored_whole_and_overwrites_nothing(own: Path, tmp_path: Path) -> None:
    done("backup", tmp_path / "one.backup", "--ledger", own)
    done("restore", tmp_path / "one.backup", tmp_path / "again.db")

    assert done("verify", "--ledger", tmp_path / "again.db").out == done("verify", "--ledger", own).out
    assert run("backup", tmp_path / "one.backup", "--ledger", own).code == 1
    assert run("restore", tmp_path / "one.backup", own).code == 1


def test_a_backup_says_that_accounts_are_not_in_it_where_there_are_any(own: Path, tmp_path: Path) -> None:
    assert "Accounts" not in done("backup", tmp_path / "one.backup", "--ledger", own).out
    assert [file.name for file in own.parent.glob("*.office*")] == []  # nor was an office made to look
    with closing(Office.open(Database(f"{own}.office"))) as office:
        assert "Accounts" not in done("backup", tmp_path / "two.backup", "--ledger", own).out
        accounts.add(office, "ada", Role.ADMIN, password=None, by="test", now=datetime.now(UTC))
    assert "Accounts are not in it" in done("backup", tmp_path / "three.backup", "--ledger", own).out


def test_what_is_erased_is_gone_and_the_log_still_verifies(own: Path, army: str) -> None:
    outcome = done("erase", army[:8], "--by", "Ana", "--why", "by order", "--yes", "--ledger", own)
    assert "Erased 4 entries and 1 original." in outcome.out

    done("reconcile", "--ledger", own)
    assert "The Vale Courier" not in figures(own)
    checked = done("verify", "--ledger", own)
    assert "erased by Ana" in checked.out
    assert "Whole" in checked.out
    again = run("add", own.parent / "reports.csv", "--ledger", own, *COLUMNS)
    assert "erased by order" in again.out


# Asking


def test_tallies_list_quantities_with_range_and_origins(shared: Path) -> None:
    words = done("tallies", "--ledger", shared).words

    assert "Civilians killed in Ansongo on 2 Feb 2026" in words
    assert "Soldiers killed near Gao on 5 Feb 2026" in words
    assert "3 →" in words


@pytest.mark.parametrize(
    ("filters", "labels"),
    [
        (("--measure", "wounded"), ["people wounded in Ansongo on 2 Feb 2026"]),
        (("--place", "Gao", "--status", "combatant"), ["soldiers killed near Gao on 5 Feb 2026"]),
        (("--country", "ML", "--since", "2026-02-04"), ["soldiers killed near Gao on 5 Feb 2026"]),
        (("--until", "2026-02-03", "--measure", "killed"), ["civilians killed in Ansongo on 2 Feb 2026"]),
        (("--publisher", "Radio Lowland"), ["civilians killed in Ansongo on 2 Feb 2026"]),
        (("--source", "hospital"), ["people wounded in Ansongo on 2 Feb 2026"]),
        (("--words", "roadside bomb"), ["soldiers killed near Gao on 5 Feb 2026"]),
        (("--country", "UA"), []),
        (("--held-by", "2020-01-01"), []),
        (("--as-of", "2026-02-02"), []),
    ],
)
def test_filters_leave_what_was_asked_for(shared: Path, filters: tuple[str, ...], labels: list[str]) -> None:
    found = json.loads(done("tallies", "--ledger", shared, "--json", *filters).out)

    assert [one["label"] for one in found["tallies"]] == labels
    assert found["of"] == len(labels)


def test_as_of_a_day_gives_what_was_public_then_and_says_so(shared: Path) -> None:
    first = tally(shared, "killed", "--as-of", "2026-02-03")
    later = tally(shared, "killed", "--as-of", "2026-02-05", "--place", "Ansongo")

    assert [f["publisher"] for f in first["figures"]] == ["The Ford Echo"]  # type: ignore[attr-defined]
    assert (first["conflicts"], first["repairs"]) == ([], [])
    assert len(later["figures"]) == 3  # type: ignore[arg-type]
    assert len(later["conflicts"]) == 1  # type: ignore[arg-type]
    assert "as publicly known on 2026-02-03" in done("tallies", "--ledger", shared, "--as-of", "2026-02-03").out


def test_held_by_goes_by_this_ledgers_own_clock(shared: Path) -> None:
    tomorrow = f"{datetime.now(UTC).year + 1}-01-01T12:30"

    assert len(json.loads(done("tallies", "--ledger", shared, "--held-by", tomorrow, "--json").out)["tallies"]) == 3
    assert "as this ledger held it" in done("tallies", "--ledger", shared, "--held-by", tomorrow).out


def test_ask_says_how_it_understood_plain_words(shared: Path) -> None:
    outcome = done("ask", "civilians", "killed in Ansongo", "--ledger", shared)
    record = json.loads(done("ask", "civilians killed in Ansongo", "--ledger", shared, "--json").out)

    assert "“killed” measure=killed" in outcome.out
    assert [one["label"] for one in record["tallies"]] == ["civilians killed in Ansongo on 2 Feb 2026"]
    assert record["asked"]["question"]["status"] == "civilian"


def test_a_long_answer_is_cut_and_says_so(shared: Path) -> None:
    assert "… and 2 more" in done("tallies", "--ledger", shared, "--limit", "1").out


def test_explain_of_a_tally_shows_origins_steps_and_conflicts(shared: Path) -> None:
    named = str(tally(shared, "killed", "--place", "Ansongo")["id"])
    words = done("explain", named, "--ledger", shared, "--policy", "ucdp-like").words

    assert "How ucdp-like/1 came to it" in words
    assert "not endorsed" in words
    assert "“At most 9 civilians were killed”" in words
    assert json.loads(done("explain", named[:6], "--ledger", shared, "--json").out)["id"] == named


def test_explain_of_a_figure_shows_the_words_and_why_they_were_read_so(shared: Path, army: str) -> None:
    words = done("explain", army, "--ledger", shared).words

    assert "said by The Vale Courier → the army" in words
    assert "comparators/at-most" in words
    assert json.loads(done("explain", army, "--ledger", shared, "--json").out)


def test_conflicts_are_one_sentence_each_with_ways_out(shared: Path, army: str) -> None:
    everything = done("conflicts", "--ledger", shared)
    record = json.loads(done("conflicts", "--ledger", shared, "--json").out)
    gao = str(tally(shared, "killed", "--status", "combatant")["id"])

    assert "at least 12" in everything.words
    assert "at most 9" in everything.words
    assert army in record[0]["conflict"]["figures"]
    assert done("conflicts", army, "--ledger", shared).out == everything.out
    assert "No conflicts" in done("conflicts", gao, "--ledger", shared).out


def test_origins_are_drawn_and_given_as_json(shared: Path, army: str) -> None:
    assert "3 mentions in 3 reports by 3 outlets" in done("origins", army, "--ledger", shared).words
    assert json.loads(done("origins", army, "--ledger", shared, "--json").out)["mentions"] == 3
    earlier = json.loads(done("origins", army, "--ledger", shared, "--json", "--as-of", "2026-02-03").out)
    assert earlier["mentions"] == 1


def test_a_series_is_drawn_in_every_form(shared: Path, army: str, tmp_path: Path) -> None:
    svg, png = tmp_path / "toll.svg", tmp_path / "toll.png"

    drawn = done("series", army, "--ledger", shared, "--ascii", "--svg", svg, "--png", png)

    assert drawn.out.isascii()
    assert "2026-02-05" in drawn.out
    assert svg.read_text(encoding="utf-8").startswith("<svg")
    assert png.read_bytes().startswith(b"\x89PNG")
    record = json.loads(done("series", army, "--ledger", shared, "--json", "--until", "2026-02-04").out)
    assert [point["day"] for point in record["points"]] == ["2026-02-03", "2026-02-04"]
    assert done("series", army, "--ledger", shared, "--clock", "captured").out


def test_policy_diff_says_which_rule_moved_which_number(shared: Path, army: str) -> None:
    assert "What moved" in done("policy-diff", army, "neutral", "ucdp-like", "--ledger", shared).out
    assert json.loads(done("policy-diff", army, "neutral", "ucdp-like", "--ledger", shared, "--json").out)


def test_the_queue_names_the_figures_in_conflict(shared: Path, army: str) -> None:
    assert army in done("queue", "--ledger", shared).out


# Exchange


@pytest.mark.parametrize("form", ["csv", "jsonl", "ucdp"])
def test_an_export_is_written_with_a_note_of_what_is_lost(shared: Path, tmp_path: Path, form: str) -> None:
    out = tmp_path / f"out.{form}"

    outcome = done("export", form, out, "--ledger", shared, "--country", "ML")

    assert "says what is lost" in outcome.err
    rows = out.read_text(encoding="utf-8-sig").splitlines()
    if form == "jsonl":
        assert len([json.loads(row) for row in rows]) == 5
    else:
        assert len(list(csv.DictReader(rows))) == {"csv": 5, "ucdp": 2}[form]


def test_evidence_is_attached_to_coded_rows(shared: Path, tmp_path: Path) -> None:
    done("export", "ucdp", tmp_path / "coded.csv", "--ledger", shared)

    shown = done("import", tmp_path / "coded.csv", "--ledger", shared)
    done("import", tmp_path / "coded.csv", "--ledger", shared, "--out", tmp_path / "evidence.csv")
    done("import", tmp_path / "coded.csv", "--ledger", shared, "--out", tmp_path / "evidence.jsonl")

    assert "and 2 more" in shown.out
    assert "killed 14 civilians" in (tmp_path / "evidence.jsonl").read_text()
    assert len(list(csv.DictReader((tmp_path / "evidence.csv").read_text().splitlines()))) >= 2
    assert len((tmp_path / "evidence.jsonl").read_text().splitlines()) >= 2


def test_lint_finds_what_cannot_be_and_needs_no_ledger(tmp_path: Path) -> None:
    table = tmp_path / "rows.csv"
    table.write_text("id,low,best,high\n1,3,9,4\n2,1,2,3\n")

    outcome = run("lint", table)

    assert outcome.code == 1
    assert "9" in outcome.out
    assert json.loads(run("lint", table, "--json").out)
    assert run("lint", table, "--csv").out.startswith("level,")
    table.write_text("id,low,best,high\n1,3,3,4\n")
    assert done("lint", table).out


# Given wrongly


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("add",), "Missing argument"),
        (("add", "x", "--published", "2026-02-31"), "YYYY-MM-DD"),
        (("add", "x", "--jobs", "-1"), "--jobs"),
        (("tallies", "--measure", "nix"), "is no measure"),
        (("tallies", "--status", "nix"), "civilian or combatant"),
        (("tallies", "--policy", "nix"), "there is no policy"),
        (("tallies", "--as-of", "soon"), "YYYY-MM-DD"),
        (("tallies", "--held-by", "soon"), "YYYY-MM-DD"),
        (("tallies", "--limit", "0"), "--limit"),
        (("ask",), "Missing argument"),
        (("explain",), "Missing argument"),
        (("series", "{army}", "--clock", "nix"), "--clock is one of"),
        (("series", "{army}", "--svg", "{folder}/none/x.svg"), "cannot be written"),
        (("policy-diff", "{army}", "neutral", "nix"), "there is no policy"),
        (("judge", "nix", "{army}", "--by", "Ana"), "is no verdict"),
        (("judge", "accept", "{army}"), "--by"),
        (("judge", "correct", "{army}", "--by", "Ana", "--set", "count.low"), "FIELD=VALUE"),
        (("explain", "{army}", "--policy", "nix"), "there is no policy"),
        (("origins", "{army}", "--as-of", "2020-01-01"), "nothing was known"),
        (("export", "nix", "out"), "there is no format"),
        (("export", "ucdp", "out", "--policy", "nix"), "there is no policy"),
        (("verify", "--against", "{folder}/none"), "cannot be read"),
        (("checkpoint", "--out", "{folder}/none/x"), "cannot be written"),
        (("prove", "nix"), "no one thing named"),
        (("reconcile", "--jobs", "-1"), "--jobs"),
        (("withdraw", "0"), "--by"),
        (("erase", "{army}", "--by", "Ana"), "--why"),
    ],
)
def test_a_command_given_wrongly_exits_2_and_says_why(
    shared: Path, army: str, tmp_path: Path, arguments: tuple[str, ...], says: str
) -> None:
    given = [a.format(army=army, folder=tmp_path) for a in arguments]

    outcome = run(*given, "--ledger", shared)

    assert outcome.code == 2, outcome.complaint
    assert says in outcome.complaint


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("explain", "t:nix"), "UnknownTally"),
        (("explain", "99999999:1"), "UnknownDocument"),
        (("conflicts", "nix"), "UnknownTally"),
        (("judge", "accept", "nix", "--by", "Ana"), "UnknownDocument"),
        (("judge", "accept", "{document}", "--by", "Ana"), "judges a figure"),
        (("judge", "same", "{army}", "{document}", "--by", "Ana"), "not of one kind"),
        (("judge", "same", "{army}", "--by", "Ana"), "two things"),
        (("judge", "accept", "{army}", "--by", " "), "somebody"),
        (("judge", "correct", "{army}", "--by", "Ana"), "BadJudgement"),
        (("withdraw", "nix", "--by", "Ana"), "BadJudgement"),
        (("erase", "nix", "--by", "Ana", "--why", "law", "--yes"), "UnknownDocument"),
        (("prove", "99999"), "has no entry"),
        (("tallies", "--words", "???"), "BadQuestion"),
        (("ask", "???"), "BadQuestion"),
        (("import", "{folder}/none.csv"), "BadTable"),
        (("export", "csv", "{folder}/none/out.csv"), "ExportFailed"),
        (("backup", "{folder}/none/out"), "none"),
        (("reconcile", "--lattice", "{folder}/none"), "BadLattice"),
        (("verify", "--against", "{table}"), "no checkpoint"),
        (("checkpoint", "--key", "{table}"), "no key"),
    ],
)
def test_what_the_ledger_cannot_answer_exits_1_and_says_why(
    shared: Path, army: str, tmp_path: Path, arguments: tuple[str, ...], says: str
) -> None:
    table = shared.parent / "reports.csv"
    given = [a.format(army=army, document=army[:8], folder=tmp_path, table=table) for a in arguments]

    outcome = run(*given, "--ledger", shared)

    assert outcome.code == 1, outcome.complaint
    assert says in outcome.complaint


@pytest.mark.parametrize("command", ["status", "tallies", "reconcile", "verify", "queue", "judgements", "documents"])
def test_no_ledger_and_what_is_none_are_told_apart_from_damage(tmp_path: Path, command: str) -> None:
    (tmp_path / "notes.txt").write_text("no ledger at all, but words enough to be looked at " * 90, encoding="utf-8")

    missing = run(command, "--ledger", tmp_path / "none.db")
    other = run(command, "--ledger", tmp_path / "notes.txt")

    assert (missing.code, other.code) == (1, 1)
    assert "there is no ledger at" in missing.complaint
    assert "is no ledger" in other.complaint


def test_a_ledger_that_was_never_reconciled_says_what_to_run(tmp_path: Path) -> None:
    Ledger.create(tmp_path / "new.db", now=datetime(2026, 3, 1, tzinfo=UTC)).close()

    for command in ("tallies", "conflicts", "queue"):
        outcome = run(command, "--ledger", tmp_path / "new.db")
        assert (outcome.code, "Run “tallystick reconcile” first" in outcome.err) == (1, True)
    assert "not yet" in done("status", "--ledger", tmp_path / "new.db").out


def test_erasing_asks_first(own: Path, army: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("n\n"))
    outcome = run("erase", army, "--by", "Ana", "--why", "by order", "--ledger", own)

    assert outcome.code == 1
    assert figures(own)["The Vale Courier"] == army


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is written into the folder that the tests run in."""
    monkeypatch.chdir(tmp_path)
