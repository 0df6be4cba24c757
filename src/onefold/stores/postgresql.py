"""PostgreSQL: a book that a team shares."""

import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from time import sleep
from typing import Any, Final, cast

import polars as pl
import psycopg
from sqlalchemy import ARRAY, URL, BigInteger, Connection, FromClause, create_engine, func, text
from sqlalchemy import cast as cast_to
from sqlalchemy.exc import DBAPIError

from onefold.model.error import OnefoldError, UsageError
from onefold.stores.database import Database, Schema, like, too_large
from onefold.stores.schema import metadata

WRITER_LOCK: Final = 0x6F6E6566
"""Any number will do that others are unlikely to choose; the second half of the key is the schema's name."""
TURN_LOCK: Final = WRITER_LOCK + 1
SLICE_MILLISECONDS: Final = 100
"""How long readers may have to wait for a column that is not theirs."""
PATIENCE_SECONDS: Final = 10
"""How long a server may take to answer the door."""
ARRAY_TYPES: Final = {
    pl.String: "text[]",
    pl.Boolean: "boolean[]",
    pl.Float64: "double precision[]",
}


class Postgresql(Database):
    """New rows come in by COPY, large answers go out by COPY, everything else travels as arrays."""

    text_type = 'TEXT COLLATE "C"'
    path = None

    def __init__(self, address: URL) -> None:
        self.name = address.set(drivername="postgresql").render_as_string(hide_password=True)
        if "connect_timeout" not in address.query:
            address = address.update_query_dict({"connect_timeout": str(PATIENCE_SECONDS)})
        self.engine = create_engine(
            address.set(drivername="postgresql+psycopg"), pool_use_lifo=True, max_overflow=-1
        )

    def check(self) -> None:
        """That the server answers, and can hold every name."""
        with self.engine.connect() as connection:
            encoding = connection.exec_driver_sql("SHOW server_encoding").scalar_one()
        if encoding != "UTF8":
            raise UsageError(
                f"{self.name} keeps text as {encoding}, which cannot hold every name",
                code="bad_encoding",
                hint="make a database with ENCODING 'UTF8' for the book",
            )

    def claim(self, connection: Connection) -> None:
        """Nothing: its tables are mark enough."""

    def settle(self) -> None:
        """Nothing."""

    def begin_reading(self, connection: Connection) -> None:
        """REPEATABLE READ, and read-only."""
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")

    def begin_writing(self, connection: Connection, waiting: Callable[[], None] | None) -> None:
        """An advisory lock that goes with the transaction."""
        key = f"({WRITER_LOCK}, hashtext(current_schema()))"
        if connection.exec_driver_sql(f"SELECT pg_try_advisory_xact_lock{key}").scalar_one():
            return
        if waiting is not None:
            waiting()
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock{key}")

    def add_column(self, connection: Connection, table: str, column: str, type_: str) -> None:
        """Tried for a moment at a time: who reads meanwhile ends that, and nobody queues up behind us for
        long.
        """
        while True:
            try:
                with connection.begin_nested():
                    connection.exec_driver_sql(f"SET LOCAL lock_timeout = {SLICE_MILLISECONDS}")
                    connection.exec_driver_sql(f"ALTER TABLE {table} ADD COLUMN {column} {type_}")
                    connection.exec_driver_sql("SET LOCAL lock_timeout = 0")
                return
            except DBAPIError as error:
                if not isinstance(error.orig, psycopg.errors.LockNotAvailable):
                    raise
            sleep(SLICE_MILLISECONDS / 1000)

    @contextmanager
    def turn(self, files: Path, waiting: Callable[[], None]) -> Iterator[None]:
        """An advisory lock on a connection of its own.

        It goes with a transaction that does nothing else, not with the session: a pooler would give the
        session to others between two statements. Such a transaction keeps no old rows alive.
        """
        key = f"({TURN_LOCK}, hashtext(current_schema()))"
        with self.engine.connect() as connection:
            for patience in ("statement_timeout", "idle_in_transaction_session_timeout"):
                connection.exec_driver_sql(f"SET LOCAL {patience} = 0")
            if not connection.exec_driver_sql(f"SELECT pg_try_advisory_xact_lock{key}").scalar_one():
                waiting()
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock{key}")
            try:
                yield
            finally:
                # Where the server has ended it meanwhile, the lock has gone with it.
                with suppress(DBAPIError):
                    connection.rollback()

    def select(
        self,
        connection: Connection,
        statement: str,
        schema: Schema,
        given: pl.Series | None = None,
        **parameters: int | str,
    ) -> pl.DataFrame:
        """By COPY where ids are given, else by parameters that the server takes in."""
        if given is not None and given.dtype == pl.Int64 and not parameters:
            return self._copy_out(connection, statement, schema, given)
        values: dict[str, Any] = dict(parameters)
        if given is not None:
            values["given"] = given.to_list()
        array = "bigint[]" if given is not None and given.dtype == pl.Int64 else "text[]"
        question = text(statement.format(given=f"unnest(CAST(:given AS {array})) AS given(value)"))
        rows = connection.execute(question, values).cursor.fetchall()
        return pl.DataFrame(rows, schema=dict(schema), orient="row")

    def _copy_out(
        self, connection: Connection, statement: str, schema: Schema, given: pl.Series
    ) -> pl.DataFrame:
        """COPY is four times as quick as fetching rows. It takes no parameters, but ids may stand in it."""
        ids = ",".join(map(str, given.cast(pl.Int64).to_list()))
        question = statement.format(given=f"unnest('{{{ids}}}'::bigint[]) AS given(value)")
        answer = io.BytesIO()
        with (
            _driver(connection).cursor() as cursor,
            cursor.copy(f"COPY ({question}) TO STDOUT (FORMAT csv)") as copy,
        ):
            for block in copy:
                answer.write(block)
        as_read = {name: pl.String() if dtype == pl.Boolean else dtype for name, dtype in schema.items()}
        if not answer.tell():
            return pl.DataFrame(schema=dict(schema))
        frame = pl.read_csv(answer.getvalue(), has_header=False, schema=as_read)
        return frame.with_columns(
            pl.col(name) == "t" for name, dtype in schema.items() if dtype == pl.Boolean
        )

    def insert_new(self, connection: Connection, table: str, rows: pl.DataFrame) -> None:
        """COPY of what Polars writes as CSV."""
        if rows.is_empty():
            return
        into = f"COPY {table} ({', '.join(rows.columns)}) FROM STDIN (FORMAT csv)"
        with _driver(connection).cursor() as cursor, cursor.copy(into) as copy:
            # Text is quoted and NULL is not: that is how COPY tells it from empty text.
            copy.write(rows.write_csv(include_header=False, quote_style="non_numeric"))

    def insert(self, connection: Connection, table: str, rows: pl.DataFrame, on_conflict: str) -> None:
        """From one array for each column."""
        columns = ", ".join(rows.columns)
        self._with_arrays(
            connection,
            f"INSERT INTO {table} ({columns}) SELECT * FROM {{given}} ON CONFLICT {on_conflict}",
            rows,
        )

    def update(self, connection: Connection, table: str, rows: pl.DataFrame, indexed: Sequence[str]) -> None:
        """From one array for each column; which indexes have to follow, the server finds out by itself."""
        values = ", ".join(f"{column} = given.{column}" for column in rows.columns if column != "id")
        self._with_arrays(
            connection, f"UPDATE {table} SET {values} FROM {{given}} WHERE {table}.id = given.id", rows
        )

    def delete(self, connection: Connection, table: str, rows: pl.DataFrame) -> None:
        """By one array for each column."""
        equal = " AND ".join(f"{table}.{column} = given.{column}" for column in rows.columns)
        self._with_arrays(connection, f"DELETE FROM {table} USING {{given}} WHERE {equal}", rows)

    def _with_arrays(self, connection: Connection, statement: str, rows: pl.DataFrame) -> None:
        if rows.is_empty():
            return
        arrays = ", ".join(f"%s::{ARRAY_TYPES.get(type(dtype), 'bigint[]')}" for dtype in rows.dtypes)
        given = f"unnest({arrays}) AS given({', '.join(rows.columns)})"
        parameters = [column.to_list() for column in rows.iter_columns()]
        _driver(connection).execute(statement.format(given=given), parameters)

    def given(self, ids: pl.Series) -> FromClause:
        """As an array."""
        values = cast_to(ids.to_list(), ARRAY(BigInteger()))
        return func.unnest(values).table_valued("value", name="given").render_derived()

    def holds_words(self, words: Sequence[str]) -> tuple[str, dict[str, str]]:
        """Every word by looking; the trigrams of the longer ones tell where to look."""
        parameters = {f"word_{number}": word for number, word in enumerate(words)}
        conditions = [
            f"onefold_trigrams(search.folded) @> onefold_trigrams(:{name})"
            f" AND search.folded LIKE :{name}_anywhere ESCAPE '\\'"
            for name in parameters
        ]
        patterns = {f"{name}_anywhere": like(word) for name, word in parameters.items()}
        return " AND ".join(conditions), parameters | patterns

    def write_anew(self) -> dict[str, bool]:
        """VACUUM: the rows that were deleted make room for others. The server's own log is not ours."""
        tables = ", ".join([*metadata.tables, "search"])
        with self.engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql(f"VACUUM {tables}")
        return {"written_anew": False, "vacuumed": True}

    def damage(self, connection: Connection) -> list[str]:
        """Nothing: the server looks after its own storage."""
        return []

    def explain(self, error: BaseException) -> OnefoldError | None:
        """By class of the driver's error."""
        cause = error.orig if isinstance(error, DBAPIError) else error
        if isinstance(cause, psycopg.errors.NumericValueOutOfRange):
            return too_large()
        if isinstance(cause, psycopg.errors.DiskFull):
            return OnefoldError(
                f"the disk of {self.name} is full, what was under way was taken back",
                code="disk_full",
                hint="make room there and try again",
            )
        if isinstance(cause, psycopg.errors.InsufficientPrivilege):
            return UsageError(
                f"{self.name} does not let this user do that ({_first_line(cause)}), nothing was changed",
                code="no_permission",
                hint="ask whoever runs the server for the right to read, write and create tables there",
            )
        if isinstance(cause, psycopg.errors.ProgramLimitExceeded):
            return UsageError(
                f"a value is too long for {self.name} ({_first_line(cause)}), nothing was changed",
                code="value_too_long",
                hint="identifiers and names can have a few hundred letters",
            )
        if isinstance(cause, psycopg.OperationalError):
            return UsageError(
                f"{self.name} does not answer ({_first_line(cause)})",
                code="book_unreachable",
                hint="check the address and that the server runs, then try again",
            )
        return None


def _driver(connection: Connection) -> "psycopg.Connection[tuple[Any, ...]]":
    return cast("psycopg.Connection[tuple[Any, ...]]", connection.connection.driver_connection)


def _first_line(error: BaseException) -> str:
    return str(error).strip().partition("\n")[0]
