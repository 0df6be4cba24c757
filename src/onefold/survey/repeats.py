"""Rows of one input that repeat an identifier: folded into one, or all refused."""

import polars as pl

from onefold.model.field import NAMES
from onefold.model.frames import empty
from onefold.model.identifier import ADDRESS_KINDS, as_written
from onefold.model.rules import Rules
from onefold.normalise.identifiers import match_value, one_a_line, usable_identifiers
from onefold.normalise.names import folded_names

SPELLINGS = {as_written(kind): kind for kind in ADDRESS_KINDS}
"""Columns that say how an address was written: they go with it."""
REPEATS_SCHEMA = {"row": pl.UInt32, "repeat_of": pl.UInt32}


def folded_rows(records: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """Rows that say the same of the same person, and the first row that speaks for them
    (`fold_then_in_order`).

    The answer has `row` and `repeat_of`, a line for each row that is not the first of its fold. Rows fold if
    they come from one source with the same trust, all their identifiers are equal and, over all rows with
    those identifiers, the names that are there agree (RIO-27 ours).
    """
    if records.height < 2:
        return empty(REPEATS_SCHEMA)
    kinds = list(rules.all_kinds)
    same_door = ["source", *(f"trust:{kind}" for kind in kinds)]
    said = records.select("row", *same_door, *(match_value(kind, rules) for kind in kinds), *folded_names())
    said = said.filter(pl.any_horizontal(pl.col(kind).is_not_null() for kind in kinds))
    kinds += same_door
    said = said.filter(pl.struct(kinds).is_duplicated())
    if said.is_empty():
        return empty(REPEATS_SCHEMA)
    one_name_each = pl.all_horizontal(pl.col(f"folded:{name}").drop_nulls().n_unique() <= 1 for name in NAMES)
    groups = said.group_by(kinds).agg(pl.col("row").sort(), one_name_each.alias("agree"))
    return (
        groups.filter("agree")
        .select(pl.col("row").list.first().alias("repeat_of"), "row")
        .explode("row")
        .filter(pl.col("row") != pl.col("repeat_of"))
        .select("row", "repeat_of")
        .sort("row")
    )


def rows_that_repeat(records: pl.DataFrame, marks: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """Rows whose identifier stands in another row too (`reject_all`, RIO-27): `row`, `kind`, `value`.

    Values that are blocked or shared say nothing of whose a row is.
    """
    usable = usable_identifiers(records, rules.match_on, marks, rules, ["row"])
    lines = one_a_line(usable, rules.match_on, ["row"]).join(marks, on=["kind", "value"], how="anti")
    repeated = lines.filter(pl.struct("kind", "value").is_duplicated()).sort("row", "strength")
    return repeated.unique("row", keep="first", maintain_order=True).select("row", "kind", "value")


def fold(records: pl.DataFrame, folded: pl.DataFrame) -> pl.DataFrame:
    """The records that speak for a fold, one line for each: in every cell the last that is not blank.

    `records` holds all rows of those folds, whole. A cell that empties a value counts as not blank.
    """
    head = (
        records.join(folded, on="row", how="left")
        .with_columns(pl.coalesce("repeat_of", "row").alias("head"))
        .sort("row")
    )
    cells = [name for name in records.columns if name != "row" and not name.startswith("clear:")]
    folds = [last for name in cells for last in _last_said(name, clears=f"clear:{name}" in records.columns)]
    return head.group_by("head").agg(folds).rename({"head": "row"}).select(records.columns)


def _last_said(name: str, *, clears: bool) -> list[pl.Expr]:
    if name in SPELLINGS:
        return [pl.col(name).filter(pl.col(SPELLINGS[name]).is_not_null()).last()]
    if not clears:
        return [pl.col(name).drop_nulls().last()]
    clear = pl.col(f"clear:{name}")
    said = pl.col(name).is_not_null() | clear
    return [pl.col(name).filter(said).last(), clear.filter(said).last().fill_null(False)]
