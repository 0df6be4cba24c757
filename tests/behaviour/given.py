"""Given: what is there before anything happens."""

from typing import Any, Final

from onefold.model.policy import HeldElsewhere, Policy
from tests.behaviour.steps import given
from tests.behaviour.table import Table
from tests.behaviour.world import World

FORMER: Final = "former "
SEVERAL: Final = ("tags", "lists")
BUILT_IN: Final = ("crm_id", "email", "phone", "first_name", "last_name", "full_name")

AS_THE_PAGE_SAYS: Final = Policy(
    name="as the page says",
    match_on=("contact_id",),
    people_per_identifier=None,
    held_elsewhere=HeldElsewhere.ALLOW,
)
"""Recognises by id only and allows everything: a page may begin with any book, duplicates and all."""


@given("the policy is `NAME`")
def the_policy(world: World, name: str) -> None:
    world.policy = name


@given("the fields", table=True)
def the_fields(world: World, table: Table) -> None:
    for field in table.records():
        choices = ["--choices", field["choices"]] if field.get("choices") else []
        world.type("fields", "add", field["name"], "--type", field["type"], *choices)


@given("the list `NAME`")
def the_list(world: World, name: str) -> None:
    world.type("lists", "create", name)


@given("the KIND `VALUE` is marked as shared")
def a_shared_identifier(world: World, kind: str, value: str) -> None:
    world.type("identifiers", "share", kind, value)


@given("the file `NAME`", table=True)
def a_file(world: World, table: Table, name: str) -> None:
    world.write(name, table)


@given("the book", table=True)
def the_book(world: World, table: Table) -> None:
    """Contacts in the order of their ids. A `former phone` is one that the contact had before."""
    rows = table.records()
    with world.open() as book:
        answers = book.take([_record(row) for row in rows], policy=AS_THE_PAGE_SAYS)
        assert [str(answer.contact_id) for answer in answers] == [row["id"] for row in rows], answers
        for answer, row in zip(answers, rows, strict=True):
            if replaced := _former(row):
                book.set_values(answer.contact_id, {kind: row[kind] for kind in replaced})


def _former(row: dict[str, str]) -> dict[str, str]:
    """The identifiers that the contact begins with and then changes, by kind."""
    former = {name.removeprefix(FORMER): value for name, value in row.items() if name.startswith(FORMER)}
    return {kind: value for kind, value in former.items() if value}


def _record(row: dict[str, str]) -> dict[str, Any]:
    """The row as a record of CONTRACT's shape; what is not built in is a custom field."""
    said = {name: value for name, value in row.items() if value and name != "id"}
    said = {name: value for name, value in said.items() if not name.startswith(FORMER)} | _former(row)
    several = {name: said.pop(name).split(", ") for name in SEVERAL if name in said}
    built_in = {name: said.pop(name) for name in BUILT_IN if name in said}
    return {"source": "api", **built_in, **several, "fields": said}
