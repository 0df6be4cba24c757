"""Contacts go to the bin, and come back: ordinary changes, which undo takes back like any other."""

from dataclasses import replace
from datetime import datetime
from typing import Any, Final

import polars as pl

from onefold.model.error import UsageError
from onefold.model.outcome import ReceiptStatus
from onefold.resolve.changes import changes_between
from onefold.stores import Writer
from onefold.way.writing import contacts_changed, write_changes

AT_A_TIME: Final = 50_000
"""Contacts that are held in memory together; they are one transaction and one receipt, however many."""


def remove_contacts(writer: Writer, ids: pl.Series, now: datetime, **values: Any) -> int:
    """Puts contacts, with all that were merged into them, into the bin; gives the receipt's id.

    `ids` is Int64; `values` are further attributes of the stored receipt. Raises `UsageError`
    (`unknown_contact_id`, `in_bin`), and then nothing is written.
    """
    found = found_contacts(writer, ids)
    for id_ in found.filter("in_bin")["id"].head(1):
        raise UsageError(f"contact {id_} is in the bin already", code="in_bin", hint="see `onefold bin`")
    return _write(writer, "remove", found["id"], now, in_bin=True, **values)


def restore_contacts(writer: Writer, ids: pl.Series, now: datetime, **values: Any) -> int:
    """Takes contacts, with all that were merged into them, out of the bin; as `remove_contacts`.

    Raises `UsageError` (`unknown_contact_id`, `not_in_bin`), and then nothing is written.
    """
    found = found_contacts(writer, ids)
    for id_ in found.filter(~pl.col("in_bin"))["id"].head(1):
        raise UsageError(f"contact {id_} is not in the bin", code="not_in_bin", hint="see `onefold bin`")
    return _write(writer, "restore", found["id"], now, in_bin=False, **values)


def found_contacts(writer: Writer, ids: pl.Series) -> pl.DataFrame:
    """These contacts, each once, lowest id first: `id`, `in_bin`.

    Raises `UsageError` (`unknown_contact_id`) for ids of nobody, and of contacts that were merged into
    others.
    """
    asked = ids.alias("id").cast(pl.Int64).unique().sort().to_frame()
    known = writer.values(asked["id"], ("merged_into",))
    found = asked.join(known, on="id", how="left", maintain_order="left")
    for id_ in found.filter(pl.col("in_bin").is_null())["id"].head(1):
        raise UsageError(
            f"there is no contact {id_}", code="unknown_contact_id", hint="see `onefold contacts`"
        )
    check_not_part(found)
    return found.select("id", "in_bin")


def check_not_part(found: pl.DataFrame) -> None:
    """Raises `UsageError` (`unknown_contact_id`) where one of these (`id`, `merged_into`) is part of another
    contact.
    """
    merged = found.filter(pl.col("merged_into").is_not_null())
    for id_, into in merged.select("id", "merged_into").head(1).rows():
        raise UsageError(
            f"contact {id_} is part of contact {into} now", code="unknown_contact_id", hint=f"name {into}"
        )


def _write(writer: Writer, kind: str, ids: pl.Series, now: datetime, *, in_bin: bool, **values: Any) -> int:
    receipt_id = writer.start_receipt(kind, ReceiptStatus.COMPLETED, now, finished_at=now, **values)
    changed = 0
    for number, start in enumerate(range(0, len(ids), AT_A_TIME)):
        part = ids.slice(start, AT_A_TIME)
        before = writer.contacts(pl.concat([part, writer.merged_into(part)["id"]]))
        after = before.contacts.with_columns(pl.lit(in_bin).alias("in_bin"))
        changes = changes_between(before, replace(before, contacts=after))
        write_changes(writer, changes, writer.start_batch(receipt_id, number, len(part), now), now)
        changed += contacts_changed(changes)
    options = {**values.get("options", {}), "changed": changed}
    writer.update_receipt(receipt_id, options=options)
    return receipt_id
