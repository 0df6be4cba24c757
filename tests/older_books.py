"""A book as an older version of Onefold left it."""

from typing import Final

from sqlalchemy import Engine, text

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
