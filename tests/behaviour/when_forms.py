"""Forms that are sent, links that are opened, texts that come in: each through the command line."""

import json
from types import SimpleNamespace

from sqlalchemy import select

from onefold.sources.api import api_record
from onefold.stores.opening import database_at
from onefold.stores.schema import outbox
from tests.behaviour.steps import given, when
from tests.behaviour.table import Table
from tests.behaviour.world import World

CONSENT_TO = "consent to "


@given("the form `NAME`", table=True)
def the_form(world: World, table: Table, name: str) -> None:
    """What it asks for and the wordings that people agree to; double opt-in unless the page says no."""
    (row,) = table.records()
    wordings = {
        each.removeprefix(CONSENT_TO): said
        for each, said in row.items()
        if each.startswith(CONSENT_TO) and said
    }
    definition = {
        "fields": row["asks for"].split(", "),
        "consent": wordings,
        "lists": row["lists"].split(", ") if row.get("lists") else [],
        "double_opt_in": row.get("double opt-in") != "no",
    }
    world.type("settings", "set", "link_base", "https://contacts.example.com")
    _write(world, definition)
    world.type("forms", "save", name, "said.json")


@when("the form `NAME` is submitted", table=True)
def a_submission(world: World, table: Table, name: str) -> None:
    """A line of the table is one submission."""
    answers = []
    for row in table.records():
        _write(world, {"values": row})
        _act(world, "forms", "submit", name, "said.json")
        if world.ran.done:
            answers.append(SimpleNamespace(**world.ran.document))
    world.answers = answers


@when("these calls of a program arrive", table=True)
def calls_arrive(world: World, table: Table) -> None:
    """Under the names that the caller gives to things."""
    world.settle()
    world.keep_what_is()
    calls = [{name: value for name, value in row.items() if value} for row in table.records()]
    with world.open() as book:
        records = [api_record(call, book.identifiers(), []) for call in calls]
        world.answers = book.take(records, policy=world.policy)


@when("the link in the last mail is opened")
def the_mailed_link(world: World) -> None:
    engine = database_at(world.address).engine
    with engine.connect() as connection:
        mails = select(outbox.c.body).where(outbox.c.kind == "mail").order_by(outbox.c.id.desc())
        body = connection.execute(mails).scalars().first()
    engine.dispose()
    assert body is not None, "there is no mail"
    world.token = body.partition("/t/")[2].split()[0]
    _use(world)


@when("that link is opened again")
def the_link_again(world: World) -> None:
    _use(world)


@when("a KIND link is made for contact N")
def a_link(world: World, kind: str, n: str) -> None:
    _act(world, "link", kind, "--contact", n)
    world.token = world.ran.document[0]["token"] if world.ran.done else ""


@when("a KIND link to go by CHANNEL is made for contact N")
def a_link_by(world: World, kind: str, channel: str, n: str) -> None:
    _act(world, "link", kind, "--contact", n, "--channel", channel)
    world.token = world.ran.document[0]["token"] if world.ran.done else ""


@when("that link is opened, and there is typed", table=True)
def the_link_with_values(world: World, table: Table) -> None:
    (row,) = table.records()
    _use(world, *(f"{name}={value}" for name, value in row.items() if value))


@when("`NUMBER` texts `BODY`")
def a_text(world: World, number: str, body: str) -> None:
    _act(world, "keywords", "receive", "--from", number, "--body", body)
    world.answers = [SimpleNamespace(**world.ran.document)] if world.ran.done else []


def _use(world: World, *values: str) -> None:
    _act(world, "link", "use", world.token, *values)
    world.answers = [SimpleNamespace(**world.ran.document)] if world.ran.done else []


def _act(world: World, *words: str) -> None:
    """Somebody from outside does something; the book goes by the policy of the page."""
    world.settle()
    world.keep_what_is()
    if world.policy is not None:
        world.type("policies", "use", world.policy)
    world.type(*words)


def _write(world: World, said: object) -> None:
    (world.folder / "said.json").write_text(json.dumps(said), encoding="utf-8")
