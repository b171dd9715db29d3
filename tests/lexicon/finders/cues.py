from hashlib import sha256

from tallystick.extract.attributions import find_attributions
from tallystick.extract.quotations import find_quotations
from tallystick.extract.sentences import split
from tallystick.extract.syntax import parse
from tallystick.model.text import Document


def find(text: str) -> list[tuple[str, int, int]]:
    mark = sha256(text.encode()).hexdigest()
    document = Document(text, mark, mark)
    sentences = split(document)
    parses = dict(enumerate(parse(sentences)))
    found = find_attributions(document, sentences, parses, find_quotations(document, sentences, parses))
    return [
        (reason.rule.removeprefix("cues/"), reason.span.start, reason.span.end)
        for mention in found
        for reason in mention.reasons
        if reason.span is not None and reason.rule.startswith("cues/")
    ]
