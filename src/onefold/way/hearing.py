"""What the book has to tell so that every refusal is heard, and each once."""

import polars as pl

from onefold.model.brought import Brought
from onefold.model.consent import Channel
from onefold.model.field import NAMES
from onefold.model.frames import Contacts
from onefold.model.identifier import CONTACT_ID, PHONE, as_written
from onefold.model.rules import Rules
from onefold.model.source import Source
from onefold.resolve.refusals import (
    once_under_a_key,
    refusals_under_keys,
    silent_refusals,
    surely_about,
    with_address_of_contact,
    with_live_contact_ids,
)
from onefold.resolve.round import Round
from onefold.stores import Reader
from onefold.survey.meetings import wanted


def speaking_records(
    records: pl.DataFrame,
    brought: Brought,
    applied: pl.DataFrame,
    after: Contacts,
    marks: pl.DataFrame,
    reader: Reader,
    rules: Rules,
) -> pl.DataFrame:
    """The records (as `spoken` gives them) by whom consent is said. One that was applied to nobody, and
    refuses without an address, names that of the contact that it is surely about.

    `after`: the contacts near the batch as it leaves them; of others the reader tells.
    """
    silent = silent_refusals(records, brought, applied)
    if silent.is_empty():
        return records
    asking = records.join(silent, on="row", how="semi", maintain_order="left")
    asking = with_live_contact_ids(asking, reader.live(asking[CONTACT_ID]))
    found = reader.holders(wanted(asking, rules))["contact_id"].unique()
    others = reader.contacts(found.filter(~found.is_in(after.contacts["id"].implode())))
    columns = ["id", "merged_into", "in_bin", *rules.kinds, as_written(PHONE), *NAMES]
    near = Contacts(
        pl.concat([after.contacts.select(columns), others.contacts.select(columns)]),
        pl.concat([after.aliases, others.aliases]),
    )
    about = surely_about(Round(asking, near, marks, rules))
    return with_address_of_contact(records, silent, about, near)


def was_refused_under(reader: Reader, source: Source, key: str, channel: Channel, address: str) -> bool:
    """Whether a record of that key refused that address before."""
    asked = pl.DataFrame({"channel": [channel.value], "address": [address]})
    known = refusals_under_keys(reader.consent_log(asked))
    return not known.filter((pl.col("source") == source) & (pl.col("key") == key)).is_empty()


def heard_once(events: pl.DataFrame, earlier: pl.DataFrame, reader: Reader) -> pl.DataFrame:
    """The entries (`EVENT_SCHEMA`) without the refusals that were heard under their key before: by the book,
    or from `earlier` batches (`CONSENT_SCHEMA`) that are not written yet.
    """
    asked = refusals_under_keys(events)
    if asked.is_empty():
        return events
    known = refusals_under_keys(reader.consent_log(asked))
    return once_under_a_key(events, pl.concat([known.select(earlier.columns), earlier]))
