"""Bringing a book's tables to the form that this version of Onefold knows."""

from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Final

from sqlalchemy import Connection, inspect, text

HEAD: Final = "0009"
"""The newest revision in `migrations/versions`; a test holds the two together."""
KNOWN: Final = ("0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008", HEAD)
ONE_AT_A_TIME: Final = Lock()
"""Alembic keeps what it is doing in a module of its own, for one book at a time."""


def revision_of(connection: Connection) -> str | None:
    """The revision of the tables that are there, or `None` where there are none of ours."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def migrate(connection: Connection, now: datetime, to: str = HEAD) -> None:
    """Make or change the tables, in the transaction that the connection is in; what has to be written down
    happens `now`.
    """
    # Alembic is slow to import, and a book that is up to date does not need it.
    from alembic import command
    from alembic.config import Config

    config = Config(attributes={"connection": connection, "now": now})
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with ONE_AT_A_TIME:
        command.upgrade(config, to)
