"""Values of custom fields: read by the type of the field, and written again as a person would."""

from collections.abc import Mapping
from typing import Final

import polars as pl

from onefold.model.field import Field, FieldType
from onefold.model.outcome import Reason
from onefold.normalise.choice import choice_columns
from onefold.normalise.date import DateOrder, date_columns
from onefold.normalise.number import NumberStyle, number_columns
from onefold.normalise.text import text_columns
from onefold.normalise.yes_no import yes_no_columns

REFUSED_AS: Final[Mapping[FieldType, Reason]] = {
    FieldType.TEXT: Reason.UNDECODABLE_TEXT,
    FieldType.NUMBER: Reason.BAD_NUMBER,
    FieldType.DATE: Reason.BAD_DATE,
    FieldType.YES_NO: Reason.BAD_YES_NO,
    FieldType.CHOICE: Reason.BAD_CHOICE,
}


def field_columns(
    spelled: pl.Series, field: Field, order: DateOrder | None = None, style: NumberStyle | None = None
) -> pl.DataFrame:
    """`value` (in the type of the field) and `refusal` (String) of cells, as `VALUE_SCHEMA` has it.

    `order` and `style`: how dates and numbers of the column are written, where that is settled.
    """
    match field.type:
        case FieldType.TEXT:
            return text_columns(spelled)
        case FieldType.NUMBER:
            return number_columns(spelled, style)
        case FieldType.DATE:
            return date_columns(spelled, order)
        case FieldType.YES_NO:
            return yes_no_columns(spelled)
        case FieldType.CHOICE:
            return choice_columns(spelled, field.choices)


def spelled_again(values: pl.Series) -> pl.Series:
    """Values of a field (String, Float64 or Boolean) as text: whole numbers without a point, Yes and No."""
    value = pl.col("value")
    if values.dtype == pl.Boolean:
        text: pl.Expr = pl.when(value).then(pl.lit("Yes")).when(~value).then(pl.lit("No"))
    elif values.dtype == pl.Float64:
        text = value.cast(pl.String).str.strip_suffix(".0")
    else:
        text = value
    return values.alias("value").to_frame().select(text.alias("value"))["value"]
