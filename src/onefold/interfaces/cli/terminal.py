"""The two streams of a command: answers go to standard output, messages and progress to standard error."""

import contextlib
import io
import json
import os
import sys
from typing import Any, NoReturn

from rich.console import Console, RenderableType
from rich.text import Text

PIPE_WIDTH = 1000
"""A table in a pipe is as wide as what is in it; on a terminal it is as wide as the terminal."""


class _Console(Console):
    def on_broken_pipe(self) -> NoReturn:
        raise BrokenPipeError


def survive_any_encoding() -> None:
    """A terminal that lacks a character shows a question mark in its place, instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            with contextlib.suppress(ValueError, OSError):
                stream.reconfigure(errors="replace")


def answer(*parts: RenderableType) -> None:
    """Prints on standard output, for people."""
    _print(_console(stderr=False), parts)


def message(*parts: RenderableType) -> None:
    """Prints on standard error."""
    _print(console_for_messages(), parts)


def one_line(text: str) -> None:
    """Prints one line on standard error, however long it is."""
    console_for_messages().print(Text(text), soft_wrap=True)


def answer_json(document: Any) -> None:
    """Prints one JSON document on standard output, in ASCII where that is all the stream can carry."""
    _write_json(document, indent=2)


def answer_json_line(document: Any) -> None:
    """Prints one of several JSON documents on standard output, in one line."""
    _write_json(document, indent=None)


def _write_json(document: Any, *, indent: int | None) -> None:
    utf8 = (getattr(sys.stdout, "encoding", None) or "utf-8").lower().replace("-", "") == "utf8"
    sys.stdout.write(json.dumps(document, ensure_ascii=not utf8, indent=indent, allow_nan=False) + "\n")


def console_for_messages() -> Console:
    """Standard error as Rich sees it."""
    return _console(stderr=True)


def can_ask() -> bool:
    """Whether somebody is there who sees a question and can answer it."""
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stderr))


def says_yes(question: str) -> bool:
    """Asks on standard error; anything but y or yes is a no, the end of the input and Ctrl-C too."""
    console_for_messages().print(Text(f"{question} [y/N] "), end="")
    try:
        return sys.stdin.readline().strip().lower() in ("y", "yes")
    except KeyboardInterrupt:
        return False


def _console(*, stderr: bool) -> Console:
    console = _Console(stderr=stderr, markup=False, highlight=False, emoji=False)
    if not console.is_terminal and "COLUMNS" not in os.environ:
        console.width = PIPE_WIDTH
    return console


def _print(console: Console, parts: tuple[RenderableType, ...]) -> None:
    for part in parts:
        console.print(part)
