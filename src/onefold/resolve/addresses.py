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
OWN_SCHEMA: Final = {"row": pl.UInt32, "own:email": pl.String, "own:phone": pl.String}


@dataclass(frozen=True)
class Addresses:
    """`left` (`LEFT_SCHEMA`): addresses that a contact has no longer since that row. `not_taken`
    (`NOT_TAKEN_SCHEMA`): kinds of which the contact did not get what the record says. `own` (`OWN_SCHEMA`):
    what the contact of each row has after it.
    """

    left: pl.DataFrame
    not_taken: pl.DataFrame
    own: pl.DataFrame

    @classmethod
    def nothing(cls) -> Self:
        """No address moved."""
        return cls(empty(LEFT_SCHEMA), empty(NOT_TAKEN_SCHEMA), empty(OWN_SCHEMA))

    def beside(self, *others: Self) -> Self:
        """These and others."""
        every = (self, *others)
        return type(self)(
            pl.concat([each.left for each in every]),
            pl.concat([each.not_taken for each in every]),
            pl.concat([each.own for each in every]),
        )


def addresses_of(this: Round, valued: Valued, aliases: pl.DataFrame) -> Addresses:
    """What a round did to addresses; `aliases` are those after it."""
    own = valued.after.select("row", *(pl.col(kind).alias(f"own:{kind}") for kind in ADDRESS_KINDS))
    if not valued.after["existing"].any() and "lost:email" not in valued.after.columns:
        # New contacts lose nothing; what was withheld from one is known by its alias.
        return Addresses(empty(LEFT_SCHEMA), _withheld(valued, aliases), own)
    said = this.records.select("row", *(pl.col(kind).alias(f"spoken:{kind}") for kind in ADDRESS_KINDS))
    after = valued.after.join(said, on="row", maintain_order="left")
    sides = [
        (kind, f"{side}:{kind}")
        for kind in ADDRESS_KINDS
        for side in ("old", "lost", "spoken")
        if f"{side}:{kind}" in after.columns
    ]
    without = {
        name: pl.col(name).is_not_null() & pl.col(name).ne_missing(pl.col(kind)) for kind, name in sides
    }
    somewhere = after.select(is_without.any().alias(name) for name, is_without in without.items())
    second = aliases.filter(pl.col("why") == Why.SECOND).select("contact_id", "kind", "value")
    left, not_taken = [empty(LEFT_SCHEMA)], [empty(NOT_TAKEN_SCHEMA)]
    for kind, name in sides:
        if somewhere[name].item():
            lines = after.filter(without[name]).select(
                "row", "contact_id", pl.lit(kind).alias("kind"), pl.col(name).alias("value")
            )
            lines = lines.join(second, on=["contact_id", "kind", "value"], how="anti", maintain_order="left")
            if name.startswith("spoken:"):
                not_taken.append(lines.select("row", "kind"))
            else:
                left.append(lines)
    return Addresses(pl.concat(left), pl.concat(not_taken), own)


def _withheld(valued: Valued, aliases: pl.DataFrame) -> pl.DataFrame:
    """Kinds of which new contacts did not get what their records say: it stays with others."""
    elsewhere = aliases.filter(pl.col("why").is_in([Why.HELD_ELSEWHERE, Why.CLAIMED]))
    kinds = elsewhere.filter(pl.col("kind").is_in(ADDRESS_KINDS)).select("contact_id", "kind")
    return valued.after.select("row", "contact_id").join(kinds, on="contact_id").select("row", "kind")
