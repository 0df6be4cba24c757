"""Contacts that a condition holds for, counted and named in one statement each."""

from typing import TypeAlias

import polars as pl
from sqlalchemy import ColumnElement, func, select

from onefold.stores.pages import PageReading
from onefold.stores.schema import contact

Condition: TypeAlias = ColumnElement[bool]
"""What holds of a row of the contact table, or does not; its values are bound, never written out."""

IS_LIVE: Condition = contact.c.merged_into.is_(None) & ~contact.c.in_bin


class AudienceReading(PageReading):
    """Contacts by condition; those merged into others or in the bin are never among them."""

    def count_where(self, condition: Condition) -> int:
        """How many contacts the condition holds for."""
        counted = select(func.count()).select_from(contact).where(IS_LIVE, condition)
        return int(self._connection.execute(counted).scalar_one())

    def ids_where(self, condition: Condition, *, after: int = 0, limit: int | None = None) -> pl.Series:
        """The ids (Int64) of the contacts that the condition holds for, lowest first, above `after`."""
        found = select(contact.c.id).where(IS_LIVE, contact.c.id > after, condition).order_by(contact.c.id)
        ids = self._connection.execute(found.limit(limit)).scalars().all()
        return pl.Series("id", ids, dtype=pl.Int64)
