"""The bare load: the rows that an import leaves in a book, written the fastest way that we know.

Contacts, aliases, tags and ledger, all indexes in place, the same pragmas, one transaction; nothing is read,
decided or reported. The rows lie ready in memory in the very shape that the driver wants.
"""

import gc
import pickle
import sqlite3
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
from sqlalchemy import make_url

from onefold.stores.sqlite import PAGES_IN_THE_LOG, WRITER_CACHE_KIB

KEYS = {
    "tag": ("id",),
    "contact": ("id",),
    "alias": ("contact_id", "kind", "value"),
    "contact_tag": ("contact_id", "tag_id"),
    "ledger": ("batch_id", "contact_id"),
}
"""The tables of a bare load, and the order in which their rows go in. The first column of each only grows
from one import of new people to the next.
"""


class How(StrEnum):
    """Ways to write the rows. Indexes made afterwards are quickest, but that is for an empty book only."""

    ONE_ROW = "one row a statement"
    MANY_ROWS = "fifty rows a statement"
    COPY = "COPY"
    INDEXES_AFTERWARDS = "indexes made afterwards"


WAYS = {
    "SQLite": (How.MANY_ROWS, How.ONE_ROW, How.INDEXES_AFTERWARDS),
    "PostgreSQL": (How.COPY, How.INDEXES_AFTERWARDS),
}
"""What each store can do, the one that imports are measured by first."""

ROWS_A_STATEMENT = 50


class Part(NamedTuple):
    """The rows of one table, without the columns that are empty in all: as tuples, or as COPY wants them."""

    table: str
    columns: Sequence[str]
    rows: Any


def high_water(address: str) -> dict[str, int]:
    """How far each table of the book at that address is filled; what comes later lies above."""
    questions = {table: f"SELECT coalesce(max({keys[0]}), 0) FROM {table}" for table, keys in KEYS.items()}
    if address.startswith("sqlite"):
        with closing(_sqlite(address)) as book:
            return {table: book.execute(question).fetchone()[0] for table, question in questions.items()}
    with psycopg.connect(address) as server:
        rows = {table: server.execute(question).fetchone() for table, question in questions.items()}
        return {table: row[0] for table, row in rows.items() if row}


def read_out(address: str, kept: Path, above: Mapping[str, int]) -> None:
    """Keeps the rows above that mark in the book at that address in a file, for `load`."""
    tables = {table: f"{table} WHERE {keys[0]} > {above[table]}" for table, keys in KEYS.items()}
    read = _read_sqlite if address.startswith("sqlite") else _read_postgresql
    kept.write_bytes(pickle.dumps(read(address, tables)))


def load(kept: Path, address: str, how: How) -> float:
    """Writes the rows into the book at that address, which has none of them; the seconds that it took."""
    parts: list[Part] = pickle.loads(kept.read_bytes())
    if address.startswith("sqlite"):
        return _load_sqlite(parts, address, how)
    return _load_postgresql(parts, address, how)


def _sqlite(address: str) -> sqlite3.Connection:
    connection = sqlite3.connect(str(make_url(address).database), isolation_level=None)
    for pragma in (
        "synchronous = FULL",
        "temp_store = MEMORY",
        f"cache_size = -{WRITER_CACHE_KIB}",
        f"wal_autocheckpoint = {PAGES_IN_THE_LOG}",
    ):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def _read_sqlite(address: str, tables: Mapping[str, str]) -> list[Part]:
    connection, parts = _sqlite(address), []
    for table, new in tables.items():
        columns = [column[1] for column in connection.execute(f"PRAGMA table_info({table})")]
        filled = connection.execute(
            f"SELECT {', '.join(f'count({c})' for c in columns)} FROM {new}"
        ).fetchone()
        columns = [column for column, count in zip(columns, filled, strict=True) if count]
        if columns:
            question = f"SELECT {', '.join(columns)} FROM {new} ORDER BY {', '.join(KEYS[table])}"
            parts.append(Part(table, columns, connection.execute(question).fetchall()))
    connection.close()
    return parts


def _load_sqlite(parts: Sequence[Part], address: str, how: How) -> float:
    statements: list[tuple[str, Sequence[tuple[Any, ...]]]] = []
    for table, columns, rows in parts:
        wide = 1 if how is How.ONE_ROW else ROWS_A_STATEMENT
        even = len(rows) // wide * wide
        place = f"({', '.join('?' * len(columns))})"
        into = f"INSERT INTO {table} ({', '.join(columns)}) VALUES "
        together = [sum(rows[at : at + wide], ()) for at in range(0, even, wide)]
        statements += [(into + ", ".join([place] * wide), together), (into + place, rows[even:])]

    connection = _sqlite(address)
    tables = ", ".join(f"'{table}'" for table in KEYS)
    made = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
    indexes = connection.execute(f"{made} AND tbl_name IN ({tables})").fetchall()
    afterwards = indexes if how is How.INDEXES_AFTERWARDS else []
    gc.collect()
    started = time.perf_counter()
    connection.execute("BEGIN IMMEDIATE")
    for name, _ in afterwards:
        connection.execute(f"DROP INDEX {name}")
    for statement, tuples in statements:
        connection.executemany(statement, tuples)
    for _, definition in afterwards:
        connection.execute(definition)
    connection.execute("COMMIT")
    seconds = time.perf_counter() - started
    connection.close()
    return seconds


def _read_postgresql(address: str, tables: Mapping[str, str]) -> list[Part]:
    parts = []
    with psycopg.connect(address) as connection:
        for table, new in tables.items():
            named = connection.execute(f"SELECT * FROM {table} LIMIT 0").description or []
            columns = [column.name for column in named]
            counts = ", ".join(f"count({column})" for column in columns)
            filled = connection.execute(f"SELECT {counts} FROM {new}").fetchone() or ()
            columns = [column for column, count in zip(columns, filled, strict=True) if count]
            if columns:
                rows = f"SELECT {', '.join(columns)} FROM {new} ORDER BY {', '.join(KEYS[table])}"
                with connection.cursor().copy(f"COPY ({rows}) TO STDOUT") as copy:
                    parts.append(Part(table, columns, b"".join(copy)))
    return parts


def _load_postgresql(parts: Sequence[Part], address: str, how: How) -> float:
    with psycopg.connect(address) as connection:
        made = (
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s) AND indexname LIKE 'ix%%'"
        )
        indexes = connection.execute(made, [list(KEYS)]).fetchall()
        afterwards = indexes if how is How.INDEXES_AFTERWARDS else []
        connection.commit()
        started = time.perf_counter()
        for name, _ in afterwards:
            connection.execute(f"DROP INDEX {name}")
        for table, columns, rows in parts:
            with connection.cursor().copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
                copy.write(rows)
        for _, definition in afterwards:
            connection.execute(definition)
        connection.commit()
        return time.perf_counter() - started
