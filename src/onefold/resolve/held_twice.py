"""Of several contacts whose identifiers turn out to be one, the older keeps it."""

from typing import Final

import polars as pl

from onefold.model.identifier import Why

HELD_SCHEMA: Final[dict[str, type[pl.DataType]]] = {
    "contact_id": pl.Int64,
    "kind": pl.String,
    "value": pl.String,
    "was": pl.String,
    "why": pl.String,
    "in_bin": pl.Boolean,
}
GIVEN_UP_SCHEMA: Final[dict[str, type[pl.DataType]]] = {
    "contact_id": pl.Int64,
    "kind": pl.String,
    "value": pl.String,
    "why": pl.String,
    "keeper": pl.Int64,
}


def given_up(held: pl.DataFrame, marks: pl.DataFrame) -> pl.DataFrame:
    """Who gives an identifier up, and to whom (`GIVEN_UP_SCHEMA`).

    `held` (`HELD_SCHEMA`) says who holds each `value` by which a contact is recognised (`why`: current or
    second), and in which spelling it was held before (`was`). It stays with the oldest contact, of those that
    are not in the bin and have it for their current one, if there are any. Who had it in the very same
    spelling had it beside that contact before, and has it still. What is in `marks` (`MARK_SCHEMA`) several
    may hold.
    """
    alone = held.join(marks, on=["kind", "value"], how="anti")
    ordered = alone.sort("kind", "value", "in_bin", pl.col("why") != Why.CURRENT, "contact_id")
    first = ordered.unique(["kind", "value"], keep="first", maintain_order=True)
    keepers = first.select("kind", "value", pl.col("contact_id").alias("keeper"), pl.col("was").alias("kept"))
    others = ordered.join(keepers, on=["kind", "value"], maintain_order="left")
    leaving = others.filter((pl.col("was") != pl.col("kept")) & (pl.col("contact_id") != pl.col("keeper")))
    return leaving.select(list(GIVEN_UP_SCHEMA))
