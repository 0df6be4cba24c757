"""Then, of the book: its contacts, what waits in review, what else is known of it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from onefold.stores.opening import database_at
from onefold.stores.schema import outbox
from tests.behaviour.shown import shown, shown_contact, shown_entry, shown_row
from tests.behaviour.steps import then
from tests.behaviour.table import Table, check_table
from tests.behaviour.world import World


@then("the book is", table=True)
def the_book(world: World, table: Table) -> None:
    check_table("the book", table, [shown_contact(contact) for contact in world.contacts()])


@then("the book is empty")
def the_book_is_empty(world: World) -> None:
    assert world.contacts() == []


@then("the book is as it was")
def the_book_is_as_it_was(world: World) -> None:
    """As before the first When: contacts with their values, aliases, tags and lists."""
    assert world.before is not None, "nothing has happened yet"
    assert _without_times(world.contacts()) == _without_times(world.before)


def _without_times(contacts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{name: value for name, value in contact.items() if name != "updated_at"} for contact in contacts]


@then("the contacts with the import's tag are", table=True)
def the_tagged_contacts(world: World, table: Table) -> None:
    with world.open() as book:
        contacts = book.contacts(tag=world.receipt["tag"])
    check_table("the contacts with the import's tag", table, [shown_contact(contact) for contact in contacts])


@then("the fields are", table=True)
def the_fields(world: World, table: Table) -> None:
    fields = world.ask("fields")
    check_table("the fields", table, [shown_row(field) for field in fields])


@then("the shared identifiers are", table=True)
def the_shared_identifiers(world: World, table: Table) -> None:
    marks = world.ask("identifiers", "shared")
    check_table("the shared identifiers", table, [shown_row(mark) for mark in marks])


@then("the review queue holds", table=True)
def the_review_queue(world: World, table: Table) -> None:
    check_table("the review queue", table, [shown_entry(entry) for entry in world.ask("review")])


@then("the review queue is empty")
def the_review_queue_is_empty(world: World) -> None:
    assert world.ask("review") == []


@then("the outbox holds", table=True)
def the_outbox(world: World, table: Table) -> None:
    """Nothing sends the notices yet, so no command shows them."""
    engine = database_at(world.address).engine
    with engine.connect() as connection:
        question = select(outbox.c.recipient, outbox.c.subject).order_by(outbox.c.id)
        notices = [{"to": to, "about": about} for to, about in connection.execute(question)]
    engine.dispose()
    check_table("the outbox", table, notices)


@then("the undo kept", table=True)
def what_the_undo_kept(world: World, table: Table) -> None:
    check_table("what the undo kept", table, [shown_row(each) for each in world.undone["kept"]])


def _consent(answer: Any) -> Mapping[str, str]:
    """What the consent came to that a record brought; a line of JSON says nothing where it brought none."""
    return getattr(answer, "consent", None) or {}


@then("the answers are", table=True)
def the_answers(world: World, table: Table) -> None:
    answers = [
        {
            "status": shown(answer.status),
            "reason": shown(answer.reason),
            "contact": shown(answer.contact_id),
            "consent": ", ".join(f"{channel} {state}" for channel, state in _consent(answer).items()),
        }
        for answer in world.answers
    ]
    check_table("the answers", table, answers)
