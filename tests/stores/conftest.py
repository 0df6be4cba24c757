"""A book on each kind of store, empty, at one moment of a frozen clock."""

from collections.abc import Iterator

import pytest

from onefold.stores import Store, open_store
from tests.stores.building import NOW


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    with open_store(database_url, now=NOW, new_code=lambda: "b7k2") as opened:
        yield opened
