"""Number values, with a decimal point or comma; where it is open which, the whole column decides."""

from enum import StrEnum
from typing import Final

import polars as pl

from onefold.normalise.text import shown, trimmed
from onefold.normalise.ways import Ways, ways_of


class NumberStyle(StrEnum):
    """What parts the whole from the fraction; the other mark groups thousands."""

    POINT = "point"
    COMMA = "comma"


SIGNIFICANT_DIGITS: Final = 15
"""As many decimal digits as a double of IEEE 754 always gives back as they were."""

_SPACED: Final = r"^[+-]?[0-9]{1,3}(?:[ \u{a0}\u{202f}\u{2009}'’][0-9]{3})+(?:[.,][0-9]+)?$"
_SPACES: Final = r"[ \u{a0}\u{202f}\u{2009}'’]"
_MARKS: Final = {NumberStyle.POINT: (r"\.", ","), NumberStyle.COMMA: (",", r"\.")}


def survey_numbers(spelled: pl.Series, lines: pl.Series) -> Ways[NumberStyle]:
    """What cells show of their style; `lines` are those of the file that they stand in, lowest first."""
    read = _read(spelled).with_columns(line=lines)
    point, comma = pl.col(NumberStyle.POINT), pl.col(NumberStyle.COMMA)
    excluded = {
        NumberStyle.POINT: comma.is_not_null() & point.is_null(),
        NumberStyle.COMMA: point.is_not_null() & comma.is_null(),
    }
    return ways_of(read, tuple(NumberStyle), excluded, (point != comma).fill_null(False))


def number_columns(spelled: pl.Series, style: NumberStyle | None) -> pl.DataFrame:
    """`value` (Float64) and `refusal` (String) of cells that hold a decimal number, grouped or not.

    Without a style, cells that both styles read alike, or that only one can read, are read; others are
    refused. So are numbers of more than `SIGNIFICANT_DIGITS` digits: they would not come back as they were.
    """
    read = _read(spelled)
    point, comma = pl.col(NumberStyle.POINT), pl.col(NumberStyle.COMMA)
    plain = pl.coalesce(point, comma) if style is None else pl.col(style)
    open_ = (point != comma).fill_null(False) if style is None else pl.lit(False)
    digits = plain.str.replace_all(r"[-.]", "").str.strip_chars_start("0").str.len_chars()
    too_long = (digits > SIGNIFICANT_DIGITS).fill_null(False)
    cell = pl.col("cell")
    several = (
        shown(cell)
        + " could be "
        + point
        + " or "
        + comma
        + ", and the column does not show which: give --decimal point or comma"
    )
    return read.select(
        value=pl.when(~open_ & ~too_long).then(plain.replace("-0", "0").cast(pl.Float64)),
        refusal=pl.when(cell.is_null())
        .then(None)
        .when(plain.is_null())
        .then(shown(cell) + " is not a number")
        .when(open_)
        .then(several)
        .when(too_long)
        .then(shown(cell) + f" has more than {SIGNIFICANT_DIGITS} digits: keep it in a text field"),
    )


def _read(spelled: pl.Series) -> pl.DataFrame:
    """`cell`, trimmed, and by style the number that it makes of it: text with a decimal point at most."""
    cells = spelled.to_frame("cell").select(cell=trimmed(pl.col("cell")))
    ascii_sign = pl.col("cell").str.replace_all("−", "-", literal=True)
    spaced = ascii_sign.str.contains(_SPACED)
    bare = pl.when(spaced).then(ascii_sign.str.replace_all(_SPACES, "")).otherwise(ascii_sign)
    return cells.with_columns(bare=bare, spaced=spaced).select(
        "cell", *(_in_style(style).alias(style) for style in NumberStyle)
    )


def _in_style(style: NumberStyle) -> pl.Expr:
    decimal, group = _MARKS[style]
    fraction = rf"(?:{decimal}[0-9]+)?"
    ungrouped = rf"^[+-]?[0-9]+{fraction}$|^[+-]?{decimal}[0-9]+$"
    grouped = rf"^[+-]?[1-9][0-9]{{0,2}}(?:{group}[0-9]{{2,3}})*{group}[0-9]{{3}}{fraction}$"
    bare = pl.col("bare")
    fits = bare.str.contains(ungrouped) | (bare.str.contains(grouped) & ~pl.col("spaced"))
    plain = bare.str.replace_all(group, "").str.replace(decimal, ".").str.strip_prefix("+")
    has_fraction = plain.str.contains(".", literal=True)
    # Of `.0` nothing is left, of `-.0` the sign.
    shortest = plain.str.strip_chars_end("0").str.strip_suffix(".").replace(["", "-"], "0")
    return pl.when(fits).then(pl.when(has_fraction).then(shortest).otherwise(plain))
