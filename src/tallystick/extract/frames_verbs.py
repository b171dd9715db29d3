"""Who did what to whom: the arguments of a verb in every voice, found by the tree, else by neighbourhood."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from tallystick.extract.frames_lists import accompanied, with_ages, with_ages_after, with_conjoined
from tallystick.extract.phrases import Phrase, Phrases, is_aged
from tallystick.extract.populations import kind_of
from tallystick.lexicon import load
from tallystick.model.syntax import Parse, Token

_SUBJECT = ("nsubj", "nsubjpass", "csubj", "csubjpass")
_NOUN = ("NN", "NNS", "NNP", "NNPS", "CD", "PRP", "DT", "JJ", "VBN")
_VERB = ("VB", "VBD", "VBG", "VBN", "VBP", "VBZ")
_RELATIVE = ("WP", "WDT", "WRB", "WP$")
# Clauses nested deeper than this are parser noise; the bound also stops cycles of shared subjects.
_DEEPEST = 6
# How far an inverted subject, a verb joined by "and" or the head of an aside may stand.
_FAR = 14
_ASIDE = frozenset((",", "-", "--", "–", "—", ")", "("))
_AUXILIARY = ("aux", "auxpass", "neg")
_NEAR_JOINT = 4


@dataclass(frozen=True, slots=True)
class Arguments:
    """Heads of the phrases a verb governs. patients are those it befalls: objects, or subjects of a passive."""

    passive: bool
    patients: tuple[Token, ...]
    agents: tuple[Token, ...]


def arguments(verb: Token, last: int, parse: Parse, phrases: Phrases) -> Arguments:
    """Patients and agents of a verb whose words end at the token index last ("shot dead")."""
    passive = is_passive(verb, last, parse, phrases)
    if passive:
        patients = subjects(verb, parse, phrases)
        return Arguments(True, accompanied(patients, verb, parse, phrases), _by(verb, parse))
    patients = objects(verb, last, parse, phrases)
    struck = _passive_above(verb, parse)
    agents = subjects(verb, parse, phrases) if struck is None else _by(struck, parse)
    return Arguments(False, accompanied(patients, verb, parse, phrases), agents)


def _passive_above(verb: Token, parse: Parse) -> Token | None:
    """The passive verb whose outcome a participle tells: "a bus was hit by a shell, killing nine". None without one.

    Not the bus killed them: whoever hit it did.
    """
    if verb.tag != "VBG" or verb.dep != "advcl" or parse.kids(verb, *_SUBJECT, "mark"):
        return None
    above = parse.head(verb)
    struck = above.tag == "VBN" and (_be_before(above, parse) or bool(parse.kids(above, "auxpass", "nsubjpass")))
    return above if above.i < verb.i and struck else None


def _by(verb: Token, parse: Parse) -> tuple[Token, ...]:
    """Whoever a passive names as doing it."""
    agents = tuple(o for by in parse.kids(verb, "agent") for o in parse.kids(by, "pobj"))
    return agents or tuple(o for by in parse.kids(verb, "prep") if by.lower == "by" for o in parse.kids(by, "pobj"))


def is_passive(verb: Token, last: int, parse: Parse, phrases: Phrases, depth: int = 0) -> bool:
    """True when the verb's subject is the one it befalls ("were killed", "12 killed in", "feared killed")."""
    if verb.tag not in ("VBN", "VBD", "JJ"):
        return False
    kids = parse.kids(verb)
    if any(k.dep in ("auxpass", "nsubjpass", "csubjpass") for k in kids):
        return True
    if any(k.dep == "aux" and k.tag in ("VBZ", "VBP", "VBD", "VB", "VBG") for k in kids):
        # "have killed" is active; "was killed" mislabelled aux is not.
        return _be_before(verb, parse)
    if any(k.dep in ("agent",) for k in kids):
        return True
    if _be_before(verb, parse):
        return True
    follows = _object_after(last, parse, phrases)
    if verb.dep == "conj" and depth < _DEEPEST:
        head = parse.head(verb)
        if head.tag in _VERB and head.i < verb.i:
            if follows is None and any(k.dep == "nsubj" and k.i > head.i for k in kids):
                return True  # "left nine dead and 33 wounded"
            shares = is_passive(head, head.i, parse, phrases, depth + 1)
            return shares and (follows is None or (verb.tag == "VBN" and not _near(verb, follows)))
    if follows is not None and not _subject_elsewhere(parse[follows.head], verb, parse):
        return False
    if verb.dep == "amod":
        return True
    if verb.dep == "relcl" and not any(k.dep in _SUBJECT for k in kids):
        return follows is None
    return follows is None


