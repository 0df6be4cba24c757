"""A file without CRM IDs for a book that knows people by them (MAI-03 ours)."""

from collections.abc import Iterator
from typing import Final

import polars as pl

from onefold.model.identifier import CRM_ID
from onefold.normalise.text import trimmed
from onefold.sources.input import cell
from onefold.sources.known_headers import known_headers
from onefold.stores import Reader
from onefold.way.mapped_input import MappedInput
from onefold.way.terms import Terms

NEARLY_ALL: Final = 0.9
VALUES_LOOKED_AT: Final = 50
COLUMNS_LOOKED_AT: Final = 100
MOST: Final = 0.5
"""The share of a column's values that must be CRM IDs of the book for the column to hold them."""


def missing_crm_id(reader: Reader, mapped: MappedInput, terms: Terms) -> Iterator[str]:
    """Warns where nearly all contacts have a CRM ID and the file maps none; names the column that looks like
    it, by its values or by its name.
    """
    if CRM_ID in mapped.columns or CRM_ID not in terms.rules.match_on:
        return
    left = mapped.mapping.left_out
    named = next(filter(known_headers().looks_like_an_id, left), None)
    if reader.share_with_crm_id() < NEARLY_ALL:
        if named is not None:
            yield f'column {named!r} looks like an id; to know people by it: --map "{named}=crm_id"'
        return
    holding = _column_of_crm_ids(reader, mapped, left[:COLUMNS_LOOKED_AT])
    warning = "nearly all contacts of this book have a CRM ID, and no column of this file is mapped to it: "
    if holding is not None:
        yield warning + f'{holding!r} holds CRM IDs of this book, so --map "{holding}=crm_id"'
    elif named is not None:
        yield warning + f'{named!r} looks like it, so perhaps --map "{named}=crm_id"'
    else:
        yield warning + "people may be taken for new ones"


def _column_of_crm_ids(reader: Reader, mapped: MappedInput, headers: tuple[str, ...]) -> str | None:
    """The column of whose first values the most are CRM IDs of the book, if they are most of them."""
    batch = mapped.input.batch(0)
    values = {}
    for header in headers:
        column = cell(mapped.input.headers.index(header))
        said = batch.select(trimmed(pl.col(column)).alias(CRM_ID))[CRM_ID].drop_nulls()
        values[header] = said.head(10 * VALUES_LOOKED_AT).unique(maintain_order=True).head(VALUES_LOOKED_AT)
    asked = [series.to_frame("value") for series in values.values() if len(series)]
    if not asked:
        return None
    wanted = pl.concat(asked).unique().select(pl.lit(CRM_ID).alias("kind"), "value")
    known = reader.holders(wanted)["value"].implode()
    shares = {header: said.is_in(known).mean() for header, said in values.items() if len(said)}
    best = max(shares, key=lambda header: float(str(shares[header])))
    return best if float(str(shares[best])) >= MOST else None
