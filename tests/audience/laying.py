"""Generated contacts, laid down in a book and seen as the slow reading takes them."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete, insert, update

from onefold.stores import Reader, Writer
from onefold.stores.consent_schema import consent_state, refusal
from onefold.stores.schema import alias, contact, contact_list, contact_tag, ledger
from onefold.way.contacts import history_of
from tests.audience.generating import Log
from tests.stores.building import create

OWN = ("first_name", "crm_id", "loyalty_id", "email", "phone")


def lay_down(writer: Writer, people: Sequence[Mapping[str, Any]], log: Log) -> list[int]:
    """These contacts in place of any others, made by two receipts; the ids of those."""
    connection = writer._connection
    for table in (contact, alias, contact_tag, contact_list, consent_state, refusal, ledger):
        connection.execute(delete(table))
    states = [
        (channel, address, state, at, weak and state == "subscribed", None)
        for (channel, address), (state, at, weak) in log.items()
    ]
    receipts = []
    for batch in (0, 1):
        these = [person for person in people if person["batch"] == batch]
        _create(writer, these, states if batch == 0 else [])
        receipts.append(writer.receipts()[0].id)
    return receipts


def _create(writer: Writer, people: Sequence[Mapping[str, Any]], states: Sequence[tuple[Any, ...]]) -> None:
    columns = {name: name for name in OWN} | {field.name: field.column for field in writer.fields()}
    rows = [{columns[name]: value for name, value in person.items() if name in columns} for person in people]
    placed = list(enumerate(people))
    numbers = create(
        writer,
        *rows,
        aliases_added=[
            (-1 - place, *known, why) for place, person in placed for known, why in person["aliases"]
        ],
        memberships_added=[
            (-1 - place, kind, name)
            for place, person in placed
            for kind in ("tag", "list")
            for name in sorted(person[f"{kind}s"])
        ],
        consent_states=states,
    )
    for number, person in zip(numbers, people, strict=True):
        made = update(contact).where(contact.c.id == number).values(created_at=person["created_at"])
        writer._connection.execute(made)
        for channel, stands in person["refused"].items():
            said = {"origin_id": number, "consent_id": len(channel), "contact_id": number, "channel": channel}
            answered = {"at": "2023-01-01T00:00:00Z", "answered_by": None if stands else 1}
            writer._connection.execute(insert(refusal).values(**said, **answered))


def everybody(reader: Reader) -> list[dict[str, Any]]:
    """All contacts, with the receipts that touched them."""
    return [
        each | {"receipts": [change["receipt"] for change in history_of(reader, each["id"])]}
        for each in reader.details(reader.live_ids())
    ]