def _near(verb: Token, phrase: Phrase) -> bool:
    return phrase.first - verb.i <= 1


def _be_before(verb: Token, parse: Parse) -> bool:
    i = verb.i - 1
    while i >= 0 and parse[i].tag in ("RB", "RBR", "RBS", "UH") and verb.i - i < 5:
        i -= 1
    return i >= 0 and parse[i].lemma in ("be", "get", "'s", "’s") and parse[i].pos in ("AUX", "VERB")


def _object_after(i: int, parse: Parse, phrases: Phrases) -> Phrase | None:
    """The phrase that stands right after the word, unless it only says when."""
    around = phrases.at(i)
    phrase = around if around is not None and around.head > i else phrases.starting_at(i + 1)
    if phrase is None:
        return None
    head = parse[phrase.head]
    when = head.dep in ("npadvmod", "tmod") and not (head.tag == "CD" and phrases.has_figure(phrase))
    if when or head.tag in _RELATIVE or head.tag == "EX":
        return None
    return phrase


def objects(verb: Token, last: int, parse: Parse, phrases: Phrases) -> tuple[Token, ...]:
    """Heads of the objects of an active verb, conjoined ones included."""
    near = _object_after(last, parse, phrases)
    if near is not None and not _subject_elsewhere(parse[near.head], verb, parse):
        if parse[near.head].dep in _SUBJECT and _parted(parse[near.head], parse) is not None:
            return (parse[near.head],)
        return with_ages_after(parse[near.head], verb, phrases) or with_conjoined(parse[near.head], verb, phrases)
    for kid in parse.kids(verb, "dobj", "dative", "attr", "oprd"):
        if kid.tag in _RELATIVE:
            return _antecedent(verb, parse, phrases)
        if kid.tag in _NOUN:
            return with_conjoined(kid, verb, phrases)
    if verb.dep == "conj" and parse.head(verb).tag in _VERB:
        # "shot and killed a guard", "killed or wounded 300": the object stands after the last verb, or the first.
        between = parse.tokens[min(parse.head(verb).i, verb.i) + 1 : max(parse.head(verb).i, verb.i)]
        if not any(phrases.at(t.i) for t in between):
            return tuple(k for k in parse.kids(parse.head(verb), "dobj") if k.tag in _NOUN)
    for kid in parse.kids(verb, "conj"):
        between = parse.tokens[verb.i + 1 : kid.i]
        if kid.tag in _VERB and not any(phrases.at(t.i) for t in between) and len(between) <= 3:
            return objects(kid, kid.i, parse, phrases)
    return ()


def _parted(number: Token, parse: Parse) -> Token | None:
    """The second of two bare numbers right behind a finite verb: "killed 12 and 30 were hurt" hurts the 30 only."""
    if number.tag != "CD" or number.i == 0 or parse[number.i - 1].tag not in ("VBD", "VBZ", "VBP"):
        return None
    return next((k for k in parse.kids(number, "conj") if k.tag == "CD"), None)


def _subject_elsewhere(head: Token, verb: Token, parse: Parse) -> bool:
    if _parted(head, parse) is not None and head.i == verb.i + 1:
        return False
    return head.dep in _SUBJECT and head.head != verb.i and parse[head.head].i > head.i


_FINITE = ("VBD", "VBZ", "VBP", "MD")


