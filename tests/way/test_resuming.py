"""An import that was interrupted goes on where it stopped: nothing twice, nothing lost."""

from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from onefold.book import Book
from onefold.model.error import OnefoldError
from onefold.model.outcome import ReceiptStatus
from onefold.stores import Writer
from tests.way.at_the_desk import (
    ANA,
    BEA,
    CARLA,
    ONE,
    THREE,
    TWO,
    everybody,
    refusal,
    take_in,
)

Plans = Callable[[], Book]


def interrupt(
    book: Book, monkeypatch: pytest.MonkeyPatch, *rows: str, batch: int = 1, **options: Any
) -> OnefoldError:
    """Ctrl-C while that batch is being written; the first is 0."""
    write, written = Writer.apply, count()

    def stopped(self: Writer, *arguments: Any, **named: Any) -> Any:
        if next(written) == batch:
            raise KeyboardInterrupt
        return write(self, *arguments, **named)

    with monkeypatch.context() as patch, refusal("interrupted", status=1) as told:
        patch.setattr(Writer, "apply", stopped)
        take_in(book, *rows, **options)
    return told[0]


PEOPLE = (
    "email,phone,first_name",
    f"{ANA},,Ana",
    f"{BEA},,Bea",
    f"{CARLA},,Carla",
    f"{ANA},{ONE},",
    "no email,,",
    f"{CARLA},{TWO},Carla",
)
WHOLE = {
    1: f"email={ANA} phone={ONE} first_name=Ana",
    2: f"email={BEA} first_name=Bea",
    3: f"email={CARLA} phone={TWO} first_name=Carla",
}


