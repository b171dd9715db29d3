"""Place names as keys: one spelling for the many that reports use."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_MARKS = dict.fromkeys(map(ord, "'’‘ʼʻ`´ʿʾʹʺ.\u200e\u200f\u00ad"))
_SPACES = str.maketrans(dict.fromkeys("-‐‑–—/,()\u00a0\n\t", " "))
_LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ə": "e"})
# Words that writers shorten at will. Both sides of a comparison pass through this table.
_SHORTENED = {"st": "saint", "ste": "sainte", "mt": "mount", "ft": "fort", "&": "and"}
# The Arabic article in the spellings of English reports; assimilated forms too.
ARTICLES = frozenset({"al", "el", "ad", "adh", "an", "ar", "as", "ash", "at", "az", "ul"})


@lru_cache(maxsize=50_000)
def key(name: str) -> str:
    """The name in lower case without diacritics, apostrophes and stops; hyphens are spaces; "St" is "saint"."""
    folded = name
    if not name.isascii():
        decomposed = unicodedata.normalize("NFKD", name.translate(_MARKS))
        folded = "".join(c for c in decomposed if not unicodedata.combining(c))
    folded = folded.casefold().translate(_LETTERS).translate(_MARKS).translate(_SPACES)
    return " ".join(_SHORTENED.get(word, word) for word in folded.split())


def without_article(name_key: str) -> str | None:
    """The key without a leading Arabic article, None when there is none or nothing would be left."""
    first, _, rest = name_key.partition(" ")
    return rest if rest and first in ARTICLES else None


_SOUNDS = (
    ("sch", "sh"), ("tch", "ch"), ("kh", "h"), ("gh", "g"), ("dh", "d"), ("th", "t"), ("ph", "f"), ("zh", "j"),
    ("ou", "u"), ("oo", "u"), ("ee", "i"), ("ie", "i"), ("yi", "i"), ("iy", "i"), ("ey", "i"), ("ay", "i"),
    ("ai", "i"), ("ei", "i"), ("aw", "o"), ("au", "o"), ("ow", "o"), ("q", "k"), ("y", "i"), ("w", "v"), ("e", "i"),
    ("o", "u"), ("ck", "k"), ("c", "k"), ("x", "ks"),
)  # fmt: skip


def skeleton(name_key: str) -> str:
    """What transliterations of one name share: "khan yunis", "khan younis" and "han yunus" come out alike.

    Vowels that writers swap are made one, doubled letters single, a final "h" or "a" is dropped. Names that differ in
    earnest can meet too, so a match counts for less than one by key.
    """
    rest = without_article(name_key) or name_key
    sound = rest.replace(" ", "")
    for written, heard in _SOUNDS:
        sound = sound.replace(written, heard)
    single = [c for i, c in enumerate(sound) if i == 0 or c != sound[i - 1]]
    return "".join(single).rstrip("ahi") or sound
