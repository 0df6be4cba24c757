"""What went wrong, told in one line, with the exit status that CONTRACT gives it; never a traceback."""

import os
import platform
import shlex
import sys
import traceback
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import typer
from platformdirs import user_log_path

from onefold.interfaces.cli.printing import plain
from onefold.interfaces.cli.terminal import answer_json, one_line
from onefold.model.error import OnefoldError, UsageError
from onefold.sources.remote import without_secrets


class Found(OnefoldError):
    """A look at the book found something wrong; `document` goes beside the error in JSON."""

    def __init__(self, message: str, *, code: str, hint: str, document: dict[str, Any]) -> None:
        super().__init__(message, code=code, hint=hint)
        self.document = document


def version_of_onefold() -> str:
    """The version that is installed; code that is run without being installed has none."""
    try:
        return version("onefold")
    except PackageNotFoundError:
        return "not installed"


def exit_status_of(action: Callable[[], object], words: Sequence[str], *, as_json: bool) -> int:
    """Runs a command and gives its exit status; whatever goes wrong has been told by then."""
    try:
        action()
        sys.stdout.flush()
    except typer.Exit as end:
        return end.exit_code
    except BrokenPipeError:
        _let_go_of_standard_output()
    except OnefoldError as error:
        return _tell(error, words, as_json=as_json)
    except typer.TyperException as error:
        return _tell(_usage_error(error), words, as_json=as_json)
    except KeyboardInterrupt:
        interrupted = OnefoldError(
            "interrupted", code="interrupted", hint="what was under way was taken back"
        )
        return _tell(interrupted, words, as_json=as_json)
    except Exception as error:
        ours = OnefoldError(
            f"something went wrong inside Onefold ({type(error).__name__}); this is our fault, not yours",
            code="internal_error",
        )
        ours.__cause__ = error
        return _tell(ours, words, as_json=as_json)
    return 0


def _tell(error: OnefoldError, words: Sequence[str], *, as_json: bool) -> int:
    # Whatever was typed may be in it, an address with its password too.
    said, hint = without_secrets(error.message), without_secrets(error.hint)
    if error.__cause__ is not None and error.exit_status == OnefoldError.exit_status:
        where = _log(error.__cause__, words)
        hint = "; ".join(filter(None, (hint, f"details are in {where}" if where else "")))
    if as_json:
        told = {"code": error.code, "message": said, "hint": hint}
        answer_json({"error": told} | getattr(error, "document", {}))
    else:
        one_line(plain(f"error: {said}" + (f"; {hint}" if hint else "")))
    return error.exit_status


def _usage_error(error: typer.TyperException) -> UsageError:
    """What Typer finds wrong with the words of a command, in our form."""
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "onefold"
    said = " ".join(error.format_message().replace("Value error, ", "").split())
    what, apart, near = said.partition(". Did you mean ")
    hint = f"did you mean {near}" if apart else f"see `{command} --help`"
    return UsageError(what[:1].lower() + what[1:].rstrip("."), code="wrong_use", hint=hint)


def _log(error: BaseException, words: Sequence[str]) -> Path | None:
    """Keeps the traceback for whoever mends it, in the user's folder for logs."""
    log = user_log_path("onefold", appauthor=False) / "onefold.log"
    told = without_secrets("".join(traceback.format_exception(error)))
    typed = without_secrets(shlex.join(words))
    about = f"Onefold {version_of_onefold()}, Python {platform.python_version()}, {platform.platform()}"
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("a", encoding="utf-8", errors="backslashreplace") as file:
            file.write(f"{datetime.now(UTC):%Y-%m-%d %H:%M:%SZ} onefold {typed}\n{about}\n{told}\n")
    except OSError:
        return None
    return log


def _let_go_of_standard_output() -> None:
    """Whoever read our output has gone; what Python still wants to flush goes nowhere."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
