"""What contacts belong to, as conditions: a list, those with a tag, those that a receipt touched."""

from sqlalchemy import select

from onefold.audience.named import number_named
from onefold.model.error import UsageError
from onefold.stores import Reader
from onefold.stores.audience import Condition
from onefold.stores.schema import batch, contact, contact_list, contact_tag, ledger


def on_list(reader: Reader, name: str) -> Condition:
    """Who is on a list. Raises `UsageError` (`unknown_list`)."""
    number = number_named(reader, "list", name)
    return contact.c.id.in_(select(contact_list.c.contact_id).where(contact_list.c.list_id == number))


def tagged(reader: Reader, name: str) -> Condition:
    """Who has a tag. Raises `UsageError` (`unknown_tag`)."""
    number = number_named(reader, "tag", name)
    return contact.c.id.in_(select(contact_tag.c.contact_id).where(contact_tag.c.tag_id == number))


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
