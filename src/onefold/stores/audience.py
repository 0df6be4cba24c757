"""Contacts that a condition holds for, counted and named in one statement each."""

from typing import TypeAlias

import polars as pl
from sqlalchemy import ColumnElement, func, literal_column, select

from onefold.model.identifier import Why
from onefold.stores.pages import PageReading
from onefold.stores.schema import alias, contact
from onefold.stores.segments import SegmentReading

Condition: TypeAlias = ColumnElement[bool]
"""What holds of a row of the contact table, or does not; its values are bound, never written out."""

IS_LIVE: Condition = contact.c.merged_into.is_(None) & ~contact.c.in_bin


class AudienceReading(PageReading, SegmentReading):
    """Contacts by condition; those merged into others or in the bin are never among them."""

    def count_where(self, condition: Condition) -> int:
        """How many contacts the condition holds for."""
        counted = select(func.count()).select_from(contact).where(IS_LIVE, condition)
        return int(self._connection.execute(counted).scalar_one())

    def having(self, kind: str) -> Condition:
        """Who has an identifier of that kind, as the current or as a second one."""
        current: Condition = literal_column(f"contact.{self.kind_columns()[kind]}").is_not(None)
        seconds = select(alias.c.contact_id).where(alias.c.kind == kind, alias.c.why == Why.SECOND)
        return current | contact.c.id.in_(seconds)

    def ids_where(self, condition: Condition, *, after: int = 0, limit: int | None = None) -> pl.Series:
        """The ids (Int64) of the contacts that the condition holds for, lowest first, above `after`."""
        found = select(contact.c.id).where(IS_LIVE, contact.c.id > after, condition).order_by(contact.c.id)
        ids = self._connection.execute(found.limit(limit)).scalars().all()
        return pl.Series("id", ids, dtype=pl.Int64)
