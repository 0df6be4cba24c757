"""Files that we wrote ourselves and get back: their extra columns are no data, their guards come off."""

from collections.abc import Sequence
from typing import Final

import polars as pl

from onefold.normalise.spreadsheet import unguarded, unguarded_headers

RESULT_COLUMNS: Final = frozenset({"Import Status", "Reason", "Errors", "Error"})
"""What a results file or an error file has beside the input's own columns and `Contact ID` (CONTRACT)."""


def bears_result_columns(headers: Sequence[str]) -> bool:
    """Whether a file with these headers is one of our results files or error files."""
    return "Import Status" in headers or (len(headers) > 0 and headers[-1] == "Error")


def ignored_headers(headers: Sequence[str], fields: Sequence[str]) -> frozenset[str]:
    """The headers that say what became of a row, and so fill nothing when the file comes back.

    Where a field of the book has that name, only a file with `Import Status` in it is taken for one of ours.
    """
    if not bears_result_columns(headers):
        return frozenset()
    ours = RESULT_COLUMNS.intersection(headers)
    return ours if "Import Status" in headers else ours.difference(fields)


def own_headers(headers: Sequence[str]) -> tuple[str, ...]:
    """The headers of a file as it was before a results file or an error file was made of it."""
    ours = ignored_headers(headers, ())
    own = [header for header in headers if header not in ours]
    if "Import Status" in ours and own and own[-1] == "Contact ID":
        own.pop()
    return tuple(own)


def without_guards(batch: pl.DataFrame) -> pl.DataFrame:
    """A batch of an input that bears our columns, its cells as they were before we guarded them."""
    return batch.with_columns(unguarded(pl.col("^cell:.*$")))


def headers_without_guards(headers: Sequence[str]) -> tuple[str, ...]:
    """The headers of such a file, as they were before we guarded them."""
    return tuple(unguarded_headers(headers))
