"""What the operator says of a file, where what is found out is not enough or not right."""

from dataclasses import dataclass
from typing import Literal

HeaderRow = int | Literal["none"] | None


@dataclass(frozen=True)
class FileOptions:
    """None where nothing is said. `header_row` is a line of the file (a row of the sheet), from 1, or `none`;
    each kind of file takes of these what it has.
    """

    encoding: str | None = None
    delimiter: str | None = None
    header_row: HeaderRow = None
    sheet: str | None = None
