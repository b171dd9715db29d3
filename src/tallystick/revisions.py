"""How the tables of a store get from one version to the next."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import Connection


def run_missing(connection: Connection, folder: Path) -> None:
    """Runs what a folder of Alembic's has and the store has not, in the caller's writing transaction."""
    # Alembic takes a tenth of a second to import, and is needed once in a store's life.
    from alembic import command
    from alembic.config import Config

    config = Config()
    # Alembic's settings take % for their own.
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
