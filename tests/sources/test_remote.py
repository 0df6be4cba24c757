"""Files that lie elsewhere, from real servers on this machine; and what nobody may see of their addresses."""

import asyncio
import gzip
import json
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import asyncssh
import fsspec
import pytest

import onefold
from onefold.model.error import UsageError
from onefold.sources.raw_file import lay_down
from onefold.sources.remote import RemoteFile, named_file, without_secrets
from onefold.sources.spool import Spool
from onefold.sources.table_file import find_table
from tests.cli.typed import type_words
from tests.sources.reading import cells, read

TABLE = b"email,first_name\nana@example.com,Ana\n"
ROWS = [("ana@example.com", "Ana")]
SECRET = "s3cret"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    (folder / "people.csv").write_bytes(TABLE)
    (folder / "people.csv.gz").write_bytes(gzip.compress(TABLE))
    return folder


class _Web(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Nobody reads it."""

    def do_GET(self) -> None:
        if self.path.startswith("/closed"):
            self.send_error(403)
        elif self.path.startswith("/broken"):
            self.send_response(200)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            self.wfile.write(TABLE)
        else:
            super().do_GET()


@pytest.fixture
def web(folder: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Web, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


class _Login(asyncssh.SSHServer):
    connections: ClassVar[list[asyncssh.SSHServerConnection]] = []

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self.connections.append(conn)

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == ("ana", SECRET)


@pytest.fixture
def sftp(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A server that the user's `known_hosts` knows; its files lie in `folder`."""
    key = asyncssh.generate_private_key("ssh-ed25519")
    loop = asyncio.new_event_loop()

    async def start() -> asyncssh.SSHAcceptor:
        files = partial(asyncssh.SFTPServer, chroot=str(folder).encode())
        return await asyncssh.listen(
            "127.0.0.1", 0, server_factory=_Login, server_host_keys=[key], sftp_factory=files
        )

    async def stop(server: asyncssh.SSHAcceptor) -> None:
        server.close()
        for connection in _Login.connections:
            connection.abort()
        _Login.connections.clear()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        await asyncio.gather(*others, return_exceptions=True)
        await server.wait_closed()

    server = loop.run_until_complete(start())
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    home = tmp_path / "home"
    (home / ".ssh").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(home))
    public = key.export_public_key().decode().strip()
    (home / ".ssh" / "known_hosts").write_text(f"[127.0.0.1]:{server.get_port()} {public}\n")
    yield f"127.0.0.1:{server.get_port()}"
    asyncio.run_coroutine_threadsafe(stop(server), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


def refusal(address: str, spool: Spool) -> UsageError:
    with pytest.raises(UsageError) as caught:
        find_table(RemoteFile(address), spool)
    told = str(caught.value)
    assert "\n" not in told
    assert SECRET not in told
    assert caught.value.__cause__ is None
    return caught.value


@pytest.mark.parametrize("name", ["people.csv", "people.csv.gz"])
def test_a_file_of_a_web_server(name: str, web: str, spool: Spool) -> None:
    table = read(RemoteFile(f"http://{web}/{name}?token={SECRET}#{SECRET}"), spool)  # type: ignore[arg-type]
    assert cells(table) == ROWS
    assert table.name == name


@pytest.mark.parametrize("user", ["ana:s3cret@", "ana:s%33cret@"])
def test_a_file_of_an_sftp_server(user: str, sftp: str, spool: Spool) -> None:
    table = read(RemoteFile(f"sftp://{user}{sftp}/people.csv"), spool)  # type: ignore[arg-type]
    assert cells(table) == ROWS
    assert table.name == "people.csv"


def test_files_of_other_file_systems(folder: Path, spool: Spool, tmp_path: Path) -> None:
    fsspec.filesystem("memory").pipe("/somewhere/people.csv", TABLE)
    assert cells(read(RemoteFile("memory://somewhere/people.csv"), spool)) == ROWS  # type: ignore[arg-type]
    other = Spool(tmp_path / "other")
    assert cells(read(RemoteFile(f"file://{folder}/people.csv"), other)) == ROWS  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("path", "code", "says"),
    [
        (f"/nobody.csv?token={SECRET}", "file_not_found", "there is no file http://127.0.0.1"),
        (f"/closed.csv?token={SECRET}", "file_unreachable", "the server answers 403"),
        ("/broken.csv", "file_unreachable", "cannot be fetched"),
        ("/", "not_a_table", "a web page"),
    ],
)
def test_what_a_web_server_refuses(path: str, code: str, says: str, web: str, spool: Spool) -> None:
    error = refusal(f"http://ana:{SECRET}@{web}{path}", spool)
    assert error.code == code
    assert says in str(error)


def test_what_an_sftp_server_refuses(sftp: str, spool: Spool) -> None:
    assert refusal(f"sftp://ana:{SECRET}@{sftp}/nobody.csv", spool).code == "file_not_found"
    assert refusal(f"sftp://ben:{SECRET}@{sftp}/people.csv", spool).code == "file_denied"


def test_a_server_that_nobody_vouches_for_gets_no_password(sftp: str, spool: Spool) -> None:
    (Path.home() / ".ssh" / "known_hosts").write_text("")
    error = refusal(f"sftp://ana:{SECRET}@{sftp}/people.csv", spool)
    assert error.code == "file_unreachable"
    assert "known_hosts" in str(error)


