"""`onefold review`: what a person must decide."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from onefold.interfaces.cli.printing import counted, heading, line, listing, name_of, pairs, table
from onefold.interfaces.cli.receipts import change_lines
from onefold.interfaces.cli.session import Yes, session_of
from onefold.model.outcome import ReviewKind

if TYPE_CHECKING:
    from onefold.stores import ReviewEntry

PROPOSALS = {
    ReviewKind.PENDING_LINK: "makes the two contacts one",
    ReviewKind.DUPLICATE: "makes the two contacts one",
    ReviewKind.SHARED_IDENTIFIER: "marks the identifier as shared, and gives it to all who had it withheld",
    ReviewKind.KEPT_APART: "marks the identifier as shared, and gives it to both contacts",
    ReviewKind.CLAIMED_VALUE: "gives the contact the value",
    ReviewKind.DOUBTFUL_OPT_OUT: "confirms that it was a refusal",
}
"""What accepting does, by the kind of entry (DESIGN 5)."""
LEAVES_ALL = "leaves all as it is; the same is not asked again"
KEEPS_THE_REFUSAL = (
    "says that it was none; it stays until START comes, or `onefold consent record` says otherwise"
)

EntryId = Annotated[int, typer.Argument(metavar="ID", help="The number of the entry; see `onefold review`.")]

group = typer.Typer(invoke_without_command=True)


def add_to(app: typer.Typer) -> None:
    """Gives the app these commands."""
    app.add_typer(group, name="review")


@group.callback()
def review(
    context: typer.Context,
    kind: Annotated[
        ReviewKind | None,
        typer.Option(metavar="KIND", help=f"Only entries of this kind: {', '.join(ReviewKind)}."),
    ] = None,
) -> None:
    """Show what waits for a person to decide."""
    if context.invoked_subcommand is not None:
        return
    session = session_of(context)
    with session.book() as book:
        entries = book.review(kind)
    rows = [(each.id, each.kind, each.contact_id, each.other_contact_id, each.message) for each in entries]
    session.show(
        [entry_document(each) for each in entries],
        *listing(("id", "kind", "contact", "other", "what"), rows),
        line(),
        line(f"{counted(len(entries), 'entry', 'entries')}. `onefold review show ID` has more about one."),
    )


@group.command()
def show(context: typer.Context, entry_id: EntryId) -> None:
    """Show one entry, with the contacts that it is about."""
    session = session_of(context)
    with session.book() as book:
        entry = book.review_entry(entry_id)
        ids = dict.fromkeys(one for one in (entry.contact_id, entry.other_contact_id) if one is not None)
        contacts = [book.contact(one) for one in ids]
    rows = [(each["id"], name_of(each), each["email"], each["phone"], each["crm_id"]) for each in contacts]
    dismissing = KEEPS_THE_REFUSAL if entry.kind is ReviewKind.DOUBTFUL_OPT_OUT else LEAVES_ALL
    facts = {"identifier": entry.identifier, "value": entry.value, "from receipt": entry.receipt_id}
    session.show(
        entry_document(entry) | {"contacts": contacts},
        heading(f"Review entry {entry.id}: {entry.kind}, {entry.state}"),
        line(entry.message),
        pairs(facts),
        line(),
        table(("id", "name", "email", "phone", "crm_id"), rows),
        line(),
        line(f"onefold review accept {entry.id}   {PROPOSALS[entry.kind]}"),
        line(f"onefold review dismiss {entry.id}  {dismissing}"),
    )


@group.command()
def accept(context: typer.Context, entry_id: EntryId, yes: Yes = False) -> None:
    """Do what an entry proposes."""
    session = session_of(context)
    with session.book() as book:
        receipt = book.accept(entry_id)
    session.show(receipt.as_dict(), *change_lines(receipt, f"Review entry {entry_id} accepted"))


@group.command()
def dismiss(context: typer.Context, entry_id: EntryId, yes: Yes = False) -> None:
    """Leave all as it is; the same is never asked again."""
    session = session_of(context)
    with session.book() as book:
        book.dismiss(entry_id)
        entry = book.review_entry(entry_id)
    session.show(entry_document(entry), line(f"Review entry {entry_id} dismissed; it is not asked again."))


def entry_document(entry: "ReviewEntry") -> dict[str, Any]:
    """An entry as JSON has it; `row` counts from 0, as in results."""
    document = asdict(entry)
    return document | {"row": document.pop("row_number")}
