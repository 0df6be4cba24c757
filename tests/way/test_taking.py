"""Records of any source, taken in one batch by the same stages as a file."""

import pytest

from onefold.book import Book
from onefold.model.outcome import ReceiptStatus
from tests.way.at_the_desk import ANA, BEA, ONE, TWO, everybody, refusal, shown, take_in


def test_every_record_is_answered_in_order(book: Book) -> None:
    answers = book.take(
        [
            {"source": "form", "key": "one", "email": ANA, "first_name": "Ana"},
            {"source": "api", "key": "two", "email": "nobody"},
            {"source": "api", "email": ANA, "first_name": "Anna"},
            {"source": "api"},
        ]
    )
    assert [(answer.key, answer.status, answer.reason, answer.contact_id) for answer in answers] == [
        ("one", "Imported", "created", 1),
        ("two", "Error", "bad_email", None),
        (None, "Updated", "updated", 1),
        (None, "Error", "no_identifier", None),
    ]
    assert answers[1].detail


def test_records_make_one_receipt(book: Book) -> None:
    book.take([{"source": "form", "email": ANA}, {"source": "form", "email": BEA}])
    [receipt] = book.receipts()
    assert (receipt.kind, receipt.status) == ("take", ReceiptStatus.COMPLETED)
    assert (receipt.rows, receipt.imported, receipt.reasons) == (2, 2, {"created": 2})


def test_a_record_carries_all_that_a_row_does(book: Book) -> None:
    book.add_identifier("loyalty_id")
    book.add_field("Visits", "number")
    book.add_field("Member", "yes_no")
    book.create_list("News")
    book.take(
        [
            {
                "source": "api",
                "at": "2026-11-22T10:00:00Z",
                "crm_id": "C",
                "loyalty_id": "L",
                "email": ANA,
                "phone": "+44 7400 100001",
                "first_name": "Ana",
                "last_name": None,
                "fields": {"Visits": 3, "Member": True},
                "tags": ["web"],
                "lists": ["News"],
            }
        ]
    )
    assert shown(book, 1) == (
        f"crm_id=C email={ANA} phone={ONE} first_name=Ana Visits=3.0 Member=True #web @News"
    )
    assert take_in(book, "loyalty_id,last_name", "L,Silva").reasons == {"updated": 1}


def test_a_contact_id_is_a_number(book: Book) -> None:
    take_in(book, "email", ANA)
    answers = book.take(
        [
            {"source": "api", "contact_id": 1, "first_name": "Ana"},
            {"source": "api", "contact_id": 7, "first_name": "Bea"},
        ]
    )
    assert [answer.reason for answer in answers] == ["updated", "unknown_contact_id"]


@pytest.mark.parametrize(
    ("source", "proven", "merges"),
    [
        ("api", [], True),
        ("import", [], True),
        ("console", [], True),
        ("form", [], False),
        ("form", ["email"], False),
        ("form", ["email", "phone"], True),
        ("keyword", [], False),
        ("keyword", ["email"], True),  # who sends a text has that number
        ("click_to_text", ["email"], False),
        ("checkout", ["email"], False),
        ("profile_update", ["email", "phone"], True),
        ("subscribe_link", ["phone"], False),
    ],
)
def test_a_source_knows_an_identifier_as_well_as_it_can(
    book: Book, source: str, proven: list[str], merges: bool
) -> None:
    take_in(book, "email", ANA)
    take_in(book, "phone", ONE)
    [answer] = book.take([{"source": source, "proven": proven, "email": ANA, "phone": ONE}])
    assert answer.reason == ("merged" if merges else "kept_apart")


@pytest.mark.parametrize(
    ("record", "says"),
    [
        ({"email": ANA}, "source None"),
        ({"source": "fax", "email": ANA}, "source 'fax'"),
        ({"source": "api", "emial": ANA}, "says 'emial'"),
        ({"source": "api", "fields": {"City": "Porto"}}, "no field 'City'"),
    ],
)
def test_a_record_that_says_what_the_book_has_no_word_for_is_refused(
    book: Book, record: dict[str, object], says: str
) -> None:
    with refusal("bad_record") as told:
        book.take([{"source": "api", "email": BEA}, record])
    assert says in told[0].message
    assert (book.contacts(), book.receipts()) == ([], [])


def test_records_can_be_taken_under_another_policy(book: Book) -> None:
    take_in(book, "email,phone", f"{ANA},{ONE}")
    record = {"source": "checkout", "proven": ["email"], "email": ANA, "phone": TWO}
    book.take([record])
    assert shown(book, 1) == f"email={ANA} phone={ONE} phone~{TWO}:claimed"
    book.take([record], policy="klaviyo")
    assert shown(book, 1) == f"email={ANA} phone={TWO} phone~{ONE}:former"


def test_no_records_are_no_trouble(book: Book) -> None:
    assert book.take([]) == []
    assert everybody(book) == {}


def test_records_that_agree_are_folded(book: Book) -> None:
    answers = book.take(
        [{"source": "api", "email": ANA}, {"source": "api", "email": ANA, "first_name": "Ana"}]
    )
    assert [(answer.reason, answer.contact_id) for answer in answers] == [("created", 1), ("repeat", 1)]
