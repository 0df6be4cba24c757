"""Who refused and was then erased is not reached again, whoever brings the address back."""

from pathlib import Path

import polars as pl
import pytest

from onefold.book import Book
from onefold.model.consent import ConsentState
from onefold.model.error import UsageError
from onefold.stores import as_text
from onefold.way.erased_refusals import address_hash, hashed
from onefold.way.secret import book_secret
from tests.way.at_the_desk import ANA, BEA, NOW, ONE, TWO, Clock, take_in

REFUSED = pl.DataFrame({"channel": ["email", "sms"], "address": [ANA, ONE], "at": [as_text(NOW)] * 2})


@pytest.fixture
def kept(book: Book, clock: Clock) -> Book:
    """A book that keeps refusals of two addresses, and nothing else of whom they were."""
    with book._store.writer() as writer:
        writer.keep_erased_refusals(hashed(book_secret(book._store.files, {}), REFUSED))
    clock.forward(days=1)
    return book


def states(book: Book) -> dict[str, str]:
    return {address: book.consent(address)["state"] for address in (ANA, BEA, ONE, TWO)}


def test_an_address_hashes_by_its_channel_and_its_secret() -> None:
    hashes = {address_hash(b"secret", "email", ANA), address_hash(b"secret", "email", BEA)}
    hashes |= {address_hash(b"secret", "sms", ANA), address_hash(b"other", "email", ANA)}
    assert len(hashes) == 4


def test_an_import_cannot_bring_them_back(kept: Book) -> None:
    take_in(kept, "email,phone,consent.email,consent.sms", f"{ANA},{ONE},yes,yes", f"{BEA},{TWO},yes,yes")
    assert states(kept) == {ANA: "unsubscribed", BEA: "subscribed", ONE: "unsubscribed", TWO: "subscribed"}
    assert kept.check() == []
    proof = kept.consent(ANA)["proof"]
    assert (proof["method"], proof["at"]) == ("erased_refusal", as_text(NOW))


def test_nor_can_a_record_or_an_edit_without_a_word_on_consent(kept: Book) -> None:
    kept.take([{"source": "api", "email": BEA}])
    kept.set_values(1, {"phone": ONE})
    kept.take([{"source": "api", "email": ANA}])
    assert (states(kept)[ONE], states(kept)[ANA]) == ("unsubscribed", "unsubscribed")


def test_undo_does_not_take_the_refusal_along(kept: Book) -> None:
    receipt = take_in(kept, "email", ANA)
    kept.undo(receipt.id or 0)
    assert states(kept)[ANA] == "unsubscribed"


def test_the_refusal_is_written_once(kept: Book) -> None:
    for _ in range(3):
        kept.take([{"source": "api", "email": ANA, "first_name": "Ana"}])
        kept.take([{"source": "api", "email": ANA, "first_name": "Anna"}])
    assert len(kept.consent(ANA)["log"]) == 1


def test_the_person_can_say_otherwise(kept: Book) -> None:
    kept.take([{"source": "keyword", "phone": ONE, "consent": {"sms": "subscribed"}}])
    assert states(kept)[ONE] == ConsentState.SUBSCRIBED


def test_an_address_can_be_asked_about(kept: Book) -> None:
    told = kept.consent(ANA)
    assert (told["state"], told["since"], told["erased"]) == ("unsubscribed", as_text(NOW), True)
    assert told["log"] == []
    assert "erased" not in kept.consent(BEA)


def test_another_secret_is_told_and_nothing_comes_in(kept: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONEFOLD_SECRET", "x" * 32)
    with pytest.raises(UsageError, match="another secret") as told:
        take_in(kept, "email", ANA)
    assert told.value.code == "other_secret"
    assert kept.contacts() == []
    kept.create_list("Newsletter")


def test_a_book_that_keeps_none_needs_no_secret(book: Book) -> None:
    take_in(book, "email", ANA)
    assert not Path(book._store.files / "secret").exists()
