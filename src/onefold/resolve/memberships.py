"""Tags and lists: whom a batch adds them to."""

import polars as pl

from onefold.model.frames import MEMBERSHIP_SCHEMA, Contacts, empty


def memberships_added(
    applied: pl.DataFrame, labels: pl.DataFrame, after: Contacts, before: pl.DataFrame
) -> pl.DataFrame:
    """What tags and lists contacts get (`MEMBERSHIP_SCHEMA`).

    `applied` says to which contact a row was applied (`row`, `contact_id`). `labels` (`row`, `kind`, `name`)
    are those of the records; a null row stands for every record. What the
    contacts of `before` (`MEMBERSHIP_SCHEMA`) have already is left out. The keeper of a merge gets those of
    the contact that became part of it.
    """
    merged = after.contacts["merged_into"].null_count() < after.contacts.height
    if labels.is_empty() and not merged:
        return empty(MEMBERSHIP_SCHEMA)
    for_all = labels.filter(pl.col("row").is_null()).drop("row").unique(maintain_order=True)
    everyone = applied.select("contact_id").unique(maintain_order=True).join(for_all, how="cross")
    some = applied.select("row", "contact_id").join(labels.filter(pl.col("row").is_not_null()), on="row")
    columns = list(MEMBERSHIP_SCHEMA)
    joining = pl.concat([empty(MEMBERSHIP_SCHEMA), everyone.select(columns)])
    if len(some):
        joining = pl.concat([joining, some.select(columns)]).unique(maintain_order=True)
    if before.is_empty() and not merged:
        return joining
    brought = memberships_of_merges(after, pl.concat([before, joining]))
    joining = pl.concat([joining, brought]).unique(maintain_order=True)
    return joining.join(before, on=columns, how="anti")


def memberships_of_merges(after: Contacts, known: pl.DataFrame) -> pl.DataFrame:
    """What keepers get from the contacts that became part of them, and do not have yet.

    `known`: the memberships of both (`MEMBERSHIP_SCHEMA`, and so the answer).
    """
    pointers = after.contacts.filter(pl.col("merged_into").is_not_null()).select(
        pl.col("id").alias("contact_id"), "merged_into"
    )
    brought, gained = known, known.clear()
    while len(pointers) and len(brought):
        brought = brought.join(pointers, on="contact_id").select(
            pl.col("merged_into").alias("contact_id"), "kind", "name"
        )
        gained = pl.concat([gained, brought])
    return gained.unique(maintain_order=True).join(known, on=known.columns, how="anti")
