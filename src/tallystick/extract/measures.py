"""Verb and noun frames: what befell whom, by whose hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

from tallystick.extract.frames import Frame, Trigger, triggers
from tallystick.extract.frames_lists import listed, with_conjoined
from tallystick.extract.frames_nouns import figure_after, has_number, joined, said_of, words
from tallystick.extract.frames_verbs import arguments, subjects
from tallystick.extract.phrases import Phrase, Phrases
from tallystick.extract.populations import Kind, kind_of
from tallystick.lexicon import Entry
from tallystick.model.mentions import Reason
from tallystick.model.syntax import Parse, Token
from tallystick.model.values import Measure

__all__ = ["Frame", "find_frames"]

_VERB = ("VB", "VBD", "VBG", "VBN", "VBP", "VBZ")
_NOUN = ("NN", "NNS", "NNP", "NNPS")
# A verb's second half ("shot ... dead", "taken ... into custody") stands at most so many words after it.
_TAIL = 14
# "cost thousands of lives": how many words may stand between a noun and the word that governs it.
_NEAR_ABOVE = 4
_DASHES = ("-", "–", "—")
# Marks that part the rows of a list set in one line.
_ROW_BREAKS = (",", ";", ".", "|", "-", "–", "•", "*")
_NAMING = ("NOUN", "PROPN", "ADJ", "NUM")
_OTHERS = "populations/others"
_SAID_OF = ("list", "object", "subject", "either", "state", "noun-of", "toll")
# What each class of an entry's "classes" admits of the classes of populations.toml.
_ADMITS = {
    "people": ("people", "combatants", "victims", "groups", "units"),
    "combatants": ("combatants", "groups"),
    "victims": ("victims", "groups"),
    "units": ("units",),
    "animals": ("animals",),
    "weapons": ("weapons",),
    "things": ("things", "weapons"),
}


def find_frames(parse: Parse, phrases: Phrases | None = None) -> tuple[Frame, ...]:
    """Every measure frame of a sentence, in text order."""
    phrases = phrases or Phrases(parse)
    frames: list[Frame] = []
    used: set[int] = set()
    lowers = frozenset(t.lower for t in parse.tokens)
    for hits in triggers(parse):
        if hits[0].first in used:
            continue
        made: list[Frame] = []
        for hit in hits:
            if not _fits(hit, parse, phrases, lowers):
                continue
            frame = _frame(hit, parse, phrases)
            if frame is None or (made and not hit.entry.get("beside")):
                continue
            if {t.i for f in made for t in f.counted}.isdisjoint(t.i for t in frame.counted):
                made.append(frame)
                used.update(range(hit.first, hit.last + 1))
                if frame.words is not None:  # "suffered a deep wound": the wound is counted
                    used.update(t.i for t in parse.at(frame.words.start, frame.words.end))
        frames += made
    return tuple(frames)


def _fits(hit: Trigger, parse: Parse, phrases: Phrases, lowers: frozenset[str]) -> bool:
    """True when the words around the trigger are those its entry asks for."""
    entry = hit.entry
    token = hit.token(parse)
    after = parse[hit.last + 1].lower if hit.last + 1 < len(parse) else ""
    hyphen = after == "-" and hit.last + 2 < len(parse) and parse[hit.last + 1].start == parse[hit.last].end
    if after in entry.get("not_before", ()) or hyphen:
        return False
    if entry.get("not_before_number") and hit.last + 1 < len(parse) and parse[hit.last + 1].tag == "CD":
        return False
    near = entry.get("near")
    if near and hit.first == hit.last and lowers.isdisjoint(near):
        return False
    if not lowers.isdisjoint(entry.get("not_near", ())):
        return False
    if entry.get("not_score") and _is_score(hit.last + 1, parse):
        return False
    if entry.get("not_tails") and _tail(hit, parse, entry.get("not_tails")) is not None:
        return False
    if entry.get("governed") and not any(t.lower in near for t in islice(parse.ancestors(token), _NEAR_ABOVE)):
        return False
    phrase = phrases.at(token.i)
    if phrase is not None and entry.get("not_compound"):
        modifiers = {t.lower for t in parse.tokens[phrase.first : token.i]}
        if not modifiers.isdisjoint(entry.get("not_compound")):
            return False
    return True


def _is_score(i: int, parse: Parse) -> bool:
    """True where a result follows: "slaughtered 5-0 and", not "slaughtered 5-6 goats"."""
    if i + 2 >= len(parse) or parse[i + 1].text not in ("-", "–"):
        return False
    after = parse[i + 3] if i + 3 < len(parse) else None
    return parse[i].text.isdecimal() and parse[i + 2].text.isdecimal() and (after is None or after.pos not in _NAMING)


def _frame(hit: Trigger, parse: Parse, phrases: Phrases) -> Frame | None:
    kind = hit.entry.get("kind")
    token = hit.token(parse)
    if kind in ("object", "state") and (row := _row(hit, parse, phrases)) is not None:
        return _made(hit, token, (row,), phrases)
    if kind == "list":
        first = phrases.starting_at(hit.last + 1) if hit.last + 1 < len(parse) else None
        return _made(hit, token, listed(first, phrases), phrases) if first is not None else None
    if kind in ("object", "subject", "either"):
        return _verb_frame(hit, token, parse, phrases)
    if kind == "state":
        return _state_frame(hit, token, parse, phrases)
    if kind == "toll":
        figure = figure_after(token, True, parse, phrases, words("starting-from"))
        return _made(hit, token, (figure,), phrases) if figure is not None else None
    return _noun_frame(hit, token, parse, phrases)


def _row(hit: Trigger, parse: Parse, phrases: Phrases) -> Token | None:
    """The figure of a row of a list: "Killed: 12. Wounded: 30"; None where the sentence is no list."""
    if hit.last + 2 >= len(parse):
        return None
    mark = parse[hit.last + 1]
    if mark.text != ":" and not (mark.text in _DASHES and mark.start > parse[hit.last].end):
        return None
    opens = hit.first == 0 or parse[hit.first - 1].text in _ROW_BREAKS
    phrase = (phrases.at(hit.last + 2) or phrases.starting_at(hit.last + 2)) if opens else None
    return parse[phrase.head] if phrase is not None and phrases.has_figure(phrase) else None


def _made(
    hit: Trigger, token: Token, counted: Sequence[Token], phrases: Phrases, actors: Sequence[Token] = ()
) -> Frame | None:
    parse = phrases.parse
    if hit.entry.get("kind") in _SAID_OF:
        counted = [head for head in counted if can_be_counted(head, hit.entry, phrases)]
    if not counted:
        return None
    words = parse.span(parse[hit.first], parse[hit.last])
    reason = Reason("measure", hit.entry.id, words, str(hit.entry.get("measure")))
    negated = any(k.dep == "neg" for k in parse.kids(token)) or any(
        k.dep == "neg" for k in parse.kids(parse.head(token)) if token.dep in ("acomp", "oprd", "attr", "xcomp")
    )
    measure = Measure(hit.entry.get("measure"))
    return Frame(measure, token, tuple(counted), tuple(actors), negated, (reason,), words, hit.entry)


def _verb_frame(hit: Trigger, token: Token, parse: Parse, phrases: Phrases) -> Frame | None:
    entry = hit.entry
    phrase = phrases.at(token.i)
    follows = phrases.starting_at(hit.last + 1) if hit.last + 1 < len(parse) else None
    if token.tag == "NNS" and entry.get("kind") == "object" and follows is not None and phrases.has_figure(follows):
        return _made(hit, token, (parse[follows.head],), phrases)  # a headline: "Attack in market kills 11"
    if follows is not None and entry.get("kind") == "object" and _never_noun(token, follows, phrases):
        return _made(hit, token, (parse[follows.head],), phrases)  # "the “Front” execute a boy"
    if token.tag not in _VERB and not (
        token.tag in ("JJ", "NN", "NNS") and token.lower.endswith(("ed", "ing", "n", "t"))
    ):
        return None
    last = hit.last
    if entry.get("tails"):
        tail = _tail(hit, parse, entry.get("tails"))
        if tail is None:
            return None
        last = tail[1] if tail[0] == hit.last + 1 else hit.last
    if phrase is not None and phrase.head > token.i:
        # "the wounded soldiers": said of the noun it stands before.
        if token.tag == "VBG" or (entry.get("kind") == "object" and not token.lower.endswith(("ed", "n"))):
            return None
        return _made(hit, token, (parse[phrase.head],), phrases)
    if entry.get("attributive"):
        return None
    if phrase is not None and token.tag == "NN" and token.lower.endswith("ing") and parse[token.i - 1].tag == "CD":
        return _made(hit, token, (parse[token.i - 1],), phrases)  # "another 900 joining", tagged a noun
    if phrase is not None and phrase.head == token.i and token.tag in _NOUN:
        return None
    found = arguments(token, last, parse, phrases)
    if entry.get("active") and found.passive:
        return None
    if entry.get("passive") and not found.passive:
        return None
    if any(agent.lower in entry.get("not_by", ()) for agent in found.agents):
        return None
    if entry.get("objects"):
        governed = None if found.passive else _governed(found.patients, entry, phrases)
        if governed is None or governed.i < hit.last:
            return None
        hit = replace(hit, last=governed.i)
    kind = entry.get("kind")
    if kind == "object":
        if entry.get("no_hand") and found.passive and not (found.agents or _be_beside(token, parse)):
            return None  # "relatives mourned on Sunday": nobody is said to be mourned
        agents = () if entry.get("no_hand") else found.agents
        if token.tag == "VBG":
            agents = _others_than(agents, found.patients)
        frame = _made(hit, token, found.patients, phrases, agents)
        if frame is None and found.passive and _modifies(token, parse):
            near = phrases.at(token.i - 1) if token.i else None
            return _made(hit, token, (parse[near.head],), phrases, found.agents) if near is not None else None
        if frame is not None and entry.get("bare_needs_number") and not _said_passively(token, frame, phrases):
            return None
        return frame
    counted = found.patients if kind == "either" and found.patients else subjects(token, parse, phrases)
    return _made(hit, token, counted, phrases) if counted else None


def _governed(patients: Sequence[Token], entry: Entry, phrases: Phrases) -> Token | None:
    """The object of the verb that the entry asks for, or "of" which it is: "suffered a number of injuries"."""
    for head in patients:
        phrase = phrases.at(head.i)
        inner = phrases.after_of(phrase) if phrase is not None else None
        inside = phrases.parse.tokens[phrase.first : phrase.head] if phrase is not None else ()
        if any(t.lower in entry.get("not_objects", ()) for t in inside):
            continue
        heads = (head,) if inner is None else (head, phrases.parse[inner.head])
        found = next((t for t in heads if t.lower in entry.get("objects")), None)
        if found is not None:
            return found
    return None


def _be_beside(verb: Token, parse: Parse) -> bool:
    """True for a passive with its auxiliary."""
    return bool(parse.kids(verb, "auxpass", "nsubjpass"))


def _others_than(agents: tuple[Token, ...], patients: Sequence[Token]) -> tuple[Token, ...]:
    """Those who did it; nobody where the parser names those it befell: "fired on the rebels, killing all 11 rebels"."""
    befallen = {t.lemma for t in patients if t.tag in ("NN", "NNS")}
    return tuple(t for t in agents if t.lemma not in befallen)


def _never_noun(token: Token, follows: Phrase, phrases: Phrases) -> bool:
    """True for a plain verb that the parser took for a noun, before a figure or an article: "execute a boy"."""
    if token.tag != "NN" or token.lower not in words("never-nouns"):
        return False
    return phrases.has_figure(follows) or phrases.parse[follows.first].lower in ("a", "an")


def _said_passively(token: Token, frame: Frame, phrases: Phrases) -> bool:
    """True for an object behind the verb, a passive with its auxiliary, or a headline's figure: not "guards shot"."""
    parse = phrases.parse
    if frame.counted[0].i > token.i or parse.kids(token, "auxpass") or token.dep in ("acl", "relcl"):
        return True
    phrase = phrases.at(frame.counted[0].i)
    after = parse[token.i + 1].lower if token.i + 1 < len(parse) else ""
    return phrase is not None and has_number(phrase, parse) and after != "at"


