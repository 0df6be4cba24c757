"""Finding contacts by any part of what is known of them.

The index holds one folded text for each live contact. It follows after an import, in transactions of its own,
by the ledger: `indexed_batch` is the last batch that it has seen. What later batches touched is read from the
contacts themselves, so that an answer is right even while the index is behind.
"""

from typing import Final

import polars as pl
from sqlalchemy import update

from onefold.model.field import NAMES
from onefold.model.nfc import in_nfc
from onefold.stores.definitions import DefinitionWriting
from onefold.stores.holders import HolderReading
from onefold.stores.schema import counter

SEARCH_SCHEMA: Final = {"rowid": pl.Int64, "folded": pl.String}
AT_A_TIME: Final = 20_000
"""Contacts whose texts are written in one transaction, unless a single batch touched more."""

BEHIND = """
    SELECT DISTINCT ledger.contact_id FROM ledger
    WHERE ledger.batch_id > :indexed AND ledger.contact_id > 0
"""
NEXT_BATCHES = """
    SELECT batch_id, count(*) AS contacts FROM ledger
    WHERE batch_id > :indexed GROUP BY batch_id ORDER BY batch_id LIMIT 1000
"""
TOUCHED = """
    SELECT DISTINCT contact_id FROM ledger
    WHERE batch_id > :indexed AND batch_id <= :last AND contact_id > 0
      AND (before IS NULL
           OR replace(replace(replace(before, '["tag\\:', ''), '["list\\:', ''), '["in_bin"', '') LIKE '%["%')
"""
"""Where tags, lists and the bin are all that changed, there is nothing new to find."""
OWN_TEXTS = """
    SELECT contact.id AS rowid, {lines} AS folded
    FROM {{given}} CROSS JOIN contact WHERE contact.id = given.value AND contact.merged_into IS NULL
"""
ALIAS_TEXTS = """
    SELECT alias.contact_id AS rowid, alias.value AS folded
    FROM {given} CROSS JOIN alias WHERE alias.contact_id = given.value
"""


class SearchReading(HolderReading):
    """Matches of a search text."""

    def _behind(self) -> pl.Series:
        """Contacts that were touched since the index was last brought up to date."""
        indexed = self._counter("indexed_batch")
        return self._select(BEHIND, {"contact_id": pl.Int64}, indexed=indexed)["contact_id"]

    def _matching(self, ids: pl.Series, words: list[str]) -> pl.Series:
        """Those of these contacts whose texts hold all the words."""
        texts = self._texts(ids)
        holds_all = pl.all_horizontal(
            pl.lit(True), *(pl.col("folded").str.contains(word, literal=True) for word in words)
        )
        return texts.filter(holds_all)["rowid"]

    def _texts(self, ids: pl.Series) -> pl.DataFrame:
        """What can be found of these contacts, folded (`SEARCH_SCHEMA`); merged ones have no text."""
        wanted = ids.drop_nulls().unique().sort()
        texts = [field.column for field in self.every_field() if field.dtype == pl.String]
        columns = (*self.kind_columns().values(), *NAMES, *texts)
        lines = " || ".join(f"coalesce(contact.{name} || '\n', '')" for name in columns)
        own = self._select(OWN_TEXTS.format(lines=lines), SEARCH_SCHEMA, wanted)
        others = self._select(ALIAS_TEXTS, SEARCH_SCHEMA, wanted)
        joined = own
        if len(others):
            joined = pl.concat([own, others.join(own, on="rowid", how="semi")])
            joined = joined.group_by("rowid").agg(pl.col("folded").str.join("\n"))
        return joined.filter(pl.col("folded") != "").with_columns(folded(pl.col("folded"))).sort("rowid")


class SearchWriting(SearchReading, DefinitionWriting):
    """The index, brought up to date."""

    def follow_search(self) -> bool:
        """Take the next batches into the index; whether more of them are waiting."""
        indexed = self._counter("indexed_batch")
        batches = self._select(NEXT_BATCHES, {"batch_id": pl.Int64, "contacts": pl.Int64}, indexed=indexed)
        if batches.is_empty():
            return False
        few = batches.filter(pl.col("contacts").cum_sum() <= AT_A_TIME)
        last = int((few if few.height else batches.head(1))["batch_id"].item(-1))
        touched = self._select(TOUCHED, {"contact_id": pl.Int64}, indexed=indexed, last=last)["contact_id"]
        newest = self._connection.exec_driver_sql("SELECT max(rowid) FROM search").scalar() or 0
        there = touched.filter(touched <= newest).alias("rowid").to_frame()
        self._database.delete(self._connection, "search", there)
        self._database.insert_new(self._connection, "search", self._texts(touched))
        self._connection.execute(update(counter).where(counter.c.name == "indexed_batch").values(value=last))
        return True


def folded(text: pl.Expr) -> pl.Expr:
    """Text as it is searched: letters of all alphabets in lower case, the same on both stores."""
    return text.str.to_lowercase()


def words_of(search: str) -> list[str]:
    """The words of a search text, folded; a contact is found that has them all, in any order and place."""
    return [str(word) for word in pl.select(folded(pl.lit(in_nfc(search)))).item().split()]
