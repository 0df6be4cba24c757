"""A mapping made by hand is remembered by the header line, and a header that changed is pointed out."""

from pathlib import Path

import pytest

from onefold.book import Book
from onefold.model.policy import Policy
from tests.way.at_the_desk import ANA, BEA, ONE, THREE, TWO, everybody, file, refusal, take_in

HEADER = "Student Number,Phone,Notes"


def by_hand(book: Book) -> None:
    """Import 1: a mapping made by hand."""
    take_in(book, HEADER, f"S-1,{ONE},x", mapping={"Student Number": "crm_id"}, skip=["Notes"])


def mapped_again(book: Book, header: str = HEADER, **options: object) -> dict[str, str | None]:
    rows = (header, f"S-1,{TWO},y", f"S-2,{THREE},z")
    return dict(book.plan(file(*rows), **options).receipt.mapping)  # type: ignore[arg-type]


def test_the_same_header_line_is_mapped_as_before_and_it_is_said_once(book: Book) -> None:
    by_hand(book)
    plan = book.plan(file(HEADER, f"S-1,{TWO},y"), import_tag=False)
    assert plan.receipt.mapping == {"Student Number": "crm_id", "Phone": "phone", "Notes": None}
    assert plan.warnings == ("mapped as in import 1: 'Student Number' as crm_id, 'Notes' left out",)
    book.apply(plan)
    assert everybody(book) == {1: f"crm_id=S-1 phone={TWO} phone~{ONE}:former"}


def test_it_goes_on_from_import_to_import(book: Book) -> None:
    by_hand(book)
    for number in (1, 2, 3):
        receipt = take_in(book, HEADER, f"S-1,{ONE},y")
        assert (
            f"mapped as in import {number}: 'Student Number' as crm_id, 'Notes' left out" in receipt.warnings
        )


def test_another_header_line_is_not_touched_by_it(book: Book) -> None:
    by_hand(book)
    assert mapped_again(book, "Student Number,Phone,Remarks")["Student Number"] is None
    assert mapped_again(book, "Phone,Student Number,Notes")["Student Number"] is None


def test_what_is_said_now_goes_before_what_was_said_then(book: Book) -> None:
    by_hand(book)
    book.add_field("Remarks", "text")
    assert mapped_again(book, mapping={"Notes": "Remarks"}) == {
        "Student Number": "crm_id",
        "Phone": "phone",
        "Notes": "Remarks",
    }
    assert mapped_again(book, skip=["Student Number"])["Student Number"] is None
    assert mapped_again(book, mapping={"Notes": "crm_id"}) == {
        "Student Number": None,
        "Phone": "phone",
        "Notes": "crm_id",
    }


def test_to_map_anew_holds_for_the_next_import_too(book: Book) -> None:
    by_hand(book)
    assert mapped_again(book, remembered_mapping=False)["Student Number"] is None
    take_in(book, HEADER, f"S-1,{ONE},y", remembered_mapping=False)
    assert mapped_again(book)["Student Number"] is None


def test_to_go_without_emails_is_said_for_one_import(book: Book, tmp_path: Path) -> None:
    """DOT-11 and DOT-17: the same file, for the mobile first, and then for both."""
    header = "Email,Mobile,Notes"
    receipt = take_in(book, header, f"{ANA},{ONE},x", f"{BEA},oops,x", skip=["Email", "Notes"])
    assert book.plan(file(header, f"{ANA},{ONE},x")).receipt.mapping["Email"] == "email"
    errors = book.results(receipt.id or 0, tmp_path / "errors.csv", errors_only=True)
    assert book.plan(errors).receipt.mapping["Email"] is None


def test_a_column_that_was_left_out_for_another_is_so_again(book: Book) -> None:
    header = "Mobile,Phone"
    take_in(book, header, f"{ONE},{TWO}", skip=["Mobile"])
    assert book.plan(file(header, f"{ONE},{TWO}")).receipt.mapping == {"Mobile": None, "Phone": "phone"}


