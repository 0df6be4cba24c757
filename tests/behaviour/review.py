"""The review of an import: a plan that waits for a yes, while time passes or somebody else writes."""

import shlex
from typing import Any, Final

from onefold.model.error import OnefoldError
from tests.behaviour.command import Ran
from tests.behaviour.world import World

FLAGS: Final[dict[str, dict[str, Any]]] = {"--no-import-tag": {"import_tag": False}}
WITH_A_VALUE: Final = ("--purpose", "--identifier", "--region")


def plan_options(typed: str) -> dict[str, Any]:
    """Options of `onefold import`, as `Book.plan` takes them."""
    words = iter(shlex.split(typed))
    options: dict[str, Any] = {}
    for word in words:
        if word in WITH_A_VALUE:
            options[word.removeprefix("--")] = next(words)
        else:
            options |= FLAGS[word]
    return options


def begin(world: World, file: str, typed: str) -> None:
    """Plans the import of a file and leaves it at that."""
    world.settle()
    world.keep_what_is()
    book = world.closing.enter_context(world.open())
    plan = book.plan(world.folder / file, policy=world.policy, **plan_options(typed))
    world.reviewed = (book, plan)
    world.receipt = plan.receipt.as_dict()


def confirm(world: World) -> None:
    """Says yes to the plan; it may come too late."""
    world.settle()
    assert world.reviewed is not None, "nothing was reviewed"
    book, plan = world.reviewed

    def watch(stage: str, done: int, rows: int) -> None:
        world.progress.append((stage, done, rows))

    try:
        world.receipt = book.apply(plan, progress=watch).as_dict()
        world.ran = Ran("the review is confirmed")
    except OnefoldError as error:
        world.ran = Ran.failed("the review is confirmed", error)


def changes(world: World) -> list[dict[str, Any]]:
    """What the plan would change, value by value."""
    assert world.reviewed is not None, "nothing was reviewed"
    _, plan = world.reviewed
    return [
        {"contact": row["contact_id"], "field": row["key"], "before": row["before"], "after": row["after"]}
        for row in plan.changes.iter_rows(named=True)
    ]
