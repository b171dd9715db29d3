"""Whether a text is English: the one language this version reads."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice

from tallystick.lexicon import load_rows

_WORD = re.compile(r"[^\W\d_]+")
# Words looked at; a text that changes its language later counts as what it begins as.
LOOKED_AT = 400
# At least this share of an English text's words are everyday English words. Of 5,200 texts of the benchmarks with
# 20 words or more the lowest has .57, and the median .87; French, Spanish, German and Afrikaans lie below .4.
ENGLISH = 0.5


@lru_cache(maxsize=1)
def _everyday() -> frozenset[str]:
    return frozenset(word for _, words in load_rows("smallwords") for word in words.split())


def language(text: str) -> str | None:
    """The code "en"; None where the text is not recognised as English."""
    words = [match[0].lower() for match in islice(_WORD.finditer(text), LOOKED_AT)]
    if not words:
        return None
    known = sum(word in _everyday() for word in words)
    return "en" if known >= ENGLISH * len(words) else None
