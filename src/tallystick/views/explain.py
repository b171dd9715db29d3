"""Why a claim is what it is: the lexicon entries and steps that fired, and the parse of its sentence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from tallystick import lexicon
from tallystick.errors import BadLexicon
from tallystick.model.claims import Claim
from tallystick.model.mentions import Reason
from tallystick.model.report import Report
from tallystick.model.syntax import Parse, Token
from tallystick.model.text import Span
from tallystick.views import words
from tallystick.views.ledger import card
from tallystick.views.records import Record, claim_record

# Deeper branches are drawn at this depth: a sentence of 2,000 characters can nest deeper than any terminal is wide.
DEEPEST = 14

# The parser's labels (ClearNLP) in the words of a school grammar.
_RELATIONS = {
    "ROOT": "root",
    "nsubj": "subject",
    "nsubjpass": "subject of a passive",
    "csubj": "clause as subject",
    "dobj": "object",
    "dative": "indirect object",
    "pobj": "object of a preposition",
    "attr": "what the subject is",
    "agent": "by whom",
    "prep": "preposition",
    "nummod": "number",
    "quantmod": "part of a number",
    "amod": "adjective",
    "advmod": "adverb",
    "det": "article",
    "poss": "possessor",
    "compound": "part of a name",
    "conj": "joined to",
    "cc": "joining word",
    "aux": "auxiliary",
    "auxpass": "auxiliary of a passive",
    "neg": "negation",
    "ccomp": "what is said",
    "xcomp": "clause without a subject",
    "advcl": "adverbial clause",
    "acl": "clause that describes",
    "relcl": "relative clause",
    "appos": "apposition",
    "npadvmod": "noun as adverb",
    "parataxis": "aside",
    "mark": "subordinator",
    "pcomp": "clause after a preposition",
    "prt": "particle",
    "punct": "",
}


@dataclass(frozen=True, slots=True)
class Why:
    """One reason and what its lexicon entry means; the step's own note where no entry stands behind it."""

    reason: Reason
    meaning: str


def why(claim: Claim) -> tuple[Why, ...]:
    """The claim's reasons, in the order in which they were given."""
    return tuple(Why(reason, _meaning(reason.rule) or reason.note) for reason in claim.reasons)


def _meaning(rule: str) -> str:
    file, _, name = rule.partition("/")
    try:
        entry = lexicon.load(file).entries.get(name)
    except BadLexicon:  # a step's name, such as coreference/there
        return ""
    return "" if entry is None else entry.meaning


def explanation(report: Report, claim: Claim, parse: Parse) -> Group:
    """The claim, its reasons and the tree of its sentence, for a terminal."""
    parts: list[RenderableType] = [
        card(report, claim),
        Text(),
        Text("The sentence", style="bold"),
        Text(words.clean(claim.sentence.text)),
        Text(),
        Text("What led to it", style="bold"),
        _reasons(claim),
        Text(),
        Text("What its words resolve to", style="bold"),
        _rows(resolutions(claim)),
        Text(),
        Text("How the sentence was parsed", style="bold"),
        Text("\n".join(tree(parse))),
    ]
    if bounds := report.document.published_bounds:
        parts += [Text(), Text("Publication date", style="bold"), Text(words.published(report.document))]
        parts += [Text(f"- {words.clean(reason)}") for reason in bounds.reasons]
    return Group(*parts)


def explanation_record(claim: Claim, parse: Parse) -> Record:
    """The same as plain values, for --json."""
    return {
        "claim": claim_record(claim),
        "reasons": [
            {
                "stage": item.reason.stage,
                "rule": item.reason.rule,
                "meaning": item.meaning,
                "note": item.reason.note,
                "start": item.reason.span.start if item.reason.span else None,
                "end": item.reason.span.end if item.reason.span else None,
                "text": item.reason.span.text if item.reason.span else None,
            }
            for item in why(claim)
        ],
        "parse": [
            {"i": t.i, "text": t.text, "start": t.start, "end": t.end, "lemma": t.lemma, "tag": t.tag, "dep": t.dep}
            | {"head": t.head}
            for t in parse
        ],
    }


