"""The book's secret: what its tokens are signed with. It lies outside the book, and no backup holds it."""

import os
import secrets
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from onefold.model.error import UsageError

VARIABLE: Final = "ONEFOLD_SECRET"
SHORTEST: Final = 32


def book_secret(files: Path, environment: Mapping[str, str]) -> bytes:
    """The secret of the book whose files are here: `ONEFOLD_SECRET`, or else a file that is made on first use
    and that only its owner can read.

    Raises `UsageError` (`bad_secret`, `secret_unwritable`).
    """
    said = environment.get(VARIABLE)
    if said is not None:
        return _checked(said, VARIABLE)
    path = files / "secret"
    try:
        if not path.exists():
            _make(path)
        return _checked(path.read_text(encoding="ascii", errors="replace"), str(path))
    except OSError as error:
        raise UsageError(
            f"the book's secret cannot be kept in {path}: {error.strerror}",
            code="secret_unwritable",
            hint=f"let the folder be written, or give the secret as {VARIABLE}",
        ) from None


def _make(path: Path) -> None:
    """Whoever is first makes it, whole from the first moment; nobody's is ever replaced."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, partial = tempfile.mkstemp(dir=path.parent, prefix="secret.")
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32))
            file.flush()
            os.fsync(file.fileno())
        os.link(partial, path)
    except FileExistsError:
        pass
    finally:
        Path(partial).unlink(missing_ok=True)


def _checked(text: str, where: str) -> bytes:
    secret = text.strip()
    if len(secret) < SHORTEST:
        raise UsageError(
            f"the secret in {where} is shorter than {SHORTEST} characters",
            code="bad_secret",
            hint="restore the one that was there, or choose one that cannot be guessed",
        )
    return secret.encode("utf-8")