def test_an_import_that_was_undone_is_not_remembered(book: Book) -> None:
    by_hand(book)
    book.undo(1)
    assert mapped_again(book)["Student Number"] is None


def test_a_plan_that_was_not_applied_is_not_remembered(book: Book) -> None:
    book.plan(file(HEADER, f"S-1,{ONE},x"), mapping={"Student Number": "crm_id"})
    assert mapped_again(book)["Student Number"] is None


def test_a_field_that_is_gone_does_not_stop_the_import(book: Book) -> None:
    book.add_field("Cohort", "text")
    take_in(book, HEADER, f"S-1,{ONE},x", mapping={"Notes": "Cohort"})
    with book._store.writer() as writer:
        writer._connection.exec_driver_sql("UPDATE field SET retired = true")
    plan = book.plan(file(HEADER, f"S-1,{ONE},x"))
    assert plan.receipt.mapping["Notes"] is None
    assert "column 'Notes' filled Cohort in import 1, and there is no such field any more" in plan.warnings


def test_the_error_file_of_an_import_is_mapped_as_it_was(book: Book, tmp_path: Path) -> None:
    rows = (HEADER, f"S-1,{ONE},x", "S-2,12,y")
    plan = book.plan(file(*rows), mapping={"Student Number": "crm_id"})
    errors = book.results(plan, tmp_path / "errors.csv", errors_only=True)
    results = book.results(plan, tmp_path / "results.csv")
    book.apply(plan)
    for again in (errors, results):
        assert book.plan(again).receipt.mapping["Student Number"] == "crm_id"


def test_a_file_without_a_header_has_nothing_to_be_remembered_by(book: Book) -> None:
    take_in(book, f"{ANA},Ana", header_row="none", mapping={"column 1": "email"})
    with refusal("nothing_mapped"):
        book.plan(file(f"Bea,{BEA}"), header_row="none")


def test_a_policy_may_want_every_import_mapped(book: Book) -> None:
    by_hand(book)
    assert mapped_again(book, policy=Policy(name="anew", remember_mapping=False))["Student Number"] is None
    assert mapped_again(book, policy="mainstay")["Student Number"] is None


def test_columns_not_to_be_overwritten_are_said_for_each_import(book: Book) -> None:
    header = "Mail of person,first_name"
    options = {"mapping": {"Mail of person": "email"}, "do_not_overwrite_columns": ["first_name"]}
    take_in(book, header, f"{ANA},Ana", **options)
    take_in(book, header, f"{ANA},Anna")
    assert everybody(book) == {1: f"email={ANA} first_name=Anna"}


# What changed since


def since(
    book: Book, tmp_path: Path, header: str, *, name: str = "crm-11.csv", **options: object
) -> list[str]:
    """What a file with this header is told of the import before it."""
    path = tmp_path / name
    path.write_bytes(file(header, ",".join("1" for _ in header.split(","))).read())
    plan = book.plan(path, purpose="add_all", **options)  # type: ignore[arg-type]
    return [warning for warning in plan.warnings if "of the last import" in warning]


@pytest.fixture
def october(book: Book, tmp_path: Path) -> Book:
    book.add_field("Cohort", "text")
    path = tmp_path / "crm-10.csv"
    path.write_bytes(file("CRM ID,Mobile,Cohort,Shoe", f"S-1,{ONE},2026,42").read())
    book.import_file(path)
    return book


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("CRM ID,Mobile,Cohort,Shoe", []),
        ("Shoe,Cohort,Mobile,CRM ID", []),
        ("CRM ID,Mobile,Cohort,Hat", []),
        ("CRM ID,Mobile Number,Cohort,Shoe", ["'Mobile' … is called 'Mobile Number' now"]),
        ("CRM ID,Mobile,Class,Shoe", ["'Cohort' … seems to be called 'Class' now: --map 'Class=Cohort'"]),
        (
            "CRM ID,Mobile,Shoe,Cohorte",
            ["'Cohort' … seems to be called 'Cohorte' now: --map 'Cohorte=Cohort'"],
        ),
        ("CRM ID,Mobile,Shoe", ["'Cohort' … filled Cohort, and is not in this file"]),
        (
            "Banner,Mobile,Cohort,Shoe",
            ["'CRM ID' … seems to be called 'Banner' now: --map 'Banner=crm_id'"],
        ),
        ("Email,Name,City,Shoe", []),  # quite another table under the same name
    ],
)
def test_a_header_that_changed_is_pointed_out(
    october: Book, tmp_path: Path, header: str, said: list[str]
) -> None:
    told = since(october, tmp_path, header)
    short = [line.replace("of the last import of crm-10.csv", "…").replace('"', "'") for line in told]
    assert short == [f"column {line}" for line in said]


