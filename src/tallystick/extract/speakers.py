"""Who speaks a quotation, from the words around it alone; the parse is used where there is one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from tallystick.extract.sources import is_publisher, subject_of
from tallystick.lexicon import fold, load
from tallystick.model.mentions import Quotation, QuoteKind
from tallystick.model.syntax import Parse, Token
from tallystick.model.text import Document, Sentence, Span

# How far from the marks the speaker and his verb are looked for.
REACH = 160
# A sentence of more words than this says more than who spoke.
SHORT = 12

# An initial or a short title keeps its full stop where a capital follows: "Ian H. Brandt", "Gen. Brandt".
_TOKEN = re.compile(r"[A-Z][a-z]{0,2}\.(?=\s[A-Z])|\w+(?:[.'’-]\w+)*|[^\w\s]")
_CAPITAL = re.compile(r"[A-Z]\w*(?:[.'’&-]\w+)*\.?")


@lru_cache(maxsize=1)
def _speech() -> tuple[frozenset[str], frozenset[str], frozenset[str], frozenset[str]]:
    verbs = {
        word
        for entry in load("cues").of(pos="verb")
        if "quote" in entry.get("content", ())
        and (entry.get("speech") or not entry.get("attitude"))
        and not entry.get("document")
        for word in entry.words
        if " " not in word
    }
    names = load("speakers")
    return (
        frozenset(verbs) - names.words_of("not-speech"),
        names.words_of("pronoun"),
        names.words_of("determiner"),
        names.words_of("carrier"),
    )


@lru_cache(maxsize=8)
def _words(file: str, entry: str) -> frozenset[str]:
    return load(file).words_of(entry)


def find_speaker(
    quotation: Quotation,
    index: int,
    document: Document,
    sentences: Sequence[Sentence],
    parses: Mapping[int, Parse],
) -> Quotation:
    """The quotation with its speaker, cue and carriers as far as the same paragraph names them.

    index is that of the sentence that holds the quotation's first mark.
    """
    if not sentences:
        return quotation
    text, start, end = document.text, quotation.span.start, quotation.span.end
    last = index
    while last + 1 < len(sentences) and sentences[last].end < end:
        last += 1
    stop = sentences[last].end
    if stop - end <= 1 and last + 1 < len(sentences) and _speaker_follows(text, end, sentences[last + 1]):
        stop = sentences[last + 1].end
    after = (end, min(stop, end + REACH))
    first = sentences[index].start
    if index and sentences[index - 1].text.endswith(":") and not text[first:start].strip():
        first = sentences[index - 1].start  # "The mayor said:" in a line of its own
    before = (max(first, start - REACH), start)
    chain = _carriers(document, before, after)
    for area, backwards in ((after, False), (before, True)):
        found = _near(document, area, backwards, quotation.kind)
        if found is not None:
            speaker, cue = found
            parse = parses.get(index if backwards else last)
            better = _by_parse(parse, cue) if parse is not None else None
            speaker = better or speaker
            if speaker is not None:
                chain = chain or _told(document, cue, sentences[index if backwards else last].end)
                return replace(quotation, speaker=speaker.text, speaker_span=speaker, cue=cue, chain=chain)
    if quotation.kind is not QuoteKind.DIRECT and index in parses:
        found = _governing(parses[index], quotation)
        if found is not None:
            return replace(quotation, speaker=found[0].text, speaker_span=found[0], cue=found[1], chain=chain)
    return replace(quotation, chain=chain) if chain else quotation


def _speaker_follows(text: str, end: int, sentence: Sentence) -> bool:
    """True when the next sentence only names the speaker: '"Why?" Brandt asked.', '"Why?" he asked.'"""
    rest = text[end : sentence.start]
    if "\n" in rest or rest.strip(" ,"):
        return False
    words = [fold(m[0]) for m in _TOKEN.finditer(sentence.text[:REACH])]
    if sentence.text[:1].islower():
        return True
    return len(words) <= SHORT and any(word in _speech()[0] for word in words)


def _near(
    document: Document, area: tuple[int, int], backwards: bool, kind: QuoteKind
) -> tuple[Span | None, Span] | None:
    """The nearest verb of speech outside quotation marks, and the words that name its speaker."""
    verbs, _, _, _ = _speech()
    words = [(m.start(), m.end()) for m in _TOKEN.finditer(document.text, *area)]
    if not words:
        return None
    folded = [fold(document.text[s:e]) for s, e in words]
    if not backwards:
        stop = next((i for i, w in enumerate(folded) if w in ('"', ".", "!", "?", ";")), len(words))
        order = list(range(min(stop, 25)))
    else:
        start = next((i for i in range(len(words) - 1, -1, -1) if folded[i] in ('"', "!", "?", ";")), -1)
        order = list(range(len(words) - 1, max(start, len(words) - 26), -1))
    if kind is QuoteKind.SCARE and not backwards:
        return None
    for i in order:
        if folded[i] not in verbs:
            continue
        cue = document.span(*words[i])
        named = _subject_before(document, words, folded, i) or (
            _name_after(document, words, folded, i) if not backwards or i == 0 else None
        )
        if named is not None or not backwards:
            return named, cue
    return None


def _subject_before(
    document: Document, words: Sequence[tuple[int, int]], folded: Sequence[str], verb: int
) -> Span | None:
    """The name, pronoun or 'the ...' phrase that ends shortly before the verb."""
    _, pronouns, determiners, _ = _speech()
    i = verb - 1
    while i >= 0 and i >= verb - 4 and (folded[i].endswith("ly") or folded[i] in _words("speakers", "between")):
        i -= 1
    if i >= 0 and folded[i] == ",":  # "Smith, a farmer, said"
        opening = next((k for k in range(i - 1, max(-1, i - 14), -1) if folded[k] == ","), None)
        if opening is not None and opening > 0 and _CAPITAL.fullmatch(document.text[slice(*words[opening - 1])]):
            i = opening - 1
        else:
            return None
    if i < 0:
        return None
    if folded[i] in pronouns:
        return document.span(*words[i])
    last = i
    while i >= 0 and _CAPITAL.fullmatch(document.text[slice(*words[i])]) and last - i < 8:
        i -= 1
    if i < last:
        return document.span(words[i + 1][0], words[last][1])
    if folded[last].isalpha():
        for k in range(last, max(-1, last - 6), -1):
            if folded[k] in determiners:
                return document.span(words[k][0], words[last][1])
            if not folded[k][0].isalnum() and folded[k] != "'":
                break
    return None


def _name_after(document: Document, words: Sequence[tuple[int, int]], folded: Sequence[str], verb: int) -> Span | None:
    """The name, pronoun or phrase right after the verb: 'said the mayor'."""
    _, pronouns, determiners, _ = _speech()
    i = verb + 1
    if i >= len(words):
        return None
    if folded[i] in pronouns:
        return document.span(*words[i])
    last = i
    if folded[i] in determiners:
        last = i + 1
        while last < len(words) and folded[last][0].isalnum() and last - i < 6 and folded[last] not in determiners:
            last += 1
        return document.span(words[i][0], words[last - 1][1]) if last > i + 1 else None
    while last < len(words) and last - i < 8 and _CAPITAL.fullmatch(document.text[slice(*words[last])]):
        last += 1
    return document.span(words[i][0], words[last - 1][1]) if last > i else None


def _carriers(document: Document, before: tuple[int, int], after: tuple[int, int]) -> tuple[str, ...]:
    """Names after 'according to' in the same sentence, outside the quotation."""
    _, _, _, carriers = _speech()
    for start, end in (after, before):
        piece = fold(document.text[start:end])
        for carrier in carriers:
            at = piece.find(carrier + " ")
            if at < 0:
                continue
            begin = start + at + len(carrier) + 1
            stop = begin
            while stop < end and document.text[stop] not in ',.;:\n"“”()':
                stop += 1
            name = document.text[begin:stop].strip()
            if name:
                return (name,)
    return ()


def _told(document: Document, cue: Span, end: int) -> tuple[str, ...]:
    """The agency after 'told': it passes the quotation on."""
    if fold(cue.text) not in _words("cues", "tell"):
        return ()
    outlets = _words("sources", "outlet")
    last = start = None
    words: list[str] = []
    for word in _TOKEN.finditer(document.text, cue.end, min(end, cue.end + REACH)):
        folded = fold(word[0])
        if folded == "the" and start is None:
            continue
        if not word[0][:1].isupper():
            break
        start = word.start() if start is None else start
        last = word.end()
        words.append(folded)
    if start is None or last is None or not (outlets & {*words, " ".join(words)}):
        return ()
    if is_publisher(document, document.span(start, last)):
        return ()
    return (document.text[start:last],)


def _governing(parse: Parse, quotation: Quotation) -> tuple[Span, Span] | None:
    """Whose word a quoted part of a sentence is: the subject of the cue that governs it ("honoured 60 as “heroes”")."""
    inside = parse.at(quotation.span.start + 1, quotation.span.end - 1)
    for verb in parse.ancestors(inside[0]) if inside else ():
        if verb.tag.startswith("VB") and verb.lower in _cue_verbs():
            subject = subject_of(parse, verb)
            if subject is None or subject.pos not in ("PROPN", "PRON", "NOUN"):
                return None
            return _unbroken(parse, subject), parse.span(verb, verb)
    return None


@lru_cache(maxsize=1)
def _cue_verbs() -> frozenset[str]:
    return frozenset(word for entry in load("cues").of(pos="verb") for word in entry.words)


def _by_parse(parse: Parse, cue: Span) -> Span | None:
    for verb in parse.at(cue.start, cue.end):
        for subject in parse.kids(verb, "nsubj"):
            return _unbroken(parse, subject)
    return None


def _unbroken(parse: Parse, noun: Token) -> Span:
    """The noun phrase around its head word, up to the next punctuation mark."""
    held = {t.i for t in parse.subtree(noun)}
    left = right = noun.i
    while left - 1 in held and parse.tokens[left - 1].pos != "PUNCT":
        left -= 1
    while right + 1 in held and parse.tokens[right + 1].pos != "PUNCT":
        right += 1
    return parse.span(parse.tokens[left], parse.tokens[right])
