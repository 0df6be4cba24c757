"""A file in: its columns mapped, the policy's limits kept, its spellings settled over all of it."""

import gzip
from io import BytesIO
from pathlib import Path

import pytest

from onefold.book import Book
from onefold.model.field import FieldType
from onefold.model.policy import Limits, Policy
from tests.way.at_the_desk import ANA, BEA, CARLA, ONE, everybody, file, refusal, take_in

# Mapping


def test_columns_map_by_name_and_by_what_others_call_them(book: Book) -> None:
    plan = book.plan(file("E-Mail,Mobile,first name,Remarks", f"{ANA},{ONE},Ana,hello"))
    assert plan.receipt.mapping == {
        "E-Mail": "email",
        "Mobile": "phone",
        "first name": "first_name",
        "Remarks": None,
    }
    assert any("'Remarks'" in warning for warning in plan.warnings)


def test_what_the_operator_says_of_a_column_goes_first(book: Book) -> None:
    plan = book.plan(
        file("Email,Other,Phone", f"{ANA},{BEA},{ONE}"), mapping={"Other": "email"}, skip=["Phone"]
    )
    assert plan.receipt.mapping == {"Email": None, "Other": "email", "Phone": None}


@pytest.mark.parametrize(
    ("header", "options", "code"),
    [
        ("Email,Age", {"mapping": {"Ages": "email"}}, "unknown_header"),
        ("Email,Age", {"mapping": {"Age": "emial"}}, "unknown_field"),
        ("Email,Age", {"mapping": {"Age": "email", "Email": "email"}}, "field_twice"),
        ("Age,Shoe size", {}, "nothing_mapped"),
        ("First Name,Age", {}, "identifier_not_mapped"),
        ("Email,Age", {"identifier": "phone"}, "identifier_not_mapped"),
        ("Email,Age", {"skip": ["Email"]}, "nothing_mapped"),
    ],
)
def test_a_mapping_that_cannot_be_is_refused(
    book: Book, header: str, options: dict[str, object], code: str
) -> None:
    with refusal(code):
        book.plan(file(header, f"{ANA},3"), **options)  # type: ignore[arg-type]


def test_adding_all_needs_no_identifier(book: Book) -> None:
    assert take_in(book, "First Name", "Ana", "Ana", purpose="add_all").reasons == {"created": 2}


# New fields


@pytest.mark.parametrize(
    ("values", "type_"),
    [
        (("Porto", "Leeds"), FieldType.TEXT),
        (("3", "-4.5"), FieldType.NUMBER),
        (("2026-11-22", "2025-01-31"), FieldType.DATE),
        (("yes", "No"), FieldType.YES_NO),
        (("true", "FALSE"), FieldType.YES_NO),
        (("3", "n/a"), FieldType.TEXT),
        (("007", "12"), FieldType.TEXT),  # a number would lose its zeros
        (("1.10.2026", "2.10.2026"), FieldType.TEXT),  # nobody can tell day from month
        (("1234567890123456789", "1"), FieldType.TEXT),  # more digits than a number keeps
        (("1e5", "2"), FieldType.TEXT),
        (("", ""), FieldType.TEXT),
        (("3", ""), FieldType.NUMBER),
    ],
)
def test_a_new_field_has_the_type_that_all_its_values_show(
    book: Book, values: tuple[str, str], type_: FieldType
) -> None:
    take_in(book, "email,Extra", f"{ANA},{values[0]}", f"{BEA},{values[1]}", new_fields=True)
    [made] = book.fields()
    assert (made.name, made.type) == ("Extra", type_)


def test_the_values_of_new_fields_arrive(book: Book) -> None:
    rows = (f"{ANA},Porto,3,yes,2026-11-22", f"{BEA},,4.5,no,")
    take_in(book, "email,City,Visits,Member,Since", *rows, new_fields=True)
    assert [contact["fields"] for contact in book.contacts()] == [
        {"City": "Porto", "Visits": 3.0, "Member": True, "Since": "2026-11-22"},
        {"City": None, "Visits": 4.5, "Member": False, "Since": None},
    ]


