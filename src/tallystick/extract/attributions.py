"""Who is said to have said what: source, cue and content, nested where the text nests them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from tallystick.extract import headings
from tallystick.extract.bodies import resolved_bodies, resolved_many, stands_for_a_body
from tallystick.extract.coreference import fullest, named, resolve_name
from tallystick.extract.cues import find_cues
from tallystick.extract.headings import is_headline
from tallystick.extract.links import read
from tallystick.extract.names import Names, names_of
from tallystick.extract.regions import merged, spans
from tallystick.extract.sources import Draft, is_a, is_publisher, source_words
from tallystick.lexicon import Entry, Matcher, fold, load
from tallystick.model.claims import Attribution, Factuality
from tallystick.model.mentions import AttributionMention, LinkKind, Quotation, QuoteKind, Reason
from tallystick.model.syntax import Parse
from tallystick.model.text import Document, Sentence, Span

# Characters between a speech and a quotation that goes on with it; more, and somebody else may be speaking.
FARTHEST = 300
# A word that goes on with the sentence before stands among the first words of its own.
OPENING = 60
# Attributions before and after one, in text order, among which its parent is looked for.
NEIGHBOURS = 30
# Characters of text that share one entry in the index of contents: about ten sentences.
STRETCH = 1_000


def find_attributions(
    document: Document,
    sentences: Sequence[Sentence],
    parses: Mapping[int, Parse],
    quotations: Sequence[Quotation],
) -> tuple[AttributionMention, ...]:
    """Every attribution of the parsed sentences, in text order. parses maps a sentence index to its parse."""
    names = names_of(document, tuple(sentences))
    found: list[AttributionMention] = []
    for index in sorted(parses):
        parse = parses[index]
        drafts: list[Draft] = []
        for cue in find_cues(parse):
            drafts += read(parse, cue, drafts[-1] if drafts else None)
        _untangle(drafts)
        drafts += headings.opening(parse, names)
        if is_headline(sentences, index):
            drafts += headings.closing(parse, drafts)
        found += [m for draft in drafts if (m := _mention(parse, draft, names)) is not None]
    found = _with_quotations(names, found, quotations)
    found.sort(key=_start)
    found = resolved_many(resolved_bodies(found, parses, names), parses, names)
    found = list(_nested(found))
    return (*found, *_carried(sentences, parses, found))


class Chains:
    """The attributions of a document by the stretches of text that their contents touch."""

    def __init__(self, attributions: Sequence[AttributionMention]) -> None:
        self.attributions = attributions
        self._touching: dict[int, list[int]] = {}
        for i, mention in enumerate(attributions):
            if vouches(mention) and not _unaware(mention):
                for k in {k for p in mention.content for k in range(p.start // STRETCH, p.end // STRETCH + 1)}:
                    self._touching.setdefault(k, []).append(i)

    def at(self, span: Span, verdict: Factuality | None = None) -> tuple[Attribution, ...]:
        """The links whose content holds the span, outermost first.

        verdict is what the sentence makes of the figure there, where that is known: a denied figure has whoever
        denies it for a source, not whoever claimed it, and one that somebody has not confirmed has him.
        """
        return _chain(span, self.attributions, self._touching.get(span.start // STRETCH, ()), verdict)


def chain_at(
    span: Span, attributions: Sequence[AttributionMention], verdict: Factuality | None = None
) -> tuple[Attribution, ...]:
    """The links whose content holds the span, outermost first. For many spans of one document, see Chains."""
    return Chains(attributions).at(span, verdict)


def _chain(
    span: Span, attributions: Sequence[AttributionMention], near: Sequence[int], verdict: Factuality | None
) -> tuple[Attribution, ...]:
    holding = [
        (sum(len(c.text) for c in attributions[i].content), i)
        for i in near
        if any(piece.covers(span) for piece in attributions[i].content)
    ]
    rank = {i: size for size, i in holding}
    order = sorted(rank, key=lambda i: (-rank[i], _depth(attributions, i), i))
    if verdict is Factuality.DENIED:
        order = _without_claimants(order, attributions)
    links: list[Attribution] = []
    for place, i in enumerate(order):
        mention = attributions[i]
        within = [attributions[j] for j in order[place + 1 :]]
        if mention.kind is LinkKind.DENIES and any(_names_a_source(m) for m in within):
            continue  # "the rebels dispute the ministry's figure": they do not pass the ministry's words on
        link = _link(mention, verdict)
        if links and _same_speaker(links[-1], link):  # "the office said it had counted": one voice, one link
            links[-1] = replace(links[-1], cue=link.cue, kind=link.kind)
            continue
        if not any(link.source_span is not None and link.source_span == other.source_span for other in links):
            links.append(link)
    return tuple(_unnamed(link) for link in links)


def _unnamed(link: Attribution) -> Attribution:
    """The link; without a source where "it" or "its" is all that the text calls one of several."""
    if link.source is None or link.resolved is not None or not stands_for_a_body(link.source):
        return link
    return Attribution(None, None, link.cue, link.kind)


def _same_speaker(outer: Attribution, inner: Attribution) -> bool:
    """True for a pronoun inside the words of the one that it stands for, as far as the text shows."""
    if inner.source is None or fold(inner.source) not in load("speakers").words_of("pronoun"):
        return False
    return outer.source is not None and inner.resolved in (None, outer.name)


def _names_a_source(mention: AttributionMention) -> bool:
    return mention.source is not None and mention.kind is not LinkKind.NONE_GIVEN


def _without_claimants(order: list[int], attributions: Sequence[AttributionMention]) -> list[int]:
    """The links of a denied figure: the denier and who reports the denial, not "as the rebels had claimed"."""
    denier = next((attributions[i] for i in reversed(order) if attributions[i].kind is LinkKind.DENIES), None)
    if denier is None or denier.source is None or denier.cue is None:
        return order
    cue = denier.cue
    return [
        i
        for i in order
        if attributions[i] is denier
        or (attributions[i].kind is not LinkKind.CLAIMS and any(p.covers(cue) for p in attributions[i].content))
    ]


def _unaware(mention: AttributionMention) -> bool:
    """True for "did not know that six had died": so the report says, and nobody else."""
    rules = (reason.rule.partition("/")[2] for reason in mention.reasons)
    entries = (load("cues").entries.get(rule) for rule in rules)
    return mention.kind is LinkKind.NONE_GIVEN and any(e is not None and e.get("factive") for e in entries)


def _link(mention: AttributionMention, verdict: Factuality | None) -> Attribution:
    """What a claim keeps of an attribution. "The army did not claim that" gives the figure no source.

    "The army has not confirmed 40 deaths" does, where the verdict says that there is no information: it is the
    army that gives none.
    """
    if mention.source is None:
        return Attribution(None, None, mention.cue, mention.kind)
    kind = mention.kind
    if kind is LinkKind.NONE_GIVEN:
        nobody = fold(mention.source.text).split()[0] in source_words("none")
        if verdict is not Factuality.NO_INFORMATION or nobody:
            return Attribution(None, None, mention.cue, kind)
        kind = _own_kind(mention)
    return Attribution(mention.source.text, mention.source, mention.cue, kind, mention.resolved)


def _own_kind(mention: AttributionMention) -> LinkKind:
    """The kind of a negated cue's own entry."""
    entries = (load("cues").entries.get(r.rule.partition("/")[2]) for r in mention.reasons)
    return next((LinkKind(e.get("kind")) for e in entries if e is not None), mention.kind)


