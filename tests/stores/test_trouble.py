"""What the world does to a book: full disks, damage, copies."""

import sqlite3
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from onefold.model.error import OnefoldError, UsageError
from onefold.model.field import FieldType
from onefold.model.outcome import ReceiptStatus
from onefold.stores import Store, open_store
from onefold.stores.opening import database_at
from tests.stores.building import NOW, create, ids


def test_a_full_disk_is_told_plainly_and_changes_nothing(tmp_path: Path) -> None:
    with open_store(tmp_path / "book.db", now=NOW, new_code=lambda: "b7k2") as store:
        with store.writer() as writer:
            create(writer, {"first_name": "Ana"})
        with (
            pytest.raises(
                OnefoldError, match=r"disk that holds .* is full, what was under way was taken back"
            ) as told,
            store.writer() as writer,
        ):
            pages = writer._connection.exec_driver_sql("PRAGMA page_count").scalar()
            writer._connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
            create(writer, *({"first_name": "x" * 500} for _ in range(2_000)))
        assert (told.value.code, told.value.exit_status) == ("disk_full", 1)
    with (
        open_store(tmp_path / "book.db", now=NOW, new_code=lambda: "zzzz") as store,
        store.reader() as reader,
    ):
        assert reader.count_contacts() == 1
        assert reader.problems() == []


@pytest.mark.parametrize(
    ("cause", "code"),
    [
        (psycopg.errors.DiskFull("no space left on device"), "disk_full"),
        (psycopg.errors.InsufficientPrivilege("permission denied for schema public"), "no_permission"),
        (psycopg.errors.ProgramLimitExceeded("index row size 4000 exceeds"), "value_too_long"),
        (psycopg.OperationalError("the connection is lost\nand more"), "book_unreachable"),
        (ValueError("ours"), None),
    ],
)
def test_errors_of_a_server_are_told_plainly(cause: Exception, code: str | None) -> None:
    database = database_at("postgresql://me:hush-hush@example.com/book")
    plain = [database.explain(cause), database.explain(OperationalError("SELECT 1", {}, cause))]
    assert [told and told.code for told in plain] == [code, code]
    assert "hush" not in str(plain[0])


def test_a_number_beyond_all_books_is_told_plainly(store: Store) -> None:
    with pytest.raises(UsageError, match="larger than any in a book"), store.reader() as reader:
        reader.page(limit=10**30)


def test_a_damaged_file_is_told_plainly(tmp_path: Path) -> None:
    path = tmp_path / "book.db"
    with open_store(path, now=NOW, new_code=lambda: "b7k2") as store, store.writer() as writer:
        create(writer, *({"first_name": "Ana", "email": f"{number}@example.com"} for number in range(2_000)))
    content = bytearray(path.read_bytes())
    content[3 * 4096 : -4096] = b"\xff" * len(content[3 * 4096 : -4096])
    path.write_bytes(content)
    with (
        pytest.raises(OnefoldError, match="damaged") as told,
        open_store(path, now=NOW, new_code=lambda: "b7k2") as store,
        store.reader() as reader,
    ):
        reader.contacts(ids(*range(2_000)))
    assert told.value.code == "book_damaged"


def busy_book(store: Store) -> None:
    with store.writer() as writer:
        writer.add_identifier_kind("loyalty_id")
        city = writer.add_field("City", FieldType.TEXT).column
        vip = writer.add_field("Vip", FieldType.YES_NO).column
        create(
            writer,
            {"email": "ana@example.com", "loyalty_id": "L1", city: "Porto", vip: True},
            {"phone": "+442", "merged_into": -1},
            aliases_added=[(-1, "phone", "+441", "former")],
            memberships_added=[(-1, "tag", "vip"), (-1, "list", "News")],
            marks_added=[("phone", "+443", "shared")],
            reviews=[("kept_apart", -1, -2, "phone", "+442", 1, "?")],
            changed_numbers=[(-1, "+441")],
        )


def whole(store: Store) -> list[object]:
    with store.reader() as reader:
        return [
            reader.settings(),
            reader.fields(),
            reader.own_kinds(),
            reader.details(ids(1, 2)),
            reader.contacts(ids(1, 2)).contacts.sort("id").rows(),
            reader.marks().rows(),
            reader.reviews(),
            reader.receipts(),
            reader.entries(1).rows(),
            reader.changed_numbers().rows(),
            reader.revision(),
            reader.page(search="ana").to_list(),
            reader.problems(),
        ]


def test_a_backup_is_the_same_book_in_one_file(store: Store, tmp_path: Path) -> None:
    busy_book(store)
    store.follow_search()
    with store.writer() as writer:
        create(writer, {})  # not committed yet: no part of the copy
        store.backup(tmp_path / "copy.db")
    with open_store(tmp_path / "copy.db", now=NOW, new_code=lambda: "zzzz") as copy:
        with copy.reader() as reader:
            assert reader.count_contacts() == 1
        with copy.writer() as writer:
            assert create(writer, {}) == [3]
            assert writer.start_receipt("edit", ReceiptStatus.COMPLETED, NOW) == 3
        copy.follow_search()
        with copy.reader() as reader:
            assert reader.page(search="port").to_list() == [1]
    assert not list(tmp_path.glob("*.partial*"))


