"""Records in columns: their cells, and what they bring beside them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from onefold.model.activity import SAID_ACTIVITY_SCHEMA
from onefold.model.brought import KEY_SCHEMA, LABEL_SCHEMA, Brought
from onefold.model.consent import SAID_CONSENT_SCHEMA
from onefold.model.frames import empty
from onefold.model.identifier import CONTACT_ID
from onefold.model.source import ATTESTING, Trust
from onefold.normalise.nfc import frame_in_nfc
from onefold.sources.record_refusals import told_of
from onefold.sources.record_shape import Told, Words


@dataclass(frozen=True)
class Recorded:
    """Records as `normalise` reads them.

    `cells`: `row` (UInt32), `malformed` (String: what is wrong with the record as a record), `undecodable`
    (Boolean: always false), `refused_as` (String: the reason that goes with `malformed`), `source`, for every
    kind `trust:KIND` (UInt8), and a text column for each contact column of which any record says something.
    """

    cells: pl.DataFrame
    brought: Brought


def in_columns(records: Iterable[object], words: Words, first_row: int = 0) -> Recorded:
    """Reads records, numbered from `first_row` on; a bad one says why in its cells, and brings no more than
    its refusals.
    """
    return columns_of([told_of(record, words) for record in records], words, first_row)


def columns_of(told: Sequence[Told], words: Words, first_row: int) -> Recorded:
    """Records that were taken apart, in columns."""
    bad = [one.problem for one in told]
    kinds = (CONTACT_ID, *words.kinds)
    columns: dict[str, list[Any]] = {
        "malformed": [None if one is None else str(one) for one in bad],
        "refused_as": [None if one is None else one.reason.value for one in bad],
        "source": [one.source.value for one in told],
    }
    columns |= {
        name: [one.cells.get(name) for one in told]
        for name in dict.fromkeys(name for one in told for name in one.cells)
    }
    frames = [
        pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String)),
        pl.DataFrame(
            {f"trust:{kind}": [_trust(one, kind) for one in told] for kind in kinds},
            schema={f"trust:{kind}": pl.UInt8 for kind in kinds},
        ),
    ]
    rows = pl.int_range(first_row, first_row + len(told), dtype=pl.UInt32, eager=True).alias("row")
    undecodable = pl.Series("undecodable", [False]).new_from_index(0, len(told))
    cells = pl.DataFrame([rows, undecodable, *(column for frame in frames for column in frame)])
    return Recorded(cells, _brought(told, first_row))


def _trust(told: Told, kind: str) -> int:
    """How this record knows that identifier (GLOSSARY, trust)."""
    if told.source in ATTESTING:
        return Trust.CLAIMED if told.claimed else Trust.ATTESTED
    return Trust.PROVEN if kind in told.proven else Trust.CLAIMED


def _brought(told: Sequence[Told], first_row: int) -> Brought:
    rows = list(enumerate(told, first_row))
    return Brought(
        labels=frame_in_nfc(
            _lines([(row, *label) for row, one in rows for label in one.labels], LABEL_SCHEMA)
        ),
        consents=_lines([(row, *entry) for row, one in rows for entry in one.consents], SAID_CONSENT_SCHEMA),
        activities=_lines(
            [(row, *entry) for row, one in rows for entry in one.activities], SAID_ACTIVITY_SCHEMA
        ),
        keys=frame_in_nfc(
            _lines([(row, one.source.value, one.key) for row, one in rows if one.key], KEY_SCHEMA)
        ),
    )


def _lines(lines: list[tuple[Any, ...]], schema: Mapping[str, type[pl.DataType]]) -> pl.DataFrame:
    return pl.DataFrame(lines, schema=schema, orient="row") if lines else empty(schema)
