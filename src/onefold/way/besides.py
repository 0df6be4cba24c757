"""What a receipt did beside contacts, and its undo puts back: fields that took the place of others, lists
that got another name.
"""

from collections.abc import Mapping
from typing import Any, Final

from onefold.audience.renaming import rules_with_name
from onefold.model.error import UsageError
from onefold.model.field import Field
from onefold.model.nfc import all_in_nfc
from onefold.stores import Reader, StoredReceipt, Writer
from onefold.stores.renames import RENAMED

INSTEAD: Final = "instead"
"""The option of a receipt that put one field in the place of another: `field`, and `of` which, by id."""
LONGEST_STEM: Final = 230
"""Bytes of a name that leave room for a type behind it."""


def put_back(writer: Writer, besides: Mapping[str, Mapping[str, Any]]) -> None:
    """Does what is beside the contacts, by the options of a receipt."""
    if INSTEAD in besides:
        put_instead(writer, besides[INSTEAD])
    if RENAMED in besides:
        rename_list(writer, **besides[RENAMED])


def put_instead(writer: Writer, instead: Mapping[str, int]) -> None:
    """Puts one field in the place of another, under its name; the other is retired under a name that says of
    which type it is.
    """
    every = {field.id: field for field in writer.every_field()}
    old = every[instead["of"]]
    writer.change_field(old.id, name=free_name(writer, old), retired=True)
    writer.change_field(instead["field"], name=old.name, retired=False)


def rename_list(writer: Writer, old: str, new: str) -> None:
    """Gives a list another name, also where segments say it; contacts stay on it."""
    number = writer.number_of("list", old)
    assert number is not None  # whoever renames it has looked
    for segment, rules in rules_with_name(writer, "list", old, new).items():
        writer.replace_rules(segment, rules)
    writer.rename_list(number, new)


def taken_back(reader: Reader, stored: StoredReceipt) -> dict[str, dict[str, Any]]:
    """What undoing a receipt puts back beside contacts, as the options of the receipt of the undo.

    Raises `UsageError` where it cannot: `field_in_use`, of a field that was retired since, or got another
    type again; `list_in_use`, of a list that is gone, or whose old name another has now.
    """
    besides: dict[str, dict[str, Any]] = {}
    if INSTEAD in stored.options:
        besides[INSTEAD] = _field_back(reader, stored)
    if RENAMED in stored.options:
        besides[RENAMED] = _name_back(reader, stored)
    return besides


def _name_back(reader: Reader, stored: StoredReceipt) -> dict[str, str]:
    renamed = all_in_nfc(stored.options[RENAMED])
    old, new = renamed["new"], renamed["old"]
    if reader.number_of("list", old) is None or reader.number_of("list", new) is not None:
        raise UsageError(
            f"there is no list {old!r} any more, or another that is called {new!r}",
            code="list_in_use",
            hint="see `onefold lists`; the last to be renamed is renamed back first",
        )
    return {"old": old, "new": new}


def _field_back(reader: Reader, stored: StoredReceipt) -> dict[str, int]:
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
