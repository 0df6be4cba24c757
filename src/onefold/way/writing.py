"""A batch of changes is written, its consents settled first; and one that is a receipt of its own."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import polars as pl

from onefold.model.consent import KIND_OF
from onefold.model.frames import Changes
from onefold.model.identifier import Mark
from onefold.model.outcome import ReceiptStatus
from onefold.resolve.changes import THE_BOOK
from onefold.resolve.consent_log import settle
from onefold.resolve.own_refusals import with_marks_of_people
from onefold.resolve.refused_again import addresses_of_changes, refused_again
from onefold.stores import Writer, as_text
from onefold.way.answered import close_answered
from onefold.way.erased_refusals import refused_before
from onefold.way.own_refusals import OwnRefusals, with_contacts


def write_receipt(
    writer: Writer,
    kind: str,
    changes: Changes,
    now: datetime,
    *,
    rows: int = 0,
    options: Mapping[str, Any] | None = None,
    **values: Any,
) -> tuple[int, pl.DataFrame]:
    """Writes changes as a completed receipt; gives its id, and the real ids (`provisional`, `id`) of new
    contacts.

    `values` are further attributes of the stored receipt.
    """
    receipt_id = writer.start_receipt(
        kind,
        ReceiptStatus.COMPLETED,
        now,
        rows=rows,
        options={**(options or {}), "changed": contacts_changed(changes)},
        finished_at=now,
        **values,
    )
    batch_id = writer.start_batch(receipt_id, 0, rows, now)
    given = write_changes(writer, changes, batch_id, now)
    close_answered(writer, changes.updated["id"], now)
    return receipt_id, given


def write_changes(writer: Writer, changes: Changes, batch_id: int, now: datetime) -> pl.DataFrame:
    """Writes the changes of a batch; gives the real ids (`provisional`, `id`) of new contacts.

    What new entries of the log of consent come to, and whose own a refusal is, is decided here, of the book
    as it is under the writer lock; an address that an erased contact had refused is refused again. Raises
    what `refused_before` raises.
    """
    if writer.has_erased_refusals():
        found = refused_before(writer, addresses_of_changes(changes))
        again = refused_again(found, writer.consent_log(found))
        changes = replace(changes, consents=pl.concat([again, changes.consents]))
    said = with_marks_of_people(with_contacts(writer, changes.consents)).with_row_index("place")
    changes = replace(changes, consents=said)
    people = OwnRefusals(writer, changes)
    written, states = said, changes.consent_states
    if len(said):
        log = writer.consent_log(said)
        written, states = settle(log, said, _live(writer, log, changes), _shared(writer), as_text(now))
    settled = replace(changes, consents=written, consent_states=states)
    given = writer.apply(settled, batch_id=batch_id, now=now)
    people.keep(written, given, batch_id, now)
    return given


def _live(writer: Writer, log: pl.DataFrame, changes: Changes) -> pl.DataFrame:
    """Where the contacts of a log are, once these changes are written: `id`, `contact_id`."""
    merged = changes.updated.filter(pl.col("merged_into").is_not_null())
    pointers = merged.select(pl.col("id").alias("contact_id"), "merged_into")
    live = writer.live(log["contact_id"])
    while len(pointers):
        moved = live.join(pointers, on="contact_id", how="left", maintain_order="left")
        moved = moved.select("id", pl.coalesce("merged_into", "contact_id").alias("contact_id"))
        if moved.equals(live):
            break
        live = moved
    return live


def _shared(writer: Writer) -> pl.DataFrame:
    """Addresses that several contacts may have: `channel`, `address`."""
    channels = {kind: channel.value for channel, kind in KIND_OF.items()}
    marks = writer.marks().filter((pl.col("mark") == Mark.SHARED) & pl.col("kind").is_in(list(channels)))
    return marks.select(
        pl.col("kind").replace_strict(channels, return_dtype=pl.String).alias("channel"),
        pl.col("value").alias("address"),
    )


def contacts_changed(changes: Changes) -> int:
    """How many contacts these changes touch."""
    return changes.ledger.filter(pl.col("contact_id") != THE_BOOK)["contact_id"].n_unique()
