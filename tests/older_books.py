"""A book as an older version of Onefold left it."""

from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Final

import polars as pl
from sqlalchemy import Engine, Text, inspect, text
from sqlalchemy.types import NullType

from onefold.stores.migrating import HEAD, migrate

ACCENT: Final = "\u0301"

MADE_SINCE: Final = (
    "search",
    "imported_header",
    "consent",
    "consent_state",
    "activity",
    "taken",
    "form",
    "keyword",
    "question",
    "used_token",
    "segment",
    "erased_refusal",
    "refusal",
    "typed_address",
)
"""The tables that the first version did not have."""


def as_first_made(engine: Engine) -> None:
    """Takes out of a book all that was added since the first version."""
    with engine.begin() as connection:
        for table in MADE_SINCE:
            connection.execute(text(f"DROP TABLE {table}"))
        connection.execute(text("DROP INDEX ix_contact_in_bin"))
        if connection.dialect.name == "postgresql":
            connection.execute(text("DROP FUNCTION onefold_trigrams"))
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))


def migrated_to_one_spelling(engine: Engine, files: Path, now: datetime) -> None:
    """Turns every `~` of a book and its files into the accent of the letter before it, in whatever it stands,
    as text was kept before it was in NFC; then brings the book to NFC.
    """
    with engine.begin() as connection:
        for table in inspect(connection).get_table_names():
            if table == "alembic_version" or table.startswith("search_"):
                continue
            for column in inspect(connection).get_columns(table):
                name = column["name"]
                if isinstance(column["type"], NullType | Text):
                    changed = text(f"UPDATE {table} SET {name} = replace({name}, '~', :accent)")
                    connection.execute(changed, {"accent": ACCENT})
        # What later revisions made is there already.
        connection.execute(text("UPDATE alembic_version SET version_num = '0005'"))
        migrate(connection, now, "0006")
        connection.execute(text("UPDATE alembic_version SET version_num = :head"), {"head": HEAD})
    for path in files.rglob("*.arrow"):
        frame = pl.read_ipc(BytesIO(path.read_bytes()))
        frame.with_columns(pl.col(pl.String).str.replace_all("~", ACCENT)).write_ipc(path)
    for path in files.rglob("*.csv"):
        path.write_text(path.read_text().replace("~", ACCENT))
