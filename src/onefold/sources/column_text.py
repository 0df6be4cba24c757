"""Columns that have a type, as the text that people write for their values; nested ones made flat."""

from collections.abc import Iterator
from typing import Final

import polars as pl

from onefold.sources.typed_values import YES_NO, plain_number

_LEVELS: Final = 16
"""Structs in structs deeper than that are one column of JSON."""


def flat_columns(
    name: str, column: pl.Expr, kind: pl.DataType, levels: int = _LEVELS
) -> Iterator[tuple[str, pl.Expr, pl.DataType]]:
    """The column, or for a struct each of its fields, under a dotted name (`address.city`)."""
    if isinstance(kind, pl.Struct) and levels and kind.fields:
        for field in kind.fields:
            inner = column.struct.field(field.name)
            yield from flat_columns(f"{name}.{field.name}", inner, _made(field.dtype), levels - 1)
    else:
        yield name, column, kind


def is_list(kind: pl.DataType) -> bool:
    """Whether a cell of that type has several values, which become one text."""
    return isinstance(kind, pl.List | pl.Array | pl.Map)


def text_of(column: pl.Expr, kind: pl.DataType) -> pl.Expr:
    """The column as text (String), blank as null.

    Days and times are ISO 8601, those with a time zone in UTC; numbers have no exponent and no `.0`; lists
    of plain values are parted by commas, what is nested deeper is JSON. Bytes that are no text are null.
    """
    if isinstance(kind, pl.String):
        text = column
    elif isinstance(kind, pl.Boolean):
        text = pl.when(column).then(pl.lit(YES_NO[True])).when(~column).then(pl.lit(YES_NO[False]))
    elif isinstance(kind, pl.Float32 | pl.Float64):
        text = _fraction_text(column)
    elif isinstance(kind, pl.Decimal):
        text = column.cast(pl.String).str.replace(r"(\.[0-9]*?)0+$", "$1").str.strip_suffix(".")
    elif isinstance(kind, pl.Datetime):
        text = _moment_text(column, kind)
    elif isinstance(kind, pl.Time):
        text = column.dt.strftime("%H:%M:%S%.f")
    elif isinstance(kind, pl.Duration):
        text = column.dt.to_string("iso")
    elif isinstance(kind, pl.List):
        text = _list_text(column, _made(kind.inner))
    elif isinstance(kind, pl.Array):
        text = _list_text(column.arr.to_list(), _made(kind.inner))
    elif isinstance(kind, pl.Map):
        pair = pl.Struct({"key": kind.key, "value": kind.value})
        text = _list_text(column.cast(pl.List(pair)), pair)
    elif isinstance(kind, pl.Struct):
        text = column.struct.json_encode()
    elif isinstance(kind, pl.Binary):
        text = column.map_elements(_decoded, return_dtype=pl.String)
    else:
        # Whole numbers, dates, categories.
        text = column.cast(pl.String, strict=False)
    return text.replace("", None)


def _fraction_text(column: pl.Expr) -> pl.Expr:
    written = column.cast(pl.String)
    whole = written.str.strip_suffix(".0")
    exact = written.map_elements(plain_number, return_dtype=pl.String)
    finite = pl.when(column.is_finite())
    return finite.then(pl.when(written.str.contains("e", literal=True)).then(exact).otherwise(whole))


def _moment_text(column: pl.Expr, kind: pl.Datetime) -> pl.Expr:
    """Without a time zone, midnight is how programs write a day without a time."""
    if kind.time_zone is not None:
        return column.dt.convert_time_zone("UTC").dt.strftime("%Y-%m-%dT%H:%M:%S%.fZ")
    day = column.dt.strftime("%Y-%m-%d")
    midnight = column.dt.time() == pl.time(0, 0, 0)
    return pl.when(midnight).then(day).otherwise(column.dt.strftime("%Y-%m-%dT%H:%M:%S%.f"))


def _list_text(column: pl.Expr, inner: pl.DataType) -> pl.Expr:
    if not isinstance(inner, pl.Struct | pl.List | pl.Array | pl.Map):
        return column.list.eval(text_of(pl.element(), inner)).list.join(", ", ignore_nulls=True)
    # Only a struct can be written as JSON: it is one for that moment.
    json = pl.struct(v=column).struct.json_encode().str.strip_prefix('{"v":').str.strip_suffix("}")
    return pl.when(column.list.len() > 0).then(json)


def _made(kind: object) -> pl.DataType:
    """The type of what is inside, which may come as a class."""
    made = kind() if isinstance(kind, type) else kind
    assert isinstance(made, pl.DataType)
    return made


def _decoded(data: bytes) -> str | None:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return None
