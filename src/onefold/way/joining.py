"""Contacts join a list by hand."""

from collections.abc import Sequence
from datetime import datetime

import polars as pl

from onefold.model.error import UsageError
from onefold.model.frames import MEMBERSHIP_SCHEMA
from onefold.resolve.changes import changes_between
from onefold.stores import Writer
from onefold.way.merging import check_live
from onefold.way.writing import write_receipt


def add_members(
    writer: Writer, kind: str, name: str, contacts: Sequence[int], receipt: int | None, now: datetime
) -> int:
    """Puts contacts, and all that a receipt touched and that are there, on a list or under a tag; gives the
    receipt's id.

    Raises `UsageError` (`unknown_list`, `unknown_contact_id`).
    """
    if kind == "list" and name not in writer.lists():
        raise UsageError(
            f"there is no list {name!r}", code="unknown_list", hint=f'make it: onefold lists create "{name}"'
        )
    asked = pl.Series("id", contacts, dtype=pl.Int64)
    check_live(writer.contacts(asked), asked)
    touched = writer.entries(receipt)["contact_id"].alias("id") if receipt is not None else asked.clear()
    before = writer.contacts(pl.concat([asked, touched.filter(touched > 0)]))
    live = before.contacts.filter(pl.col("merged_into").is_null())
    members = live.select(
        pl.col("id").alias("contact_id"), pl.lit(kind).alias("kind"), pl.lit(name).alias("name")
    )
    known = writer.memberships(live["id"])
    added = members.join(known, on=list(MEMBERSHIP_SCHEMA), how="anti")
    changes = changes_between(before, before, memberships_added=added)
    return write_receipt(writer, kind, changes, now, source_name=name)[0]
