"""A command line typed in this process, in a folder and with a log of its own."""

import io
import json
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from typing import Any
from unittest import mock

from onefold.interfaces.cli.main import main


@dataclass(frozen=True)
class Ran:
    """How a command ended, and what it said on standard output and on standard error."""

    exit_status: int
    output: str
    messages: str

    @property
    def document(self) -> Any:
        """The one JSON document on standard output."""
        return json.loads(self.output)


Typed = Callable[..., Ran]


def type_words(*words: str, stdin: bytes = b"") -> Ran:
    """Runs `onefold` with these words."""
    output, messages = io.StringIO(), io.StringIO()
    with (
        mock.patch.object(sys, "argv", ["onefold", *words]),
        mock.patch.object(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin))),
        redirect_stdout(output),
        redirect_stderr(messages),
    ):
        try:
            main()
        except SystemExit as end:
            status = end.code
    assert isinstance(status, int)
    return Ran(status, output.getvalue(), messages.getvalue())
