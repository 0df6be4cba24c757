"""Finding contacts by any part of what is known of them.

The index holds one folded text for each live contact. It follows after an import, in transactions of its own,
by the ledger: `indexed_batch` is the last batch that it has seen. What later batches touched is read from the
contacts themselves, so that an answer is right even while the index is behind.
"""

from typing import Final

import polars as pl
from sqlalchemy import update

from onefold.model.frames import value_columns
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
    SELECT DISTINCT contact_id FROM ledger WHERE batch_id > :indexed AND batch_id <= :last AND contact_id > 0
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
        known = self.contacts(ids)
        columns = [*self._kind_columns(), *value_columns(self.fields())]
        live = known.contacts.filter(pl.col("merged_into").is_null())
        own = live.unpivot(
            [name for name in columns if live.schema[name] == pl.String], index="id", value_name="part"
        ).select("id", "part")
        others = known.aliases.select(id="contact_id", part="value").join(live, on="id", how="semi")
        joined = pl.concat([own, others]).drop_nulls().group_by("id").agg(pl.col("part").str.join("\n"))
        return joined.select(rowid="id", folded=folded(pl.col("part"))).sort("rowid")


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
        self._database.delete(self._connection, "search", touched.alias("rowid").to_frame())
        self._database.insert_new(self._connection, "search", self._texts(touched))
        self._connection.execute(update(counter).where(counter.c.name == "indexed_batch").values(value=last))
        return True


def folded(text: pl.Expr) -> pl.Expr:
    """Text as it is searched: letters of all alphabets in lower case, the same on both stores."""
    return text.str.to_lowercase()


def words_of(search: str) -> list[str]:
    """The words of a search text, folded; a contact is found that has them all, in any order and place."""
    return [str(word) for word in pl.select(folded(pl.lit(search))).item().split()]
