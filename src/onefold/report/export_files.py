"""The files that contacts are written out to: which kinds there are, and how one comes to its place."""

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from errno import EDQUOT, ENOSPC
from pathlib import Path
from tempfile import mkdtemp
from typing import Final, Protocol

import polars as pl

from onefold.model.error import OnefoldError, UsageError
from onefold.report.csv_export import CsvExport
from onefold.report.export_columns import Column
from onefold.report.json_export import JsonExport
from onefold.report.parquet_export import ParquetExport
from onefold.report.xlsx_export import XlsxExport


class ExportFile(Protocol):
    """A file under way."""

    def add(self, frame: pl.DataFrame) -> None:
        """Writes the next contacts: a frame with the `key` of every column."""

    def finish(self) -> tuple[str, ...]:
        """Writes what is left, and says what a person should know of the file, a line each."""

    def close(self) -> None:
        """Lets go of the file, whole or not."""


FORMATS: Final[dict[str, Callable[[Path, Sequence[Column]], ExportFile]]] = {
    "csv": CsvExport,
    "xlsx": XlsxExport,
    "parquet": ParquetExport,
    "jsonl": JsonExport,
}


def format_of(file: Path) -> str:
    """The format that the name of a file asks for. Raises `UsageError` (`bad_target`)."""
    ending = file.suffix.removeprefix(".").lower()
    if ending not in FORMATS:
        raise UsageError(
            f"{file} does not say what kind of file it should be",
            code="bad_target",
            hint=f"let its name end in {', '.join(f'.{name}' for name in FORMATS)}",
        )
    return ending


@contextmanager
def beside(file: Path) -> Iterator[Path]:
    """A place for a file under way, on the same disk; it is gone afterwards, unless it came to its place.

    Raises `UsageError` (`bad_target`) where nothing can be written, and `OnefoldError` (`disk_full`).
    """
    folder = None
    try:
        if file.is_dir():
            raise IsADirectoryError(None, "it is a folder")
        folder = Path(mkdtemp(prefix=f".{file.name[:100]}-", dir=file.parent))
        yield folder / f"export{file.suffix}"
    except (OSError, pl.exceptions.PolarsError) as problem:
        if getattr(problem, "errno", None) in (ENOSPC, EDQUOT) or "No space left" in str(problem):
            raise OnefoldError(
                f"the disk of {file} is full, nothing was written there",
                code="disk_full",
                hint="make room and try again",
            ) from problem
        why = getattr(problem, "strerror", None) or problem
        raise UsageError(
            f"{file} cannot be written: {why}", code="bad_target", hint="name another file"
        ) from problem
    finally:
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)


def lay(written: Path, file: Path) -> None:
    """Puts a whole file in its place, on the disk before it is told; what was there goes in the same step."""
    descriptor = os.open(written, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    written.replace(file)