def _modifies(participle: Token, parse: Parse) -> bool:
    """True for a reduced relative, also where the parser hung it on a verb ("47 out of the 150 guards sent")."""
    if participle.dep in ("acl", "relcl"):
        return True
    bare = participle.tag == "VBN" and participle.dep in ("advcl", "ccomp", "xcomp")
    return bare and not parse.kids(participle, "nsubj", "nsubjpass", "aux", "auxpass", "mark", "advmod")


def can_be_counted(head: Token, entry: Entry, phrases: Phrases) -> bool:
    """True when the entry's classes admit what the phrase of the head names."""
    classes = entry.get("classes")
    if not classes:
        return True
    parse = phrases.parse
    phrase = phrases.at(head.i)
    admitted = _admitted(entry)
    kind = kind_meant(head, entry, phrases)
    head = _whole(head, phrases)
    if kind is not None and kind.of == "groups":
        kind = _inner_kind(head, phrases) or kind
    if kind is not None and entry.get("only") and kind.rule.split("/")[-1] not in entry.get("only"):
        return False
    if kind is not None and head.tag != "NNP":
        return kind.of in admitted or kind.rule in admitted
    one_class = entry.get("one_class") or entry.get("classes_required")
    if head.tag == "PRP":
        return head.lower != "it" and ("people" in classes or "combatants" in classes)
    if head.tag in ("CD", "LS", "DT", "JJ", "JJR"):
        if head.i and parse[head.i - 1].tag == "$":
            return False
        if entry.get("no_bare"):
            return False
        figure = phrase is not None and phrases.has_figure(phrase)
        return head.tag == "CD" or figure or not one_class
    if head.tag in ("NNP", "NNPS"):
        titled = any((k := kind_of(t, parse)) is not None and k.of in admitted for t in parse.kids(head, "appos"))
        return bool(entry.get("names")) or not one_class or _numbered(head, phrases) or titled
    return not one_class


