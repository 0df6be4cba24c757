"""What the operator should know of a file beside its counts."""

from collections.abc import Iterator, Sequence

import polars as pl

from onefold.model.identifier import CONTACT_ID, CRM_ID
from onefold.way.incoming import Incoming
from onefold.way.mapped_input import MappedInput

PLAINLY_READ = "read as UTF-8, delimiter comma"
"""What nobody needs to be warned of."""
WORDS_NAMED = 10


def warnings_of(mapped: Incoming, doubtful: list[str], foreign: list[str]) -> Iterator[str]:
    """What the operator should know of this file."""
    yield from (note for note in mapped.input.notes if note != PLAINLY_READ)
    yield from mapped.notes
    if doubtful:
        yield f"{_count(doubtful, 'number')} taken that could exist but are not known to, like {doubtful[0]}"
    if foreign:
        ignored = f"{_count(foreign, 'contact id')} of another book or system ignored, like {foreign[0]}"
        if CONTACT_ID in mapped.columns and CRM_ID not in mapped.columns:
            header = mapped.input.headers[mapped.columns[CONTACT_ID]]
            ignored += f'; if they are your CRM\'s: --map "{header}=crm_id"'
        yield ignored


def read_as_subscribed(mapped: Incoming, batches: Sequence[pl.DataFrame]) -> Iterator[str]:
    """How often words that could be the state of an account were read as consent, a line for each column
    (`READ_AS_SUBSCRIBED_SCHEMA`, of each batch).
    """
    lines = pl.concat(batches) if batches else pl.DataFrame()
    if lines.is_empty():
        return
    words = lines.group_by("column", pl.col("word").str.to_lowercase()).agg(pl.col("rows").sum())
    ordered = words.sort("column", "rows", "word", descending=[False, True, False])
    for (column,), told in ordered.group_by("column", maintain_order=True):
        counts = ", ".join(
            f'"{word}" in {rows:,} {"row" if rows == 1 else "rows"}'
            for word, rows in told.head(WORDS_NAMED).select("word", "rows").iter_rows()
        )
        header = mapped.header(str(column)) if isinstance(mapped, MappedInput) else column
        yield (
            f"{header!r} is read as consent, and as subscribed {counts}: if it is the state of an account, "
            + (f'--skip "{header}"')
        )


def _count(things: list[str], word: str) -> str:
    return f"{len(things):,} {word}{'' if len(things) == 1 else 's'}"
