"""Contacts in pages: on a list, with a tag, found by a search text, for whom a condition holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, Final

import polars as pl
from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    FromClause,
    Table,
    Text,
    column,
    exists,
    select,
    table,
    text,
    true,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.selectable import Join

from onefold.stores.audience import IS_LIVE, AudienceReading, Condition
from onefold.stores.schema import contact, contact_list, contact_tag, ledger
from onefold.stores.search import words_of

SEARCH: Final = table("search", column("rowid", BigInteger()), column("folded", Text()))
"""The search index: each store has its own kind of table for it."""
MEMBERS: Final = {"list": contact_list, "tag": contact_tag}


@dataclass(frozen=True)
class Part:
    """Something that narrows a page down: rows, what holds of them, their column that names a contact."""

    rows: FromClause
    condition: Condition
    key: ColumnElement[int]


class PagedReading(AudienceReading):
    """Contacts for people to look through."""

    def page(
        self,
        condition: Condition | None = None,
        *,
        list: str | None = None,  # noqa: A002
        tag: str | None = None,
        search: str | None = None,
        limit: int = 100,
        after: int = 0,
    ) -> pl.Series:
        """Ids of contacts, lowest first: those for whom the condition holds, on a list, with a tag, that hold
        all words of a search text.

        `after` is the last id of the page before. Contacts that were merged or are in the bin are left out.
        """
        parts = [
            self._belonging(kind, name) for kind, name in (("list", list), ("tag", tag)) if name is not None
        ]
        parts.append(Part(contact, IS_LIVE if condition is None else IS_LIVE & condition, contact.c.id))
        words = words_of(search) if search is not None else []
        if not words:
            return self._page(parts, limit, after)
        behind = self._database.given(self._matching(self._behind(), words))
        touched = self._page([Part(behind, true(), behind.c.value), *parts], limit, after)
        indexed = self._page([self._found(words), *parts], limit, after)
        return indexed.append(touched).sort().head(limit)

    def _belonging(self, kind: str, name: str) -> Part:
        """Who is on a list or has a tag; nobody, where there is none of that name."""
        members: Table = MEMBERS[kind]
        number: Column[Any] = members.c[f"{kind}_id"]
        return Part(members, number == (self.number_of(kind, name) or 0), members.c.contact_id)

    def _found(self, words: Sequence[str]) -> Part:
        """Whom the index finds, as long as nothing was written since about them."""
        condition, texts = self._database.holds_words(words)
        since = exists().where(
            ledger.c.contact_id == SEARCH.c.rowid, ledger.c.batch_id > self._counter("indexed_batch")
        )
        return Part(SEARCH, text(condition).bindparams(**texts) & ~since, SEARCH.c.rowid)

    def _page(self, parts: Sequence[Part], limit: int, after: int) -> pl.Series:
        """The page that all parts leave. The first leads, and gives the ids in order."""
        first, *others = parts
        wanted = (
            select(first.key)
            .select_from(reduce(InThisOrder, [part.rows for part in parts]))
            .where(first.condition, first.key > after)
            .where(*(part.condition & (part.key == first.key) for part in others))
            .order_by(first.key)
            .limit(limit)
        )
        return pl.Series("id", self._connection.execute(wanted).scalars().all(), dtype=pl.Int64)


class InThisOrder(Join):
    """Rows of one table with those of another, gone through in this order: SQLite keeps to it."""

    inherit_cache = True

    def __init__(self, first: FromClause, second: FromClause) -> None:
        super().__init__(first, second, true())


@compiles(InThisOrder)
def _cross_join(element: Any, compiler: Any, **more: Any) -> str:
    first, second = (compiler.process(each, **more) for each in (element.left, element.right))
    return f"{first} CROSS JOIN {second}"
