"""Who has an identifier: the one question that recognising people puts to a store."""

from collections.abc import Collection

import polars as pl

from onefold.model.consent import KIND_OF
from onefold.model.frames import HOLDER_SCHEMA, empty
from onefold.model.identifier import CONTACT_ID, Why
from onefold.stores.contacts import ContactReading

CURRENT = """
    SELECT given.value AS value, contact.id AS contact_id
    FROM {{given}} CROSS JOIN contact
    WHERE contact.{column} = given.value AND contact.merged_into IS NULL
"""
ALIASES = """
    SELECT given.value AS value, alias.contact_id AS contact_id, alias.why AS why
    FROM {given} CROSS JOIN alias CROSS JOIN contact
    WHERE alias.kind = :kind AND alias.value = given.value
      AND contact.id = alias.contact_id AND contact.merged_into IS NULL
"""
ALL_ALIASES = """
    SELECT alias.kind, alias.value, alias.contact_id, alias.why
    FROM alias JOIN contact ON contact.id = alias.contact_id AND contact.merged_into IS NULL
"""
LEADS_TO = """
    WITH RECURSIVE lead (id, contact_id, merged_into) AS (
        SELECT given.value, contact.id, contact.merged_into
        FROM {given} CROSS JOIN contact WHERE contact.id = given.value
        UNION
        SELECT lead.id, contact.id, contact.merged_into
        FROM lead CROSS JOIN contact WHERE contact.id = lead.merged_into
    )
    SELECT id, contact_id FROM lead WHERE merged_into IS NULL
"""
CHILDREN = """
    SELECT contact.merged_into AS contact_id, contact.id AS child
    FROM {given} CROSS JOIN contact WHERE contact.merged_into = given.value
"""


class HolderReading(ContactReading):
    """Holders of many values at once, by index."""

    def holders(self, wanted: pl.DataFrame) -> pl.DataFrame:
        """Which live contacts have these values (`wanted`: `WANTED_SCHEMA`; answer: `HOLDER_SCHEMA`).

        A contact's own column says why `current`, an alias its own reason. Of kind `contact_id`, the value is
        an id as text, and the answer, `current` too, the live contact that it leads to through merges.
        Contacts in the bin are among them.
        """
        found = [
            self._holders_of_kind(str(kind), group["value"])
            for (kind,), group in wanted.drop_nulls().group_by("kind")
        ]
        return pl.concat([empty(HOLDER_SCHEMA), *found])

    def address_holders(
        self, addresses: pl.DataFrame, reasons: Collection[str] | None = None
    ) -> pl.DataFrame:
        """Which live contacts have these addresses (`channel`, `address`), for one of these reasons or for
        any: `contact_id`, `channel`, `address`, each once.
        """
        kinds = {channel.value: kind for channel, kind in KIND_OF.items()}
        channels = {kind: channel for channel, kind in kinds.items()}
        wanted = addresses.select(
            pl.col("channel").replace_strict(kinds, return_dtype=pl.String).alias("kind"),
            pl.col("address").alias("value"),
        )
        held = self.holders(wanted.unique())
        if reasons is not None:
            held = held.filter(pl.col("why").is_in(list(reasons)))
        return held.select(
            "contact_id",
            pl.col("kind").replace_strict(channels, return_dtype=pl.String).alias("channel"),
            pl.col("value").alias("address"),
        ).unique()

    def all_holders(self) -> pl.DataFrame:
        """What every live contact has, but for its id (`HOLDER_SCHEMA`).

        Where much of a book is wanted, reading all of it once is quicker than looking up each.
        """
        columns = self.kind_columns()
        schema = {"contact_id": pl.Int64, **dict.fromkeys(columns, pl.String)}
        own = ", ".join(columns.values())
        current = self._select(f"SELECT id, {own} FROM contact WHERE merged_into IS NULL", schema)
        lines = current.unpivot(index="contact_id", variable_name="kind").drop_nulls("value")
        known = self._select(ALL_ALIASES, HOLDER_SCHEMA)
        return pl.concat([lines.with_columns(why=pl.lit(Why.CURRENT.value)).select(known.columns), known])

    def size(self) -> int:
        """About how many contacts there are, at no cost: ids are given out in a row."""
        return self._counter("next_contact_id") - 1

    def live_ids(self) -> pl.Series:
        """The ids of all contacts that are neither merged nor in the bin."""
        these = "SELECT id FROM contact WHERE merged_into IS NULL AND NOT in_bin ORDER BY id"
        return self._select(these, {"id": pl.Int64})["id"]

    def live(self, ids: pl.Series) -> pl.DataFrame:
        """Where these ids lead through merges: columns `id`, `contact_id`; ids of nobody are left out."""
        schema = {"id": pl.Int64, "contact_id": pl.Int64}
        return self._select(LEADS_TO, schema, ids.cast(pl.Int64).drop_nulls().unique().sort())

    def children(self, ids: pl.Series) -> pl.DataFrame:
        """The contacts that were merged straight into these: columns `contact_id`, `child`."""
        schema = {"contact_id": pl.Int64, "child": pl.Int64}
        return self._select(CHILDREN, schema, ids.cast(pl.Int64).drop_nulls().unique().sort())

    def _holders_of_kind(self, kind: str, asked: pl.Series) -> pl.DataFrame:
        if not self._any("contact"):
            return empty(HOLDER_SCHEMA)
        values = asked.unique().sort()
        if kind == CONTACT_ID:
            ids = values.to_frame().with_columns(id=pl.col("value").cast(pl.Int64, strict=False))
            found = ids.join(self.live(ids["id"]), on="id")
            return found.select(
                pl.lit(kind).alias("kind"), "value", "contact_id", pl.lit(Why.CURRENT.value).alias("why")
            )
        parts = []
        column = self.kind_columns()[kind]
        if self._any(f"contact WHERE {column} IS NOT NULL"):
            schema = {name: HOLDER_SCHEMA[name] for name in ("value", "contact_id")}
            parts.append(
                self._select(CURRENT.format(column=column), schema, values).with_columns(
                    why=pl.lit(Why.CURRENT.value)
                )
            )
        if self._any("alias"):
            schema = {name: HOLDER_SCHEMA[name] for name in ("value", "contact_id", "why")}
            parts.append(self._select(ALIASES, schema, values, kind=kind))
        found = pl.concat([empty(HOLDER_SCHEMA).drop("kind"), *parts])
        return found.select(pl.lit(kind).alias("kind"), "value", "contact_id", "why")

    def _any(self, rows: str) -> bool:
        """Whether there are such rows at all; a new book answers a million questions at once."""
        question = f"SELECT 1 FROM {rows} LIMIT 1"
        return self._connection.exec_driver_sql(question).first() is not None
