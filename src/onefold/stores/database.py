"""What the two engines do differently, as one small interface: `Sqlite` and `Postgresql` are its classes."""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final, TypeAlias
from unicodedata import normalize

import polars as pl
from sqlalchemy import Connection, Engine, FromClause

from onefold.model.error import OnefoldError, UsageError
from onefold.model.field import FieldType

Schema: TypeAlias = Mapping[str, pl.DataType | type[pl.DataType]]
SPELLED_IN_WAYS: Final = re.compile(r"[\x00-\x7f]?[^\x00-\x7f]+")
"""In NFD: a letter of ASCII and what stands on it, or letters beyond ASCII."""


class Database(ABC):
    """One database, and how rows are carried to it and from it in bulk.

    Names of tables and columns are ours and stand in the statements; values travel as parameters.
    """

    engine: Engine
    name: str
    """Where it is, for people: a path, or an address without its password."""
    path: Path | None
    """The file, where it is one."""
    text_type: str
    """The type of a text column that compares byte by byte."""

    @abstractmethod
    def check(self) -> None:
        """Look at what is there without touching it; `UsageError` where it cannot be a book or become one."""

    @abstractmethod
    def claim(self, connection: Connection) -> None:
        """Mark a new book as one of ours, in the transaction that makes its tables."""

    @abstractmethod
    def settle(self) -> None:
        """What has to be set once a book is there, outside any transaction."""

    @abstractmethod
    def begin_reading(self, connection: Connection) -> None:
        """Start a transaction that sees one moment of the book, that of its first question."""

    @abstractmethod
    def begin_writing(self, connection: Connection, waiting: Callable[[], None] | None) -> None:
        """Start a transaction that alone may write; `waiting` is called once if another has to end first."""

    @abstractmethod
    def add_column(self, connection: Connection, table: str, column: str, type_: str) -> None:
        """Give a table one more column, empty in all its rows, at a moment that keeps no reader waiting."""

    @abstractmethod
    def turn(self, files: Path, waiting: Callable[[], None]) -> AbstractContextManager[None]:
        """A lock that one process has at a time, until the block or the process ends; see `Store.turn`."""

    @abstractmethod
    def select(
        self,
        connection: Connection,
        statement: str,
        schema: Schema,
        given: pl.Series | None = None,
        **parameters: int | str,
    ) -> pl.DataFrame:
        """The rows of a statement as a frame of that schema.

        `{given}` in the statement is a table `given` whose column `value` holds the series (Int64 or String);
        `:name` is a parameter.
        """

    def select_many(
        self, connection: Connection, statement: str, schema: Schema, given: pl.Series
    ) -> pl.DataFrame:
        """The same for many ids (Int64), in the quickest way there is."""
        return self.select(connection, statement, schema, given)

    @abstractmethod
    def insert_new(self, connection: Connection, table: str, rows: pl.DataFrame) -> None:
        """Insert rows whose keys are known to be new, the quickest way there is."""

    @abstractmethod
    def insert(self, connection: Connection, table: str, rows: pl.DataFrame, on_conflict: str) -> None:
        """Insert rows; `on_conflict` is what follows ON CONFLICT in the statement."""

    @abstractmethod
    def update(self, connection: Connection, table: str, rows: pl.DataFrame, indexed: Sequence[str]) -> None:
        """Set the other columns of `rows` where column `id` is theirs; `indexed` are those with an index."""

    @abstractmethod
    def delete(self, connection: Connection, table: str, rows: pl.DataFrame) -> None:
        """Delete the rows of the table that equal a row of `rows` in all its columns."""

    @abstractmethod
    def given(self, ids: pl.Series) -> FromClause:
        """These ids (Int64) as a table with one column, `value`."""

    @abstractmethod
    def holds_words(self, words: Sequence[str]) -> tuple[str, dict[str, str]]:
        """The condition that a row of `search` holds all these folded words, and its parameters."""

    @abstractmethod
    def write_anew(self) -> dict[str, bool]:
        """Write the storage anew, so that what was deleted is nowhere in it, and tell what of that was done.

        Outside any transaction: others may read meanwhile, and writers wait.
        """

    @abstractmethod
    def damage(self, connection: Connection) -> list[str]:
        """What the database itself finds wrong with its storage, a line each."""

    @abstractmethod
    def explain(self, error: BaseException) -> OnefoldError | None:
        """The error in words for people, where it is the world's fault and not a mistake of ours."""

    def column_type(self, field_type: FieldType) -> str:
        """The type of a custom field's column in the contact table."""
        types = {FieldType.NUMBER: "DOUBLE PRECISION", FieldType.YES_NO: "BOOLEAN"}
        return types.get(field_type, self.text_type)


def too_large() -> UsageError:
    """The error that a number was asked for which no book could hold."""
    return UsageError(
        "a number is larger than any in a book", code="bad_value", hint="ids have nineteen digits at most"
    )


def like(word: str) -> str:
    """The pattern of LIKE for text that holds the word as it is, with a backslash to escape."""
    for special in ("\\", "%", "_"):
        word = word.replace(special, f"\\{special}")
    return f"%{word}%"


def like_in_any_spelling(word: str) -> str:
    """The same for text that may have been kept in another spelling than NFC: of a letter that can be written
    in several ways nothing is asked, so that whoever reads on has to look.
    """
    return like(SPELLED_IN_WAYS.sub("\0", normalize("NFD", word))).replace("\0", "%")
