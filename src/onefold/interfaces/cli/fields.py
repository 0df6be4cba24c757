"""`onefold fields`: the custom fields of the book."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar, get_args

import typer
from rich.console import RenderableType

from onefold.interfaces.cli.printing import counted, heading, line, table
from onefold.interfaces.cli.receipts import change_lines
from onefold.interfaces.cli.session import Session, Yes, session_of
from onefold.model.error import Refused, UsageError

if TYPE_CHECKING:
    from onefold.model.field import Field
    from onefold.way.retyping import Retyping

TypeName = Literal["text", "number", "date", "yes_no", "choice"]
AccessName = Literal["public", "private"]
FieldName = Annotated[str, typer.Argument(metavar="NAME", help="What the field is called.")]
Choices = Annotated[
    str | None,
    typer.Option(metavar="A,B,…", help="What a field of type choice may be, with commas between."),
]
Default = Annotated[
    str | None, typer.Option(metavar="VALUE", help="What contacts have that have no value of their own.")
]
Folder = Annotated[str | None, typer.Option(metavar="NAME", help="Where it stands among the fields.")]
Done = TypeVar("Done")
COLUMNS = ("name", "type", "choices", "default", "access", "folder")

group = typer.Typer(invoke_without_command=True)


def add_to(app: typer.Typer) -> None:
    """Gives the app these commands."""
    app.add_typer(group, name="fields")


@group.callback()
def fields(
    context: typer.Context,
    retired: Annotated[bool, typer.Option("--retired", help="Those that are retired instead.")] = False,
) -> None:
    """Show the custom fields of the book."""
    if context.invoked_subcommand is not None:
        return
    session = session_of(context)
    with session.book() as book:
        shown = book.retired_fields() if retired else book.fields()
        hidden = 0 if retired else len(book.retired_fields())
    documents = [field_document(each) for each in shown]
    rows = [[each[name] for name in COLUMNS] for each in documents]
    more = [line(f"And {counted(hidden, 'retired field')}: onefold fields --retired")] if hidden else []
    session.show(documents, table(COLUMNS, rows), *more)


@group.command()
def add(
    context: typer.Context,
    name: FieldName,
    type_: Annotated[
        TypeName, typer.Option("--type", metavar="|".join(get_args(TypeName)), help="What its values are.")
    ] = "text",
    choices: Choices = None,
    default: Default = None,
    access: Annotated[
        AccessName, typer.Option(metavar="public|private", help="A private field is left out of exports.")
    ] = "public",
    folder: Folder = None,
    yes: Yes = False,
) -> None:
    """Add a custom field."""
    session = session_of(context)
    chosen = _choices(choices) or []
    with session.book() as book:
        field = book.add_field(name, type_, choices=chosen, default=default, access=access, folder=folder)
    _show(session, field, f"Field {field.name} added, of type {field.type}.")


@group.command()
def rename(
    context: typer.Context,
    name: FieldName,
    new: Annotated[str, typer.Argument(metavar="NEW", help="What it is to be called.")],
    yes: Yes = False,
) -> None:
    """Give a field another name. Contacts keep their values, and segments say the new name."""
    session = session_of(context)
    with session.book() as book:
        field = _agreed(session, yes, lambda yes: book.rename_field(name, new, yes=yes))
    _show(session, field, f"Field {name} is called {field.name} now.")


@group.command()
def retire(context: typer.Context, name: FieldName, yes: Yes = False) -> None:
    """Offer a field no more. Contacts keep their values, and its name stays taken."""
    session = session_of(context)
    with session.book() as book:
        field = _agreed(session, yes, lambda yes: book.retire_field(name, yes=yes))
    _show(session, field, f'Field {name} is retired. Next: onefold fields restore "{name}"')


@group.command()
def restore(context: typer.Context, name: FieldName, yes: Yes = False) -> None:
    """Offer a retired field again. Contacts have their values in it."""
    session = session_of(context)
    with session.book() as book:
        field = book.restore_field(name)
    _show(session, field, f"Field {name} is there again.")


@group.command()
def change(
    context: typer.Context,
    name: FieldName,
    type_: Annotated[
        TypeName | None,
        typer.Option("--type", metavar="|".join(get_args(TypeName)), help="What its values are from now on."),
    ] = None,
    choices: Choices = None,
    default: Default = None,
    no_default: Annotated[bool, typer.Option("--no-default", help="It has no default any more.")] = False,
    access: Annotated[
        AccessName | None,
        typer.Option(metavar="public|private", help="A private field is left out of exports."),
    ] = None,
    folder: Folder = None,
    date_order: Annotated[
        str | None, typer.Option(metavar="dmy|mdy|ymd", help="How its dates are written, if it becomes one.")
    ] = None,
    decimal: Annotated[
        str | None, typer.Option(metavar="point|comma", help="How its numbers are written, likewise.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only show what a change of type would do to its values.")
    ] = False,
    yes: Yes = False,
) -> None:
    """Change the type, choices, default, access or folder."""
    if default is not None and no_default:
        raise UsageError(
            "a default is given and taken away", code="wrong_use", hint="say --default or --no-default"
        )
    session = session_of(context)
    changed: dict[str, Any] = {"access": access, "folder": folder, "choices": _choices(choices)}
    changed = {what: value for what, value in changed.items() if value is not None}
    changed |= {"default": default} if default is not None or no_default else {}
    if type_ is not None:
        options = changed | {"date_order": date_order, "decimal": decimal}
        _retype(session, name, type_, options, dry_run=dry_run, yes=yes)
        return
    if dry_run or not changed:
        raise UsageError(
            "nothing would change" if not dry_run else "only a change of type can be looked at beforehand",
            code="wrong_use",
            hint="say --type, --choices, --default, --access or --folder",
        )
    with session.book() as book:
        field = _agreed(session, yes, lambda yes: book.change_field(name, yes=yes, **changed))
    _show(session, field, f"Field {name} is changed.")


def _retype(
    session: Session, name: str, type_: str, options: dict[str, Any], *, dry_run: bool, yes: bool
) -> None:
    with session.book() as book:
        planned = book.plan_retyping(name, type_, **options)
        if dry_run:
            document = {"id": None, "status": "planned", "conversion": planned.as_dict()}
            session.show(document, *_plan(planned), line("The book is as it was."))
            return
        session.agree(f"Make {name} a field of type {type_}?", yes=yes, plan=lambda: list(_plan(planned)))
        receipt = _agreed(session, yes, lambda yes: book.retype_field(name, type_, yes=yes, **options))
    session.show(
        receipt.as_dict() | {"conversion": planned.as_dict()},
        *change_lines(receipt, f"Field {name}, of type {type_}"),
    )


def _agreed(session: Session, yes: bool, change: Callable[[bool], Done]) -> Done:
    """Makes a change; where a guard is in the way, asks whoever is there, and says what to type else."""
    try:
        return change(yes)
    except Refused as refusal:
        careful = line(f"Careful: {refusal.message}.")
        session.be_sure("Go on all the same?", yes=False, reason=refusal.message, plan=lambda: [careful])
        return change(True)


def _plan(planned: "Retyping") -> Iterator[RenderableType]:
    yield heading(f"Field {planned.field.name}, of type {planned.into.type}: the plan")
    yield line(
        f"{counted(planned.converted, 'value')} can be read, {planned.not_converted:,} cannot "
        "and would stay behind in the old field, which is retired."
    )
    if planned.unread:
        rows = [(f"{each.contacts:,}", each.why, each.examples) for each in planned.unread]
        yield table(("contacts", "what is wrong", "like"), rows, counts=("contacts",))
    if planned.used_by:
        yield line(f"About it: {', '.join(planned.used_by)}.")


def _choices(said: str | None) -> list[str] | None:
    if said is None:
        return None
    return [choice.strip() for choice in said.split(",") if choice.strip()]


def _show(session: Session, field: "Field", told: str) -> None:
    session.show(field_document(field), line(told))


def field_document(field: "Field") -> dict[str, Any]:
    """A field as JSON has it."""
    return {
        "name": field.name,
        "type": field.type,
        "choices": list(field.choices),
        "default": field.default_value,
        "access": field.access,
        "folder": field.folder,
        "retired": field.retired,
    }
