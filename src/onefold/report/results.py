"""The results file and the error file: the input, row for row, with what became of it."""

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

import polars as pl

from onefold.model.error import OnefoldError
from onefold.model.outcome import Reason, Status
from onefold.report.spreadsheet import neutralise

CONTACT_ID_HEADER = "Contact ID"
ERROR_HEADER = "Error"
PLAIN_SKIPS = (Reason.EXISTS.value, Reason.NOT_FOUND.value)
"""Skipped as asked: there is nothing to mend, and nothing is said beside the reason."""


def result_columns(decisions: pl.DataFrame, code: str) -> dict[str, pl.Series]:
    """The columns that a results file has beside the input's own (CONTRACT), by header.

    `Contact ID` is the book's short code and the number, so that another book's file never matches by
    accident.
    """
    told = decisions.select(
        pl.col("status").alias("Import Status"),
        pl.col("reason").alias("Reason"),
        _contact("contact_id", code).alias(CONTACT_ID_HEADER),
        _sentence(code).alias("Errors"),
    )
    return {name: told[name] for name in told.columns}


def _contact(column: str, code: str) -> pl.Expr:
    """A contact's id as files have it; nothing for one that is only planned."""
    return pl.when(pl.col(column) > 0).then(pl.format("{}-{}", pl.lit(code), column))


def _sentence(code: str) -> pl.Expr:
    """What a person should know of a row: nothing, where all went as asked."""
    other = pl.format(" (contact {})", _contact("other_contact_id", code))
    row = pl.when(pl.col("repeat_of").is_not_null()).then(
        pl.format(" (row {} of the file)", pl.col("repeat_of") + 1)
    )
    told = pl.concat_str(["detail", other.fill_null(""), row.fill_null("")])
    return pl.when(~pl.col("reason").is_in(PLAIN_SKIPS)).then(told)


def write_results(
    path: Path,
    headers: Sequence[str],
    batches: Iterable[tuple[pl.DataFrame, pl.DataFrame]],
    *,
    code: str,
    columns: Sequence[str],
    exempt: Collection[str] = (),
    errors_only: bool = False,
) -> int:
    """Writes the results file, or the error file, as UTF-8 CSV, and answers how many rows it has.

    `batches` are pairs of the input's cells (`row`, then a column a header) and its decisions. `columns` are
    the result columns wanted; the error file has the rows in error and the column `Error`. A column of the
    input of the same name gives way. `exempt`: headers whose cells are phones or numbers, and so no formulas.
    Raises `OnefoldError` (`results_not_written`).
    """
    rows = 0
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            for number, (cells, decisions) in enumerate(batches):
                frame = _with_results(
                    cells, headers, decisions, code, [ERROR_HEADER] if errors_only else columns
                )
                if errors_only:
                    frame = frame.filter(pl.lit(decisions["status"] == Status.ERROR))
                neutralise(frame, exempt).write_csv(file, include_header=number == 0)
                rows += frame.height
    except (OSError, pl.exceptions.PolarsError) as problem:
        raise OnefoldError(
            f"{path} cannot be written: {problem}",
            code="results_not_written",
            hint="the import itself is done",
        ) from problem
    return rows


def _with_results(
    cells: pl.DataFrame, headers: Sequence[str], decisions: pl.DataFrame, code: str, columns: Sequence[str]
) -> pl.DataFrame:
    told = result_columns(decisions, code)
    told[ERROR_HEADER] = told["Errors"]
    values = [cells[name].alias(header) for header, name in zip(headers, cells.columns[1:], strict=True)]
    kept = [column for column in values if column.name not in columns]
    return pl.DataFrame([*kept, *(told[name].alias(name) for name in columns)])
