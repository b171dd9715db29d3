"""JSON Lines, one claim a line: everything that the ledger holds of it. read() gives the same values back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tallystick.errors import BadTable
from tallystick.model.claims import Claim
from tallystick.model.records import DocumentRecord, Held, Scene
from tallystick.views.exports.lossless import decode, encode
from tallystick.views.exports.material import Format, Material, Written
from tallystick.views.exports.writing import write_lines
from tallystick.views.records import claim_record

VERSION = "tallystick-claim/1"
LOSES = (
    "the documents' texts: they are named by SHA-256, and each claim carries its sentence",
    "nothing of a document's record: document.name is the path it was added from, which you may not want to publish",
    "tallies, conflicts and estimates: they are worked out from the claims again",
)


def record(held: Held) -> dict[str, Any]:
    """One line. claim has the keys of `tallystick read --json`; exact is the claim under the model's own names."""
    return {
        "format": VERSION,
        "id": held.id,
        "seq": held.seq,
        "claim": claim_record(held.claim),
        "document": encode(held.document),
        "scene": encode(held.scene),
        "exact": encode(held.claim),
    }


def write(material: Material, out: Path) -> Written:
    """Writes every claim, with the newest judgement on it where there is one."""
    judged = material.verdicts()

    def lines() -> Iterator[dict[str, Any]]:
        for held in material.held:
            yield record(held) | ({"judgement": encode(judged[held.id])} if held.id in judged else {})

    return Written((out,), write_lines(out, lines()))


def read(path: Path) -> Iterator[Held]:
    """The claims of a file that write() made. Raises BadTable with the line."""
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            try:
                data = json.loads(line)
                if data["format"] != VERSION:
                    raise BadTable(f"{path.name}, line {number}: format {data['format']!r}; this reads {VERSION}.")
                scene = None if data["scene"] is None else decode(Scene, data["scene"])
                yield Held(decode(Claim, data["exact"]), decode(DocumentRecord, data["document"]), scene, data["seq"])
            except (ValueError, KeyError, TypeError) as error:
                raise BadTable(f"{path.name}, line {number}: no claim as Tallystick writes one ({error}).") from error


JSONL = Format("jsonl", "claims, complete, one JSON object a line", ".jsonl", LOSES, write)
