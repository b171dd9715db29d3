"""Asserted, acknowledged, estimated, hedged, denied, planned, speculated, or said to be unknown.

The event's word is followed up the dependency tree, and each word that governs it or stands beside it is looked
up in lexicon/en/hedges.toml. The climb ends where another voice begins ("he said that ..."), or where grammar
takes the event for granted ("after forty were killed", "the raid that killed forty").
"""

from __future__ import annotations

from collections.abc import Sequence

from tallystick.extract.hedges import (
    AUXILIARIES,
    NOMINAL,
    QUESTIONS,
    Cue,
    around,
    cue,
    describes_another,
    first_of,
    governor,
    is_hedge,
    is_infinitive,
    kind_of,
    negation,
    phrases,
    presupposes,
    tables,
    within,
)
from tallystick.extract.regions import listed_before
from tallystick.lexicon import Entry, Found, load
from tallystick.model.claims import Attribution, Factuality
from tallystick.model.mentions import LinkKind, Reason
from tallystick.model.syntax import Parse, Token

# No real sentence nests deeper; the bound keeps a hostile parse from being climbed to its top for every event.
_HIGHEST = 25

# Of several verdicts the first of these holds: what undoes a figure goes before what tones it down. A plan that
# is only believed to exist is still a plan; a denied plan is no event.
_WEIGHT = (
    Factuality.NO_INFORMATION,
    Factuality.DENIED,
    Factuality.SPECULATED,
    Factuality.PLANNED,
    Factuality.HEDGED,
    Factuality.ESTIMATED,
    Factuality.ACKNOWLEDGED,
)

_BY_LINK = {
    LinkKind.DENIES: Factuality.DENIED,
    LinkKind.ESTIMATES: Factuality.ESTIMATED,
    LinkKind.ACKNOWLEDGES: Factuality.ACKNOWLEDGED,
    LinkKind.BELIEVES: Factuality.HEDGED,
    LinkKind.NONE_GIVEN: Factuality.HEDGED,
}

_COMPLEMENTS = frozenset({"ccomp", "xcomp", "csubj", "csubjpass", "acomp", "oprd"})
_ARGUMENTS = frozenset({"dobj", "nsubj", "nsubjpass", "attr", "dative"})
_HANGING = frozenset(
    {"advmod", "prep", "pobj", "pcomp", "mark", "amod", "compound", "npadvmod", "det", "aux", "auxpass"}
)
# A quotation or a full stop inside what was taken for one sentence ends the reach of a phrase.
_BREAKS = frozenset('"“”|;')
_ASIDES = frozenset({"relcl", "advcl", "acl"})


def judge(event: Token, parse: Parse, chain: Sequence[Attribution] = ()) -> tuple[Factuality, tuple[Reason, ...]]:
    """How sure, relative to the innermost source, the text is that the event of this word happened.

    event is the word that names it ("killed", "deaths"), chain the attribution chain, outermost first. The
    reasons name the lexicon entries that fired, with their words.
    """
    climb = _Climb(event, parse)
    climb.run()
    cues = list({(c.kind, c.span): c for c in climb.cues}.values())
    if event.lemma in tables().presupposing:
        cues = [c for c in cues if c.kind is not Factuality.PLANNED]
    denials = [c for c in cues if c.kind is Factuality.DENIED]
    if len(denials) % 2 == 0:  # "denied that nobody was killed"
        cues = [c for c in cues if c.kind is not Factuality.DENIED]
    cues.extend(c for c in _phrase_cues(event, parse) if c.span not in {known.span for known in climb.cues})
    verdict = next((kind for kind in _WEIGHT if first_of(cues, kind)), Factuality.ASSERTED)
    reasons = [c.reason() for c in cues if c.kind is verdict]
    if verdict is Factuality.ASSERTED and chain and _colours(chain[-1], event, parse):
        verdict = _BY_LINK[chain[-1].kind]
        reasons = [Reason("factuality", f"factuality/{chain[-1].kind.value}", chain[-1].cue, verdict.value)]
    return verdict, tuple(reasons)


def _colours(link: Attribution, event: Token, parse: Parse) -> bool:
    """True when the link's own kind says how sure its source is of this event."""
    if link.kind not in _BY_LINK or link.cue is None:
        return link.kind in _BY_LINK
    words = parse.at(link.cue.start, link.cue.end)
    if link.kind is LinkKind.DENIES:
        return not words  # in its own sentence the grammar says what is denied: not "the murder that he denied joining"
    if _BY_LINK[link.kind] is not Factuality.HEDGED:
        return True
    if any(describes_another(word, event, parse) for word in words):
        return False
    if link.kind is LinkKind.BELIEVES and words and not any(map(is_hedge, words)):
        return False
    if link.kind is LinkKind.NONE_GIVEN and not any({w.lemma, w.lower} & tables().links for w in words):
        return False
    return not words or any(_reaches(word, event, parse) for word in words)


