"""Which records could touch the same contact, and which of them hang together with too many others.

A shared identifier ties only together with a full name. Since a record can give its contact a name, or the
identifier, every name and every shared identifier that can come together in one group count.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from onefold.model.field import NAMES
from onefold.model.frames import Contacts, empty
from onefold.model.identifier import Mark, Why
from onefold.model.rules import Rules
from onefold.normalise.identifiers import match_value
from onefold.normalise.names import folded_name
from onefold.survey.connected import connected
from onefold.survey.ties import CONTACT_NODE, contact_ties, row_ties

TANGLED_SCHEMA = {"row": pl.UInt32, "rows": pl.Int64}
PARTS = ("first_name", "last_name")
"""What a full name is put together from where it is not said in one."""


def groups_of(records: pl.DataFrame, near: Contacts, marks: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """`node`, `component` of records and contacts that could touch each other; those alone are left out.

    Kinds that several contacts may have anyway count as well, as long as no group gets too large by them: of
    those, the order decides no more than whether an alias is called former or released.
    """
    groups = _groups_by(rules.all_kinds, records, near, marks, rules)
    largest = groups.filter(pl.col("node") >= 0)["component"].value_counts()["count"].max()
    if isinstance(largest, int) and largest > rules.policy.group_limit:
        groups = _groups_by(rules.tying, records, near, marks, rules)
    return groups


def _groups_by(
    kinds: Sequence[str], records: pl.DataFrame, near: Contacts, marks: pl.DataFrame, rules: Rules
) -> pl.DataFrame:
    ties = _ties(kinds, records, near, marks, rules)
    groups: pl.DataFrame | None = ties.groups
    while groups is not None:
        found, groups = groups, _widened(groups, ties)
    return found.filter(pl.col("component").is_duplicated())


def tangled_rows(records: pl.DataFrame, near: Contacts, marks: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """Rows of groups larger than `group_limit`: `row`, `rows` (how many there are in the group).

    Such a group is left out as soon as it is seen: as none of its rows is taken, it joins nobody else.
    """
    if records.height <= rules.policy.group_limit:
        return empty(TANGLED_SCHEMA)
    ties = _ties(rules.tying, records, near, marks, rules)
    groups: pl.DataFrame | None = ties.groups
    tangled = [empty(TANGLED_SCHEMA)]
    while groups is not None:
        is_row = pl.col("node") >= 0
        sized = groups.with_columns(is_row.sum().over("component").cast(pl.Int64).alias("rows"))
        large = pl.col("rows") > rules.policy.group_limit
        found = sized.filter(large & is_row)
        tangled.append(found.select(pl.col("node").cast(pl.UInt32).alias("row"), "rows"))
        groups = _widened(sized.filter(~large).drop("rows"), ties)
    return pl.concat(tangled)


@dataclass(frozen=True)
class _Ties:
    """`groups` (`node`, `component`): who is tied to whom from the start, and whoever has a shared identifier
    alone. `holding` (`node`, `kind`, `value`): who says or has a shared identifier. `names` (`node`, a column
    a name, folded, and `clears:` for each of the PARTS).
    """

    groups: pl.DataFrame
    holding: pl.DataFrame
    names: pl.DataFrame


def _ties(
    kinds: Sequence[str], records: pl.DataFrame, near: Contacts, marks: pl.DataFrame, rules: Rules
) -> _Ties:
    ties = [row_ties(records, kinds, marks, rules), contact_ties(near, kinds, marks, rules)]
    groups = connected(pl.concat(ties))
    shared = marks.filter(pl.col("mark") == Mark.SHARED).select("kind", "value")
    shared = shared.filter(pl.col("kind").is_in(kinds))
    holding = _holding_shared(records, near, shared, rules)
    names = _names(records, near) if len(holding) else holding
    alone = holding.select(pl.col("node").unique()).join(groups, on="node", how="anti")
    alone = alone.with_columns(pl.col("node").alias("component"))
    return _Ties(pl.concat([groups, alone]), holding, names)


def _holding_shared(
    records: pl.DataFrame, near: Contacts, shared: pl.DataFrame, rules: Rules
) -> pl.DataFrame:
    rows = records.with_columns(pl.col("row").cast(pl.Int64).alias("node"))
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


def _names(records: pl.DataFrame, near: Contacts) -> pl.DataFrame:
    names = [folded_name(pl.col(name)).alias(name) for name in NAMES]
    cleared = [
        pl.col(f"clear:{name}").fill_null(False) if f"clear:{name}" in records.columns else pl.lit(False)
        for name in PARTS
    ]
    clears = [f"clears:{name}" for name in PARTS]
    rows = records.select(
        pl.col("row").cast(pl.Int64).alias("node"),
        *names,
        *(said.alias(name) for name, said in zip(clears, cleared, strict=True)),
    )
    contacts = near.contacts.select(
        (pl.col("id") + CONTACT_NODE).alias("node"), *names, *(pl.lit(False).alias(name) for name in clears)
    )
    return pl.concat([rows, contacts])


def _widened(groups: pl.DataFrame, ties: _Ties) -> pl.DataFrame | None:
    """The groups, joined where the same name can meet the same shared identifier; None if nowhere."""
    values = ties.holding.join(groups, on="node").select("component", "kind", "value").unique()
    if values.is_empty():
        return None
    members = ties.names.join(groups, on="node").join(values, on="component", how="semi")
    meeting = values.join(_possible_names(members), on="component").select(
        pl.col("component").alias("node"), pl.struct("kind", "value", "name").hash().alias("tie")
    )
    joined = connected(meeting.unique()).filter(pl.col("node") != pl.col("component"))
    if joined.is_empty():
        return None
    onto = joined.select(pl.col("node").alias("component"), pl.col("component").alias("onto"))
    return groups.join(onto, on="component", how="left").select(
        "node", pl.coalesce("onto", "component").alias("component")
    )


def _possible_names(members: pl.DataFrame) -> pl.DataFrame:
    """Every full name that somebody of a component could come to have: `component`, `name`.

    First names meet last names; a part is missing only where a member misses it from the start or clears it.
    """
    first, last = (_possible_parts(members, part) for part in PARTS)
    parts = pl.concat([first.join(last, on="component"), members.select("component", *PARTS)])
    joined = folded_name(pl.concat_str(list(PARTS), separator=" ", ignore_nulls=True)).alias("name")
    said = members.select("component", pl.col("full_name").alias("name"))
    names = pl.concat([parts.unique().select("component", joined), said])
    return names.drop_nulls().unique()


def _possible_parts(members: pl.DataFrame, part: str) -> pl.DataFrame:
    return (
        members.filter(pl.col(part).is_not_null() | pl.col(f"clears:{part}"))
        .select("component", part)
        .unique()
    )
