"""Receipts, batches, the ledger, the review queue: what undo, history and people read."""

import pytest

from onefold.model.outcome import ReceiptStatus, ReviewKind, ReviewState
from onefold.stores import Store
from tests.stores.building import LATER, NOW, changes, create, ids, new_batch


def test_a_receipt_keeps_what_it_is_told(store: Store) -> None:
    with store.writer() as writer:
        number = writer.start_receipt(
            "import",
            ReceiptStatus.RUNNING,
            NOW,
            policy="onefold",
            purpose="add_and_update",
            source_name="people.csv",
            mapping={"E-mail": "email", "Notes": None},
            options={"tags": ["é"], "region": None},
        )
        writer.update_receipt(number, rows=6, counts={"created": 3}, warnings=["ü"])
        undo = writer.start_receipt("undo", ReceiptStatus.COMPLETED, LATER, undoes=number)
        writer.update_receipt(number, status=ReceiptStatus.UNDONE, undone_by=undo, finished_at=LATER)
    with store.reader() as reader:
        assert [receipt.id for receipt in reader.receipts()] == [undo, number]
        receipt = reader.receipt(number)
        assert receipt is not None
        assert (receipt.status, receipt.undone_by) == (ReceiptStatus.UNDONE, undo)
        assert receipt.mapping == {"E-mail": "email", "Notes": None}
        assert (receipt.rows, receipt.counts, receipt.warnings) == (6, {"created": 3}, ["ü"])
        assert receipt.options == {"tags": ["é"], "region": None}
        assert (receipt.created_at, receipt.finished_at) == ("2026-11-22T10:00:00Z", "2026-11-23T11:00:00Z")
        assert reader.receipt(99) is None


def test_a_receipt_has_no_attributes_that_nobody_knows(store: Store) -> None:
    with store.writer() as writer, pytest.raises(TypeError, match="no colour"):
        writer.start_receipt("import", ReceiptStatus.RUNNING, NOW, colour="red")


def test_batches_are_told_in_order(store: Store) -> None:
    with store.writer() as writer:
        number = writer.start_receipt("import", ReceiptStatus.RUNNING, NOW)
        first = writer.start_batch(number, 1, 50_000, NOW)
        second = writer.start_batch(number, 2, 7, LATER)
    with store.reader() as reader:
        batches = [(batch.id, batch.number, batch.rows) for batch in reader.batches(number)]
    assert batches == [(first, 1, 50_000), (second, 2, 7)]


def test_the_ledger_tells_what_was_before_what_came_later_and_the_whole_history(store: Store) -> None:
    with store.writer() as writer:
        create(writer, {}, {})
        edit = new_batch(writer, kind="edit")
        writer.apply(changes(writer, ledger=[(1, '[["email",null]]')]), batch_id=edit, now=LATER)
        later = writer.start_batch(1, 2, 0, LATER)
        writer.apply(changes(writer, ledger=[(1, '[["email","a"]]'), (0, "[]")]), batch_id=later, now=LATER)
    with store.reader() as reader:
        assert reader.entries(1).rows() == [
            (1, 1, None),
            (1, 2, None),
            (later, 0, "[]"),
            (later, 1, '[["email","a"]]'),
        ]
        assert reader.later_entries(ids(0, 1, 2), 1).rows() == [
            (edit, 1, '[["email",null]]'),
            (later, 0, "[]"),
            (later, 1, '[["email","a"]]'),
        ]
        history = reader.history(1)
        assert history.select("batch_id", "receipt_id", "kind").rows() == [
            (1, 1, "import"),
            (edit, 2, "edit"),
            (later, 1, "import"),
        ]


def ask(store: Store, message: str = "") -> None:
    """Puts the same question again, in a receipt of its own."""
    question = ("kept_apart", 1, 2, "phone", "+441", 3, message)
    with store.writer() as writer:
        asked = changes(writer, reviews=[question, question], ledger=[(1, "[]")])
        writer.apply(asked, batch_id=new_batch(writer), now=NOW)


def open_messages(store: Store) -> list[str]:
    with store.reader() as reader:
        return [entry.message for entry in reader.reviews()]


def test_a_question_is_asked_once_and_never_again_once_dismissed(store: Store) -> None:
    ask(store, "first")
    ask(store, "second")
    assert open_messages(store) == ["first"]
    with store.writer() as writer:
        writer.decide_review(1, ReviewState.DISMISSED, LATER)
    ask(store, "third")
    assert open_messages(store) == []
    with store.reader() as reader:
        entry = reader.review(1)
        assert entry is not None
        assert (entry.state, entry.decided_at) == (ReviewState.DISMISSED, "2026-11-23T11:00:00Z")
        assert reader.reviews(state=None) == [entry]
        assert reader.reviews(kind=ReviewKind.PENDING_LINK, state=None) == []
        assert reader.review(2) is None


def test_a_question_that_was_accepted_or_withdrawn_may_come_up_anew(store: Store) -> None:
    ask(store, "first")
    with store.writer() as writer:
        writer.decide_review(1, ReviewState.ACCEPTED, LATER)
    ask(store, "second")
    assert open_messages(store) == ["second"]
    with store.writer() as writer:
        writer.withdraw_reviews(2)
    assert open_messages(store) == []
    ask(store, "third")
    assert open_messages(store) == ["third"]


def test_questions_are_withdrawn_with_their_receipt_and_put_again_with_it(store: Store) -> None:
    ask(store, "first")
    with store.writer() as writer:
        writer.withdraw_reviews(1)
    assert open_messages(store) == []
    with store.writer() as writer:
        writer.reopen_reviews(1)
    assert open_messages(store) == ["first"]


def test_a_question_about_nobody_in_particular_is_unique_too(store: Store) -> None:
    question = ("shared_identifier", None, None, "phone", "+441", 3, "")
    for _ in range(2):
        with store.writer() as writer:
            asked = changes(writer, reviews=[question], ledger=[(0, "[]")])
            writer.apply(asked, batch_id=new_batch(writer), now=NOW)
    with store.reader() as reader:
        (entry,) = reader.reviews()
    assert (entry.contact_id, entry.other_contact_id, entry.value) == (None, None, "+441")


def test_changed_numbers_tell_the_file_s_number_and_the_current_one(store: Store) -> None:
    with store.writer() as writer:
        create(
            writer,
            {"crm_id": "C1", "first_name": "Ana", "phone": "+442", "merged_into": -2},
            {"crm_id": "C2", "first_name": "Ana", "phone": "+443"},
            aliases_added=[(-2, "phone", "+441", "former")],
            changed_numbers=[(-1, "+441"), (-2, "+441"), (-2, "+443")],
        )
    with store.reader() as reader:
        report = reader.changed_numbers()
        assert report.rows() == [("C2", "Ana", None, 2, "+441", "+443", "2026-11-22T10:00:00Z")]
        assert reader.changed_numbers(receipt_id=1).height == 1
        assert reader.changed_numbers(receipt_id=2).is_empty()
        assert reader.changed_numbers(since=LATER).is_empty()


def test_a_notice_is_laid_out_for_sending(store: Store) -> None:
    with store.writer() as writer:
        writer.put_outbox("import_done", "ana@example.com", "Done", "6 rows", NOW)
    with store.reader() as reader:
        assert [notice["recipient"] for notice in reader.outbox()] == ["ana@example.com"]
