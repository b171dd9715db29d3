"""Tallystick reads reporting about armed conflict and keeps an auditable ledger of who said how many.

    import tallystick
    from datetime import date

    report = tallystick.read("report.txt", published=date(2024, 5, 14))
    for claim in report.claims:
        print(claim.count.low, claim.count.high, claim.measure, claim.span.text)

With a ledger: Ledger.open_or_create, then add, reconcile, answers and export (docs/how-to/keep-a-ledger.md).

Everything named in __all__ is public and stays as it is within a major version. It is loaded when first used,
so that `import tallystick` costs nothing.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

from tallystick.version import __version__

if TYPE_CHECKING:
    from tallystick.errors import (
        AlreadyJudged,
        AssistRefused,
        BadAccount,
        BadCard,
        BadGazetteer,
        BadJudgement,
        BadLattice,
        BadLexicon,
        BadModelFiles,
        BadQuestion,
        BadSettings,
        BadTable,
        BinaryDocument,
        DamagedDocument,
        DocumentTooLarge,
        EmptyDocument,
        ExportFailed,
        ExtractionFailed,
        FetchFailed,
        ForbiddenAddress,
        ImpossibleCount,
        ImpossiblePeriod,
        ImpossibleSpan,
        ImpossibleValue,
        LedgerBusy,
        LedgerDamaged,
        LedgerError,
        LedgerExists,
        LedgerVersion,
        LimitExceeded,
        NoLedger,
        NotAllowed,
        NotReconciled,
        NotSignedIn,
        StorageFull,
        TallystickError,
        TooManyRequests,
        UnknownClaim,
        UnknownDocument,
        UnknownEncoding,
        UnknownIncident,
        UnknownPolicy,
        UnknownSource,
        UnknownTally,
        UnknownTask,
        UnreadableDocument,
    )
    from tallystick.jobs.exporting import export
    from tallystick.jobs.intake import add
    from tallystick.jobs.questions import answers
    from tallystick.jobs.reconciling import reconcile
    from tallystick.ledger.store import Ledger
    from tallystick.model.claims import (
        Attribution,
        Claim,
        Factuality,
        Interest,
        Population,
        Relation,
        RelationKind,
        Stance,
        Status,
    )
    from tallystick.model.coding import CodedRow, Scope, Toll
    from tallystick.model.constraints import Conflict, Diagnosis, Repair
    from tallystick.model.mentions import (
        EventMention,
        LinkKind,
        PlaceMention,
        Quotation,
        QuoteKind,
        Reason,
        TimeMention,
        TimexType,
    )
    from tallystick.model.quantities import Figure, Incident, Key
    from tallystick.model.questions import Question
    from tallystick.model.records import Checkpoint, DocumentRecord, Held, Judgement, Verdict
    from tallystick.model.report import Report
    from tallystick.model.tallies import Estimate, Origins, Series, Tally
    from tallystick.model.text import DateBounds, Document, Sentence, Span
    from tallystick.model.values import Accumulation, Count, Form, Grain, Measure, Mod, Period, Place, Precision
    from tallystick.pipeline import code, extract, read, read_document
    from tallystick.pipeline import read_many as extract_many

# Public name -> where it lives (module, name there if another).
_WHERE: dict[str, tuple[str, str]] = {
    name: (module, name)
    for module, names in {
        "tallystick.pipeline": "code extract read read_document",
        "tallystick.errors": "AlreadyJudged AssistRefused BadAccount BadCard BadGazetteer BadJudgement "
        "BadLattice BadLexicon BadModelFiles BadQuestion BadSettings BadTable "
        "BinaryDocument DamagedDocument DocumentTooLarge EmptyDocument ExportFailed "
        "ExtractionFailed FetchFailed ForbiddenAddress ImpossibleCount ImpossiblePeriod "
        "ImpossibleSpan ImpossibleValue LedgerBusy LedgerDamaged LedgerError LedgerExists "
        "LedgerVersion LimitExceeded NoLedger NotAllowed NotReconciled NotSignedIn "
        "StorageFull TallystickError TooManyRequests UnknownClaim UnknownDocument "
        "UnknownEncoding UnknownIncident UnknownPolicy UnknownSource UnknownTally "
        "UnknownTask UnreadableDocument",
        "tallystick.jobs.exporting": "export",
        "tallystick.jobs.intake": "add",
        "tallystick.jobs.questions": "answers",
        "tallystick.jobs.reconciling": "reconcile",
        "tallystick.ledger.store": "Ledger",
        "tallystick.model.constraints": "Conflict Diagnosis Repair",
        "tallystick.model.quantities": "Figure Incident Key",
        "tallystick.model.questions": "Question",
        "tallystick.model.records": "Checkpoint DocumentRecord Held Judgement Verdict",
        "tallystick.model.tallies": "Estimate Origins Series Tally",
        "tallystick.model.claims": "Attribution Claim Factuality Interest Population Relation RelationKind Stance "
        "Status",
        "tallystick.model.coding": "CodedRow Scope Toll",
        "tallystick.model.mentions": "EventMention LinkKind PlaceMention Quotation QuoteKind Reason TimeMention "
        "TimexType",
        "tallystick.model.report": "Report",
        "tallystick.model.text": "DateBounds Document Sentence Span",
        "tallystick.model.values": "Accumulation Count Form Grain Measure Mod Period Place Precision",
    }.items()
    for name in names.split()
}
_WHERE["extract_many"] = ("tallystick.pipeline", "read_many")

__all__ = [
    "Accumulation",
    "AlreadyJudged",
    "AssistRefused",
    "Attribution",
    "BadAccount",
    "BadCard",
    "BadGazetteer",
    "BadJudgement",
    "BadLattice",
    "BadLexicon",
    "BadModelFiles",
    "BadQuestion",
    "BadSettings",
    "BadTable",
    "BinaryDocument",
    "Checkpoint",
    "Claim",
    "CodedRow",
    "Conflict",
    "Count",
    "DamagedDocument",
    "DateBounds",
    "Diagnosis",
    "Document",
    "DocumentRecord",
    "DocumentTooLarge",
    "EmptyDocument",
    "Estimate",
    "EventMention",
    "ExportFailed",
    "ExtractionFailed",
    "Factuality",
    "FetchFailed",
    "Figure",
    "ForbiddenAddress",
    "Form",
    "Grain",
    "Held",
    "ImpossibleCount",
    "ImpossiblePeriod",
    "ImpossibleSpan",
    "ImpossibleValue",
    "Incident",
    "Interest",
    "Judgement",
    "Key",
    "Ledger",
    "LedgerBusy",
    "LedgerDamaged",
    "LedgerError",
    "LedgerExists",
    "LedgerVersion",
    "LimitExceeded",
    "LinkKind",
    "Measure",
    "Mod",
    "NoLedger",
    "NotAllowed",
    "NotReconciled",
    "NotSignedIn",
    "Origins",
    "Period",
    "Place",
    "PlaceMention",
    "Population",
    "Precision",
    "Question",
    "Quotation",
    "QuoteKind",
    "Reason",
    "Relation",
    "RelationKind",
    "Repair",
    "Report",
    "Scope",
    "Sentence",
    "Series",
    "Span",
    "Stance",
    "Status",
    "StorageFull",
    "Tally",
    "TallystickError",
    "TimeMention",
    "TimexType",
    "Toll",
    "TooManyRequests",
    "UnknownClaim",
    "UnknownDocument",
    "UnknownEncoding",
    "UnknownIncident",
    "UnknownPolicy",
    "UnknownSource",
    "UnknownTally",
    "UnknownTask",
    "UnreadableDocument",
    "Verdict",
    "__version__",
    "add",
    "answers",
    "code",
    "export",
    "extract",
    "extract_many",
    "read",
    "read_document",
    "reconcile",
]


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module 'tallystick' has no attribute {name!r}")
    module, there = _WHERE[name]
    value = getattr(import_module(module), there)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)


class _Package(ModuleType):
    """Keeps tallystick.read, extract and reconcile the functions, although packages of those names hold the steps.

    Python binds a subpackage to its parent's attribute when it is first imported; here the function has the name.
    `from tallystick.extract import ...` finds the package all the same.
    """

    def __setattr__(self, name: str, value: Any) -> None:
        if not (name in _WHERE and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
