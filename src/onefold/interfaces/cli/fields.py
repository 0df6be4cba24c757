"""`onefold fields`: the custom fields of the book."""

from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args

import typer

from onefold.interfaces.cli.printing import line, table
from onefold.interfaces.cli.session import Yes, session_of

if TYPE_CHECKING:
    from onefold.model.field import Field

TypeName = Literal["text", "number", "date", "yes_no", "choice"]
AccessName = Literal["public", "private"]

group = typer.Typer(invoke_without_command=True)


def add_to(app: typer.Typer) -> None:
    """Gives the app these commands."""
    app.add_typer(group, name="fields")


@group.callback()
def fields(context: typer.Context) -> None:
    """Show the custom fields of the book."""
    if context.invoked_subcommand is not None:
        return
    session = session_of(context)
    with session.book() as book:
        documents = [field_document(each) for each in book.fields()]
    columns = ("name", "type", "choices", "default", "access", "folder")
    session.show(documents, table(columns, [[each[name] for name in columns] for each in documents]))


@group.command()
def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="What the field is called.")],
    type_: Annotated[
        TypeName, typer.Option("--type", metavar="|".join(get_args(TypeName)), help="What its values are.")
    ] = "text",
    choices: Annotated[
        str | None,
        typer.Option(metavar="A,B,…", help="What a field of type choice may be, with commas between."),
    ] = None,
    default: Annotated[
        str | None,
        typer.Option(metavar="VALUE", help="What a new contact has, of whom nothing else is said."),
    ] = None,
    access: Annotated[
        AccessName, typer.Option(metavar="public|private", help="A private field is left out of exports.")
    ] = "public",
    folder: Annotated[
        str | None, typer.Option(metavar="NAME", help="Where it stands among the fields.")
    ] = None,
    yes: Yes = False,
) -> None:
    """Add a custom field."""
    session = session_of(context)
    chosen = [choice.strip() for choice in (choices or "").split(",") if choice.strip()]
    with session.book() as book:
        field = book.add_field(name, type_, choices=chosen, default=default, access=access, folder=folder)
    session.show(field_document(field), line(f"Field {field.name} added, of type {field.type}."))


def field_document(field: "Field") -> dict[str, Any]:
    """A field as JSON has it."""
    return {
        "name": field.name,
        "type": field.type,
        "choices": list(field.choices),
        "default": field.default_value,
        "access": field.access,
        "folder": field.folder,
    }
