"""Fields: the values that a contact carries beside its identifiers."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import polars as pl

NAMES: Final = ("first_name", "last_name", "full_name")
"""Built-in text fields. Full names are kept as they came; first and last are not guessed (DESIGN 5)."""


class FieldType(StrEnum):
    """Types of a custom field (DOT-05)."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    YES_NO = "yes_no"
    CHOICE = "choice"


class Access(StrEnum):
    """Who sees a field; a private one is left out of exports unless asked for by name."""

    PUBLIC = "public"
    PRIVATE = "private"


@dataclass(frozen=True)
class Field:
    """A custom field of the book. `column` is its column in contact frames and in the contact table.

    A retired one keeps its values and its name, and is offered nowhere.
    """

    id: int
    name: str
    type: FieldType
    choices: tuple[str, ...] = ()
    default: str | None = None
    access: Access = Access.PUBLIC
    folder: str | None = None
    retired: bool = False

    @property
    def column(self) -> str:
        """Its column in contact frames and in the contact table."""
        return f"field_{self.id}"

    @property
    def default_value(self) -> str | float | bool | None:
        """What a contact has in it that has no value of its own, in the type of the field (DOT-05)."""
        if self.default is None:
            return None
        if self.type is FieldType.YES_NO:
            return self.default == "true"
        return float(self.default) if self.type is FieldType.NUMBER else self.default

    @property
    def dtype(self) -> pl.DataType:
        """How frames hold its values: dates are ISO 8601 text, so that both stores order them alike."""
        return {FieldType.NUMBER: pl.Float64(), FieldType.YES_NO: pl.Boolean()}.get(self.type, pl.String())