def _admitted(entry: Entry) -> set[str]:
    return {c for name in entry.get("classes", ()) for c in _ADMITS[name]} | set(entry.get("also", ()))


def _whole(head: Token, phrases: Phrases) -> Token:
    phrase = phrases.at(head.i)
    return head if phrase is None or phrase.head != head.i else phrases.parse[phrases.shared_out(phrase).head]


def kind_meant(head: Token, entry: Entry, phrases: Phrases) -> Kind | None:
    """What the lexicon knows of those counted: of drones in "21 of 26 drones", of homes in "14 homes and 30 others"."""
    head = _whole(head, phrases)
    kind = kind_of(head, phrases.parse)
    if kind is not None and kind.rule == _OTHERS and "things" in entry.get("classes", ()):
        return _same_as_before(head, _admitted(entry), phrases)
    return kind


def _same_as_before(head: Token, admitted: set[str], phrases: Phrases) -> Kind | None:
    """What "others" are: more of what the phrase before names."""
    for phrase in reversed(phrases.all):
        if phrase.last < head.i:
            kind = kind_of(phrases.parse[phrase.head], phrases.parse)
            if kind is not None and kind.of in admitted:
                return kind
    return kind_of(head, phrases.parse)


def _inner_kind(head: Token, phrases: Phrases) -> Kind | None:
    """What a group holds: "a group of 12 men"."""
    outer = phrases.at(head.i)
    inner = phrases.after_of(outer) if outer is not None else None
    return kind_of(phrases.parse[inner.head], phrases.parse) if inner is not None else None