def _reaches(word: Token, event: Token, parse: Parse) -> bool:
    """True when nothing that grammar takes for granted lies between the event and a word of doubt."""
    while word.dep in _HANGING and word.head not in (word.i, event.i):
        word = parse.head(word)
    if event.i in (word.i, word.head):
        return True
    node = event
    for head in parse.ancestors(event):
        if node.dep in _ASIDES or node.dep == "amod":
            return False
        if head.i == word.i:
            return True
        node = head
    return False


class _Climb:
    """The way from the event's word to the root, and the cues gathered on it."""

    def __init__(self, event: Token, parse: Parse) -> None:
        self.event = event
        self.parse = parse
        self.node = event
        self.cues: list[Cue] = []
        self.governor: tuple[Entry, Token] | None = None
        self.definite = False  # "the injuries": that there are some is taken for granted

    def run(self) -> None:
        """Climbs until a voice, an adjunct or the root ends the event's scope."""
        self._beside(self.event)
        self._question()
        for _ in range(_HIGHEST):
            head = self.parse.head(self.node)
            if head.i == self.node.i or not self._step(head):
                return

    def _beside(self, node: Token) -> None:
        found = around(node, self.parse, shift=self._is_backshifted(node))
        open_ended = _has_modal(node, self.parse) or node.tag in ("VBP", "VBZ")  # "if they attack, people die"
        condition = self._condition(node) if open_ended else None
        self.cues.extend(found)
        if condition is not None:
            self.cues.append(cue(load("hedges")["condition-met"], Factuality.SPECULATED, self.parse, condition))

    def _is_backshifted(self, node: Token) -> bool:
        head = self.parse.head(node)
        return node.dep == "ccomp" and head.tag in ("VBD", "VBN", "VBG")

    def _condition(self, node: Token) -> Token | None:
        for clause in self.parse.kids(node, "advcl"):
            for kid in self.parse.kids(clause, "mark", "advmod"):
                entry = tables().marks.get(kid.lower)
                if entry is not None and kind_of(entry) is Factuality.SPECULATED:
                    return kid
        return None

    def _question(self) -> None:
        last = self.parse[len(self.parse) - 1]
        if last.text == "?" and not any(t.dep in _ASIDES for t in (self.event, *self.parse.ancestors(self.event))):
            self.cues.append(cue(load("hedges")["question"], Factuality.SPECULATED, self.parse, last))

    def _step(self, head: Token) -> bool:
        """Takes in what the governing word says; False when the event's scope ends there."""
        dep, node = self.node.dep, self.node
        if dep in _COMPLEMENTS:
            return self._complement(head)
        if dep in _ARGUMENTS:
            return self._argument(head)
        if dep in ("pobj", "pcomp"):
            return self._after_preposition(head)
        if dep == "conj":
            return self._conjunct(head)
        if dep in ("acl", "relcl"):
            return self._noun_clause(head)
        if dep == "advcl":
            return is_infinitive(node, self.parse) and self._infinitive(head)
        if dep in ("compound", "poss", "nmod") or (dep == "nummod" and node.pos in NOMINAL):
            if self._governed(head, "object"):
                self.node = head
                return True
            self.node = head
            self._beside(head)
            return dep != "poss"
        return False

    def _governed(self, head: Token, relation: str) -> bool:
        """True when the head is in the lexicon and says something; its own negation is taken in with it."""
        entry = governor(head, self.node, self.parse, relation)
        if entry is None:
            return False
        self._take(entry, head, negation(head, self.parse))
        self.governor = (entry, head)
        beside = around(head, self.parse, shift=self._is_backshifted(head))
        self.cues.extend(c for c in beside if c.kind is not Factuality.DENIED)
        return True

    def _take(self, entry: Entry, head: Token, negated: tuple[Entry, Token] | None) -> None:
        kind = kind_of(entry, negated is not None)
        silent = kind is Factuality.NO_INFORMATION
        if (
            kind is Factuality.ASSERTED
            or (silent and presupposes(self.node, self.parse))
            or (self.definite and not silent)
        ):
            return
        tokens = (head,) if negated is None or head.i < negated[1].i else (negated[1], head)
        self.cues.append(cue(entry, kind, self.parse, *tokens))

    def _complement(self, head: Token) -> bool:
        node = self.node
        parted = any(token.text == ";" for token in self.parse.tokens[node.i : head.i])  # two sentences in one
        if parted or listed_before(self.parse, head) is node:
            return False
        speaks = node.dep in ("ccomp", "csubj", "csubjpass") and not is_infinitive(node, self.parse)
        if self._predicated(head):
            self._beside(head)
        elif not self._governed(head, "clause"):
            if speaks:
                return False
            if is_infinitive(node, self.parse) and node.dep == "xcomp" and self._infinitive(head):
                return True
            self._beside(head)
        self.node = head
        return True

    def _predicated(self, head: Token) -> bool:
        """True when what "be" links to the clause says something: "it is unclear how many", "the fear is that"."""
        words = self.parse.kids(head, "acomp", "attr", "oprd", "nsubj") if head.lemma in tables().copulas else []
        words = [word for word in words if word.i != self.node.i and word.pos != "VERB"]
        return any(self._governed(word, "clause") for word in words)

    def _infinitive(self, head: Token) -> bool:
        """Reads "to" as a purpose; True where it belongs to the noun before it ("foiled a plot to kill")."""
        node = self.node
        to = next(kid for kid in self.parse.kids(node, "aux") if kid.tag == "TO")
        before = self.parse[max(to.i - 1, 0)]
        if before.pos in NOMINAL and before.head == head.i and self._governed(before, "clause"):
            self.node = before
            return True
        particle = next((kid.lower for kid in self.parse.kids(head, "prt", "prep") if kid.i == head.i + 1), "")
        bare = node.dep == "xcomp" and (head.lemma in tables().implicatives or head.pos not in ("VERB", "AUX"))
        if not bare and f"{head.lemma} {particle}" not in tables().implicatives:
            self._purpose(node)
        return False

    def _purpose(self, node: Token) -> None:
        to = next((kid for kid in self.parse.kids(node, "aux") if kid.tag == "TO"), node)
        if to.i > 0 and self.parse[to.i - 1].lower in tables().only:  # "only to be killed"
            return
        if any(kid.lemma == "have" for kid in self.parse.kids(node, "aux")):  # "was found to have been killed"
            return
        self.cues.append(cue(load("hedges")["purpose"], Factuality.PLANNED, self.parse, to))

    def _argument(self, head: Token) -> bool:
        node = self.node
        raised = self._is_definite(node) and self.parse.kids(head, "xcomp", "oprd", "acomp")
        if node.dep == "nsubj" and self._predicated(head):
            self._beside(head)
        elif raised:  # "his wounds are believed to be light" says nothing of whether he has any
            return False
        elif node.dep == "nsubj" or not self._governed(head, "object"):
            if self._is_definite(node) or self.definite:
                return False
            if node.dep == "nsubj" and self.parse.kids(head, "dobj"):
                return False
            if node.dep in ("dobj", "nsubjpass") and head.lemma not in tables().makers:
                # "could identify casualties" takes them for granted, "saw no signs of casualties" does not.
                beside = around(head, self.parse)
                self.cues.extend(c for c in beside if c.kind in (Factuality.DENIED, Factuality.NO_INFORMATION))
                return False
            self._beside(head)
        elif self.governor is not None and kind_of(self.governor[0]) is Factuality.ASSERTED:
            return False  # "to confirm the deaths": a plan to speak of them is no plan of theirs
        self.node = head
        return True

    def _is_definite(self, node: Token) -> bool:
        return any(
            kid.dep == "poss" or (kid.dep == "det" and kid.tag == "DT" and kid.lower in tables().definite)
            for kid in self.parse.kids(node)
        )

    def _after_preposition(self, prep: Token) -> bool:
        entry = tables().preps.get(prep.lower)
        if entry is not None:
            if self.node.dep == "pobj" or self.node.i == self.event.i:
                self.cues.append(cue(entry, kind_of(entry), self.parse, prep))
            return False
        head = self.parse.head(prep)
        if prep.dep == "pcomp" or head.i == prep.i:
            return False
        relation = "clause" if self.node.dep == "pcomp" else prep.lower
        if not self._governed(head, relation):
            # "hundreds of deaths" and "reports of deaths" are the deaths' own phrase; other prepositions are adjuncts.
            if prep.lower != tables().part_of or head.pos not in NOMINAL:
                return False
            self.definite |= self._is_definite(self.node)
            if not self.definite:  # "the likely cause of death" leaves no doubt about the death
                modifiers = {t.i for t in self.parse.kids(head, "amod", "compound", "nmod")}
                starts = {self.parse[i].start for i in modifiers}
                self.cues.extend(c for c in around(head, self.parse) if c.span.start not in starts)
        self.node = head
        return True

    def _conjunct(self, head: Token) -> bool:
        node = self.node
        kids = self.parse.kids(node)
        own = any(kid.dep in (*AUXILIARIES, "nsubj", "nsubjpass", "expl", "neg") for kid in kids)
        if not own and node.pos == head.pos:
            contrast = any(kid.lower in tables().contrast for kid in self.parse.kids(head, "cc"))
            governed = self.governor is not None and self.governor[1].i == node.i
            for c in around(head, self.parse, shift=self._is_backshifted(head)):
                if c.kind is not Factuality.DENIED:
                    self.cues.append(c)
                elif governed and self.governor is not None:  # "nobody saw or confirmed the deaths"
                    self._take(*self.governor, negation(head, self.parse))
                elif not contrast:
                    self.cues.append(c)
        self.node = head
        return True

    def _noun_clause(self, noun: Token) -> bool:
        node = self.node
        kids = self.parse.kids(node)
        infinitive = is_infinitive(node, self.parse)
        relative = any(t.tag in QUESTIONS for t in self.parse.subtree(node)[:4] if t.i < node.i)
        complement = infinitive or (not relative and any(kid.dep == "mark" for kid in kids))
        if complement and (self._governed(noun, "clause") or not infinitive):
            self.node = noun
            return True
        if infinitive:
            words = {noun.lower} | {kid.lower for kid in self.parse.kids(noun, "amod")}
            if not words & tables().ordinals:
                self._purpose(node)
            return False
        denied = negation(noun, self.parse) if node.dep == "acl" and noun.pos in NOMINAL else None
        if denied is None and noun.lower in tables().pronouns:
            denied = (tables().pronouns[noun.lower], noun)
        if denied is not None:
            self.cues.append(cue(denied[0], kind_of(denied[0]), self.parse, denied[1]))
        return False


