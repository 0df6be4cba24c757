"""An input whose columns have found their fields."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

import polars as pl

from onefold.model.brought import Brought
from onefold.model.field import Field
from onefold.model.label import LABEL_COLUMNS
from onefold.normalise.labels import labels_in
from onefold.normalise.nfc import frame_in_nfc
from onefold.normalise.spreadsheet import unguarded
from onefold.sources.google_contacts import first_value, may_hold_several
from onefold.sources.input import Input, cell
from onefold.sources.mapping import HeaderMapping
from onefold.sources.record_columns import Recorded
from onefold.sources.result_columns import NOT_OURS, Ours


@dataclass(frozen=True)
class MappedInput:
    """A file whose columns have found their fields. `columns`: header index by contact column; `by_hand`:
    what was said of columns, by header; `ours`: what of it we wrote; `notes` say for people what was found on
    the way.
    """

    kind: ClassVar[str] = "import"

    input: Input
    mapping: HeaderMapping
    columns: Mapping[str, int]
    new_fields: tuple[Field, ...]
    by_hand: Mapping[str, str | None]
    ours: Ours = NOT_OURS
    notes: tuple[str, ...] = ()

    def recorded(self, number: int) -> Recorded:
        """Batch `number` as `normalise` reads it: its cells under the contact columns that they fill."""
        cells = self._cells(self.input.batch(number)).drop("line")
        brought = Brought.nothing()
        if LABEL_COLUMNS.keys().isdisjoint(self.columns):
            return Recorded(cells, brought)
        labels, wrong = labels_in(cells)
        cells = cells.with_columns(malformed=pl.coalesce("malformed", pl.lit(wrong)))
        return Recorded(cells, replace(brought, labels=labels))

    def sound_cells(self, number: int) -> pl.DataFrame:
        """The same of rows that can be read, with the `line` that each starts on, all in NFC."""
        batch = self.input.batch(number)
        sound = batch.filter(pl.col("malformed").is_null() & ~pl.col("undecodable"))
        return frame_in_nfc(self._cells(sound))

    def header(self, column: str) -> str:
        """The header of what fills a contact column."""
        return self.input.headers[self.columns[column]]

    def _cells(self, batch: pl.DataFrame) -> pl.DataFrame:
        cells = [self._cell(index).alias(column) for column, index in self.columns.items()]
        return batch.select("row", "line", "malformed", "undecodable", *cells)

    def _cell(self, index: int) -> pl.Expr:
        text = pl.col(cell(index))
        if self.ours.guarded:
            text = unguarded(text)
        return first_value(text) if may_hold_several(self.input.headers[index]) else text
