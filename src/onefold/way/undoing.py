"""Taking a receipt back: what it changed is gathered from the ledger, reversed by the core, and written as a
receipt of its own.
"""

from dataclasses import asdict, dataclass
from datetime import datetime

import polars as pl

from onefold.model.error import UsageError
from onefold.model.frames import MARK_SCHEMA, MEMBERSHIP_SCHEMA, Changes
from onefold.model.outcome import ReceiptStatus
from onefold.model.receipt import Kept
from onefold.model.rules import Rules
from onefold.resolve.changes import changes_between
from onefold.resolve.collisions import coming_back, got_since, taken_meanwhile, without_taken
from onefold.resolve.reversal import Book, Reversal, reverse
from onefold.stores import Reader, StoredReceipt, Writer


@dataclass(frozen=True)
class Undoing:
    """What taking a receipt back would do: the changes, how many contacts they touch, and what stays because
    it changed since.
    """

    receipt: StoredReceipt
    changes: Changes
    kept: tuple[Kept, ...]

    @property
    def contacts(self) -> int:
        """How many contacts are put back."""
        return int(self.changes.ledger.filter(pl.col("contact_id") != 0)["contact_id"].n_unique())


def plan_undo(reader: Reader, receipt_id: int, rules: Rules) -> Undoing:
    """Gathers and decides what undoing a receipt would do.

    Raises `UsageError` (`unknown_receipt`, `already_undone`).
    """
    stored = _receipt_to_undo(reader, receipt_id)
    ledger = reader.entries(receipt_id)
    ids = ledger["contact_id"].unique()
    later = _since(reader, ids, ledger["batch_id"])
    now = Book(reader.contacts(ids), reader.memberships(ids), reader.marks())
    reversal = reverse(ledger, later, now, reader.children(ids))
    return decided(reader, stored, now, reversal, rules, ledger["batch_id"])


def decided(
    reader: Reader, stored: StoredReceipt, now: Book, reversal: Reversal, rules: Rules, batches: pl.Series
) -> Undoing:
    """The changes of a reversal of these batches; identifiers that others got since stay with them (law 6)."""
    kinds = tuple(kind for kind in rules.match_on if kind in rules.kinds)
    back = coming_back(now.contacts, reversal.after.contacts, kinds)
    holders = reader.holders(back.select("kind", "value"))
    taken = taken_meanwhile(back, holders, reversal.after.contacts, now.marks, rules)
    taken = got_since(taken, _since(reader, taken["holder"], batches))
    after = without_taken(reversal.after.contacts, taken)
    members, marks = list(MEMBERSHIP_SCHEMA), list(MARK_SCHEMA)
    changes = changes_between(
        now.contacts,
        after,
        memberships_added=reversal.after.memberships.join(now.memberships, on=members, how="anti"),
        memberships_removed=now.memberships.join(reversal.after.memberships, on=members, how="anti"),
        marks_added=reversal.after.marks.join(now.marks, on=marks, how="anti"),
        marks_removed=now.marks.join(reversal.after.marks, on=marks, how="anti"),
    )
    names = {custom.column: custom.name for custom in rules.fields}
    kept = [
        Kept(line["contact_id"], names.get(line["key"], line["key"]), line["why"])
        for line in reversal.kept.iter_rows(named=True)
    ]
    kept += [
        Kept(line["contact_id"], line["kind"], f"{line['value']} belongs to contact {line['holder']} now")
        for line in taken.iter_rows(named=True)
    ]
    return Undoing(stored, changes, tuple(kept))


def _since(reader: Reader, ids: pl.Series, batches: pl.Series) -> pl.DataFrame:
    """The ledger lines of these contacts since the first of these batches, and not of them."""
    first = min(batches.unique().to_list(), default=0)
    own = batches.unique().implode()
    return reader.later_entries(ids, first).filter(~pl.col("batch_id").is_in(own))


def write_undo(writer: Writer, undoing: Undoing, now: datetime) -> int:
    """Writes what was decided as a receipt of its own, which can be undone in turn: a redo."""
    stored = undoing.receipt
    receipt_id = _write(writer, undoing, "undo", now, undoes=stored.id)
    writer.update_receipt(stored.id, status=ReceiptStatus.UNDONE, undone_by=receipt_id)
    writer.withdraw_reviews(stored.id)
    if stored.undoes is not None:
        writer.update_receipt(stored.undoes, status=ReceiptStatus.COMPLETED, undone_by=None)
        writer.reopen_reviews(stored.undoes)
    return receipt_id


def write_split(writer: Writer, undoing: Undoing, now: datetime) -> int:
    """Writes the parting of two contacts; the receipt that merged them stands."""
    return _write(writer, undoing, "split", now)


def _write(writer: Writer, undoing: Undoing, kind: str, now: datetime, *, undoes: int | None = None) -> int:
    receipt_id = writer.start_receipt(
        kind,
        ReceiptStatus.COMPLETED,
        now,
        undoes=undoes,
        options={"kept": [asdict(kept) for kept in undoing.kept], "changed": undoing.contacts},
        finished_at=now,
    )
    batch_id = writer.start_batch(receipt_id, 0, 0, now)
    writer.apply(undoing.changes, batch_id=batch_id, now=now)
    return receipt_id


def _receipt_to_undo(reader: Reader, receipt_id: int) -> StoredReceipt:
    stored = reader.receipt(receipt_id)
    if stored is None:
        raise UsageError(
            f"this book has no receipt {receipt_id}", code="unknown_receipt", hint="see `onefold imports`"
        )
    if stored.undone_by is not None:
        raise UsageError(
            f"{receipt_id} was taken back already, by {stored.undone_by}",
            code="already_undone",
            hint=f"to have it again, take that back: onefold undo {stored.undone_by}",
        )
    return stored
