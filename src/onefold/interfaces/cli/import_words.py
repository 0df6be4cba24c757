"""What the options of `onefold import` say, read as the book takes it."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Literal

from onefold.model.error import UsageError
from onefold.sources.remote import AnyFile, named_file

STANDARD_INPUT: Final = "-"


def read_mapping(said: Sequence[str]) -> dict[str, str]:
    """What `--map "Header=field"` says, by header. A header may hold `=`; a field's name may not."""
    mapping: dict[str, str] = {}
    for text in said:
        header, sign, name = text.rpartition("=")
        if not (sign and header.strip() and name.strip()):
            raise UsageError(
                f"--map {text!r} names no column and field",
                code="bad_mapping",
                hint='write --map "Header=field"',
            )
        if header.strip() in mapping:
            raise UsageError(
                f"--map maps the column {header.strip()!r} twice",
                code="bad_mapping",
                hint="leave one of them out",
            )
        mapping[header.strip()] = name.strip()
    return mapping


def read_consent(said: Sequence[str]) -> dict[str, str]:
    """What `--consent CHANNEL=STATE` says, by channel."""
    states: dict[str, str] = {}
    for text in said:
        channel, sign, state = (part.strip().lower() for part in text.partition("="))
        if not (sign and channel and state):
            raise UsageError(
                f"--consent {text!r} names no channel and state",
                code="bad_value",
                hint="write --consent email=unsubscribed",
            )
        if channel in states:
            raise UsageError(
                f"--consent says {channel} twice", code="bad_value", hint="leave one of them out"
            )
        states[channel] = state
    return states


def read_source(file: str | None) -> AnyFile:
    """The file that was named, one that lies elsewhere, or standard input."""
    if file is None:
        raise UsageError(
            "no file to import was named", code="wrong_use", hint="name one, or - for standard input"
        )
    return sys.stdin.buffer if file == STANDARD_INPUT else named_file(file)


def check_target(path: Path | None, source: AnyFile) -> None:
    """A file that could not be written after the import is refused before it."""
    if path is None:
        return
    if path.is_dir() or not path.absolute().parent.is_dir():
        raise UsageError(
            f"{path} cannot be written: it is a folder, or its folder is not there",
            code="bad_target",
            hint="name a file in a folder that exists",
        )
    if isinstance(source, Path) and path.exists() and source.exists() and path.samefile(source):
        raise UsageError(
            f"{path} is the file to be imported",
            code="bad_target",
            hint="name another file for what is written",
        )


def read_header_row(said: str | None) -> int | Literal["none"] | None:
    """The line of the file that the headers stand in, from 1."""
    if said is None:
        return None
    if said == "none":
        return "none"
    if not said.isdecimal() or int(said) < 1:
        raise UsageError(
            f"--header-row {said!r} is no line of a file",
            code="wrong_use",
            hint="give a number from 1, or none",
        )
    return int(said)
