"""`onefold sample`: a populated file to start from (RIO-10)."""

from pathlib import Path
from typing import Annotated

import typer

from onefold.interfaces.cli.printing import line
from onefold.interfaces.cli.session import session_of


def add_to(app: typer.Typer) -> None:
    """Gives the app this command."""
    app.command("sample")(sample)


def sample(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE.csv", help="A new file to write the sample into.")],
) -> None:
    """Write a sample file to start from. It can be imported as it is."""
    from onefold.sources.sample import write_sample

    rows = write_sample(file)
    session_of(context).show(
        {"file": str(file), "rows": rows},
        line(f"{file} has {rows} people. Next: onefold import {file} --dry-run"),
    )
