"""What the book has to tell so that every refusal is heard, and each once."""

from dataclasses import dataclass, replace

import polars as pl

from onefold.model.brought import Brought
from onefold.model.consent import OF_CONTACT, Channel
from onefold.model.field import NAMES
from onefold.model.frames import Contacts
from onefold.model.identifier import ADDRESS_KINDS, CONTACT_ID, PHONE, as_written
from onefold.model.outcome import Reason
from onefold.model.rules import Rules
from onefold.model.source import ATTESTING, Source, Trust
from onefold.resolve.addresses import OWN_SCHEMA, Addresses
from onefold.resolve.consent_said import Speaking, consents_of, without_known
from onefold.resolve.own_refusals import with_marks_of_people
from onefold.resolve.refusals import (
    UNDER_KEY,
    about_by_then,
    addresses_given_up,
    addresses_of_holders,
    once_under_a_key,
    refusals_under_keys,
    refusing_rows,
    silent_refusals,
    surely_about,
    with_addresses,
    with_keys,
    with_live_contact_ids,
)
from onefold.resolve.round import Round
from onefold.resolve.rounds import Resolution
from onefold.resolve.typed_addresses import TypedAddresses, typed_addresses
from onefold.resolve.world import moved_on, near
from onefold.stores import Reader, as_text
from onefold.survey.meetings import wanted
from onefold.way.keys import Keyed, spoken
from onefold.way.people_told import PeopleTold
from onefold.way.terms import Terms


@dataclass(frozen=True)
class Heard:
    """What a batch says of consent: by whom, the new entries of the log (`EVENT_SCHEMA`), and the people of
    whom files tell something, where they do.
    """

    speaking: Speaking
    consents: pl.DataFrame
    people: PeopleTold | None


def hear(
    records: pl.DataFrame,
    brought: Brought,
    keyed: Keyed,
    applied: pl.DataFrame,
    world: Contacts,
    resolution: Resolution,
    marks: pl.DataFrame,
    earlier: pl.DataFrame,
    reader: Reader,
    terms: Terms,
) -> Heard:
    """What the records of a batch say, and of those beside them whose keys were taken (`keyed`) the refusals.

    `applied`: as `Speaking` has it; `world`: the contacts that the input can touch, as they are before the
    batch; `earlier` (`NEW_CONSENT_SCHEMA`): refusals of earlier batches of the input.
    """
    speakers, said = spoken(records), brought
    if len(keyed.records):
        speakers, said = pl.concat([speakers, keyed.records]), brought.beside(keyed.refusals)
    given_up = addresses_given_up(silent_refusals(speakers, said), applied, resolution.addresses)
    of_several = resolution.decisions.filter(pl.col("reason") == Reason.IDENTIFIER_SHARED).select("row")
    speaking = Speaking(
        with_addresses(speakers, given_up),
        applied,
        resolution.addresses,
        as_text(terms.now),
        terms.rules.policy.claimed_grants,
        of_several=of_several,
    )
    speaking = _with_refusing(speaking, said, world, resolution.after, marks, reader, terms.rules)
    consents = with_keys(consents_of(speaking, said), said.keys)
    people = _people_of_files(reader, consents)
    if people is not None:
        consents = without_known(consents, people.current, people.states)
    return Heard(speaking, _heard_once(consents, earlier, reader), people)


