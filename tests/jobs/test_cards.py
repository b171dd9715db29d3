"""An evidence card says what the log says, and whoever holds it can find out whether it still does."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tallystick.errors import BadCard, NotAllowed, TallystickError, UnknownClaim, UnknownDocument, UnknownPolicy
from tallystick.jobs.card_checks import check_card
from tallystick.jobs.cards import make_card
from tallystick.jobs.reconciling import reconcile
from tallystick.ledger import checkpoints, erasure, judgements
from tallystick.ledger.log import commitment
from tallystick.ledger.store import Ledger
from tallystick.model.cards import Card, CardVerdict, Outcome
from tallystick.model.records import figure_id
from tallystick.model.reviewing import Reviewer
from tallystick.views.card import as_json, digest
from tallystick.views.card_page import page
from tests.deciding import decide
from tests.ledger.reports import NOON, recording

HOSTILE = "</script><script>alert(1)</script> \u202e41\u202c \u2028 & <b>\n"
REPORT = recording(
    12, 15, url="https://ford-echo.example/fire", name="/somewhere/private/fire.txt", title="Fire", more=HOSTILE
)
OTHER = recording(14, publisher="The Vale Courier", name="vale.txt")
FIGURE = figure_id(REPORT.document.id, REPORT.claims[0].id)
LATER = NOON + timedelta(days=9)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.create(tmp_path / "ledger.db", now=NOON) as made:
        made.add((REPORT, OTHER), now=NOON, actor="tests 1")
        yield made


@pytest.fixture
def signing(ledger: Ledger) -> Ledger:
    """The ledger with a key beside it."""
    checkpoints.checkpoint(ledger, now=NOON)
    return ledger


def card_of(ledger: Ledger, **given: Any) -> Card:
    return make_card(ledger, FIGURE, at=LATER, **given)


def checked(card: Card | str, **given: Any) -> CardVerdict:
    return check_card((as_json(card) if isinstance(card, Card) else card).encode(), **given)


def outcomes(verdict: CardVerdict) -> dict[str, Outcome]:
    return {check.of: check.outcome for check in verdict.checks}


def said(verdict: CardVerdict, outcome: Outcome) -> str:
    return " ".join(check.note for check in verdict.checks if check.outcome is outcome)


def sealed(record: dict[str, Any]) -> str:
    """The record as a forger leaves it: written as cards are, with the digest made anew."""
    signs = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}

    def written(given: dict[str, Any]) -> str:
        return json.dumps(given, ensure_ascii=False, indent=1).translate(signs) + "\n"

    import hashlib

    record["digest"] = hashlib.sha256(written(record | {"digest": ""}).encode()).hexdigest()
    return written(record)


def test_a_card_of_a_ledger_on_either_database_holds(where: str) -> None:
    with Ledger.create(where, now=NOON) as made:
        made.add((REPORT, OTHER), now=NOON, actor="tests 1")
        decide(made, "accept", [FIGURE], by="Ana", now=NOON)
        reconcile(made, now=LATER)

        verdict = checked(page(card_of(made)), ledger=made)
        assert not verdict.altered
        assert not verdict.outdated
        assert outcomes(verdict)["told"] is Outcome.HOLDS


def test_a_card_quotes_the_words_at_their_place_with_what_they_count(ledger: Ledger) -> None:
    evidence = card_of(ledger).evidence

    quote = evidence.quote
    assert REPORT.text[quote.start : quote.end] == quote.text == "12 people were killed"
    assert evidence.figure.text == "12"
    assert evidence.sentence.text in REPORT.text
    assert (evidence.headline, evidence.what) == ("at least 12", "killed")
    assert evidence.document.text_sha256 == REPORT.document.text_sha256
    assert [link.name for link in evidence.chain] == ["The Ford Echo"]


def test_a_card_shows_the_sentence_after_it_and_none_before_the_first(ledger: Ledger) -> None:
    told = card_of(ledger).told

    assert told.before is None
    assert told.after is not None
    assert REPORT.text[told.after.start : told.after.end] == told.after.text
    assert "15 people" in told.after.text


def test_a_card_holds_by_itself_as_json_and_as_a_page(ledger: Ledger) -> None:
    card = card_of(ledger)

    for file in (as_json(card), page(card)):
        verdict = checked(file)
        assert not verdict.altered
        assert outcomes(verdict)["log"] is Outcome.HOLDS
        assert outcomes(verdict)["evidence"] is Outcome.HOLDS
        assert outcomes(verdict)["signature"] is Outcome.UNCHECKED
    assert outcomes(checked(page(card)))["page"] is Outcome.HOLDS


IMITATED = "The F\u043erd Echo"
"""With a Cyrillic о."""
OLD = Path(__file__).parent / "cards" / "before-letters.html"
"""A card of IMITATED, as the code before pages marked such names wrote it."""


def imitated(tmp_path: Path) -> Card:
    report = recording(12, publisher=IMITATED, title="Fire")
    with Ledger.create(tmp_path / "imitated.db", now=NOON) as made:
        made.add((report,), now=NOON, actor="tests 1")
        return make_card(made, figure_id(report.document.id, report.claims[0].id), at=LATER)


def test_a_name_on_a_card_that_mixes_scripts_is_marked_and_no_other(tmp_path: Path, ledger: Ledger) -> None:
    shown = page(imitated(tmp_path))

    assert '<p class="notice">“Fоrd” mixes scripts: “о” is Cyrillic (U+043E)' in shown
    assert said(checked(shown), Outcome.HOLDS).count("character by character") == 1
    assert "mixes scripts" not in page(card_of(ledger))
    assert page(card_of(ledger)) == page(card_of(ledger), warned=False)


def test_a_card_made_before_pages_marked_such_names_still_holds_and_is_told_of_them() -> None:
    verdict = check_card(OLD.read_bytes())

    assert not verdict.altered
    assert not verdict.outdated
    assert outcomes(verdict)["page"] is Outcome.HOLDS
    assert "without this notice: “Fоrd” mixes scripts" in said(verdict, Outcome.HOLDS)


def test_a_card_whose_notice_was_cut_out_or_changed_does_not_pass_in_silence(tmp_path: Path) -> None:
    shown = page(imitated(tmp_path))
    cut = re.sub(r'<p class="notice">.*?</p>\n', "", shown)
    assert len(cut) < len(shown)

    assert "without this notice" in said(checked(cut), Outcome.HOLDS)
    assert outcomes(checked(shown.replace("is Cyrillic", "is Greek")))["page"] is Outcome.ALTERED


def test_the_same_card_made_at_the_same_time_is_the_same_file(signing: Ledger) -> None:
    assert page(card_of(signing)) == page(card_of(signing))


def test_a_document_cannot_break_out_of_the_page(ledger: Ledger) -> None:
    made = page(card_of(ledger, text=True))

    assert made.count("<script") == 1
    assert "alert(1)</script>" not in made
    assert "\u202e" not in re.sub(r"<script.*", "", made, flags=re.DOTALL)
    assert not checked(made).altered


def test_no_path_of_the_makers_machine_is_on_a_card_unless_the_text_is_asked_for(ledger: Ledger) -> None:
    other = make_card(ledger, figure_id(OTHER.document.id, OTHER.claims[0].id), at=LATER)

    assert "vale.txt" not in as_json(other)
    assert "/somewhere/private" not in re.sub(r'"body": ".*"', "", as_json(card_of(ledger)))


def test_a_capture_at_an_address_is_proved_and_that_of_a_file_only_told(ledger: Ledger) -> None:
    other = make_card(ledger, figure_id(OTHER.document.id, OTHER.claims[0].id), at=LATER)

    assert [one.url for one in card_of(ledger).evidence.captures] == ["https://ford-echo.example/fire"]
    assert other.evidence.captures == ()
    assert other.told.captured == NOON


def test_with_the_text_every_quoted_word_is_checked_in_it(ledger: Ledger) -> None:
    assert outcomes(checked(card_of(ledger)))["text"] is Outcome.UNCHECKED
    assert outcomes(checked(card_of(ledger, text=True)))["text"] is Outcome.HOLDS


@pytest.mark.parametrize("field", ["before", "after", "title", "url", "language"])
def test_with_the_text_what_is_told_of_the_document_cannot_be_altered(ledger: Ledger, field: str) -> None:
    record = json.loads(as_json(card_of(ledger, text=True)))
    held = record["told"][field]
    record["told"][field] = held | {"text": "x" * len(held["text"])} if isinstance(held, dict) else "other"
    if field == "before":
        record["told"]["before"] = {"text": "xx", "start": 1, "end": 3}

    assert checked(sealed(record)).altered


def test_a_card_is_signed_where_the_ledger_has_a_key(signing: Ledger) -> None:
    card = card_of(signing)
    public = checkpoints.public_key(signing, checkpoints.signing_key(signing))

    assert card.proof.key == public
    assert "the card's own word" in said(checked(card), Outcome.HOLDS)
    assert "by the key that was given" in said(checked(card, key=public), Outcome.HOLDS)


def test_the_key_of_another_ledger_is_refused(signing: Ledger, tmp_path: Path) -> None:
    with Ledger.create(tmp_path / "other.db", now=NOON, origin=signing.meta()["origin"]) as other:
        stranger = checkpoints.public_key(other, checkpoints.signing_key(other))

    assert outcomes(checked(card_of(signing), key=stranger))["signature"] is Outcome.ALTERED


def test_an_unsigned_card_does_not_pass_where_a_key_is_given(signing: Ledger) -> None:
    record = json.loads(as_json(card_of(signing)))
    record["proof"]["checkpoint"] = record["proof"]["key"] = None
    public = checkpoints.public_key(signing, checkpoints.signing_key(signing))

    assert not checked(sealed(record)).altered
    assert checked(sealed(record), key=public).altered


def test_without_the_key_the_newest_signed_checkpoint_that_covers_the_card_is_used(signing: Ledger) -> None:
    size = signing.head().size
    signing.add([recording(20, publisher="Radio Lowland")], now=NOON, actor="tests 1")
    key = checkpoints.key_file(signing)
    assert key is not None
    key.unlink()

    card = card_of(signing)
    assert (card.proof.size, card.proof.key) == (size, None)
    assert card.proof.checkpoint is not None
    assert not checked(card, ledger=signing).altered


def test_judgements_are_on_the_card_with_who_when_and_why(ledger: Ledger) -> None:
    made = decide(ledger, "correct", [FIGURE], by="Ana", why="a typo", changes=["count.low=21"], now=NOON)
    judgements.withdraw(ledger, made.id, by="Ben", at=LATER, why="no typo", now=LATER)
    decide(ledger, "reject", [FIGURE], by="Cem", why="a drill", now=LATER)

    evidence = card_of(ledger).evidence
    assert [(one.verdict, one.by, one.withdrawn_by) for one in evidence.judgements] == [
        ("correct", "Ana", "Ben"),
        ("reject", "Cem", None),
    ]
    assert evidence.judgements[0].withdrawn_why == "no typo"
    assert evidence.standing == (
        "Rejected: the sentence says no such thing. By \u2068Cem\u2069, 2026-03-10. Reason: \u2068a drill\u2069"
    )
    assert not checked(card_of(ledger), ledger=ledger).outdated


def test_no_card_gives_away_a_judgement_to_somebody_who_must_be_blind_to_it(ledger: Ledger) -> None:
    coder, settles = Reviewer("Ben", coders=2), Reviewer("Dia", coders=2, settles=True)
    assert card_of(ledger, who=coder).evidence.judgements == ()
    decide(ledger, "reject", [FIGURE], by="Ana", why="a drill", now=NOON)

    with pytest.raises(NotAllowed, match="blind to one another"):
        card_of(ledger, who=coder)
    assert len(card_of(ledger, who=settles).evidence.judgements) == 1
    assert len(card_of(ledger, who=Reviewer("Ana", coders=2)).evidence.judgements) == 1
    assert len(card_of(ledger, who=Reviewer("Ben", coders=1)).evidence.judgements) == 1
    decide(ledger, "accept", [FIGURE], by="Ben", now=LATER)
    assert len(card_of(ledger, who=coder).evidence.judgements) == 2


def test_the_ledger_tells_a_later_judgement_from_an_alteration(ledger: Ledger) -> None:
    before = card_of(ledger)
    made = decide(ledger, "reject", [FIGURE], by="Ana", why="a drill", now=LATER)
    between = card_of(ledger)
    judgements.withdraw(ledger, made.id, by="Ana", at=LATER, now=LATER)

    for card, words in ((before, "Ana judged it"), (between, "was withdrawn by Ana")):
        verdict = checked(card, ledger=ledger)
        assert verdict.outdated
        assert not verdict.altered
        assert words in said(verdict, Outcome.CHANGED)
    assert not checked(before).outdated  # the card alone cannot know


def test_a_card_of_what_was_erased_since_holds_and_says_so(ledger: Ledger) -> None:
    card = card_of(ledger)
    erasure.erase_entries(ledger, [card.proof.entries[0].seq], by="The court", why="Order 7", now=LATER)

    verdict = checked(card, ledger=ledger)
    assert verdict.outdated
    assert not verdict.altered
    assert "was erased by The court on 2026-03-10: Order 7" in said(verdict, Outcome.CHANGED)


def test_no_card_is_made_of_what_was_erased_and_the_error_says_where_to_look(ledger: Ledger) -> None:
    with pytest.raises(UnknownClaim, match="has no figure") as never:
        make_card(ledger, REPORT.document.id[:8] + ":0000", at=LATER)
    assert "erased" not in str(never.value)
    erasure.erase_document(ledger, REPORT.document.id, by="The court", why="Order 7", now=LATER)

    with pytest.raises(UnknownDocument, match="were erased: “tallystick verify” says by whom"):
        card_of(ledger)


def test_a_ledger_that_was_not_reconciled_gives_a_card_without_a_quantity(ledger: Ledger) -> None:
    told = card_of(ledger).told

    assert told.tally is None
    assert told.note.startswith("The ledger had not been reconciled")


def test_a_card_names_its_quantity_with_an_estimate_for_each_policy_asked_for(ledger: Ledger) -> None:
    reconcile(ledger, now=LATER)

    card = card_of(ledger, policies=("neutral", "ucdp-like"))
    assert card.told.tally is not None
    assert [one.policy for one in card.told.tally.estimates] == ["neutral/1", "ucdp-like/1"]
    assert FIGURE in card.told.tally.figures
    assert outcomes(checked(card, ledger=ledger))["told"] is Outcome.HOLDS


def test_an_unknown_policy_is_refused(ledger: Ledger) -> None:
    with pytest.raises(UnknownPolicy):
        card_of(ledger, policies=("mine",))


def test_an_estimate_that_was_altered_is_found_with_the_ledger(ledger: Ledger) -> None:
    reconcile(ledger, now=LATER)
    record = json.loads(as_json(card_of(ledger)))
    record["told"]["tally"]["estimates"][0]["low"] = 1

    assert not checked(sealed(record)).altered
    verdict = checked(sealed(record), ledger=ledger)
    assert "tally: the ledger gives something else now" in said(verdict, Outcome.CHANGED)


def test_a_card_of_another_ledger_or_of_more_than_this_one_holds_does_not_pass(ledger: Ledger, tmp_path: Path) -> None:
    card = card_of(ledger)
    with Ledger.create(tmp_path / "other.db", now=NOON) as other:
        assert "this ledger is" in said(checked(card, ledger=other), Outcome.ALTERED)
    with Ledger.create(tmp_path / "short.db", now=NOON, origin=ledger.meta()["origin"]) as short:
        assert "cut off" in said(checked(card, ledger=short), Outcome.ALTERED)
    with Ledger.create(tmp_path / "forged.db", now=NOON, origin=ledger.meta()["origin"]) as forged:
        forged.add((OTHER, REPORT), now=NOON, actor="tests 1")
        assert "another root" in said(checked(card, ledger=forged), Outcome.ALTERED)


def test_what_a_page_shows_is_compared_with_its_data(ledger: Ledger) -> None:
    made = page(card_of(ledger))
    shown = made.replace("<strong>12</strong>", "<strong>92</strong>", 1)
    assert shown != made

    verdict = checked(shown)
    assert outcomes(verdict)["page"] is Outcome.ALTERED
    assert "“" in said(verdict, Outcome.ALTERED)


def test_a_page_that_another_version_drew_is_not_called_checked(ledger: Ledger) -> None:
    card = replace(card_of(ledger), made_by="tallystick 0.0.1")
    made = page(replace(card, digest=digest(card))).replace('<h2 id="words">', '<h2 id="words" class="old">')

    verdict = checked(made)
    assert outcomes(verdict)["page"] is Outcome.UNCHECKED
    assert verdict.outdated


@pytest.mark.parametrize(
    "data",
    [b"", b"{}", b"{", b"[]", b"\xff", b"<!doctype html>", b'{"format": "tallystick-card/2"}', b"{" * 100_000],
    ids=["empty", "no field", "no JSON", "a list", "no text", "no card", "another format", "too deep"],
)
def test_what_is_no_card_is_refused(data: bytes) -> None:
    with pytest.raises(BadCard):
        check_card(data)


@pytest.mark.parametrize(
    ("kind", "before", "after"),
    [
        ("judgement", '"subjects":', '"objects":'),
        ("judgement", '"by":"Ana"', '"by":7'),
        ("judgement", '"at":"', '"at":"x'),
        ("claim", '"count":{', '"count":[{'),
        ("claim", '"low":12', '"low":"f:x"'),
        ("claim", '"sentence":[0,', '"sentence":[1,'),
    ],
)
def test_entries_that_a_forger_committed_to_are_told_of_and_not_stumbled_over(
    ledger: Ledger, kind: str, before: str, after: str
) -> None:
    decide(ledger, "accept", [FIGURE], by="Ana", why="seen", now=NOON)
    record = json.loads(as_json(card_of(ledger)))
    entry = next(one for one in record["proof"]["entries"] if one["kind"] == kind)
    assert before in entry["body"]
    entry["body"] = entry["body"].replace(before, after)
    entry["commitment"] = commitment(bytes.fromhex(entry["salt"]), entry["body"]).hex()

    assert outcomes(checked(sealed(record)))["evidence"] is Outcome.ALTERED


PROVED = [("evidence",), ("proof",), ("figure",)]
_CARDS: dict[str, str] = {}


def leaves(value: Any, path: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    """The paths to every scalar."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield from leaves(item, (*path, name))
    elif isinstance(value, list):
        for at, item in enumerate(value):
            yield from leaves(item, (*path, at))
    else:
        yield path


