"""Two contacts become one by an operator's word, and are parted again."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import polars as pl

from onefold.model.activity import MOVED_ACTIVITY_SCHEMA
from onefold.model.error import UsageError
from onefold.model.frames import Contacts
from onefold.model.identifier import ADDRESS_KINDS
from onefold.model.rules import Rules
from onefold.resolve.changes import changes_between, from_ledger
from onefold.resolve.memberships import memberships_of_merges
from onefold.resolve.merge import merge_contacts
from onefold.resolve.reversal import Book, reverse
from onefold.resolve.split import brought_by
from onefold.stores import Reader, Writer
from onefold.way.stages import who_set
from onefold.way.undoing import Undoing, decided
from onefold.way.writing import write_receipt


def merge(writer: Writer, keep: int, others: Sequence[int], rules: Rules, now: datetime) -> int:
    """Merges `others` into `keep`, one after the other, and gives the receipt's id.

    Raises `UsageError` (`unknown_contact_id`, `in_bin`, `same_contact`) for an id that is no live contact, or
    stands twice.
    """
    ids = pl.Series("id", [keep, *others], dtype=pl.Int64)
    if ids.n_unique() < len(ids):
        raise UsageError(
            "a contact cannot be merged with itself", code="same_contact", hint="name different ids"
        )
    before = replace(writer.contacts(ids), set_by=who_set(writer, ids, rules))
    check_live(before, ids)
    after = before
    for other in others:
        after = merge_contacts(after, keep, other, rules)
    known = writer.memberships(ids)
    changes = changes_between(before, after, memberships_added=memberships_of_merges(after, known))
    options = {"keep": keep, "others": list(others)}
    return write_receipt(writer, "merge", changes, now, options=options)[0]


def check_live(found: Contacts, ids: pl.Series) -> None:
    """Raises `UsageError` (`unknown_contact_id`, `in_bin`) unless all of these are contacts that were not
    merged and are not in the bin.
    """
    contacts = found.contacts
    for id_ in ids:
        this = contacts.filter(pl.col("id") == id_)
        if this.is_empty():
            raise UsageError(
                f"there is no contact {id_}", code="unknown_contact_id", hint="see `onefold contacts`"
            )
        into = this["merged_into"].item()
        if into is not None:
            raise UsageError(
                f"contact {id_} is part of contact {into} now", code="unknown_contact_id", hint=f"name {into}"
            )
        _check_not_in_bin(id_, this)


def _check_not_in_bin(id_: int, this: pl.DataFrame) -> None:
    if this["in_bin"].item():
        raise UsageError(
            f"contact {id_} is in the bin", code="in_bin", hint=f"onefold contacts restore {id_}"
        )


def plan_split(reader: Reader, id_: int, rules: Rules, moment: datetime) -> Undoing:
    """What parting a merged contact from its keeper would do; for a keeper, from the one that it merged with
    last.

    Raises `UsageError` (`unknown_contact_id`, `in_bin`, `not_merged`).
    """
    loser = _merged_last(reader, id_)
    keeper = int(reader.contacts(pl.Series([loser])).contacts["merged_into"].item())
    ids = pl.Series([loser, keeper], dtype=pl.Int64)
    history = from_ledger(reader.history(loser).select("batch_id", "receipt_id", "before"))
    merging = history.filter(pl.col("key") == "merged_into").tail(1)
    now = Book(reader.contacts(ids), reader.memberships(ids), reader.marks())
    if merging.is_empty():
        # It was made and merged by one and the same batch.
        merging = reader.history(loser).filter(pl.col("before").is_null()).tail(1)
    batch, receipt_id = int(merging["batch_id"].item()), int(merging["receipt_id"].item())
    ledger = reader.entries(receipt_id).filter(
        (pl.col("batch_id") == batch) & pl.col("contact_id").is_in(ids.implode())
    )
    later = reader.changed_since(ids, batch)
    part = brought_by(ledger, now, loser, keeper, rules)
    reversal = reverse(part, later, now, reader.children(ids))
    stored = reader.receipt(receipt_id)
    assert stored is not None  # the ledger names only receipts that are there
    parting = decided(reader, stored, now, reversal, rules, ledger["batch_id"], moment)
    moved = _activities_moved(reader.activities(pl.Series([keeper])), batch, loser, parting.changes.updated)
    return replace(parting, changes=replace(parting.changes, activities_moved=moved))


def _activities_moved(
    activities: pl.DataFrame, merging_batch: int, loser: int, updated: pl.DataFrame
) -> pl.DataFrame:
    """What the keeper's timeline got since at addresses that are the loser's (`MOVED_ACTIVITY_SCHEMA`)."""
    own = updated.filter(pl.col("id") == loser)
    addresses = pl.concat([own[kind].alias("address") for kind in ADDRESS_KINDS]).drop_nulls()
    theirs = pl.col("address").is_in(addresses.implode()) & (pl.col("batch_id") > merging_batch)
    moved = activities.filter(theirs).select("id", pl.lit(loser).alias("contact_id"))
    return moved.cast(pl.Schema(MOVED_ACTIVITY_SCHEMA))


def _merged_last(reader: Reader, id_: int) -> int:
    this = reader.contacts(pl.Series([id_], dtype=pl.Int64)).contacts
    if this.is_empty():
        raise UsageError(
            f"there is no contact {id_}", code="unknown_contact_id", hint="see `onefold contacts`"
        )
    _check_not_in_bin(id_, this)
    if this["merged_into"].item() is not None:
        return id_
    children = reader.children(pl.Series([id_], dtype=pl.Int64))["child"]
    if children.is_empty():
        raise UsageError(
            f"contact {id_} is one contact and was merged with no other",
            code="not_merged",
            hint="see `onefold contacts history`",
        )
    return int(max(children.to_list(), key=lambda child: _merging_batch(reader, child)))


def _merging_batch(reader: Reader, child: int) -> int:
    return max(reader.history(child)["batch_id"].to_list(), default=0)
