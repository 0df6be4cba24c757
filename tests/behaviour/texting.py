"""Keywords that are set up, texts with a token, and the texts that are laid out."""

from types import SimpleNamespace

from sqlalchemy import select

from onefold.stores.opening import database_at
from onefold.stores.schema import outbox
from tests.behaviour.steps import given, then, when
from tests.behaviour.table import Table, check_table
from tests.behaviour.world import World

NAMED = ("list", "reply", "question")


@given("the keyword `WORD`", table=True)
def the_keyword(world: World, table: Table, word: str) -> None:
    """What people agree to by texting it, and what it does beside that."""
    (row,) = table.records()
    options = [each for name in NAMED if row.get(name) for each in (f"--{name}", row[name])]
    world.type("settings", "set", "link_base", "https://contacts.example.com")
    world.type("keywords", "save", word, "--wording", row["wording"], *options)


@when("a link that opens a text with `WORD` is made for contact N")
def a_link_that_opens_a_text(world: World, word: str, n: str) -> None:
    world.keep_what_is()
    links = world.ask("link", "click-to-text", "--contact", n, "--keyword", word, "--number", "+12025550100")
    world.token = links[0]["token"]


@when("`NUMBER` texts `WORD` and the token of the link")
def a_text_with_a_token(world: World, number: str, word: str) -> None:
    world.keep_what_is()
    if world.policy is not None:
        world.type("policies", "use", world.policy)
    got = world.ask("keywords", "receive", "--from", number, "--body", f"{word} {world.token}")
    world.answers = [SimpleNamespace(**got)]


@when("the only review entry is dismissed")
def the_entry_is_dismissed(world: World) -> None:
    (entry,) = world.ask("review")
    world.type("review", "dismiss", str(entry["id"]))


@then("the texts to be sent are", table=True)
def the_texts(world: World, table: Table) -> None:
    """All replies since the example began; nothing sends them yet, so no command shows them."""
    engine = database_at(world.address).engine
    with engine.connect() as connection:
        texts = select(outbox.c.recipient, outbox.c.body).where(outbox.c.kind == "text").order_by(outbox.c.id)
        rows = [{"to": to, "text": " ".join(body.split())} for to, body in connection.execute(texts)]
    engine.dispose()
    check_table("the texts to be sent", table, rows)
