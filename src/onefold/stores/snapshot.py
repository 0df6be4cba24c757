"""One moment of a book, and how questions are put to it."""

from datetime import UTC, datetime
from pathlib import Path

import polars as pl
from sqlalchemy import Connection, select

from onefold.model.frames import empty
from onefold.stores.database import Database, Schema
from onefold.stores.schema import counter


class Snapshot:
    """A transaction in which the same question has the same answer; the parts of `Reader` build on it."""

    def __init__(self, database: Database, connection: Connection, files: Path) -> None:
        self._database = database
        self._connection = connection
        self.files = files
        """The folder beside the book, as of `Store.files`."""

    def revision(self) -> int:
        """Grows by one with every transaction that changes what a plan could depend on."""
        return self._counter("revision")

    def _counter(self, name: str) -> int:
        return int(
            self._connection.execute(select(counter.c.value).where(counter.c.name == name)).scalar_one()
        )

    def _select(
        self, statement: str, schema: Schema, given: pl.Series | None = None, **parameters: int | str
    ) -> pl.DataFrame:
        if given is not None and given.is_empty():
            return empty(schema)
        return self._database.select(self._connection, statement, schema, given, **parameters)


def as_text(moment: datetime) -> str:
    """A moment as the tables keep it: `2026-11-22T10:00:00Z`. `moment` has a time zone."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
