"""What a verb's source says: its clauses, objects and phrases, or the clause that it stands in."""

from __future__ import annotations

from functools import cache, lru_cache

from tallystick.extract.cues import Cue
from tallystick.extract.regions import below
from tallystick.extract.sources import CLAUSE_VERBS, QUOTE_MARKS, is_a, is_report, is_speech, quote_depth, subject_of
from tallystick.extract.timeslots import words_of
from tallystick.lexicon import Entry, load
from tallystick.model.syntax import Parse, Token


@cache
def _days() -> frozenset[str]:
    """Days and months: "the group said Friday" has no speaker called so."""
    return load("place_cues").words_of("calendar")


def inverted_speaker(parse: Parse, cue: Cue) -> Token | None:
    """The speaker that follows the verb: '"...", said the mayor' where the parser takes him for an object."""
    if "quote" not in cue.entries[0].get("content", ()):
        return None
    said = parse.kids(cue.head, "ccomp")
    if not said or min(below(parse, said[0])) > cue.head.i:
        return None
    for kid in parse.kids(cue.head, "dobj", "attr", "oprd", "npadvmod", "dep"):
        if kid.i > cue.head.i and kid.pos in ("PROPN", "PRON", "NOUN") and kid.lower not in _days():
            return kid
    return None


def contents(parse: Parse, cue: Cue, entry: Entry, inverted: Token | None) -> set[int]:
    """What the verb's source says: its clauses, objects and prepositional phrases, as the entry allows."""
    verb, allowed = cue.head, entry.get("content", ())
    cue_words = {t.i for t in cue.tokens}
    content: set[int] = set()
    for token in cue.tokens[1:]:
        for kid in parse.kids(token, "pobj", "pcomp", "ccomp", "prep", "dobj"):
            if kid.i not in cue_words:
                content |= complement(parse, kid, entry, cue_words)
    objects: set[int] = set()
    predicated = False
    for kid in parse.kids(verb):
        if kid.i in cue_words or (inverted is not None and kid.i == inverted.i):
            continue
        if kid.dep == "ccomp" and ("clause" in allowed or "quote" in allowed):
            if entry.get("finite") and not _finite(parse, kid):
                continue
            if kid.i < verb.i and any(t.text == ";" for t in parse.tokens[kid.i : verb.i]):
                continue
            content |= below(parse, kid, cue_words | _not_said(parse, kid))
        elif kid.dep == "xcomp" and kid.i > verb.i and _is_complement(parse, kid, entry):
            content |= below(parse, kid, cue_words)
            predicated = True
        elif kid.dep in ("dobj", "attr", "oprd", "acomp") and ("object" in allowed or "at" in allowed):
            if kid.i > verb.i or kid.dep == "dobj":
                objects |= complement(parse, kid, entry, cue_words)
                predicated |= kid.dep != "dobj"
        elif kid.dep == "dobj" and "quote" in allowed and kid.i > verb.i and _says_by_itself(parse, kid):
            content |= below(parse, kid, cue_words)
        elif kid.dep == "prep" and kid.lower in entry.get("prepositions", ()) and kid.i > verb.i:
            objects |= below(parse, kid, cue_words)
            predicated = True
    if _object_counts(parse, cue, entry, objects, predicated):
        content |= objects
    if not content and "clause" in allowed:
        content = _hung_on_a_phrase(parse, verb) or _around(parse, cue)
    elif "clause" in allowed:
        content |= _figure_before(parse, verb, content)
    return _this_side(parse, verb, content)


def _this_side(parse: Parse, verb: Token, content: set[int]) -> set[int]:
    """Content without what a semicolon outside quotation marks parts from the verb, where something else is left.

    "... lost 40 men, the ministry says; the rebels say 140": the second half has a source of its own.
    """
    stops = [t.i for t in parse.tokens if t.text == ";" and not quote_depth(parse, t.i)]
    first = max((i + 1 for i in stops if i < verb.i), default=0)
    last = min((i for i in stops if i > verb.i), default=len(parse.tokens))
    near = {i for i in content if first <= i < last}
    before = any(i < verb.i for i in near)
    spoken = any(
        is_report(parse.tokens[i]) and any(s.pos in ("NOUN", "PROPN") for s in parse.kids(parse.tokens[i], "nsubj"))
        for i in content
        if i >= last
    )
    return near if near and (before or spoken or min(content) < first) else content


