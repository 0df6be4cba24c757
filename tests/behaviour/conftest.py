"""The two stores that every example runs on."""

from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest


@pytest.fixture(scope="session")
def examples_database(new_postgres_database: Callable[[], str]) -> str:
    """One PostgreSQL database for all examples: to make and drop one for each takes longer than they do."""
    return new_postgres_database()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.servers)])
def empty_store(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database with nothing in it."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'book.db'}"
    address: str = request.getfixturevalue("examples_database")
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
    return address