def test_what_was_mapped_by_hand_since_needs_no_word(october: Book, tmp_path: Path) -> None:
    assert since(october, tmp_path, "CRM ID,Mobile,Class,Shoe", mapping={"Class": "Cohort"}) == []


def test_a_column_that_was_mapped_by_hand_and_is_not_now(october: Book, tmp_path: Path) -> None:
    mapping = {"Shoe": "Cohort"}
    take_in(october, "CRM ID,Mobile,Shoe,Hat", f"S-1,{ONE},42,7", mapping=mapping)
    assert since(october, tmp_path, "CRM ID,Mobile,Shoe,Hat,Coat", name="x.csv") == [
        "column 'Shoe' of the last import of standard input filled Cohort, and fills nothing now: "
        '--map "Shoe=Cohort"'
    ]


def test_another_source_counts_where_its_header_is_nearly_the_same(october: Book, tmp_path: Path) -> None:
    assert since(october, tmp_path, "CRM ID,Mobile Number,Cohort,Shoe", name="from-anna.csv") != []
    assert since(october, tmp_path, "CRM ID,Mobile Number,Cohort,Hat", name="from-anna.csv") == []


# CRM IDs that are missing


def missing(book: Book, *rows: str, **options: object) -> list[str]:
    plan = book.plan(file(*rows), **options)  # type: ignore[arg-type]
    return [warning for warning in plan.warnings if "crm_id" in warning or "CRM ID" in warning]


WARNING = "nearly all contacts of this book have a CRM ID, and no column of this file is mapped to it: "


def test_the_column_that_holds_crm_ids_is_found_by_its_values(book: Book) -> None:
    take_in(book, "crm_id,email", *(f"S-{number},p{number}@example.com" for number in range(10)))
    rows = ("Customer ID,Which,email", f"9,S-1,{ANA}", f"8,S-2,{BEA}")
    assert missing(book, *rows) == [WARNING + "'Which' holds CRM IDs of this book, so --map \"Which=crm_id\""]
    rows = ("Customer ID,email", f"9,{ANA}")
    assert missing(book, *rows) == [
        WARNING + "'Customer ID' looks like it, so perhaps --map \"Customer ID=crm_id\""
    ]
    assert missing(book, "email", ANA) == [WARNING + "people may be taken for new ones"]


def test_nobody_is_warned_who_has_mapped_it_or_does_not_go_by_it(book: Book) -> None:
    take_in(book, "crm_id,email", f"S-1,{ANA}")
    rows = ("Customer ID,email", f"9,{ANA}")
    assert missing(book, *rows, mapping={"Customer ID": "crm_id"}) == []
    assert missing(book, *rows, identifier="email") == []
    assert missing(book, *rows, policy="dotdigital") == []
    assert missing(book, *rows, purpose="add_all") == []


def test_a_book_without_crm_ids_is_told_of_a_column_that_looks_like_one(book: Book) -> None:
    rows = ("Customer ID,email", f"9,{ANA}")
    assert missing(book, *rows) == [
        "column 'Customer ID' looks like an id; to know people by it: --map \"Customer ID=crm_id\""
    ]
    assert missing(book, *rows, skip=["Customer ID"]) == []
    take_in(book, "crm_id,email", f"S-1,{ANA}", f",{BEA}")
    assert missing(book, "email", ANA) == []