def test_columns_left_out_on_purpose_become_no_fields(book: Book) -> None:
    plan = book.plan(file("email,E-mail,City,Age", f"{ANA},{BEA},Porto,3"), new_fields=True, skip=["Age"])
    assert [custom.name for custom in plan.mapped.new_fields] == ["City"]
    assert book.fields() == ()


def test_the_next_import_fills_the_field_that_is_there(book: Book) -> None:
    for rows in ((f"{ANA},Porto",), (f"{ANA},Lisbon",)):
        take_in(book, "email,City", *rows, new_fields=True)
    assert [custom.name for custom in book.fields()] == ["City"]
    assert everybody(book) == {1: f"email={ANA} City=Lisbon"}


def test_a_plan_makes_no_fields(book: Book) -> None:
    plan = book.plan(file("email,City", f"{ANA},Porto"), new_fields=True)
    assert plan.receipt.mapping == {"email": "email", "City": "City"}
    assert book.fields() == ()
    assert ("City", "Porto") in plan.changes.select("key", "after").rows()


# Spellings


def test_one_date_that_is_plain_settles_the_whole_column(book: Book) -> None:
    book.add_field("Since", "date")
    take_in(book, "email,Since", f"{ANA},03/04/2025", f"{BEA},25/10/2023")
    assert [contact["fields"]["Since"] for contact in book.contacts()] == ["2025-04-03", "2023-10-25"]


def test_dates_that_nothing_settles_are_errors_unless_the_order_is_told(book: Book) -> None:
    book.add_field("Since", "date")
    told = ("email,Since", f"{ANA},03/04/2025")
    assert book.plan(file(*told)).receipt.reasons == {"bad_date": 1}
    take_in(book, *told, date_order="mdy")
    assert book.contact(1)["fields"]["Since"] == "2025-03-04"


def test_one_number_that_is_plain_settles_the_whole_column(book: Book) -> None:
    book.add_field("Spent", "number")
    take_in(book, "email;Spent", f"{ANA};1.234", f"{BEA};1.234,50")
    assert [contact["fields"]["Spent"] for contact in book.contacts()] == [1234.0, 1234.5]


def test_the_receipt_says_how_dates_are_read_and_what_settled_it(book: Book) -> None:
    book.add_field("Since", "date")
    rows = ("email,Joined", f"{ANA},03/04/2025", f"{BEA},13/10/2023")
    plan = book.plan(file(*rows), mapping={"Joined": "Since"})
    assert "dates in 'Joined' are read day first: 13/10/2023 in line 3 settles it" in plan.warnings
    plan = book.plan(file("email,Since", f"{ANA},03/04/2025"))
    assert plan.warnings == (
        "dates in 'Since' are not all taken: 03/04/2025 in line 2 can be read day first or month first, "
        "and nothing settles it; give --date-order dmy or mdy",
    )
    plan = book.plan(file("email,Since", f"{ANA},03/04/2025"), date_order="mdy")
    assert plan.warnings == ("dates in 'Since' are read month first, as --date-order says",)
    rows = ("email,Since", f"{ANA},03/04/2025", f"{BEA},13/10/2023", f"{CARLA},10/13/2023")
    assert any(
        "13/10/2023 in line 3 and 10/13/2023 in line 4 are not written in one way" in warning
        for warning in book.plan(file(*rows)).warnings
    )


def test_dates_that_can_only_be_read_one_way_are_nothing_to_speak_of(book: Book) -> None:
    book.add_field("Since", "date")
    rows = ("email,Since", f"{ANA},2025-04-03", f"{BEA},3 May 2023", f"{CARLA},05/05/2023")
    assert book.plan(file(*rows)).warnings == ()


def test_a_row_that_cannot_be_read_settles_nothing(book: Book) -> None:
    book.add_field("Since", "date")
    plan = book.plan(file("email,Since", f"{ANA},03/04/2025", f"{BEA},13/10/2023,x,y"))
    assert plan.receipt.reasons == {"bad_date": 1, "malformed_row": 1}


