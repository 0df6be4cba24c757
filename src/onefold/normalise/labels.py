"""Tags and lists in a cell: several names, parted by commas; one that holds a comma or a quote is quoted."""

import re
from collections.abc import Sequence
from typing import Final

import polars as pl

from onefold.model.brought import LABEL_SCHEMA
from onefold.model.frames import empty
from onefold.model.label import LABEL_COLUMNS
from onefold.normalise.nfc import column_in_nfc
from onefold.normalise.text import shown, trimmed

LONGEST_NAME: Final = 250
"""Bytes of the name of a tag, a list or a field: a store has to index it."""
_NAME: Final = r'\s*"(?:[^"]|"")*"\s*|[^,]+'
_NEEDS_QUOTES: Final = r'[,"]|^\s|\s$'
_QUOTED: Final = re.compile(_NEEDS_QUOTES)
_QUOTE: Final = '"'


def labels_text(names: pl.Expr) -> pl.Expr:
    """Lists of names (List of String) as one text each; null where there is none."""
    name = pl.element()
    quoted = '"' + name.str.replace_all('"', '""', literal=True) + '"'
    spelled = names.list.eval(pl.when(name.str.contains(_NEEDS_QUOTES)).then(quoted).otherwise(name))
    return spelled.list.join(", ").replace("", None)


def labels_cell(names: Sequence[str]) -> str:
    """The names of one cell, spelled as `labels_text` spells them."""
    quoted = {name: f'"{name.replace(_QUOTE, _QUOTE * 2)}"' for name in names if _QUOTED.search(name)}
    return ", ".join(quoted.get(name, name) for name in names)


def labels_in(cells: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series]:
    """The tags and lists that rows name (`LABEL_SCHEMA`), as `labels_text` writes them; and for each row what
    is wrong with its names, or null.

    `cells` has `row` and those of `LABEL_COLUMNS` that the input has.
    """
    lines, wrong = [empty(LABEL_SCHEMA)], [pl.lit(None, pl.String)]
    for column, kind in LABEL_COLUMNS.items():
        if column in cells.columns:
            named = _named(cells.select("row", column), column)
            too_long = named["name"].str.len_bytes() > LONGEST_NAME
            lines.append(named.filter(~too_long).select("row", pl.lit(kind).alias("kind"), "name"))
            bad = named.filter(too_long).unique("row", keep="first")
            sentence = shown(pl.col("name")) + f" is too long a name for a {kind}"
            told = cells.select("row").join(bad, on="row", how="left", maintain_order="left")
            wrong.append(pl.lit(told.select(sentence).to_series()))
    rows = cells.select("row").with_columns(wrong=pl.coalesce(wrong))
    return pl.concat(lines).unique(maintain_order=True), rows["wrong"]


def _named(cells: pl.DataFrame, column: str) -> pl.DataFrame:
    """Each name in a line of its own: `row`, `name`."""
    parts = pl.col(column).str.extract_all(_NAME).alias("name")
    said = cells.filter(pl.col(column).is_not_null()).select("row", parts).explode("name")
    part = pl.col("name").str.strip_chars()
    is_quoted = part.str.contains(r'(?s)^".*"$') & (part.str.len_chars() > 1)
    plain = part.str.slice(1).str.head(-1).str.replace_all('""', '"', literal=True)
    name = pl.when(is_quoted).then(plain).otherwise(trimmed(part)).replace("", None)
    named = said.select("row", name=name).drop_nulls()
    return named.with_columns(column_in_nfc(named["name"]))