def _numbered(head: Token, phrases: Phrases) -> bool:
    phrase = phrases.at(head.i)
    return phrase is not None and any(t.tag == "CD" for t in phrases.parse.tokens[phrase.first : phrase.last + 1])


def _tail(hit: Trigger, parse: Parse, tails: Sequence[str]) -> tuple[int, int] | None:
    """Indexes of the first and last word of the verb's second half; None when it has none in its clause."""
    for tail in tails:
        parts = tail.split()
        for i in range(hit.last + 1, min(hit.last + _TAIL, len(parse) - len(parts) + 1)):
            if parse[i].text in (";", ":", ".") or (parse[i].tag in ("VBD", "VBZ", "VBP") and i > hit.last + 1):
                break
            if [t.lower for t in parse.tokens[i : i + len(parts)]] == parts:
                return i, i + len(parts) - 1
    return None


def _state_frame(hit: Trigger, token: Token, parse: Parse, phrases: Phrases) -> Frame | None:
    if token.tag == "RB":
        before = parse[token.i - 1] if token.i and hit.entry.get("adverb") else None
        beside_it = phrases.at(before.i) if before is not None else None
        if before is None or beside_it is None or not has_number(beside_it, parse):
            return None
        return _made(hit, token, (parse[beside_it.head],), phrases)  # "six shot, one fatally"
    own = phrases.at(token.i)
    if own is not None and own.head > token.i and parse[own.head].tag not in _NOUN:
        return None
    nominal = own is not None and own.head == token.i and token.tag in _NOUN
    act = any(t.tag == "IN" for t in parse.tokens[hit.first : hit.last + 1])  # "are victims of the massacre"
    if nominal and not act and own is not None and not has_number(own, parse):
        return None  # "the total dead": said of nobody in particular
    if token.tag in ("VBG", "VBN") and (own is None or own.head <= token.i) and _subject_of_its_own(token, parse):
        return _made(hit, token, subjects(token, parse, phrases), phrases)
    beside = said_of(token, parse, phrases)
    head = parse.head(token)
    if beside is not None and own is not None and own.head > token.i:
        return _made(hit, token, beside, phrases)
    verb = head if head.tag in _VERB or head.pos == "AUX" else None
    if verb is not None and token.dep == "oprd" and beside is not None and beside[0].tag == "PRP":
        left = [t for t in parse.kids(verb, "dobj") if t.i < beside[0].i]
        if left:  # "leave 18 of the guard and reservists sworn to them dead"
            return _made(hit, token, (left[0],), phrases)
    if beside is None or (verb is not None and beside[0].i < verb.i < token.i):
        if verb is None:
            previous = parse[token.i - 1] if token.i else token
            verb = previous if previous.tag in _VERB else None
        if verb is None:
            return None
        beside = subjects(verb, parse, phrases)
    return _made(hit, token, beside, phrases) if beside else None