def _untangle(drafts: Sequence[Draft]) -> None:
    """Gives links of one sentence their proper reach where the parser hung a phrase in the wrong place.

    ', according to the mayor' is no part of what the clause before it says; ', citing the police' gives the
    origin of what the verb before it reports, and of that alone.
    """
    for outer in drafts:
        if outer.cited_by is not None:
            said = [d for d in drafts if d.cue[0] == outer.cited_by and d.source]
            outer.content = set(said[0].content) if said else outer.content
            continue
        for inner in drafts:
            mutual = inner.cue[0] in outer.content and outer.cue[0] in inner.content
            if mutual and outer.cue[0] > inner.cue[0] and len(outer.content) >= len(inner.content):
                inner.content -= outer.source | set(range(outer.cue[0], outer.cue[1] + 1))


@lru_cache(maxsize=1)
def _attitudes() -> frozenset[str]:
    return frozenset(entry.id for entry in load("cues") if entry.get("attitude"))


def vouches(mention: AttributionMention) -> bool:
    """False for wanting, asking and praising: the words have a source, but it states no fact."""
    return not any(reason.rule in _attitudes() for reason in mention.reasons)


def _mention(parse: Parse, draft: Draft, names: Names) -> AttributionMention | None:
    content = spans(parse, draft.content)
    if not content:
        return None
    if draft.entry.get("leader") and not _leads(parse, draft, names):
        return None
    source = spans(parse, draft.source)
    cue = parse.span(parse.tokens[draft.cue[0]], parse.tokens[draft.cue[1]])
    whole = None
    resolved = None
    if source:
        whole = (
            parse.span(parse.tokens[min(draft.source)], parse.tokens[max(draft.source)])
            if len(source) > 1
            else source[0]
        )
        if draft.entry.get("pos") == "verb" and whole.covers(cue):
            return None  # a subject on both sides of its verb is a parse gone wrong
        antecedent = draft.relative if draft.relative is not None else draft.head
        resolved = resolve_name(names, parse, antecedent, draft.relative is not None)
        if draft.kind is LinkKind.CITES and draft.entry.name == "tell" and is_publisher(names.document, whole):
            return None  # "told this paper": what it publishes is not handed on to itself
    return AttributionMention(
        whole, cue, content, draft.kind, resolved, reasons=(Reason("attribution", draft.entry.id, cue),)
    )


