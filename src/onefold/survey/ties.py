"""Ties: the identifiers that join records and contacts into groups."""

from collections.abc import Sequence

import polars as pl

from onefold.model.frames import Contacts
from onefold.model.identifier import CONTACT_ID, Mark, Why
from onefold.model.rules import Rules
from onefold.normalise.identifiers import one_a_line, usable_identifiers
from onefold.normalise.names import name_key

CONTACT_NODE = -(1 << 50)
"""Rows are their own node; contact `id` is the node `CONTACT_NODE + id`, which no row is."""

TYING_ALIASES = (Why.SECOND, Why.FORMER, Why.RELEASED)


def row_ties(records: pl.DataFrame, kinds: Sequence[str], marks: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """`node` (the row) and `tie` of every identifier of these records."""
    named = records.with_columns(name_key())
    wide = usable_identifiers(named, kinds, marks, rules, ["row", "name_key"])
    lines = one_a_line(wide, kinds, ["row", "name_key"])
    return _tied(lines, pl.col("row").cast(pl.Int64), marks)


def contact_ties(near: Contacts, kinds: Sequence[str], marks: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """`node` and `tie` of every identifier that these contacts have, had, or have as a second one."""
    contacts = near.contacts.with_columns(name_key(), pl.col("id").alias(CONTACT_ID))
    wide = usable_identifiers(contacts, kinds, marks, rules, ["id", "name_key"])
    current = one_a_line(wide, kinds, ["id", "name_key"])
    strengths = pl.DataFrame(
        {"kind": kinds, "strength": range(len(kinds))}, schema={"kind": pl.String, "strength": pl.Int8}
    )
    known = (
        near.aliases.filter(pl.col("why").is_in(list(TYING_ALIASES)))
        .join(strengths, on="kind")
        .join(contacts.select("id", "name_key"), left_on="contact_id", right_on="id")
        .select(pl.col("contact_id").alias("id"), "name_key", "kind", "value", "strength")
    )
    return _tied(pl.concat([current, known.select(current.columns)]), pl.col("id") + CONTACT_NODE, marks)


def _tied(lines: pl.DataFrame, node: pl.Expr, marks: pl.DataFrame) -> pl.DataFrame:
    """A hash stands for the text: nothing but groups is made of it, and those who share a group by chance
    lose nothing. A shared identifier ties only together with the name.
    """
    place = pl.col("strength").cast(pl.UInt64) * pl.lit(0x9E3779B97F4A7C15 >> 4, pl.UInt64)
    tied = lines.select(
        "kind", "value", "name_key", node.alias("node"), (pl.col("value").hash() ^ place).alias("tie")
    )
    shared = marks.filter(pl.col("mark") == Mark.SHARED).select("kind", "value")
    if shared.is_empty():
        return tied.select("node", "tie")
    plain = tied.join(shared, on=["kind", "value"], how="anti")
    together = tied.join(shared, on=["kind", "value"], how="semi").filter(pl.col("name_key").is_not_null())
    named = together.with_columns(pl.col("tie") ^ pl.col("name_key").hash(1))
    return pl.concat([plain.select("node", "tie"), named.select("node", "tie")])
