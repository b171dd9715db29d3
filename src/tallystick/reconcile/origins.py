"""Who is behind a figure: mentions -> carriers -> voices -> origins of one quantity.

Seven papers that repeat one intelligence service are one origin. What ties two mentions together is said in words: a
chain of citations, the same source, the same sentences, a person's decision. A shared odd number ties nothing: it is
put forward as a doubt. Unknown sources count as none or one.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from itertools import combinations

from tallystick.lexicon import fold
from tallystick.model.links import CopyLink
from tallystick.model.quantities import Figure
from tallystick.model.records import Judgement, Verdict
from tallystick.model.tallies import Doubt, Origin, OriginReason, Origins, Sameness, Voice
from tallystick.reconcile.copies import shared_by_sentences
from tallystick.reconcile.doubts import Mention, age, doubts, mention_of, outlet_key, says, with_details
from tallystick.reconcile.judged import of_figures
from tallystick.reconcile.partition import Parts
from tallystick.reconcile.sourcenames import SourceKind, compare

CopiesOf = Callable[[set[str]], Sequence[CopyLink]]
"""Which of these documents share their words, in the order in which that is looked at."""

# Words of a sentence that two writers do not hit on alike. Shorter ones are formulas: "Nine were killed, police said."
_LONG_SENTENCE = 12


def origins(
    figures: Sequence[Figure], copies: Sequence[CopyLink] | CopiesOf = (), judgements: Sequence[Judgement] = ()
) -> Origins:
    """The origins of one quantity's figures, oldest first, with what is doubtful.

    copies may be looked up: it is asked for the documents of figures alike that nothing else has put together yet.
    judgements about an "origin" name two figures or two documents; withdrawn ones are passed over. What binds nothing
    (denials, plans) keeps its voice, but no origin is counted for it alone.
    """
    mentions = [mention_of(f) for f in sorted(figures, key=age)]
    by_id = {m.figure.id: m for m in mentions}
    same, apart = _judged(of_figures(judgements, figures), by_id)
    voices = Parts(by_id, apart)
    _follow_citations(mentions, voices)
    _join_own_documents(mentions, voices)
    _join_names(mentions, voices)
    whole = Parts(by_id, apart)
    order = {name: i for i, name in enumerate(by_id)}
    for group in voices.groups():
        first, *others = sorted(group, key=order.__getitem__)
        for other in others:
            whole.join(first, other, "", "")
    whole.reasons = list(voices.reasons)
    for a, b, note in same:
        whole.join(a, b, "judged", note)
    _join_copies(mentions, copies, whole)
    why: defaultdict[str, list[OriginReason]] = defaultdict(list)
    for reason in whole.reasons:
        why[whole.find(reason.figures[0])].append(reason)
    made = [_origin(group, by_id, voices, whole, why) for group in whole.groups()]
    made.sort(key=lambda o: age(by_id[o.voices[0].figures[0]].figure))
    doubted = doubts(made, by_id, whole.apart)
    made = with_details(made, doubted, by_id)
    at_least, at_most = _counted(made, doubted, by_id)
    passed_on = {m.carrier for m in mentions if m.carrier} | {
        fold(link.name).removeprefix("the ") for m in mentions for link in m.figure.chain[:-1] if link.name
    }
    return Origins(
        mentions=len(mentions),
        documents=len({m.figure.document for m in mentions}),
        carriers=len(passed_on | {outlet_key(m.figure.publisher) for m in mentions if m.figure.publisher}),
        origins=tuple(made),
        doubts=doubted,
        at_least=at_least,
        at_most=at_most,
    )


def origins_asof(
    figures: Sequence[Figure], day: date, copies: Sequence[CopyLink] = (), judgements: Sequence[Judgement] = ()
) -> Origins:
    """The origins as of the end of a day: only figures published by then; those without a date are left out."""
    return origins([f for f in figures if f.published is not None and f.published <= day], copies, judgements)


def collapse(
    figures: Sequence[Figure], copies: Sequence[CopyLink] = (), judgements: Sequence[Judgement] = ()
) -> dict[str, str]:
    """The id of the origin behind each figure."""
    found = origins(figures, copies, judgements)
    return {f: origin.id for origin in found.origins for voice in origin.voices for f in voice.figures}


def _judged(
    judgements: Sequence[Judgement], by_id: Mapping[str, Mention]
) -> tuple[list[tuple[str, str, str]], list[tuple[str, str]]]:
    """What persons put together, with their words, and what they put apart; of two on one pair the later counts."""
    standing: dict[frozenset[str], Judgement] = {}
    for judgement in sorted(judgements, key=lambda j: j.at):
        pair = frozenset(judgement.subjects)
        if judgement.about == "origin" and judgement.withdrawn is None and len(pair) == 2 and pair <= by_id.keys():
            standing[pair] = judgement
    same, apart = [], []
    for pair, judgement in standing.items():
        a, b = sorted(pair)
        if judgement.verdict is Verdict.SAME:
            same.append((a, b, f"{judgement.by}: {judgement.why or 'one origin'}"))
        elif judgement.verdict is Verdict.DIFFERENT:
            apart.append((a, b))
    return same, apart


def _follow_citations(mentions: Sequence[Mention], voices: Parts) -> None:
    """A figure that cites an outlet whose own report of it is at hand rests on whoever that report rests on."""
    published: defaultdict[tuple[object, ...], list[Mention]] = defaultdict(list)
    for mention in mentions:
        if mention.figure.publisher:
            published[(outlet_key(mention.figure.publisher), mention.value)].append(mention)
    for mention in mentions:
        for link in reversed(mention.figure.chain):
            told = [
                m
                for m in published.get((outlet_key(link.name), mention.value), ())
                if m.figure.document != mention.figure.document and _before(m, mention)
            ]
            if not told or _other_source(mention, told[-1], link.name):
                continue
            # Its latest report that does not itself look back, where it has one.
            root = next((m for m in reversed(told) if not _cites(m, link.name)), told[-1])
            note = f"“{link.quote or link.name}” cites {root.figure.publisher}, whose own report gives {says(root)}"
            voices.join(root.figure.id, mention.figure.id, "cites", note)
            break


def _before(a: Mention, b: Mention) -> bool:
    """True where the first was not published after the second, as far as is known; of one day, the first in order."""
    one, two = a.figure.published, b.figure.published
    if one is None or two is None or one != two:
        return one is None or two is None or one < two
    return not _cites(a, b.figure.publisher)


def _cites(mention: Mention, outlet: str | None) -> bool:
    return any(outlet_key(link.name) == outlet_key(outlet) for link in mention.figure.chain if link.name)


def _other_source(mention: Mention, cited: Mention, outlet: str | None) -> bool:
    """True where the citing text names a source that is not the one in the cited report."""
    if outlet_key(mention.figure.chain[-1].name) == outlet_key(outlet) or cited.own:
        return False
    if mention.source.kind is SourceKind.ANONYMOUS and cited.source.kind is SourceKind.ANONYMOUS:
        return mention.source.head != cited.source.head
    return compare(mention.source, cited.source, one_document=False)[0] is Sameness.SEVERAL


def _join_own_documents(mentions: Sequence[Mention], voices: Parts) -> None:
    """Within one report, a figure without a source repeats the same figure with one: the headline, the last line."""
    documents: defaultdict[str, list[Mention]] = defaultdict(list)
    for mention in mentions:
        documents[mention.figure.document].append(mention)
    for told in documents.values():
        sourced = [m for m in told if not m.own and m.source.kind is not SourceKind.NONE]
        for mention in told:
            if not mention.own and mention.source.kind is not SourceKind.NONE:
                continue
            alike = [m for m in sourced if m.value == mention.value]
            if len({m.source.key for m in alike}) == 1:
                note = f"the same report gives the figure to {says(alike[0])}"
                voices.join(alike[0].figure.id, mention.figure.id, "same-source", note)
        _join_spokesmen(told, voices)


def _join_spokesmen(told: Sequence[Mention], voices: Parts) -> None:
    """ "The spokesman, Colonel Issa Oro", where one office alone speaks of the same figure in the report."""
    speaking = {m.source.key for m in told if m.source.office == ""}
    offices = [m for m in told if m.source.kind is SourceKind.OFFICE and not m.own]
    for mention in told:
        if mention.source.key not in speaking or not mention.source.key:
            continue
        same = [m for m in offices if m.value == mention.value]
        if len({m.source.key for m in same}) == 1:
            note = f"{mention.source.shown} is “the spokesman”, and of this figure only {same[0].source.shown} speaks"
            voices.join(same[0].figure.id, mention.figure.id, "same-source", note)


def _join_names(mentions: Sequence[Mention], voices: Parts) -> None:
    """Figures whose sources the words say are one."""
    kinds: defaultdict[tuple[object, ...], list[Mention]] = defaultdict(list)
    sourced = {voices.find(m.figure.id) for m in mentions if not m.own}
    for m in mentions:
        if m.source.kind is SourceKind.NONE or (m.own and voices.find(m.figure.id) in sourced):
            continue
        where: tuple[object, ...] = ()
        if m.source.kind is SourceKind.ANONYMOUS:  # the same words, of one report, or of one outlet and of one figure
            where = (m.carrier, m.value) if m.carrier != outlet_key(m.figure.publisher) else (m.figure.document,)
        elif m.own:
            where = ("own",)
        kinds[(m.source.kind, m.source.key, m.source.rank, m.source.office, *where)].append(m)
    for group in kinds.values():
        for other in group[1:]:
            note = f"both name {says(other)}" if not other.own else f"{other.figure.publisher} in its own voice"
            voices.join(group[0].figure.id, other.figure.id, "same-source", note)
    firsts = [group[0] for group in kinds.values()]
    documents = [{m.figure.document for m in group} for group in kinds.values()]
    for (a, mine), (b, theirs) in combinations(zip(firsts, documents, strict=True), 2):
        if a.own != b.own:
            continue
        verdict, note = compare(a.source, b.source, one_document=not mine.isdisjoint(theirs))
        if verdict is Sameness.ONE:
            voices.join(a.figure.id, b.figure.id, "same-source", note)


def _join_copies(mentions: Sequence[Mention], copies: Sequence[CopyLink] | CopiesOf, whole: Parts) -> None:
    """Figures that stand in a passage that two documents share, or in the same long sentence."""
    documents: defaultdict[str, list[Mention]] = defaultdict(list)
    sentences: dict[tuple[object, ...], Mention] = {}
    for mention in _unjoined(mentions, whole):  # most copies name one source: they are together already
        documents[mention.figure.document].append(mention)
        words = fold(mention.figure.sentence.text).split() if mention.figure.sentence is not None else []
        if len(words) >= _LONG_SENTENCE:
            told = " ".join(words)
            first = sentences.setdefault((told, mention.value), mention)
            if first.figure.document != mention.figure.document:
                _join_same_words(first, mention, told, whole)
    for copy in copies if isinstance(copies, Sequence) else copies(set(documents)):
        for a in documents.get(copy.a, ()):
            for b in documents.get(copy.b, ()):
                if a.value != b.value or whole.find(a.figure.id) == whole.find(b.figure.id):
                    continue
                words_shared = _shared_words(copy, a.figure, b.figure)
                if words_shared is not None:
                    _join_same_words(a, b, words_shared, whole)


def _unjoined(mentions: Sequence[Mention], whole: Parts) -> list[Mention]:
    """The mentions that are not together with all that give the same figure."""
    roots: defaultdict[tuple[object, ...], set[str]] = defaultdict(set)
    for mention in mentions:
        roots[mention.value].add(whole.find(mention.figure.id))
    apart = {value for value, found in roots.items() if len(found) > 1}
    return [mention for mention in mentions if mention.value in apart] if apart else []


def _join_same_words(a: Mention, b: Mention, words: str, whole: Parts) -> None:
    if not a.own and not b.own and compare(a.source, b.source, one_document=False)[0] is Sameness.SEVERAL:
        return  # the words are the same, who is named for them is not
    whole.join(a.figure.id, b.figure.id, "same-words", f"both reports read “{' '.join(words.split())[:160]}”")


def _shared_words(copy: CopyLink, a: Figure, b: Figure) -> str | None:
    """The words of the passage in which both figures stand; None where there is none.

    Where the link comes without passages, the sentences of the two figures are compared.
    """
    if a.start is None or b.start is None or a.end is None or b.end is None:
        return None
    passages, shift = copy.passages, (0, 0)
    if not passages and a.sentence is not None and b.sentence is not None:
        passages, shift = shared_by_sentences(a.sentence.text, b.sentence.text), (a.sentence.start, b.sentence.start)
    for passage in passages:
        in_a = passage.a.start + shift[0] < a.end and a.start < passage.a.end + shift[0]
        in_b = passage.b.start + shift[1] < b.end and b.start < passage.b.end + shift[1]
        if in_a and in_b:
            return passage.a.text
    return None


def _origin(
    group: set[str],
    by_id: Mapping[str, Mention],
    voices: Parts,
    whole: Parts,
    why: Mapping[str, Sequence[OriginReason]],
) -> Origin:
    parts: defaultdict[str, list[Mention]] = defaultdict(list)
    for mention in sorted((by_id[name] for name in group), key=lambda m: age(m.figure)):
        parts[voices.find(mention.figure.id)].append(mention)
    made = tuple(_voice(told) for told in parts.values())
    reasons = tuple(why.get(whole.find(next(iter(group))), ()))
    known = any(m.own or m.source.kind is not SourceKind.NONE for told in parts.values() for m in told)
    return Origin(f"o{_digest(made[0].id)}", made[0].name, made, reasons, known)


def _voice(told: Sequence[Mention]) -> Voice:
    """One speaker; told is oldest first. Its name is the fullest that the reports give."""
    outlets = {outlet_key(m.figure.publisher) for m in told}
    stated = [m.source for m in told if m.source.kind is not SourceKind.NONE and not m.own]
    beyond = [s for s in stated if s.key not in outlets] or stated or [m.source for m in told if m.own]
    ranked = (SourceKind.OFFICE, SourceKind.PERSON, SourceKind.ANONYMOUS)
    shown = next((s.shown for kind in ranked for s in beyond if s.kind is kind), None)
    return Voice(
        f"v{_digest(told[0].figure.id)}",
        shown,
        tuple(m.figure.id for m in told),
        _current(told).figure.id,
        any(m.figure.official for m in told),
    )


def _current(told: Sequence[Mention]) -> Mention:
    """The newest statement, and the first report of it.

    A figure repeated later dates from its first report: "the army's last figure was 11" is no new word. A figure that
    revises another comes after it.
    """
    binding = [m for m in told if m.figure.binds] or list(told)
    said: dict[tuple[object, ...], date] = {}
    for mention in binding:
        said[mention.bounds] = min(said.get(mention.bounds, date.max), mention.day)
    revised = {m.figure.revises for m in binding}
    standing = [m for m in binding if m.figure.id not in revised] or binding
    newest = max(said[m.bounds] for m in standing)
    return next(m for m in standing if said[m.bounds] == newest)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:10]


def _counted(made: Sequence[Origin], doubts: Sequence[Doubt], by_id: Mapping[str, Mention]) -> tuple[int, int]:
    """How many independent origins there are: at least, every doubt taken as one; at most, none; unknown 0 or 1.

    A passing word without a number and a source ("the soldiers who died") is an origin at most.
    """

    def told(origin: Origin) -> list[Mention]:
        return [m for voice in origin.voices for f in voice.figures if (m := by_id[f]).figure.binds]

    known = [o for o in made if o.known and told(o)]
    unknown = any(not o.known and told(o) for o in made)
    firm = [o.id for o in known if any(not m.own or m.figure.high is not None or m.figure.value for m in told(o))]
    parts = Parts(firm, ())
    for doubt in doubts:
        if doubt.a in parts.root and doubt.b in parts.root:
            parts.join(doubt.a, doubt.b, "", "")
    return len(parts.groups()), len(known) + unknown
