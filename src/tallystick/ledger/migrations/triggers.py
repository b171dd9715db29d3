"""What keeps the log append-only in the database itself, as revision 0001 made it: triggers that refuse.

The one change that is let through is an erasure: a body and its salt, or a blob's bytes, become NULL, where an ERASURE
entry stands in the log and the row is named with it.
"""

from __future__ import annotations

from collections.abc import Iterator

_LOG = ("entry", "node", "root", "checkpoint", "erased", "blob", "meta")
_SAY = "the ledger is append-only"
# By table: the columns that stay as they are, those that become NULL, and what must hold.
_ERASABLE = {
    "entry": (
        ("seq", "kind", "recorded_at", "actor", "commitment"),
        ("body", "salt"),
        "EXISTS (SELECT 1 FROM erased WHERE erased.seq = OLD.seq)",
    ),
    "blob": (
        ("sha256", "size", "method"),
        ("content",),
        "OLD.erased_by IS NULL AND EXISTS (SELECT 1 FROM entry WHERE seq = NEW.erased_by AND kind = 'erasure')",
    ),
}
_NOT_LOGGED = "NOT EXISTS (SELECT 1 FROM entry WHERE entry.seq = NEW.erasure AND entry.kind = 'erasure')"


def guards(dialect: str) -> Iterator[str]:
    """The statements that make the triggers, for the driver of that dialect."""
    return _sqlite() if dialect == "sqlite" else _postgresql()


def _allowed(table: str, same: str) -> str:
    if table not in _ERASABLE:
        return ""
    kept, emptied, condition = _ERASABLE[table]
    parts = [same.format(name) for name in kept] + [f"NEW.{name} IS NULL" for name in emptied] + [condition]
    return " AND ".join(parts)


def _sqlite() -> Iterator[str]:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{_SAY}'); END"
    for table in _LOG:
        allowed = _allowed(table, "NEW.{0} IS OLD.{0}")
        unless = f"WHEN NOT ({allowed}) " if allowed else ""
        yield f"CREATE TRIGGER {table}_kept BEFORE DELETE ON {table} {refuse}"
        yield f"CREATE TRIGGER {table}_unchanged BEFORE UPDATE ON {table} {unless}{refuse}"
    yield f"CREATE TRIGGER erased_logged BEFORE INSERT ON erased WHEN {_NOT_LOGGED} {refuse}"


def _postgresql() -> Iterator[str]:
    # The driver takes a percent sign for its own: doubled.
    yield (
        "CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN RAISE EXCEPTION '{_SAY}: %% on %%', TG_OP, TG_TABLE_NAME; END $$"
    )
    for table in _LOG:
        allowed = _allowed(table, "NEW.{0} IS NOT DISTINCT FROM OLD.{0}")
        update = f"CREATE TRIGGER {table}_unchanged BEFORE UPDATE ON {table} FOR EACH "
        yield (
            f"CREATE TRIGGER {table}_kept BEFORE DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION append_only()"
        )
        if not allowed:
            yield f"{update}STATEMENT EXECUTE FUNCTION append_only()"
            continue
        # A trigger's WHEN may hold no subquery, so that the condition stands in a function of its own.
        yield (
            f"CREATE FUNCTION {table}_erasable() RETURNS trigger LANGUAGE plpgsql AS $$ "
            f"BEGIN IF NOT ({allowed}) THEN RAISE EXCEPTION '{_SAY}'; END IF; RETURN NEW; END $$"
        )
        yield f"{update}ROW EXECUTE FUNCTION {table}_erasable()"
    yield (
        "CREATE FUNCTION only_logged() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN IF {_NOT_LOGGED} THEN RAISE EXCEPTION '{_SAY}'; END IF; RETURN NEW; END $$"
    )
    yield "CREATE TRIGGER erased_logged BEFORE INSERT ON erased FOR EACH ROW EXECUTE FUNCTION only_logged()"