def test_a_backup_holds_everything(store: Store, tmp_path: Path) -> None:
    busy_book(store)
    store.backup(tmp_path / "copy.db")
    with open_store(tmp_path / "copy.db", now=NOW, new_code=lambda: "zzzz") as copy:
        assert whole(copy) == whole(store)


def test_a_backup_replaces_no_file(store: Store, tmp_path: Path) -> None:
    (tmp_path / "copy.db").write_text("precious")
    with pytest.raises(UsageError, match="is there already"):
        store.backup(tmp_path / "copy.db")
    with pytest.raises(UsageError, match="is not there"):
        store.backup(tmp_path / "nowhere" / "copy.db")
    assert (tmp_path / "copy.db").read_text() == "precious"


def test_a_backup_that_cannot_be_written_names_the_copy(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy_book(store)
    if store.name.startswith("postgresql"):
        monkeypatch.setattr("onefold.stores.backup.migrate", full)
    else:
        monkeypatch.setattr("onefold.stores.backup.copy_file", full)
    with pytest.raises(OnefoldError, match=r"copy\.db is full") as told:
        store.backup(tmp_path / "copy.db")
    assert told.value.code == "disk_full"
    assert not list(tmp_path.glob("copy*"))


def full(*_: object) -> None:
    """What SQLite says when there is no room."""
    with closing(sqlite3.connect(":memory:")) as small:
        small.execute("PRAGMA max_page_count = 1")
        small.execute("CREATE TABLE a (b)")


BROKEN = {
    "DELETE FROM contact WHERE id = 1": [
        "aliases belong to a contact that is not there: 1",
        "tags of contacts belong to a contact that is not there: 1",
        "places on lists belong to a contact that is not there: 1",
        "changed numbers belong to a contact that is not there: 1",
        "merged contacts lead to no living one: 2",
    ],
    "DELETE FROM tag": ["tags of contacts name a tag that is not there: 1"],
    "DELETE FROM list": ["places on lists name a list that is not there: 1"],
    "DELETE FROM ledger WHERE contact_id = 2": ["contacts have no line in the ledger: 2"],
    "UPDATE ledger SET batch_id = 7": ["lines of the ledger name a batch that is not there: 1, 2"],
    "UPDATE contact SET merged_into = 2 WHERE id = 1": ["merged contacts lead to no living one: 1, 2"],
    "UPDATE contact SET phone = '+441' WHERE id = 1": [
        "contacts have their current phone as an alias too: 1"
    ],
    "UPDATE alias SET why = 'whim'": ["aliases have a kind or a reason that does not exist: 1"],
    "UPDATE alias SET kind = 'fax'": ["aliases have a kind or a reason that does not exist: 1"],
    "UPDATE counter SET value = 2 WHERE name = 'next_contact_id'": [
        "the next contact id, 2, was given out before"
    ],
    "UPDATE counter SET value = 9 WHERE name = 'indexed_batch'": [
        "the search index claims to know a batch that is not there"
    ],
    "INSERT INTO question (kind, address, asked_at, expires_at) "
    "VALUES ('confirm_number', '+441', '1', '2'), ('email', '+441', '1', '2')": [
        "numbers are asked several things by text at once, which one YES would answer: 1"
    ],
    "INSERT INTO question (kind, channel, address, asked_at, expires_at) "
    "VALUES ('email', 'fax', '1', '1', '2')": ["questions go by a channel that does not exist: 1"],
    "DELETE FROM counter WHERE name = 'revision'": ["the book has lost its counters revision"],
    "DELETE FROM setting WHERE key = 'code'": ["the book has lost its short id"],
    "UPDATE ledger SET before = '[[\"email\"]]' WHERE contact_id = 2": [
        "lines of the ledger cannot be read, for contacts: 2"
    ],
    "UPDATE ledger SET before = 'torn' WHERE contact_id = 2": [
        "lines of the ledger cannot be read, for contacts: 2"
    ],
    "UPDATE contact SET email = 'ana@example.com', merged_into = NULL WHERE id = 2": [
        "warning: several contacts hold the same email, not marked shared, "
        "for 1 values of it (contacts 1 and 2 for one)"
    ],
    "UPDATE contact SET phone = '+443', merged_into = NULL": [],
}


@pytest.mark.parametrize("wound", BROKEN)
def test_a_check_finds_what_is_wrong(store: Store, wound: str) -> None:
    busy_book(store)
    with store.reader() as reader:
        assert reader.problems() == []
    with store.writer() as writer:
        writer._connection.execute(text(wound))
        assert writer.problems() == BROKEN[wound]


def test_a_check_finds_a_column_that_is_gone(store: Store) -> None:
    with store.writer() as writer:
        column = writer.add_field("City", FieldType.TEXT).column
        writer._connection.exec_driver_sql(f"ALTER TABLE contact DROP COLUMN {column}")
        assert writer.problems() == ["the column of field City is not there"]


def test_a_check_looks_into_the_file_itself(tmp_path: Path) -> None:
    path = tmp_path / "book.db"
    with open_store(path, now=NOW, new_code=lambda: "b7k2") as store:
        busy_book(store)
    with closing(sqlite3.connect(path)) as damaging:
        damaging.execute("PRAGMA writable_schema = ON")
        damaging.execute("UPDATE sqlite_master SET sql = replace(sql, 'email IS NOT', 'email IS')")
        damaging.commit()
    with open_store(path, now=NOW, new_code=lambda: "b7k2") as store, store.reader() as reader:
        assert "the file is damaged" in reader.problems()[0]
