"""Text values: as they came, but for white space around them and what no store can hold."""

from typing import Final

import polars as pl

VALUE_SCHEMA: Final = ("value", "refusal")
"""What every family of values answers with, a row for each cell: `value`, canonical, null where there is
none; `refusal` (String), a sentence for people, null where nothing is wrong. At most one of the two is set.
"""
_SHOWN_CHARACTERS: Final = 40


def can_be_kept(text: str) -> bool:
    """Whether a store can hold a text as it is: there is no NUL in it and no half of a character."""
    return "\0" not in text and not any("\ud800" <= each <= "\udfff" for each in text)


def trimmed(cells: pl.Expr) -> pl.Expr:
    """String cells without white space at their ends and without NUL; null where nothing is left."""
    return cells.str.replace_all("\0", "", literal=True).str.strip_chars().replace("", None)


def text_columns(spelled: pl.Series) -> pl.DataFrame:
    """`value` (String) and `refusal` of text cells: trimmed, and never refused."""
    return spelled.to_frame("cell").select(value=trimmed(pl.col("cell")), refusal=pl.lit(None, pl.String))


def shown(cells: pl.Expr) -> pl.Expr:
    """Cells as a refusal quotes them: in quotes, on one line, and not longer than is of use."""
    line = cells.str.replace_all(r"\s+", " ")
    short = pl.when(line.str.len_chars() > _SHOWN_CHARACTERS)
    return '"' + short.then(line.str.head(_SHOWN_CHARACTERS - 1) + "…").otherwise(line) + '"'