def subjects(verb: Token, parse: Parse, phrases: Phrases, depth: int = 0) -> tuple[Token, ...]:
    """Heads of the verb's subjects, its own or shared; of a reduced relative, the noun it modifies."""
    aged = with_ages(verb, parse, phrases) if depth == 0 else ()
    if aged:
        return aged
    kids = parse.kids(verb, *_SUBJECT)
    for aux in parse.kids(verb, "aux", "auxpass"):
        kids += parse.kids(aux, *_SUBJECT)  # "nine were, on Monday, killed"
    for kid in kids:
        parted = _parted(kid, parse)
        if parted is not None:
            return (parted,)
    for kid in sorted(kids, key=lambda k: (k.i > verb.i, not _numbered(k, phrases), abs(verb.i - k.i))):
        if kid.tag in _RELATIVE:
            return _antecedent(verb, parse, phrases)
        if kid.tag in (*_NOUN, "EX", "WP", "JJR") and kid.dep not in ("csubj", "csubjpass"):
            if kid.i > verb.i and parse.kids(verb, "dobj"):
                continue
            outer = _around_aside(kid, verb, parse, phrases)
            if outer is not None:
                return (outer,)
            found = _with_siblings(kid, kids, verb, parse, phrases)
            outer = _around_aside(found[-1], verb, parse, phrases)
            return found if outer is None else tuple(t for t in found if t.i <= outer.i)
    if verb.dep in ("acl", "relcl", "amod"):
        return _antecedent(verb, parse, phrases)
    own = [k for k in kids if k.i < verb.i and k.dep in ("nsubj", "nsubjpass") and verb.dep == "conj"]
    if own:
        return ()  # a subject that counts nobody is its own all the same: no sharing with the verb before
    beside = _subject_beside(verb, parse, phrases)
    if verb.dep == "conj" and beside is not None and beside.i > parse.head(verb).i:
        return with_conjoined(beside, verb, phrases)
    if depth < _DEEPEST and verb.dep in ("conj", "xcomp", "ccomp", "oprd", "advcl", "dep", "acomp", "pcomp", "prep"):
        head = parse.head(verb)
        if verb.dep in ("xcomp", "ccomp", "oprd", "acomp") and head.tag in _VERB:
            for kid in parse.kids(head, "dobj"):
                if kid.tag in _NOUN and kid.i < verb.i:
                    return with_conjoined(kid, verb, phrases)
        if (head.tag in _VERB or head.tag.startswith("MD")) and not _clause_of_its_own(verb, parse):
            shared = _shared(head, phrases, depth + 1)
            if shared:
                return shared
    if beside is not None:
        return with_conjoined(beside, verb, phrases)
    return _of_verb_before(verb, parse, phrases, depth) or _after_be(verb, parse, phrases)


def _clause_of_its_own(verb: Token, parse: Parse) -> bool:
    """True for what is said, or when: "one of them said that three were missing" says nothing of the one."""
    return verb.dep in ("ccomp", "advcl") and any(a.tag in _FINITE for a in parse.kids(verb, "aux", "auxpass"))


def _after_be(verb: Token, parse: Parse, phrases: Phrases) -> tuple[Token, ...]:
    """The subject of an inverted clause: "Also killed in the raid were three guards"."""
    if verb.tag != "VBN":
        return ()
    for token in parse.tokens[verb.i + 1 : verb.i + _FAR]:
        if token.tag in ("VBD", "VBZ", "VBP"):
            phrase = phrases.starting_at(token.i + 1) if token.lemma == "be" and token.i + 1 < len(parse) else None
            return (parse[phrase.head],) if phrase is not None else ()
        if token.text in (",", ";", "."):
            break
    return ()


def _shared(verb: Token, phrases: Phrases, depth: int) -> tuple[Token, ...]:
    """The subjects of a verb that another one leans on; worked out once, since in a chain all lean on the first."""
    known = phrases.subjects.get((verb.i, depth))
    if known is None:
        known = phrases.subjects[verb.i, depth] = subjects(verb, phrases.parse, phrases, depth)
    return known


def _of_verb_before(verb: Token, parse: Parse, phrases: Phrases, depth: int) -> tuple[Token, ...]:
    """The subjects of the verb that "and" joins this one to, whatever the tree says ("was shot, and later died")."""
    i = verb.i - 1
    while i >= 0 and parse[i].tag in ("RB", "VBD", "VBP", "VBZ") and parse[i].pos in ("ADV", "AUX"):
        i -= 1
    if i < 1 or parse[i].tag != "CC" or depth >= _DEEPEST:
        return ()
    for j in range(i - 1, max(-1, i - _FAR), -1):
        if parse[j].tag in _VERB and parse[j].pos == "VERB" and parse[j].tag != "VBG":
            return _shared(parse[j], phrases, depth + 1)
    return ()


def _around_aside(kid: Token, verb: Token, parse: Parse, phrases: Phrases) -> Token | None:
    """The numbered subject that an aside explains: "six boys - two of them twins - were killed"; None without one.

    Where a mark stands right before the verb's auxiliaries, what it closes is an aside, not the subject.
    """
    i = verb.i - 1
    while i >= 0 and (parse[i].pos in ("AUX", "ADV") or parse[i].tag in ("RB", "MD") or parse[i].dep in _AUXILIARY):
        i -= 1
    if i < 1 or parse[i].text not in _ASIDE or kid.i > i:
        return None
    for j in range(kid.i, max(0, kid.i - _FAR), -1):
        if parse[j].text not in _ASIDE or j == i:
            continue
        outer = phrases.at(j - 1)
        while outer is not None and outer.first > 1 and parse[outer.first - 1].lower == "of":
            held = phrases.at(outer.first - 2)
            if held is None:
                break
            outer = held
        if outer is None or parse[outer.head].tag not in ("NNS", "CD", "NN") or parse[outer.head].dep == "appos":
            return None
        numbered = any(t.tag == "CD" for t in parse.tokens[outer.first : outer.last + 1])
        nearest = not any(t.text in _ASIDE and not _glued(t, parse) for t in parse.tokens[j + 1 : kid.i])
        relative = nearest and parse[j + 1].tag in ("WP", "WP$") and parse[outer.head].tag in ("NNP", "NN", "NNS")
        if numbered or relative:
            return parse[outer.head]
    return None


