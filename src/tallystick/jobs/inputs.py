"""What a person names to be added -> what it holds: files, folders, addresses, and the pages that a feed leads to."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from tallystick.errors import BadQuestion, DocumentTooLarge, TallystickError, UnreadableDocument
from tallystick.read import Columns, Item, Limits, Origin, Refused, read_items
from tallystick.read.fetch import Fetcher
from tallystick.read.limits import LIMITS

Clock = Callable[[], datetime]

# What lies beside a ledger's file and belongs to it: SQLite's journals, the key, and the folder of original bytes.
_BESIDE = ("-wal", "-shm", "-journal", ".key")
_BLOBS = ".blobs"


@dataclass(frozen=True, slots=True)
class Wanted:
    """How inputs are to be read. published and publisher hold for every document of the inputs; None leaves it to them.

    follow: of a feed, fetch the pages that its entries link to in place of the entries.
    """

    published: date | None = None
    publisher: str | None = None
    encoding: str | None = None
    columns: Columns | None = None
    limits: Limits = LIMITS
    follow: bool = False


def found(
    inputs: Iterable[str | Path], wanted: Wanted, now: Clock, fetcher: Fetcher | None, own: Path | None = None
) -> Iterator[Item | Refused]:
    """What the inputs hold, in their order; lazy, and never raises for one of them.

    own is the file of the ledger that is added to: it is left out of a folder that it lies in, with all that belongs to
    it. With no fetcher, addresses are refused.
    """
    for one in inputs:
        text = str(one)
        if is_address(one):
            yield from _fetched(text, wanted, now, fetcher)
        elif (path := Path(one)).is_dir():
            yield from _folder(path, wanted, now, fetcher, own)
        else:
            yield from _read(path, wanted, now, fetcher)


def is_address(one: str | Path) -> bool:
    """True for what is fetched: anything with a scheme, so that an unfit one is named as such."""
    return isinstance(one, str) and "://" in one.split("?")[0]


def _folder(
    path: Path, wanted: Wanted, now: Clock, fetcher: Fetcher | None, own: Path | None
) -> Iterator[Item | Refused]:
    ours = None if own is None else own.resolve()
    some = False
    for inside in _files(path):
        if isinstance(inside, Refused):
            yield inside
        elif ours is not None and _belongs(inside.resolve(), ours):
            continue
        else:
            yield from _read(inside, wanted, now, fetcher)
        some = True
    if not some:
        yield Refused(str(path), UnreadableDocument(f"{path} is a folder without files to read. Check the path."))


def _files(folder: Path) -> Iterator[Path | Refused]:
    """The files of a folder and of those in it, in the order of their names; hidden ones, links to folders, and the
    original bytes that a ledger keeps are left out.
    """
    try:
        with os.scandir(folder) as entries:
            inside = sorted((entry for entry in entries if not entry.name.startswith(".")), key=lambda e: e.name)
    except OSError as error:
        yield Refused(str(folder), _cannot_open(folder, error))
        return
    names = {entry.name for entry in inside}
    for entry in inside:
        path = Path(entry.path)
        if entry.is_dir(follow_symlinks=False):
            if not (entry.name.endswith(_BLOBS) and entry.name.removesuffix(_BLOBS) in names):
                yield from _files(path)
        elif entry.is_file():
            yield path


def _belongs(path: Path, ledger: Path) -> bool:
    return path in (ledger, *(ledger.with_name(ledger.name + end) for end in _BESIDE))


def _cannot_open(path: Path, error: OSError | ValueError) -> UnreadableDocument:
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return UnreadableDocument(f"{path} cannot be opened: {reason}. Check the path.")


def _read(path: Path, wanted: Wanted, now: Clock, fetcher: Fetcher | None) -> Iterator[Item | Refused]:
    most = wanted.limits.bytes
    try:
        if path.is_file() and path.stat().st_size > most:
            raise DocumentTooLarge(f"{path} has more than {most:,} bytes. Split it, then add the parts.")
        with path.open("rb") as file:  # never more than can be read: a device has no end
            data = file.read(most + 1)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        yield Refused(str(path), _cannot_open(path, error))
        return
    except TallystickError as error:
        yield Refused(str(path), error)
        return
    origin = Origin(str(path), wanted.published, wanted.publisher, encoding=wanted.encoding)
    at = now()
    read = read_items(data, origin, columns=wanted.columns, limits=wanted.limits)
    yield from _followed((_captured(one, at) for one in read), wanted, now, fetcher)


def _captured(one: Item | Refused, at: datetime) -> Item | Refused:
    """All that a file holds was captured when the file was opened, but for what an archive had captured before."""
    return replace(one, captured_at=at) if isinstance(one, Item) and one.captured_at is None else one


def _fetched(url: str, wanted: Wanted, now: Clock, fetcher: Fetcher | None) -> Iterator[Item | Refused]:
    if fetcher is None:
        yield Refused(url, BadQuestion(f"{url}: fetching is switched off. Give a file."))
        return
    try:
        page = fetcher.fetch(url, now=now())
    except TallystickError as error:
        yield Refused(url, error)
        return
    origin = replace(page.origin, published=wanted.published, publisher=wanted.publisher, encoding=wanted.encoding)
    read = read_items(page.body, origin, media_type=page.media_type, columns=wanted.columns, limits=wanted.limits)
    for one in _followed(read, wanted, now, fetcher):
        # What was asked for names the failure, not where it led to: so it is known again when it is tried again.
        yield replace(one, name=url) if isinstance(one, Refused) and one.name == origin.name else one


def _followed(
    read: Iterable[Item | Refused], wanted: Wanted, now: Clock, fetcher: Fetcher | None
) -> Iterator[Item | Refused]:
    """What was read, or with follow the pages that a feed's entries link to, each once."""
    single = replace(wanted, follow=False)
    seen: set[str] = set()
    for one in read:
        link = _entry_link(one) if wanted.follow else None
        if link is None:
            yield one
        elif link not in seen:
            seen.add(link)
            yield from _fetched(link, single, now, fetcher)


def _entry_link(one: Item | Refused) -> str | None:
    """The page that a feed's entry leads to; an entry that is only a headline was refused, and leads there too."""
    if isinstance(one, Refused):
        return one.link
    inside = one.container is not None and one.document.reader.startswith("feed/")
    return one.document.url if inside else None
