"""Sources that a headline names before or behind a mark: "Police: 12 men died", "Blast kills 12 - police"."""

from __future__ import annotations

from collections.abc import Sequence

from tallystick.extract.names import Names
from tallystick.extract.sources import QUOTE_MARKS, Draft, is_a, speech_words
from tallystick.lexicon import Entry, fold, load
from tallystick.model.mentions import LinkKind
from tallystick.model.syntax import Parse, Token
from tallystick.model.text import Sentence

# Words of a source before the colon of a headline, or behind its last mark; more are a clause.
LONGEST_HEADING = 6
# Words that something said in a headline has at least: "Blast kills 12".
SHORTEST_SAID = 2

_SPEAKERS = ("official", "outlet", "leader")
_NO_SPEAKER = ("VERB", "AUX", "PUNCT", "NUM")
_NOUNS = ("NOUN", "PROPN")


def is_headline(sentences: Sequence[Sentence], index: int) -> bool:
    """True for a line by itself without a full stop."""
    sentence = sentences[index]
    beside = [sentences[i] for i in (index - 1, index + 1) if 0 <= i < len(sentences)]
    alone = all(other.paragraph != sentence.paragraph for other in beside)
    return alone and not sentence.text.rstrip().endswith((".", "!", "?", "…", '"', "”", ":", ";"))


def opening(parse: Parse, names: Names) -> list[Draft]:
    """'Police: 12 men died in the blast.'"""
    colon = next((t.i for t in parse.tokens[1 : LONGEST_HEADING + 1] if t.text == ":"), None)
    if colon is None or colon + 3 > len(parse.tokens):
        return []
    source = set(range(colon))
    if any(parse.tokens[i].pos in _NO_SPEAKER for i in source):
        return []
    last = parse.tokens[colon - 1]
    spoken = any(is_a(kind, parse, [last.i]) for kind in ("official", "outlet"))
    if not spoken and fold(last.text) not in names.surnames:
        return []
    entry = load("cues")["heading"]
    content = set(range(colon + 1, len(parse.tokens)))
    return [Draft(entry, LinkKind.SAYS, (colon, colon), source, content, head=last.i)]


def closing(parse: Parse, drafts: Sequence[Draft]) -> list[Draft]:
    """'Blast kills 12: police', 'Blast kills 12, the clinic says': the last words of a headline name its source.

    drafts are the links that the parse gave; whoever they name there already is not named again.
    """
    mark = next((t.i for t in reversed(parse.tokens) if _parts(parse, t)), None)
    if mark is None or mark < SHORTEST_SAID or any(d.cue[0] > mark and d.source for d in drafts):
        return []
    rest = [t.i for t in parse.tokens[mark + 1 :]]
    verbs = [i for i in (rest[:1] + rest[-1:]) if parse.tokens[i].lower in speech_words()]
    if len(rest) > 1 and verbs:
        cue = verbs[-1]
        entry = _entry(parse.tokens[cue])
        rest.remove(cue)
    elif parse.tokens[mark].text != ",":
        cue, entry = mark, load("cues")["heading-tail"]
    else:
        return []
    head = _head(parse, rest)
    if entry is None or head is None or (cue == mark and not any(is_a(kind, parse, [head]) for kind in _SPEAKERS)):
        return []
    return [Draft(entry, LinkKind(entry.get("kind")), (cue, cue), set(rest), set(range(mark)), head=head)]


def _parts(parse: Parse, token: Token) -> bool:
    """True for a comma, a colon and a dash with space on both sides."""
    if token.text in (",", ":"):
        return True
    i = token.i
    dash = token.text in load("cues")["heading-tail"].words and 0 < i < len(parse.tokens) - 1
    return dash and parse.tokens[i - 1].end < token.start and token.end < parse.tokens[i + 1].start


def _entry(verb: Token) -> Entry | None:
    speech = [e for e in load("cues").of(pos="verb") if "quote" in e.get("content", ()) and not e.get("attitude")]
    return next((e for e in speech if verb.lower in e.words), None)


def _head(parse: Parse, source: Sequence[int]) -> int | None:
    """The noun that names a speaker: "ministry" in "the ministry of health". None for words that name nobody."""
    tokens = [parse.tokens[i] for i in source]
    if not tokens or len(tokens) > LONGEST_HEADING:
        return None
    if any(t.pos in _NO_SPEAKER or t.text in QUOTE_MARKS for t in tokens):
        return None
    end = next((n for n, t in enumerate(tokens) if t.pos == "ADP"), len(tokens))
    return tokens[end - 1].i if end and tokens[end - 1].pos in _NOUNS else None
