"""Conflicts: all of them, and the form in which a person settles one by a judgement."""

from __future__ import annotations

import re
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import Connection

from tallystick.errors import BadJudgement, TallystickError
from tallystick.jobs import correcting, deciding, disputes
from tallystick.ledger import queries
from tallystick.ledger.computed import AfterTally
from tallystick.model.records import Held, Scene, Verdict
from tallystick.model.reviewing import Reviewer
from tallystick.serve import problems, rendering
from tallystick.serve.asked import after_tally, next_tally
from tallystick.serve.identity import At, Coder, Reader
from tallystick.serve.pages.quantities import Cursor
from tallystick.serve.pages.review import reviewer, told
from tallystick.views import words
from tallystick.views.clashes import KINDS

router = APIRouter()

ROWS = 20
_BACK = re.compile(r"/(quantities|incidents|conflicts)(/[\w:.~-]*)?", re.ASCII)
"""Pages that a judgement leads back to."""

ASKS = {
    ("correct", "claim"): "What does the report say?",
    ("reject", "claim"): "Was the report read wrongly?",
    ("accept", "claim"): "Is this what the report says?",
    ("different", "event"): "Do these reports tell of two events?",
    ("same", "event"): "Do these reports tell of one event?",
    ("different", "quantity"): "Do these figures count different things?",
    ("same", "quantity"): "Do these figures count the same?",
    ("different", "origin"): "Do these figures come from two origins?",
    ("same", "origin"): "Do these figures come from one origin?",
}
DOES = {"correct": "Record the correction", "reject": "Reject the figure", "accept": "Accept the figure",
        "different": "Judge them different", "same": "Judge them the same"}  # fmt: skip


async def filled_in(request: Request) -> dict[str, list[str]]:
    """The fields of a form, each with all its values."""
    found: dict[str, list[str]] = {}
    async with request.form(max_files=0, max_fields=50) as form:
        for name, value in form.multi_items():
            if isinstance(value, str):
                found.setdefault(name, []).append(value.replace("\0", " "))
    return found


Fields = Annotated[dict[str, list[str]], Depends(filled_in)]
Subjects = Annotated[list[str], Query(min_length=1, max_length=2)]
Text = Annotated[str, Query(max_length=600)]


@router.get("/conflicts")
def index(request: Request, at: At, person: Reader, after: Cursor = None) -> Response:
    """All that cannot be true together, the weightiest first."""
    with at.reading() as connection:
        kept = disputes.page(connection, after=after_tally(after), limit=ROWS + 1)
    following = None
    if len(kept) > ROWS:
        last = kept[ROWS - 1]
        following = f"/conflicts?{urlencode({'after': next_tally(AfterTally(last.consequence, last.id))})}"
    shown = [(one, words.capital(told(one.conflict.sentence)), KINDS[one.conflict.kind]) for one in kept[:ROWS]]
    return rendering.page(request, "conflicts.html", kept=shown, following=following, first=after is None)


@router.get("/conflicts/judge")
def judge_form(
    request: Request, at: At, person: Coder, verdict: Text, subject: Subjects, about: Text = "claim", why: Text = "",
    low: Text | None = None, high: Text | None = None, back: Text = "/quantities",
) -> Response:  # fmt: skip
    """The judgement that a repair means, filled in as far as it can be. Nothing is recorded yet."""
    fields = {"low": low or "", "high": high or ""}
    with at.reading() as connection:
        return _form(request, connection, reviewer(at, person), (verdict, about, tuple(subject)), why, fields, back)


