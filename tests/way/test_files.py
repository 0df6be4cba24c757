"""The files that go with an import: its results, and the rows to mend."""

import csv
from pathlib import Path

from onefold.book import Book
from tests.way.at_the_desk import ANA, BEA, CARLA, ONE, Clock, everybody, file, refusal, take_in


def rows(path: str | Path | None) -> list[list[str]]:
    assert path is not None
    with Path(path).open(newline="", encoding="utf-8") as opened:
        return list(csv.reader(opened))


def test_the_results_file_is_the_input_with_what_became_of_each_row(book: Book) -> None:
    take_in(book, "phone,crm_id", f"{ONE},C")
    receipt = take_in(
        book, "E-mail;Note;crm_id;phone", f"{ANA};a, b;;", f'{ANA};"c;d";;', "no email;;;", f"{BEA};;D;{ONE}"
    )
    code = book.short_id
    table = rows(receipt.results)
    assert table[0] == [
        "E-mail",
        "Note",
        "crm_id",
        "phone",
        "Import Status",
        "Reason",
        "Contact ID",
        "Errors",
    ]
    assert [line[:7] for line in table[1:]] == [
        [ANA, "a, b", "", "", "Imported", "created", f"{code}-2"],
        [ANA, "c;d", "", "", "Skipped", "repeat", f"{code}-2"],
        ["no email", "", "", "", "Error", "bad_email", ""],
        [BEA, "", "D", ONE, "Imported", "kept_apart", f"{code}-3"],
    ]
    errors = [line[7] for line in table[1:]]
    assert errors[0] == ""
    assert errors[1].endswith("(row 1 of the file)")
    assert errors[3] == f"phone {ONE} stays with another contact; see `onefold review` (contact {code}-1)"


def test_the_error_file_has_the_rows_to_mend_and_why(book: Book) -> None:
    receipt = take_in(book, "email,first_name", f"{ANA},Ana", "no email,Bea", ",Carla")
    header, *lines = rows(receipt.errors)
    assert header == ["email", "first_name", "Error"]
    assert [line[:2] for line in lines] == [["no email", "Bea"], ["", "Carla"]]
    assert all(line[2] for line in lines)


def test_an_import_without_errors_has_an_error_file_with_nothing_but_its_header(book: Book) -> None:
    assert rows(take_in(book, "email", ANA).errors) == [["email", "Error"]]


def test_the_mended_error_file_can_be_imported_as_it_is(book: Book, tmp_path: Path) -> None:
    receipt = take_in(book, "email,first_name", f"{ANA},Ana", "bea at example.com,=Bea", ",Carla")
    mended = tmp_path / "mended.csv"
    text = Path(str(receipt.errors)).read_text(encoding="utf-8")
    mended.write_text(text.replace("bea at example.com", BEA).replace('"",Carla', f"{CARLA},Carla"))
    plan = book.plan(mended, new_fields=True, import_tag=False)
    assert plan.receipt.mapping == {"email": "email", "first_name": "first_name"}
    assert book.apply(plan).reasons == {"created": 2}
    assert everybody(book)[2] == f"email={BEA} first_name==Bea"


def test_the_results_file_can_be_imported_as_it_is(book: Book) -> None:
    first = take_in(book, "first_name,email", f"-Ana,{ANA}", f"=1+1,{BEA}")
    second = book.import_file(Path(str(first.results)), import_tag=False)
    assert second.reasons == {"unchanged": 2}
    assert everybody(book) == {1: f"email={ANA} first_name=-Ana", 2: f"email={BEA} first_name==1+1"}


def test_what_a_spreadsheet_would_run_is_guarded_and_phones_and_numbers_are_not(book: Book) -> None:
    book.add_field("Balance", "number")
    take = ("email,phone,Balance,first_name,=Note", f"{ANA},{ONE},-5,=1+1,@handle")
    header, line = rows(take_in(book, *take).results)
    assert header[:5] == ["email", "phone", "Balance", "first_name", "'=Note"]
    assert line[:5] == [ANA, ONE, "-5", "'=1+1", "'@handle"]


def test_an_apostrophe_of_the_users_own_stays(book: Book) -> None:
    take_in(book, "email,last_name", f"{ANA},'t Hooft", f"{BEA},'=x")
    assert [contact["last_name"] for contact in book.contacts()] == ["'t Hooft", "'=x"]


def test_the_results_of_a_plan_are_written_where_they_are_asked_for(book: Book, tmp_path: Path) -> None:
    plan = book.plan(file("email", ANA, "no email"))
    results = rows(book.results(plan, tmp_path / "results.csv"))
    assert [line[1:3] for line in results] == [
        ["Import Status", "Reason"],
        ["Imported", "created"],
        ["Error", "bad_email"],
    ]
    assert len(rows(book.results(plan, tmp_path / "errors.csv", errors_only=True))) == 2


def test_a_plan_gives_no_numbers_to_contacts_that_are_not_there(book: Book, tmp_path: Path) -> None:
    plan = book.plan(file("email", ANA))
    [_, line] = rows(book.results(plan, tmp_path / "results.csv"))
    assert line[3] == ""


def test_results_are_kept_for_seven_days(book: Book, clock: Clock, tmp_path: Path) -> None:
    receipt = take_in(book, "email", ANA, "no email")
    clock.forward(days=7)
    assert len(rows(book.results(1, tmp_path / "results.csv"))) == 3
    assert len(rows(book.results(1, tmp_path / "errors.csv", errors_only=True))) == 2
    clock.forward(seconds=1)
    with refusal("results_expired"):
        book.results(1, tmp_path / "late.csv")
    assert receipt.results is not None


def test_what_is_no_import_has_no_results(book: Book, tmp_path: Path) -> None:
    take_in(book, "email", ANA)
    book.set_values(1, {"first_name": "Ana"})
    with refusal("no_results"):
        book.results(2, tmp_path / "results.csv")
    with refusal("unknown_receipt"):
        book.results(3, tmp_path / "results.csv")


def test_results_that_somebody_took_away_are_told_as_such(book: Book, tmp_path: Path) -> None:
    receipt = take_in(book, "email", ANA)
    Path(str(receipt.results)).unlink()
    with refusal("no_results"):
        book.results(1, tmp_path / "results.csv")


def test_a_policy_says_which_columns_its_results_have(book: Book) -> None:
    receipt = take_in(book, "phone,first_name", f"{ONE},Ana", policy="respond_io")
    assert rows(receipt.results)[0] == ["phone", "first_name", "Import Status", "Errors"]


def test_a_column_of_the_input_gives_way_to_one_of_ours(book: Book) -> None:
    receipt = take_in(book, "email,Reason", f"{ANA},because")
    assert rows(receipt.results)[0] == ["email", "Import Status", "Reason", "Contact ID", "Errors"]
