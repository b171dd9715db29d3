"""Full text: what PostgreSQL is asked beside its index, so as not to take every sentence apart, leaves nothing out."""

from __future__ import annotations

import re
from itertools import product

from sqlalchemy import func, insert, select, text

from tallystick.ledger import search
from tallystick.ledger.store import Ledger
from tallystick.ledger.tables import passage
from tests.ledger.reports import NOON, recording

SENTENCES = (
    "Twelve were KILLED near the north-eastern crossing, 2,000 fled.",
    "Killed: 12; wounded: 1.5 per cent (see mill.example/a_b?c=killed&d=2).",
    "Der Übergang bei Ångström, ÜBERGANG und übergang; Straße, STRASSE.",
    "İstanbul, ISTANBUL, ıstanbul, \u212aelvin and kelvin, \ufb01re and fire.",
    "Ἀθῆναι, ΑΘΗΝΑΣ and αθηνας; ЁЖ и ёж; Ǆungla ǆungla",
    "O'Neill's men <b>bold</b> &amp; co-operated; e-mail a.nurse@mill.example",
    "unkilled killedness xkilledx kill",
    "Цивільних загинуло 12, e\u0301clair and \u00e9clair",
)  # fmt: skip


def test_no_sentence_is_missed_that_the_words_taken_apart_would_find(postgres: str) -> None:
    words = {word for one in SENTENCES for word in re.findall(r"[^\W_]+", one)}
    words |= {changed for word in words for changed in (word.lower(), word.upper(), word.title())}
    found = 0
    with Ledger.create(postgres, now=NOON) as ledger, ledger.writing() as connection:
        connection.execute(insert(passage), [{"id": n, "document": 1, "words": w} for n, w in enumerate(SENTENCES)])
        taken_apart = func.to_tsvector(text("'simple'"), passage.c.words)
        for word, ending in product(sorted(words), ("", "*")):
            asked = func.to_tsquery("simple", f"({word}:*)" if ending else f"({word})")
            expected = set(connection.scalars(select(passage.c.id).where(taken_apart.op("@@")(asked))))
            assert set(connection.scalars(search.matching(connection, word + ending))) == expected, word
            found += len(expected)
    assert found > len(words)


def test_each_sentence_that_holds_the_words_comes_with_its_document(where: str) -> None:
    with Ledger.create(where, now=NOON) as ledger:
        ledger.add([recording(12, 30), recording(40)], now=NOON, actor="test")
        with ledger.reading() as connection:
            held = search.holding(connection, "killed")
            found = {row.id: row.document for row in connection.execute(select(held))}
            assert set(connection.scalars(search.matching(connection, "killed"))) == found.keys()
            rows = connection.execute(select(passage.c.id, passage.c.document))
            assert found == {row.id: row.document for row in rows}
    assert len(found) == 3
