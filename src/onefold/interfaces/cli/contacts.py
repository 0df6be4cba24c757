"""`onefold contacts`: look at people, mend them by hand, make one of two and part them again."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Final

import typer
from rich.console import RenderableType

from onefold.interfaces.cli.json_files import rules_of
from onefold.interfaces.cli.printing import (
    counted,
    heading,
    line,
    listing,
    moment,
    name_of,
    origin,
    pairs,
    table,
)
from onefold.interfaces.cli.receipts import change_lines
from onefold.interfaces.cli.session import Yes, session_of
from onefold.interfaces.cli.terminal import answer_json
from onefold.model.error import UsageError

LIMIT: Final = 100
ACTIVITY_SHOWN: Final = 20
MADE: Final = {"key": "(made)", "before": None, "after": None}
CHANGED: Final = {"key": "(changed)", "before": None, "after": None}
"""What is left of a change of a contact that was erased since."""

ContactId = Annotated[str, typer.Argument(metavar="ID", help="A contact's id: 12, or b7k2-12.")]

group = typer.Typer(invoke_without_command=True)


def add_to(app: typer.Typer) -> None:
    """Gives the app these commands."""
    app.add_typer(group, name="contacts")


@group.callback()
def contacts(
    context: typer.Context,
    where: Annotated[
        str | None, typer.Option(metavar="RULES", help="Only those for whom these rules hold, as JSON.")
    ] = None,
    segment: Annotated[str | None, typer.Option(metavar="NAME", help="Only those of this segment.")] = None,
    list_: Annotated[
        str | None, typer.Option("--list", metavar="NAME", help="Only those on this list.")
    ] = None,
    tag: Annotated[str | None, typer.Option(metavar="TAG", help="Only those with this tag.")] = None,
    search: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Only those with all these words.")
    ] = None,
    limit: Annotated[int, typer.Option(metavar="N", min=1, help="At most so many.")] = LIMIT,
    after: Annotated[
        str | None, typer.Option(metavar="ID", help="Only ids above this one: the next page.")
    ] = None,
) -> None:
    """Show people, and mend them by hand."""
    if context.invoked_subcommand is not None:
        return
    session = session_of(context)
    rules = rules_of(where)
    with session.book() as book:
        last = 0 if after is None else book.contact_id(after)
        found = book.contacts(
            rules=rules, segment=segment, list=list_, tag=tag, search=search, limit=limit, after=last
        )
    session.show(found, *_page(found, limit))


@group.command()
def show(
    context: typer.Context,
    contact: ContactId,
    everything: Annotated[
        bool, typer.Option("--everything", help="All that is known of this person, as JSON.")
    ] = False,
) -> None:
    """Show one person, and where each value comes from."""
    session = session_of(context)
    with session.book() as book:
        number = book.contact_id(contact)
        if everything:
            answer_json(book.everything(number))
            return
        shown, provenance = book.contact(number), book.provenance(number)
        activity = book.timeline(number)
        code = book.short_id
    session.show(
        shown | {"provenance": provenance, "activity": activity},
        *_contact(shown, provenance, code),
        *_activity(activity),
    )


@group.command("set")
def set_(
    context: typer.Context,
    contact: ContactId,
    values: Annotated[
        list[str], typer.Argument(metavar="FIELD=VALUE...", help="What to set; UNSET empties.")
    ],
    yes: Yes = False,
) -> None:
    """Set values of one person by hand. This always wins."""
    session = session_of(context)
    wanted = read_values(values)
    with session.book() as book:
        receipt = book.set_values(book.contact_id(contact), wanted)
    session.show(receipt.as_dict(), *change_lines(receipt, f"Contact {contact}"))


@group.command()
def history(context: typer.Context, contact: ContactId) -> None:
    """Show every change of one person, oldest first."""
    session = session_of(context)
    with session.book() as book:
        changes = book.history(book.contact_id(contact))
    lines = [
        (moment(each["at"]), origin(each), *_change(change))
        for each in changes
        for change in each["changes"] or [MADE if each["made"] else CHANGED]
    ]
    session.show(list(changes), *listing(("when (UTC)", "by", "what", "before", "after"), lines))


@group.command()
def merge(
    context: typer.Context,
    keep: Annotated[str, typer.Argument(metavar="KEEP", help="The contact that stays.")],
    others: Annotated[list[str], typer.Argument(metavar="OTHER...", help="Those that become part of it.")],
    yes: Yes = False,
) -> None:
    """Make one person of several. The first keeps its values; the others fill its gaps."""
    session = session_of(context)
    with session.book() as book:
        numbers = [book.contact_id(text) for text in (keep, *others)]
        found = [book.contact(number) for number in numbers]
        session.agree(f"Make one of these, {numbers[0]}?", yes=yes, plan=lambda: [table_of(found)])
        receipt = book.merge(numbers[0], numbers[1:])
    session.show(receipt.as_dict(), *change_lines(receipt, f"Contacts merged into {numbers[0]}"))


@group.command()
def split(context: typer.Context, contact: ContactId, yes: Yes = False) -> None:
    """Part a merged contact again. Both are as they were."""
    session = session_of(context)
    with session.book() as book:
        number = book.contact_id(contact)
        found = book.contact(number)
        session.agree(f"Part contact {number} again?", yes=yes, plan=lambda: [table_of([found])])
        receipt = book.split(number)
    session.show(receipt.as_dict(), *change_lines(receipt, f"Contact {number} parted"))


def read_values(said: Sequence[str]) -> dict[str, str]:
    """What `field=value…` says, by field. A value may hold `=`."""
    values: dict[str, str] = {}
    for text in said:
        name, sign, value = text.partition("=")
        if not (sign and name.strip()):
            raise UsageError(
                f"{text!r} sets no field", code="bad_value", hint='write field=value, like "city=Porto"'
            )
        values[name.strip()] = value
    return values


def _page(found: Sequence[Mapping[str, Any]], limit: int) -> Iterator[RenderableType]:
    yield table_of(found)
    yield line()
    yield line(counted(len(found), "contact"))
    if len(found) == limit:
        yield line(f"There may be more: the same with --after {found[-1]['id']}")


def table_of(found: Sequence[Mapping[str, Any]]) -> RenderableType:
    """Contacts, a line each."""
    rows = [(each["id"], name_of(each), each["email"], each["phone"], each["crm_id"]) for each in found]
    return table(("id", "name", "email", "phone", "crm_id"), rows)


def _contact(
    contact: Mapping[str, Any], provenance: Mapping[str, Mapping[str, Any]], code: str
) -> Iterator[RenderableType]:
    yield heading(" ".join(filter(None, (f"Contact {code}-{contact['id']}", name_of(contact)))))
    if contact.get("in_bin"):
        yield line(f"In the bin. onefold contacts restore {contact['id']}  takes it out again")
    yield line()
    values = [
        (name, told["value"], moment(told["at"]), origin(told))
        for name, told in provenance.items()
        if ":" not in name
    ]
    yield table(("field", "value", "since (UTC)", "from"), values)
    if contact["aliases"]:
        yield line()
        yield heading("Also known by")
        yield table(
            ("kind", "value", "why"),
            [(each["kind"], each["value"], each["why"]) for each in contact["aliases"]],
        )
    yield line()
    yield pairs(
        {
            "tags": contact["tags"],
            "lists": contact["lists"],
            "consent": [f"{channel} {state}" for channel, state in contact["consent"].items()],
            "made": moment(contact["created_at"]),
            "changed": moment(contact["updated_at"]),
        }
    )


def _activity(activity: Sequence[Mapping[str, Any]]) -> Iterator[RenderableType]:
    """The newest of a timeline."""
    if not activity:
        return
    yield line()
    yield heading("Activity")
    newest = activity[:ACTIVITY_SHOWN]
    rows = [(moment(each["at"]), each["kind"], each["channel"], each["address"]) for each in newest]
    yield table(("when (UTC)", "what", "by", "at"), rows)
    if len(activity) > len(newest):
        yield line(f"and {len(activity) - len(newest):,} before that: --json shows all")


def _change(change: Mapping[str, Any]) -> tuple[str, Any, Any]:
    """What changed, before and after; a tag, a list or an alias is there or not."""
    what, apart, value = change["key"].partition(":")
    if not apart:
        return what, change["before"], change["after"]
    words = {"1": "yes"}
    before, after = (words.get(each, each) for each in (change["before"], change["after"]))
    return f"{what} {value.replace(':', ' ')}", before, after
