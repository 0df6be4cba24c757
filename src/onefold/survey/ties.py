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
    current = one_a_line(wide, kinds, ["id", "name_key"]).select("id", "name_key", "kind", "value")
    known = (
        near.aliases.filter(pl.col("why").is_in(list(TYING_ALIASES)) & pl.col("kind").is_in(list(kinds)))
        .join(contacts.select("id", "name_key"), left_on="contact_id", right_on="id")
        .select(pl.col("contact_id").alias("id"), "name_key", "kind", "value")
    )
    return _tied(pl.concat([current, known]), pl.col("id") + CONTACT_NODE, marks)


def _tied(lines: pl.DataFrame, node: pl.Expr, marks: pl.DataFrame) -> pl.DataFrame:
    """A shared identifier ties only together with the name; a hash stands for the text, since nothing is
    decided by it.
    """
    shared = marks.filter(pl.col("mark") == Mark.SHARED).select("kind", "value")
    lines = lines.with_columns(pl.struct("kind", "value").hash().alias("tie"), node.alias("node"))
    if shared.is_empty():
        return lines.select("node", "tie")
    plain = lines.join(shared, on=["kind", "value"], how="anti").select("node", "tie")
    together = lines.join(shared, on=["kind", "value"], how="semi").filter(pl.col("name_key").is_not_null())
    return pl.concat(
        [plain, together.select("node", pl.struct("kind", "value", "name_key").hash().alias("tie"))]
    )
