"""Formats to export to. Each says what it loses, and each gives the same bytes for the same ledger."""

from __future__ import annotations

from tallystick.views.exports.acled import ACLED
from tallystick.views.exports.airwars import AIRWARS
from tallystick.views.exports.annotations import ANNOTATIONS
from tallystick.views.exports.capture import CAPTURE
from tallystick.views.exports.claimreview import CLAIMREVIEW
from tallystick.views.exports.claims import CSV, PARQUET
from tallystick.views.exports.ftm import FTM
from tallystick.views.exports.geojson import GEOJSON
from tallystick.views.exports.gkg import GKG
from tallystick.views.exports.ibc import IBC
from tallystick.views.exports.jsonl import JSONL
from tallystick.views.exports.labelstudio import LABEL_STUDIO
from tallystick.views.exports.material import Format, Material
from tallystick.views.exports.plover import PLOVER
from tallystick.views.exports.prov import PROV
from tallystick.views.exports.ucdp import UCDP
from tallystick.views.exports.webanno import WEBANNO
from tallystick.views.exports.writing import stamp

FORMATS: dict[str, Format] = {
    form.name: form
    for form in (
        CSV, JSONL, PARQUET, UCDP, ACLED, AIRWARS, IBC, GKG, PLOVER, FTM, ANNOTATIONS, PROV, GEOJSON, LABEL_STUDIO,
        WEBANNO, CLAIMREVIEW, CAPTURE,
    )
}  # fmt: skip
"""Name, as the command takes it, -> format."""


def notes(
    form: Format, left_out: tuple[str, ...] = (), policy: str | None = None, material: Material | None = None
) -> str:
    """The side file that goes with an export: what it is, of which ledger, what it cannot hold, what was left out.

    With the log's size and root a reader can check later that the ledger is still the one it was made from.
    """
    lines = [f"{form.name}: {form.summary}", ""]
    if material is not None:
        lines.append(f"Made by tallystick {material.version} on {stamp(material.generated_at)} from {material.origin}.")
        if material.checkpoint is not None:
            log = material.checkpoint
            lines.append(f"The ledger's log then had {log.size:,} entries and the root {log.root.hex()}.")
        lines.append("")
    if form.policy is not None:
        lines += [f"Figures are estimated under {policy or form.policy}, an approximation where its name has “-like”;",
                  "no project endorses it.", ""]  # fmt: skip
    lines += ["This format cannot hold, or holds only as told here:", *(f"- {line}" for line in form.loses)]
    if left_out:
        lines += ["", "Left out this time:", *(f"- {line}" for line in left_out)]
    return "\n".join(lines) + "\n"


def page() -> str:
    """The formats as Markdown, for docs/reference/exports.md."""
    parts = ["| format | what it writes | policy unless another is named |\n| --- | --- | --- |"]
    parts += [f"| [`{f.name}`](#{f.name}) | {f.summary} | {f.policy or 'none'} |" for f in FORMATS.values()]
    for form in FORMATS.values():
        kind = f"a `{form.suffix}` file" if form.suffix else "a folder of files"
        what = form.summary[0].upper() + form.summary[1:]
        parts.append(f"\n## {form.name}\n\n{what}. Writes {kind}. What it cannot hold, or changes:\n")
        parts += [f"- {line}" for line in form.loses]
        if form.columns:
            parts.append("\nColumns: " + ", ".join(f"`{name}`" for name in form.columns) + ".")
    return "\n".join(parts) + "\n"
