"""`onefold demo`: three messy files become people, each row with its reason; then the last is taken back."""

import csv
import shlex
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import mkdtemp
from typing import Annotated, Any, Final

import typer
from rich.console import RenderableType

from onefold.interfaces.cli.examples import example_files
from onefold.interfaces.cli.printing import counted, heading, line, name_of, pairs, table
from onefold.interfaces.cli.receipts import MEANINGS
from onefold.interfaces.cli.session import session_of
from onefold.interfaces.cli.terminal import answer
from onefold.model.error import UsageError
from onefold.model.outcome import Reason

BOOK: Final = "demo.db"
STORY: Final = {
    "mobile_list.csv": "Numbers from a text campaign, in eight spellings, with first names.",
    "email_list.csv": "A newsletter's subscribers. Nothing says that its Ana is the Ana with the number.",
    "crm_export.csv": "The CRM knows who has which number and which email: it brings the lists together.",
}
OPTIONS: Final[dict[str, Any]] = {"region": "US", "new_fields": True}
EVERYBODY: Final = 1000


def add_to(app: typer.Typer) -> None:
    """Gives the app this command."""
    app.command("demo")(demo)


def demo(
    context: typer.Context,
    folder: Annotated[
        Path | None,
        typer.Argument(help="Where to build it. [default: a temporary place]", show_default=False),
    ] = None,
) -> None:
    """Show what happens on three shipped examples. Builds a small book of its own."""
    import onefold

    session = session_of(context)

    def tell(*parts: RenderableType) -> None:
        if not session.as_json:
            answer(*parts)

    place = _new_place(folder)
    address = place / BOOK
    document: dict[str, Any] = {"book": str(address), "imports": []}
    tell(heading("Three messy files become people, and back"), line(f"The book is {address}"))
    with onefold.open(address) as book:
        for number, example in enumerate(example_files(), start=1):
            file = Path(shutil.copy(example, place))
            receipt = book.import_file(file, **OPTIONS)
            people = book.contacts(limit=EVERYBODY)
            document["imports"].append(receipt.as_dict() | {"contacts": people})
            rows = _rows(Path(str(receipt.results)))
            tell(line(), heading(f"{number}. {file.name}"), line(STORY[file.name]), line(), *_told_rows(rows))
            if number > 1:
                tell(*_told_people(people))
        last = int(document["imports"][-1]["id"])
        undone = book.undo(last)
        people = book.contacts(limit=EVERYBODY)
    document["undo"] = undone.as_dict() | {"contacts": people}
    tell(line(), heading(f"4. The last import is taken back: onefold undo {last}"))
    tell(line("Those who were brought together are apart again; those whom it made are gone."))
    tell(*_told_people(people))
    tell(*_told_next(address, undone.id or 0))
    if session.as_json:
        session.show(document)


def _new_place(folder: Path | None) -> Path:
    if folder is None:
        return Path(mkdtemp(prefix="onefold-demo-"))
    if (folder / BOOK).exists():
        raise UsageError(
            f"{folder / BOOK} is there already", code="file_exists", hint="name another folder, or a new one"
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise UsageError(
            f"{folder} cannot be made: {problem.strerror}", code="bad_target", hint="name another folder"
        ) from None
    return folder


def _rows(results: Path) -> list[dict[str, str]]:
    with results.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _told_rows(rows: Sequence[Mapping[str, str]]) -> Iterator[RenderableType]:
    """The rows of a file as they were spelled, each with what became of it."""
    lines = []
    for row in rows:
        names = [row[header] for header in ("First Name", "Last Name") if row.get(header)]
        said = [
            row[header] for header in row if header in ("Email", "Email Address", "Mobile", "Mobile Number")
        ]
        because = row["Errors"] or MEANINGS[Reason(row["Reason"])]
        outcome = (row["Import Status"], row["Reason"], because)
        lines.append((" ".join(names), "  ".join(filter(None, said)), *outcome))
    yield table(("person", "as it was spelled", "status", "reason", "because"), lines)


def _told_people(people: Sequence[Mapping[str, Any]]) -> Iterator[RenderableType]:
    yield line()
    yield line(f"The book has {counted(len(people), 'contact')} now:")
    rows = [(each["id"], name_of(each), each["email"], each["phone"], each["crm_id"]) for each in people]
    yield table(("id", "name", "email", "phone", "crm_id"), rows)


def _told_next(address: Path, undo: int) -> Iterator[RenderableType]:
    command = f"onefold --book {shlex.quote(str(address))}"
    yield line()
    yield heading("What to try next")
    yield pairs(
        {
            f"{command} undo {undo}": "takes the undo back: they are together again",
            f"{command} contacts show 11": "shows where each value of one person comes from",
            f"{command} review": "shows what waits for you to decide",
            f"{command} import FILE.csv --dry-run": "shows what would happen with a file of your own",
        }
    )
