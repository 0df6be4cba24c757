"""A file of records goes the way of an import: planned, applied in batches, gone on with, taken back."""

import json
from collections.abc import Callable, Iterator
from io import BytesIO

import pytest

from onefold.book import Book
from onefold.model.outcome import ReceiptStatus
from onefold.way import applying
from tests.way.at_the_desk import ANA, BEA, CARLA, ONE, everybody, refusal

ORDERS = [
    {"source": "checkout", "key": "1", "email": ANA, "proven": ["email"], "consent": {"email": "subscribed"}},
    {"source": "checkout", "key": "2", "email": BEA, "tags": ["vip"]},
    {"source": "checkout", "key": "1", "email": CARLA},
    {"source": "checkout", "key": "3", "email": "nobody"},
    {"source": "keyword", "key": "3", "phone": ONE, "body": "STOP"},
    {"source": "checkout", "key": "3", "email": CARLA},
]
ANSWERS = [
    ("1", "Imported", "created", 1),
    ("2", "Imported", "created", 2),
    ("1", "Skipped", "repeat", 1),
    ("3", "Error", "bad_email", None),
    ("3", "Imported", "created", 3),
    ("3", "Imported", "created", 4),
]


@pytest.fixture
def book(opened: Callable[[], Book]) -> Iterator[Book]:
    """A book on each store, whose batches have two rows."""
    yield opened()


def lines(*records: object) -> BytesIO:
    return BytesIO(b"".join(json.dumps(record).encode() + b"\n" for record in records))


def taken(book: Book, file: BytesIO, **options: object) -> int:
    return book.apply(book.plan_records(file, **options), yes=True).id or 0  # type: ignore[arg-type]


def answers(book: Book, receipt_id: int) -> list[tuple[object, ...]]:
    told = book.answers(receipt_id)
    return [(one["key"], one["status"], one["reason"], one["contact_id"]) for one in told]


def test_every_record_of_every_batch_is_answered(book: Book) -> None:
    receipt_id = taken(book, lines(*ORDERS))
    assert answers(book, receipt_id) == ANSWERS
    receipt = book.receipt(receipt_id)
    assert (receipt.kind, receipt.status, receipt.tag) == ("records", ReceiptStatus.COMPLETED, None)
    assert receipt.reasons == {"created": 4, "bad_email": 1, "repeat": 1}
    assert everybody(book) == {
        1: f"email={ANA}",
        2: f"email={BEA} #vip",
        3: f"phone={ONE}",
        4: f"email={CARLA}",
    }
    assert [book.contact(number)["consent"] for number in (1, 3)] == [
        {"email": "subscribed", "sms": "none"},
        {"email": "none", "sms": "unsubscribed"},
    ]


def test_the_plan_foretells_the_answers(book: Book) -> None:
    plan = book.plan_records(lines(*ORDERS))
    foretold = [(one["key"], one["status"], one["reason"]) for one in book.answers(plan)]
    assert foretold == [answer[:3] for answer in ANSWERS]
    assert all(one["contact_id"] is None for one in book.answers(plan))
    plan.discard()
    assert book.contacts() == []


def test_the_same_file_again_says_nothing_new(book: Book) -> None:
    taken(book, lines(*ORDERS))
    before = everybody(book)
    again = taken(book, lines(*ORDERS))
    assert book.receipt(again).reasons == {"repeat": 5, "bad_email": 1}
    assert [contact for *_, contact in answers(book, again)] == [1, 2, 1, None, 3, 4]
    assert everybody(book) == before


def test_what_is_no_record_is_answered_and_the_others_go_on(book: Book) -> None:
    file = b'\xef\xbb\xbf{"source": "api", "email": "ana@example.com"}\nnonsense\n\n[1]\n"text"\n{"a":\n'
    file += b'{"source": "api", "email": "\xff"}\n{"source": "api", "key": 1, "key": 2}\n'
    file += b"[" * 100_000 + b"\n" + b'{"source": "api", "email": "bea@example.com"}'
    told = answers(book, taken(book, BytesIO(file)))
    assert [reason for _, _, reason, _ in told] == [
        "created",
        *["malformed_row"] * 4,
        "undecodable_text",
        *["malformed_row"] * 2,
        "created",
    ]


def test_what_can_be_read_of_a_damaged_line_refuses(book: Book) -> None:
    no = b'"source": "api", "consent": {"email": "unsubscribed"}'
    file = b'{"email": "ana@example.com", "first_name": "\xff", ' + no + b"}\n"
    file += b'{"email": "b\xffa@example.com", "phone": "+447400100001", "consent": {"sms": "stop"}}\n'
    file += b'{"email": "bea@example.com", "consent": {"email": "subscribed"}, ' + no + b"}\n"
    file += b'{"email": "carla@example.com", ' + no + b"\n"
    told = answers(book, taken(book, BytesIO(file)))
    assert [reason for _, _, reason, _ in told] == ["undecodable_text"] * 2 + ["malformed_row"] * 2
    states = [book.consent(address)["state"] for address in (ANA, ONE, BEA, CARLA)]
    assert states == ["unsubscribed", "unsubscribed", "unsubscribed", "none"]


def test_an_array_of_records_is_as_good(book: Book) -> None:
    file = BytesIO(json.dumps(ORDERS, indent=1).encode())
    assert answers(book, taken(book, file)) == ANSWERS


@pytest.mark.parametrize(("content", "code"), [(b"", "empty_file"), (b"\n \n", "empty_file")])
def test_a_file_without_records_is_refused(book: Book, content: bytes, code: str) -> None:
    with refusal(code):
        book.plan_records(BytesIO(content))


