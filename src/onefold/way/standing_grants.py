"""Who is subscribed today at addresses of rows whose refusal could not be heard."""

import polars as pl

from onefold.model.brought import Brought
from onefold.model.rules import Rules
from onefold.resolve.standing_grants import (
    addresses_of_rows,
    contacts_of_rows,
    standing,
    unheard,
    with_standing,
)
from onefold.stores import Reader
from onefold.survey.meetings import wanted
from onefold.way.people_told import PeopleTold


def with_standing_grants(
    decisions: pl.DataFrame,
    records: pl.DataFrame,
    brought: Brought,
    entries: pl.DataFrame,
    reader: Reader,
    rules: Rules,
) -> tuple[pl.DataFrame, int]:
    """The decisions of a batch, in which errors at addresses (or of contacts) that are subscribed say so; and
    how many do. `entries` (`row`, `channel`) came of the batch's words of consent.
    """
    if brought.unread.is_empty() and brought.consents.is_empty():
        return decisions, 0
    rows = unheard(decisions, brought.consents, brought.unread, entries.select("row", "channel"))
    if rows.is_empty():
        return decisions, 0
    named = records.join(rows, on="row", how="semi")
    addresses = addresses_of_rows(rows, named)
    contacts = contacts_of_rows(rows, named, reader.holders(wanted(named, rules)))
    people = PeopleTold.of(reader, contacts["contact_id"].unique())
    found = standing(addresses, reader.consent_states(addresses), contacts, people.states)
    return with_standing(decisions, found), found.height


def standing_note(rows: int) -> list[str]:
    """What the receipt says of them."""
    if not rows:
        return []
    told = "1 row that was refused is" if rows == 1 else f"{rows:,} rows that were refused are"
    return [
        f"{told} of somebody who is subscribed today, and who stays so until the row is mended: "
        "see what the error file says of it"
    ]
