"""Events with their PLOVER types.

A phrase, verb or noun of lexicon/en/events.toml names the event; what stands around it says how sure it is
(extract/factuality.py). As in PLOVER, cooperation that is only announced is AGREE, pressure that is only
announced is THREATEN. Type OTHER is for what is no political event but has victims: disasters, accidents, crime.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from tallystick.extract.factuality import judge
from tallystick.extract.hedges import NOMINAL
from tallystick.lexicon import Entry, Matcher, fold, load
from tallystick.model.claims import Factuality
from tallystick.model.mentions import EventMention, Reason
from tallystick.model.syntax import Parse, Token
from tallystick.model.text import Span

# Words of an object's phrase that are looked at; longer phrases are lists or relative clauses.
_PHRASE = 15

# No sentence names more events than this; the bound holds against text made of nothing but triggers.
_MOST = 60

_OBJECTS = ("dobj", "nsubjpass", "oprd", "dative", "attr")
_ASIDES = frozenset({"relcl", "acl", "advcl"})
# Modes that say nothing of the means, so that a weapon may.
_BARE = ("attack", "kill", "wound", "shoot")
# Types whose past participle before a noun still names the event.
_SUFFERED = ("ASSAULT", "COERCE")
_RELATIVE = ("WDT", "WP")
_INSIDE = ("det", "amod", "compound", "nummod", "poss", "nmod", "advmod", "quantmod", "pobj")
_MODES = {
    Factuality.PLANNED: ("future",),
    Factuality.SPECULATED: ("hypothetical",),
    Factuality.HEDGED: ("hypothetical",),
    Factuality.NO_INFORMATION: ("hypothetical",),
    Factuality.DENIED: ("negation",),
}


@dataclass(frozen=True, slots=True)
class _Tables:
    phrases: Matcher
    verbs: dict[str, tuple[Entry, ...]]
    nouns: dict[str, Entry]
    weapons: dict[str, Entry]
    hints: dict[str, Entry]
    modals: dict[str, Entry]
    announced: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class _Trigger:
    entry: Entry
    token: Token
    span: Span
    means: Entry | None = None


@cache
def _tables() -> _Tables:
    entries = load("events")
    verbs: dict[str, list[Entry]] = {}
    nouns: dict[str, Entry] = {}
    weapons: dict[str, Entry] = {}
    hints: dict[str, Entry] = {}
    for entry in entries:
        for lemma in entry.get("verbs", ()):
            verbs.setdefault(lemma, []).append(entry)
        for lemma in entry.get("nouns", ()):
            nouns.setdefault(lemma, entry)
        for lemma in entry.get("weapons", ()):
            weapons.setdefault(lemma, entry)
        for lemma in (*entry.get("weapons", ()), *entry.get("people", ())):
            hints.setdefault(lemma, entry)
    # Where a verb's object decides, the entry that names objects is asked first.
    ordered = {
        lemma: tuple(sorted(found, key=lambda e: not (e.get("objects") or e.get("subjects"))))
        for lemma, found in verbs.items()
    }
    modals = {
        modal: entry
        for entry in entries.of(modal=True)
        for hedge in entry.get("hedges")
        for modal in load("hedges")[hedge].get("modals")
    }
    return _Tables(entries.matcher, ordered, nouns, weapons, hints, modals, entries.of(announced=True))


def find_events(parse: Parse) -> tuple[EventMention, ...]:
    """Every event of a sentence, in text order."""
    triggers = sorted(_triggers(parse), key=lambda t: t.span.start)[:_MOST]
    promised = [t.token for t in triggers if t.entry.get("complement") == "irrealis"]
    taken = [t.token for t in triggers if t.entry.name == "seize-weapons"]
    return tuple(
        _event(t, parse)
        for t in triggers
        if not _is_promised(t.token, promised, parse) and not _is_taken(t.token, taken, parse)
    )


def depth(event: EventMention, parse: Parse) -> int:
    """How many words govern the event's word: 0 in the main clause. The main event of a sentence has the least."""
    words = parse.at(event.span.start, event.span.end)
    return min((sum(1 for _ in parse.ancestors(word)) for word in words), default=len(parse))


def hints_in(parse: Parse) -> list[tuple[str, str | None]]:
    """Type and mode of the events that weapons and people of a sentence hint at, whatever it says of them."""
    hints = _tables().hints
    found = [hints[token.lemma] for token in parse if token.lemma in hints and token.pos in NOMINAL]
    return [(entry.get("type"), entry.get("mode")) for entry in found]


