"""The header of an earlier import, found when such a file comes again; and what most contacts are like."""

from sqlalchemy import text

from onefold.model.outcome import ReceiptStatus
from onefold.stores import Store
from tests.stores.building import NOW, create


def imported(store: Store, header: str, source: str, status: ReceiptStatus = ReceiptStatus.COMPLETED) -> int:
    with store.writer() as writer:
        number = writer.start_receipt(
            "import", status, NOW, source_name=source, header_line=header, mapping={"Mail": "email"}
        )
        writer.keep_header(number, f"key of {header}", f"key of {source}", {"Mail": "email", "é": None})
        return number


def test_the_last_import_counts_by_its_header_or_by_its_source(store: Store) -> None:
    imported(store, "Mail\té", "a.csv")
    second = imported(store, "Mail\té", "b.csv")
    third = imported(store, "Mail", "b.csv")
    with store.reader() as reader:
        found = reader.last_with_header(["key of Mail\té"])
        assert found is not None
        assert (found.receipt_id, found.source_name, found.headers) == (second, "b.csv", ("Mail", "é"))
        assert (found.mapping, found.by_hand) == ({"Mail": "email"}, {"Mail": "email", "é": None})
        of_b = reader.last_from_source(["key of b.csv"])
        assert of_b is not None
        assert of_b.receipt_id == third
        assert [one.receipt_id for one in reader.last_headers(2)] == [third, second]
        assert reader.last_with_header(["another"]) is None


def test_only_imports_that_were_completed_and_not_undone_count(store: Store) -> None:
    first = imported(store, "Mail", "a.csv")
    for status in (ReceiptStatus.RUNNING, ReceiptStatus.CANCELLED, ReceiptStatus.UNDONE):
        imported(store, "Mail", "a.csv", status)
    with store.reader() as reader:
        found = reader.last_with_header(["key of Mail"])
        assert found is not None
        assert found.receipt_id == first


def test_the_headers_are_found_by_an_index(store: Store) -> None:
    imported(store, "Mail", "a.csv")
    with store.reader() as reader:
        names = reader._connection.execute(
            text(
                "SELECT name FROM sqlite_master WHERE type = 'index'"
                if reader._connection.dialect.name == "sqlite"
                else "SELECT indexname FROM pg_indexes"
            )
        ).scalars()
        assert {
            "ix_imported_header_header_key_receipt_id",
            "ix_imported_header_source_key_receipt_id",
        } <= set(names)


def test_the_newest_contacts_say_whether_nearly_all_have_a_crm_id(store: Store) -> None:
    with store.reader() as reader:
        assert reader.share_with_crm_id() == 0
    with store.writer() as writer:
        create(writer, *({"email": f"p{number}@example.com"} for number in range(3)), {"crm_id": "C-1"})
    with store.reader() as reader:
        assert reader.share_with_crm_id() == 0.25
