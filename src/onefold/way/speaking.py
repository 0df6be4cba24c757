"""Whom the records of a batch speak of, gathered before it is decided what they say."""

from dataclasses import replace

import polars as pl

from onefold.model.brought import Brought
from onefold.model.consent import ConsentState
from onefold.model.frames import TYPED_SCHEMA, Contacts, empty
from onefold.model.identifier import ADDRESS_KINDS
from onefold.model.rules import Rules
from onefold.model.source import ATTESTING, Trust
from onefold.resolve.addresses import OWN_SCHEMA, Addresses
from onefold.resolve.consent_said import Speaking
from onefold.resolve.surely_about import surely_about
from onefold.resolve.typed_addresses import typed_addresses
from onefold.stores import Reader
from onefold.survey.meetings import wanted


def with_refusing(this: Speaking, brought: Brought, reader: Reader, rules: Rules) -> Speaking:
    """The records of a batch with whom those are about that are refused or skipped and say no: somebody who
    is known to the operator for sure. Their refusal is that person's all the same.
    """
    refused = brought.consents.filter(pl.col("state") == ConsentState.UNSUBSCRIBED).select("row").unique()
    refused = refused.join(this.applied, on="row", how="anti")
    if refused.is_empty():
        return this
    records = this.records.join(refused, on="row", how="semi")
    about = surely_about(records, reader.holders(wanted(records, rules)), rules)
    contacts = reader.contacts(about["contact_id"]).contacts.select(
        pl.col("id").alias("contact_id"), *(pl.col(kind).alias(f"own:{kind}") for kind in ADDRESS_KINDS)
    )
    own = about.join(contacts, on="contact_id").select(list(OWN_SCHEMA))
    addresses = this.addresses.beside(replace(Addresses.nothing(), own=own))
    return replace(this, refusing=about.with_columns(pl.col("row").alias("head")), addresses=addresses)


def addresses_typed(
    this: Speaking, before: Contacts, brought: Brought, reader: Reader
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The addresses that records typed for their contacts, and those that they confirmed (`TYPED_SCHEMA`)."""
    if this.records["source"].is_in(list(ATTESTING)).all() and not reader.has_typed_addresses():
        typing = [pl.col(f"trust:{kind}") == Trust.CLAIMED for kind in ADDRESS_KINDS]
        if not this.records.select(pl.any_horizontal(typing).any()).item():
            return empty(TYPED_SCHEMA), empty(TYPED_SCHEMA)
    return typed_addresses(this, before, brought.consents)
