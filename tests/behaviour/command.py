"""Runs the real command line in this process, with a clock of ours."""

import io
import json
import os
from collections.abc import Callable, Sequence
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any
from unittest import mock

import onefold
from onefold.interfaces.cli.main import main
from onefold.model.error import OnefoldError


@dataclass
class Ran:
    """What was answered to something typed or asked. `expected`: a Then has said that it would fail."""

    what: str
    exit_status: int = 0
    output: str = ""
    messages: str = ""
    expected: bool = False

    @classmethod
    def failed(cls, what: str, error: OnefoldError) -> "Ran":
        """The same answer that the command line gives to an error."""
        said = {"error": {"code": error.code, "message": error.message, "hint": error.hint}}
        return cls(what, error.exit_status, json.dumps(said), f"error: {error}")

    @property
    def done(self) -> bool:
        return self.exit_status == 0

    @property
    def document(self) -> Any:
        """What `--json` printed."""
        return json.loads(self.output)


def run_command(address: str, words: Sequence[str], folder: Path, clock: Callable[[], datetime]) -> Ran:
    """`onefold --book ADDRESS --json WORDS`, run in `folder` at the time that `clock` gives."""
    output, messages = io.StringIO(), io.StringIO()
    with (
        chdir(folder),
        redirect_stdout(output),
        redirect_stderr(messages),
        mock.patch("sys.argv", ["onefold", "--book", address, "--json", *words]),
        mock.patch.object(onefold, "open", partial(onefold.open, clock=clock)),
        mock.patch.dict(os.environ, {"COLUMNS": "200"}),
    ):
        try:
            main()
            status = 0
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else int(end.code is not None)
    return Ran(" ".join(words), status, output.getvalue(), messages.getvalue())
