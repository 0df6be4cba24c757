"""How a page shows what the book holds: one text for each value."""

from collections.abc import Mapping
from typing import Any, Final

NESTED: Final = ("fields", "aliases", "consent")


def shown(value: Any) -> str:
    """A value as a cell of a table."""
    match value:
        case None:
            return ""
        case bool():
            return "Yes" if value else "No"
        case float() if value.is_integer():
            return str(int(value))
        case Mapping():
            return ", ".join(sorted(f"{key} {shown(each)}" for key, each in value.items()))
        case list() | tuple():
            return ", ".join(sorted(map(shown, value)))
        case _:
            return str(value)


def shown_row(row: Mapping[str, Any]) -> dict[str, str]:
    """A row of anything, each of its values as a cell."""
    return {name: shown(value) for name, value in row.items()}


def shown_contact(contact: Mapping[str, Any]) -> dict[str, str]:
    """A contact of `contacts --json` as a row: custom fields by their names, aliases as
    `kind value why`, the state on each channel as `consent email` and `consent sms`.
    """
    aliases = [f"{alias['kind']} {alias['value']} {alias['why']}" for alias in contact["aliases"]]
    plain = {name: value for name, value in contact.items() if name not in NESTED}
    consent = {f"consent {channel}": state for channel, state in contact["consent"].items()}
    return shown_row(plain | contact["fields"] | consent | {"aliases": aliases})


def shown_entry(entry: Mapping[str, Any]) -> dict[str, str]:
    """An entry of the review queue as a row."""
    row = shown_row(entry)
    return row | {"contact": row["contact_id"], "other contact": row["other_contact_id"]}
