"""Then, of who left the book: the bin, what an erasure says, and what is left of whom."""

from tests.behaviour.shown import shown, shown_row
from tests.behaviour.steps import then
from tests.behaviour.table import Table, check_table
from tests.behaviour.world import World


@then("the bin holds", table=True)
def the_bin(world: World, table: Table) -> None:
    """`since` is the day and minute, in UTC."""
    rows = [
        shown_row(each) | {"since": each["removed_at"][:16].replace("T", " ")} for each in world.ask("bin")
    ]
    check_table("the bin", table, rows)


@then("the bin is empty")
def the_bin_is_empty(world: World) -> None:
    assert world.ask("bin") == []


@then("contact N is in the bin")
def contact_is_in_the_bin(world: World, n: str) -> None:
    assert world.ask("contacts", "show", n)["in_bin"] is True


@then("the erasure says", table=True)
def what_the_erasure_says(world: World, table: Table) -> None:
    """The last command's receipt: what was removed, and which copies there are."""
    world.settle()
    told = world.ran.document["erased"]
    copies = ", ".join(each["kind"] for each in told["copies"])
    rows = [
        {"what": what, "count": shown(count)} for what, count in {**told["removed"], **told["files"]}.items()
    ]
    check_table("what the erasure says", table, [*rows, {"what": "copies out of reach", "count": copies}])


@then("the consent of `ADDRESS` is `STATE`")
def the_consent(world: World, address: str, state: str) -> None:
    assert world.ask("consent", address)["state"] == state


@then("no file beside the book says `TEXT`")
def no_file_says(world: World, text: str) -> None:
    """Files of imports: results, errors, answers."""
    with world.open() as book:
        folder = book._store.files
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert [str(path) for path in files if text.encode() in path.read_bytes()] == []
