"""A plan: what would happen, row by row; nothing is written, and applying it gives what it foretold."""

from pathlib import Path

import pytest

import onefold
from onefold.book import Book
from onefold.model.outcome import ReceiptStatus
from tests.frames import words
from tests.way.at_the_desk import ANA, BEA, CARLA, ONE, TWO, Clock, everybody, file, refusal, take_in

STORY = (
    "email,phone,first_name",
    f"{ANA},{ONE},Ana",
    f"{BEA},,Bea",
    f"{BEA},,",
    f"{BEA},{TWO},Bea",
    "no email,,Carla",
    f"{CARLA},{ONE},Carla",
    ",,Dora",
)
OUTCOMES = [
    "0 Imported created",
    "1 Imported created",
    "2 Skipped repeat",
    "3 Updated updated",
    "4 Error bad_email",
    "5 Imported kept_apart",
    "6 Error no_identifier",
]


def test_nothing_is_written_by_a_plan(book: Book) -> None:
    with book._store.reader() as reader:
        before = reader.revision()
    book.plan(file(*STORY), tags=["spring"], new_fields=True)
    with book._store.reader() as reader:
        assert reader.revision() == before
    assert (book.contacts(), book.receipts(), book.tags()) == ([], [], {})


def test_every_row_has_one_outcome_and_its_line_in_the_file(book: Book) -> None:
    rows = book.plan(file(*STORY)).rows
    assert words(rows, "row", "status", "reason") == OUTCOMES
    assert rows["line"].to_list() == [2, 3, 4, 5, 6, 7, 8]
    assert rows["repeat_of"].to_list()[2] == 1


@pytest.mark.parametrize("batch_rows", [1, 2, 3, 50])
def test_the_receipt_is_as_the_plan_foretold_however_many_batches(
    tmp_path: Path, clock: Clock, batch_rows: int
) -> None:
    with onefold.open(tmp_path / "book.db", clock=clock, batch_rows=batch_rows) as book:
        plan = book.plan(file(*STORY))
        foretold = plan.receipt
        assert foretold.status is ReceiptStatus.PLANNED
        assert words(plan.rows, "row", "status", "reason") == OUTCOMES
        receipt = book.apply(plan)
        assert (receipt.id, receipt.status) == (1, ReceiptStatus.COMPLETED)
        assert receipt.reasons == foretold.reasons
        counts = ("rows", "imported", "updated", "skipped", "error")
        assert [getattr(receipt, name) for name in counts] == [7, 3, 1, 1, 2]
        assert [getattr(foretold, name) for name in counts] == [7, 3, 1, 1, 2]
        tag = "#import-2026-11-22-1"
        assert everybody(book) == {
            1: f"email={ANA} phone={ONE} first_name=Ana {tag}",
            2: f"email={BEA} phone={TWO} first_name=Bea {tag}",
            3: f"email={CARLA} first_name=Carla {tag} phone~{ONE}:held_elsewhere",
        }
        assert book.check() == []


def test_a_merge_over_several_batches_carries_tags_and_lists_along(tmp_path: Path, clock: Clock) -> None:
    with onefold.open(tmp_path / "book.db", clock=clock, batch_rows=1) as book:
        take_in(book, "crm_id", "C")
        book.create_list("News")
        rows = (f",{ANA},", f",,{ONE}", f",{ANA},{ONE}", f"C,{ANA},")
        take_in(book, "crm_id,email,phone", *rows, tags=["spring"], into_list="News")
        merged = "contact_id~2:merged_id contact_id~3:merged_id"
        assert everybody(book) == {1: f"crm_id=C email={ANA} phone={ONE} #spring @News {merged}"}
        assert book.check() == []


def test_a_plan_tells_every_value_that_would_change(book: Book) -> None:
    take_in(book, "email,first_name", f"{ANA},Ana")
    plan = book.plan(file("email,first_name,phone", f"{ANA},Anna,{ONE}", f"{BEA},Bea,"), import_tag=False)
    assert words(plan.changes) == sorted(
        [
            f"-2 email - {BEA}",
            "-2 first_name - Bea",
            "1 first_name Ana Anna",
            f"1 phone - {ONE}",
        ]
    )


def test_a_plan_prints_its_counts_reasons_and_warnings(book: Book) -> None:
    told = str(book.plan(file("email,Remarks", f"{ANA},x", "no email,y")))
    assert told.startswith("2 rows: 1 to add, 0 to update, 0 to skip, 1 errors\n")
    assert "created" in told
    assert "bad_email" in told
    assert "warning: column 'Remarks' fills no field and is left out" in told


def test_the_stages_are_told_as_they_go(book: Book) -> None:
    told: list[tuple[str, int, int]] = []
    book.import_file(file(*STORY), progress=lambda *stage: told.append(stage))
    stages = [stage for stage, _, _ in told]
    assert list(dict.fromkeys(stages)) == ["reading", "normalising", "surveying", "planning", "applying"]
    assert told[-1] == ("applying", 7, 7)


def test_a_discarded_plan_leaves_no_files_and_cannot_be_applied(book: Book, tmp_path: Path) -> None:
    plan = book.plan(file(*STORY))
    plan.discard()
    assert list((tmp_path / "people.db.files").glob("plan-*")) == []


def test_a_plan_can_be_made_of_a_path_given_as_text(book: Book, tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes(file(*STORY).read())
    assert book.plan(str(path)).receipt.rows == book.plan(path).receipt.rows == 7
    with refusal("file_not_found"):
        book.plan(str(tmp_path / "nobody.csv"))


def test_compare_says_what_each_policy_would_do_and_writes_nothing(book: Book, tmp_path: Path) -> None:
    take_in(book, "email,phone", f"{ANA},", f",{ONE}")
    path = tmp_path / "pairs.csv"
    path.write_bytes(file("email,phone,first_name", f"{ANA},{ONE},Ana", f"{ANA},{ONE},").read())
    plans = book.compare(path, ["onefold", "dotdigital", "klaviyo", "respond_io"])
    assert {name: dict(plan.receipt.reasons) for name, plan in plans.items()} == {
        "onefold": {"merged": 1, "repeat": 1},
        "dotdigital": {"identifier_taken": 2},
        "klaviyo": {"merged": 1, "unchanged": 1},
        "respond_io": {"identifier_repeated": 2},
    }
    assert (len(book.contacts()), len(book.receipts())) == (2, 1)


def test_compare_takes_the_options_of_an_import(book: Book, tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes(file("email,phone", f"{ANA},{ONE}", f"{ANA},{TWO}").read())
    plans = book.compare(path, ["respond_io"], identifier="phone", purpose="add_new")
    assert plans["respond_io"].receipt.reasons == {"first_name_missing": 2}
