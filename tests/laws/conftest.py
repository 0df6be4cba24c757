"""How hard the laws are tried: `ci` is the same every time and quick; `thorough` is for a quiet hour.

`HYPOTHESIS_PROFILE=thorough python -m pytest tests/laws`
"""

import os
from collections.abc import Callable, Iterator

import pytest
from hypothesis import HealthCheck, Phase, settings

from tests.laws.books import PostgresqlShelf, Shelf, SqliteShelf

_STORES_ARE_SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture]

settings.register_profile(
    "ci",
    max_examples=10,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=_STORES_ARE_SLOW,
    report_multiple_bugs=False,
)
settings.register_profile(
    "thorough",
    parent=settings.get_profile("ci"),
    max_examples=5_000,
    derandomize=False,
    phases=tuple(Phase),
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


@pytest.fixture(scope="session")
def sqlite_shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    return SqliteShelf(tmp_path_factory.mktemp("books"))


@pytest.fixture(scope="session")
def postgresql_shelf(new_postgres_database: Callable[[], str]) -> Iterator[Shelf]:
    shelf = PostgresqlShelf((new_postgres_database(), new_postgres_database()))
    yield shelf
    shelf.close()


@pytest.fixture(scope="session", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.servers)])
def shelf(request: pytest.FixtureRequest) -> Shelf:
    """Fresh books on each kind of store."""
    found: Shelf = request.getfixturevalue(f"{request.param}_shelf")
    return found
