"""Text in NFC inside a statement, on both stores."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, text

from onefold.model.nfc import in_nfc
from onefold.normalise.email_definition import mailbox_in_one_spelling

AT_A_TIME: Final = 500
"""Values that one statement asks for."""


def _of_text(value: str | None) -> str | None:
    return None if value is None else in_nfc(value)


def _of_mailbox(value: str | None) -> str | None:
    return None if value is None else mailbox_in_one_spelling(value)


@dataclass(frozen=True)
class Statements:
    """A book under way, and how its store says what is asked of text."""

    connection: Connection
    is_sqlite: bool

    @classmethod
    def of(cls, connection: Connection) -> "Statements":
        """Those of this connection; SQLite is taught what PostgreSQL knows."""
        is_sqlite = connection.dialect.name == "sqlite"
        if is_sqlite:
            driver: Any = connection.connection.driver_connection
            driver.create_function("onefold_nfc", 1, _of_text, deterministic=True)
            driver.create_function("onefold_mailbox", 1, _of_mailbox, deterministic=True)
        return cls(connection, is_sqlite)

    def spelled(self, column: str, *, mailbox: bool = False) -> str:
        """The expression that a column is in NFC; of a `mailbox` also in small letters from A to Z."""
        if self.is_sqlite:
            return f"onefold_{'mailbox' if mailbox else 'nfc'}({column})"
        # `lower` knows A to Z by the collation of our columns.
        plain = f"normalize({column}, NFC)"
        return f"normalize(lower({plain}), NFC)" if mailbox else plain

    def differs(self, column: str, *, mailbox: bool = False) -> str:
        """The condition that a column is written otherwise."""
        # To count letters is quicker than to spell them, and most text is ASCII.
        return f"({self.beyond_ascii(column)} AND {column} <> {self.spelled(column, mailbox=mailbox)})"

    def beyond_ascii(self, column: str) -> str:
        """The condition that a column has letters beyond ASCII."""
        if self.is_sqlite:
            return f"length({column}) <> length(CAST({column} AS BLOB))"
        return f"char_length({column}) <> octet_length({column})"

    def respell(
        self, table: str, columns: Sequence[str], *, mailbox: bool = False, where: str = "TRUE"
    ) -> None:
        """Writes these columns of a table in NFC."""
        if columns:
            values = ", ".join(f"{column} = {self.spelled(column, mailbox=mailbox)}" for column in columns)
            some = " OR ".join(self.differs(column, mailbox=mailbox) for column in columns)
            self.run(f"UPDATE {table} SET {values} WHERE ({some}) AND {where}")

    def run(self, statement: str, **values: Any) -> None:
        """Executes one statement."""
        self.connection.execute(text(statement), values)

    def run_each(self, statement: str, values: Sequence[Mapping[str, Any]]) -> None:
        """Executes one statement with each of these."""
        if values:
            self.connection.execute(text(statement), list(values))

    def rows(self, statement: str, **values: Any) -> list[Mapping[str, Any]]:
        """The rows that a statement gives, by the names of their columns."""
        return [dict(row) for row in self.connection.execute(text(statement), values).mappings()]

    def rows_in(self, statement: str, column: str, values: Iterable[str]) -> list[Mapping[str, Any]]:
        """The rows that a statement ending in a condition gives where a column has one of these values."""
        wanted, found = sorted(values), []
        for start in range(0, len(wanted), AT_A_TIME):
            part = {f"v{place}": value for place, value in enumerate(wanted[start : start + AT_A_TIME])}
            names = ", ".join(f":{name}" for name in part)
            found += self.rows(f"{statement} AND {column} IN ({names})", **part)
        return found