def _triggers(parse: Parse) -> Iterator[_Trigger]:
    tables = _tables()
    taken: set[int] = set()
    base = parse.sentence.start
    for hit in tables.phrases.longest(fold(parse.sentence.text)):
        words = parse.at(base + hit.start, base + hit.end)
        if words:
            inside = {t.i for t in words}
            taken |= inside
            top = next((t for t in words if t.head not in inside or t.head == t.i), words[0])
            yield _Trigger(hit.entry, top, parse.sentence.span(hit.start, hit.end))
    for token in parse:
        if token.i in taken:
            continue
        entry = None
        if token.pos == "VERB" and token.dep != "compound":
            entry = _verb(token, parse) or _by_modal(token, parse)
            if token.dep == "amod" and (token.tag != "VBN" or entry is None or entry.get("type") not in _SUFFERED):
                entry = None  # "a threatening letter" is no threat; "the arrested men" were arrested
        elif token.pos in ("NOUN", "PROPN") and token.dep != "compound":
            entry = tables.nouns.get(token.lemma)
        if entry is not None:
            yield _Trigger(entry, token, parse.span(token, token), _means(entry, token, parse))


def _verb(token: Token, parse: Parse) -> Entry | None:
    verbs = _tables().verbs
    particle = next((kid.lower for kid in parse.kids(token, "prt", "prep", "advmod") if kid.i == token.i + 1), "")
    for lemma in (f"{token.lemma} {particle}", token.lemma):
        around: frozenset[str] | None = None
        for entry in verbs.get(lemma, ()):
            if not _has_subject(entry, token, parse):
                continue
            wanted = entry.get("objects")
            if not wanted:
                return entry
            if around is None:
                around = _object_words(token, parse)
            if not around.isdisjoint(wanted):
                return entry
    return None


def _has_subject(entry: Entry, verb: Token, parse: Parse) -> bool:
    """True when the entry asks for no subject, or the verb has one that it asks for."""
    wanted = entry.get("subjects")
    if not wanted:
        return True
    doers = parse.kids(verb, "nsubj")
    doers += [noun for agent in parse.kids(verb, "agent") for noun in parse.kids(agent, "pobj")]
    if not doers and verb.dep in ("xcomp", "conj"):
        doers = parse.kids(parse.head(verb), "nsubj")
    return any(doer.lemma in wanted for doer in doers)


def _means(entry: Entry, token: Token, parse: Parse) -> Entry | None:
    """The entry of the weapon that takes part in an attack whose own word names none ("a mortar attack")."""
    if entry.get("type") != "ASSAULT" or entry.get("mode") not in _BARE:
        return None
    tables = _tables()
    if token.pos in NOMINAL:
        waiting = parse.kids(token, "compound", "amod", "nmod", "prep", "acl")
    else:
        waiting = parse.kids(token, "nsubj", "nsubjpass", "dobj", "agent", "prep", "advcl")
    for word in waiting[:_PHRASE]:
        if word.dep in ("agent", "prep", "advcl", "acl"):
            waiting += parse.kids(word, "pobj", "dobj", "agent")
            continue
        for part in (word, *parse.kids(word, "compound")):
            found = tables.weapons.get(part.lemma) or (tables.nouns.get(part.lemma) if part.dep == "compound" else None)
            if found is not None and found.get("type") == "ASSAULT" and found.get("mode") not in _BARE:
                return found
    return None


def _by_modal(token: Token, parse: Parse) -> Entry | None:
    """The demand that a modal makes of any verb in reported speech: "said that the crew must be freed"."""
    if token.dep == "ccomp":
        for kid in parse.kids(token, "aux"):
            entry = _tables().modals.get(kid.lower) if kid.tag == "MD" else None
            if entry is not None:
                return entry
    return None


def _object_words(verb: Token, parse: Parse) -> frozenset[str]:
    """Lemmas of the words that the verb acts on, those its prepositions lead to included."""
    waiting = parse.kids(verb, *_OBJECTS, "xcomp", "ccomp")
    waiting += [noun for prep in parse.kids(verb, "prep") for noun in parse.kids(prep, "pobj")]
    words: list[str] = []
    while waiting and len(words) < _PHRASE:
        word = waiting.pop(0)
        words.append(word.lemma)
        waiting += [kid for kid in parse.kids(word) if kid.dep not in _ASIDES and kid.dep != "nsubj"]
    return frozenset(words)


def _is_promised(token: Token, promises: list[Token], parse: Parse) -> bool:
    """True below a word of promise, refusal, demand or threat: "agreed to withdraw" is no withdrawal."""
    if not promises:
        return False
    node = token
    for head in parse.ancestors(token):
        if node.dep not in ("xcomp", "ccomp", "conj", "dobj", "pcomp", "pobj", "prep", "acl", "aux"):
            return False
        if any(head.i == p.i for p in promises):
            return node.dep in ("xcomp", "ccomp", "acl", "prep") and head.i != token.i and token.pos == "VERB"
        node = head
    return False