def _carried(
    sentences: Sequence[Sentence], parses: Mapping[int, Parse], found: Sequence[AttributionMention]
) -> list[AttributionMention]:
    """The source of a sentence, carried over to the next one that "also" says something and names no source."""
    carried: list[AttributionMention] = []
    own: dict[int, list[int]] = {}
    starts = [sentence.start for sentence in sentences]
    for number, mention in enumerate(found):
        if mention.cue is not None and vouches(mention) and mention.parent is None:
            own.setdefault(bisect_right(starts, mention.cue.start) - 1, []).append(number)
    matcher = _continuations()
    for index in sorted(parses):
        before = own.get(index - 1, [])
        if len(before) != 1 or index in own or sentences[index].paragraph != sentences[index - 1].paragraph:
            continue
        source = found[before[0]]
        words = [hit for hit in matcher.longest(fold(sentences[index].text)) if hit.start < OPENING]
        if source.source is None or not words or not _fills(source, sentences[index - 1], sentences[index]):
            continue
        cue = sentences[index].span(words[0].start, words[0].end)
        reason = Reason("attribution", words[0].entry.id, cue)
        carried.append(
            AttributionMention(
                source.source, cue, (sentences[index].whole(),), source.kind, source.resolved, None, True, (reason,)
            )
        )
    return carried


def _fills(mention: AttributionMention, sentence: Sentence, following: Sentence) -> bool:
    """True where a sentence is speech and little else, and the next one is not about the speaker or quoted."""
    said = sum(min(p.end, sentence.end) - max(p.start, sentence.start) for p in mention.content)
    frame = sum(s.end - s.start for s in (mention.source, mention.cue) if s is not None)
    opening = fold(following.text).split(maxsplit=1)[0]
    about = opening.strip(",") in load("speakers").words_of("pronoun") or not opening[0].isalnum()
    return 2 * said > sentence.end - sentence.start - frame and not about and mention.kind in _CARRYING


# Believing and citing are not gone on with; saying is.
_CARRYING = (LinkKind.SAYS, LinkKind.CLAIMS, LinkKind.ESTIMATES, LinkKind.ACKNOWLEDGES)


@lru_cache(maxsize=1)
def _continuations() -> Matcher:
    return Matcher(load("cues").of(pos="continuation"))


def _leads(parse: Parse, draft: Draft, names: Names) -> bool:
    """Whether the source is a leader, force or state by its own words, or by a title that its name bears elsewhere."""
    if is_a("leader", parse, draft.source):
        return True
    found = None if draft.head is None else fullest(names, parse, draft.head)
    return found is not None and bool(names.titles_of(found) & source_words("leader"))


def _start(mention: AttributionMention) -> tuple[int, int]:
    pieces = [*mention.content, *(s for s in (mention.source, mention.cue) if s is not None)]
    return min(p.start for p in pieces), -sum(len(p.text) for p in mention.content)


