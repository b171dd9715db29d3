"""Adding reports: whatever is named is read once, what cannot be read is said, and what was told is on the disk."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from eval import faults

from tallystick import pipeline
from tallystick.errors import ExtractionFailed, StorageFull
from tallystick.jobs import intake
from tallystick.jobs.inputs import Wanted
from tallystick.jobs.intake import Committed, Intake, add
from tallystick.ledger import queries
from tallystick.ledger.erasure import erase_document
from tallystick.ledger.store import Ledger
from tallystick.ledger.verify import verify
from tallystick.model.links import Change
from tallystick.model.records import Unread
from tallystick.model.report import Report
from tallystick.model.text import Document
from tallystick.read import Columns
from tallystick.read.fetch import Fetcher, FetchLimits
from tallystick.read.limits import Limits

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
MARKET = (
    "At least 12 people were killed in Eastford on Monday when gunmen attacked the cattle market, the mayor said. "
    "The regional hospital said that 30 others had been wounded and that it had run out of blood by the evening.\n"
)


def page(killed: str, *, canonical: str | None = None, more: str = "") -> bytes:
    link = f'<link rel="canonical" href="{canonical}">' if canonical else ""
    return (
        f'<html lang="en"><head><title>Attack in Eastford</title>{link}'
        '<meta property="og:site_name" content="The Ford Echo">'
        '<meta property="article:published_time" content="2026-02-03T08:15:00+01:00"></head><body><article>'
        f"<h1>Attack in Eastford</h1><p>{killed} people were killed in Eastford on Monday when gunmen attacked the "
        f"cattle market, the mayor told reporters.{more}</p><p>The regional hospital said that it had run out of blood "
        "by the evening of the attack, and asked the people of the neighbouring valleys to give.</p></article></body>"
        "</html>"
    ).encode()


class Clock:
    """A clock that goes on by a second each time that it is asked."""

    def __init__(self, at: datetime = NOON) -> None:
        self.at = at

    def __call__(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ledger(where: str, clock: Clock) -> Iterator[Ledger]:
    """An empty ledger on either backend."""
    with Ledger.create(where, now=NOON) as made:
        yield made


@pytest.fixture
def local(tmp_path: Path) -> Iterator[Ledger]:
    """An empty ledger in a file: for what does not differ between the backends."""
    with Ledger.create(tmp_path / "ledger.db", now=NOON) as made:
        yield made


@pytest.fixture
def reading(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Reports without a parse, for what is not about their claims. Holds the names of the documents that were read."""
    names: list[str] = []

    def read(chunks: Iterable[Sequence[Document]], *, jobs: int = 1) -> Iterator[Report | pipeline.Unread]:
        for chunk in chunks:
            for document in chunk:
                names.append(document.name or "")
                if "BREAKS" in document.text:
                    yield pipeline.Unread("", ExtractionFailed(f"{document.name}: a step failed."))
                else:
                    yield Report(document, ())

    monkeypatch.setattr(intake, "attempt_chunks", read)
    return names


class Site(BaseHTTPRequestHandler):
    """A site on this machine that shows what it is told to show."""

    def log_message(self, *args: Any) -> None:
        pass

    def do_GET(self) -> None:
        pages: dict[str, tuple[str, bytes] | None] = self.server.pages  # type: ignore[attr-defined]
        found = pages.get(self.path)
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", found[0] if found else "text/plain")
        self.end_headers()
        self.wfile.write(found[1] if found else b"")


