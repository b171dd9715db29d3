"""Search: what was typed is looked for in sentences and titles, read as a question, and compared with names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection, select

from tallystick.errors import BadQuestion
from tallystick.jobs import asking, incidents, quantities, sources
from tallystick.ledger import computed, queries, search, source_rows
from tallystick.ledger.source_rows import SourceKind
from tallystick.ledger.tables import claim, document, passage
from tallystick.lexicon.gazetteer.names import key as fold  # without accents, as the index has them
from tallystick.model.questions import Understood
from tallystick.model.records import DocumentRecord, figure_id

LOOKED = 400
"""Sentences and titles that hold the words and are looked at, the newest first."""
SHOWN = 12
FEW = 6

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence that holds the words, cut into stretches: True for those that were looked for.

    figures are the ids of the claims that it states, tallies those of the quantities that these are in.
    """

    document: DocumentRecord
    stretches: tuple[tuple[str, bool], ...]
    figures: tuple[str, ...]
    tallies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Title:
    """A document whose title holds the words."""

    document: DocumentRecord
    stretches: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class Results:
    """What was found, of each kind the newest or weightiest few. more: there are more sentences than are shown.

    understood None: the words could not be read as a question. problem says why nothing was looked for in the texts.
    """

    words: str
    sentences: tuple[Sentence, ...] = ()
    more: bool = False
    titles: tuple[Title, ...] = ()
    understood: Understood | None = None
    quantities: tuple[quantities.Row, ...] = ()
    more_quantities: bool = False
    sources: tuple[sources.Source, ...] = ()
    incidents: tuple[tuple[str, str], ...] = ()  # (id, label)
    problem: str | None = None
    reconciled: bool = True

    @property
    def any(self) -> bool:
        """Whether anything was found."""
        return bool(self.sentences or self.titles or self.quantities or self.sources or self.incidents)


def found(connection: Connection, words: str, today: date) -> Results:
    """Everything that is found for these words. today is what “this year” goes by."""
    results = Results(words, reconciled=computed.reconciled_at(connection) is not None)
    told: list[int] = []
    try:
        results, told = _in_texts(connection, results)
    except BadQuestion as error:
        results = replace(results, problem=str(error))
    try:
        understood = asking.understand(words, today)
    except BadQuestion:
        understood = None
    results = replace(results, understood=understood)
    return _computed(connection, results, told) if results.reconciled else results


def _in_texts(connection: Connection, results: Results) -> tuple[Results, list[int]]:
    """With the sentences and titles that hold the words; and the entries of the claims that these sentences state."""
    matches = search.holding(connection, results.words)
    found = connection.execute(select(matches).order_by(matches.c.id.desc()).limit(LOOKED))
    places = {row.id: row.document for row in found}
    titles = [one for one in places if places[one] == one]
    stating = [one for one in places if places[one] != one]
    shown = stating[:SHOWN]
    told = [*shown, *titles[:FEW]]
    worded = connection.execute(select(passage.c.id, passage.c.words).where(passage.c.id.in_(told)))
    texts = {row.id: row.words for row in worded}
    records = queries.documents_at(connection, sorted({places[one] for one in told}))
    rows = connection.execute(
        select(claim.c.passage, claim.c.seq, document.c.id, claim.c.id.label("claim"))
        .join(document, document.c.seq == claim.c.document)
        .where(claim.c.passage.in_(shown))
        .order_by(claim.c.seq)
    ).all()
    figures: dict[int, list[str]] = {}
    for row in rows:
        figures.setdefault(row.passage, []).append(figure_id(row.id, row.claim))
    wanted = _wanted(results.words)
    return replace(
        results,
        sentences=tuple(
            Sentence(records[places[one]], tuple(marked(texts[one], wanted)), tuple(figures.get(one, ())))
            for one in shown
            if places[one] in records
        ),
        more=len(stating) > SHOWN or len(places) == LOOKED,
        titles=tuple(
            Title(records[one], tuple(marked(texts[one], wanted))) for one in titles[:FEW] if one in records
        ),
    ), [row.seq for row in rows]  # fmt: skip


def _computed(connection: Connection, results: Results, told: list[int]) -> Results:
    understood = results.understood
    inside = computed.tallies_with(connection, [name for one in results.sentences for name in one.figures])
    results = replace(
        results,
        sentences=tuple(
            replace(one, tallies=tuple(dict.fromkeys(t for name in one.figures for t in inside.get(name, ()))))
            for one in results.sentences
        ),
    )
    named = tuple(
        one
        for kind in SourceKind
        for one in sources.listed(connection, kind, words=results.words, limit=FEW).rows
    )  # fmt: skip
    happened = source_rows.incidents_of_claims(connection, told, FEW) if told else []
    if understood is None:
        return replace(results, sources=named, incidents=tuple(happened))
    question = understood.question
    if not happened and (question.place or question.country):
        asked = incidents.asked_of(
            place=question.place, country=question.country, since=question.since, until=question.until
        )
        happened = [(one.id, one.label) for one in incidents.listed(connection, asked, limit=FEW).rows]
    counted: tuple[quantities.Row, ...] = ()
    more = False
    if understood.read:
        try:
            page = quantities.listed(connection, question, limit=FEW, budget=400_000)
            counted, more = page.rows, page.next is not None
        except BadQuestion:
            counted = ()
    return replace(
        results, sources=named, incidents=tuple(happened), quantities=counted, more_quantities=more
    )  # fmt: skip


def _wanted(words: str) -> list[tuple[str, bool]]:
    """The folded words that were looked for, each with whether it may go on."""
    return [
        (fold(match[0]), words[match.end() : match.end() + 1] == "*")
        for match in _WORD.finditer(words)
    ]  # fmt: skip


def marked(text: str, wanted: Iterable[tuple[str, bool]]) -> Iterable[tuple[str, bool]]:
    """The text cut into stretches, those that are one of the wanted words marked."""
    known = list(wanted)
    at = 0
    for match in _WORD.finditer(text):
        word = fold(match[0])
        if any(word == one or (going_on and word.startswith(one)) for one, going_on in known):
            if match.start() > at:
                yield text[at : match.start()], False
            yield match[0], True
            at = match.end()
    if at < len(text):
        yield text[at:], False


EXAMPLES = (
    ("civilians killed near a town", "soldiers killed in Niger"),
    ("words that must stand in one sentence", "convoy ambush"),
    ("words that stand together", "“district hospital”"),
    ("the beginning of a word", "ambush*"),
    ("a source", "ministry of defence"),
)
"""What can be asked, with an example of each."""