def test_servers_that_are_not_there(spool: Spool) -> None:
    for scheme in ("http", "sftp"):
        assert refusal(f"{scheme}://ana:{SECRET}@127.0.0.1:1/people.csv", spool).code == "file_unreachable"


@pytest.mark.parametrize(
    ("address", "module", "says"),
    [
        ("https://example.com/people.csv", "aiohttp", 'pip install "onefold[http]"'),
        ("https://example.com/people.csv", "fsspec", 'pip install "onefold[http]"'),
        ("sftp://example.com/people.csv", "sshfs", 'pip install "onefold[sftp]"'),
        ("s3://bucket/people.csv", "s3fs", 'pip install "onefold[s3]"'),
    ],
)
def test_what_is_not_installed_is_named(
    address: str, module: str, says: str, spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    error = refusal(address, spool)
    assert error.code == "extra_missing"
    assert error.hint == says


@pytest.mark.parametrize("address", ["gopher2://x/y.csv", f"zip://a.csv::https://ana:{SECRET}@h/x.zip"])
def test_what_is_no_address(address: str, spool: Spool) -> None:
    assert refusal(address, spool).code == "bad_address"


def test_a_server_that_never_ends(web: str, spool: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("onefold.sources.raw_file._FETCHED_BYTES", 10)
    assert refusal(f"http://{web}/people.csv", spool).code == "file_too_large"


def test_a_copy_is_made_once_and_forgotten(web: str, spool: Spool) -> None:
    raw = lay_down(RemoteFile(f"http://{web}/people.csv"), spool)
    assert raw.path.read_bytes() == TABLE
    read(RemoteFile(f"http://{web}/people.csv"), spool)  # type: ignore[arg-type]
    assert [path.name for path in spool.folder.iterdir()] == ["input.000000.arrow"]


@pytest.mark.parametrize(
    ("address", "shown", "name"),
    [
        ("https://h/a/b.csv", "https://h/a/b.csv", "b.csv"),
        ("https://h/b.csv?X-Amz-Signature=1#2", "https://h/b.csv", "b.csv"),
        ("sftp://u:p@h:22/b.csv", "sftp://h:22/b.csv", "b.csv"),
        ("sftp://u@h/b%20c.csv", "sftp://h/b%20c.csv", "b c.csv"),
        ("https://h/ana@example.com.csv", "https://h/ana@example.com.csv", "ana@example.com.csv"),
        ("https://h/b.csv?mail=a@b.c", "https://h/b.csv", "b.csv"),
        ("https://u:p@[::1]:80/b.csv", "https://[::1]:80/b.csv", "b.csv"),
        ("sftp://u:p?q@h/b.csv", "sftp://…", "…"),
        ("sftp://u:1?q@h/b.csv", "sftp://…", "…"),
        ("sftp://u:p/q@h/b.csv", "sftp://…", "…"),
        ("sftp://u:p@q@h/b.csv", "sftp://h/b.csv", "b.csv"),
        ("https://h", "https://h", "h"),
        ("https://h/a\x1b%0Ab.csv", "https://h/a\x1b%0Ab.csv", "a\ufffd\ufffdb.csv"),
    ],
)
def test_addresses_are_shown_without_secrets(address: str, shown: str, name: str) -> None:
    file = named_file(address)
    assert isinstance(file, RemoteFile)
    assert (str(file), file.name) == (shown, name)
    assert without_secrets(f"see '{address}' twice: {address}") == f"see '{shown}' twice: {shown}"
    assert SECRET not in repr(RemoteFile(f"sftp://u:{SECRET}@h/x"))


@pytest.mark.parametrize(
    "path", ["people.csv", "a/b.csv", "C:\\people.csv", "C:/people.csv", "a:b", "-x://y"]
)
def test_paths_are_no_addresses(path: str) -> None:
    assert named_file(path) == Path(path)
    assert without_secrets(path) == path


def test_a_password_is_nowhere_after_an_import(web: str, tmp_path: Path) -> None:
    with onefold.open(tmp_path / "people.db") as book:
        receipt = book.import_file(f"http://ana:{SECRET}@{web}/people.csv?token={SECRET}")
        assert receipt.reasons == {"created": 1}
        assert SECRET not in json.dumps(receipt.as_dict())
        assert book.provenance(1)["email"]["source"] == "people.csv"
    for path in tmp_path.rglob("*"):
        assert SECRET not in path.name
        assert not path.is_file() or SECRET.encode() not in path.read_bytes()


def test_a_password_is_not_said_by_the_command_line(
    web: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    address = f"http://ana:{SECRET}@{web}/people.csv?token={SECRET}"
    done = type_words("import", address)
    assert done.exit_status == 0
    wrong = [
        type_words("import", address.replace("people", "nobody")),
        type_words("import", address, address),
        type_words("--json", "import", address, "--encoding", "none-such"),
        type_words(address),
    ]
    assert {ran.exit_status for ran in wrong} == {2}
    assert not any(SECRET in ran.output + ran.messages for ran in [done, *wrong])
    monkeypatch.setattr("onefold.interfaces.cli.import_options.read_mapping", lambda _: 1 / 0)
    fault = type_words("import", address)
    assert fault.exit_status == 1
    assert SECRET not in fault.messages
    assert SECRET not in (tmp_path / "state" / "onefold" / "log" / "onefold.log").read_text()