@router.post("/conflicts/judge")
def judge(request: Request, at: At, person: Coder, fields: Fields) -> Response:
    """Records it, and goes back to where the conflict was seen."""
    verdict, about = _first(fields, "verdict"), _first(fields, "about") or "claim"
    why, back = _first(fields, "why").strip(), _first(fields, "back")
    subjects = tuple(fields.get("subject", ()))[:2]
    ends = {name: _first(fields, name) for name in ("low", "high")}
    _check(verdict, about)
    try:
        if not why or why.endswith(":"):
            raise BadJudgement("a judgement made from a conflict needs a reason. Say what in the words settles it.")
        changes: tuple[str, ...] = ()
        if verdict == Verdict.CORRECT:
            changes = _changes(at.ledger, subjects, ends)
        made = deciding.record(
            at.ledger, reviewer(at, person), verdict, subjects, why=why, about=about, changes=changes,
            replaces=_first(fields, "replaces") or None, now=at.now(),
        )  # fmt: skip
    except TallystickError as error:
        who, status = reviewer(at, person), problems.status_of(error)
        with at.reading() as connection:
            return _form(request, connection, who, (verdict, about, subjects), why, ends, back, str(error), status)
    return RedirectResponse(f"{_local(back)}?{urlencode({'judged': made.id})}", 303)


def _check(verdict: str, about: str) -> None:
    """Raises BadJudgement for what no repair means."""
    if (verdict, about) not in ASKS:
        raise BadJudgement(f"“{verdict}” cannot be judged of a {about} here. Go back to the conflict and choose again.")


def _changes(ledger: Any, subjects: tuple[str, ...], ends: dict[str, str]) -> tuple[str, ...]:
    with ledger.reading() as connection:
        claim = queries.figure(connection, subjects[0] if subjects else "").claim
    filled = correcting.corrected(claim, ends)
    if filled.errors:
        raise BadJudgement(" ".join(filled.errors.values()))
    if not filled.changes:
        raise BadJudgement("nothing is changed: low and high are what was read. Change one, or accept the figure.")
    return tuple(filled.changes)


def _form(
    request: Request, connection: Connection, who: Reviewer, asked: tuple[str, str, tuple[str, ...]], why: str,
    ends: dict[str, str], back: str, refused: str = "", status: int = 200,
) -> Response:  # fmt: skip
    verdict, about, subjects = asked
    _check(verdict, about)
    shown = [_shown(connection, name) for name in subjects]
    return rendering.page(
        request, "conflict_judge.html", status=status, verdict=verdict, about=about, subjects=subjects, why=why,
        low=ends["low"], high=ends["high"], back=_local(back), refused=refused, shown=shown,
        mine=deciding.own(connection, who, [one["id"] for one in shown], about),
        asks=ASKS[verdict, about], does=DOES[verdict],
    )  # fmt: skip


def _shown(connection: Connection, name: str) -> dict[str, Any]:
    """What is judged, in the words of its report. Raises UnknownClaim, UnknownDocument, BadJudgement."""
    if "#" in name:
        scene = next((s for s in queries.scenes_of(connection, name.partition("#")[0]) if s.id == name), None)
        if scene is None:
            raise BadJudgement(f"the ledger holds no one event named {name!r}. Go back to the conflict.")
        return _of_scene(connection, scene)
    return _of_figure(queries.figure(connection, name))


def _of_scene(connection: Connection, scene: Scene) -> dict[str, Any]:
    record = queries.document_named(connection, scene.document)
    return {"id": scene.id, "before": "", "quote": "", "after": words.shorten(scene.words, 900), "document": record,
            "figure": None, "reads": ""}  # fmt: skip


def _of_figure(held: Held) -> dict[str, Any]:
    span, whole = held.claim.span, held.claim.sentence
    first, last = span.start - whole.start, span.end - whole.start
    inside = 0 <= first <= last <= len(whole.text)
    return {
        "id": held.id, "before": whole.text[:first] if inside else "", "quote": span.text,
        "after": whole.text[last:] if inside else "", "document": held.document, "figure": held.id,
        "reads": f"{words.figure(held.claim.count)} {words.measure(held.claim)}",
    }  # fmt: skip


def _local(back: str) -> str:
    """A page of ours to go back to; the list for any other."""
    return back if _BACK.fullmatch(back) else "/quantities"


def _first(fields: dict[str, list[str]], name: str) -> str:
    return fields.get(name, [""])[0]