def test_what_was_under_way_is_rolled_back_and_the_person_is_told_how_to_go_on(
    opened: Plans, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = opened()
    error = interrupt(book, monkeypatch, *PEOPLE)
    assert error.message == "interrupted after 2 of 6 rows"
    assert "onefold import --resume 1" in error.hint
    assert "onefold undo 1" in error.hint
    assert list(everybody(book)) == [1, 2]
    assert book.receipt(1).status is ReceiptStatus.RUNNING


@pytest.mark.parametrize("batch", [1, 2])
def test_it_goes_on_where_it_stopped(opened: Plans, monkeypatch: pytest.MonkeyPatch, batch: int) -> None:
    interrupt(opened(), monkeypatch, *PEOPLE, batch=batch)
    book = opened()
    receipt = book.resume(1)
    assert receipt.status is ReceiptStatus.COMPLETED
    assert receipt.reasons == {"created": 3, "updated": 2, "bad_email": 1}
    assert everybody(book) == WHOLE
    assert book.check() == []
    results = Path(str(receipt.results)).read_text(encoding="utf-8").splitlines()
    assert [line.split(",")[4] for line in results[1:]] == [
        "created", "created", "created", "updated", "bad_email", "updated"
    ]  # fmt: skip


def test_an_import_stopped_in_its_first_batch_was_never_there(
    opened: Plans, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = opened()

    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(Writer, "apply", stopped)
        take_in(book, *PEOPLE)
    assert (book.receipts(), book.contacts()) == ([], [])
    assert take_in(book, *PEOPLE).reasons == {"created": 3, "updated": 2, "bad_email": 1}


def stop_at(rows: int) -> Callable[[str, int, int], None]:
    """Ctrl-C just when so many rows are in the book."""

    def progress(stage: str, done: int, _: int) -> None:
        if (stage, done) == ("applying", rows):
            raise KeyboardInterrupt

    return progress


@pytest.mark.parametrize("rows", [2, 4])
def test_ctrl_c_between_two_batches_leaves_an_import_that_can_go_on(opened: Plans, rows: int) -> None:
    with refusal("interrupted", status=1) as told:
        take_in(opened(), *PEOPLE, progress=stop_at(rows))
    assert told[0].message == f"interrupted after {rows} of 6 rows"
    book = opened()
    assert book.resume(1).reasons == {"created": 3, "updated": 2, "bad_email": 1}
    assert everybody(book) == WHOLE


def test_ctrl_c_after_the_last_batch_comes_too_late(opened: Plans) -> None:
    book = opened()
    receipt = take_in(book, *PEOPLE, progress=stop_at(6))
    assert (receipt.status, everybody(book)) == (ReceiptStatus.COMPLETED, WHOLE)


def test_an_error_in_a_later_batch_leaves_an_import_that_can_go_on(
    opened: Plans, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, written = Writer.apply, count()

    def failing(self: Writer, *arguments: Any, **named: Any) -> Any:
        if next(written) == 1:
            raise OnefoldError("the disk is full", code="disk_full")
        return write(self, *arguments, **named)

    with monkeypatch.context() as patch, refusal("disk_full", status=1):
        patch.setattr(Writer, "apply", failing)
        take_in(opened(), *PEOPLE)
    assert opened().resume(1).reasons == {"created": 3, "updated": 2, "bad_email": 1}
    assert everybody(opened()) == WHOLE


def test_what_the_survey_found_stands(opened: Plans, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = (f"{ANA},,Ana", f"{BEA},,", f"{ANA},,", f",{ONE},", f"{BEA},,Bea", f",{ONE},Carla")
    interrupt(opened(), monkeypatch, "email,phone,first_name", *rows)
    book = opened()
    receipt = book.resume(1)
    assert receipt.reasons == {"created": 3, "repeat": 3}
    assert everybody(book) == {
        1: f"email={ANA} first_name=Ana",
        2: f"email={BEA} first_name=Bea",
        3: f"phone={ONE} first_name=Carla",
    }


def test_repeats_are_refused_in_later_batches_too(opened: Plans, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = ("phone,first_name", f"{ONE},Ana", f"{TWO},Bea", f"{THREE},Carla", f"{ONE},Dora")
    interrupt(opened(), monkeypatch, *rows, policy="respond_io")
    receipt = opened().resume(1)
    assert receipt.reasons == {"created": 2, "identifier_repeated": 2}
    assert receipt.policy == "respond_io"


def test_the_request_stands(opened: Plans, monkeypatch: pytest.MonkeyPatch) -> None:
    book = opened()
    book.create_list("News")
    take_in(book, "email,first_name", f"{CARLA},Carla")
    rows = ("Mail address,first_name,Shoe size", f"{ANA},Ana,38", f"{BEA},Bea,40", f"{CARLA},Karla,41")
    options = {
        "mapping": {"Mail address": "email"},
        "new_fields": True,
        "do_not_overwrite": True,
        "tags": ["spring"],
        "import_tag": True,
        "into_list": "News",
    }
    interrupt(book, monkeypatch, *rows, **options)
    again = opened()
    again.resume(2)
    tag = "#import-2026-11-22-2 #spring"
    assert everybody(again) == {
        1: f"email={CARLA} first_name=Carla Shoe size=41.0 {tag} @News",
        2: f"email={ANA} first_name=Ana Shoe size=38.0 {tag} @News",
        3: f"email={BEA} first_name=Bea Shoe size=40.0 {tag} @News",
    }


def test_a_policy_file_that_changed_meanwhile_does_not_matter(
    opened: Plans, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    policy = tmp_path / "ours.toml"
    policy.write_text('overwrite = "fill_empty"')
    book = opened()
    take_in(book, "email,first_name", f"{CARLA},Carla")
    rows = ("email,first_name", f"{ANA},Ana", f"{BEA},Bea", f"{CARLA},Karla")
    interrupt(book, monkeypatch, *rows, policy=policy)
    policy.unlink()
    again = opened()
    again.resume(2)
    assert again.contact(1)["first_name"] == "Carla"


def test_what_somebody_wrote_meanwhile_is_seen(opened: Plans, monkeypatch: pytest.MonkeyPatch) -> None:
    interrupt(opened(), monkeypatch, *PEOPLE)
    book = opened()
    take_in(book, "email,last_name", f"{CARLA},Sousa")
    assert book.resume(1).reasons == {"updated": 3, "created": 2, "bad_email": 1}
    assert everybody(book)[3] == f"email={CARLA} phone={TWO} first_name=Carla last_name=Sousa"
    assert book.check() == []


def test_an_import_that_was_resumed_can_be_taken_back_whole(
    opened: Plans, monkeypatch: pytest.MonkeyPatch
) -> None:
    interrupt(opened(), monkeypatch, *PEOPLE)
    book = opened()
    book.resume(1)
    book.undo(1)
    assert everybody(book) == {}


def test_an_interrupted_import_can_be_taken_back_without_going_on(
    opened: Plans, monkeypatch: pytest.MonkeyPatch
) -> None:
    interrupt(opened(), monkeypatch, *PEOPLE)
    book = opened()
    book.undo(1)
    assert (everybody(book), book.receipt(1).status) == ({}, ReceiptStatus.UNDONE)
    with refusal("nothing_to_resume"):
        book.resume(1)


def test_an_interrupted_import_can_be_given_up(opened: Plans, monkeypatch: pytest.MonkeyPatch) -> None:
    interrupt(opened(), monkeypatch, *PEOPLE)
    book = opened()
    assert book.cancel(1).status is ReceiptStatus.CANCELLED
    assert list(everybody(book)) == [1, 2]
    for action in (book.resume, book.cancel):
        with refusal("nothing_to_resume"):
            action(1)
    book.undo(1)
    assert everybody(book) == {}


def test_there_is_nothing_to_go_on_with_in_a_finished_import(opened: Plans) -> None:
    book = opened()
    take_in(book, "email", ANA)
    for number in (1, 7):
        with refusal("nothing_to_resume"):
            book.resume(number)