def _reasons(claim: Claim) -> RenderableType:
    if not claim.reasons:
        return Text("No reason was recorded.", style="dim")
    grid = _grid()
    for item in why(claim):
        span = item.reason.span
        quoted = f"“{words.shorten(span.text, 80)}” " if span else ""
        note = item.reason.note if item.reason.note != item.meaning else ""
        text = Text(quoted)
        text.append(words.clean(item.meaning))
        if note:
            text.append(f" ({words.clean(note)})", style="dim")
        grid.add_row(item.reason.stage, Text(item.reason.rule), text)
    return grid


def _grid() -> Table:
    grid = Table.grid(padding=(0, 2), expand=True)
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(no_wrap=True)
    grid.add_column(ratio=1, overflow="fold")
    return grid


def _rows(rows: Iterable[tuple[str, str, str]]) -> Table:
    grid = _grid()
    for stage, quoted, value in rows:
        grid.add_row(stage, Text(quoted), Text(value))  # Text: brackets in a name are no markup
    return grid


def resolutions(claim: Claim) -> Iterator[tuple[str, str, str]]:
    """For each part of the claim: its name, the words, and what they came to. Unknown parts are named as such."""
    yield "figure", _quoted(claim.count_span), words.figure(claim.count)
    for name, population in (("who", claim.population), ("by whom", claim.actor)):
        if population is not None:
            yield name, _quoted(population.span or population.antecedent), words.who(population)
        elif name == "who":
            yield name, "—", words.UNKNOWN
    yield "where", _quoted(claim.place.span if claim.place else None), _place(claim)
    yield "when", _quoted(claim.time.span if claim.time else None), _days(claim)
    if not claim.attributions:
        yield "said by", "—", "nobody is cited: the publisher says it"
    for link in claim.attributions:
        cue = f", by the words {_quoted(link.cue)}" if link.cue else ""
        yield "said by", _quoted(link.source_span), f"{words.source(link)}: {link.kind.value.replace('_', ' ')}{cue}"


def _quoted(span: Span | None) -> str:
    return "—" if span is None else f"“{words.shorten(span.text, 28)}”"


def _place(claim: Claim) -> str:
    mention = claim.place
    if mention is None or mention.place is None:
        return words.where(mention)
    place = mention.place
    known = f", GeoNames {place.geonameid}" if place.geonameid else ""
    return f"{words.where(mention)}, {place.lat:.4f}, {place.lon:.4f}{known}, score {mention.score:.2f}"


def _days(claim: Claim) -> str:
    anchors = {"published": "counted from the day of publication", "previous": "counted from an earlier expression"}
    anchor = anchors.get(claim.time.anchor or "") if claim.time else None
    return words.when(claim.period, claim.time) + (f" ({anchor})" if anchor else "")


def tree(parse: Parse) -> Iterator[str]:
    """The parse as indented lines, one a word, each with its relation to the word it hangs on."""
    for root in parse:
        if root.head != root.i:
            continue
        pending: list[tuple[Token, str, bool, int]] = [(root, "", True, 0)]
        while pending:
            token, indent, last, depth = pending.pop()
            branch = "" if depth == 0 else indent + ("└─ " if last else "├─ ")
            yield branch + _label(token)
            below = indent if depth == 0 or depth >= DEEPEST else indent + ("   " if last else "│  ")
            kids = _kids(parse, token)
            for position in range(len(kids) - 1, -1, -1):
                pending.append((kids[position], below, position == len(kids) - 1, depth + 1))


def _kids(parse: Parse, token: Token) -> Sequence[Token]:
    return [kid for kid in parse.kids(token) if kid.dep != "punct"]


def _label(token: Token) -> str:
    relation = _RELATIONS.get(token.dep, token.dep)
    return f"{words.clean(token.text)}  ({relation}, {token.pos.lower()})"
