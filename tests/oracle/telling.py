"""Books and records of the slow engine in a few words."""

from onefold.model.policy import Policy
from onefold.model.source import Source
from tests.oracle import OracleBook, Record

ONEFOLD = Policy(name="onefold", blocked_mailboxes=("info",))
IDENTIFIERS = ("crm_id", "loyalty_id", "email", "phone")


def said(cells: str, source: Source = Source.IMPORT, proven: str = "") -> Record:
    """A record of `column=value` cells; an underscore stands for a space, UNSET clears."""
    told = {column: value.replace("_", " ") for column, value in (cell.split("=") for cell in cells.split())}
    contact_id = told.pop("contact_id", None)
    kept = {column: value for column, value in told.items() if value != "UNSET"}
    return Record(
        identifiers={kind: value for kind, value in kept.items() if kind in IDENTIFIERS},
        values={column: value for column, value in kept.items() if column not in IDENTIFIERS},
        cleared=frozenset(told.keys() - kept.keys()),
        contact_id=int(contact_id) if contact_id else None,
        source=source,
        proven=frozenset(proven.split()),
    )


def a_book(*rows: str, policy: Policy = ONEFOLD) -> OracleBook:
    book = OracleBook(["loyalty_id"])
    book.take([said(row) for row in rows], policy)
    return book


def reasons(book: OracleBook, *rows: str | Record, policy: Policy = ONEFOLD, **options: object) -> list[str]:
    records = [row if isinstance(row, Record) else said(row) for row in rows]
    return [outcome.reason for outcome in book.take(records, policy, **options)]  # type: ignore[arg-type]


def shown(book: OracleBook, contact_id: int) -> str:
    """All that a contact is known by, as `said` reads it; `kind~value:why` is an alias."""
    contact = book.contacts[contact_id]
    columns = [f"{column}={value}" for column, value in (contact.identifiers | contact.values).items()]
    aliases = [f"{kind}~{value}:{why}" for (kind, value), why in contact.aliases.items()]
    return " ".join(sorted(columns) + sorted(aliases))
