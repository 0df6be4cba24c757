"""Files that we wrote ourselves and get back: columns that say nothing new, names of ours, guards."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from onefold.model.label import LISTS, TAGS
from onefold.normalise.spreadsheet import unguarded, unguarded_headers
from onefold.sources.input import Input, cell

RESULT_COLUMNS: Final = frozenset({"Import Status", "Reason", "Errors", "Error"})
"""What a results file or an error file has beside the input's own columns and `Contact ID` (CONTRACT)."""

IN_TABLES, IN_DATA = "Contact ID", "contact_id"
"""What the column of contact ids is called in exports: in those for spreadsheets, and in the others."""
SAYS_NOTHING: Final = ("Created", "Updated", "id", "aliases", "created_at", "updated_at")
"""Columns of an export that only the book can fill."""
LABELS: Final = {"Tags": TAGS, "Lists": LISTS}
_OUR_ID: Final = r"^[0-9a-z]{4}-[0-9]{1,15}$"


@dataclass(frozen=True)
class Ours:
    """What of a file is ours. `guarded`: formulas in it were neutralised; `is_export`: numbers and dates are
    spelled as we spell them; `ignored`: headers that fill nothing; `fields`: by header, the field of it.
    """

    guarded: bool = False
    is_export: bool = False
    ignored: frozenset[str] = frozenset()
    fields: Mapping[str, str] = field(default_factory=dict)


NOT_OURS: Final = Ours()


def what_is_ours(read: Input, fields: Collection[str]) -> Ours:
    """What a file bears of us: a results file or an error file by its headers, an export by the contact ids
    in it, whichever book they are of. `fields` are the names that its columns can be mapped to.
    """
    results = ignored_headers(read.headers, tuple(fields))
    guarded = bears_result_columns(read.headers)
    if IN_TABLES in read.headers and _holds_our_ids(read, IN_TABLES):
        guarded = is_export = True
    else:
        is_export = IN_DATA in read.headers and _holds_our_ids(read, IN_DATA)
    if not is_export:
        return Ours(guarded, ignored=results)
    nothing = set(SAYS_NOTHING).intersection(read.headers).difference(fields)
    named = {header: name for header, name in LABELS.items() if header in read.headers}
    return Ours(guarded, is_export, results | nothing, {h: n for h, n in named.items() if h not in fields})


def _holds_our_ids(read: Input, header: str) -> bool:
    ids = read.batch(0)[cell(read.headers.index(header))].drop_nulls() if read.batches else pl.Series([""])
    said = ids.str.strip_chars().filter(ids.str.strip_chars() != "")
    return len(said) > 0 and bool(said.str.contains(_OUR_ID).all())


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
