"""Any text gives a report in good time: never a crash, a hang, or words that are not in the text."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tallystick import pipeline
from tallystick.errors import ExtractionFailed, TallystickError
from tallystick.model.report import Report
from tallystick.pipeline import Unread, attempt_many, code, extract, read, read_document, read_many
from tallystick.read import read_bytes
from tallystick.views.coding import as_csv
from tallystick.views.page import page
from tallystick.views.records import report_record

HOSTILE = {
    "10,000 numbers in a sentence": "Killed were " + ", ".join(str(n) for n in range(10_000)) + " men.",
    "10,000 numbers without a break": "killed " + " ".join(["12"] * 10_000),
    "one word of 100,000 letters": "killed" * 17_000,
    "100,000 digits": "9" * 100_000 + " men were killed.",
    "a number beyond every float": "Some " + "9" * 400 + " soldiers were killed and 1e999 wounded, 10^500 died.",
    "unpaired quotes": '"' * 3_000 + " 5 men were killed " + "“‘" * 3_000,
    "brackets within brackets": "(" * 3_000 + "5 men were killed" + ")" * 3_000,
    "right to left": "قُتل 12 جنديًا في حلب. 12 soldiers died in Aleppo (\u202bحلب\u202c), \u2067said\u2069 the army.",
    "emoji and combining marks": "🔥👩‍👩‍👧‍👦 12 me\u0301n were killed 🇺🇦🇺🇦 in Su\u0308my" + "\u0301" * 500,
    "capitals only": "GUNMEN KILLED 12 SOLDIERS IN BOGOTA ON MONDAY, POLICE SAID. 3 OTHERS WERE WOUNDED.",
    "digits of other scripts": "١٢ soldiers and १२ men and １２ women were killed; ½ of them, ² and ⅷ.",
    "letters that change length when lowered": "İİİİ 12 soldiers were killed in İstanbul ßẞ ŉ.",
    "line breaks of every kind": "12 men\r\nwere killed\x0b3 died\x0c4 hurt\u2028five\u2029six dead\r7 buried.",
    "a clause 400 deep": "He said that " * 400 + "12 men were killed.",
    "and 1,500 times": "killed 3 men and " * 1_500,
    "dates that are none": "On 31 February 2024, 0/0/0000 and 99 May 12 men were killed in 24:61 of the year 0.",
    "zero width spaces": "12\u200b \u200bsoldiers\u200b were\u200b killed\u200b.",
    "signs only": "?!… — 12 — killed. % $ € 12% killed",
}
# Of a slow processor, however loaded; the slowest takes about three on a common one.
SECONDS = 20


def check(report: Report) -> None:
    text = report.document.text
    for claim in report.claims:
        for span in (claim.span, claim.count_span, claim.sentence, claim.measure_span, *claim.loaded):
            assert span is None or text[span.start : span.end] == span.text
        assert claim.sentence.start <= claim.count_span.start
    assert len({claim.id for claim in report.claims}) == len(report.claims)
    assert json.loads(json.dumps(report_record(report)))["document"]
    assert page(report).endswith("</html>")
    assert as_csv(code([report]), {})


@pytest.mark.parametrize("text", list(HOSTILE.values()), ids=list(HOSTILE))
def test_hostile_text_gives_a_report_in_good_time(text: str) -> None:
    begun = time.process_time()

    check(extract(read_bytes(text.encode())))

    assert time.process_time() - begun < SECONDS


TELLING = """
12 40 a no dozens of up to at least another men soldiers were killed wounded killing said the army on
Friday in May Sumy GAO – “ ” " ' ( ) , . ; : including bringing total toll 3,000 3.5 per cent % $5
million he they there not denied that who İ 🔥 \u202e \u0301 X-101 15th 1990s between and
"""
WORDS = st.sampled_from([*TELLING.split(), "\n", "\r\n", " "])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(WORDS, min_size=1, max_size=60))
def test_any_order_of_telling_words_gives_a_report(words: list[str]) -> None:
    try:
        document = read_bytes(" ".join(words).encode())
    except TallystickError:
        return
    check(extract(document))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=200))
def test_any_text_about_the_killed_gives_a_report(noise: str) -> None:
    try:
        document = read_bytes(f"{noise} 12 men were killed {noise}".encode("utf-8", "replace"))
    except TallystickError:
        return
    check(extract(document))


# Batches ----------------------------------------------------------------------------------------------


def _documents(number: int) -> list[pipeline.Document]:
    return [read_bytes(f"{n + 2} men were killed.".encode()) for n in range(number)]


def test_two_processes_give_the_reports_of_one_in_the_same_order() -> None:
    documents = _documents(70)

    assert list(read_many(documents, jobs=2)) == list(read_many(documents))


def test_a_document_on_which_a_step_fails_takes_no_other_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    documents = _documents(3)
    whole = pipeline.extract_many

    def failing(batch: list[pipeline.Document]) -> list[Report]:
        listed = list(batch)
        if documents[1] in listed:
            raise RuntimeError("a fault of ours")
        return list(whole(listed))

    monkeypatch.setattr(pipeline, "extract_many", failing)
    monkeypatch.setattr(pipeline, "extract", lambda document: failing([document])[0])

    outcomes = list(attempt_many(documents))

    assert [type(outcome) for outcome in outcomes] == [Report, Unread, Report]
    assert isinstance(outcomes[1], Unread)
    assert "RuntimeError: a fault of ours" in str(outcomes[1].error)


_whole_attempt = pipeline._attempt


def _attempt_or_die(chunk: Sequence[pipeline.Document | Unread]) -> list[Report | Unread]:
    if any(isinstance(d, pipeline.Document) and "kills its worker" in d.text for d in chunk):
        os._exit(9)
    return _whole_attempt(chunk)


def test_a_document_that_kills_its_worker_is_recorded_and_the_others_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    documents = [*_documents(2), read_bytes(b"This text kills its worker."), *_documents(1)]
    monkeypatch.setattr(pipeline, "_attempt", _attempt_or_die)

    outcomes = list(attempt_many(documents, jobs=2))

    assert [type(outcome) for outcome in outcomes] == [Report, Report, Unread, Report]
    assert isinstance(outcomes[2], Unread)
    assert isinstance(outcomes[2].error, ExtractionFailed)
    assert "worker process died" in str(outcomes[2].error)


def test_an_unread_document_keeps_its_place() -> None:
    unread = Unread("x", TallystickError("no"))
    documents = _documents(2)

    outcomes = list(attempt_many([documents[0], unread, documents[1]]))

    assert outcomes[1] is unread
    assert [o.document for o in outcomes if isinstance(o, Report)] == documents


def test_the_same_words_give_the_same_report_alone_or_in_a_batch() -> None:
    documents = _documents(5)

    assert [extract(d) for d in documents] == list(read_many(documents))


def test_reading_from_bytes_and_from_a_file_gives_the_same_claims(tmp_path: Path) -> None:
    path = tmp_path / "r.txt"
    path.write_bytes(b"Ten men were killed.")

    assert read(path).claims == read(path.read_bytes()).claims
    assert read_document(path).name == str(path)
