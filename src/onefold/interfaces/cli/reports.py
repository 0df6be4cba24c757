"""Reports on the screen or in a file, and the days that they are asked for."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from onefold.model.error import UsageError

if TYPE_CHECKING:
    import polars as pl


def write_report(report: "pl.DataFrame", to: Path, exempt: tuple[str, ...]) -> None:
    """Writes a report as CSV that is safe to open in a spreadsheet, columns of phones (`exempt`) as they are.

    Raises `UsageError` (`bad_target`).
    """
    from onefold.report.spreadsheet import neutralise  # heavy, and `--help` can do without

    try:
        neutralise(report, exempt=exempt).write_csv(to)
    except OSError as problem:
        raise UsageError(
            f"{to} cannot be written: {problem.strerror or problem}",
            code="bad_target",
            hint="name another file",
        ) from None


def read_moment(text: str | None) -> datetime | None:
    """A day or a moment as it was typed, in UTC where it has no zone. Raises `UsageError` (`bad_date`)."""
    if text is None:
        return None
    try:
        date = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{text!r} is no date", code="bad_date", hint="write it as 2026-11-22") from None
    return date if date.tzinfo else date.replace(tzinfo=UTC)
