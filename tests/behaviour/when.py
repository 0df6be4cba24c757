"""When: what happens."""

import shlex
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final
from unicodedata import normalize

from tests.behaviour import review
from tests.behaviour.generated import file_of_bytes, file_of_rows
from tests.behaviour.meanwhile import import_while
from tests.behaviour.steps import when
from tests.behaviour.table import Table
from tests.behaviour.world import FILE, World

CONSENT: Final = "consent "


@when("this file is imported", table=True)
@when("this file is imported with `OPTIONS`", table=True)
def this_file(world: World, table: Table, options: str = "") -> None:
    world.write(FILE, table)
    world.do_import(options, file=FILE)


@when("this file, named `NAME`, is imported with `OPTIONS`", table=True)
def this_named_file(world: World, table: Table, name: str, options: str) -> None:
    world.write(name, table)
    world.do_import(options, file=name)


@when("this file, its accents written apart, is imported with `OPTIONS`", table=True)
def this_file_apart(world: World, table: Table, options: str) -> None:
    world.write(FILE, _apart(table))
    world.do_import(normalize("NFD", options), file=FILE)


def _apart(table: Table) -> Table:
    """The table as macOS writes it: a letter, and behind it its accent."""
    columns, *rows = (tuple(normalize("NFD", text) for text in row) for row in (table.columns, *table.rows))
    return replace(table, columns=columns, rows=tuple(rows))


@when("this file, written in `ENCODING`, is imported", table=True)
@when("this file, written in `ENCODING`, is imported with `OPTIONS`", table=True)
def this_encoded_file(world: World, table: Table, encoding: str, options: str = "") -> None:
    world.write(FILE, table, encoding)
    world.do_import(options, file=FILE)


@when("this file, saved as `NAME`, is imported", table=True)
def this_kind_of_file(world: World, table: Table, name: str) -> None:
    world.save(name, table)
    world.do_import("", file=name)


@when("the same table, saved as `NAME`, is imported")
def the_same_table(world: World, name: str) -> None:
    assert world.saved is not None
    world.save(name, world.saved)
    world.do_import("", file=name)


@when("the same file is imported again")
@when("the same file is imported again with `OPTIONS`")
def the_same_file(world: World, options: str = "") -> None:
    world.do_import(options)


@when("the file `NAME` is imported with `OPTIONS`")
def a_file_that_is_there(world: World, name: str, options: str) -> None:
    world.do_import(options, file=name)


@when("this file is imported while `NAME` is being imported", table=True)
def two_files(world: World, table: Table, name: str) -> None:
    world.write(FILE, table)
    import_while(world, name, FILE)


@when("a file of N rows is imported with `OPTIONS`")
def a_file_of_rows(world: World, n: str, options: str) -> None:
    """A thousand people, over and over, in columns Phone Number and First Name."""
    (world.folder / FILE).write_bytes(file_of_rows(_number(n)))
    world.do_import(options, file=FILE)


@when("a file of N megabytes is imported with `OPTIONS`")
def a_file_of_megabytes(world: World, n: str, options: str) -> None:
    """Some two thousand people, with a lot to say of each in a column Notes."""
    (world.folder / FILE).write_bytes(file_of_bytes(_number(n) * 1_000_000))
    world.do_import(options, file=FILE)


@when("this file is reviewed", table=True)
@when("this file is reviewed with `OPTIONS`", table=True)
def a_review(world: World, table: Table, options: str = "") -> None:
    """The plan is shown, and waits for a yes."""
    world.write(FILE, table)
    review.begin(world, FILE, options)


@when("the review is confirmed")
def the_confirmation(world: World) -> None:
    review.confirm(world)


@when("N minutes go by")
def minutes_go_by(world: World, n: str) -> None:
    world.now += timedelta(minutes=_number(n))


@when("N days go by")
def days_go_by(world: World, n: str) -> None:
    world.now += timedelta(days=_number(n))


@when("these records arrive", table=True)
def records_arrive(world: World, table: Table) -> None:
    """`proven` names the identifiers that the person showed to be theirs; `consent sms` and the like are
    states.
    """
    world.settle()
    world.keep_what_is()
    records = [_record({name: value for name, value in row.items() if value}) for row in table.records()]
    with world.open() as book:
        world.answers = book.take(records, policy=world.policy)


@when("these records, their accents written apart, arrive", table=True)
def records_apart_arrive(world: World, table: Table) -> None:
    records_arrive(world, _apart(table))


def _record(row: dict[str, str]) -> dict[str, Any]:
    """A row of a page as a record of CONTRACT's shape."""
    said = {name: value for name, value in row.items() if not name.startswith(CONSENT)}
    several = {name: said[name].split(", ") for name in ("proven", "tags", "lists") if name in said}
    consent = {name.removeprefix(CONSENT): state for name, state in row.items() if name.startswith(CONSENT)}
    return said | several | ({"consent": consent} if consent else {})


@when("the import is undone")
def the_import_is_undone(world: World) -> None:
    world.undo(world.receipt["id"])


@when("the undo is undone")
def the_undo_is_undone(world: World) -> None:
    world.undo(world.undone["id"])


@when("the only review entry is accepted")
def the_entry_is_accepted(world: World) -> None:
    (entry,) = world.ask("review")
    world.type("review", "accept", str(entry["id"]))


@when("this file is laid into `FOLDER` as `NAME`", table=True)
def a_file_is_laid(world: World, table: Table, folder: str, name: str) -> None:
    world.write(f"{folder}/{name}", table)


@when("`onefold COMMAND` is run")
def a_command(world: World, command: str) -> None:
    world.keep_what_is()
    world.type(*shlex.split(command))


@when("`onefold COMMAND`, its accents written apart, is run")
def a_command_apart(world: World, command: str) -> None:
    a_command(world, normalize("NFD", command))


def _number(text: str) -> int:
    return int(text.replace(",", ""))
