"""Changes in: a batch is written as the core decided it, and nothing is decided here."""

from datetime import datetime
from typing import Final

import polars as pl
from sqlalchemy import Table, select, update

from onefold.model.frames import Changes
from onefold.model.receipt import IMPORTS
from onefold.resolve.own_refusals import with_real_marks
from onefold.stores.consents import ConsentWriting
from onefold.stores.definitions import DefinitionWriting
from onefold.stores.receipts import ReceiptWriting
from onefold.stores.reviews import ReviewWriting
from onefold.stores.schema import batch, contact_list, contact_tag, counter, list_, receipt, tag
from onefold.stores.snapshot import as_text

BELONGINGS: Final = ("alias", "contact_tag", "contact_list", "changed_number", "typed_address")
"""Tables whose rows go with their contact."""
NAMES_A_CONTACT: Final = ("id", "contact_id", "other_contact_id", "merged_into")
SURVEYING: Final = (*IMPORTS, "take", "text", "form", "link")
"""Kinds of receipt whose marks the survey set; other marks are the operator's."""


class ChangeWriting(DefinitionWriting, ConsentWriting, ReceiptWriting, ReviewWriting):
    """Applies `Changes`."""

    def apply(self, changes: Changes, *, batch_id: int, now: datetime) -> pl.DataFrame:
        """Write all of a batch's changes and give the real ids: columns `provisional`, `id`.

        Contacts created with an id below zero get the next free ones in the order -1, -2, …; one that comes
        back with its own id keeps it. `updated_at` becomes `now` for those created or updated.
        """
        given = self._give_ids(changes.created)
        if changes.nothing:
            return given
        real = _with_real_ids(changes, given)
        moment = as_text(now)
        self._create(real.created, moment)
        self._update(real.updated, moment)
        self._delete(real.deleted)
        self._write_aliases(real, batch_id, moment)
        self._write_memberships(real, batch_id, now)
        self._write_marks(real, batch_id)
        self._write_questions(real, batch_id, now)
        self._write_beside_contacts(real, batch_id, now)
        ledger = real.ledger.select(
            pl.lit(batch_id, dtype=pl.Int64).alias("batch_id"), "contact_id", "before"
        )
        self._database.insert_new(self._connection, "ledger", ledger.sort("contact_id"))
        self._changed()
        return given

    def _give_ids(self, created: pl.DataFrame) -> pl.DataFrame:
        """Real ids for provisional ones, off the book's counter: none is given out twice."""
        provisional = created["id"].filter(created["id"] < 0).sort(descending=True)
        first = self._counter("next_contact_id")
        following = first + len(provisional)
        self._connection.execute(
            update(counter).where(counter.c.name == "next_contact_id").values(value=following)
        )
        ids = pl.int_range(first, following, dtype=pl.Int64, eager=True)
        return pl.DataFrame({"provisional": provisional, "id": ids})

    def _create(self, created: pl.DataFrame, moment: str) -> None:
        if created.is_empty():
            return
        rows = created.rename(self._own_columns()).sort("id")
        if not rows["in_bin"].any():
            rows = rows.drop("in_bin")
        self._database.insert_new(
            self._connection,
            "contact",
            rows.with_columns(created_at=pl.lit(moment), updated_at=pl.lit(moment)),
        )

    def _update(self, updated: pl.DataFrame, moment: str) -> None:
        if updated.is_empty():
            return
        rows = updated.rename(self._own_columns()).sort("id").with_columns(updated_at=pl.lit(moment))
        indexed = (*self.kind_columns().values(), "merged_into")
        self._database.update(self._connection, "contact", rows, indexed)

    def _delete(self, deleted: pl.Series) -> None:
        if deleted.is_empty():
            return
        ids = deleted.sort()
        for table in BELONGINGS:
            self._database.delete(self._connection, table, ids.alias("contact_id").to_frame())
        self._database.delete(self._connection, "contact", ids.alias("id").to_frame())
        self._withdraw_reviews_of(ids)

    def _write_aliases(self, changes: Changes, batch_id: int, moment: str) -> None:
        if changes.aliases_added.is_empty() and changes.aliases_removed.is_empty():
            return
        keys = ["contact_id", "kind", "value"]
        self._database.delete(self._connection, "alias", changes.aliases_removed.select(keys))
        rows = changes.aliases_added.select(
            *keys,
            "why",
            pl.lit(moment).alias("since"),
            pl.lit(batch_id, dtype=pl.Int64).alias("batch_id"),
        )
        conflict = (
            "(contact_id, kind, value) DO UPDATE "
            "SET why = excluded.why, since = excluded.since, batch_id = excluded.batch_id"
        )
        self._add("alias", rows, changes.created["id"], conflict)

    def _write_memberships(self, changes: Changes, batch_id: int, now: datetime) -> None:
        if changes.memberships_added.is_empty() and changes.memberships_removed.is_empty():
            return
        for kind, names, members in (("tag", tag, contact_tag), ("list", list_, contact_list)):
            removed = changes.memberships_removed.filter(pl.col("kind") == kind)
            added = changes.memberships_added.filter(pl.col("kind") == kind)
            ids = self._ids_of_names(names, pl.concat([removed["name"], added["name"]]).unique(), now)
            column = f"{kind}_id"
            self._database.delete(
                self._connection,
                members.name,
                removed.join(ids, on="name").select("contact_id", pl.col("id").alias(column)),
            )
            rows = added.join(ids, on="name").select("contact_id", pl.col("id").alias(column))
            if members is contact_list:
                rows = rows.with_columns(batch_id=pl.lit(batch_id, dtype=pl.Int64))
            self._add(members.name, rows, changes.created["id"], "DO NOTHING")

    def _add(self, table: str, rows: pl.DataFrame, created: pl.Series, conflict: str) -> None:
        """Insert what belongs to contacts; that of a contact which is just being made cannot be there yet."""
        is_new = pl.col("contact_id").is_in(created.implode())
        rows = rows.sort("contact_id")
        self._database.insert_new(self._connection, table, rows.filter(is_new))
        self._database.insert(self._connection, table, rows.filter(~is_new), conflict)

    def _ids_of_names(self, table: Table, names: pl.Series, now: datetime) -> pl.DataFrame:
        """Ids of tags or lists by name, made where they are not there yet: columns `name`, `id`."""
        ids: dict[str, int] = {}
        for name in names.sort():
            found = self._connection.execute(select(table.c.id).where(table.c.name == name)).scalar()
            ids[name] = self._make_named(table, name, now) if found is None else found
        return pl.DataFrame(
            {"name": list(ids), "id": list(ids.values())}, schema={"name": pl.String, "id": pl.Int64}
        )

    def _write_marks(self, changes: Changes, batch_id: int) -> None:
        keys = ["kind", "value", "mark"]
        if len(changes.marks_removed):
            self._database.delete(self._connection, "mark", changes.marks_removed.select(keys))
        if changes.marks_added.is_empty():
            return
        asks = (
            select(receipt.c.kind)
            .join(batch, batch.c.receipt_id == receipt.c.id)
            .where(batch.c.id == batch_id)
        )
        by = "survey" if self._connection.execute(asks).scalar_one() in SURVEYING else "operator"
        rows = changes.marks_added.select(
            *keys,
            pl.lit(by).alias("marked_by"),
            pl.lit(batch_id, dtype=pl.Int64).alias("batch_id"),
        ).unique(keys)
        self._database.insert(self._connection, "mark", rows, "DO NOTHING")

    def _write_questions(self, changes: Changes, batch_id: int, now: datetime) -> None:
        if changes.reviews.is_empty() and changes.changed_numbers.is_empty():
            return
        asks = select(batch.c.receipt_id).where(batch.c.id == batch_id)
        receipt_id = self._connection.execute(asks).scalar_one()
        self._ask(changes.reviews, receipt_id, now)
        numbers = changes.changed_numbers.select(
            pl.lit(receipt_id, dtype=pl.Int64).alias("receipt_id"),
            "contact_id",
            "number_in_file",
            pl.lit(as_text(now)).alias("seen_at"),
        )
        self._database.insert(self._connection, "changed_number", numbers, "DO NOTHING")


def _with_real_ids(changes: Changes, given: pl.DataFrame) -> Changes:
    """The same changes with every provisional id replaced."""
    if given.is_empty():
        return changes

    provisional, ids = given["provisional"], given["id"]
    in_a_row = provisional.item(0) - provisional.item(-1) == len(provisional) - 1

    def real(part: pl.DataFrame) -> pl.DataFrame:
        if part.is_empty():
            return part
        named = pl.col([name for name in NAMES_A_CONTACT if name in part.columns])
        if not in_a_row:
            return part.with_columns(named.replace(provisional, ids))
        # Subtracting is far quicker than looking each one up.
        shift = provisional.item(0) + ids.item(0)
        return part.with_columns(pl.when(named < 0).then(shift - named).otherwise(named).name.keep())

    parts = vars(changes)
    parts = parts | {name: real(part) for name, part in parts.items() if name != "deleted"}
    for name in ("consents", "consent_states"):
        parts[name] = with_real_marks(parts[name])
    return Changes(**parts)
