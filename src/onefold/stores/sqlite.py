"""SQLite: a book in one file."""

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import sleep
from typing import Any, Final, cast

import polars as pl
from filelock import FileLock, Timeout
from sqlalchemy import URL, Connection, FromClause, create_engine, event, func, text
from sqlalchemy.exc import DBAPIError

from onefold.model.error import OnefoldError, UsageError
from onefold.normalise.letters import small
from onefold.stores.columns import select_columns
from onefold.stores.database import Database, Schema, like, too_large

MAGIC: Final = b"SQLite format 3\0"
HEADER_LENGTH: Final = 100
APPLICATION_ID: Final = 0x6F6E6566
"""`onef`: the mark in the header of the file by which a book is told from other databases."""
APPLICATION_ID_AT: Final = slice(68, 72)
READER_CACHE_KIB: Final = 16 * 1024
WRITER_CACHE_KIB: Final = 128 * 1024
"""Room for the pages of the indexes that a batch touches in no order."""
PAGES_IN_THE_LOG: Final = 32_768
"""After so many (128 MiB) the write-ahead log is written back into the book: what several batches touched is
then written back once.
"""
PATIENCE_MILLISECONDS: Final = 60_000
SLICE_MILLISECONDS: Final = 200
"""How long one try for the writer lock lasts; between two of them Ctrl-C is heard."""
TRIGRAM: Final = 3
TOGETHER: Final = 25
"""Rows that one statement inserts."""
MOST_PARAMETERS: Final = 900
"""Of one statement: every SQLite that was ever shipped takes 999."""


