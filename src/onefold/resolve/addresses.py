"""What a round does to addresses, as consent has to know it: consent goes by address, not by person."""

from dataclasses import dataclass
from typing import Final, Self

import polars as pl

from onefold.model.frames import empty
from onefold.model.identifier import ADDRESS_KINDS, Why
from onefold.resolve.round import Round
from onefold.resolve.values import Valued

LEFT_SCHEMA: Final = {"row": pl.UInt32, "contact_id": pl.Int64, "kind": pl.String, "value": pl.String}
NOT_TAKEN_SCHEMA: Final = {"row": pl.UInt32, "kind": pl.String}


@dataclass(frozen=True)
class Addresses:
    """`left` (`LEFT_SCHEMA`): addresses that a contact has no longer since that row. `not_taken`
    (`NOT_TAKEN_SCHEMA`): kinds of which the contact did not get what the record says.
    """

    left: pl.DataFrame
    not_taken: pl.DataFrame

    @classmethod
    def nothing(cls) -> Self:
        """No address moved."""
        return cls(empty(LEFT_SCHEMA), empty(NOT_TAKEN_SCHEMA))

    def beside(self, *others: Self) -> Self:
        """These and others."""
        every = (self, *others)
        return type(self)(
            pl.concat([each.left for each in every]), pl.concat([each.not_taken for each in every])
        )


def addresses_of(this: Round, valued: Valued, aliases: pl.DataFrame) -> Addresses:
    """What a round did to addresses; `aliases` are those after it."""
    if not valued.after["existing"].any() and "lost:email" not in valued.after.columns:
        # New contacts lose nothing; what was withheld from one is known by its alias.
        return Addresses(empty(LEFT_SCHEMA), _withheld(valued, aliases))
    second = aliases.filter(pl.col("why") == Why.SECOND).select("contact_id", "kind", "value")
    left, not_taken = [empty(LEFT_SCHEMA)], [empty(NOT_TAKEN_SCHEMA)]
    for kind in ADDRESS_KINDS:
        of_kind = second.filter(pl.col("kind") == kind).drop("kind")
        for side in ("old", "lost"):
            if f"{side}:{kind}" in valued.after.columns:
                gone = pl.col(f"{side}:{kind}").is_not_null() & pl.col(f"{side}:{kind}").ne_missing(
                    pl.col(kind)
                )
                lines = valued.after.filter(gone).select(
                    "row", "contact_id", pl.lit(kind).alias("kind"), pl.col(f"{side}:{kind}").alias("value")
                )
                left.append(lines.join(of_kind, on=["contact_id", "value"], how="anti"))
        said = this.records.select("row", pl.col(kind).alias("value")).drop_nulls()
        other = valued.after.select("row", "contact_id", kind).join(said, on="row")
        other = other.filter(pl.col("value").ne_missing(pl.col(kind)))
        other = other.join(of_kind, on=["contact_id", "value"], how="anti")
        not_taken.append(other.select("row", pl.lit(kind).alias("kind")))
    return Addresses(pl.concat(left), pl.concat(not_taken))


def _withheld(valued: Valued, aliases: pl.DataFrame) -> pl.DataFrame:
    """Kinds of which new contacts did not get what their records say: it stays with others."""
    elsewhere = aliases.filter(pl.col("why").is_in([Why.HELD_ELSEWHERE, Why.CLAIMED]))
    kinds = elsewhere.filter(pl.col("kind").is_in(ADDRESS_KINDS)).select("contact_id", "kind")
    return valued.after.select("row", "contact_id").join(kinds, on="contact_id").select("row", "kind")
