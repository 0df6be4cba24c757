"""What leaves the book: `onefold contacts remove`, `restore` and `erase`, and `onefold bin`."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from rich.console import RenderableType

from onefold.interfaces.cli.contacts import LIMIT, table_of
from onefold.interfaces.cli.contacts import group as contacts
from onefold.interfaces.cli.printing import counted, heading, line, listing, moment, name_of, table
from onefold.interfaces.cli.progress import progress_bar
from onefold.interfaces.cli.receipts import change_lines
from onefold.interfaces.cli.session import Yes, session_of
from onefold.interfaces.cli.terminal import message
from onefold.model.error import UsageError

if TYPE_CHECKING:
    from onefold.book import Book
    from onefold.model.receipt import Receipt

Contacts = Annotated[list[str], typer.Argument(metavar="ID...", help="Contacts' ids: 12, or b7k2-12.")]
NO_WAY_BACK: Final = "there is no way back from that"

group = typer.Typer(invoke_without_command=True)


def add_to(app: typer.Typer) -> None:
    """Gives the app these commands."""
    app.add_typer(group, name="bin")


@contacts.command()
def remove(context: typer.Context, ids: Contacts, yes: Yes = False) -> None:
    """Put people into the bin. Their identifiers stay taken until it is emptied."""
    session = session_of(context)
    with session.book() as book:
        found = _found(book, ids)
        question = f"Put {counted(len(found), 'contact')} into the bin?"
        session.agree(question, yes=yes, plan=lambda: [table_of(found)])
        receipt = book.remove([each["id"] for each in found])
    session.show(receipt.as_dict(), *change_lines(receipt, "Put into the bin"))


@contacts.command()
def restore(context: typer.Context, ids: Contacts, yes: Yes = False) -> None:
    """Take people out of the bin again, as they were."""
    session = session_of(context)
    with session.book() as book:
        receipt = book.restore([book.contact_id(text) for text in ids])
    session.show(receipt.as_dict(), *change_lines(receipt, "Taken out of the bin"))


@contacts.command()
def erase(context: typer.Context, ids: Contacts, yes: Yes = False) -> None:
    """Erase people for good: whatever tells of them. There is no way back."""
    session = session_of(context)
    with session.book() as book:
        numbers = [book.contact_id(text) for text in ids]
        told = counted(len(set(numbers)), "contact")
        session.be_sure(
            f"Erase {told} for good?",
            yes=yes,
            reason=f"this would erase {told}, and {NO_WAY_BACK}",
            plan=lambda: [table_of(_those_there(book, numbers)), line(f"Careful: {NO_WAY_BACK}.")],
        )
        with progress_bar() as step:
            receipt = book.erase(numbers, progress=step, say=_say)
    session.show(receipt.as_dict(), *_erased_lines(receipt))


@group.callback()
def bin_(
    context: typer.Context,
    limit: Annotated[int, typer.Option(metavar="N", min=1, help="At most so many.")] = LIMIT,
    after: Annotated[
        str | None, typer.Option(metavar="ID", help="Only ids above this one: the next page.")
    ] = None,
) -> None:
    """Show who waits in the bin."""
    if context.invoked_subcommand is not None:
        return
    session = session_of(context)
    with session.book() as book:
        found = book.bin(limit=limit, after=0 if after is None else book.contact_id(after))
        waiting = book.count_in_bin()
    session.show(found, *_bin_lines(found, waiting))


@group.command()
def empty(
    context: typer.Context,
    due: Annotated[
        bool, typer.Option("--due", help="Only who has lain there for longer than the setting bin_days.")
    ] = False,
    yes: Yes = False,
) -> None:
    """Erase for good whoever waits in the bin. There is no way back."""
    session = session_of(context)
    with session.book() as book:
        told = counted(book.count_in_bin(due=due), "contact")
        session.be_sure(
            "Erase them for good?",
            yes=yes,
            reason=f"this would erase what waits in the bin, {told}, and {NO_WAY_BACK}",
            plan=lambda: [*_bin_lines(book.bin(), book.count_in_bin()), line(f"Careful: {NO_WAY_BACK}.")],
        )
        with progress_bar() as step:
            receipt = book.empty_bin(due=due, progress=step, say=_say)
    session.show(receipt.as_dict(), *_erased_lines(receipt))


def _say(what: str) -> None:
    message(line(what))


def _found(book: "Book", ids: Sequence[str]) -> list[dict[str, Any]]:
    """These contacts, each once."""
    return [book.contact(number) for number in dict.fromkeys(map(book.contact_id, ids))]


def _those_there(book: "Book", numbers: Sequence[int]) -> list[dict[str, Any]]:
    """Those of these contacts that were not taken back by an undo."""
    found = []
    for number in dict.fromkeys(numbers):
        with suppress(UsageError):
            found.append(book.contact(number))
    return found


def _bin_lines(found: Sequence[Mapping[str, Any]], waiting: int) -> Iterator[RenderableType]:
    rows = [
        (each["id"], name_of(each), each["email"], each["phone"], moment(each["removed_at"]), receipt)
        for each in found
        if (receipt := each["removed_by"])
    ]
    yield table(("id", "name", "email", "phone", "since (UTC)", "by receipt"), rows)
    yield line()
    yield line(f"{counted(waiting, 'contact')} in the bin.")
    if found and len(found) < waiting:
        yield line(f"There may be more: the same with --after {found[-1]['id']}")


def _erased_lines(receipt: "Receipt") -> Iterator[RenderableType]:
    """What an erasure removed, in counts, and who may have it still."""
    told = receipt.erased
    if receipt.id is None:
        yield line("Nobody was to be erased.")
        return
    yield heading(f"Erased: {counted(told['contacts'], 'contact')}")
    gone = {**told["removed"], **told["files"]}
    yield from listing(("how many", "what"), [(f"{count:,}", what) for what, count in gone.items()])
    if not told["storage"].get("log_written_back", True):
        yield line("Somebody reads an older moment of the book: what was erased is gone when they close it.")
    if told["copies"]:
        yield line("Out of reach, and made earlier:")
        copies = [(copy["kind"], copy["name"], moment(copy["at"])) for copy in told["copies"]]
        yield from listing(("what", "where", "when (UTC)"), copies)
    yield line(f"Receipt {receipt.id}. There is no way back.")
