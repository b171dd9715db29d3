"""A report as PDF, set by Typst in this process: tagged, with a title, a language and words for each chart.

What is set comes as data, so that nothing of a document is markup; no package and no file is read. Letters come from
the fonts of this machine, and from those that Typst bears itself.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

import typst

from tallystick.errors import ExportFailed
from tallystick.model.cards import PrintedReport
from tallystick.views.card_page import asset, href
from tallystick.views.printed import content

STANDARDS = ("ua-1", "a-2a")
"""PDF/UA-1 for screen readers, PDF/A-2a for archives. Both forbid letters without a shape, so that a missing font is
found out."""
LACKING = (
    "Some letters are not in the fonts of the machine that made this file, and are left blank or boxed. "
    "The HTML of the same report shows them."
)


def pdf(report: PrintedReport) -> bytes:
    """The report as PDF bytes. Raises ExportFailed where it cannot be set."""
    given = content(report)
    for one in given["documents"]:
        one["href"] = href(one["url"])
    try:
        return _set(given | {"note": ""}, STANDARDS, report.made_at)
    except typst.TypstError as error:
        if "could not be displayed with font" not in str(error):
            raise ExportFailed(f"the report cannot be set as PDF ({error.message}). Write it as HTML.") from error
    try:
        return _set(given | {"note": LACKING}, (), report.made_at)
    except typst.TypstError as error:
        raise ExportFailed(f"the report cannot be set as PDF ({error.message}). Write it as HTML.") from error


def _set(given: dict[str, object], standards: Sequence[str], at: datetime) -> bytes:
    compiler = typst.Compiler(asset("printed.typ").encode(), sys_inputs={"data": json.dumps(given)})
    # Given a time, so that the same report is the same file; Typst takes no fraction of a second.
    moment = at.replace(microsecond=0)
    made = compiler.compile(format="pdf", pdf_standards=list(standards), timestamp=moment)  # type: ignore[arg-type]
    assert isinstance(made, bytes)
    return made
