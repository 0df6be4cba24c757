"""The XML parts of a workbook, read as a stream, and without what XML can be abused for."""

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Final
from xml.parsers import expat

from onefold.model.error import UsageError

_BLOCK_BYTES: Final = 256 * 1024
_TOKEN_BYTES: Final = 16 * 1024 * 1024


class PartHandler:
    """What is told of each element of a part, in order; names come without their prefix."""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""

    def end(self, name: str) -> None:
        """An element ends."""

    def text(self, characters: str) -> None:
        """A piece of the text in the element."""


def parse_part(stream: IO[bytes], handler: PartHandler) -> Iterator[None]:
    """Tell `handler` of the whole part, block by block; after each block the caller has its turn.

    Raises `expat.ExpatError` and `ValueError` for what is no such XML.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def start(name: str, attributes: dict[str, str]) -> None:
        handler.start(name.rpartition(":")[2] if ":" in name else name, attributes)

    def end(name: str) -> None:
        handler.end(name.rpartition(":")[2] if ":" in name else name)

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = handler.text
    parser.StartDoctypeDeclHandler = _refuse_definitions
    fed = 0
    while block := stream.read(_BLOCK_BYTES):
        parser.Parse(block, False)
        fed += len(block)
        if fed - parser.CurrentByteIndex > _TOKEN_BYTES:
            raise ValueError("it has a tag that does not end")
        yield
    parser.Parse(b"", True)
    yield


def _refuse_definitions(*_: object) -> None:
    """No office program writes a DTD; entities defined in one can grow without bound."""
    raise ValueError("it has a document type definition")


@contextmanager
def plain_workbook_errors(name: str) -> Iterator[None]:
    """Turn what goes wrong in reading a workbook into `UsageError` (`bad_workbook`)."""
    try:
        yield
    except (
        zipfile.BadZipFile,
        zlib.error,
        expat.ExpatError,
        EOFError,
        OSError,
        LookupError,
        ValueError,
        RuntimeError,
        OverflowError,
    ) as problem:
        why = str(problem.args[0]) if isinstance(problem, KeyError) and problem.args else str(problem)
        raise UsageError(
            f"{name} cannot be read as a workbook: {' '.join(why.split()) or 'it is damaged'}",
            code="bad_workbook",
            hint="open it in a spreadsheet program and save it again as .xlsx, or as CSV",
        ) from None
