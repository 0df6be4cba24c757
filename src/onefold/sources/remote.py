"""Files that lie elsewhere: fetched by their address, whose passwords and signatures nobody gets to see."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, BinaryIO, Final
from urllib.parse import unquote

from onefold.model.error import OnefoldError, UsageError

if TYPE_CHECKING:
    from fsspec.spec import AbstractFileSystem

_ADDRESS: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+)://([^\s'\"]*)")
_HOST: Final = re.compile(r"[^@:]*(?::\d+)?|\[[0-9A-Fa-f:.]+\](?::\d+)?")
_SSH: Final = ("sftp", "ssh")
_EXTRAS: Final = {"http": "http", "https": "http", "sftp": "sftp", "ssh": "sftp", "s3": "s3", "s3a": "s3"}
_SECONDS_WITHOUT_AN_ANSWER: Final = 60


@dataclass(frozen=True, repr=False)
class RemoteFile:
    """A file at an address like `sftp://host/people.csv`; as text, its address without secrets."""

    address: str

    def __str__(self) -> str:
        return without_secrets(self.address)

    @property
    def name(self) -> str:
        """The end of its path, or its host where there is none."""
        scheme, _, place = str(self).partition("://")
        name = unquote(PurePosixPath(place).name) or scheme
        return "".join(letter if letter.isprintable() else "\ufffd" for letter in name)


AnyFile = Path | BinaryIO | RemoteFile
"""What an import can be given: a file of this machine, one that lies elsewhere, or a stream."""


def named_file(name: str) -> Path | RemoteFile:
    """The file that somebody names: by its address where it lies elsewhere, else by its path."""
    return RemoteFile(name) if _ADDRESS.match(name) else Path(name)


def without_secrets(text: str) -> str:
    """`text` with every address in it cut down to scheme, host and path.

    Who may read it (`user:password@`) and what signs it (`?X-Amz-Signature=…`) are left out. Where it cannot
    be told what is a password and what is a path, only the scheme is left.
    """
    return _ADDRESS.sub(_shown, text)


def _shown(address: re.Match[str]) -> str:
    scheme, rest = address[1], address[2]
    authority = re.split(r"[/?#\\]", rest, maxsplit=1)[0]
    after = rest[len(authority) :]
    host = authority.rpartition("@")[2]
    if not _HOST.fullmatch(host) or ("@" in after and not after.startswith("/")):
        return f"{scheme}://…"
    return f"{scheme}://{host}{re.split(r'[?#]', after, maxsplit=1)[0]}"


@contextmanager
def fetched(file: RemoteFile) -> Iterator[BinaryIO]:
    """The file as a stream that is read from its beginning to its end.

    Raises `UsageError` (`extra_missing`, `bad_address`, `file_not_found`, `file_denied`,
    `file_unreachable`), also for what goes wrong while it is read.
    """
    scheme = file.address.partition("://")[0].lower()
    # What a library says of an address may repeat it, password and all: none of it is passed on.
    try:
        with _opened(scheme, file.address) as stream:
            yield stream
    except OnefoldError:
        raise
    except ImportError:
        raise _extra_missing(file, scheme) from None
    except FileNotFoundError as problem:
        raise _not_found(file, problem) from None
    except PermissionError:
        raise UsageError(
            f"no permission to read {file}",
            code="file_denied",
            hint="check who may read it, and how you say so",
        ) from None
    except Exception as problem:
        raise _unreachable(file, problem) from None


@contextmanager
def _opened(scheme: str, address: str) -> Iterator[BinaryIO]:
    from fsspec import get_filesystem_class

    if "::" in address:
        raise ValueError("one address in another")
    # Nothing is kept for a second file: there is none, and a connection must not be outlived by its password.
    options: dict[str, Any] = {"skip_instance_cache": True}
    if scheme in _SSH:
        from sshfs import SSHFileSystem

        kind: type[AbstractFileSystem] = SSHFileSystem
        # `()` is whom the user's own known_hosts knows; the library would take anybody at his word.
        options |= {"known_hosts": (), "connect_timeout": _SECONDS_WITHOUT_AN_ANSWER}
        said = kind._get_kwargs_from_urls(address)
        options |= said | {key: unquote(said[key]) for key in ("username", "password") if key in said}
    elif scheme in ("http", "https"):
        from aiohttp import ClientTimeout

        kind = get_filesystem_class(scheme)
        seconds = _SECONDS_WITHOUT_AN_ANSWER
        options["client_kwargs"] = {
            "timeout": ClientTimeout(total=None, sock_connect=seconds, sock_read=seconds)
        }
    else:
        kind = get_filesystem_class(scheme)
        options |= kind._get_kwargs_from_urls(address)
    system = kind(**options)
    # A block size of 0 is a stream: not every web server can give a file piece by piece.
    web = {"block_size": 0} if scheme in ("http", "https") else {}
    with system.open(kind._strip_protocol(address), "rb", **web) as stream:
        yield stream


def _extra_missing(file: RemoteFile, scheme: str) -> UsageError:
    extra = _EXTRAS.get(scheme)
    return UsageError(
        f"{file} cannot be fetched: what {scheme}:// needs is not installed",
        code="extra_missing",
        hint=f'pip install "onefold[{extra}]"' if extra else f"install the fsspec package for {scheme}",
    )


def _not_found(file: RemoteFile, problem: FileNotFoundError) -> UsageError:
    """The library says so of whatever a web server answers, and of one that does not."""
    cause = problem.__cause__ if file.address.lower().startswith("http") else None
    if isinstance(cause, Exception) and getattr(cause, "status", None) != HTTPStatus.NOT_FOUND:
        return _unreachable(file, cause)
    return UsageError(f"there is no file {file}", code="file_not_found", hint="check its address")


def _unreachable(file: RemoteFile, problem: Exception) -> UsageError:
    if (
        isinstance(problem, ValueError)
        and not hasattr(problem, "errno")
        and not isinstance(problem, UnicodeError)
    ):
        return UsageError(
            f"{file} is no address that can be fetched",
            code="bad_address",
            hint="give one like sftp://…, s3://… or https://…",
        )
    if type(problem).__name__ == "HostKeyNotVerifiable":
        return UsageError(
            f"{file} cannot be fetched: nobody vouches for its server",
            code="file_unreachable",
            hint="connect to it once with ssh, which puts its key into known_hosts",
        )
    status = getattr(problem, "status", None)
    what = f"the server answers {status}" if isinstance(status, int) else type(problem).__name__
    return UsageError(
        f"{file} cannot be fetched: {what}", code="file_unreachable", hint="check its address and the network"
    )