def _is_taken(token: Token, seizures: list[Token], parse: Parse) -> bool:
    """True for weapons that are seized: "found six roadside bombs" is no bombing."""
    if not seizures or token.pos not in NOMINAL:
        return False
    return any(head.i == s.i for head in parse.ancestors(token) for s in seizures)


def _event(trigger: _Trigger, parse: Parse) -> EventMention:
    entry, token = trigger.entry, trigger.token
    verdict, why = judge(token, parse)
    reasons = [Reason("event", entry.id, trigger.span)]
    if trigger.means is not None:
        reasons.append(Reason("event", trigger.means.id, trigger.span))
    kind: str = entry.get("type")
    rules = {reason.rule.partition("/")[2] for reason in why}
    for announced in _tables().announced:
        fits = kind in announced.get("from") and not rules.isdisjoint(announced.get("hedges"))
        if fits and announced.get("negated", False) is (verdict is Factuality.DENIED):
            kind = announced.get("type")
            reasons.append(Reason("event", announced.id, why[0].span))
            break
    actor, recipient = _parties(token, parse)
    if entry.get("subject") == "recipient":
        actor, recipient = None, actor
    return EventMention(
        trigger.span,
        kind,
        (trigger.means or entry).get("mode"),
        actor,
        recipient,
        _MODES.get(verdict, _historical(token, parse)),
        (*reasons, *why),
    )


def _historical(token: Token, parse: Parse) -> tuple[str, ...]:
    """ "had killed": an event before the one that is reported."""
    past = any(kid.lower in ("had", "'d") for kid in parse.kids(token, "aux"))
    return ("historical",) if past else ()


def _parties(token: Token, parse: Parse) -> tuple[Span | None, Span | None]:
    """Who did it and to whom, as the words nearest to the event say it."""
    if token.pos in NOMINAL:
        return _noun_parties(token, parse)
    actor = _first(parse.kids(token, "nsubj"))
    recipient = _first(parse.kids(token, "dobj", "nsubjpass", "dative"))
    for agent in parse.kids(token, "agent"):
        actor = _first(parse.kids(agent, "pobj")) or actor
    if actor is None and token.dep in ("xcomp", "conj", "advcl"):
        actor = _first(parse.kids(parse.head(token), "nsubj"))
    if token.dep in ("acl", "amod") and token.tag == "VBN":  # "those killed", "the arrested men"
        recipient = recipient or parse.head(token)
    elif token.dep == "acl":  # "a raid killing two"
        actor = actor or parse.head(token)
    elif token.dep == "relcl":  # "the raid that killed two": the raid did it
        antecedent = parse.head(token)
        actor = antecedent if actor is not None and actor.tag in _RELATIVE else actor
        recipient = antecedent if recipient is not None and recipient.tag in _RELATIVE else recipient
    if recipient is None:
        recipient = _first(_of(token, parse, "against", "on", "with", "at"))
    return _span(actor, parse), _span(recipient, parse)


def _noun_parties(token: Token, parse: Parse) -> tuple[Span | None, Span | None]:
    actor = _first(_of(token, parse, "by") + parse.kids(token, "poss", "amod", "compound", "nmod"))
    if actor is not None and actor.dep in ("amod", "compound", "nmod") and actor.tag not in ("NNP", "NNPS", "JJ"):
        actor = None
    if actor is not None and actor.dep == "amod" and not actor.text[:1].isupper():
        actor = None
    recipient = _first(_of(token, parse, "of", "on", "against", "with"))
    head = parse.head(token)
    if head.pos == "VERB":
        if actor is None and token.dep in ("dobj", "attr"):
            actor = _first(parse.kids(head, "nsubj"))
        if recipient is None and token.dep == "nsubj":
            recipient = _first(parse.kids(head, "dobj"))
    return _span(actor, parse), _span(recipient, parse)


def _of(token: Token, parse: Parse, *prepositions: str) -> list[Token]:
    preps = [kid for kid in parse.kids(token, "prep", "agent") if kid.lower in prepositions]
    return [noun for prep in preps for noun in parse.kids(prep, "pobj")]


def _first(tokens: list[Token]) -> Token | None:
    return tokens[0] if tokens else None


def _span(head: Token | None, parse: Parse) -> Span | None:
    """The noun phrase of a head, with "of ..." but without its other adjuncts and clauses."""
    if head is None:
        return None
    first = last = head
    waiting = [head]
    while waiting:
        word = waiting.pop()
        first, last = (word if word.i < first.i else first), (word if word.i > last.i else last)
        waiting += parse.kids(word, *_INSIDE)
        waiting += [kid for kid in parse.kids(word, "prep") if kid.lower == "of"]
    return parse.span(first, last)
