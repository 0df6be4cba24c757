"""Yes/No values: the words that forms and exports write for them."""

from typing import Final

import polars as pl

from onefold.normalise.text import shown, trimmed

YES: Final = (
    "yes", "y", "true", "t", "1", "on",
    "ja", "j", "wahr", "waar", "oui", "o", "vrai",
    "si", "sí", "sì", "s", "sim", "verdadero", "vero", "verdadeiro",
)  # fmt: skip
NO: Final = (
    "no", "n", "false", "f", "0", "off",
    "nein", "falsch", "non", "faux", "não", "nao", "falso", "nee", "onwaar",
)  # fmt: skip


def yes_no_columns(spelled: pl.Series) -> pl.DataFrame:
    """`value` (Boolean) and `refusal` (String) of cells that hold one of `YES` or `NO`, in any case."""
    cells = spelled.to_frame("cell").select(cell=trimmed(pl.col("cell")))
    word = pl.col("cell").str.to_lowercase()
    value = pl.when(word.is_in(YES)).then(True).when(word.is_in(NO)).then(False)
    return cells.select(
        value=value,
        refusal=pl.when(pl.col("cell").is_not_null() & value.is_null()).then(
            shown(pl.col("cell")) + " is neither yes nor no"
        ),
    )
