"""When a contact that an identifier finds is somebody else all the same."""

from collections.abc import Sequence

import polars as pl


def contradicts(
    found: pl.DataFrame,
    said: pl.DataFrame,
    own: pl.DataFrame,
    kinds: Sequence[str],
    *,
    inclusive: bool = False,
) -> pl.Series:
    """For each line of `found`, whether record and contact differ in a kind stronger than the one that found.

    `said` (`row` and a column a kind) is what the records say, `own` (`holder` and a column a kind) what the
    contacts hold now; both without blocked values. `inclusive` counts the finding kind itself as well (DESIGN
    5, steps 5 and 7).
    """
    beside = found.select("row", "holder", "strength")
    beside = beside.join(said.select("row", *kinds), on="row", how="left", maintain_order="left").join(
        own.select("holder", *kinds), on="holder", how="left", suffix=":own", maintain_order="left"
    )
    differs = [
        (pl.col("strength") >= strength if inclusive else pl.col("strength") > strength)
        & (pl.col(kind) != pl.col(f"{kind}:own")).fill_null(False)
        for strength, kind in enumerate(kinds)
    ]
    return beside.select(pl.any_horizontal(pl.lit(False), *differs).alias("contradicts"))["contradicts"]
