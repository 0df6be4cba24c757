"""Step 11 of DESIGN 5: what else a contact is known by after a round."""

import polars as pl

from onefold.model.frames import ALIAS_SCHEMA, empty
from onefold.model.identifier import ADDRESS_KINDS, Why
from onefold.normalise.identifiers import is_blocked, known_as
from onefold.resolve.round import Round
from onefold.resolve.values import Valued


def aliases_after(this: Round, valued: Valued, withheld: pl.DataFrame) -> pl.DataFrame:
    """All aliases of the contacts near the round, as they will be (`ALIAS_SCHEMA`)."""
    after, before = valued.after, this.near.aliases
    contact_of = after.select("row", "contact_id")
    merged = after.filter(pl.col("lose").is_not_null())
    parts = [
        *(_second(merged, kind, this) for kind in this.rules.kinds if len(merged)),
        *(_former(after, kind, this) for kind in ADDRESS_KINDS),
        before,
        *([_brought(merged, before, this)] if len(merged) and len(before) else []),
        _noted(withheld, contact_of, Why.HELD_ELSEWHERE),
        _noted(valued.waiting, contact_of, Why.CLAIMED),
    ]
    known = pl.concat(
        [empty(ALIAS_SCHEMA), *(part.select(list(ALIAS_SCHEMA)) for part in parts if len(part))]
    )
    if known.is_empty():
        return known
    known = known.unique(["contact_id", "kind", "value"], keep="first", maintain_order=True)
    known = known.join(_held(after, "", this), on=["contact_id", "kind", "value"], how="anti")
    return _released(known, after, this)


def _second(merged: pl.DataFrame, kind: str, this: Round) -> pl.DataFrame:
    """Of two contacts made one, the loser's identifier where the keeper had its own."""
    old, lost = known_as(kind, "old:", this.rules), known_as(kind, "lost:", this.rules)
    return merged.filter(old.is_not_null() & (lost != old)).select(
        "contact_id", pl.lit(kind).alias("kind"), lost.alias("value"), _why(Why.SECOND)
    )


def _former(after: pl.DataFrame, kind: str, this: Round) -> pl.DataFrame:
    """An address that was replaced; one that was emptied is not remembered, nor one that stood for nobody."""
    base, now = known_as(kind, "base:", this.rules), known_as(kind, "", this.rules)
    blocked = is_blocked(kind, pl.col(f"base:{kind}"), this.marks, this.rules)
    replaced = base.is_not_null() & (now != base) & ~blocked
    return after.filter(replaced.fill_null(False)).select(
        "contact_id", pl.lit(kind).alias("kind"), base.alias("value"), _why(Why.FORMER)
    )


def _brought(merged: pl.DataFrame, before: pl.DataFrame, this: Round) -> pl.DataFrame:
    """What the loser of a merge was known by, but for what the keeper has itself."""
    known = merged.select("lose", pl.col("contact_id").alias("keeper"))
    aliases = known.join(before, left_on="lose", right_on="contact_id").select(
        pl.col("keeper").alias("contact_id"), "kind", "value", "why"
    )
    return aliases.join(_held(merged, "base:", this), on=["contact_id", "kind", "value"], how="anti")


def _noted(lines: pl.DataFrame, contact_of: pl.DataFrame, why: Why) -> pl.DataFrame:
    if lines.is_empty():
        return empty(ALIAS_SCHEMA)
    return lines.join(contact_of, on="row").select("contact_id", "kind", "value", _why(why))


def _held(after: pl.DataFrame, prefix: str, this: Round) -> pl.DataFrame:
    """The identifiers that contacts have (`prefix` empty), or had: `contact_id`, `kind`, `value`."""
    kinds = this.rules.kinds
    wide = after.select("contact_id", *(known_as(kind, prefix, this.rules).alias(kind) for kind in kinds))
    return wide.unpivot(kinds, index="contact_id", variable_name="kind").drop_nulls("value")


def _released(known: pl.DataFrame, after: pl.DataFrame, this: Round) -> pl.DataFrame:
    """A value that somebody new has is no longer the former one of anybody else: numbers are given out again
    (step 3).

    A merged contact stays as it was; values that are shared or blocked are nobody's to give.
    """
    if known.is_empty():
        return known
    merged = this.near.contacts.filter(pl.col("merged_into").is_not_null())["id"]
    gone = pl.concat([merged, after["lose"].drop_nulls()]).implode()
    had = _held(after, "old:", this)
    gained = _held(after, "", this).join(had, on=["contact_id", "kind", "value"], how="anti")
    gained = gained.select("kind", "value").unique().join(this.marks, on=["kind", "value"], how="anti")
    for kind in this.rules.kinds:
        nobody = is_blocked(kind, pl.col("value"), this.marks, this.rules)
        gained = gained.filter(~((pl.col("kind") == kind) & nobody))
    gained = gained.with_columns(pl.lit(True).alias("gained"))
    return known.join(gained, on=["kind", "value"], how="left", maintain_order="left").select(
        "contact_id",
        "kind",
        "value",
        pl.when(pl.col("gained") & (pl.col("why") == Why.FORMER) & ~pl.col("contact_id").is_in(gone))
        .then(pl.lit(Why.RELEASED.value))
        .otherwise("why")
        .alias("why"),
    )


def _why(why: Why) -> pl.Expr:
    return pl.lit(why.value).alias("why")
