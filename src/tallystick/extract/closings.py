"""Who speaks at the end of a sentence, read off its commas where the parse gives nobody or the one spoken to."""

from __future__ import annotations

from tallystick.extract.citing import recipient
from tallystick.extract.cues import Cue
from tallystick.extract.sources import Draft, quote_depth
from tallystick.lexicon import load
from tallystick.model.mentions import LinkKind
from tallystick.model.syntax import Parse, Token

# Words behind a closing verb of speech: to whom, where and on what day; more may be what is said.
LONGEST_REST = 14
# Words of a closing speaker with his office; more are a clause.
LONGEST_SPEAKER = 25
# Words of an office or a name set off by commas: "the director of the hospital, Amina Seydou, told".
LONGEST_APPOSITION = 10

_FINITE = ("VBD", "VBZ", "VBP", "MD")
_OPENS_A_SPEAKER = ("DT", "PDT", "CD", "JJ", "JJS", "NN", "NNS", "NNP", "NNPS", "PRP$", "VBN")
_NOUNS = ("NN", "NNS", "NNP", "NNPS")


def closing(parse: Parse, cue: Cue, read: list[Draft]) -> list[Draft]:
    """'..., the head of the clinic, Ida Lom, told the Herald on Friday.': the links with that speaker.

    read is what the parse gave, handed back where it names a speaker before the verb or where the sentence does not
    end so. Behind a long sentence the parser takes the addressee for the speaker, or nobody.
    """
    entry = next((e for e in cue.entries if e.name == "tell"), None)
    if entry is None or any(draft.head is not None and draft.head < cue.head.i for draft in read):
        return read
    found = _speaker(parse, cue)
    if found is None:
        return read
    first, start, end = found
    head = _head(parse, start, end)
    if head is None:
        return read
    content = set(range(first, start - 1))
    words = (cue.head.i, cue.last.i)
    draft = Draft(entry, LinkKind(entry.get("kind")), words, set(range(start, end)), content, head=head)
    return [draft, *recipient(parse, cue, draft)]


def _speaker(parse: Parse, cue: Cue) -> tuple[int, int, int] | None:
    """Where what is said begins, and where its speaker begins and ends; None where no speaker closes the sentence."""
    verb, tokens = cue.head, parse.tokens
    if verb.tag not in ("VBD", "VBZ", "VBP", "VBN") or quote_depth(parse, verb.i) or parse.kids(verb, "auxpass", "neg"):
        return None
    rest = [t for t in tokens[cue.last.i + 1 :] if t.text not in (".", ",")]
    if len(rest) > LONGEST_REST or any(_says_more(t) for t in rest):
        return None
    end = verb.i
    while end > 0 and (tokens[end - 1].dep in ("aux", "advmod") or tokens[end - 1].tag == "RB"):
        end -= 1
    last = end - 1
    if last > 0 and tokens[last].text == ",":  # "the director, Amina Seydou, told"
        end = last
        inner = _comma_before(parse, last)
        if inner is None or last - inner - 1 > LONGEST_APPOSITION:
            return None
        last = inner
    comma = _comma_before(parse, last)
    if comma is None:
        return None
    start = comma + 1
    speaker = tokens[start:end]
    if not speaker or len(speaker) > LONGEST_SPEAKER or speaker[0].tag not in _OPENS_A_SPEAKER:
        return None
    if any(t.tag in _FINITE or t.tag.startswith("W") or t.text in (":", ";", '"') for t in speaker):
        return None
    first = max((t.i + 1 for t in tokens[:comma] if t.text == ";"), default=0)
    return (first, start, end) if _states(parse, first, comma) else None


def _comma_before(parse: Parse, i: int) -> int | None:
    return next((t.i for t in reversed(parse.tokens[:i]) if t.text == ","), None)


def _says_more(token: Token) -> bool:
    return token.tag in _FINITE or token.dep == "mark" or token.text in (":", ";", '"', "“", "``")


def _states(parse: Parse, first: int, end: int) -> bool:
    """True for words that say something by themselves, unlike "In the town" and "After twelve men died"."""
    said = parse.tokens[first:end]
    if not any(t.tag in _FINITE for t in said):
        return False
    opens = said[0].lower in load("relations").words_of("clause-openers")
    return not opens or any(t.text == "," for t in said)


def _head(parse: Parse, start: int, end: int) -> int | None:
    """The last noun of the speaker's first words: "director" in "the director of the clinic, Ida Lom"."""
    tokens = parse.tokens[start:end]
    for token, after in zip(tokens, [*tokens[1:], None], strict=True):
        if token.tag in _NOUNS and (after is None or after.tag not in _NOUNS):
            return token.i
    return None
