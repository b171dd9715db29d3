"""Chains within one sentence: who cites, quotes or was told by whom."""

from __future__ import annotations

from tallystick.extract.contents import contents
from tallystick.extract.cues import Cue
from tallystick.extract.regions import below
from tallystick.extract.sources import CLAUSE_VERBS, Draft, is_a, noun_phrase
from tallystick.lexicon import Entry, fold, load
from tallystick.model.mentions import LinkKind
from tallystick.model.syntax import Parse, Token


def quoted_as(parse: Parse, verb: Token) -> Token | None:
    """The 'saying' of 'was quoted as saying'."""
    for prep in parse.kids(verb, "prep"):
        if prep.lower == "as":
            for kid in parse.kids(prep, "pcomp"):
                return kid
    return None


def quoting_verb(parse: Parse, saying: Token) -> Token | None:
    """The 'quoted' of 'quoted an officer as saying' and 'was quoted as saying'."""
    governor = parse.head(parse.head(saying))
    held = parse.head(saying).lower == "as" and governor.lower in {fold(w) for w in load("cues")["cite"].words}
    return governor if held else None


def as_saying(parse: Parse, cue: Cue, quoting: Token) -> list[Draft]:
    quoted = parse.kids(quoting, "dobj", "nsubjpass")
    if not quoted:
        return []
    entry = next((e for e in cue.entries if "clause" in e.get("content", ())), cue.entries[0])
    source = noun_phrase(parse, quoted[0], {quoting.i})
    content = contents(parse, cue, entry, None) - source
    if not content:
        return []
    words = (cue.head.i, cue.last.i)
    draft = Draft(entry, LinkKind(entry.get("kind")), words, source, content, head=quoted[0].i)
    carriers = parse.kids(quoting, "nsubj") + [p for a in parse.kids(quoting, "agent") for p in parse.kids(a, "pobj")]
    if not carriers:
        return [draft]
    carrier = noun_phrase(parse, carriers[0], {quoting.i})
    area = content | source | {cue.head.i}
    cite = load("cues")["cite"]
    return [draft, Draft(cite, LinkKind.CITES, (quoting.i, quoting.i), carrier, area - carrier, head=carriers[0].i)]


def cites(parse: Parse, cue: Cue, entry: Entry, source: set[int], head: int | None) -> list[Draft]:
    """'The daily, citing the police, said ...': the police are the inner source of what the daily says."""
    objects = parse.kids(cue.head, "dobj")
    if not objects:
        return []
    cited = noun_phrase(parse, objects[0], {t.i for t in cue.tokens})
    span = (cue.head.i, cue.last.i)
    outer = Draft(entry, LinkKind.SAYS, span, source, set(cited), head=head)
    outers = [outer] if source and min(source) < cue.head.i else []
    governor = parse.head(cue.head)
    if cue.head.dep in ("advcl", "acl", "ccomp", "prep", "conj") and cue.head.tag == "VBG":
        while governor.pos not in CLAUSE_VERBS and governor.head != governor.i:
            governor = parse.head(governor)
        said = [k for k in parse.kids(governor, "ccomp") if k.i != cue.head.i]
        area = set().union(*(below(parse, k) for k in said)) if said else below(parse, governor)
        area -= below(parse, cue.head)
        inner = Draft(entry, LinkKind.CITES, span, cited, area, inner=True, head=objects[0].i)
        inner.cited_by = governor.i
        return [*outers, inner]
    return outers


def carried(parse: Parse, cue: Cue, draft: Draft) -> list[Draft]:
    """'said in a statement carried by the Echo agency': the agency passes on what the statement says."""
    for i in sorted(below(parse, cue.head) | below(parse, cue.last)):
        carrying = parse.tokens[i]
        if carrying.dep not in ("acl", "relcl") or carrying.tag != "VBN":
            continue
        if carrying.lower not in load("speakers").words_of("carry-verb"):
            continue
        noun = parse.head(carrying)
        agents = [p for a in parse.kids(carrying, "agent") for p in parse.kids(a, "pobj")]
        stated = noun.lower in load("cues").words_of("statement-noun") or is_a("document", parse, [noun.i])
        if not agents or i in draft.content or not stated:
            continue
        carrier = noun_phrase(parse, agents[0], {carrying.i})
        if not is_a("outlet", parse, carrier):
            continue
        draft.source -= below(parse, carrying)
        area = draft.content | draft.source | set(range(draft.cue[0], draft.cue[1] + 1))
        words = (carrying.i, carrying.i)
        return [Draft(load("cues")["cite"], LinkKind.CITES, words, carrier, area - carrier, head=agents[0].i)]
    return []


def recipient(parse: Parse, cue: Cue, draft: Draft) -> list[Draft]:
    """'told Reuters': the agency passes on what the speaker said."""
    if draft.entry.name != "tell":
        return []
    for kid in parse.kids(cue.head, "dobj", "dative"):
        heard = below(parse, kid, {cue.head.i}, ("relcl", "acl", "advcl"))
        names = any(parse.tokens[i].pos == "PROPN" for i in heard)
        if names and is_a("outlet", parse, heard):
            area = draft.content | draft.source | {cue.head.i}
            return [Draft(draft.entry, LinkKind.CITES, draft.cue, heard, area, head=kid.i)]
    return []