@contextmanager
def site(**pages: tuple[str, bytes]) -> Iterator[tuple[str, dict[str, tuple[str, bytes]], Fetcher]]:
    """The address of a site, its pages by path, and a fetcher that may reach it."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    server.pages = {f"/{name}": page for name, page in pages.items()}  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    port = server.server_address[1]
    limits = FetchLimits(ports=frozenset({port}))
    try:
        with Fetcher(limits=limits, delay=0, permitted=lambda address: address.is_loopback) as fetcher:
            yield f"http://127.0.0.1:{port}", server.pages, fetcher  # type: ignore[attr-defined]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def texts(folder: Path, *words: str) -> list[Path]:
    folder.mkdir(exist_ok=True)
    files = [folder / f"{number:03}.txt" for number in range(len(words))]
    for file, text in zip(files, words, strict=True):
        file.write_text(text, encoding="utf-8")
    return files


def size(ledger: Ledger) -> int:
    return ledger.head().size


def records(ledger: Ledger) -> list[Any]:
    with ledger.reading() as connection:
        return [record for _, record in queries.documents(connection)]


def not_read(ledger: Ledger) -> list[Unread]:
    with ledger.reading() as connection:
        return list(queries.not_read(connection))


# What is added


def test_a_report_is_recorded_with_its_claims_its_bytes_and_where_it_was_found(
    ledger: Ledger, tmp_path: Path, clock: Clock
) -> None:
    file = tmp_path / "market.txt"
    file.write_text(MARKET, encoding="utf-8")
    told: list[Committed | Unread] = []

    done = add(ledger, [file], now=clock, wanted=Wanted(date(2026, 2, 3), "The Ford Echo"), told=told.append)

    (record,) = records(ledger)
    assert (record.publisher, record.published, record.name) == ("The Ford Echo", date(2026, 2, 3), str(file))
    assert ledger.original(record.sha256) == MARKET.encode()
    with ledger.reading() as connection:
        assert [h.claim.count.low for h in queries.claims_of(connection, record.id)] == [12, 30]
        (capture,) = queries.captures(connection, record.id)
    assert (capture.name, capture.url) == (str(file), None)
    assert told == [Committed(str(file), record.id, 2, True)]
    assert (done.added.claims, done.added.size) == (2, size(ledger))
    assert verify(ledger).findings == ()


def test_the_day_and_the_outlet_given_hold_for_a_whole_folder(
    local: Ledger, tmp_path: Path, clock: Clock, reading: list[str]
) -> None:
    texts(tmp_path / "reports", "One.", "Two.")
    texts(tmp_path / "reports" / "more", "Three.")

    add(local, [tmp_path / "reports"], now=clock, wanted=Wanted(date(2026, 2, 3), "The Ford Echo"))

    assert {(r.published, r.publisher) for r in records(local)} == {(date(2026, 2, 3), "The Ford Echo")}
    assert [Path(name).name for name in reading] == ["000.txt", "001.txt", "000.txt"]


def test_the_same_bytes_twice_are_one_document_found_in_two_places(
    ledger: Ledger, tmp_path: Path, clock: Clock, reading: list[str]
) -> None:
    files = texts(tmp_path / "reports", "The same.", "The same.")

    done = add(ledger, files, now=clock)

    (record,) = records(ledger)
    assert (done.added.documents, done.added.duplicates) == ((record.id,), (record.id,))
    assert len(reading) == 1
    with ledger.reading() as connection:
        assert [c.name for c in queries.captures(connection, record.id)] == [str(file) for file in files]


def test_what_is_held_is_not_parsed_again_and_adds_nothing_to_the_log(
    ledger: Ledger, tmp_path: Path, clock: Clock, reading: list[str]
) -> None:
    texts(tmp_path / "reports", "One.", "Two.", "Three.")
    (tmp_path / "reports" / "page.html").write_bytes(page("Fourteen", canonical="https://echo.example/attack"))
    add(ledger, [tmp_path / "reports"], now=clock)
    before, parsed = size(ledger), len(reading)
    told: list[Any] = []

    again = add(ledger, [tmp_path / "reports"], now=clock, told=told.append)

    assert (len(again.added.duplicates), again.added.documents) == (4, ())
    assert [one.new for one in told] == [False] * 4
    assert (size(ledger), len(reading)) == (before, parsed)


def test_a_duplicate_of_what_could_not_be_read_is_not_taken_in_without_claims(
    local: Ledger, tmp_path: Path, clock: Clock, reading: list[str]
) -> None:
    files = texts(tmp_path / "reports", "This BREAKS.", "This BREAKS.", "This does not.")

    done = add(local, files, now=clock)

    assert [record.name for record in records(local)] == [str(files[2])]
    assert [(u.name, u.error) for u in done.unread] == [(str(f), "ExtractionFailed") for f in files[:2]]


def test_a_document_that_broke_a_step_is_tried_again(
    local: Ledger, tmp_path: Path, clock: Clock, reading: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (file,) = texts(tmp_path / "reports", "This BREAKS.")
    add(local, [file], now=clock)
    monkeypatch.undo()

    assert len(add(local, [file], now=clock).added.documents) == 1


# What cannot be read


def test_what_cannot_be_read_is_recorded_once_and_the_batch_goes_on(
    ledger: Ledger, tmp_path: Path, clock: Clock, reading: list[str]
) -> None:
    texts(tmp_path / "reports", "One.", "Two.")
    (tmp_path / "reports" / "000b.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    inputs = [tmp_path / "none.txt", tmp_path / "reports"]

    done = add(ledger, inputs, now=clock)
    before = size(ledger)
    again = add(ledger, inputs, now=clock)

    assert [u.error for u in done.unread] == ["UnreadableDocument", "BinaryDocument"]
    assert [u.error for u in again.unread] == ["UnreadableDocument", "BinaryDocument"]
    assert len(done.added.documents) == 2
    assert [u.name for u in not_read(ledger)] == [str(inputs[0]), str(tmp_path / "reports" / "000b.png")]
    assert (size(ledger), done.added.size) == (before, before)


def test_what_could_not_be_read_is_added_once_it_can_be(
    local: Ledger, tmp_path: Path, clock: Clock, reading: list[str]
) -> None:
    file = tmp_path / "late.txt"
    add(local, [file], now=clock)
    file.write_text("Here it is.", encoding="utf-8")

    assert len(add(local, [file], now=clock).added.documents) == 1


def test_a_folder_without_files_is_said_and_not_passed_over(local: Ledger, tmp_path: Path, clock: Clock) -> None:
    (tmp_path / "empty").mkdir()

    (unread,) = add(local, [tmp_path / "empty"], now=clock).unread

    assert "without files" in unread.reason


def test_hidden_files_and_the_ledgers_own_are_left_out_of_a_folder(
    tmp_path: Path, clock: Clock, reading: list[str]
) -> None:
    texts(tmp_path / "reports", "One.")
    (tmp_path / "reports" / ".hidden.txt").write_text("Hidden.", encoding="utf-8")
    with Ledger.create(tmp_path / "reports" / "ledger.db", now=NOON) as ledger:
        (tmp_path / "reports" / "ledger.db.key").write_text("A secret.", encoding="utf-8")
        for _ in range(2):
            done = add(ledger, [tmp_path / "reports"], now=clock)

        assert done.unread == []
        assert [Path(r.name).name for r in records(ledger)] == ["000.txt"]


def test_a_file_over_the_limit_is_refused_before_it_is_read(local: Ledger, tmp_path: Path, clock: Clock) -> None:
    (tmp_path / "large.txt").write_text("x" * 2000, encoding="utf-8")

    (unread,) = add(local, [tmp_path / "large.txt"], now=clock, wanted=Wanted(limits=Limits(bytes=1000))).unread

    assert unread.error == "DocumentTooLarge"
    assert "1,000 bytes" in unread.reason


def test_what_the_reader_has_to_say_is_told(local: Ledger, tmp_path: Path, clock: Clock, reading: list[str]) -> None:
    feed = tmp_path / "feed.xml"
    feed.write_bytes(
        b'<rss version="2.0"><channel><title>The Ford Echo</title><item><title>Attack</title>'
        b"<link>https://echo.example/1</link><description>Twelve people were killed.</description></item>"
        b"</channel></rss>"
    )
    told: list[Any] = []

    add(local, [feed], now=clock, told=told.append)

    assert told[0].notes == ("a summary: the page it links to may say more",)


# Pages


def test_a_page_keeps_the_exact_time_and_the_address_it_gives_itself(
    local: Ledger, clock: Clock, reading: list[str]
) -> None:
    with site(a=("text/html", page("Twelve"))) as (address, _, fetcher):
        add(local, [f"{address}/a"], now=clock, fetcher=fetcher)

    (record,) = records(local)
    assert record.published_at == datetime(2026, 2, 3, 7, 15, tzinfo=UTC)
    assert (record.publisher, record.published, record.url) == ("The Ford Echo", date(2026, 2, 3), f"{address}/a")


def test_a_page_that_did_not_change_is_captured_again_and_is_no_new_document(
    ledger: Ledger, clock: Clock, reading: list[str]
) -> None:
    with site(a=("text/html", page("Twelve"))) as (address, _, fetcher):
        add(ledger, [f"{address}/a"], now=clock, fetcher=fetcher)
        again = add(ledger, [f"{address}/a"], now=clock, fetcher=fetcher)

    (record,) = records(ledger)
    assert (again.added.documents, again.added.captures) == ((), 1)
    with ledger.reading() as connection:
        assert [c.url for c in queries.captures(connection, record.id)] == [f"{address}/a"] * 2


def test_a_page_that_changed_is_a_revision_and_its_figures_are_compared(ledger: Ledger, clock: Clock) -> None:
    with site(a=("text/html", page("Twelve"))) as (address, pages, fetcher):
        add(ledger, [f"{address}/a"], now=clock, fetcher=fetcher)
        pages["/a"] = ("text/html", page("Fifteen"))
        done = add(ledger, [f"{address}/a"], now=clock, fetcher=fetcher)

    (revised,) = done.revised
    (change,) = revised.changes
    assert (change.kind, change.silent) == (Change.CHANGED, True)
    assert "Twelve" in (change.old_words.text if change.old_words else "")
    assert "Fifteen" in (change.new_words.text if change.new_words else "")
    first, second = records(ledger)
    assert (first.revision_of, second.revision_of) == (None, first.id)
    assert (revised.before, revised.document) == (first, second)
    assert done.copied == []  # a revision shares its words with what it revises: that is no copy
    assert done.renewed == []


def test_robots_and_failures_name_the_address_asked_for_and_are_recorded_once(
    local: Ledger, clock: Clock, reading: list[str]
) -> None:
    robots = ("text/plain", b"User-agent: *\nDisallow: /closed\n")
    with site(closed=("text/html", page("Twelve")), **{"robots.txt": robots}) as (address, _, fetcher):
        inputs = [f"{address}/closed", f"{address}/missing", "ftp://echo.example/a"]
        done = add(local, inputs, now=clock, fetcher=fetcher)
        before = size(local)
        add(local, inputs, now=clock, fetcher=fetcher)

    assert [u.error for u in done.unread] == ["FetchFailed", "FetchFailed", "ForbiddenAddress"]
    assert [u.url or u.name for u in done.unread] == inputs
    assert "asks programs not to fetch" in done.unread[0].reason
    assert "answered 404" in done.unread[1].reason
    assert size(local) == before


def test_an_address_of_this_machine_is_not_fetched(local: Ledger, clock: Clock) -> None:
    (unread,) = add(local, ["http://127.0.0.1/"], now=clock).unread

    assert unread.error == "ForbiddenAddress"


def test_following_a_feed_fetches_the_pages_that_its_entries_lead_to_each_once(
    local: Ledger, clock: Clock, reading: list[str]
) -> None:
    with site(a=("text/html", page("Twelve"))) as (address, pages, fetcher):
        items = "".join(
            f"<item><title>Attack</title><link>{address}/{name}</link>{words}</item>"
            for name, words in (("a", "<description>Twelve died.</description>"), ("a", ""), ("gone", ""))
        )
        feed = f'<rss version="2.0"><channel><title>Echo</title>{items}</channel></rss>'
        pages["/feed"] = ("application/rss+xml", feed.encode())
        done = add(local, [f"{address}/feed"], now=clock, wanted=Wanted(follow=True), fetcher=fetcher)

    (record,) = records(local)
    assert record.url == f"{address}/a"
    assert [u.url for u in done.unread] == [f"{address}/gone"]


# Files that changed, tables, copies


def test_a_file_that_changed_under_its_name_is_another_document_and_that_is_told(
    ledger: Ledger, tmp_path: Path, clock: Clock, reading: list[str]
) -> None:
    (file,) = texts(tmp_path / "reports", "First words.")
    add(ledger, [file], now=clock)
    file.write_text("Other words.", encoding="utf-8")

    done = add(ledger, [file], now=clock)

    first, second = records(ledger)
    assert done.revised == []
    assert [(one.document, one.before) for one in done.renewed] == [(second, first)]
    assert second.revision_of is None


def test_the_same_file_as_of_another_day_is_another_document_and_that_is_told(
    local: Ledger, tmp_path: Path, clock: Clock, reading: list[str]
) -> None:
    (file,) = texts(tmp_path / "reports", "First words.")
    add(local, [file], now=clock)

    done = add(local, [file], now=clock, wanted=Wanted(published=date(2026, 2, 3)))

    assert len(done.renewed) == 1


def test_each_row_of_a_table_is_a_document_by_the_columns_named(
    local: Ledger, tmp_path: Path, clock: Clock, reading: list[str]
) -> None:
    table = tmp_path / "export.csv"
    table.write_text("day,paper,body\n2026-02-03,The Ford Echo,Twelve died.\n2026-02-04,The Vale,None died.\n")

    add(local, [table], now=clock, wanted=Wanted(columns=Columns(text="body", published="day", publisher="paper")))

    assert [(r.published, r.publisher, Path(r.name).name) for r in records(local)] == [
        (date(2026, 2, 3), "The Ford Echo", "export.csv#2"),
        (date(2026, 2, 4), "The Vale", "export.csv#3"),
    ]


def test_wire_copies_and_partial_lifts_are_found_with_the_words_they_share(
    ledger: Ledger, tmp_path: Path, clock: Clock, reading: list[str]
) -> None:
    own = (
        "Traders in the capital said that prices of grain and cloth had doubled since the roads were closed in spring. "
    )
    files = texts(tmp_path / "reports", MARKET, f"From our desk. {MARKET}", own + MARKET[:100] + own[::-1], own)

    add(ledger, files[:1], now=clock)
    done = add(ledger, files[1:], now=clock)

    named = {record.id: Path(record.name).name for record in records(ledger)}
    pairs = {(named[link.a], named[link.b]): link for link in done.copied}
    assert ("001.txt", "000.txt") in pairs
    assert ("003.txt", "002.txt") in pairs
    assert pairs["001.txt", "000.txt"].containment > 0.9
    assert "gunmen attacked the cattle market" in pairs["001.txt", "000.txt"].passages[0].a.text


def test_only_the_first_of_very_many_copies_are_quoted(
    local: Ledger, tmp_path: Path, clock: Clock, reading: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "PROVED", 1)
    files = texts(tmp_path / "reports", *(f"Paper {n} writes. {MARKET}" for n in range(3)))

    done = add(local, files, now=clock)

    assert [bool(link.passages) for link in done.copied] == [True, False, False]


# Many, slow, stopped


def test_two_processes_add_what_one_adds(tmp_path: Path) -> None:
    texts(tmp_path / "reports", *(f"{n + 2} men were killed in Eastford on Monday." for n in range(3)), "", MARKET)
    roots = []
    for jobs in (1, 2):
        with Ledger.create(tmp_path / f"{jobs}.db", now=NOON) as ledger:
            done = add(ledger, [tmp_path / "reports"], now=lambda: NOON, jobs=jobs)
            with ledger.reading() as connection:
                roots.append([(held.id, held.claim) for held in queries.held(connection)])
            assert (len(done.added.documents), len(done.unread)) == (4, 1)

    assert roots[0] == roots[1]
    assert len(roots[0]) >= 5


@pytest.mark.parametrize("held", [False, True])
def test_no_more_is_held_in_memory_than_a_few_chunks(
    held: bool, local: Ledger, tmp_path: Path, clock: Clock, reading: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "CHUNK", 8)
    monkeypatch.setattr(intake, "AT_ONCE", 8)
    files = texts(tmp_path / "reports", *(f"Report {n}." for n in range(120)))
    if held:
        add(local, files, now=clock)
    asked, told, most = 0, 0, 0

    def inputs() -> Iterator[Path]:
        nonlocal asked, most
        for file in files:
            asked += 1
            most = max(most, asked - told)
            yield file

    def hear(news: Committed | Unread) -> None:
        nonlocal told
        told += 1

    add(local, inputs(), now=clock, told=hear)

    assert told == 120
    assert most <= 3 * 8


def test_large_inputs_and_slow_ones_are_committed_in_smaller_chunks(
    local: Ledger, tmp_path: Path, clock: Clock, reading: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    files = texts(tmp_path / "reports", *(f"Report {n}." + " " * 600 for n in range(6)))
    chunks: list[int] = []
    inner = intake.attempt_chunks

    def counted(found: Iterable[Sequence[Document]], *, jobs: int = 1) -> Iterator[Any]:
        def counting() -> Iterator[Sequence[Document]]:
            for chunk in found:
                chunks.append(len(chunk))
                yield chunk

        return inner(counting(), jobs=jobs)

    monkeypatch.setattr(intake, "attempt_chunks", counted)
    monkeypatch.setattr(intake, "HELD", 1000)
    add(local, files[:4], now=clock)
    monkeypatch.setattr(intake, "PATIENCE", -1.0)
    add(local, files[4:], now=clock)

    assert chunks == [2, 2, 1, 1]


@pytest.mark.parametrize("stop", [KeyboardInterrupt, StorageFull])
def test_stopped_at_any_document_what_was_told_is_safe_and_the_same_call_finishes(
    stop: type[BaseException], local: Ledger, tmp_path: Path, clock: Clock, reading: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(intake, "AT_ONCE", 2)
    files = texts(tmp_path / "reports", *(f"Report {n}." for n in range(7)))
    told: list[str] = []

    def hear(news: Committed | Unread) -> None:
        assert isinstance(news, Committed)
        told.append(news.document)
        if len(told) == 4:
            raise stop("now")

    with pytest.raises(stop):
        add(local, files, now=clock, told=hear)

    assert {record.id for record in records(local)} == set(told)
    assert verify(local).findings == ()
    rest = add(local, files, now=clock)
    assert (len(rest.added.documents), len(rest.added.duplicates)) == (3, 4)
    assert sorted(r.name for r in records(local)) == [str(file) for file in files]


def test_reports_erased_by_order_are_not_taken_in_again_and_that_is_told(
    local: Ledger, tmp_path: Path, clock: Clock, reading: list[str]
) -> None:
    (file,) = texts(tmp_path / "reports", "Names that must go.")
    (name,) = add(local, [file], now=clock).added.documents
    erase_document(local, name, by="Ana", why="by order", now=clock())
    told: list[Any] = []

    done = add(local, [file], now=clock, told=told.append)

    assert (done.added.documents, done.added.erased) == ((), (name,))
    assert (told[0].new, told[0].erased) == (False, True)


def test_an_empty_call_adds_nothing(local: Ledger, clock: Clock) -> None:
    done = add(local, [], now=clock)

    assert replace(done.added, size=0) == Intake().added
    assert done.added.size == 0


def test_the_command_killed_at_any_moment_finishes_when_it_is_run_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faults, "FILES", 24)

    assert list(faults.runs("command", 1, seed=3)) == [[]]
