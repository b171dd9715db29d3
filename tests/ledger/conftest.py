"""A place for a ledger on each backend: a SQLite file, or a schema of a PostgreSQL cluster that lives for the session.

The cluster is the tests' own: made by initdb in a temporary folder, reached through a socket there and by no port. It
writes nothing through to the disk, as nothing of it outlives the tests. It is left out only where PostgreSQL is not
installed and this is not CI.
"""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

CHEAP = (
    "fsync=off",
    "full_page_writes=off",
    "synchronous_commit=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "autovacuum=off",  # hundreds of schemas of a few rows, each gone with its test
    "jit=off",
)
"""What makes a server quick and changes none of its answers."""

_SCHEMAS = itertools.count()


def _binaries() -> Path | None:
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
    found = str(installed[-1]) if installed else shutil.which("initdb")
    return None if found is None else Path(found).parent


@pytest.fixture(scope="session")
def cluster() -> Iterator[str]:
    """The address of the cluster's database, without options."""
    binaries = _binaries()
    if binaries is None:
        if os.environ.get("CI"):
            pytest.fail("PostgreSQL is not installed, and CI must test it: apt-get install postgresql")
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql to test it too")
    # Not under pytest's own folder, which only its owner may enter; short, for a socket's path has 107 bytes at most.
    folder = Path(tempfile.mkdtemp(prefix="ts-pg-"))
    run_as: dict[str, Any] = {}
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        owner = pwd.getpwnam("postgres")
        os.chown(folder, owner.pw_uid, owner.pw_gid)
        run_as = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}

    def run(*command: str | Path) -> None:
        with (folder / "log").open("ab") as log:
            subprocess.run(command, check=True, cwd=folder, stdout=log, stderr=log, **run_as)

    data, control = folder / "data", binaries / "pg_ctl"
    options = f"-k {folder} -c listen_addresses= -c max_connections=40 " + " ".join(f"-c {one}" for one in CHEAP)
    (folder / "log").touch()
    os.chmod(folder / "log", 0o666)
    try:
        run(binaries / "initdb", "-D", data, "-U", "tester", "--auth=trust", "-E", "UTF8", "--locale=C", "--no-sync")
        run(control, "-D", data, "-o", options, "-w", "-t", "60", "start")
        yield f"postgresql://tester@/postgres?host={folder}"
    finally:
        subprocess.run([control, "-D", data, "-m", "immediate", "stop"], cwd=folder, capture_output=True, **run_as)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres(cluster: str) -> str:
    """The URL of an empty schema: tables of one test are not those of another."""
    import psycopg

    name = f"t{next(_SCHEMAS)}"
    with psycopg.connect(cluster, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {name}")
    return f"{cluster}&options=-csearch_path%3D{name}"


@pytest.fixture
def here(tmp_path: Path) -> str:
    """A path with no ledger at it: for what does not differ between the backends."""
    return str(tmp_path / "ledger.db")


@pytest.fixture(params=["sqlite", "postgresql"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A place with no ledger in it, on either backend."""
    if request.param == "sqlite":
        return str(tmp_path / "ledger.db")
    url: str = request.getfixturevalue("postgres")
    return url