def test_the_receipt_says_how_numbers_are_read_where_that_is_no_matter_of_course(book: Book) -> None:
    book.add_field("Spent", "number")
    plan = book.plan(file("email;Spent", f"{ANA};1.234", f"{BEA};1.234,50"))
    assert "numbers in 'Spent' are read with a decimal comma: 1.234,50 in line 3 settles it" in plan.warnings
    assert book.plan(file("email,Spent", f"{ANA},12.5")).warnings == ()
    open_ = book.plan(file("email,Spent", f'{ANA},"1,234"'))
    assert open_.warnings[0].endswith("and nothing settles it; give --decimal point or comma")
    take_in(book, "email,Spent", f'{ANA},"1,234"', decimal="comma")
    assert book.contact(1)["fields"]["Spent"] == 1.234


def test_spaces_in_a_header_do_not_matter(book: Book) -> None:
    rows = (" Home   Mail ,Shoe  size,first_name", f"{ANA},42,Ana")
    mapping: dict[str, str | None] = {"Home  Mail ": "email"}
    plan = book.plan(file(*rows), mapping=mapping, skip=["Shoe  size"])
    assert plan.receipt.mapping == {"Home Mail": "email", "Shoe size": None, "first_name": "first_name"}


def test_the_decimal_mark_is_one_of_two(book: Book) -> None:
    with refusal("bad_value"):
        book.plan(file("email", ANA), decimal=";")


def test_columns_whose_values_stay_are_named_by_their_header(book: Book) -> None:
    take_in(book, "email,first_name,last_name", f"{ANA},Ana,Silva")
    told = ("E-mail,Given Name,Surname", f"{ANA},Anna,Sousa")
    take_in(book, *told, do_not_overwrite_columns=["Given Name"])
    assert everybody(book) == {1: f"email={ANA} first_name=Ana last_name=Sousa"}
    with refusal("unknown_header") as error:
        book.plan(file(*told), do_not_overwrite_columns=["Givn Name"])
    assert error[0].hint == "did you mean 'Given Name'?"


def test_a_file_that_nothing_maps_is_told_what_would(book: Book) -> None:
    with refusal("nothing_mapped") as error:
        book.plan(file(f"{ANA},+44 7400 100001,Ana", f"{BEA},+44 7400 100002,Bea"), header_row="none")
    assert error[0].hint == (
        "'column 1' seems to hold email addresses, 'column 2' seems to hold phone numbers: "
        '--map "column 1=email" --map "column 2=phone"'
    )
    with refusal("identifier_not_mapped") as error:
        book.plan(file("Vorname,Postadresse", f"Ana,{ANA}"))
    assert error[0].hint == "'Postadresse' seems to hold email addresses: --map \"Postadresse=email\""


def test_of_several_values_in_a_cell_of_google_contacts_the_first_is_taken(book: Book) -> None:
    plan = book.plan(file("Name,E-mail 1 - Value", f"Ana,{ANA} ::: {BEA}"))
    assert plan.receipt.reasons == {"created": 1}
    assert ("email", ANA) in plan.changes.select("key", "after").rows()
    assert plan.warnings == ("of several values in one cell of 'E-mail 1 - Value' the first is taken",)
    assert book.plan(file("Name,Email", f"Ana,{ANA} ::: {BEA}")).receipt.reasons == {"bad_email": 1}


def test_where_nothing_seems_to_be_an_address_an_id_is_named(book: Book) -> None:
    with refusal("identifier_not_mapped") as error:
        book.plan(file("Student Number,First Name,Joined", "S-1,Ana,13/02/2020"))
    assert error[0].hint == (
        "'Student Number' looks like an id; to know people by it: --map \"Student Number=crm_id\""
    )


def test_a_file_without_headers_is_told_so(book: Book) -> None:
    with refusal("nothing_mapped") as error:
        book.plan(file(f"Ana,{ANA}", "Bea,"))
    assert error[0].hint == "the first line looks like a person, not like headers: --header-row none"


def test_the_order_of_dates_is_one_of_three(book: Book) -> None:
    book.add_field("Since", "date")
    with refusal("bad_value"):
        book.plan(file("email,Since", f"{ANA},03/04/2025"), date_order="dym")


# Limits


def limited(**limits: object) -> Policy:
    return Policy(name="small", limits=Limits(**limits))  # type: ignore[arg-type]


