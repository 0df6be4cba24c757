"""`onefold forms`: what people are asked, and what they send."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from onefold.interfaces.cli.json_files import read_json
from onefold.interfaces.cli.printing import heading, line, listing, pairs
from onefold.interfaces.cli.session import Yes, session_of
from onefold.model.error import UsageError

if TYPE_CHECKING:
    from onefold.model.form import Form, Submission
    from onefold.way.forms import Submitted

FormName = Annotated[str, typer.Argument(metavar="NAME", help="What the form is called.")]
JsonFile = Annotated[Path, typer.Argument(metavar="FILE", help="A JSON file; - is standard input.")]

group = typer.Typer(invoke_without_command=True)


def add_to(app: typer.Typer) -> None:
    """Gives the app these commands."""
    app.add_typer(group, name="forms")


@group.callback()
def forms(context: typer.Context) -> None:
    """Show the forms of the book."""
    if context.invoked_subcommand is not None:
        return
    session = session_of(context)
    with session.book() as book:
        found = book.forms()
    rows = [
        (form.name, form.version, form.title, ", ".join(asked.name for asked in form.fields))
        for form in found
    ]
    session.show(
        [form_document(form) for form in found], *listing(("name", "version", "title", "asks for"), rows)
    )


@group.command()
def save(context: typer.Context, name: FormName, file: JsonFile, yes: Yes = False) -> None:
    """Keep a form. Where it is another than before, it becomes a new version; the old ones stay."""
    session = session_of(context)
    definition = read_json(file)
    with session.book() as book:
        form = book.save_form(name, definition)
        warnings = book.form_warnings(form)
    told = [line(f"Form {form.name} is kept, as version {form.version}.")]
    told += [line(f"Warning: {warning}") for warning in warnings]
    session.show(form_document(form) | {"warnings": warnings}, *told)


@group.command()
def show(
    context: typer.Context,
    name: FormName,
    version: Annotated[
        int | None, typer.Option("--version", metavar="N", help="An older version, not the last.")
    ] = None,
) -> None:
    """Show a form as it stands, or as it stood."""
    session = session_of(context)
    with session.book() as book:
        form = book.form(name, version)
    facts: dict[str, Any] = {
        "title": form.title,
        "asks for": ", ".join(f"{one.name}{' (must)' if one.required else ''}" for one in form.fields),
        **{f"consent to {channel}": said.wording for channel, said in form.consent.items()},
        "adds to lists": ", ".join(form.lists),
        "adds tags": ", ".join(form.tags),
        "double opt-in": form.double_opt_in,
    }
    session.show(form_document(form), heading(f"Form {form.name}, version {form.version}"), pairs(facts))


@group.command()
def submit(context: typer.Context, name: FormName, file: JsonFile, yes: Yes = False) -> None:
    """Take a submission in, as the page of the form sends it."""
    session = session_of(context)
    submission = submission_of(read_json(file))
    with session.book() as book:
        taken = book.submit(name, submission)
    session.show(taken.as_dict(), *submitted_lines(taken))


def form_document(form: "Form") -> dict[str, Any]:
    """A form as JSON has it."""
    from onefold.sources.form_definition import form_definition

    return {"name": form.name, "version": form.version, **form_definition(form)}


def submitted_lines(taken: "Submitted") -> list[Any]:
    """What became of a submission, for people."""
    contact = f", contact {taken.contact_id}" if taken.contact_id is not None else ""
    told = [line(f"{taken.status}: {taken.reason}{contact}.")]
    told += [line(taken.detail)] if taken.detail else []
    told += [line(f"Waits until {', '.join(taken.confirm)} confirms it.")] if taken.confirm else []
    if taken.contact_id is not None and taken.receipt_id is not None:
        told.append(line(f"`onefold undo {taken.receipt_id}` takes it back."))
    return told


def submission_of(said: object) -> "Submission":
    """A submission from its JSON: `values`, and `url`, `ip`, `user_agent`, `at`, `key` where they are known.

    Raises `UsageError` (`bad_submission`).
    """
    from onefold.model.form import Submission  # heavy, and `--help` can do without

    if not isinstance(said, dict):
        raise _bad("a submission is no JSON object", 'write it so: {"values": {"email": "…"}}')
    if unknown := [name for name in said if name not in Submission.__dataclass_fields__]:
        raise _bad(
            f"a submission has no {unknown[0]!r}", f"it has {', '.join(Submission.__dataclass_fields__)}"
        )
    values = said.get("values")
    if not isinstance(values, dict):
        raise _bad("a submission has no values", 'give them: "values": {"email": "…"}')
    for name, value in said.items():
        if name != "values" and value is not None and not isinstance(value, str):
            raise _bad(f"the {name} of a submission is no text", "write it in quotes")
    return Submission(**said)


def _bad(message: str, hint: str) -> UsageError:
    return UsageError(message, code="bad_submission", hint=hint)
