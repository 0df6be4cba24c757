"""A consistent copy of a book, always as a book in one file."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, column, insert, inspect, select, table, update
from sqlalchemy.exc import DBAPIError

from onefold.model.error import UsageError
from onefold.model.field import FieldType
from onefold.stores.database import Database
from onefold.stores.definitions import add_field_column, add_identifier_column
from onefold.stores.migrating import migrate
from onefold.stores.schema import counter, field, identifier_kind, metadata
from onefold.stores.sqlite import Sqlite

AT_A_TIME = 20_000


def copy_book(database: Database, copy: Path) -> None:
    """Copy a book as it stands at one moment into a new file, while others may write.

    Raises `UsageError` where the file is there already or its folder is not.
    """
    if copy.exists():
        raise UsageError(f"{copy} is there already", code="file_exists", hint="name a new file")
    if not copy.parent.is_dir():
        raise UsageError(f"{copy.parent} is not there", code="no_folder", hint="make the folder first")
    partial = copy.with_name(f"{copy.name}.partial")
    partial.unlink(missing_ok=True)
    try:
        if database.path is not None:
            copy_file(database.path, partial)
        else:
            _copy_tables(database, Sqlite(partial))
        partial.replace(copy)
    except (sqlite3.Error, DBAPIError) as error:
        plain = Sqlite(copy).explain(error)
        if plain is None or plain.code == "book_damaged":
            raise  # it is the book that cannot be read, not the copy that cannot be written
        raise plain from error
    finally:
        partial.unlink(missing_ok=True)


def keep_as_it_was(book: Path, copy: Path) -> None:
    """Copy a book that is a file before it is changed; there is a whole copy, or none."""
    partial = copy.with_name(f"{copy.name}.partial")
    partial.unlink(missing_ok=True)
    copy_file(book, partial)
    partial.replace(copy)


def copy_file(book: Path, copy: Path) -> None:
    """Copy a book that is a file, page by page."""
    with closing(sqlite3.connect(book)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)


def _copy_tables(source: Database, target: Sqlite) -> None:
    """Copy every row of one snapshot; the search index of the copy starts behind, and follows."""
    with source.engine.begin() as reading, target.engine.begin() as writing:
        source.begin_reading(reading)
        target.begin_writing(writing, None)
        migrate(writing, datetime.now(UTC))
        target.claim(writing)
        _add_columns(reading, target, writing)
        for each in metadata.sorted_tables:
            _copy_rows(reading, writing, each.name)
        writing.execute(update(counter).where(counter.c.name == "indexed_batch").values(value=0))
    target.engine.dispose()


def _add_columns(reading: Connection, target: Sqlite, writing: Connection) -> None:
    """The columns that the book gave its contact table while it was used."""
    for number, type_ in reading.execute(select(field.c.id, field.c.type)):
        add_field_column(target, writing, number, FieldType(type_))
    for number in reading.execute(select(identifier_kind.c.id)).scalars():
        add_identifier_column(target, writing, number)


def _copy_rows(reading: Connection, writing: Connection, name: str) -> None:
    rows = table(name, *(column(each["name"]) for each in inspect(reading).get_columns(name)))
    found = reading.execution_options(yield_per=AT_A_TIME).execute(select(rows))
    for part in found.mappings().partitions():
        writing.execute(insert(rows), [dict(row) for row in part])