def _with_quotations(
    names: Names, found: list[AttributionMention], quotations: Sequence[Quotation]
) -> list[AttributionMention]:
    """Contents grown to whole quotations; a quotation that goes on after its speaker was named joins him."""
    document = names.document
    spoken = [q for q in quotations if q.kind is QuoteKind.DIRECT]
    starts = [q.span.start for q in spoken]
    owners: dict[int, list[int]] = {}
    for i, mention in enumerate(found):
        if not vouches(mention):
            continue
        near = {k for piece in mention.content for k in _near(starts, piece) if _touch(piece, spoken[k].span, mention)}
        if near:
            found[i] = replace(mention, content=merged(document, [*mention.content, *(spoken[k].span for k in near)]))
        for k in near:
            owners.setdefault(k, []).append(i)
    cues = {m.cue.start: i for i, m in reversed(list(enumerate(found))) if m.cue is not None}
    last: int | None = None
    for k, quotation in enumerate(spoken):
        if k in owners:
            last = min(owners[k], key=lambda i: sum(len(p.text) for p in found[i].content))
            continue
        own = cues.get(quotation.cue.start) if quotation.cue is not None else None
        if own is None and (new := _spoken(quotation, names)) is not None:
            found.append(new)
            own = last = len(found) - 1
            cues[new.cue.start if new.cue is not None else -1] = own
            continue
        if own is None and last is not None and quotation.speaker is None:
            between = document.text[_end(found[last]) : quotation.span.start]
            own = last if "\n" not in between and len(between) <= FARTHEST else None
        if own is not None:
            found[own] = replace(found[own], content=merged(document, [*found[own].content, quotation.span]))
            last = own
    return found


def _near(starts: Sequence[int], piece: Span) -> range:
    """Indexes of the quotations that can overlap the piece; they do not overlap one another."""
    first = max(0, bisect_right(starts, piece.start) - 1)
    return range(first, bisect_left(starts, piece.end))


def _spoken(quotation: Quotation, names: Names) -> AttributionMention | None:
    """An attribution read off the words around a quotation alone, where the parse gives none."""
    if quotation.cue is None or quotation.speaker_span is None:
        return None
    entry = _speech_entry(quotation.cue.text)
    if entry is None:
        return None
    return AttributionMention(
        quotation.speaker_span,
        quotation.cue,
        (quotation.span,),
        LinkKind(entry.get("kind")),
        named(names, quotation.speaker_span),
        reasons=(Reason("attribution", entry.id, quotation.cue),),
    )


@lru_cache(maxsize=256)
def _speech_entry(word: str) -> Entry | None:
    folded = fold(word)
    return next((e for e in load("cues").of(pos="verb") if "quote" in e.get("content", ()) and folded in e.words), None)


def _end(mention: AttributionMention) -> int:
    return max(p.end for p in [*mention.content, *(s for s in (mention.source, mention.cue) if s is not None)])


def _touch(piece: Span, quotation: Span, mention: AttributionMention) -> bool:
    """The piece is mostly quoted words, and the cue stands outside the quotation."""
    if mention.cue is not None and quotation.covers(mention.cue):
        return False
    shared = min(piece.end, quotation.end) - max(piece.start, quotation.start)
    return shared > 0.5 * min(piece.end - piece.start, quotation.end - quotation.start)


def _depth(attributions: Sequence[AttributionMention], i: int) -> int:
    depth, seen = 0, {i}
    while (parent := attributions[i].parent) is not None and parent not in seen:
        seen.add(parent)
        depth, i = depth + 1, parent
    return depth


def _nested(found: list[AttributionMention]) -> tuple[AttributionMention, ...]:
    """parent set to the smallest attribution whose content holds the cue and the content of another."""
    sizes = [sum(len(p.text) for p in m.content) for m in found]
    reach = [(min(p.start for p in m.content), max(p.end for p in m.content)) for m in found]
    done = []
    for i, mention in enumerate(found):
        best: int | None = None
        cue = mention.cue
        for j in range(max(0, i - NEIGHBOURS), min(len(found), i + NEIGHBOURS)) if cue is not None else ():
            if j == i or not (reach[j][0] < reach[i][1] and reach[i][0] < reach[j][1]):
                continue
            if _holds(found[j], mention) and (best is None or sizes[j] < sizes[best]):
                best = j
        done.append(mention if best is None else replace(mention, parent=best))
    return tuple(done)


def _holds(outer: AttributionMention, inner: AttributionMention) -> bool:
    if inner.kind is LinkKind.CITES and outer.kind is not LinkKind.CITES and inner.content == outer.content:
        return inner.source is not None
    if inner.cue is None or not any(p.covers(inner.cue) for p in outer.content):
        return False
    return any(p.covers(inner.content[0]) for p in outer.content)