def _figure_before(parse: Parse, verb: Token, content: set[int]) -> set[int]:
    """The figure of "said between 20 and 25 people died", "said on Thursday 31 people died".

    The parser hangs it on the verb of speech, or on the day.
    """
    after = [i for i in content if i > verb.i]
    if not after:
        return set()
    first, tokens = min(after), parse.tokens
    gap = tokens[verb.i + 1 : first]
    if any(t.pos == "PUNCT" or t.tag in ("VBD", "VBZ", "VBP", "MD") for t in gap):
        return set()
    for token in gap:
        if token.lower == "between" and tokens[token.i + 1].pos == "NUM":
            return set(range(token.i, first))
    last = tokens[first - 1]
    days = words_of("weekday")
    day = last.pos == "NUM" and last.i > verb.i and tokens[last.i - 1].lower in days
    return {last.i} if day and tokens[first].tag == "NNS" else set()


def _hung_on_a_phrase(parse: Parse, verb: Token) -> set[int]:
    """The clause of "confirmed for the first time that ...", which the parser hangs on "time"."""
    for prep in parse.kids(verb, "prep", "npadvmod", "dobj"):
        if prep.i < verb.i:
            continue
        for i in below(parse, prep):
            clause = parse.tokens[i]
            opened = any(k.lower == "that" and k.dep in ("advmod", "mark") for k in parse.kids(clause))
            if clause.dep in ("relcl", "acl") and opened:
                return below(parse, clause)
    return set()


def _finite(parse: Parse, clause: Token) -> bool:
    verbs = [clause, *parse.kids(clause, "aux", "auxpass")]
    return any(t.tag in ("VBD", "VBZ", "VBP", "MD") for t in verbs)


def _is_complement(parse: Parse, kid: Token, entry: Entry) -> bool:
    allowed = entry.get("content", ())
    bare = kid.tag != "VBG" and not any(k.lower == "to" for k in parse.kids(kid, "aux"))
    return "infinitive" in allowed or ("clause" in allowed and bare) or bool(entry.get("predicate"))


def _object_counts(parse: Parse, cue: Cue, entry: Entry, objects: set[int], predicated: bool) -> bool:
    """Whether the object of such a verb is something said."""
    allowed = entry.get("content", ())
    if entry.get("counted"):
        return any(parse.tokens[i].pos == "NUM" for i in objects)
    if entry.get("predicate"):
        return predicated
    if entry.get("document"):
        subject = subject_of(parse, cue.head)
        return subject is not None and is_a("document", parse, below(parse, subject, {cue.head.i}))
    held = any(t.dep in ("dobj", "attr", "oprd", "acomp") for t in parse.kids(cue.head))
    return "about" in allowed or "object" in allowed or ("at" in allowed and held)


def _not_said(parse: Parse, clause: Token) -> set[int]:
    """Heads of what hangs inside a clause that is said and is no part of it."""
    return _spoken_on(parse, clause) | _other_sides(parse, clause) | _comments(parse, clause)


def _spoken_on(parse: Parse, clause: Token) -> set[int]:
    """Heads of '..., adding that ...' hung inside the clause: they go on with the speech that holds it."""
    found = set()
    for i in below(parse, clause):
        token = parse.tokens[i]
        if token.tag == "VBG" and token.dep in ("advcl", "conj") and is_speech(token):
            left = min(below(parse, token))
            if left and parse.tokens[left - 1].pos == "PUNCT" and token.i > clause.i:
                found.add(i)
    return found


def _other_sides(parse: Parse, clause: Token) -> set[int]:
    """Heads of ', while the rebels claimed 140' hung inside the clause: another side speaks for itself."""
    found = set()
    for i in below(parse, clause):
        token = parse.tokens[i]
        if token.dep not in ("advcl", "conj") or i <= clause.i or not is_report(token):
            continue
        subjects = parse.kids(token, "nsubj")
        left = min(below(parse, token))
        bare = any(k.pos == "NUM" and k.i > token.i for k in parse.kids(token, "dobj"))  # "and the rebels say 140"
        joined = bool(left) and parse.tokens[left - 1].pos == "CCONJ"
        if joined:
            left -= 1
        parted = bool(left) and (parse.tokens[left - 1].text == "," or (bare and joined))
        if subjects and subjects[0].pos in ("NOUN", "PROPN") and parted:
            found.add(i)
    return found


def _comments(parse: Parse, clause: Token) -> set[int]:
    """Heads of ', a claim that the army denies' at the end of what is said: the report's words, not the source's."""
    found = set()
    for i in below(parse, clause):
        token = parse.tokens[i]
        if token.dep in ("appos", "npadvmod", "conj", "dobj", "dep") and token.lower in _statement_nouns():
            left = min(below(parse, token))
            if left > clause.i and parse.tokens[left - 1].text in (",", "—", "–", "--"):
                found.add(i)
    return found