def test_rows_are_fewer_than_the_limit(book: Book) -> None:
    two = ("email", ANA, BEA)
    assert book.plan(file(*two), policy=limited(max_rows=3)).receipt.rows == 2
    with refusal("too_many_rows") as told:
        book.plan(file(*two), policy=limited(max_rows=2))
    assert "has 2 rows; this policy takes fewer than 2" in told[0].message


def test_bytes_are_fewer_than_the_limit_from_a_path_and_from_a_stream(book: Book, tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes(file("email", ANA).read())
    size = path.stat().st_size
    for source in (path, str(path)):
        assert book.plan(source, policy=limited(max_bytes=size + 1)).receipt.rows == 1
        with refusal("file_too_large") as told:
            book.plan(source, policy=limited(max_bytes=size))
        assert "people.csv" in told[0].message
    with refusal("file_too_large"):
        book.plan(file("email", ANA), policy=limited(max_bytes=size))


def test_a_policy_may_take_one_format_only(book: Book, tmp_path: Path) -> None:
    for name in ("people.tsv", "people"):
        path = tmp_path / name
        path.write_bytes(file("email", ANA).read())
        with refusal("format_not_taken"):
            book.plan(path, policy=limited(formats=("csv",)))
        assert book.plan(path).receipt.rows == 1
    shouting = tmp_path / "PEOPLE.CSV"
    shouting.write_bytes(file("email", ANA).read())
    assert book.plan(shouting, policy=limited(formats=("csv",))).receipt.rows == 1


@pytest.mark.parametrize(
    "content",
    [b'{"email": "ana@example.com"}\n', b"BEGIN:VCARD\nFN:Ana\n", gzip.compress(b"email\nana@example.com\n")],
)
def test_a_policy_that_takes_one_format_looks_at_what_the_file_is(
    content: bytes, book: Book, tmp_path: Path
) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes(content)
    for source in (path, BytesIO(content)):
        with refusal("format_not_taken"):
            book.plan(source, policy=limited(formats=("csv",)))


def test_a_file_that_is_refused_leaves_nothing_behind(book: Book, tmp_path: Path) -> None:
    with refusal("empty_file"):
        book.plan(file(""))
    assert list((tmp_path / "people.db.files").glob("plan-*")) == []


# What deserves a warning


def test_numbers_that_are_doubtful_are_counted_with_an_example(book: Book) -> None:
    plan = book.plan(file("phone", "+447700900101", "+447700900102"))
    assert "2 numbers taken that could exist but are not known to, like +447700900101" in plan.warnings


def test_contact_ids_of_another_book_are_ignored_with_one_warning(book: Book) -> None:
    plan = book.plan(file("Contact ID,email", f"zzzz-1,{ANA}", f"12,{BEA}"))
    assert plan.warnings == (
        "2 contact ids of another book or system ignored, like zzzz-1; if they are your CRM's: "
        '--map "Contact ID=crm_id"',
    )
    assert plan.receipt.reasons == {"created": 2}


def test_a_contact_id_of_this_book_finds_and_an_unknown_one_is_an_error(book: Book) -> None:
    take_in(book, "email", ANA)
    code = book.short_id
    rows = (f"{code}-1,Ana", f"{code.upper()}-1,Anna", f"{code}-7,Bea")
    receipt = take_in(book, "Contact ID,first_name", *rows)
    assert receipt.reasons == {"updated": 2, "unknown_contact_id": 1}


def test_bare_numbers_count_only_where_the_contact_id_was_chosen(book: Book) -> None:
    take_in(book, "email", ANA)
    told = ("Contact ID,first_name", "1,Ana")
    assert book.plan(file(*told)).receipt.reasons == {"no_identifier": 1}
    assert book.plan(file(*told), identifier="contact_id").receipt.reasons == {"updated": 1}


def test_an_identifier_that_many_people_use_is_warned_of(book: Book) -> None:
    rows = [f"{ONE},Person {number}" for number in range(6)]
    plan = book.plan(file("phone,full_name", *rows))
    assert any(warning.startswith(f"phone {ONE} is used by many people") for warning in plan.warnings)
    book.apply(plan)
    assert book.shared()["value"].to_list() == [ONE]
