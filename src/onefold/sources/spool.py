"""Frames kept on disk while an import is under way, so that a file of any size needs little memory."""

import errno
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import polars as pl
from filelock import BaseFileLock

from onefold.model.error import OnefoldError

_GONE: Final = ".gone"
_SUFFIX: Final = ".arrow"
_NAME: Final = re.compile(r"[a-z][a-z0-9_]*")


class Spool:
    """Frames by name and number, each an Arrow file in one folder, which the spool makes and owns.

    `owner` is a lock that says so to other processes, until the folder is deleted.

    Every method raises `OnefoldError` where the disk does not play along: `disk_full`, `spool_denied`,
    `spool_failed`.
    """

    def __init__(self, folder: Path, owner: BaseFileLock | None = None) -> None:
        self.folder = folder
        self._owner = owner
        with plain_disk_errors("make", self.folder):
            folder.mkdir(parents=True, exist_ok=True)

    def put(self, name: str, number: int, frame: pl.DataFrame) -> None:
        """Keep `frame` under (name, number), in place of one that is there. A name is like `planned_rows`."""
        unfinished = self.folder / f"{name}.unfinished"
        with plain_disk_errors("write", self.folder):
            frame.write_ipc(unfinished)
            unfinished.replace(self._path(name, number))

    def get(self, name: str, number: int) -> pl.DataFrame:
        """The frame kept under (name, number), as it was put."""
        with plain_disk_errors("read", self.folder):
            return pl.read_ipc(self._path(name, number))

    def holds(self, name: str, number: int) -> bool:
        """Whether a frame is kept under (name, number)."""
        return self._path(name, number).exists()

    def forget(self, name: str, number: int) -> None:
        """Keep nothing under (name, number) any longer."""
        with plain_disk_errors("delete", self.folder):
            self._path(name, number).unlink(missing_ok=True)

    def numbers(self, name: str) -> list[int]:
        """The numbers under which `name` has frames, in ascending order."""
        with plain_disk_errors("read", self.folder):
            return sorted(
                int(path.name.split(".")[1]) for path in self.folder.glob(f"{_checked(name)}.*{_SUFFIX}")
            )

    def sync(self, *names: str) -> None:
        """Return when all frames of these names, and that they lie here, would outlive a power cut."""
        with plain_disk_errors("write", self.folder):
            for name in names:
                for number in self.numbers(name):
                    _sync(self._path(name, number))
            for folder in (self.folder, *self.folder.parents[:3]):
                _sync(folder)

    def put_durably(self, name: str, number: int, frame: pl.DataFrame) -> None:
        """Like `put`; return when the frame would outlive a power cut."""
        self.put(name, number, frame)
        with plain_disk_errors("write", self.folder):
            _sync(self._path(name, number))
            _sync(self.folder)

    def move(self, folder: Path) -> None:
        """Lie in that folder from now on; what is there already is somebody's left-over and goes."""
        with plain_disk_errors("move", folder):
            if folder.exists():
                shutil.rmtree(folder)
            folder.parent.mkdir(parents=True, exist_ok=True)
            self.folder = self.folder.rename(folder)

    def delete(self) -> None:
        """Take the folder and all that is in it off the disk; nothing happens if it is gone already."""
        with plain_disk_errors("delete", self.folder):
            if self.folder.exists():
                # All of it is there, or nothing, whatever moment this is interrupted at.
                shutil.rmtree(self.folder.rename(self.folder.with_name(f"{self.folder.name}{_GONE}")))
        if self._owner is not None:
            self._owner.release()

    def _path(self, name: str, number: int) -> Path:
        return self.folder / f"{_checked(name)}.{number:06d}{_SUFFIX}"


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def plain_disk_errors(doing: str, folder: Path) -> Iterator[None]:
    """Turn an error of the disk into `OnefoldError`; `doing` is the verb: make, write, read or delete."""
    try:
        yield
    # Polars raises OSError without an error number: what it was stands in its text only.
    except (OSError, pl.exceptions.PolarsError) as problem:
        raise _spool_error(doing, folder, problem) from problem


def _spool_error(doing: str, folder: Path, problem: Exception) -> OnefoldError:
    number = getattr(problem, "errno", None)
    if number in (errno.ENOSPC, errno.EDQUOT) or "No space left" in str(problem):
        return OnefoldError(
            f"the disk of {folder} is full",
            code="disk_full",
            hint="free some space and try again",
        )
    if isinstance(problem, PermissionError):
        return OnefoldError(
            f"no permission to {doing} working files in {folder}",
            code="spool_denied",
            hint="give yourself write permission there",
        )
    return OnefoldError(
        f"could not {doing} working files in {folder}: {problem}",
        code="spool_failed",
        hint="check that folder and its disk",
    )


def _checked(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is not a name for a frame")
    return name
