"""The one book that the readings of rules are held against, on each kind of store."""

from collections.abc import Callable, Iterator

import pytest

from onefold.model.field import FieldType
from onefold.stores import Store, open_store
from tests.audience.generating import CHOICES, LISTS, TAGS
from tests.stores.building import NOW, create


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.servers)])
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A book with a field of each type, with and without a default; its contacts come and go."""
    if request.param == "postgresql":
        new_database: Callable[[], str] = request.getfixturevalue("new_postgres_database")
        where = new_database()
    else:
        where = str(tmp_path_factory.mktemp("book") / "people.db")
    with open_store(where, now=NOW, new_code=lambda: "b7k2") as opened:
        with opened.writer() as writer:
            writer.set_setting("time_zone", "Europe/Berlin")
            writer.set_setting("region", "PT")
            writer.add_identifier_kind("loyalty_id")
            for name in ("city", "tag"):
                writer.add_field(name, FieldType.TEXT)
            writer.add_field("with default", FieldType.TEXT, default="Évora")
            writer.add_field("age", FieldType.NUMBER)
            writer.add_field("score", FieldType.NUMBER, default="2")
            writer.add_field("born", FieldType.DATE)
            writer.add_field("vip", FieldType.YES_NO)
            writer.add_field("seen", FieldType.YES_NO, default="false")
            writer.add_field("colour", FieldType.CHOICE, choices=CHOICES)
            named = [*(("tag", name) for name in TAGS), *(("list", name) for name in LISTS)]
            create(writer, {}, memberships_added=[(-1, *each) for each in named])
        yield opened
