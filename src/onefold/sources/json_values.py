"""JSON cut into the texts of its rows: a line each, or the elements of one array, whatever its size."""

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Final

from onefold.model.error import UsageError
from onefold.sources.records import Lines

_ROW_CHARACTERS: Final = 40_000_000
_STEP: Final = re.compile(r'"[^"\\\n]*+(?:\\.[^"\\\n]*+)*+("?+)|[{}\[\],]')
_UNFINISHED: Final = re.compile(r"[{\[,:]\s*\Z")


def json_texts(blocks: Iterator[str], name: str) -> Iterator[tuple[int, str]]:
    """The line and the text of every row, blank ones left out; whether it is JSON is not looked at.

    A file that begins with `[` is an array, one whose first line ends in the middle is objects over many
    lines; every other one has a row in each line (JSON Lines). Raises `UsageError` (`too_large`).
    """
    beginning = ""
    for block in blocks:
        beginning += block
        if "\n" in beginning.lstrip() or len(beginning) > _ROW_CHARACTERS:
            break
    blocks = chain([beginning], blocks)
    if beginning.lstrip().startswith("["):
        return _elements(blocks, name, outside=1)
    if _UNFINISHED.search(beginning.lstrip().partition("\n")[0]):
        return _elements(blocks, name, outside=0)
    return _lines(blocks)


def _lines(blocks: Iterable[str]) -> Iterator[tuple[int, str]]:
    lines = Lines(blocks)
    while (text := lines.take()) is not None:
        if not text.isspace():
            yield lines.next_line - 1, text


def _elements(blocks: Iterable[str], name: str, outside: int) -> Iterator[tuple[int, str]]:
    """What is closed, or parted by commas, where `outside` brackets are open; brackets in quotes are text."""
    text, place, depth, line = "", 0, 0, 1
    for block in blocks:
        text += block
        start = 0
        for step in _STEP.finditer(text, place):
            token, place = step[0], step.end()
            if token[0] == '"':
                if not step[1] and text[place:] in ("", "\\"):
                    # The string goes on in the next block.
                    place = step.start()
                    break
                continue
            if token in "{[":
                depth += 1
                ends = depth == outside
            elif token == ",":
                ends = depth == outside
            else:
                depth = max(0, depth - 1)
                ends = depth <= outside
            if not ends:
                continue
            upto = place if token in "}]" and depth == outside else step.start()
            element = text[start:upto]
            if not element.isspace() and element:
                yield line + _breaks_before(element), element
            line += text.count("\n", start, place)
            start = place
        else:
            place = len(text)
        text, place = text[start:], place - start
        if len(text) > _ROW_CHARACTERS:
            raise UsageError(
                f"line {line} of {name} has a value of more than {_ROW_CHARACTERS:,} characters",
                code="too_large",
                hint="check that it holds an object for each person",
            )
    if text and not text.isspace():
        yield line + _breaks_before(text), text


def _breaks_before(text: str) -> int:
    return text.count("\n", 0, len(text) - len(text.lstrip()))