def _has_modal(node: Token, parse: Parse) -> bool:
    return any(kid.tag == "MD" for kid in parse.kids(node, "aux"))


def _phrase_cues(event: Token, parse: Parse) -> list[Cue]:
    """Cues of more than one word whose scope holds the event."""
    base = parse.sentence.start
    found = []
    for hit in phrases(parse.sentence.text):
        silent = kind_of(hit.entry) is Factuality.NO_INFORMATION
        if _in_scope(hit, base, event, parse) and not (silent and presupposes(event, parse)):
            span = parse.sentence.span(hit.start, hit.end)
            found.append(Cue(kind_of(hit.entry), hit.entry.id, span))
    return found


def _in_scope(hit: Found, base: int, event: Token, parse: Parse) -> bool:
    start, end = base + hit.start, base + hit.end
    scope = hit.entry.get("scope", "after")
    if scope == "sentence":
        first, last = min(hit.start, event.start - base), max(hit.end, event.end - base)
        return not _BREAKS & set(parse.sentence.text[first:last])
    if scope == "over":
        return event.start < end and start < event.end
    if scope in ("after", "to-comma") and event.start < end:
        return False
    if scope == "to-comma":
        return "," not in parse.sentence.text[hit.end : event.start - base]
    words = within(parse, start, end)
    inside = {t.i for t in words}
    top = next((t for t in words if t.head not in inside or t.head == t.i), None)
    if top is None or event.i in inside:
        return False
    while top.pos not in ("VERB", "AUX") and top.head != top.i:
        top = parse.head(top)
    node = event
    for _ in range(_HIGHEST):
        if node.i == top.i:
            return True
        own_subject = node.dep == "conj" and parse.kids(node, "nsubj", "nsubjpass", "expl")
        if node.head == node.i or own_subject or (node.dep in _ASIDES and not _opens(node, hit, base, parse)):
            return False
        node = parse.head(node)
    return False


def _opens(clause: Token, hit: Found, base: int, parse: Parse) -> bool:
    """True when the phrase governs or introduces the clause: "no evidence that ...", "in case ..."."""
    if clause.dep == "acl" and parse.kids(clause, "mark"):  # "dismissed as false a report that ..."
        return True
    start, end = base + hit.start, base + hit.end
    head = parse.head(clause)
    if start <= head.start < end:
        return True
    below = parse.subtree(clause)
    return start <= below[0].start < end
