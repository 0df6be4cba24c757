"""Choice values: one of those that the field allows, in the field's own spelling."""

from collections.abc import Sequence
from typing import Final

import polars as pl

from onefold.normalise.text import shown, trimmed

_NAMED_CHOICES: Final = 8


def choice_columns(spelled: pl.Series, choices: Sequence[str]) -> pl.DataFrame:
    """`value` (String) and `refusal` (String) of cells that hold one of `choices`, in any case."""
    # Both sides are lowered by the same hand. The first of two choices that differ in case only is the one.
    lower = pl.Series(choices, dtype=pl.String).str.to_lowercase()
    known = dict(zip(reversed(lower), reversed(choices), strict=True))
    cells = spelled.to_frame("cell").select(cell=trimmed(pl.col("cell")))
    value = (
        pl.col("cell")
        .str.to_lowercase()
        .replace_strict(list(known), list(known.values()), default=None, return_dtype=pl.String)
    )
    named = ", ".join(choices[:_NAMED_CHOICES]) + (", …" if len(choices) > _NAMED_CHOICES else "")
    return cells.select(
        value=value,
        refusal=pl.when(pl.col("cell").is_not_null() & value.is_null()).then(
            shown(pl.col("cell")) + pl.lit(f" is none of the choices {named}")
        ),
    )
