"""An ASSIST entry as canonical JSON, and back."""

from __future__ import annotations

import json
from typing import Any

from tallystick.ledger.canonical_claims import claim_json, read_claim
from tallystick.ledger.canonical_scenes import scene_json, scene_of
from tallystick.model.proposals import Aim, Assist, ProposedClaim, ProposedPair, Quote, Refusal
from tallystick.model.records import Verdict
from tallystick.model.text import Span

Json = Any
"""A value as json.loads gives it, of the shape that this module writes."""


def assist_fields(assist: Assist) -> dict[str, Json]:
    """The fields of the entry's body. Claims stand in it as they would in an entry of their own."""
    return {
        "aim": assist.aim.value,
        "claims": [_claim_fields(one) for one in assist.claims],
        "documents": list(assist.documents),
        "endpoint": assist.endpoint,
        "failed": assist.failed,
        "messages": list(assist.messages),
        "model": assist.model,
        "pair": None if assist.pair is None else _pair_fields(assist.pair),
        "parameters": assist.parameters,
        "refused": [[one.given, one.why, one.attempt] for one in assist.refused],
        "replies": list(assist.replies),
    }


def read_assist(given: Json) -> Assist:
    """What assist_fields wrote. Raises what a body of another shape raises."""
    get = given.get
    return Assist(
        Aim(given["aim"]),
        tuple(get("documents", ())),
        given["model"],
        given["endpoint"],
        given["parameters"],
        tuple(get("messages", ())),
        tuple(get("replies", ())),
        tuple([_read_claim(one) for one in get("claims", ())]),
        None if get("pair") is None else _read_pair(given["pair"]),
        tuple([Refusal(*one) for one in get("refused", ())]),
        get("failed"),
    )


def _claim_fields(one: ProposedClaim) -> dict[str, Json]:
    return {
        "beside": list(one.beside),
        "claim": json.loads(claim_json(one.claim, one.document)),
        "scene": json.loads(scene_json(one.scene)),
        "text_sha256": one.claim.document,
    }


def _read_claim(given: Json) -> ProposedClaim:
    claim = read_claim(json.dumps(given["claim"]), given["text_sha256"])
    return ProposedClaim(given["claim"]["document"], claim, scene_of(given["scene"]), tuple(given["beside"]))


def _pair_fields(pair: ProposedPair) -> dict[str, Json]:
    quotes = [[one.scene, one.span.start, one.span.end, one.span.text] for one in pair.quotes]
    return {"a": pair.a, "b": pair.b, "quotes": quotes, "verdict": pair.verdict.value}


def _read_pair(given: Json) -> ProposedPair:
    quotes = [Quote(scene, Span(start, end, words)) for scene, start, end, words in given["quotes"]]
    return ProposedPair(given["a"], given["b"], Verdict(given["verdict"]), tuple(quotes))
