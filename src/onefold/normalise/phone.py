"""Phone numbers in columns: one spelling of a number, E.164, or why it is none (DESIGN 5, Spelling)."""

from dataclasses import replace

import polars as pl
from phonenumbers.re_util import enable_pattern_cache

from onefold.normalise.phone_definition import PhoneRules, known_region, phone_one
from onefold.normalise.phone_metadata import metadata_version
from onefold.normalise.phone_reading import ANSWER_COLUMNS, read_digits

__all__ = ["PhoneRules", "metadata_version", "phone_columns"]

_PUNCTUATION = r" \u00a0\-\u2010-\u2015\u2212()\[\]./"
_PLAIN = rf"^['{_PUNCTUATION}]*[+＋]?[{_PUNCTUATION}]*(?:[0-9][{_PUNCTUATION}]*){{3,15}}$"
"""Where the definition sees nothing but the digits and a plus, in front of which anything is passed over."""

_MAYBE_A_DECIMAL = r"\.00?[ \u00a0]*$"
_DECIMAL = r"^[ \u00a0]*'?[ \u00a0]*\+?[0-9]{7,}\.00?[ \u00a0]*$"
"""A whole number with the `.0` that a spreadsheet gave it; on other ends like it the definition decides."""

_FEWEST_CELLS_FOR_COLUMNS = 500
"""Fewer are read sooner one by one."""


def phone_columns(spelled: pl.Series, region: pl.Series | None, rules: PhoneRules) -> pl.DataFrame:
    """The numbers that cells hold, each as `phone_one` defines it.

    `spelled` and `region` (ISO regions by row; the default where null or blank) are String. Out, row for row:
    `phone` (E.164, without extension; null where blank or refused), `doubtful` (Boolean: possible, not valid)
    and `refusal` (String; null where blank or accepted).
    """
    cells = pl.DataFrame(
        {"spelled": spelled.cast(pl.String), "region": _known_regions(region, len(spelled), rules)}
    ).with_row_index("row")
    written = cells.filter(pl.col("spelled").is_not_null())
    if len(written) < _FEWEST_CELLS_FOR_COLUMNS:
        answers = _one_by_one(written, rules)
    else:
        certain = read_digits(_plain(written), rules)
        others = written.join(certain, on="row", how="anti")
        answers = pl.concat([certain, _one_by_one(others, rules)])
    return cells.join(answers, on="row", how="left", maintain_order="left").select(
        "phone", pl.col("doubtful").fill_null(False), "refusal"
    )


def _known_regions(region: pl.Series | None, height: int, rules: PhoneRules) -> pl.Series:
    default = known_region(None, rules.default_region)
    if region is None:
        return pl.repeat(default, height, dtype=pl.String, eager=True)
    spelled = region.cast(pl.String)
    spellings = spelled.unique()
    known = [known_region(spelling, default) for spelling in spellings]
    return spelled.replace_strict(spellings, pl.Series(known, dtype=pl.String), return_dtype=pl.String)


def _plain(cells: pl.DataFrame) -> pl.DataFrame:
    text = pl.col("spelled")
    ends_alike = cells["spelled"].str.contains(_MAYBE_A_DECIMAL)
    decimals = cells.filter(ends_alike).filter(text.str.contains(_DECIMAL))
    without_end = decimals.with_columns(text.str.replace(_MAYBE_A_DECIMAL, ""))
    plain = pl.concat([cells.filter(~ends_alike), without_end]).filter(text.str.contains(_PLAIN))
    return plain.select(
        "row", "region", digits=text.str.replace_all("[^0-9]", ""), plus=text.str.contains("[+＋]")
    )


def _one_by_one(cells: pl.DataFrame, rules: PhoneRules) -> pl.DataFrame:
    """ANSWER_COLUMNS of the definition itself, asked once for each spelling and region."""
    # Numbers of many regions would otherwise compile the same patterns over and over.
    enable_pattern_cache()
    spellings = cells.select("spelled", "region").unique()
    rules = replace(rules, default_region=None)  # the cells have the region that they are read in
    answers = [phone_one(spelled, region, rules) for spelled, region in spellings.iter_rows()]
    columns = {name: dtype for name, dtype in ANSWER_COLUMNS.items() if name != "row"}
    answered = pl.concat([spellings, pl.DataFrame(answers, schema=columns, orient="row")], how="horizontal")
    return cells.join(answered, on=["spelled", "region"], nulls_equal=True).select(*ANSWER_COLUMNS)