class Sqlite(Database):
    """Write-ahead log, so that readers never wait; every commit is on the disk before it is told (FULL)."""

    path: Path
    text_type = "TEXT"

    def __init__(self, path: Path) -> None:
        self.name = str(path)
        self.path = path
        self.engine = create_engine(
            URL.create("sqlite", database=str(path)), pool_use_lifo=True, max_overflow=-1
        )
        event.listen(self.engine, "connect", _prepare)

    def check(self) -> None:
        """By the header of the file alone: opening a file of another program could change it."""
        if self.path.is_dir():
            raise _unusable(f"{self.path} is a folder", "not_a_book", "name a file in it")
        if not self.path.exists():
            if not self.path.parent.is_dir():
                folder = self.path.parent
                raise _unusable(
                    f"{folder} is not there", "no_folder", "make the folder first, or name another"
                )
            return
        try:
            with self.path.open("rb") as file:
                header = file.read(HEADER_LENGTH)
        except OSError as error:
            raise _unusable(
                f"{self.path} cannot be read ({error.strerror})", "no_permission", "check its permissions"
            ) from None
        if header and not header.startswith(MAGIC):
            raise _unusable(f"{self.path} is not an Onefold book", "not_a_book", "name another file")
        if header and header[APPLICATION_ID_AT] != APPLICATION_ID.to_bytes(4, "big"):
            raise _unusable(
                f"{self.path} is a database of another program, not an Onefold book",
                "not_a_book",
                "name another file",
            )

    def claim(self, connection: Connection) -> None:
        """The mark in the header."""
        connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")

    def settle(self) -> None:
        """The write-ahead log; not earlier, so that the mark is in the file itself from the first moment."""
        with self.engine.connect() as connection:
            # To change it SQLite needs the file for itself, and does not wait for that by itself.
            for _ in range(PATIENCE_MILLISECONDS // SLICE_MILLISECONDS):
                try:
                    _driver(connection).execute("PRAGMA journal_mode = WAL")
                    return
                except sqlite3.OperationalError as error:
                    if _code(error) != sqlite3.SQLITE_BUSY:
                        raise
                sleep(SLICE_MILLISECONDS / 1000)

    def begin_reading(self, connection: Connection) -> None:
        """BEGIN: the log keeps what this moment needs."""
        connection.exec_driver_sql("BEGIN")

    def begin_writing(self, connection: Connection, waiting: Callable[[], None] | None) -> None:
        """BEGIN IMMEDIATE, tried again until it is our turn."""
        driver = _driver(connection)
        driver.execute(f"PRAGMA cache_size = -{WRITER_CACHE_KIB}")
        driver.execute(f"PRAGMA wal_autocheckpoint = {PAGES_IN_THE_LOG}")
        driver.execute("PRAGMA busy_timeout = 0")
        try:
            while True:
                try:
                    connection.exec_driver_sql("BEGIN IMMEDIATE")
                    break
                except DBAPIError as error:
                    if _code(error.orig) != sqlite3.SQLITE_BUSY:
                        raise
                if waiting is not None:
                    waiting()
                    waiting = None
                driver.execute(f"PRAGMA busy_timeout = {SLICE_MILLISECONDS}")
        finally:
            driver.execute(f"PRAGMA busy_timeout = {PATIENCE_MILLISECONDS}")

    def add_column(self, connection: Connection, table: str, column: str, type_: str) -> None:
        """At once: readers have the table as it was when they began."""
        connection.exec_driver_sql(f"ALTER TABLE {table} ADD COLUMN {column} {type_}")

    @contextmanager
    def turn(self, files: Path, waiting: Callable[[], None]) -> Iterator[None]:
        """A lock on a file beside the book."""
        files.mkdir(parents=True, exist_ok=True)
        lock = FileLock(files / "import.lock", thread_local=False)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            waiting()
            lock.acquire()
        try:
            yield
        finally:
            lock.release()

    def select(
        self,
        connection: Connection,
        statement: str,
        schema: Schema,
        given: pl.Series | None = None,
        **parameters: int | str,
    ) -> pl.DataFrame:
        """Many values travel as one JSON text: quicker than a temporary table, and nothing to tidy up."""
        if given is not None:
            parameters["given"] = json.dumps(given.to_list(), ensure_ascii=False)
        question = text(statement.format(given="json_each(:given) AS given"))
        rows = connection.execute(question, parameters).cursor.fetchall()
        yes_no = [name for name, dtype in schema.items() if dtype == pl.Boolean]
        read = pl.DataFrame(rows, schema={**schema, **dict.fromkeys(yes_no, pl.Int64)}, orient="row")
        return read.with_columns(pl.col(yes_no).cast(pl.Boolean)) if yes_no else read

    def select_many(
        self, connection: Connection, statement: str, schema: Schema, given: pl.Series
    ) -> pl.DataFrame:
        """As an array for each column."""
        return select_columns(connection, statement, schema, given)

    def insert_new(self, connection: Connection, table: str, rows: pl.DataFrame) -> None:
        """`executemany`, without the columns that are empty."""
        if len(rows):
            self.insert(connection, table, _without_empty_columns(rows), "")

    def insert(self, connection: Connection, table: str, rows: pl.DataFrame, on_conflict: str) -> None:
        """`executemany`, many rows to a statement: it saves a third of the time."""
        if rows.is_empty():
            return
        into = f"INSERT INTO {table} ({', '.join(rows.columns)}) VALUES "
        conflict = f" ON CONFLICT {on_conflict}" if on_conflict else ""
        row = f"({', '.join('?' * rows.width)})"
        together_rows = min(TOGETHER, MOST_PARAMETERS // max(rows.width, 1))
        even = rows.height // together_rows * together_rows if together_rows > 1 else 0
        if even:
            values = _in_a_row(rows.head(even))
            step = rows.width * together_rows
            together = (values[at : at + step] for at in range(0, len(values), step))
            _driver(connection).executemany(f"{into}{', '.join([row] * together_rows)}{conflict}", together)
        _many(connection, f"{into}{row}{conflict}", rows.slice(even))

    def update(self, connection: Connection, table: str, rows: pl.DataFrame, indexed: Sequence[str]) -> None:
        """`executemany`; indexed columns only where the value is new, since SQLite would move every entry."""
        if rows.is_empty():
            return
        schema = {name: rows.schema[name] for name in ("id", *indexed)}
        columns = ", ".join(f"{table}.{name}" for name in schema)
        question = f"SELECT {columns} FROM {{given}} CROSS JOIN {table} WHERE {table}.id = given.value"
        held = rows.join(self.select(connection, question, schema, rows["id"]), on="id", suffix="_held")
        _update(connection, table, rows.drop(indexed))
        differs = {name: pl.col(name).ne_missing(pl.col(f"{name}_held")) for name in indexed}
        somewhere = held.select(is_new.any().alias(name) for name, is_new in differs.items())
        for name in indexed:
            if somewhere[name].item():
                _update(connection, table, held.filter(differs[name]).select("id", name))

    def delete(self, connection: Connection, table: str, rows: pl.DataFrame) -> None:
        """`executemany`."""
        equal = " AND ".join(f"{column} = ?" for column in rows.columns)
        _many(connection, f"DELETE FROM {table} WHERE {equal}", rows)

    def given(self, ids: pl.Series) -> FromClause:
        """As one JSON text."""
        return func.json_each(json.dumps(ids.to_list())).table_valued("value", name="given")

    def holds_words(self, words: Sequence[str]) -> tuple[str, dict[str, str]]:
        """Words of three letters and more by trigrams, shorter ones by looking."""
        conditions, parameters = [], {}
        phrases = ['"' + word.replace('"', '""') + '"' for word in words if len(word) >= TRIGRAM]
        if phrases:
            conditions.append("search MATCH :words")
            parameters["words"] = " AND ".join(phrases)
        for number, word in enumerate(word for word in words if len(word) < TRIGRAM):
            conditions.append(f"search.folded LIKE :word_{number} ESCAPE '\\'")
            parameters[f"word_{number}"] = like(word)
        return " AND ".join(conditions), parameters

    def write_anew(self) -> dict[str, bool]:
        """The search index without its deleted terms, then the whole file; then the log is written back and
        emptied, unless somebody reads an earlier moment: whoever is the last to close the book does it then.
        """
        with self.engine.connect() as connection:
            driver = _driver(connection)
            driver.execute("INSERT INTO search(search) VALUES ('optimize')")
            # The new file is made beside the old one: it may be larger than the memory.
            driver.execute("PRAGMA temp_store = FILE")
            try:
                driver.execute("VACUUM")
            finally:
                driver.execute("PRAGMA temp_store = MEMORY")
            held_up = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        return {"written_anew": True, "log_written_back": not held_up}

    def damage(self, connection: Connection) -> list[str]:
        """`integrity_check` and `foreign_key_check`."""
        told = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA integrity_check(20)")]
        lines = [f"the file is damaged: {line}" for line in told if line != "ok"]
        keys = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        return lines + [f"a row of {row[0]} names a row of {row[2]} that is not there" for row in keys[:20]]

    def explain(self, error: BaseException) -> OnefoldError | None:
        """By result code."""
        if isinstance(error, OverflowError) and "SQLite INTEGER" in str(error):
            return too_large()
        code = _code(error.orig if isinstance(error, DBAPIError) else error)
        if code == sqlite3.SQLITE_FULL:
            return OnefoldError(
                f"the disk that holds {self.name} is full, what was under way was taken back",
                code="disk_full",
                hint="make room there and try again",
            )
        if code == sqlite3.SQLITE_BUSY:
            return OnefoldError(
                f"{self.name} is held by somebody else, what was under way was taken back",
                code="book_busy",
                hint="see which program has the file open, and try again",
            )
        if code in (
            sqlite3.SQLITE_READONLY,
            sqlite3.SQLITE_PERM,
            sqlite3.SQLITE_CANTOPEN,
            sqlite3.SQLITE_AUTH,
        ):
            return _unusable(
                f"{self.name} cannot be opened for writing, nothing was changed",
                "no_permission",
                "check the permissions of the file and of its folder",
            )
        if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_IOERR):
            return OnefoldError(
                f"{self.name} cannot be read: the file or its disk is damaged",
                code="book_damaged",
                hint="copy the file to another disk and try that, or take a backup of the book",
            )
        return None


def _unusable(message: str, code: str, hint: str) -> UsageError:
    return UsageError(message, code=code, hint=hint)


def _prepare(driver: sqlite3.Connection, _record: object) -> None:
    driver.isolation_level = None  # transactions begin where we say so, data definition included
    driver.execute("PRAGMA synchronous = FULL")
    driver.execute("PRAGMA secure_delete = ON")
    driver.execute("PRAGMA foreign_keys = ON")
    driver.execute("PRAGMA temp_store = MEMORY")
    driver.execute(f"PRAGMA cache_size = -{READER_CACHE_KIB}")
    driver.execute(f"PRAGMA busy_timeout = {PATIENCE_MILLISECONDS}")
    driver.create_function("onefold_small", 1, _small, deterministic=True)


def _small(text: str | None) -> str | None:
    """What PostgreSQL does by `translate`; see `in_small_letters`."""
    return None if text is None else small(text)


def _driver(connection: Connection) -> sqlite3.Connection:
    return cast(sqlite3.Connection, connection.connection.driver_connection)


def _code(error: Any) -> int | None:
    """The primary result code of an error of SQLite."""
    code = getattr(error, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF


def _many(connection: Connection, statement: str, rows: pl.DataFrame) -> None:
    if not rows.is_empty():
        _driver(connection).executemany(statement, rows.rows())


def _in_a_row(rows: pl.DataFrame) -> list[Any]:
    """All values, row after row; taking them column by column is quicker than asking for rows."""
    values: list[Any] = [None] * (rows.height * rows.width)
    for place, column in enumerate(rows.iter_columns()):
        # A moment or a tag that all rows have is then one object, not one a row.
        same = not column.has_nulls() and (column == column.first()).all()
        values[place :: rows.width] = [column.first()] * rows.height if same else column.to_list()
    return values


def _update(connection: Connection, table: str, rows: pl.DataFrame) -> None:
    columns = [column for column in rows.columns if column != "id"]
    values = ", ".join(f"{column} = ?" for column in columns)
    _many(connection, f"UPDATE {table} SET {values} WHERE id = ?", rows.select(*columns, "id"))


def _without_empty_columns(rows: pl.DataFrame) -> pl.DataFrame:
    """Columns that say nothing are left to their default, NULL: it is a tenth of the time of an import."""
    return rows.select(column for column in rows.iter_columns() if column.null_count() < rows.height)
