"""A book is made, found again, migrated; whatever is not a book is refused and left as it was."""

import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import make_url, text

from onefold.model.error import UsageError
from onefold.stores import Store, open_store
from onefold.stores.migrating import HEAD, KNOWN, migrate
from onefold.stores.opening import database_at
from onefold.stores.schema import metadata
from tests.older_books import as_first_made
from tests.stores.building import NOW, create, ids


def opened(where: str | Path, code: str = "b7k2") -> Store:
    return open_store(where, now=NOW, new_code=lambda: code)


def test_a_new_book_is_empty_and_has_a_short_id(store: Store) -> None:
    with store.reader() as reader:
        assert reader.settings() == {
            "code": "b7k2",
            "created_at": "2026-11-22T10:00:00Z",
            "time_zone": "UTC",
        }
        assert (reader.count_contacts(), reader.revision(), reader.receipts()) == (0, 0, [])
        assert reader.problems() == []


def test_a_book_is_found_again_as_it_was_left(database_url: str) -> None:
    with opened(database_url) as store, store.writer() as writer:
        create(writer, {"email": "ana@example.com"})
    with opened(database_url, code="zzzz") as store, store.reader() as reader:
        assert reader.settings()["code"] == "b7k2"
        assert reader.contacts(ids(1)).contacts["email"].to_list() == ["ana@example.com"]


def test_a_path_and_its_address_are_the_same_book(tmp_path: Path) -> None:
    with opened(tmp_path / "book.db") as store, store.writer() as writer:
        create(writer, {})
    with opened(f"sqlite:///{tmp_path / 'book.db'}") as store, store.reader() as reader:
        assert store.name == str(tmp_path / "book.db")
        assert store.files == tmp_path / "book.db.files"
        assert reader.count_contacts() == 1


def test_names_never_tell_a_password(new_postgres_database: Callable[[], str]) -> None:
    address = make_url(new_postgres_database()).set(username="postgres", password="hush-hush")
    with opened(address.render_as_string(hide_password=False)) as store:
        assert "hush" not in store.name
        assert store.name.startswith("postgresql://postgres:***@")
        assert store.files.name == "b7k2"


def test_the_steps_lead_to_the_schema(database_url: str) -> None:
    with opened(database_url):
        engine = database_at(database_url).engine
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "include_name": lambda name, kind, _: kind != "table" or not name.startswith("search"),
            },
        )
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_the_newest_step_is_the_one_that_is_known() -> None:
    config = Config()
    config.set_main_option("script_location", "onefold.stores:migrations")
    script = ScriptDirectory.from_config(config)
    assert script.get_heads() == [HEAD]
    assert sorted(step.revision for step in script.walk_revisions()) == sorted(KNOWN)


def older_book(database_url: str) -> None:
    """A book as the first version made it, with one contact in it."""
    with opened(database_url) as store, store.writer() as writer:
        create(writer, {"email": "ana@example.com"})
    engine = database_at(database_url).engine
    as_first_made(engine)
    engine.dispose()


def test_an_older_book_is_migrated_after_a_backup_copy(database_url: str, tmp_path: Path) -> None:
    older_book(database_url)
    with opened(database_url) as store:
        store.follow_search()
        with store.reader() as reader:
            assert reader.page(search="ana@").to_list() == [1]
            assert reader.problems() == []
    copies = [path.name for path in tmp_path.iterdir() if "before" in path.name]
    assert copies == ([f"book.db.before-{HEAD}"] if database_url.startswith("sqlite") else [])
    for name in copies:
        with closing(sqlite3.connect(tmp_path / name)) as copy:
            assert copy.execute("SELECT version_num FROM alembic_version").fetchall() == [("0001",)]
            assert copy.execute("SELECT email FROM contact").fetchall() == [("ana@example.com",)]


def test_what_an_older_book_asked_by_text_still_waits_for_its_answer(database_url: str) -> None:
    older_book(database_url)
    engine = database_at(database_url).engine
    with engine.begin() as connection:
        migrate(connection, NOW, "0005")
        asked = "'confirm_number', '+447400100001', '{\"source\": \"form\"}', '2026-11-22', '2026-11-29'"
        columns = "kind, phone, context, asked_at, expires_at"
        connection.execute(text(f"INSERT INTO question ({columns}) VALUES ({asked})".replace(":", r"\:")))
    engine.dispose()
    with opened(database_url) as store, store.reader() as reader:
        question = reader.open_question("+447400100001", NOW)
        assert question is not None
        assert (question.address, question.context) == ("+447400100001", {"source": "form"})
        assert reader.kept_questions(NOW).is_empty()


