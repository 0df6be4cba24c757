"""`onefold consent`: what an address was allowed, by what proof, and entries by hand."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.console import RenderableType
from typer.core import TyperGroup

from onefold.interfaces.cli.printing import counted, heading, line, listing, moment
from onefold.interfaces.cli.reports import read_moment, write_report
from onefold.interfaces.cli.session import Yes, session_of

OF_ONE_ADDRESS: Final = "show"
SHOWN: Final = ("at", "state", "source", "method", "wording")

Address = Annotated[str, typer.Argument(metavar="ADDRESS", help="An email address or a phone number.")]
ChannelOption = Annotated[
    str | None, typer.Option("--channel", metavar="email|sms", help="The channel; else as the address looks.")
]
OnOption = Annotated[
    str | None, typer.Option("--on", metavar="DATE", help="As it stood at the end of that day (UTC).")
]


class AddressFirst(TyperGroup):
    """Takes a word that is no command for an address."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that is named, or else the one that shows an address."""
        if args and args[0] not in self.commands:
            args = [OF_ONE_ADDRESS, *args]
        return super().resolve_command(ctx, args)


group = typer.Typer(
    cls=AddressFirst, no_args_is_help=True, help="Show consent, prove it, and enter it by hand."
)


def add_to(app: typer.Typer) -> None:
    """Gives the app these commands."""
    app.add_typer(group, name="consent")


@group.command(OF_ONE_ADDRESS)
def show(
    context: typer.Context, address: Address, channel: ChannelOption = None, on: OnOption = None
) -> None:
    """Show the state and the log of one address. `consent ADDRESS` is the same."""
    session = session_of(context)
    with session.book() as book:
        told = book.consent(address, channel=channel, on=_day(on))
    session.show(told, *_address(told))


@group.command()
def record(
    context: typer.Context,
    address: Address,
    state: Annotated[
        str, typer.Option("--state", metavar="STATE", help="subscribed, unsubscribed or pending.")
    ],
    channel: ChannelOption = None,
    source: Annotated[str, typer.Option("--source", metavar="SOURCE", help="Where it came in.")] = "console",
    wording: Annotated[str | None, typer.Option("--wording", help="The exact words agreed to.")] = None,
    wording_version: Annotated[str | None, typer.Option("--wording-version", help="Their version.")] = None,
    method: Annotated[str | None, typer.Option("--method", help="How: paper, telephone, …")] = None,
    url: Annotated[str | None, typer.Option("--url", help="The page on which it happened.")] = None,
    at: Annotated[
        str | None,
        typer.Option("--at", metavar="TIME", help="When it happened, like 2026-11-22T10:00Z; else now."),
    ] = None,
    entered_by: Annotated[str | None, typer.Option("--entered-by", help="Who enters it.")] = None,
    yes: Yes = False,
) -> None:
    """Enter what a person said in another way."""
    from onefold.way.consenting import Entry

    session = session_of(context)
    evidence = {
        "wording": wording,
        "wording_version": wording_version,
        "method": method,
        "url": url,
        "entered_by": entered_by,
    }
    with session.book() as book:
        entry = Entry(state, source, read_moment(at), evidence)
        receipt = book.record_consent(address, entry, channel=channel)
        told = book.consent(address, channel=channel)
    now = line(f"{told['address']} by {told['channel']}: {told['state']}")
    session.show(
        receipt.as_dict(), now, line(f"Receipt {receipt.id}. Next: onefold undo {receipt.id}  takes it back")
    )


@group.command("not-this-person")
def not_this_person(
    context: typer.Context,
    address: Address,
    contact: Annotated[str, typer.Option("--contact", metavar="ID", help="Whose refusal it was not.")],
    method: Annotated[str, typer.Option("--method", help="How you know: paper, telephone, …")],
    wording: Annotated[str, typer.Option("--wording", help="The exact words in which it was said.")],
    channel: ChannelOption = None,
    entered_by: Annotated[str | None, typer.Option("--entered-by", help="Who enters it.")] = None,
    yes: Yes = False,
) -> None:
    """Note that a refusal was not this contact's. The address stays refused."""
    session = session_of(context)
    evidence = {"method": method, "wording": wording, "entered_by": entered_by}
    with session.book() as book:
        receipt = book.not_this_person(address, book.contact_id(contact), evidence, channel=channel)
        told = book.consent(address, channel=channel)
    now = line(f"{told['address']} by {told['channel']}: {told['state']}; it was not contact {contact}")
    session.show(
        receipt.as_dict(), now, line(f"Receipt {receipt.id}. Next: onefold undo {receipt.id}  takes it back")
    )


@group.command()
def report(
    context: typer.Context,
    channel: ChannelOption = None,
    on: OnOption = None,
    everybody: Annotated[
        bool, typer.Option("--all", help="Also those who may not be reached, and why.")
    ] = False,
    to: Annotated[Path | None, typer.Option(metavar="FILE.csv", help="Write the report here.")] = None,
) -> None:
    """Show who may be reached how, and by what proof."""
    session = session_of(context)
    with session.book() as book:
        told = book.consent_report(channel=channel, on=_day(on), everybody=everybody)
    document: Any = told.to_dicts()
    parts: list[RenderableType] = list(listing(told.columns[:8], told.select(told.columns[:8]).rows()))
    if to is not None:
        write_report(told, to, ("address",))
        document, parts = {"file": str(to), "rows": told.height}, []
    session.show(document, *parts, line(counted(told.height, "line") + (f" in {to}" if to else "")))


def _address(told: dict[str, Any]) -> Iterator[RenderableType]:
    since = f" since {moment(told['since'])}" if told["since"] else ""
    yield heading(f"{told['address']} by {told['channel']}: {told['state']}{since}")
    holders = ", ".join(map(str, told["contact_ids"]))
    nobody = "its contact was erased; the refusal stays" if told.get("erased") else "no contact has it"
    yield line(f"contact {holders}" if holders else nobody)
    if refused_by := ", ".join(map(str, told["refused_by"])):
        yield line(f"the refusal is also that of contact {refused_by}, at any address on this channel")
    yield from listing(SHOWN, [[entry.get(name) for name in SHOWN] for entry in told["log"]])


def _day(text: str | None) -> date | None:
    found = read_moment(text)
    return None if found is None else found.date()
