"""Which records of a batch could touch the same contact."""

import polars as pl

from onefold.model.field import NAMES
from onefold.model.frames import Contacts
from onefold.model.identifier import Mark, Why
from onefold.model.rules import Rules
from onefold.normalise.identifiers import match_value
from onefold.normalise.names import folded_name
from onefold.survey.connected import connected
from onefold.survey.ties import CONTACT_NODE, contact_ties, row_ties


def groups_of(sound: pl.DataFrame, near: Contacts, marks: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """`node`, `component` of records and contacts that are joined to another, by any kind of identifier.

    A shared identifier joins only together with a full name; since a record can give its contact a name, or
    the identifier, whatever name and whatever shared identifier can come together in a group count.
    """
    ties = [row_ties(sound, rules.all_kinds, marks, rules), contact_ties(near, rules.all_kinds, marks, rules)]
    groups = connected(pl.concat(ties))
    shared = marks.filter(pl.col("mark") == Mark.SHARED).select("kind", "value")
    holding = _holding_shared(sound, near, shared, rules)
    return groups if holding.is_empty() else _widened(groups, holding, _names(sound, near))


def _holding_shared(sound: pl.DataFrame, near: Contacts, shared: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """Who says or has a shared identifier: `node`, `kind`, `value`."""
    rows = sound.with_columns(pl.col("row").cast(pl.Int64).alias("node"))
    contacts = near.contacts.with_columns((pl.col("id") + CONTACT_NODE).alias("node"))
    second = near.aliases.filter(pl.col("why") == Why.SECOND).select(
        (pl.col("contact_id") + CONTACT_NODE).alias("node"), "kind", "value"
    )
    lines = [
        frame.select("node", pl.lit(kind).alias("kind"), match_value(kind, rules).alias("value"))
        for kind in shared["kind"].unique().to_list()
        for frame in (rows, contacts)
    ]
    return pl.concat([second, *lines]).join(shared, on=["kind", "value"], how="semi")


def _names(sound: pl.DataFrame, near: Contacts) -> pl.DataFrame:
    """The names of records and contacts, folded: `node` and a column a name."""
    folded = [folded_name(pl.col(name)).alias(name) for name in NAMES]
    return pl.concat(
        [
            sound.select(pl.col("row").cast(pl.Int64).alias("node"), *folded),
            near.contacts.select((pl.col("id") + CONTACT_NODE).alias("node"), *folded),
        ]
    )


def _widened(groups: pl.DataFrame, holding: pl.DataFrame, names: pl.DataFrame) -> pl.DataFrame:
    """The groups, joined further until no name and shared identifier of one can meet in another."""
    place = names.select("node").join(groups, on="node", how="left")
    place = place.select("node", pl.coalesce("component", "node").alias("component"))
    while True:
        values = holding.join(place, on="node").select("component", "kind", "value").unique()
        possible = _possible_names(names.join(place, on="node").join(values, on="component", how="semi"))
        meeting = values.join(possible, on="component").select(
            pl.col("component").alias("node"), pl.struct("kind", "value", "name").hash().alias("tie")
        )
        joined = connected(meeting.unique())
        moved = joined.filter(pl.col("node") != pl.col("component"))
        if moved.is_empty():
            break
        onto = moved.select(pl.col("node").alias("component"), pl.col("component").alias("onto"))
        place = place.join(onto, on="component", how="left").select(
            "node", pl.coalesce("onto", "component").alias("component")
        )
    return place.filter(pl.col("component").is_duplicated())


def _possible_names(members: pl.DataFrame) -> pl.DataFrame:
    """Every full name that somebody of a component could come to have: `component`, `name`."""
    nameless = members.select("component").unique()
    firsts, lasts = (
        pl.concat(
            [members.select("component", name), nameless.with_columns(pl.lit(None, pl.String).alias(name))]
        )
        for name in ("first_name", "last_name")
    )
    plain = firsts.unique().join(lasts.unique(), on="component")
    joined = folded_name(pl.concat_str(["first_name", "last_name"], separator=" ", ignore_nulls=True))
    return (
        pl.concat(
            [
                plain.select("component", joined.alias("name")),
                members.select("component", pl.col("full_name").alias("name")),
            ]
        )
        .drop_nulls()
        .unique()
    )
