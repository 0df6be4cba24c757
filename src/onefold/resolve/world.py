"""The contacts that an input can touch, as they become while its batches are decided one after the other."""

import polars as pl

from onefold.model.frames import Contacts
from onefold.model.identifier import CONTACT_ID


def near(world: Contacts, asked: pl.DataFrame, kinds: tuple[str, ...]) -> Contacts:
    """Of the world, the contacts that have, had or lead to what is asked for (`kind`, `value`)."""
    contacts = world.contacts
    if contacts.is_empty():
        return world
    found = [
        contacts.join(
            asked.filter(pl.col("kind") == kind).select(pl.col("value").alias(kind)), on=kind, how="semi"
        )["id"]
        for kind in kinds
    ]
    ids = asked.filter(pl.col("kind") == CONTACT_ID)["value"].cast(pl.Int64)
    known = world.aliases.join(asked, on=["kind", "value"], how="semi")["contact_id"]
    reached = pl.concat([*found, ids.alias("id"), known.alias("id")]).unique()
    merged = contacts.filter(pl.col("merged_into").is_not_null()).select("id", "merged_into")
    while True:
        keepers = merged.filter(pl.col("id").is_in(reached.implode()))["merged_into"].alias("id")
        further = pl.concat([reached, keepers]).unique()
        if len(further) == len(reached):
            return world.only(reached)
        reached = further


def moved_on(world: Contacts, after: Contacts) -> Contacts:
    """The world once a batch is decided: `after` stands in for what it had of those contacts."""
    changed = after.contacts.select("id")
    stays = world.contacts.join(changed, on="id", how="anti")
    known = world.aliases.join(changed, left_on="contact_id", right_on="id", how="anti")
    since = world.set_by.join(changed, left_on="contact_id", right_on="id", how="anti")
    return Contacts(
        pl.concat([stays, after.contacts]),
        pl.concat([known, after.aliases]),
        pl.concat([since, after.set_by]),
    )
