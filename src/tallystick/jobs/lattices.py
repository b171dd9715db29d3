"""The part-of files in force in a ledger: those shipped, and over them those that users added to it."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection

from tallystick.ledger import queries
from tallystick.reconcile.lattice import Lattice, load_lattice


def lattice_of(connection: Connection) -> Lattice:
    """The shipped part-of files with those that users added to this ledger over them. Raises BadLattice."""
    added = queries.lattices(connection)
    with TemporaryDirectory() as folder:
        paths = []
        for number, file in enumerate(added):
            path = Path(folder) / str(number) / (Path(file.name).name or "added.toml")
            path.parent.mkdir()
            path.write_text(file.text, encoding="utf-8")
            paths.append(path)
        return load_lattice(*paths)
