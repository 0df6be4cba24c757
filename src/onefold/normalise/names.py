"""Names: how two of them are told to be the same."""

import polars as pl

from onefold.model.field import NAMES


def folded_name(name: pl.Expr) -> pl.Expr:
    """A name in lower case with single spaces, for comparing; null where it is blank."""
    # A single space is no match: most names are then passed on without a copy.
    single_spaced = name.str.to_lowercase().str.replace_all(r"\s\s+|[^\S ]", " ")
    return single_spaced.str.strip_chars().replace("", None)


def name_key() -> pl.Expr:
    """The full name that a shared identifier needs to be equal (DESIGN 5, step 2), as column `name_key`.

    Reads the columns `full_name`, or else `first_name` and `last_name`; null where there is no name at all.
    """
    first, last, full = (pl.col(name) for name in ("first_name", "last_name", "full_name"))
    parts = folded_name(pl.concat_str([first, last], separator=" ", ignore_nulls=True))
    return pl.coalesce(folded_name(full), parts).alias("name_key")


def folded_names() -> list[pl.Expr]:
    """Each name by itself, folded, as columns `folded:NAME`."""
    return [folded_name(pl.col(name)).alias(f"folded:{name}") for name in NAMES]