def _with_refusing(
    this: Speaking,
    brought: Brought,
    world: Contacts,
    after: Contacts,
    marks: pl.DataFrame,
    reader: Reader,
    rules: Rules,
) -> Speaking:
    """The records with whom those are about that are not applied and refuse: somebody who is known for sure.
    Their refusal is that person's all the same.
    """
    refusing = refusing_rows(brought).join(this.applied, on="row", how="anti")
    if refusing.is_empty():
        return this
    asking = this.records.join(refusing, on="row", how="semi", maintain_order="left")
    asking = with_live_contact_ids(asking, reader.live(asking[CONTACT_ID]))
    around = near(world, wanted(asking, rules), rules.kinds)
    near_before, near_after = (
        _with_others(asking, contacts, reader, rules) for contacts in (around, moved_on(around, after))
    )
    earlier, later = (surely_about(Round(asking, known, marks, rules)) for known in (near_before, near_after))
    about = about_by_then(earlier, later, this.records, this.applied, rules.all_kinds)
    own = near_after.contacts.select(
        pl.col("id").alias("holder"), *(pl.col(kind).alias(f"own:{kind}") for kind in ADDRESS_KINDS)
    )
    own = about.join(own, on="holder").select(list(OWN_SCHEMA))
    named = addresses_of_holders(silent_refusals(asking, brought), about, near_after)
    theirs = about.select("row", pl.col("holder").alias("contact_id"), pl.col("row").alias("head"))
    return replace(
        this,
        records=with_addresses(this.records, named),
        refusing=theirs,
        addresses=this.addresses.beside(replace(Addresses.nothing(), own=own)),
    )


def addresses_typed(
    heard: Heard, before: Contacts, brought: Brought, earlier: pl.DataFrame, reader: Reader
) -> TypedAddresses:
    """The addresses that records typed for their contacts, and those that they confirmed. `earlier`
    (`TYPED_SCHEMA`): those that earlier batches of the input typed and that are not written yet.
    """
    this = heard.speaking
    none_typed = earlier.is_empty() and not reader.has_typed_addresses()
    if none_typed and this.records["source"].is_in(list(ATTESTING)).all():
        typing = [pl.col(f"trust:{kind}") == Trust.CLAIMED for kind in ADDRESS_KINDS]
        if not this.records.select(pl.any_horizontal(typing).any()).item():
            return TypedAddresses.nothing()
    return typed_addresses(this, before, brought.consents, heard.consents)


def _with_others(asking: pl.DataFrame, known: Contacts, reader: Reader, rules: Rules) -> Contacts:
    """These contacts, and all others that the records could be about."""
    found = reader.holders(wanted(asking, rules))["contact_id"].unique()
    others = reader.contacts(found.filter(~found.is_in(known.contacts["id"].implode())))
    columns = ["id", "merged_into", "in_bin", *rules.kinds, as_written(PHONE), *NAMES]
    return Contacts(
        pl.concat([known.contacts.select(columns), others.contacts.select(columns)]),
        pl.concat([known.aliases, others.aliases]),
    )


def was_refused_under(reader: Reader, source: Source, key: str, channel: Channel, address: str) -> bool:
    """Whether a record of that key refused that address before."""
    asked = pl.DataFrame({"channel": [channel.value], "address": [address]})
    known = refusals_under_keys(reader.consent_log(asked))
    return not known.filter((pl.col("source") == source) & (pl.col("key") == key)).is_empty()


def _heard_once(events: pl.DataFrame, earlier: pl.DataFrame, reader: Reader) -> pl.DataFrame:
    """The entries (`EVENT_SCHEMA`) without the refusals that were heard under their key before: by the book,
    or from `earlier` batches (`NEW_CONSENT_SCHEMA`) that are not written yet.
    """
    if refusals_under_keys(events).is_empty():
        return events
    placed = with_marks_of_people(events)
    asked = refusals_under_keys(placed)
    known = refusals_under_keys(reader.consent_log(asked)).select(UNDER_KEY)
    before = with_marks_of_people(earlier).select(UNDER_KEY)
    left = once_under_a_key(placed, pl.concat([known, before]))
    silent = pl.col("address").str.starts_with(OF_CONTACT)
    return left.with_columns(pl.when(~silent).then("address").alias("address"))


def _people_of_files(reader: Reader, consents: pl.DataFrame) -> PeopleTold | None:
    """The people of whom files tell something of consent, and whom the book knows already."""
    told = consents.filter(pl.col("source") == Source.IMPORT)["contact_id"].drop_nulls().unique()
    return PeopleTold.of(reader, told.filter(told > 0)) if len(told) else None
