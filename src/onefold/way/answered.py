"""Questions of the review queue that what was just written has answered."""

from datetime import datetime

import polars as pl

from onefold.model.outcome import ReviewKind, ReviewState
from onefold.stores import Reader, ReviewEntry, Writer
from onefold.way.contacts import known_by


def close_answered(writer: Writer, ids: pl.Series, now: datetime) -> None:
    """Closes entries about these contacts that nobody need decide any more: two contacts have become one, or
    a contact has got the value.
    """
    for entry in writer.reviews_about(ids):
        if _is_answered(writer, entry):
            writer.decide_review(entry.id, ReviewState.ACCEPTED, now)


def _is_answered(reader: Reader, entry: ReviewEntry) -> bool:
    live = reader.live(pl.Series([entry.contact_id, entry.other_contact_id], dtype=pl.Int64))
    leads_to: dict[int | None, int] = dict(live.iter_rows())
    contact_id = leads_to.get(entry.contact_id)
    if contact_id is None:
        return False
    if entry.kind is ReviewKind.CLAIMED_VALUE:
        return contact_id in known_by(reader, str(entry.identifier), str(entry.value))
    return contact_id == leads_to.get(entry.other_contact_id)