def _subject_of_its_own(verb: Token, parse: Parse) -> bool:
    """True for "said that three were missing", where "missing" has its own subject, or its auxiliary has."""
    return any(parse.kids(v, "nsubj", "nsubjpass") for v in (verb, *parse.kids(verb, "aux", "auxpass")))


def _noun_frame(hit: Trigger, token: Token, parse: Parse, phrases: Phrases) -> Frame | None:
    entry = hit.entry
    phrase = phrases.at(token.i)
    if token.tag not in _NOUN and not (entry.get("kind") == "noun-of" and token.tag == "VBG"):
        return None
    if entry.get("kind") == "noun-of":
        last = parse[hit.last]
        inner = phrases.starting_at(hit.last + 1) if last.tag in ("IN", "TO") else None
        return _made(hit, token, with_conjoined(parse[inner.head], token, phrases), phrases) if inner else None
    if phrase is None or phrase.head != token.i:
        return None
    if token.lower in entry.get("not_after_number", ()) and has_number(phrase, parse):
        return None  # "two massacres" counts events
    inner = phrases.after_of(phrase)
    if entry.get("to"):
        inner = joined(phrase, frozenset(("to",)), parse, phrases) or inner
    among = joined(phrase, words("among"), parse, phrases)
    if among is not None and not _names_people(among, parse):
        among = None
    if not has_number(phrase, parse):
        own = entry.get("own_count")  # "twin blasts kill 30" counts no blasts
        figure = None if own else figure_after(token, False, parse, phrases, words("starting-from"))
        if figure is not None:
            return _with(_made(hit, token, (figure,), phrases), phrases, among or inner)
        if inner is not None and not own:
            kind = kind_of(parse[inner.head], parse)
            named = parse[inner.head].tag != "NN" or kind is not None
            if named and (kind is None or kind.of not in ("things", "weapons", "events")):
                return _made(hit, token, with_conjoined(parse[inner.head], token, phrases), phrases)
    return _with(_made(hit, token, (token,), phrases), phrases, among or inner)


def _names_people(phrase: Phrase, parse: Parse) -> bool:
    """False for "12 deaths in the raids": the raids are not those who died."""
    head = parse[phrase.head]
    kind = kind_of(head, parse)
    if kind is not None:
        return kind.of not in ("things", "weapons", "events")
    return head.tag in ("NNP", "NNPS", "CD") or parse[phrase.first - 1].lower != "in"


def _with(frame: Frame | None, phrases: Phrases, population: Phrase | None) -> Frame | None:
    if frame is None or population is None:
        return frame
    return replace(frame, population=phrases.parse[population.head])
