"""Document -> Report: the steps called in order, no registry.

Times, places and quotations are looked for in every sentence, without a parse. Only sentences that can hold a
claim are parsed (cascade.py); parses of many documents are made in one batch.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice

from tallystick.extract.attributions import find_attributions
from tallystick.extract.cascade import select
from tallystick.extract.claims import Mentions, assemble
from tallystick.extract.counts import find_counts
from tallystick.extract.events import find_events
from tallystick.extract.places import find_places
from tallystick.extract.published import infer_published
from tallystick.extract.quotations import find_quotations
from tallystick.extract.sentences import split
from tallystick.extract.syntax import parse
from tallystick.extract.times import find_times
from tallystick.model.report import Report
from tallystick.model.syntax import Parse
from tallystick.model.text import Document, Sentence

# Documents whose sentences are parsed together. By eval.speed, 64 is a twentieth faster than 32 on general news,
# where few sentences of a document are parsed; more gains little and holds more in memory.
TOGETHER = 64


def extract(document: Document) -> Report:
    """The claims of one document, and the mentions they were made from."""
    return next(extract_many([document]))


def extract_many(documents: Iterable[Document]) -> Iterator[Report]:
    """Reports in the order of the documents. Lazy: holds TOGETHER documents at a time."""
    waiting = iter(documents)
    while batch := list(islice(waiting, TOGETHER)):
        split_up = [split(document) for document in batch]
        chosen = [select(sentences) for sentences in split_up]
        wanted = [s[i] for s, c in zip(split_up, chosen, strict=True) for i in c.parsed]
        parses = iter(parse(wanted))
        for document, sentences, choice in zip(batch, split_up, chosen, strict=True):
            yield _report(document, sentences, {i: next(parses) for i in choice.parsed})


def _report(document: Document, sentences: Sequence[Sentence], parses: dict[int, Parse]) -> Report:
    times = find_times(document, sentences)
    bounds = infer_published(document, times) if document.published is None else None
    document = replace(document, published_bounds=bounds)
    places = find_places(document, sentences)
    quotations = find_quotations(document, sentences, parses)
    attributions = find_attributions(document, sentences, parses, quotations)
    counts = {i: find_counts(sentences[i], parsed) for i, parsed in parses.items()}
    mentions = Mentions(document, tuple(sentences), parses, counts, times, places, quotations, attributions)
    return Report(
        document,
        assemble(mentions),
        quotations,
        times,
        places,
        tuple(event for parsed in parses.values() for event in find_events(parsed)),
        attributions,
        parsed=len(parses),
        sentences=len(sentences),
    )
