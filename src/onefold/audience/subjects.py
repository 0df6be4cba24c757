"""What rules can be about in a book: its fields by name, and the words besides."""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Boolean, ColumnElement, Float, Text, func, literal, literal_column, null
from sqlalchemy.types import TypeEngine

from onefold.model.consent import Channel
from onefold.model.field import NAMES, Field, FieldType
from onefold.model.identifier import EMAIL, PHONE
from onefold.model.segment import Rule, Subject, bad, near, short
from onefold.stores import Reader

FIELDS: Final = "fields."
"""Before the name of a custom field; only one that is called like another of our words needs it."""
CONSENT: Final = "consent."
OF_FIELD_TYPE: Final = {
    FieldType.TEXT: Subject.TEXT,
    FieldType.NUMBER: Subject.NUMBER,
    FieldType.DATE: Subject.DATE,
    FieldType.YES_NO: Subject.YES_NO,
    FieldType.CHOICE: Subject.CHOICE,
}
_OF_KIND: Final = {EMAIL: Subject.EMAIL, PHONE: Subject.PHONE}
_TYPES: Final[dict[FieldType, TypeEngine[Any]]] = {FieldType.NUMBER: Float(), FieldType.YES_NO: Boolean()}
NOTHING: Final[ColumnElement[Any]] = null()


@dataclass(frozen=True)
class About:
    """What one rule is about. `value`: what a contact has there, where that is one value of its own row;
    `filled`: whether there always is one; `choices` are a choice field's own.
    """

    subject: Subject
    name: str
    value: ColumnElement[Any] = NOTHING
    filled: bool = False
    choices: tuple[str, ...] = ()


def subjects_of(reader: Reader) -> dict[str, About]:
    """Everything that rules of this book can be about, by name."""
    kinds = reader.kind_columns().items()
    words = {
        **{name: _column(Subject.TEXT, name) for name in NAMES},
        **{kind: _column(_OF_KIND.get(kind, Subject.TEXT), kind, column) for kind, column in kinds},
        **{name: About(Subject(name), name) for name in ("tag", "list", "segment", "import")},
        **{f"{CONSENT}{each}": About(Subject.CONSENT, f"{CONSENT}{each}") for each in Channel},
        **{name: _column(Subject.TIME, name, filled=True) for name in ("created_at", "updated_at")},
    }
    fields = {field.name: _of_field(field) for field in reader.fields()}
    return fields | words | {f"{FIELDS}{name}": about for name, about in fields.items()}


def subject_of(rule: Rule, subjects: dict[str, About]) -> About:
    """What a rule is about. Raises `UsageError` (`unknown_field`)."""
    if rule.field not in subjects:
        names = [name for name in subjects if not name.startswith(FIELDS)]
        raise bad(
            rule.where,
            f"there is no field {short(rule.field)}",
            near(rule.field, names),
            code="unknown_field",
        )
    return subjects[rule.field]


def _column(subject: Subject, name: str, column: str | None = None, *, filled: bool = False) -> About:
    return About(subject, name, literal_column(f"contact.{column or name}", Text()), filled)


def _of_field(field: Field) -> About:
    """A contact without a value of its own has the field's default."""
    value: ColumnElement[Any] = literal_column(f"contact.{field.column}", _TYPES.get(field.type, Text()))
    if field.default_value is not None:
        value = func.coalesce(value, literal(field.default_value, value.type))
    return About(OF_FIELD_TYPE[field.type], field.name, value, field.default_value is not None, field.choices)
