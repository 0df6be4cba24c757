"""What is erased is gone for good: from the book, from its files, and from every byte of them."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from onefold.book import Book
from onefold.model.error import OnefoldError
from onefold.model.outcome import ReceiptStatus
from onefold.way.consenting import Entry
from tests.way.at_the_desk import ANA, BEA, CARLA, NOW, ONE, TWO, Clock, everybody, refusal, shown, take_in
from tests.way.test_resuming import interrupt


@pytest.fixture
def people(book: Book) -> Book:
    """Ana, Bea and Carla, all of them on a list."""
    book.create_list("News")
    take_in(book, "email,phone", f"{ANA},{ONE}", f"{BEA},{TWO}", f"{CARLA},", into_list="News", tags=["all"])
    return book


def test_who_is_erased_is_not_there_and_the_receipt_says_what_went(people: Book) -> None:
    receipt = people.erase([1])
    assert (receipt.kind, receipt.changed, receipt.erased["ids"]) == ("erase", 1, [1])
    removed = receipt.erased["removed"]
    assert (removed["contacts"], removed["tags"], removed["places on lists"]) == (1, 1, 1)
    assert (sorted(everybody(people)), people.check()) == ([2, 3], [])
    with refusal("unknown_contact_id"):
        people.contact(1)
    with refusal("already_erased"):
        people.erase([1])
    with refusal("erased_for_good"):
        people.undo(int(receipt.id or 0))


def test_its_identifiers_are_free_at_once_and_its_id_never_again(people: Book) -> None:
    people.remove([1, 2])
    people.empty_bin()
    receipt = take_in(people, "email,phone", f"{ANA},{TWO}")
    assert (receipt.reasons, sorted(everybody(people))) == ({"created": 1}, [3, 4])
    assert people.check() == []


def test_undo_names_who_was_erased_and_brings_nobody_back(people: Book) -> None:
    people.erase([1])
    undone = people.undo(1)
    assert [(one.contact_id, one.key, one.why) for one in undone.kept] == [(1, "contact", "erased")]
    assert everybody(people) == {}
    redone = people.undo(int(undone.id or 0))
    assert [(one.contact_id, one.why) for one in redone.kept] == []
    assert sorted(everybody(people)) == [2, 3]
    assert people.check() == []


def test_one_that_an_undo_took_back_is_erased_from_the_ledger(people: Book) -> None:
    undone = people.undo(1)
    people.erase([2])
    redone = people.undo(int(undone.id or 0))
    assert [(one.contact_id, one.why) for one in redone.kept] == [(2, "erased")]
    assert sorted(everybody(people)) == [1, 3]
    assert people.check() == []


def test_what_others_have_too_stays_theirs(book: Book) -> None:
    book.share("phone", ONE)
    take_in(book, "email,phone,first_name", f"{ANA},{ONE},Ana", f"{BEA},{ONE},Bea")
    book.record_consent(ONE, Entry("subscribed", at=NOW))
    said = {"sms": {"state": "unsubscribed", "wording": "Ana said so"}}
    book.take([{"source": "api", "email": ANA, "phone": ONE, "first_name": "Ana", "consent": said}])
    before = shown(book, 2)
    book.erase([1])
    assert (shown(book, 2), book.consent(ONE)["state"]) == (before, "unsubscribed")
    assert not any("Ana" in str(entry) for entry in book.consent(ONE)["log"])
    assert (book.shared()["value"].to_list(), book.check()) == ([ONE], [])


def test_a_refusal_outlives_its_contact_at_every_address_of_theirs(people: Book) -> None:
    people.record_consent(ANA, Entry("unsubscribed"))
    people.set_values(1, {"email": "new@example.com"})
    people.receive_text(from_=ONE, body="STOP")
    people.erase([1])
    assert [people.consent(address)["state"] for address in (ANA, ONE, BEA)] == ["unsubscribed"] * 2 + [
        "none"
    ]
    assert people.consent(ANA)["erased"] is True
    take_in(people, "email,phone,consent.sms", f"{ANA},{ONE},yes")
    assert people.contact(4)["consent"] == {"email": "unsubscribed", "sms": "unsubscribed"}
    people.erase([4])
    assert people.consent(ONE)["state"] == "unsubscribed"


def test_whoever_was_merged_goes_along_and_whoever_was_parted_stays(people: Book) -> None:
    people.merge(1, [2])
    people.merge(3, [1])
    people.split(3)
    people.erase([1])
    assert sorted(everybody(people)) == [3]
    for receipt in people.receipts():
        with suppress(OnefoldError):
            people.undo(int(receipt.id or 0))
    assert not {1, 2} & set(everybody(people))
    assert [line for line in people.check() if not line.startswith("warning")] == []


def test_only_what_has_lain_long_enough_is_due(people: Book, clock: Clock) -> None:
    people.remove([1])
    clock.forward(days=20)
    people.remove([2])
    clock.forward(days=11)
    assert people.count_in_bin(due=True) == 0
    assert people.empty_bin(due=True).id is None
    people.set_setting("bin_days", "30")
    assert people.count_in_bin(due=True) == 1
    assert people.empty_bin(due=True).erased["ids"] == [1]
    assert [each["id"] for each in people.bin()] == [2]
    people.set_setting("bin_days", "never")
    assert people.empty_bin(due=True).id is None
    for wrong in ("-1", "1.5", "soon", "", "9" * 400, "٣"):
        with refusal("bad_value"):
            people.set_setting("bin_days", wrong)


def test_an_empty_bin_is_empty_already(people: Book) -> None:
    assert (people.empty_bin().id, people.empty_bin().changed, len(people.receipts())) == (None, 0, 1)


def test_copies_out_of_reach_are_named(people: Book, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    people.backup(copy)
    older = tmp_path / "people.db.before-0004"
    older.write_bytes(b"")
    told = people.erase([1]).erased["copies"]
    assert [(each["kind"], each["name"]) for each in told] == [
        ("before an upgrade", str(older)),
        ("backup", str(copy)),
    ]


def test_a_reader_of_an_earlier_moment_holds_the_log_and_the_receipt_says_so(
    people: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("onefold.stores.sqlite.PATIENCE_MILLISECONDS", 1)
    with people._store.reader():
        storage = people.erase([1]).erased["storage"]
    assert storage == {"written_anew": True, "log_written_back": False}


def test_the_receipt_of_a_consent_does_not_repeat_the_address(people: Book) -> None:
    receipt = people.record_consent(ANA, Entry("subscribed"))
    other = people.record_consent(f"sus{ANA}", Entry("subscribed"))
    people.erase([1])
    assert people.receipt(int(receipt.id or 0)).source_name == "email (erased): subscribed"
    assert f"sus{ANA}" in str(people.receipt(int(other.id or 0)).source_name)


def test_kept_files_lose_the_rows_of_the_erased_and_no_others(book: Book, tmp_path: Path) -> None:
    book.set_setting("region", "GB")
    rows = (
        "Name,E-mail,Phone,Note",
        'Ana,ANA@example.com,07400 100001,"two\nlines"',
        f'Susana,sus{ANA},07400 100003,""',
        "nobody,,12,=1+1",
        "Ana again,,07400-100001,call (0)7400 100001",
        f"Bea,{BEA},,ask Ana <ana@example.com>",
    )
    receipt = take_in(book, *rows)
    [ana] = [number for number, told in everybody(book).items() if f"email={ANA}" in told]
    erased = book.erase([ana])
    left = Path(str(receipt.results)).read_text()
    assert [line.partition(",")[0] for line in left.splitlines()] == ["Name", "Susana", "nobody"]
    assert "'=1+1" in left
    assert erased.erased["files"]["rows left out"] == 3


def test_a_shared_address_is_settled_anew_without_the_grant_of_the_erased(book: Book, clock: Clock) -> None:
    book.share("phone", ONE)
    take_in(book, "email,phone,first_name", f"{ANA},{ONE},Ana", f"{BEA},{ONE},Bea")
    for email, name, state in ((BEA, "Bea", "unsubscribed"), (ANA, "Ana", "subscribed")):
        clock.forward(hours=1)
        said = {"source": "form", "email": email, "phone": ONE, "first_name": name, "consent": {"sms": state}}
        book.take([said | {"proven": ["email", "phone"]}])
    assert book.consent(ONE)["state"] == "subscribed"
    assert book.contact(2)["consent"]["sms"] == "subscribed"
    book.erase([1])
    assert (book.consent(ONE)["state"], book.check()) == ("unsubscribed", [])
    assert book.contact(2)["consent"]["sms"] == "unsubscribed"


def test_an_earlier_undo_no_longer_tells_what_of_the_erased_it_kept(people: Book) -> None:
    changed = take_in(people, "email,first_name", f"{ANA},Ana", f"{BEA},Bea")
    people.set_values(1, {"first_name": "Anna"})
    people.set_values(2, {"first_name": "Beate"})
    undone = people.undo(int(changed.id or 0))
    people.erase([1])
    kept = [(one.contact_id, one.key, one.why) for one in people.receipt(int(undone.id or 0)).kept]
    assert kept == [(1, "contact", "erased"), (2, "first_name", "changed since")]


def test_an_import_that_was_interrupted_is_given_up_only_if_it_names_the_erased(
    opened: Callable[[], Book], monkeypatch: pytest.MonkeyPatch
) -> None:
    book = opened()
    interrupt(book, monkeypatch, "email", ANA, BEA, CARLA)
    book.take([{"source": "api", "email": "dora@example.com"}])
    book.erase([3])
    assert book.receipt(1).status is ReceiptStatus.RUNNING
    erased = book.erase([1])
    assert erased.erased["files"] == {"interrupted imports given up": 1}
    assert book.receipt(1).status is ReceiptStatus.CANCELLED
    with refusal("nothing_to_resume"):
        book.resume(1)
    assert sorted(everybody(book)) == [2]