@lru_cache(maxsize=1)
def _statement_nouns() -> frozenset[str]:
    kinds = ("statement-noun", "claim-noun", "denial-noun", "acknowledgement-noun", "estimate-noun", "count-noun")
    return frozenset(word for name in kinds for word in load("cues").words_of(name))


def _says_by_itself(parse: Parse, kid: Token) -> bool:
    """True for an object that is a figure ("say 140"), is quoted, or that the parser made of a clause's subject."""
    within = below(parse, kid)
    return kid.pos == "NUM" or any(
        parse.tokens[i].tag in ("``", "''") or parse.tokens[i].dep in ("relcl", "acl") for i in within
    )


def complement(parse: Parse, kid: Token, entry: Entry, without: set[int]) -> set[int]:
    """An object. Granting something grants what the object's head says, not the clauses that narrow it down."""
    if entry.get("kind") != "acknowledges":
        return below(parse, kid, without)
    found = {kid.i}
    waiting = [kid]
    while waiting:
        token = waiting.pop()
        for child in parse.kids(token):
            if child.i in without or child.dep in ("relcl", "acl") or (child.dep == "prep" and child.lower != "of"):
                continue
            found.add(child.i)
            waiting.append(child)
    return found


def _around(parse: Parse, cue: Cue) -> set[int]:
    """The clause that an inserted or trailing 'he said', or an 'as he said', stands in."""
    verb = cue.head
    own = below(parse, verb)
    head = parse.head(verb)
    if verb.dep == "parataxis" or (
        verb.dep == "advcl" and any(k.lower == "as" for k in parse.kids(verb, "mark", "advmod"))
    ):
        return below(parse, head, {verb.i}) - own
    if head.i > verb.i and head.pos in CLAUSE_VERBS:
        if verb.dep in ("ccomp", "dep") and not parse.kids(verb, "mark"):
            return below(parse, head, {verb.i}) - own
        between = parse.tokens[verb.i : head.i]
        if verb.dep == "advcl" and not any(t.pos == "PUNCT" and t.text in ",;—" for t in between):
            return {i for i in below(parse, head, {verb.i}) if i > max(j for j in own if j < head.i)}
    for j in range(verb.i + 1, min(verb.i + 12, len(parse.tokens))):
        if parse.tokens[j].text == ":":
            return set(range(j + 1, len(parse.tokens)))
        if parse.tokens[j].text in (".", ";"):
            break
    return _before_tail(parse, verb)


_BREAKS = frozenset({",", "—", "–", "--", "-", '"', "”", "''", "’", "'", "?", "!"})


def _before_tail(parse: Parse, verb: Token) -> set[int]:
    """What stands before a closing ', the mayor said on Friday', and after an inserted one, by commas alone.

    The parser often hangs such a tail somewhere inside the clause that it closes.
    """
    if verb.tag not in ("VBD", "VBZ", "VBP"):
        return set()
    subjects = parse.kids(verb, "nsubj")
    left = min(below(parse, subjects[0])) if subjects and subjects[0].i < verb.i else verb.i
    if left < 3 or parse.tokens[left - 1].text not in _BREAKS or not subjects:
        return set()
    if subjects[0].tag in ("WP", "WDT") or any(
        t.i > verb.i for t in parse.kids(verb, "dobj", "ccomp", "xcomp", "attr")
    ):
        return set()
    first = max((i + 1 for i in range(left) if parse.tokens[i].text == ";"), default=0)
    if quote_depth(parse, verb.i):  # inside a quotation: its words alone
        first = max(i for i in range(verb.i) if parse.tokens[i].text in QUOTE_MARKS) + 1
        if first >= left - 1:
            return set()
    before = set(range(first, left - 1))
    right = verb.i + 1
    if subjects[0].i > verb.i:
        right = max(below(parse, subjects[0])) + 1
    while right < len(parse.tokens) and parse.tokens[right].text not in (",", ".", "—", "--", ";"):
        right += 1
    if parse.tokens[verb.i + 1 : verb.i + 2] and parse.tokens[verb.i + 1].text == "," and right + 1 < len(parse.tokens):
        following = parse.tokens[right + 1]
        if following.tag != "VBG" and following.lower not in ("who", "which", "and", "but", "while"):
            before |= set(range(right + 1, len(parse.tokens)))
    return before
