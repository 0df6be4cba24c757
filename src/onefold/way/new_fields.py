"""Fields that an import makes of columns that fill none."""

from collections.abc import Sequence

import polars as pl

from onefold.model.field import Field, FieldType
from onefold.normalise.number import number_columns
from onefold.normalise.text import trimmed
from onefold.sources.input import Input, cell

_TYPES = (FieldType.YES_NO, FieldType.DATE, FieldType.NUMBER)


def new_fields(read: Input, headers: Sequence[str]) -> tuple[Field, ...]:
    """A field for each of these columns, of the type that all its values show; its real id comes when it is
    made.
    """
    types = {header: set(_TYPES) for header in headers}
    for number in range(read.batches):
        batch = read.batch(number)
        for header, possible in types.items():
            values = batch[cell(read.headers.index(header))]
            possible.intersection_update(type_ for type_ in tuple(possible) if _all_read(values, type_))
    return tuple(
        Field(-1 - place, header, _type(possible)) for place, (header, possible) in enumerate(types.items())
    )


def _type(possible: set[FieldType]) -> FieldType:
    """The narrowest; of a column without values all are possible, and it is text."""
    if possible == set(_TYPES):
        return FieldType.TEXT
    return next((type_ for type_ in _TYPES if type_ in possible), FieldType.TEXT)


def _all_read(values: pl.Series, type_: FieldType) -> bool:
    """Whether every value can be read as that type without losing how it was written."""
    written = values.to_frame("v").select(trimmed(pl.col("v")))["v"].drop_nulls().unique()
    if type_ is FieldType.YES_NO:
        return bool(written.str.to_lowercase().is_in(["yes", "no", "true", "false"]).all())
    if type_ is FieldType.DATE:
        return bool(written.str.contains(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$").all())
    as_is = bool(written.str.contains(r"^-?(0|[1-9][0-9]{0,14})(\.[0-9]+)?$").all())
    return as_is and number_columns(written, None)["refusal"].null_count() == len(written)
