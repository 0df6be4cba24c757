"""Files that somebody lays into a folder: which of them are complete, and when to look again."""

import errno
import os
import re
import signal
import stat
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Final

from onefold.model.error import UsageError

_UNDER_WAY: Final = re.compile(
    r"[.~#].*|.*[~#]"
    r"|.*\.(part|partial|filepart|tmp|temp|crdownload|download|upload|uploading|writing|inprogress|swp|lock)",
    re.IGNORECASE,
)
"""Names that programs give a file while they write it; it is renamed at the end. Hidden files too."""
_LOOK_EVERY: Final = 1.0
"""Seconds: a network file system tells nobody of what others do to it."""


@dataclass(frozen=True)
class Print:
    """What is another after any change to a file. `changed`: nanoseconds, also of its name and rights."""

    device: int
    file: int
    bytes: int
    written: int
    changed: int


class LaidFiles:
    """The files of one folder. A file is complete when nothing of it has changed for `settle` seconds and,
    where the machine can tell, nobody has it open for writing.

    Hidden and temporary names, folders, links and devices are none of its files.
    """

    def __init__(self, folder: Path, settle: float) -> None:
        self.folder = folder
        self._settle = settle
        self._seen: dict[str, tuple[Print, float]] = {}

    def complete(self, now: float) -> list[Path]:
        """The files that are complete at `now` (seconds of a clock that never goes back), those laid first in
        front. Raises `UsageError` (`folder_unreadable`).
        """
        there = self._there()
        self._seen = {
            name: seen if (seen := self._seen.get(name)) and seen[0] == found else (found, now)
            for name, found in there.items()
        }
        settled = [name for name, (_, since) in self._seen.items() if now - since >= self._settle]
        settled.sort(key=lambda name: (there[name].written, name))
        return [path for path in map(self.folder.joinpath, settled) if not open_for_writing(path)]

    def is_as_it_was(self, file: Path) -> bool:
        """Whether a complete file is still what was found complete."""
        seen = self._seen.get(file.name)
        return seen is not None and _print(file) == seen[0]

    def forget(self, file: Path) -> None:
        """Waits anew for a file to be complete."""
        self._seen.pop(file.name, None)

    @property
    def names(self) -> list[str]:
        """All files that were there at the last look, complete or not."""
        return sorted(self._seen)

    def _there(self) -> dict[str, Print]:
        try:
            names = sorted(entry.name for entry in os.scandir(self.folder))
        except OSError as problem:
            raise UsageError(
                f"the folder {self.folder} cannot be read ({problem.strerror})",
                code="folder_unreadable",
                hint="name a folder that is there and that you may read",
            ) from None
        prints = {name: _print(self.folder / name) for name in names if not _UNDER_WAY.fullmatch(name)}
        return {name: found for name, found in prints.items() if found is not None}


def open_for_writing(file: Path) -> bool:
    """Whether somebody has the file open for writing, as far as the machine can tell.

    Linux gives no read lease on such a file (fcntl(2), F_SETLEASE); it answers only to the file's owner, and
    not on network file systems.
    """
    if sys.platform != "linux":
        return False
    import fcntl

    try:
        descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return False
    try:
        # Who opens it just now is made to wait until the lease is given back, and we are told by a signal: by
        # one that ends nobody.
        fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except OSError as refusal:
        return refusal.errno == errno.EAGAIN
    finally:
        os.close(descriptor)
    return False


def moments_to_look(folder: Path, stop: Event) -> Iterator[None]:
    """Whenever something happens in the folder, and from time to time, until `stop` is set."""
    from watchfiles import watch  # slow to import, and only `watch` needs it

    yield None
    # Where the machine has no more watches to give, looking from time to time does as well.
    with suppress(OSError, RuntimeError):
        changes = watch(
            folder,
            watch_filter=None,
            recursive=False,
            stop_event=stop,
            rust_timeout=int(_LOOK_EVERY * 1000),
            yield_on_timeout=True,
            raise_interrupt=False,
            ignore_permission_denied=True,
        )
        for _ in changes:
            yield None
    while not stop.wait(_LOOK_EVERY):
        yield None


def _print(file: Path) -> Print | None:
    """None of what is no file, or not there any more."""
    with suppress(OSError):
        found = os.lstat(file)
        if stat.S_ISREG(found.st_mode):
            return Print(found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)
    return None