def _glued(mark: Token, parse: Parse) -> bool:
    """True for the hyphen of "war-era"."""
    return mark.i > 0 and parse[mark.i - 1].end == mark.start and mark.text == "-"


def _numbered(token: Token, phrases: Phrases) -> bool:
    phrase = phrases.at(token.i)
    return phrase is not None and any(t.tag == "CD" for t in phrases.parse.tokens[phrase.first : phrase.last + 1])


def _with_siblings(kid: Token, kids: Sequence[Token], verb: Token, parse: Parse, phrases: Phrases) -> tuple[Token, ...]:
    """The subject with any other that the parser hangs beside it although "and" joins the two."""
    found = {t.i: t for t in with_conjoined(kid, verb, phrases)}
    for other in kids:
        between = parse.tokens[other.i + 1 : kid.i]
        joined = any(t.tag == "CC" for t in between) and not any(t.tag in _VERB or t.text == ":" for t in between)
        if other.i < kid.i < verb.i and joined and other.tag in _NOUN:
            found.update({t.i: t for t in with_conjoined(other, verb, phrases)})
    return tuple(found[i] for i in sorted(found))


def _antecedent(verb: Token, parse: Parse, phrases: Phrases) -> tuple[Token, ...]:
    """What a relative clause or a participle says something of: the phrase right before it, else its governor."""
    head = parse.head(verb)
    i = verb.i
    if verb.dep == "relcl":
        below = [t for t in parse.subtree(verb) if t.tag in _RELATIVE and t.i < verb.i]
        i = below[0].i if below else verb.i
    if head.i != verb.i and head.i < i and head.tag in (*_NOUN, "FW"):
        head = _one_of_whose(head, verb, phrases) or head
        first = parse.head(head)
        joined = head.dep == "conj" and head.i - first.i <= _NEAR_JOINT
        if joined and _numbered(first, phrases) and (_numbered(head, phrases) or verb.dep == "acl"):
            return with_conjoined(first, verb, phrases)  # "two sailors and four cooks who drowned"
        return with_conjoined(head, verb, phrases)
    if verb.dep == "amod" and head.i > verb.i and phrases.at(head.i) is not None:
        return (head,)
    beside = _subject_beside(verb, parse, phrases)
    return (beside,) if beside is not None else ()


def _one_of_whose(holder: Token, verb: Token, phrases: Phrases) -> Token | None:
    """The one person whose family it is: in "family of boy killed in raid" the boy died. None for "a family of six"."""
    parse = phrases.parse
    kind, outer = kind_of(holder, parse), phrases.at(holder.i)
    kin = holder.lower in load("relations").words_of("whose-kin") or (kind is not None and kind.of == "groups")
    if verb.dep != "acl" or not kin or outer is None:
        return None
    inner = phrases.after_of(outer)
    if inner is None or inner.last != verb.i - 1:
        return None
    one = parse[inner.head]
    own = kind_of(one, parse)
    person = one.tag in ("NN", "NNP") and (one.tag == "NNP" or (own is not None and own.of in ("people", "combatants")))
    return one if person or is_aged(one, parse) else None


@cache
def _clause_openers() -> frozenset[str]:
    return load("relations").words_of("clause-openers")


def _subject_beside(verb: Token, parse: Parse, phrases: Phrases) -> Token | None:
    """The head of the phrase that ends right before the verb and its auxiliaries, out of any "in the town"."""
    i = verb.i - 1
    while i >= 0 and (
        parse[i].pos in ("AUX", "ADV", "PART")
        or parse[i].tag in ("RB", "MD", "TO")
        or (parse[i].tag in _VERB and parse[i].i >= verb.i - 3 and phrases.at(i) is None)
    ):
        i -= 1
    phrase = phrases.at(i) if i >= 0 else None
    if phrase is None or phrase.last != i:
        return None
    for _ in range(_DEEPEST):
        before = parse[phrase.first - 1] if phrase.first else None
        if before is None or before.tag != "IN" or before.i == 0 or before.lower in _clause_openers():
            break
        outer = phrases.at(before.i - 1)
        if outer is None:
            break
        phrase = outer
    return parse[phrase.head]