def altered(value: Any, at: int) -> Any:
    """Another value of the same type where it can be."""
    if isinstance(value, str) and value:
        at %= len(value)
        return value[:at] + ("0" if value[at] != "0" else "1") + value[at + 1 :]
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    return "x"


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_change_to_what_a_card_proves_is_found_even_with_the_digest_made_anew(
    signing: Ledger, data: st.DataObject
) -> None:
    if "signed" not in _CARDS:
        decide(signing, "accept", [FIGURE], by="Ana", why="seen", now=NOON)
        _CARDS["signed"] = as_json(card_of(signing))
    record = json.loads(_CARDS["signed"])
    paths = [path for top in PROVED for path in leaves(record[top[0]], top)]
    *way, last = data.draw(st.sampled_from(paths))
    place = record
    for step in way:
        place = place[step]
    place[last] = altered(place[last], data.draw(st.integers(0, 500)))

    try:
        verdict = checked(sealed(record))
    except BadCard:
        return  # refused altogether
    assert verdict.altered, (way, last)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(0, 10**6), bit=st.integers(0, 7), form=st.sampled_from(["json", "html"]))
def test_any_flipped_bit_of_a_card_is_found(ledger: Ledger, at: int, bit: int, form: str) -> None:
    if form not in _CARDS:
        card = card_of(ledger)
        _CARDS["json"], _CARDS["html"] = as_json(card), page(card)
    data = bytearray(_CARDS[form].encode())
    data[at % len(data)] ^= 1 << bit

    try:
        verdict = check_card(bytes(data))
    except TallystickError:
        return  # refused altogether
    assert verdict.altered
