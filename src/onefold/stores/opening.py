"""Opening a book: what the address names, whether it is a book at all, and making or migrating it."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

from platformdirs import user_data_path
from sqlalchemy import Connection, insert, inspect, make_url, select
from sqlalchemy.exc import ArgumentError

from onefold.model.error import UsageError
from onefold.stores.backup import keep_as_it_was
from onefold.stores.database import Database
from onefold.stores.migrating import HEAD, KNOWN, migrate, revision_of
from onefold.stores.postgresql import Postgresql
from onefold.stores.schema import counter, setting
from onefold.stores.snapshot import as_text
from onefold.stores.sqlite import Sqlite
from onefold.stores.store import Store, plain_errors

COUNTERS: Final = {"next_contact_id": 1, "revision": 0, "indexed_batch": 0}


def open_store(where: str | Path, *, now: datetime, new_code: Callable[[], str]) -> Store:
    """The book at a path, `sqlite:///…` or `postgresql://…`.

    It is made on first use, with the short id that `new_code` gives; an older one is migrated, a file after a
    backup copy beside it. Raises `UsageError` where something else is there, or a book of a newer Onefold, or
    where it cannot be reached or written; what is there is left as it was.
    """
    database = database_at(where)
    try:
        with plain_errors(database):
            database.check()
            code = _code_of_ready_book(database) or _make_ready(database, now, new_code)
            database.settle()
    except BaseException:
        database.engine.dispose()
        raise
    # By whatever name the book was opened, its files and the lock among them are the same.
    book = database.path and database.path.resolve()
    beside = book and book.with_name(f"{book.name}.files")
    return Store(database, beside or user_data_path("onefold") / code)


def database_at(where: str | Path) -> Database:
    """The kind of database that an address names; nothing is opened yet. `UsageError` where it names none."""
    address = str(where)
    if "://" not in address:
        return Sqlite(Path(address))
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):
        raise _no_address(address) from None
    kind = url.drivername.partition("+")[0]
    if kind == "sqlite" and url.database not in (None, "", ":memory:"):
        return Sqlite(Path(str(url.database)))
    if kind in ("postgresql", "postgres"):
        return Postgresql(url)
    raise _no_address(url.render_as_string(hide_password=True))


def _no_address(address: str) -> UsageError:
    return UsageError(
        f"{address} is not the address of a book",
        code="bad_address",
        hint="give a path, sqlite:///PATH or postgresql://USER@HOST/DATABASE",
    )


def _code_of_ready_book(database: Database) -> str | None:
    """The short id of a book that is there and up to date; `None` where one must be made or migrated."""
    with database.engine.connect() as connection, connection.begin():
        database.begin_reading(connection)
        return _code(connection) if _checked_revision(database, connection) == HEAD else None


def _make_ready(database: Database, now: datetime, new_code: Callable[[], str]) -> str:
    with database.engine.connect() as connection, connection.begin():
        database.begin_writing(connection, None)
        # Somebody else may have been quicker.
        revision = _checked_revision(database, connection)
        if revision is None:
            database.claim(connection)
            migrate(connection, now)
            settings = {"code": new_code(), "created_at": as_text(now), "time_zone": "UTC"}
            connection.execute(insert(setting), [{"key": k, "value": v} for k, v in settings.items()])
            connection.execute(insert(counter), [{"name": k, "value": v} for k, v in COUNTERS.items()])
        elif revision != HEAD:
            if database.path is not None:
                keep_as_it_was(database.path, database.path.with_name(f"{database.path.name}.before-{HEAD}"))
            migrate(connection, now)
        return _code(connection)


def _checked_revision(database: Database, connection: Connection) -> str | None:
    revision = revision_of(connection)
    tables = inspect(connection).get_table_names()
    if revision is None and not tables:
        return None
    if revision is None or setting.name not in tables:
        raise UsageError(
            f"{database.name} holds the tables of something else, not an Onefold book",
            code="not_a_book",
            hint="name another place (nothing was changed there)",
        )
    if revision not in KNOWN:
        raise UsageError(
            f"{database.name} is a book of a newer Onefold: its tables are at {revision}, not {HEAD}",
            code="newer_book",
            hint="upgrade Onefold (nothing was changed)",
        )
    return revision


def _code(connection: Connection) -> str:
    return str(connection.execute(select(setting.c.value).where(setting.c.key == "code")).scalar_one())
