"""Taking a receipt back: what it changed is gathered from the ledger, reversed by the core, and written as a
receipt of its own.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

import polars as pl

from onefold.model.error import UsageError
from onefold.model.frames import MARK_SCHEMA, MEMBERSHIP_SCHEMA, Changes, Contacts
from onefold.model.outcome import ReceiptStatus
from onefold.model.receipt import COPIES, ERASE, IMPORTS, UPGRADE, Kept, Receipt
from onefold.model.rules import Rules
from onefold.resolve.changes import changes_between, no_changes
from onefold.resolve.collisions import (
    coming_back,
    got_since,
    spelled_apart,
    taken_meanwhile,
    without_taken,
)
from onefold.resolve.consent_taken_back import (
    left_behind,
    refusals_withdrawn,
    refused_together,
    withdrawn,
)
from onefold.resolve.reversal import Book, Reversal, reverse
from onefold.stores import Reader, StoredReceipt, Writer, as_text
from onefold.way.besides import put_back, taken_back
from onefold.way.writing import contacts_changed, write_receipt


@dataclass(frozen=True)
class Undoing:
    """What taking a receipt back would do: the changes, how many contacts they touch, and what stays because
    it changed since. `besides`: what is put back beside contacts, by the options of a receipt.
    """

    receipt: StoredReceipt
    changes: Changes
    kept: tuple[Kept, ...]
    besides: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def contacts(self) -> int:
        """How many contacts are put back."""
        return contacts_changed(self.changes)


def plan_undo(
    reader: Reader, receipt_id: int, rules: Rules, moment: datetime, *, refusals_evidence: str | None = None
) -> Undoing:
    """Gathers and decides what undoing a receipt would do. The grants that it brought are withdrawn; refusals
    stay, unless an operator says with evidence that those of the file were a mistake.

    Raises `UsageError` (`unknown_receipt`, `already_undone`, `nothing_to_undo`, `erased_for_good`).
    """
    stored = _receipt_to_undo(reader, receipt_id)
    ledger = reader.entries(receipt_id)
    ids = ledger["contact_id"].unique()
    later = _since(reader, ids, ledger["batch_id"], ids)
    now = Book(reader.contacts(ids), reader.memberships(ids), reader.marks())
    spoken = reader.spoken_since(ids, max(ledger["batch_id"].unique().to_list(), default=0))
    reversal = reverse(ledger, later, now, reader.children(ids), spoken)
    undoing = decided(reader, stored, now, reversal, rules, ledger["batch_id"], moment)
    grants = withdrawn(reader.consents_of_receipt(receipt_id), as_text(moment))
    consents = pl.concat([grants, undoing.changes.consents])
    if refusals_evidence is not None:
        refused = mistaken_refusals(reader, stored, refusals_evidence, moment)
        consents = pl.concat([consents, refused])
    changes = replace(undoing.changes, consents=consents)
    return replace(undoing, changes=changes, besides=taken_back(reader, stored))


def planned_receipt(undoing: Undoing) -> Receipt:
    """What an undo would do, as a receipt that is not written."""
    return Receipt(
        id=None,
        kind="undo",
        status=ReceiptStatus.PLANNED,
        undoes=undoing.receipt.id,
        kept=undoing.kept,
        changed=undoing.contacts,
    )


def decided(
    reader: Reader,
    stored: StoredReceipt,
    now: Book,
    reversal: Reversal,
    rules: Rules,
    batches: pl.Series,
    moment: datetime,
) -> Undoing:
    """The changes of a reversal of these batches; identifiers that others got since are theirs (law 6), and
    nobody may be sent more than before (law 5).
    """
    kinds = tuple(kind for kind in rules.match_on if kind in rules.kinds)
    back = coming_back(now.contacts, reversal.after.contacts, kinds)
    holders = reader.holders(back.select("kind", "value"))
    taken = taken_meanwhile(back, holders, reversal.after.contacts, now.marks, rules)
    put_back = now.contacts.contacts["id"]
    got = got_since(taken, _since(reader, taken["holder"], batches, put_back))
    if min(batches.to_list(), default=0) <= reader.spelled_since():
        apart = spelled_apart(taken, back, now.marks)
        got = pl.concat([got, apart]).unique(["contact_id", "kind"], keep="first", maintain_order=True)
    taken = got
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
    consents = left_behind(now.contacts, after, as_text(moment))
    refusals = _refused_together(reader, now.contacts, after, batches)
    changes = replace(changes, consents=consents, refusals=refusals)
    names = {custom.column: custom.name for custom in rules.every_field}
    kept = [
        Kept(line["contact_id"], names.get(line["key"], line["key"]), line["why"])
        for line in reversal.kept.iter_rows(named=True)
    ]
    kept += [
        Kept(line["contact_id"], line["kind"], f"{line['value']} belongs to contact {line['holder']} now")
        for line in taken.iter_rows(named=True)
    ]
    return Undoing(stored, changes, tuple(kept))


def _refused_together(reader: Reader, before: Contacts, after: Contacts, batches: pl.Series) -> pl.DataFrame:
    """What was refused while contacts were one that are parted now (`REFUSAL_SCHEMA`)."""
    merged = before.contacts.filter(pl.col("merged_into").is_not_null())
    live = after.contacts.filter(pl.col("merged_into").is_null())
    apart = merged.join(live, on="id", how="semi")
    keepers = reader.live(apart["id"]).rename({"id": "child"})
    since = max(batches.unique().to_list(), default=0)
    return refused_together(reader.refusals_of(keepers["contact_id"]), keepers, since)


def evidence_of_mistake(evidence: str, *, refusals: bool) -> str | None:
    """How an operator knows that an import refused by mistake; None where its refusals stay. Raises
    `UsageError` (`wrong_options`).
    """
    if evidence and not refusals:
        raise UsageError(
            "evidence is for refusals that are taken back",
            code="wrong_options",
            hint="say --refusals too, or leave --evidence out",
        )
    return evidence if refusals else None


def mistaken_refusals(reader: Reader, stored: StoredReceipt, evidence: str, moment: datetime) -> pl.DataFrame:
    """Entries that take back what a file refused (`NEW_CONSENT_SCHEMA`). Raises `UsageError`
    (`missing_evidence`, `nothing_to_undo`).
    """
    if not evidence.strip():
        raise UsageError(
            "the refusals of an import are taken back only with evidence",
            code="missing_evidence",
            hint="say how you know that these people did not refuse: --evidence TEXT",
        )
    said = reader.consents_of_receipt(stored.id)
    log = reader.consent_log(said)
    ends = log.filter(pl.col("ends").is_in(said["id"].implode()))
    entries = refusals_withdrawn(
        pl.concat([said, ends]).unique("id").sort("id"), evidence.strip(), as_text(moment)
    )
    if entries.is_empty():
        raise UsageError(
            f"receipt {stored.id} has no refusal of a file that still stands",
            code="nothing_to_undo",
            hint="refusals by text, form or link are the person's own and stay",
        )
    return entries


def withdraw_refusals(writer: Writer, receipt_id: int, evidence: str, now: datetime) -> int:
    """Takes back what a file refused whose import was undone before; gives the receipt's id. Raises what
    `mistaken_refusals` raises.
    """
    stored = _receipt(writer, receipt_id)
    entries = mistaken_refusals(writer, stored, evidence, now)
    nothing = no_changes(writer.contacts(pl.Series([], dtype=pl.Int64)))
    changes = replace(nothing, consents=entries)
    name = f"refusals of {receipt_id} taken back"
    return write_receipt(writer, "consent", changes, now, source_name=name)[0]


def _since(reader: Reader, ids: pl.Series, batches: pl.Series, put_back: pl.Series) -> pl.DataFrame:
    """The ledger lines of these contacts from the first of these batches on, save what is being put back."""
    first = min(batches.unique().to_list(), default=0)
    own = pl.col("batch_id").is_in(batches.unique().implode()) & pl.col("contact_id").is_in(
        put_back.implode()
    )
    return reader.changed_since(ids, first - 1).filter(~own)


def write_undo(writer: Writer, undoing: Undoing, now: datetime) -> int:
    """Writes what was decided as a receipt of its own, which can be undone in turn: a redo."""
    stored = undoing.receipt
    receipt_id = _write(writer, undoing, "undo", now, undoes=stored.id)
    put_back(writer, undoing.besides)
    writer.update_receipt(stored.id, status=ReceiptStatus.UNDONE, undone_by=receipt_id)
    writer.withdraw_reviews(stored.id)
    if stored.undoes is not None:
        again = writer.receipt(stored.undoes)
        assert again is not None
        writer.update_receipt(stored.undoes, status=_status_again(again), undone_by=None)
        writer.reopen_reviews(stored.undoes)
    return receipt_id


def _status_again(undone: StoredReceipt) -> ReceiptStatus:
    """The status of a receipt whose undo is undone: an import that was taken back half-way stays so."""
    whole = undone.kind not in IMPORTS or "imported" in undone.options
    return ReceiptStatus.COMPLETED if whole else ReceiptStatus.CANCELLED


def write_split(writer: Writer, undoing: Undoing, now: datetime) -> int:
    """Writes the parting of two contacts; the receipt that merged them stands."""
    return _write(writer, undoing, "split", now)


def _write(writer: Writer, undoing: Undoing, kind: str, now: datetime, *, undoes: int | None = None) -> int:
    options = {"kept": [asdict(kept) for kept in undoing.kept], **undoing.besides}
    return write_receipt(writer, kind, undoing.changes, now, options=options, undoes=undoes)[0]


def is_undone(reader: Reader, receipt_id: int) -> bool:
    """Whether a receipt was taken back. Raises `UsageError` (`unknown_receipt`)."""
    return _receipt(reader, receipt_id).undone_by is not None


def _receipt(reader: Reader, receipt_id: int) -> StoredReceipt:
    stored = reader.receipt(receipt_id)
    if stored is None:
        raise UsageError(
            f"this book has no receipt {receipt_id}", code="unknown_receipt", hint="see `onefold imports`"
        )
    return stored


def _receipt_to_undo(reader: Reader, receipt_id: int) -> StoredReceipt:
    stored = _receipt(reader, receipt_id)
    if stored.kind in COPIES:
        raise UsageError(
            f"receipt {receipt_id} ({stored.kind}) changed nothing, so there is nothing to take back",
            code="nothing_to_undo",
            hint="what was written out lies where it was written to, and can be deleted there",
        )
    if stored.kind == ERASE:
        raise UsageError(
            f"receipt {receipt_id} erased contacts for good: there is nothing left to take it back with",
            code="erased_for_good",
            hint="a backup that was made before has them still",
        )
    if stored.kind == UPGRADE:
        raise UsageError(
            f"receipt {receipt_id} is of an upgrade, after which the book reads as this Onefold does",
            code="nothing_to_undo",
            hint="decide what it asks (`onefold review`); the book as it was before was kept beside it",
        )
    if stored.undone_by is not None:
        raise UsageError(
            f"{receipt_id} was taken back already, by {stored.undone_by}",
            code="already_undone",
            hint=f"to have it again, take that back: onefold undo {stored.undone_by}",
        )
    return stored
