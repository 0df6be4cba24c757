"""Contacts by the hundred thousand, for what is written out: a part at a time, however many there are."""

from collections.abc import Iterator, Sequence
from typing import Final

import polars as pl
from sqlalchemy import select

from onefold.model.frames import ALIAS_SCHEMA, contact_schema
from onefold.stores.audience import IS_LIVE, AudienceReading, Condition
from onefold.stores.database import Schema
from onefold.stores.schema import contact

IDS_AT_ONCE: Final = 200_000
"""They are 1.6 MB; for the next the condition is asked again."""
TIMES: Final = {"created_at": pl.String(), "updated_at": pl.String()}
MEMBERS: Final = """
    SELECT contact_{kind}.contact_id, contact_{kind}.{kind}_id
    FROM {{given}} CROSS JOIN contact_{kind} WHERE contact_{kind}.contact_id = given.value
"""
NAMES: Final = "SELECT id, name FROM {kind}"
ALIASES: Final = """
    SELECT alias.contact_id, alias.kind, alias.value, alias.why
    FROM {given} CROSS JOIN alias WHERE alias.contact_id = given.value
"""


class ExportReading(AudienceReading):
    """Reads columns of many contacts; every part is of the one moment that the reader sees."""

    def parts_where(self, condition: Condition, at_a_time: int) -> Iterator[pl.Series]:
        """The ids (Int64) of the contacts that the condition holds for, lowest first, in parts."""
        after, more = 0, True
        while more:
            ids = self._ids_above(after, condition)
            for start in range(0, len(ids), at_a_time):
                yield ids.slice(start, at_a_time)
            more = len(ids) == IDS_AT_ONCE
            after = int(ids.item(-1)) if more else after

    def _ids_above(self, after: int, condition: Condition) -> pl.Series:
        these = select(contact.c.id).where(IS_LIVE, contact.c.id > after, condition)
        found = self._connection.execute(these.order_by(contact.c.id).limit(IDS_AT_ONCE))
        # The driver's own rows: those of SQLAlchemy take twice as long.
        return pl.Series("id", [id_ for (id_,) in found.cursor.fetchall()], dtype=pl.Int64)

    def columns_of(self, ids: pl.Series, columns: Sequence[str]) -> pl.DataFrame:
        """Of these contacts (ids in rising order, all there), `id` and these columns of `contact_schema`;
        `created_at` and `updated_at` may be among them.
        """
        known = contact_schema(self.own_kinds(), self.fields()) | TIMES
        own = self._own_columns()
        # Under names of ours: a kind of the book's own may be called like a word of SQL.
        real = {own.get(name, name): known[name] for name in dict.fromkeys(("id", *columns))}
        selected = ", ".join(f"contact.{name}" for name in real)
        found = self._many(
            f"SELECT {selected} FROM {{given}} CROSS JOIN contact WHERE contact.id = given.value", real, ids
        )
        names = {column: name for name, column in own.items()}
        named = found.rename(names, strict=False)
        return named if named["id"].is_sorted() else named.sort("id")

    def names_of(self, kind: str, ids: pl.Series) -> pl.DataFrame:
        """The tags or lists (`kind`) of these contacts: `contact_id`, `names` (in alphabetical order)."""
        number = f"{kind}_id"
        members = self._many(MEMBERS.format(kind=kind), {"contact_id": pl.Int64, number: pl.Int64}, ids)
        names = self._select(NAMES.format(kind=kind), {number: pl.Int64, "name": pl.String}).sort("name")
        places = names.with_row_index("place").select(number, "place")
        sorted_ = members.join(places, on=number).sort("contact_id", "place")
        return (
            sorted_.select("contact_id", name=names["name"].gather(sorted_["place"]))
            .group_by("contact_id", maintain_order=True)
            .agg(pl.col("name").alias("names"))
        )

    def aliases_of(self, ids: pl.Series) -> pl.DataFrame:
        """What else these contacts are known by (`ALIAS_SCHEMA`)."""
        return self._many(ALIASES, ALIAS_SCHEMA, ids)

    def _many(self, statement: str, schema: Schema, ids: pl.Series) -> pl.DataFrame:
        if ids.is_empty():
            return self._select(statement, schema, ids)
        return self._database.select_many(self._connection, statement, schema, ids)
