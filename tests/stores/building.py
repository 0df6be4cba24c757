"""Short ways to say what a batch changes."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import polars as pl

from onefold.model.frames import (
    ALIAS_SCHEMA,
    CHANGED_NUMBER_SCHEMA,
    LEDGER_SCHEMA,
    MARK_SCHEMA,
    MEMBERSHIP_SCHEMA,
    REVIEW_SCHEMA,
    WANTED_SCHEMA,
    Changes,
    contact_schema,
)
from onefold.model.outcome import ReceiptStatus
from onefold.resolve.changes import BESIDE_CONTACTS
from onefold.stores import Reader, Writer

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
LATER = datetime(2026, 11, 23, 11, tzinfo=UTC)

SCHEMAS = {
    "aliases_added": ALIAS_SCHEMA,
    "aliases_removed": ALIAS_SCHEMA,
    "memberships_added": MEMBERSHIP_SCHEMA,
    "memberships_removed": MEMBERSHIP_SCHEMA,
    "marks_added": MARK_SCHEMA,
    "marks_removed": MARK_SCHEMA,
    "reviews": REVIEW_SCHEMA,
    "changed_numbers": CHANGED_NUMBER_SCHEMA,
    "ledger": LEDGER_SCHEMA,
    **BESIDE_CONTACTS,
}


def contacts(reader: Reader, rows: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    """Whole contacts of the book; what a row does not name is empty."""
    schema = contact_schema(reader.own_kinds(), reader.fields())
    return pl.DataFrame(
        [dict.fromkeys(schema) | {"in_bin": False} | dict(row) for row in rows], schema=schema
    )


def changes(
    reader: Reader,
    created: Sequence[Mapping[str, Any]] = (),
    updated: pl.DataFrame | None = None,
    deleted: Sequence[int] = (),
    **parts: Sequence[tuple[Any, ...]],
) -> Changes:
    """Changes of one batch; unless `ledger` is given, whoever is made, turned or deleted has a line there."""
    makes = contacts(reader, created)
    turns = contacts(reader, []) if updated is None else updated
    if "ledger" not in parts:
        touched = [*makes["id"], *turns["id"], *deleted]
        parts["ledger"] = [
            (number, None if number in makes["id"] else '[["first_name",null]]') for number in touched
        ]
    frames = {
        name: pl.DataFrame(parts.get(name, []), schema=schema, orient="row")
        for name, schema in SCHEMAS.items()
    }
    return Changes(created=makes, updated=turns, deleted=pl.Series(deleted, dtype=pl.Int64), **frames)


def new_batch(writer: Writer, receipt_id: int | None = None, kind: str = "import") -> int:
    """The id of a batch, of a new receipt unless one is named."""
    number = receipt_id or writer.start_receipt(kind, ReceiptStatus.RUNNING, NOW)
    return writer.start_batch(number, len(writer.batches(number)) + 1, 0, NOW)


def create(writer: Writer, *rows: Mapping[str, Any], **parts: Sequence[tuple[Any, ...]]) -> list[int]:
    """Makes contacts in a batch of their own and gives their ids; in `parts` they are -1, -2, …"""
    created = [{"id": -1 - place} | dict(row) for place, row in enumerate(rows)]
    given = writer.apply(changes(writer, created, **parts), batch_id=new_batch(writer), now=NOW)
    return given["id"].to_list()


def wanted(*pairs: tuple[str, str]) -> pl.DataFrame:
    return pl.DataFrame(pairs, schema=WANTED_SCHEMA, orient="row")


def ids(*numbers: int) -> pl.Series:
    return pl.Series(numbers, dtype=pl.Int64)