def test_a_migration_that_fails_leaves_the_older_book(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    older_book(database_url)

    def migrate_and_stumble(*arguments: object) -> None:
        migrate(*arguments)  # type: ignore[arg-type]
        raise RuntimeError

    with monkeypatch.context() as patch, pytest.raises(RuntimeError):
        patch.setattr("onefold.stores.opening.migrate", migrate_and_stumble)
        opened(database_url)
    engine = database_at(database_url).engine
    with engine.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == "0001"
    engine.dispose()
    with opened(database_url) as store, store.reader() as reader:
        assert reader.count_contacts() == 1


def test_a_book_of_a_newer_version_is_refused(database_url: str) -> None:
    opened(database_url).close()
    engine = database_at(database_url).engine
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(UsageError, match=r"a newer Onefold.*upgrade Onefold") as refused:
        opened(database_url)
    assert refused.value.code == "newer_book"


def other_database(path: Path) -> None:
    with closing(sqlite3.connect(path)) as other:
        other.execute("PRAGMA journal_mode = WAL")
        other.execute("CREATE TABLE contact (id INTEGER)")


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda path: path.write_bytes(b"\x00\x01junk" * 50), "is not an Onefold book"),
        (lambda path: path.write_text("Name,E-mail\nAna,ana@example.com\n"), "is not an Onefold book"),
        (other_database, "is a database of another program"),
    ],
)
def test_a_file_of_something_else_is_refused_and_left_alone(
    make: Callable[[Path], object], says: str, tmp_path: Path
) -> None:
    path = tmp_path / "book.db"
    make(path)
    before = path.read_bytes()
    with pytest.raises(UsageError, match=says) as refused:
        opened(path)
    assert refused.value.code == "not_a_book"
    assert "\n" not in str(refused.value)
    assert (path.read_bytes(), list(tmp_path.iterdir())) == (before, [path])


def test_an_empty_file_becomes_a_book(tmp_path: Path) -> None:
    path = tmp_path / "book.db"
    path.touch()
    with opened(path) as store, store.reader() as reader:
        assert reader.count_contacts() == 0


def test_a_folder_is_no_book(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is a folder"):
        opened(tmp_path)


def test_the_folder_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is not there"):
        opened(tmp_path / "nowhere" / "book.db")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "book.db"
    opened(path).close()

    def forbidden(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", forbidden)
    with pytest.raises(UsageError, match=r"cannot be read \(Permission denied\)"):
        opened(path)


@pytest.mark.parametrize(
    "address",
    [
        "mysql://localhost/book",
        "sqlite://",
        "sqlite:///:memory:",
        "http://example.com",
        "postgresql://here:door/book",
    ],
)
def test_an_address_that_is_not_of_a_book(address: str) -> None:
    with pytest.raises(UsageError, match="not the address of a book"):
        opened(address)


def test_a_server_that_does_not_answer(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="does not answer") as refused:
        opened(f"postgresql://me:hush-hush@/book?host={tmp_path}")
    assert refused.value.code == "book_unreachable"
    assert "\n" not in str(refused.value)
    assert "hush" not in str(refused.value)


def test_a_database_with_other_tables_is_refused_and_left_alone(postgres_url: str) -> None:
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("CREATE TABLE contact (id integer)")
    with pytest.raises(UsageError, match="holds the tables of something else"):
        opened(postgres_url)
    with psycopg.connect(postgres_url) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    assert tables == [("contact",)]


def test_a_database_that_cannot_hold_every_name_is_refused(postgres_server: str) -> None:
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute("CREATE DATABASE narrow ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
    with pytest.raises(UsageError, match=r"LATIN1.*ENCODING 'UTF8'"):
        opened(postgres_server.replace("/postgres?", "/narrow?"))
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute("DROP DATABASE narrow WITH (FORCE)")


def test_two_who_open_a_new_book_at_once_make_one(database_url: str) -> None:
    codes = [f"c{number:03}" for number in range(6)]
    with ThreadPoolExecutor(len(codes)) as threads:
        stores = list(threads.map(lambda code: opened(database_url, code), codes))
    seen = set()
    for store in stores:
        with store, store.reader() as reader:
            seen.add(reader.settings()["code"])
    assert len(seen) == 1
