"""Frames made safe to open in a spreadsheet, as every CSV and XLSX that we write is."""

from collections.abc import Collection

import polars as pl

from onefold.normalise.spreadsheet import guarded, guarded_headers, would_run


def neutralise(frame: pl.DataFrame, exempt: Collection[str] = ()) -> pl.DataFrame:
    """`frame` with a leading apostrophe on every text cell and header that a spreadsheet would run as a
    formula.

    The cells of the columns in `exempt` (those of type phone and number) stay as they are: exempt by their
    type, never by their look (CONTRACT). What is not text is left alone.
    """
    text = [name for name, dtype in frame.schema.items() if dtype == pl.String and name not in exempt]
    # Most columns hold no such text, and are passed on without a copy.
    found = frame.select(would_run(pl.col(name)).any() for name in text)
    safe = frame.with_columns(guarded(pl.col(name)) for name in text if found[name].item())
    return safe.rename(dict(zip(frame.columns, guarded_headers(frame.columns), strict=True)))
