"""Contacts as JSON Lines: one a line, in the shape in which `contacts --json` shows them."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import polars as pl

from onefold.model.consent import Channel
from onefold.report.export_columns import Column

CONSENT: Final = {f"consent.{channel}": channel.value for channel in Channel}


class JsonExport:
    """One object for each contact."""

    def __init__(self, file: Path, columns: Sequence[Column]) -> None:
        self._columns = columns
        self._file = file.open("w", encoding="utf-8", newline="\n")

    def add(self, frame: pl.DataFrame) -> None:
        """Writes the next contacts."""
        rows = frame.select(column.key for column in self._columns).rows()
        self._file.writelines(
            json.dumps(self._contact(row), ensure_ascii=False, allow_nan=False) + "\n" for row in rows
        )

    def _contact(self, row: Sequence[Any]) -> dict[str, Any]:
        """Custom fields stand together in `fields`, states of consent in `consent`."""
        contact: dict[str, Any] = {}
        for column, value in zip(self._columns, row, strict=True):
            if column.custom:
                contact.setdefault("fields", {})[column.name] = value
            elif column.name in CONSENT:
                contact.setdefault("consent", {})[CONSENT[column.name]] = value
            else:
                contact[column.name] = value
        return contact

    def finish(self) -> tuple[str, ...]:
        """Writes what is left; nothing has to be said of it."""
        self._file.flush()
        return ()

    def close(self) -> None:
        """Lets go of the file, whole or not."""
        self._file.close()
