"""One field in the place of another: what a change of type does, and what undo takes back."""

from collections.abc import Mapping
from typing import Final

from onefold.model.error import UsageError
from onefold.model.field import Field
from onefold.stores import Reader, StoredReceipt, Writer

INSTEAD: Final = "instead"
"""The option of a receipt that put one field in the place of another: `field`, and `of` which, by id."""
LONGEST_STEM: Final = 230
"""Bytes of a name that leave room for a type behind it."""


def put_instead(writer: Writer, instead: Mapping[str, int]) -> None:
    """Puts one field in the place of another, under its name; the other is retired under a name that says of
    which type it is.
    """
    every = {field.id: field for field in writer.every_field()}
    old = every[instead["of"]]
    writer.change_field(old.id, name=free_name(writer, old), retired=True)
    writer.change_field(instead["field"], name=old.name, retired=False)


def taken_back(reader: Reader, stored: StoredReceipt) -> dict[str, int] | None:
    """Which field takes whose place again when a receipt is undone, if any.

    Raises `UsageError` (`field_in_use`) where the field was retired since, or got another type again.
    """
    if INSTEAD not in stored.options:
        return None
    instead = stored.options[INSTEAD]
    if instead["field"] in (field.id for field in reader.retired_fields()):
        raise UsageError(
            f"the field that receipt {stored.id} was about is retired, or of another type again",
            code="field_in_use",
            hint="restore it, or take the later change back first",
        )
    return {"field": instead["of"], "of": instead["field"]}


def free_name(reader: Reader, field: Field) -> str:
    """The name of a field with its type behind it, and a number where that is taken."""
    taken = {each.name.casefold() for each in reader.every_field()}
    bare = field.name.removesuffix(f" ({field.type})")
    stem = bare.encode()[:LONGEST_STEM].decode(errors="ignore")
    names = (f"{stem} ({field.type}{'' if number == 1 else f' {number}'})" for number in range(1, 2_000))
    return next(name for name in names if name.casefold() not in taken)
