"""What columns that fill nothing seem to hold: for the hint of an error, and for a bare list of addresses."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

import polars as pl

from onefold.model.identifier import CRM_ID, EMAIL, PHONE
from onefold.normalise.email import email_columns
from onefold.normalise.phone import PhoneRules, phone_columns
from onefold.normalise.text import trimmed
from onefold.sources.input import Input, cell
from onefold.sources.known_headers import known_headers
from onefold.sources.mapping import HeaderMapping
from onefold.way.terms import Terms

ROWS_LOOKED_AT = 200
COLUMNS_LOOKED_AT = 100
MOST = 0.8
"""The share of cells that must be one thing for a column to seem to hold it."""
HELD = {EMAIL: "email addresses", PHONE: "phone numbers"}
_LIKE_A_NUMBER = r"^\+?[(0-9][0-9 ().\-/]{7,20}$"
"""Where no region is known, numbers are told by their look."""
_LIKE_A_DATE = r"^[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}(?:[T ].*)?$"


def mapping_that_would_do(
    read: Input, mapping: HeaderMapping, wanted: Collection[str], terms: Terms
) -> str | None:
    """The columns that seem to hold a wanted identifier, and the options that would map them; None where no
    column seems to.
    """
    left = mapping.left_out[:COLUMNS_LOOKED_AT]
    headers = pl.Series(mapping.left_out, dtype=pl.String)
    if any(_share(headers, kind, terms) > 0 for kind in wanted if kind in HELD):
        return "the first line looks like a person, not like headers: --header-row none"
    batch = read.batch(0).head(ROWS_LOOKED_AT)
    seeming = dict(_seeming(batch, read.headers, left, wanted, terms))
    if seeming:
        told = ", ".join(f"{header!r} seems to hold {HELD[kind]}" for kind, header in seeming.items())
        options = " ".join(f'--map "{header}={kind}"' for kind, header in seeming.items())
        return f"{told}: {options}"
    named = next(filter(known_headers().looks_like_an_id, left), None)
    if named is not None and CRM_ID in wanted:
        return f'{named!r} looks like an id; to know people by it: --map "{named}=crm_id"'
    return None


def bare_list(read: Input, mapping: HeaderMapping, terms: Terms) -> HeaderMapping:
    """The mapping of a file with a single column that holds addresses under a header that nobody knows, or
    under none: it can be nothing but a list of them, where it was not skipped.
    """
    if len(read.headers) != 1 or mapping.unknown != read.headers or not read.batches:
        return mapping
    cells = read.batch(0).head(ROWS_LOOKED_AT)[cell(0)]
    kind = next((kind for kind in HELD if _share(cells, kind, terms) >= MOST), None)
    return mapping if kind is None else replace(mapping, fields={read.headers[0]: kind})


def _seeming(
    batch: pl.DataFrame, headers: Sequence[str], left: Sequence[str], wanted: Collection[str], terms: Terms
) -> Iterator[tuple[str, str]]:
    """Each wanted identifier that a column seems to hold, with the first such column."""
    for kind in HELD:
        if kind in wanted:
            columns = ((header, batch[cell(headers.index(header))]) for header in left)
            found = next((header for header, cells in columns if _share(cells, kind, terms) >= MOST), None)
            if found is not None:
                yield kind, found


def _share(cells: pl.Series, kind: str, terms: Terms) -> float:
    """How many of the cells that are not blank can be read as that kind."""
    said = cells.to_frame("cell").select(trimmed(pl.col("cell")))["cell"].drop_nulls()
    if said.is_empty():
        return 0.0
    if kind == EMAIL:
        read = email_columns(said)[EMAIL].is_not_null()
    elif terms.spelling.region is None:
        read = said.str.contains(_LIKE_A_NUMBER)
    else:
        rules = PhoneRules(terms.rules.policy.phone_check.value, terms.spelling.region)
        read = phone_columns(said, None, rules)[PHONE].is_not_null()
    if kind == PHONE:
        read &= ~said.str.contains(_LIKE_A_DATE)
    return int(read.sum()) / len(said)
