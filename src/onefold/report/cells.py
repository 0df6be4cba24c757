"""The cells of an export as text, in one spelling that an import reads as it was meant."""

from collections.abc import Sequence
from decimal import Decimal

import polars as pl

from onefold.normalise.labels import labels_text
from onefold.report.export_columns import Column, Kind

YES, NO = "yes", "no"


def text_cells(frame: pl.DataFrame, columns: Sequence[Column]) -> pl.DataFrame:
    """A part of an export as text, under its headers."""
    return pl.DataFrame([_text(frame[column.key], column).alias(column.header) for column in columns])


def _text(cells: pl.Series, column: Column) -> pl.Series:
    if column.kind is Kind.NUMBER:
        return number_text(cells)
    if column.kind is Kind.YES_NO:
        return cells.replace_strict({True: YES, False: NO}, return_dtype=pl.String)
    if column.kind is Kind.NAMES:
        return cells.to_frame("names").select(labels_text(pl.col("names")))["names"]
    return cells.cast(pl.String)


def number_text(numbers: pl.Series) -> pl.Series:
    """Numbers (Float64) as people write them: with a decimal point, without an exponent, without `.0`."""
    written = numbers.cast(pl.String)
    if written.str.contains("e", literal=True).any():
        written = written.map_elements(lambda text: format(Decimal(text), "f"), return_dtype=pl.String)
    return written.str.strip_suffix(".0")
