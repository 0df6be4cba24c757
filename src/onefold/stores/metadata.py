"""What the tables of a book have in common: how text and ids are kept, and how indexes are called."""

from typing import Final

from sqlalchemy import BigInteger, Index, Integer, MetaData, Text, text

TEXT: Final = Text().with_variant(Text(collation="C"), "postgresql")
"""Compared byte by byte on both stores."""
ID: Final = BigInteger().with_variant(Integer, "sqlite")

metadata: Final = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def identifier_index(column: str) -> Index:
    """The index by which contacts are found; it leaves out those that have none."""
    held = text(f"{column} IS NOT NULL")
    return Index(f"ix_contact_{column}", column, sqlite_where=held, postgresql_where=held)