def test_what_a_file_of_records_did_is_taken_back(book: Book) -> None:
    book.undo(taken(book, lines(*ORDERS)))
    assert everybody(book) == {}
    assert answers(book, taken(book, lines(ORDERS[0])))[0][1:3] == ("Imported", "created")


def test_tags_and_lists_for_all(book: Book) -> None:
    book.create_list("News")
    taken(book, lines(ORDERS[0]), tags=("web",), into_list="News")
    assert everybody(book) == {1: f"email={ANA} #web @News"}


NO = {"email": "unsubscribed"}
REFUSALS = [
    {"source": "checkout", "key": "1", "email": ANA, "proven": ["email"], "consent": {"email": "subscribed"}},
    {"source": "checkout", "key": "2", "email": BEA, "nickname": "Bee", "consent": NO},
    {"source": "checkout", "key": "1", "email": ANA, "consent": NO},
    {"source": "checkout", "key": "2", "email": BEA, "consent": NO},
    {"source": "checkout", "key": "1", "email": ANA, "consent": NO, "at": "2030-01-01"},
    {"source": "checkout", "key": "3", "email": CARLA, "consent": NO, "proven": "email"},
]
"""Of Ana and of Bea there is one refusal each, whatever batches it comes in."""


def logs(book: Book) -> list[list[tuple[str, str]]]:
    return [
        [(entry["state"], entry["key"]) for entry in book.consent(address)["log"]]
        for address in (ANA, BEA, CARLA)
    ]


HEARD = [[("subscribed", "1"), ("unsubscribed", "1")], [("unsubscribed", "2")], [("unsubscribed", "3")]]


def test_a_refusal_in_a_file_counts_once_in_whatever_batch_and_whatever_line(book: Book) -> None:
    receipt_id = taken(book, lines(*REFUSALS))
    assert logs(book) == HEARD
    told = list(book.answers(receipt_id))
    assert [one["reason"] for one in told] == [
        "created",
        "malformed_row",
        "repeat",
        "created",
        "bad_date",
        "malformed_row",
    ]
    # Each batch answers for itself, once it is written.
    assert [one["consent"]["email"] for one in told] == ["subscribed", *["unsubscribed"] * 5]
    assert "its refusal counts" in told[2]["detail"]
    book.take(REFUSALS)
    assert logs(book) == HEARD


@pytest.mark.parametrize("batches_in", [1, 2])
@pytest.mark.parametrize("meanwhile", [[], REFUSALS[2:3], REFUSALS[3:4], REFUSALS[5:]])
def test_a_refusal_is_not_lost_by_an_interruption(
    book: Book,
    opened: Callable[[], Book],
    monkeypatch: pytest.MonkeyPatch,
    batches_in: int,
    meanwhile: list[object],
) -> None:
    plan = book.plan_records(lines(*REFUSALS))
    write = applying._write_batch

    def until(writer: object, going: object, number: int, now: object) -> None:
        if number == batches_in:
            raise RuntimeError("the process dies")
        write(writer, going, number, now)  # type: ignore[arg-type]

    with monkeypatch.context() as patched, pytest.raises(RuntimeError):
        patched.setattr(applying, "_write_batch", until)
        book.apply(plan)
    again = opened()
    again.take(meanwhile)
    again.resume(1)
    assert logs(again) == HEARD
    assert [one["consent"]["email"] for one in again.answers(1)][1:] == ["unsubscribed"] * 5


@pytest.mark.parametrize("batches_in", [1, 2])
@pytest.mark.parametrize("meanwhile", [False, True])
def test_one_that_is_interrupted_is_gone_on_with(
    book: Book,
    opened: Callable[[], Book],
    monkeypatch: pytest.MonkeyPatch,
    batches_in: int,
    meanwhile: bool,
) -> None:
    plan = book.plan_records(lines(*ORDERS))
    write = applying._write_batch

    def until(writer: object, going: object, number: int, now: object) -> None:
        if number == batches_in:
            raise RuntimeError("the process dies")
        write(writer, going, number, now)  # type: ignore[arg-type]

    with monkeypatch.context() as patched, pytest.raises(RuntimeError):
        patched.setattr(applying, "_write_batch", until)
        book.apply(plan)
    again = opened()
    if meanwhile:
        # The last record comes another way while nobody goes on with its file.
        assert again.take([ORDERS[-1]])[0].status == "Imported"
    receipt = again.resume(1)
    told = answers(again, 1)
    assert told[:5] == ANSWERS[:5] or meanwhile
    assert [answer[:3] for answer in told[:5]] == [answer[:3] for answer in ANSWERS[:5]]
    assert told[5][1:3] == (("Skipped", "repeat") if meanwhile else ("Imported", "created"))
    assert receipt.rows == sum(receipt.reasons.values()) == 6
    assert again.count() == 4


def test_the_same_command_goes_on_with_it_but_an_import_of_the_file_does_not(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = applying._write_batch

    def first_only(writer: object, going: object, number: int, now: object) -> None:
        if number:
            raise RuntimeError("the process dies")
        write(writer, going, number, now)  # type: ignore[arg-type]

    plan = book.plan_records(lines(*ORDERS))
    with monkeypatch.context() as patched, pytest.raises(RuntimeError):
        patched.setattr(applying, "_write_batch", first_only)
        book.apply(plan)
    said: list[str] = []
    assert book.import_file(lines(*ORDERS), import_tag=False).kind == "import"
    assert book.apply(book.plan_records(lines(*ORDERS)), say=said.append).id == 1
    assert said == ["goes on with import 1, which was interrupted after 2 of 6 rows"]


def test_the_limits_of_a_policy_count(book: Book) -> None:
    plan = book.plan_records(lines(*ORDERS), policy="respond_io")
    assert plan.receipt.reasons["first_name_missing"] > 0
    plan.discard()
