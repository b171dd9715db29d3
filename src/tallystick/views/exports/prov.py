"""PROV-JSON (W3C member submission): from the bytes of a report to a claim, a tally and an estimate, and who judged.

prov:hadPrimarySource has no record of its own in PROV-JSON: it is a wasDerivedFrom of the type prov:PrimarySource.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tallystick.model.records import Held, Verdict
from tallystick.views.exports import phrases
from tallystick.views.exports.material import Format, Material, Written
from tallystick.views.exports.writing import stamp, write_json

LOSES = (
    "the reports' texts: they are named by SHA-256",
    "offsets: the annotations format has them",
    "why two voices are one origin, and conflicts: only which figures a tally and an estimate used",
    "sources that are not named: no agent stands for “have been reported”",
)
_PRIMARY = {"$": "prov:PrimarySource", "type": "xsd:QName"}
_QUOTED = {"$": "prov:Quotation", "type": "xsd:QName"}
_REVISED = {"$": "prov:Revision", "type": "xsd:QName"}

Record = dict[str, dict[str, Any]]


class _Bundle:
    """The document while it is made. Relations are numbered in the order in which they are told."""

    def __init__(self) -> None:
        self.kinds: dict[str, Record] = {}
        self.count = 0

    def thing(self, kind: str, name: str, **facts: Any) -> str:
        self.kinds.setdefault(kind, {}).setdefault(name, {k: v for k, v in facts.items() if v not in (None, "")})
        return name

    def relation(self, told_as: str, /, **facts: Any) -> None:
        self.count += 1
        told = {f"prov:{key}" if key != "kind" else "prov:type": value for key, value in facts.items() if value}
        self.kinds.setdefault(told_as, {})[f"_:r{self.count}"] = told


def provenance(material: Material) -> dict[str, Any]:
    """The whole material as one PROV-JSON document."""
    bundle = _Bundle()
    software = f"tally:software-{material.version}"
    bundle.thing("agent", software, **{"prov:type": _qname("prov:SoftwareAgent"), "prov:label": "tallystick",
                                       "tally:version": material.version})  # fmt: skip
    for _, held in material.by_document():
        _document(bundle, held, software)
    _tallies(bundle, material, software)
    _judged(bundle, material)
    prefix = {"tally": "urn:tally:", "prov": "http://www.w3.org/ns/prov#", "xsd": "http://www.w3.org/2001/XMLSchema#"}
    return {"prefix": prefix, **bundle.kinds}


def _document(bundle: _Bundle, held: tuple[Held, ...], software: str) -> None:
    document = held[0].document
    raw = bundle.thing(
        "entity", f"tally:bytes-{document.sha256}", **{"prov:label": document.title or phrases.file_name(document),
        "tally:sha256": document.sha256, "tally:url": document.url, "tally:published": _text(document.published)},
    )  # fmt: skip
    text = bundle.thing(
        "entity", f"tally:document-{document.id}", **{"tally:textSha256": document.text_sha256,
        "tally:reader": document.reader},
    )  # fmt: skip
    if document.captured_at is not None:
        fetch = bundle.thing(
            "activity", f"tally:capture-{document.id}", **{"prov:endTime": stamp(document.captured_at)}
        )
        bundle.relation("wasGeneratedBy", entity=raw, activity=fetch, time=stamp(document.captured_at))
    extraction = bundle.thing("activity", f"tally:extraction-{document.id}", **{"tally:reader": document.reader})
    bundle.relation("used", activity=extraction, entity=raw)
    bundle.relation("wasGeneratedBy", entity=text, activity=extraction)
    bundle.relation("wasAssociatedWith", activity=extraction, agent=software)
    bundle.relation("wasDerivedFrom", generatedEntity=text, usedEntity=raw)
    if document.publisher:
        bundle.relation("wasAttributedTo", entity=raw, agent=_agent(bundle, document.publisher, "prov:Organization"))
    if document.revision_of:
        before = bundle.thing("entity", f"tally:document-{document.revision_of}")
        bundle.relation("wasDerivedFrom", generatedEntity=text, usedEntity=before, kind=_REVISED)
    for one in held:
        claim = bundle.thing(
            "entity", _claim(one.id), **{"prov:label": phrases.figure(one), "tally:quote": phrases.quote(one),
            "tally:measure": one.claim.measure.value, "tally:low": one.claim.count.low,
            "tally:high": one.claim.count.high},
        )  # fmt: skip
        bundle.relation("wasGeneratedBy", entity=claim, activity=extraction)
        bundle.relation("wasDerivedFrom", generatedEntity=claim, usedEntity=text, kind=_QUOTED)
        if one.claim.attributions and (source := phrases.source(one)):
            bundle.relation("wasAttributedTo", entity=claim, agent=_agent(bundle, source, None))


def _tallies(bundle: _Bundle, material: Material, software: str) -> None:
    known = bundle.kinds.get("entity", {})
    for tally in material.tallies:
        name = bundle.thing(
            "entity", f"tally:tally-{_local(tally.id)}", **{"prov:label": tally.label, "tally:inputs": tally.inputs}
        )
        merge = bundle.thing(
            "activity", f"tally:reconcile-{_local(tally.id)}", **{"prov:endTime": stamp(material.generated_at)}
        )
        bundle.relation("wasAssociatedWith", activity=merge, agent=software)
        bundle.relation("wasGeneratedBy", entity=name, activity=merge)
        for figure in tally.figures:
            if _claim(figure.id) in known:
                bundle.relation("used", activity=merge, entity=_claim(figure.id))
                bundle.relation("wasDerivedFrom", generatedEntity=name, usedEntity=_claim(figure.id), activity=merge)
        for origin in tally.origins.origins:
            if origin.known:
                _origin(bundle, tally.id, origin.id, origin.name, (f for v in origin.voices for f in v.figures))
        made = material.estimate(tally)
        if made.policy == "none":
            continue
        estimate = bundle.thing(
            "entity", f"tally:estimate-{_local(tally.id)}", **{"prov:label": f"{tally.label} under {made.policy}",
            "tally:policy": made.policy, "tally:low": made.low, "tally:best": made.best, "tally:high": made.high,
            "tally:caveat": made.caveat},
        )  # fmt: skip
        bundle.relation("wasDerivedFrom", generatedEntity=estimate, usedEntity=name)
        for used in made.figures:
            if _claim(used) in known:
                bundle.relation("wasDerivedFrom", generatedEntity=estimate, usedEntity=_claim(used))


def _origin(bundle: _Bundle, tally: str, origin: str, name: str | None, figures: Iterable[str]) -> None:
    """What an origin said, as an entity of its own: the primary source of every figure that goes back to it."""
    known = bundle.kinds.get("entity", {})
    ids = [_claim(figure) for figure in figures if _claim(figure) in known]
    if not ids or name is None:
        return
    said = bundle.thing(
        "entity", f"tally:statement-{_local(tally)}-{_short(origin)}", **{"prov:label": f"what {name} said"}
    )
    bundle.relation("wasAttributedTo", entity=said, agent=_agent(bundle, name, None))
    for claim in ids:
        bundle.relation("wasDerivedFrom", generatedEntity=claim, usedEntity=said, kind=_PRIMARY)


def _judged(bundle: _Bundle, material: Material) -> None:
    known = bundle.kinds.get("entity", {})
    for judgement in material.judgements:
        person = _agent(bundle, judgement.by, "prov:Person")
        decision = bundle.thing(
            "activity", f"tally:judgement-{_short(judgement.id)}", **{"prov:label": judgement.verdict.value,
            "prov:endTime": stamp(judgement.at), "tally:why": judgement.why,
            "tally:withdrawn": stamp(judgement.withdrawn)},
        )  # fmt: skip
        bundle.relation("wasAssociatedWith", activity=decision, agent=person)
        for name in map(_claim, judgement.subjects):
            if name in known:
                bundle.relation("used", activity=decision, entity=name)
    verdicts = material.verdicts()
    for held in material.held:
        judged = verdicts.get(held.id)
        if judged is not None and judged.verdict is Verdict.REJECT:
            name = bundle.thing("entity", _claim(held.id), **{"prov:label": phrases.figure(held)})
            decision = f"tally:judgement-{_short(judged.id)}"
            bundle.relation("wasInvalidatedBy", entity=name, activity=decision, time=stamp(judged.at))


def _agent(bundle: _Bundle, name: str, kind: str | None) -> str:
    facts = {"prov:label": name, "prov:type": _qname(kind) if kind else None}
    return bundle.thing("agent", f"tally:agent-{_short(name.casefold())}", **facts)


def _claim(figure: str) -> str:
    return f"tally:claim-{_local(figure)}"


def _local(name: str) -> str:
    """The name as the local part of a qualified name, which holds no second colon."""
    return name.replace(":", "-")


def _short(name: str) -> str:
    return hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:16]


def _qname(name: str) -> dict[str, str]:
    return {"$": name, "type": "xsd:QName"}


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def write(material: Material, out: Path) -> Written:
    """Writes one PROV-JSON document."""
    made = provenance(material)
    write_json(out, made)
    return Written((out,), sum(len(made.get(kind, {})) for kind in ("entity", "activity", "agent")))


PROV = Format("prov", "where every claim, tally and estimate comes from: PROV-JSON", ".json", LOSES, write, "neutral/1")
