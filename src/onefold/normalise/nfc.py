"""Columns of text in NFC; see `model.nfc`."""

from collections.abc import Collection
from typing import Final

import polars as pl

from onefold.model.identifier import EMAIL, as_written

AS_IT_CAME: Final = (as_written(EMAIL),)
"""What is kept for sending stays as somebody wrote it."""
_MAY_CHANGE: Final = r"[^\x{0}-\x{2FF}]"
"""Below U+0300 nothing is an accent of its own, and NFC leaves every text as it is."""


def column_in_nfc(texts: pl.Series) -> pl.Series:
    """Texts (String) in NFC; a column of ASCII, or of Latin letters in NFC, is given back as it is."""
    if not _may_change(texts):
        return texts
    return _changed(texts)


def frame_in_nfc(frame: pl.DataFrame, but: Collection[str] = AS_IT_CAME) -> pl.DataFrame:
    """A frame with all its text columns in NFC, save those of `but`."""
    changing = [
        column
        for column in frame.get_columns()
        if column.dtype == pl.String and column.name not in but and _may_change(column)
    ]
    return frame.with_columns(map(_changed, changing)) if changing else frame


def every_spelling_of(texts: pl.Series) -> pl.Series:
    """Texts and, behind them, those in which they may have been kept before everything was in NFC."""
    others = texts.filter(texts.str.len_bytes() != texts.str.len_chars())
    if others.is_empty():
        return texts
    return pl.concat([texts, others.str.normalize("NFC"), others.str.normalize("NFD")]).unique(
        maintain_order=True
    )


def _changed(texts: pl.Series) -> pl.Series:
    # No store holds a NUL, and without it a letter and its accent may be neighbours.
    return texts.str.replace_all("\0", "", literal=True).str.normalize("NFC")


def _may_change(texts: pl.Series) -> bool:
    # To count is ten times quicker than to normalise, or to look for letters.
    if texts.str.len_bytes().sum() == texts.str.len_chars().sum():
        return False
    return bool(texts.str.contains(_MAY_CHANGE).any())
