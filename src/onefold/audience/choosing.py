"""Which contacts a command is about: those on a list, with a tag, of a segment, touched by a receipt."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, select, true

from onefold.model.error import UsageError
from onefold.stores import Reader
from onefold.stores.audience import Condition
from onefold.stores.schema import batch, contact, contact_list, contact_tag, ledger


@dataclass(frozen=True)
class Choice:
    """Contacts for whom all that is named here holds; where nothing is, everybody.

    `rules`: as CONTRACT writes them. `segment`, `list`, `tag`: by name. `receipt`: by id, of an import or
    any other.
    """

    rules: Mapping[str, Any] | None = None
    segment: str | None = None
    list: str | None = None
    tag: str | None = None
    receipt: int | None = None


def condition_of(choice: Choice, reader: Reader, now: datetime) -> Condition:
    """The choice as a condition of the book's contacts.

    Raises `UsageError` (`unknown_list`, `unknown_tag`, `unknown_receipt`).
    """
    conditions: list[Condition] = [true()]
    if choice.list is not None:
        conditions.append(on_list(reader, choice.list))
    if choice.tag is not None:
        conditions.append(tagged(reader, choice.tag))
    if choice.receipt is not None:
        conditions.append(touched_by(reader, choice.receipt))
    return and_(*conditions)


def on_list(reader: Reader, name: str) -> Condition:
    """Who is on a list. Raises `UsageError` (`unknown_list`)."""
    number = number_named(reader, "list", name)
    return contact.c.id.in_(select(contact_list.c.contact_id).where(contact_list.c.list_id == number))


def tagged(reader: Reader, name: str) -> Condition:
    """Who has a tag. Raises `UsageError` (`unknown_tag`)."""
    number = number_named(reader, "tag", name)
    return contact.c.id.in_(select(contact_tag.c.contact_id).where(contact_tag.c.tag_id == number))


def number_named(reader: Reader, kind: str, name: str) -> int:
    """The number of a list or a tag. Raises `UsageError` (`unknown_list`, `unknown_tag`)."""
    number = reader.number_of(kind, name)
    if number is not None:
        return number
    if kind == "tag":
        raise UsageError(f"nobody was ever tagged {name!r}", code="unknown_tag", hint="see `onefold tags`")
    raise UsageError(
        f"there is no list {name!r}", code="unknown_list", hint=f'make it: onefold lists create "{name}"'
    )


def touched_by(reader: Reader, receipt_id: int) -> Condition:
    """Whom a receipt made or changed. Raises `UsageError` (`unknown_receipt`)."""
    if reader.receipt(receipt_id) is None:
        raise UsageError(
            f"this book has no receipt {receipt_id}", code="unknown_receipt", hint="see `onefold imports`"
        )
    of_receipt = (
        select(ledger.c.contact_id)
        .join(batch, batch.c.id == ledger.c.batch_id)
        .where(batch.c.receipt_id == receipt_id)
    )
    return contact.c.id.in_(of_receipt)
