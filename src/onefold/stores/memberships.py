"""Who is on a list or has a tag, and how they came to it."""

from typing import Final

import polars as pl
from sqlalchemy import delete, update

from onefold.resolve.changes import from_ledger
from onefold.stores.database import like_in_any_spelling
from onefold.stores.definitions import DefinitionWriting
from onefold.stores.ledger import LEDGER_ROW_SCHEMA
from onefold.stores.renames import RenameReading, in_ledger
from onefold.stores.schema import list_

MEMBER_SCHEMA: Final = {"contact_id": pl.Int64, "batch_id": pl.Int64}
MOVE_SCHEMA: Final = {"batch_id": pl.Int64, "contact_id": pl.Int64, "joined": pl.Boolean}
ORIGIN_SCHEMA: Final = {
    "batch_id": pl.Int64,
    "at": pl.String,
    "receipt": pl.Int64,
    "kind": pl.String,
    "source": pl.String,
    "options": pl.String,
}

ALL_MEMBERS: Final = {
    "list": "SELECT contact_id FROM contact_list WHERE list_id = :number ORDER BY contact_id",
    "tag": "SELECT contact_id FROM contact_tag WHERE tag_id = :number ORDER BY contact_id",
}
NEWEST_MEMBERS: Final = """
    SELECT contact_list.contact_id, contact_list.batch_id
    FROM contact_list CROSS JOIN contact
    WHERE contact_list.list_id = :number AND contact.id = contact_list.contact_id
      AND contact.merged_into IS NULL AND NOT contact.in_bin
      AND (contact_list.batch_id < :batch_id
           OR contact_list.batch_id = :batch_id AND contact_list.contact_id < :contact_id)
    ORDER BY contact_list.batch_id DESC, contact_list.contact_id DESC
    LIMIT :limit
"""
JOINED_IN: Final = """
    SELECT batch_id FROM contact_list WHERE list_id = :number AND contact_id = :contact_id
"""
SPOKEN_OF: Final = """
    SELECT batch_id, contact_id, before FROM ledger
    WHERE contact_id > 0 AND before LIKE :holds ESCAPE '\\'
"""
MADE_IN: Final = """
    SELECT ledger.contact_id, min(ledger.batch_id) AS batch_id FROM {given} CROSS JOIN ledger
    WHERE ledger.contact_id = given.value AND ledger.before IS NULL GROUP BY ledger.contact_id
"""
ORIGINS: Final = """
    SELECT batch.id AS batch_id, batch.committed_at AS at, receipt.id AS receipt, receipt.kind,
           receipt.source_name AS source, receipt.options
    FROM {given} CROSS JOIN batch CROSS JOIN receipt
    WHERE batch.id = given.value AND receipt.id = batch.receipt_id
"""
LAST: Final = 2**62
"""Above every id."""


class MembershipReading(RenameReading):
    """Members of lists and tags, named by `kind` (`list` or `tag`) and number."""

    def members(self, kind: str, number: int) -> pl.Series:
        """All ids (Int64) that stand on it, also of contacts that were merged or are in the bin."""
        return self._select(ALL_MEMBERS[kind], {"contact_id": pl.Int64}, number=number)["contact_id"]

    def newest_members(self, number: int, *, limit: int, after: int | None = None) -> pl.DataFrame:
        """The contacts on a list, who joined last first: `contact_id`, `batch_id` (in which they joined).

        `after` is the last contact of the page before; one that is not on the list has nobody after it.
        """
        batch_id, contact_id = LAST, LAST
        if after is not None:
            where = self._select(JOINED_IN, {"batch_id": pl.Int64}, number=number, contact_id=after)
            batch_id, contact_id = where["batch_id"].item() if len(where) else 0, after
        return self._select(
            NEWEST_MEMBERS,
            MEMBER_SCHEMA,
            number=number,
            batch_id=batch_id,
            contact_id=contact_id,
            limit=limit,
        )

    def moves(self, kind: str, number: int, name: str) -> pl.DataFrame:
        """Who joined it and who left, oldest first: `batch_id`, `contact_id`, `joined`.

        It reads the whole ledger.
        """
        key = f"{kind}:{name}"
        names = self.names_of_list(name) if kind == "list" else {name}
        lines = [
            self._select(
                SPOKEN_OF, LEDGER_ROW_SCHEMA, holds=like_in_any_spelling(in_ledger(f"{kind}:{each}"))
            )
            for each in sorted(names)
        ]
        now = self.as_named_now(pl.concat(lines).unique(["batch_id", "contact_id"]))
        told = from_ledger(now).filter(pl.col("key") == key)
        told = told.select("batch_id", "contact_id", pl.col("before").is_null().alias("joined"))
        first = told.sort("batch_id").unique("contact_id", keep="first", maintain_order=True)
        silent = self.members(kind, number).to_frame().join(told, on="contact_id", how="anti")
        made_with = pl.concat([first.filter(~pl.col("joined"))["contact_id"], silent["contact_id"]])
        made = self._select(MADE_IN, MEMBER_SCHEMA, made_with)
        joined = made.select("batch_id", "contact_id", pl.lit(True).alias("joined"))
        return pl.concat([joined, told]).cast(pl.Schema(MOVE_SCHEMA)).sort("batch_id", "contact_id")

    def origins(self, batches: pl.Series) -> pl.DataFrame:
        """When batches were written, and by which receipts: `batch_id`, `at`, `receipt`, `kind`, `source`,
        `options` (JSON).
        """
        return self._select(ORIGINS, ORIGIN_SCHEMA, batches.unique().sort())


class MembershipWriting(DefinitionWriting):
    """Lists that get another name, or go."""

    def rename_list(self, number: int, new: str) -> None:
        """Call a list otherwise; who is on it stays on it."""
        self._connection.execute(update(list_).where(list_.c.id == number).values(name=new))
        self._changed()

    def delete_list(self, number: int) -> None:
        """Delete a list that nobody is on."""
        self._connection.execute(delete(list_).where(list_.c.id == number))
        self._changed()
