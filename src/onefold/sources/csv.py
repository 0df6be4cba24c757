"""Delimited text to an input: comma, semicolon, tab or bar, in any encoding, clean or not."""

import re
from collections.abc import Iterator
from typing import Final

from onefold.model.error import UsageError
from onefold.sources.decoding import DecodedText
from onefold.sources.delimiter import NAMES
from onefold.sources.encoding import Encoding, choose_encoding
from onefold.sources.file_options import FileOptions
from onefold.sources.header import Header, find_header
from onefold.sources.input import BatchWriter, Input
from onefold.sources.raw_file import RawFile
from onefold.sources.records import too_large
from onefold.sources.spool import Spool
from onefold.sources.table import Table

_CONTROL: Final = re.compile("[\x01-\x08\x0e-\x1f\x7f\ud800-\udfff]")
_SAMPLE_CHARACTERS: Final = 64 * 1024
_BEGINNING_CHARACTERS: Final = 1024 * 1024


def read_csv(raw: RawFile, options: FileOptions, spool: Spool, batch_rows: int) -> Input:
    """Read the whole file into `spool`, in batches of at most `batch_rows` rows. Blank lines are no rows.

    Raises `UsageError` for a file that cannot be read as a table (its `code` says why) and `OnefoldError`
    where the disk of the spool fails.
    """
    encoding = choose_encoding(raw.letters, options.encoding)
    text = DecodedText(raw, encoding)
    blocks = text.blocks()
    beginning, whole = _beginning(blocks)
    _refuse_binary(raw, beginning, text.nul_characters)

    header = find_header(raw.name, beginning, delimiter=options.delimiter, header_row=options.header_row)
    if header.end == len(beginning) and not whole and not beginning.endswith("\n"):
        raise too_large(header.next_line - 1, f"a line of more than {header.end:,} characters")
    table = Table(len(header.headers), header.delimiter)
    batches = BatchWriter(spool, batch_rows)
    for frame in table.frames(text, beginning[header.end :], header.next_line, blocks):
        batches.add(frame)
    batches.finish()

    if not batches.rows:
        raise UsageError(
            f"{raw.name} has a header but no rows", code="no_rows", hint="give a file with at least one row"
        )
    return Input(
        name=raw.name,
        headers=header.headers,
        rows=batches.rows,
        batches=batches.batches,
        notes=tuple(_notes(encoding, header, text, header.blank_lines + table.blank_lines)),
        bytes=raw.bytes,
        sha256=raw.sha256,
        spool=spool,
    )


def _beginning(blocks: Iterator[str]) -> tuple[str, bool]:
    """Enough of the text to see what table it is, cut where no line end is halved, and whether it is all."""
    beginning = ""
    for block in blocks:
        beginning += block
        if len(beginning) >= _BEGINNING_CHARACTERS and not beginning.endswith("\r"):
            return beginning, False
    return beginning, True


def _refuse_binary(raw: RawFile, beginning: str, nul_characters: int) -> None:
    """A stray control character is somebody's; one in twenty, or NUL in one of five, is no text at all."""
    controls = len(_CONTROL.findall(beginning, 0, _SAMPLE_CHARACTERS))
    sampled = min(len(beginning), _SAMPLE_CHARACTERS)
    if (controls > 50 and controls > sampled / 20) or nul_characters > (len(beginning) + nul_characters) / 5:
        raise UsageError(
            f"{raw.name} is not text",
            code="not_a_table",
            hint="give a CSV file; if it is one, name its encoding with --encoding",
        )


def _notes(encoding: Encoding, header: Header, text: DecodedText, blank_lines: int) -> Iterator[str]:
    delimiter = NAMES.get(header.delimiter, repr(header.delimiter))
    yield f"read as {encoding.note}, delimiter {delimiter}"
    yield from header.notes
    if blank_lines:
        yield f"blank lines left out: {blank_lines:,}"
    if text.nul_characters:
        yield f"NUL characters were left out: {text.nul_characters}"
