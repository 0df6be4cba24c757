"""A file as bytes: found, opened and read over once, to know its size, its digest and its letters."""

import hashlib
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, cast

from onefold.model.error import UsageError
from onefold.sources.encoding import LetterEvidence
from onefold.sources.remote import AnyFile, RemoteFile, fetched
from onefold.sources.spool import Spool, plain_disk_errors

STANDARD_INPUT: Final = "standard input"
"""What an input without a name is called."""
BLOCK_BYTES: Final = 4 * 1024 * 1024
_COPY: Final = "as_it_came"
_FETCHED_BYTES: Final = 16 * 1024**3
"""No server fills the disk by never coming to an end."""


@dataclass(frozen=True)
class RawFile:
    """The bytes of an input at `path`: where they lie, what they are called, and what one reading showed."""

    path: Path
    name: str
    bytes: int
    sha256: str
    letters: LetterEvidence


def lay_down(file: AnyFile, spool: Spool) -> RawFile:
    """Read `file` over once; what lies elsewhere or can be read only once (standard input) is copied into the
    spool.

    Raises `UsageError` (`file_not_found`, `not_a_file`, `file_denied`, `file_unreadable`, `empty_file`, of
    files elsewhere also what `fetched` raises) and, from the copy, what the spool raises.
    """
    if isinstance(file, RemoteFile):
        with fetched(file) as stream:
            return keep_copy(_fetched_blocks(stream, file), file.name, spool)
    if not isinstance(file, Path):
        name = _stream_name(file)
        return keep_copy(_blocks(file, name), name, spool)
    with plain_file_errors(file), file.open("rb") as stream:
        regular = stat.S_ISREG(file.stat().st_mode)
        blocks = _blocks(stream, file)
        return _looked_over(blocks, file, file.name) if regular else keep_copy(blocks, file.name, spool)


def keep_copy(blocks: Iterator[bytes], name: str, spool: Spool) -> RawFile:
    """The blocks as a file in the spool, which is called `name`."""
    path = _new_copy(spool)

    def copying(copy: BinaryIO) -> Iterator[bytes]:
        for block in blocks:
            with plain_disk_errors("write", spool.folder):
                copy.write(block)
            yield block

    with plain_disk_errors("write", spool.folder):
        # Without a buffer, or a full disk would show itself only when the file is closed.
        copy = path.open("wb", buffering=0)
    with copy:
        return _looked_over(copying(cast(BinaryIO, copy)), path, name)


def forget_copies(spool: Spool) -> None:
    """Free the disk of the copies, once the rows are read."""
    with plain_disk_errors("delete", spool.folder):
        for copy in spool.folder.glob(f"{_COPY}_*"):
            copy.unlink()


def _new_copy(spool: Spool) -> Path:
    return spool.folder / f"{_COPY}_{len(list(spool.folder.glob(f'{_COPY}_*')))}"


def _looked_over(blocks: Iterator[bytes], path: Path, name: str) -> RawFile:
    # A file can be called by bytes that are no text, which no receipt could hold.
    name = "".join(letter if letter.isprintable() else "\ufffd" for letter in name)
    digest = hashlib.sha256()
    letters = LetterEvidence()
    size = 0
    for block in blocks:
        size += len(block)
        digest.update(block)
        letters.look_at(block)
    letters.finish()
    if not size:
        raise UsageError(
            f"{name} is empty", code="empty_file", hint="give a file with a header line and at least one row"
        )
    return RawFile(path=path, name=name, bytes=size, sha256=digest.hexdigest(), letters=letters)


def _blocks(stream: BinaryIO, name: Path | str) -> Iterator[bytes]:
    while True:
        with plain_file_errors(name):
            block = stream.read(BLOCK_BYTES)
        if not block:
            return
        yield block


def _fetched_blocks(stream: BinaryIO, file: RemoteFile) -> Iterator[bytes]:
    size = 0
    while block := stream.read(BLOCK_BYTES):
        size += len(block)
        if size > _FETCHED_BYTES:
            raise UsageError(
                f"{file} has more than {_FETCHED_BYTES // 1024**3} GiB",
                code="file_too_large",
                hint="fetch it yourself, and split it",
            )
        yield block


def _stream_name(stream: BinaryIO) -> str:
    name = getattr(stream, "name", None)
    return Path(name).name if isinstance(name, str) and not name.startswith("<") else STANDARD_INPUT


@contextmanager
def plain_file_errors(path: Path | str) -> Iterator[None]:
    """Turn an error of reading `path` into `UsageError`: it is the operator's file, and theirs to mend."""
    try:
        yield
    except FileNotFoundError:
        raise UsageError(
            f"there is no file {path}", code="file_not_found", hint="check its name and folder"
        ) from None
    except IsADirectoryError:
        raise UsageError(f"{path} is a folder", code="not_a_file", hint="name one file in it") from None
    except PermissionError:
        raise UsageError(
            f"no permission to read {path}", code="file_denied", hint="give yourself read permission on it"
        ) from None
    except OSError as problem:
        raise UsageError(
            f"{path} cannot be read: {problem.strerror or problem}",
            code="file_unreadable",
            hint="check the name and the disk or network folder that it is on",
        ) from problem
