"""What the book has to tell so that every refusal is heard, and each once."""

from dataclasses import dataclass

import polars as pl

from onefold.model.brought import Brought
from onefold.model.consent import Channel
from onefold.model.field import NAMES
from onefold.model.frames import Contacts
from onefold.model.identifier import CONTACT_ID, PHONE, as_written
from onefold.model.rules import Rules
from onefold.model.source import Source
from onefold.resolve.consent_of_contacts import addresses_of_contacts, contact_states
from onefold.resolve.consent_said import Speaking, consents_of, without_known
from onefold.resolve.refusals import (
    addresses_given_up,
    addresses_of_holders,
    once_under_a_key,
    refusals_under_keys,
    silent_refusals,
    surely_about,
    with_addresses,
    with_keys,
    with_live_contact_ids,
)
from onefold.resolve.round import Round
from onefold.resolve.rounds import Resolution
from onefold.stores import Reader, as_text
from onefold.survey.meetings import wanted
from onefold.way.keys import Keyed, spoken
from onefold.way.terms import Terms


@dataclass(frozen=True)
class Heard:
    """What a batch says of consent: by whom, and the new entries of the log (`EVENT_SCHEMA`)."""

    speaking: Speaking
    consents: pl.DataFrame


def hear(
    records: pl.DataFrame,
    brought: Brought,
    keyed: Keyed,
    applied: pl.DataFrame,
    resolution: Resolution,
    marks: pl.DataFrame,
    earlier: pl.DataFrame,
    reader: Reader,
    terms: Terms,
) -> Heard:
    """What the records of a batch say, and of those beside them whose keys were taken (`keyed`) the refusals.

    `applied`: as `Speaking` has it; `earlier` (`CONSENT_SCHEMA`): refusals of earlier batches of the input.
    """
    speakers, said = spoken(records), brought
    if len(keyed.records):
        speakers, said = pl.concat([speakers, keyed.records]), brought.beside(keyed.refusals)
    speakers = _speaking_records(speakers, said, applied, resolution, marks, reader, terms.rules)
    speaking = Speaking(speakers, applied, resolution.addresses, as_text(terms.now))
    consents = with_keys(_news(reader, consents_of(speaking, said)), said.keys)
    return Heard(speaking, _heard_once(consents, earlier, reader))


def _speaking_records(
    records: pl.DataFrame,
    brought: Brought,
    applied: pl.DataFrame,
    resolution: Resolution,
    marks: pl.DataFrame,
    reader: Reader,
    rules: Rules,
) -> pl.DataFrame:
    """The records (as `spoken` gives them) by whom consent is said. One that refuses without an address, and
    has none by the contact that it was applied to, names the one that this contact gave up, or that of the
    contact which it is surely about.
    """
    silent = silent_refusals(records, brought)
    if silent.is_empty():
        return records
    given_up = addresses_given_up(silent, applied, resolution.addresses)
    unapplied = silent.join(applied, on="row", how="anti")
    if unapplied.is_empty():
        return with_addresses(records, given_up)
    asking = records.join(unapplied, on="row", how="semi", maintain_order="left")
    asking = with_live_contact_ids(asking, reader.live(asking[CONTACT_ID]))
    near = _near(asking, resolution.after, reader, rules)
    about = surely_about(Round(asking, near, marks, rules))
    return with_addresses(records, pl.concat([given_up, addresses_of_holders(unapplied, about, near)]))


def _near(asking: pl.DataFrame, after: Contacts, reader: Reader, rules: Rules) -> Contacts:
    """The contacts that these records could be about, as the batch leaves them."""
    found = reader.holders(wanted(asking, rules))["contact_id"].unique()
    others = reader.contacts(found.filter(~found.is_in(after.contacts["id"].implode())))
    columns = ["id", "merged_into", "in_bin", *rules.kinds, as_written(PHONE), *NAMES]
    return Contacts(
        pl.concat([after.contacts.select(columns), others.contacts.select(columns)]),
        pl.concat([after.aliases, others.aliases]),
    )


def was_refused_under(reader: Reader, source: Source, key: str, channel: Channel, address: str) -> bool:
    """Whether a record of that key refused that address before."""
    asked = pl.DataFrame({"channel": [channel.value], "address": [address]})
    known = refusals_under_keys(reader.consent_log(asked))
    return not known.filter((pl.col("source") == source) & (pl.col("key") == key)).is_empty()


def _heard_once(events: pl.DataFrame, earlier: pl.DataFrame, reader: Reader) -> pl.DataFrame:
    """The entries (`EVENT_SCHEMA`) without the refusals that were heard under their key before: by the book,
    or from `earlier` batches (`CONSENT_SCHEMA`) that are not written yet.
    """
    asked = refusals_under_keys(events)
    if asked.is_empty():
        return events
    known = refusals_under_keys(reader.consent_log(asked))
    return once_under_a_key(events, pl.concat([known.select(earlier.columns), earlier]))


def _news(reader: Reader, consents: pl.DataFrame) -> pl.DataFrame:
    """The entries without what files tell of people that the book knows already."""
    told = consents.filter(pl.col("source") == Source.IMPORT)["contact_id"].drop_nulls().unique()
    if told.is_empty():
        return consents
    addresses = addresses_of_contacts(reader.contacts(told.filter(told > 0)))
    states = contact_states(addresses, reader.consent_states(addresses))
    return without_known(consents, addresses.filter("current").drop("current"), states)
