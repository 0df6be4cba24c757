"""Email addresses in columns: one spelling of an address, or why it is none (DESIGN 5, Spelling)."""

import polars as pl

from onefold.normalise.email_definition import email_one

__all__ = ["email_columns"]

_ATOM = r"[A-Za-z0-9_+-][A-Za-z0-9_+'-]*"
_LABEL = "[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*"
_PLAIN = rf"^{_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+[A-Za-z]{{2,}}$"
"""Addresses about whose syntax there is no question, as long as no part of them can be too long."""

_LONGEST_LABEL = 63
_COLUMNS = {"row": pl.UInt32, "email": pl.String, "email_as_written": pl.String, "refusal": pl.String}


def email_columns(spelled: pl.Series) -> pl.DataFrame:
    """The addresses that cells hold, each as `email_one` defines it.

    `spelled` is String. Out, row for row, all String: `email` (ASCII lower case, IDNA and NFC: the key; null
    where blank or refused), `email_as_written` (for sending; null where it is equal to `email`) and
    `refusal` (null where blank or accepted).
    """
    cells = pl.DataFrame({"spelled": spelled.cast(pl.String)}).with_row_index("row")
    cells = cells.filter(pl.col("spelled").is_not_null()).with_columns(
        written=pl.col("spelled").str.strip_chars(" ")
    )
    is_plain = pl.col("written").str.contains(_PLAIN) & (pl.col("written").str.len_bytes() <= _LONGEST_LABEL)
    others = cells.filter(~is_plain)
    answers = _in_columns(cells.filter(is_plain) if len(others) else cells)
    if len(others):
        answers = pl.concat([answers, _one_by_one(others)])
    if len(answers) == len(spelled) and others.is_empty():
        return answers.drop("row")
    rows = pl.DataFrame({"row": pl.int_range(len(spelled), dtype=pl.UInt32, eager=True)})
    return rows.join(answers, on="row", how="left", maintain_order="left").drop("row")


def _in_columns(cells: pl.DataFrame) -> pl.DataFrame:
    email = pl.col("written").str.to_lowercase()
    as_written = pl.when(pl.col("written") != email).then("written")
    return cells.select("row", email=email, email_as_written=as_written, refusal=pl.lit(None, pl.String))


def _one_by_one(cells: pl.DataFrame) -> pl.DataFrame:
    """The answers of the definition itself, asked once for each spelling."""
    spellings = cells["spelled"].unique()
    columns = {name: dtype for name, dtype in _COLUMNS.items() if name != "row"}
    answers = pl.DataFrame([email_one(spelling) for spelling in spellings], schema=columns, orient="row")
    return cells.join(answers.with_columns(spelled=spellings), on="spelled").select(*_COLUMNS)
