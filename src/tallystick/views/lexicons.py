"""The lexicon for people: which files there are, and what each entry means, with its examples."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from tallystick import lexicon
from tallystick.lexicon import Entry
from tallystick.views import words

# Words shown for an entry before "and N more".
SHOWN = 24


def files(language: str = "en") -> Table:
    """The files of the lexicon with how many entries each has."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("File")
    table.add_column("Entries", justify="right")
    table.add_column("For example", overflow="fold")
    for name in lexicon.names(language):
        entries = list(lexicon.load(name, language))
        table.add_row(name, str(len(entries)), ", ".join(entry.name for entry in entries[:4]))
    return table


def entries(chosen: Iterable[Entry]) -> Group:
    """Each entry's name, meaning, words and examples."""
    parts: list[RenderableType] = []
    for entry in chosen:
        head = Text(entry.id, style="bold")
        parts += [head, Text(f"  {entry.meaning}")]
        if entry.words:
            parts.append(Text(f"  words  {listed(entry.words)}"))
        parts += [Text(f"  yes    {words.clean(example)}") for example in entry.yes]
        parts += [Text(f"  no     {words.clean(example)}") for example in entry.no]
        parts.append(Text())
    return Group(*parts)


def listed(chosen: Iterable[str]) -> str:
    """The first SHOWN words, and how many more there are."""
    kept = list(chosen)
    more = f" and {len(kept) - SHOWN} more" if len(kept) > SHOWN else ""
    return ", ".join(kept[:SHOWN]) + more


def markdown(name: str, language: str = "en") -> str:
    """One file of the lexicon as a section of docs/reference/lexicon.md."""
    lines = [f"## {name}", ""]
    for entry in lexicon.load(name, language):
        lines += [f"### `{entry.id}`", "", entry.meaning, ""]
        if entry.words:
            lines += ["Words: " + ", ".join(f"“{word}”" for word in entry.words[:SHOWN]) + _more(entry.words), ""]
        lines += [f"- yes: {example}" for example in entry.yes]
        lines += [f"- no: {example}" for example in entry.no]
        lines.append("")
    return "\n".join(lines)


def _more(all_words: tuple[str, ...]) -> str:
    return f" and {len(all_words) - SHOWN} more" if len(all_words) > SHOWN else ""
