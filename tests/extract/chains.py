"""The chain of sources of one marked figure, for tests."""

from hashlib import sha256

from tallystick.extract.attributions import chain_at, find_attributions
from tallystick.extract.quotations import find_quotations
from tallystick.extract.sentences import split
from tallystick.extract.syntax import parse
from tallystick.lexicon import fold, unmark
from tallystick.model.claims import Attribution
from tallystick.model.text import Document


def chain_of(marked: str, publisher: str | None = None) -> tuple[Attribution, ...]:
    """The links of the one figure in [brackets], outermost first."""
    text, spans = unmark(marked)
    mark = sha256(text.encode()).hexdigest()
    document = Document(text, mark, mark, publisher=publisher)
    sentences = split(document)
    parses = dict(enumerate(parse(sentences)))
    found = find_attributions(document, sentences, parses, find_quotations(document, sentences, parses))
    (span,) = spans
    return chain_at(document.span(*span), found)


def names_in(marked: str, publisher: str | None = None) -> list[str]:
    """The folded names of those links that name a source."""
    return [fold(link.name) for link in chain_of(marked, publisher) if link.name is not None]
