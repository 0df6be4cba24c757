import csv
import json

import pytest

from onefold.model.error import UsageError
from onefold.sources.mapping import map_headers, parse_given
from tests.shared_data import SHARED_DATA, needs_shared_data

FIELDS = [
    "contact_id",
    "crm_id",
    "loyalty_id",
    "email",
    "phone",
    "first_name",
    "last_name",
    "full_name",
    "city",
]


def filled(headers: list[str], **options: object) -> dict[str, str]:
    mapping = map_headers(headers, FIELDS, **options)  # type: ignore[arg-type]
    return {header: field for header, field in mapping.fields.items() if field}


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("first_name", "first_name"), ("First Name", "first_name"), ("FIRST-NAME", "first_name"),
        ("firstname", "first_name"), ("Surname", "last_name"), ("E-mail", "email"),
        ("EMAIL_ADDRESS", "email"),
        ("Phone Number", "phone"), ("Mobile", "phone"), ("mobilenumberid", "phone"), ("Cell", "phone"),
        ("Telephone", "phone"), ("Téléphone", "phone"), ("CRM ID", "crm_id"), ("Contact ID", "contact_id"),
        ("Loyalty ID", "loyalty_id"), ("Name", "full_name"), ("Full Name", "full_name"), ("CITY", "city"),
        ("PRIMARY_NAME_FIRST", "first_name"), ("Prénom", "first_name"), ("Correo electronico", "email"),
    ],
)  # fmt: skip
def test_a_header_that_says_what_it_is(header: str, field: str) -> None:
    assert filled([header]) == {header: field}


@pytest.mark.parametrize(
    "header",
    [
        "OPTIN_TIME", "E-mail 1 - Label", "Phone 1 - Type", "Record ID", "Customer ID", "PHONE_TYPE",
        "Nickname", "Email Verified", "PRIMARY_NAME_ORG", "---", "email?phone",
    ],
)  # fmt: skip
def test_a_header_that_does_not(header: str) -> None:
    mapping = map_headers([header], FIELDS)
    assert mapping.fields == {header: None}
    assert mapping.left_out == (header,)
    assert mapping.notes == (f"columns that fill no field are left out: {header!r}",)


def test_a_name_goes_before_a_known_header_and_the_better_known_one_before_the_other() -> None:
    assert filled(["Mobile", "Phone"]) == {"Phone": "phone"}
    assert filled(["Home Phone", "Mobile Phone"]) == {"Mobile Phone": "phone"}
    mapping = map_headers(["E-mail", "Email"], FIELDS)
    assert mapping.fields == {"E-mail": "email", "Email": None}
    assert mapping.notes == ("column 'Email' is left out: email is taken from 'E-mail'",)


def test_a_field_of_the_book_goes_before_a_known_header() -> None:
    assert map_headers(["Mobile"], [*FIELDS, "mobile"]).fields == {"Mobile": "mobile"}
    assert map_headers(["Mobile"], ["email"]).fields == {"Mobile": None}


def test_the_operators_word_goes_before_all() -> None:
    headers = ["Email", "Other", "Phone"]
    assert filled(headers, given={"Other": "email"}, skipped=["Phone"]) == {"Other": "email"}
    mapping = map_headers(headers, FIELDS, {"Other": "email"}, ["Phone"])
    assert mapping.skipped == ("Phone",)
    assert mapping.left_out == ("Email",)


@pytest.mark.parametrize(
    ("headers", "given", "skipped", "code", "says"),
    [
        (["Email"], {"Emial": "email"}, [], "unknown_header", "did you mean 'Email'?"),
        (["Email"], {}, ["Notes"], "unknown_header", "its columns are Email"),
        (["Email"], {"Email": "emial"}, [], "unknown_field", "did you mean 'email'?"),
        (["A", "B"], {"A": "email", "B": "email"}, [], "field_twice", "'A' and 'B' are both mapped to email"),
        (["A"], {"A": "email"}, ["A"], "header_twice", "'A' is both mapped and skipped"),
    ],
)
def test_a_mapping_that_cannot_be(
    headers: list[str], given: dict[str, str], skipped: list[str], code: str, says: str
) -> None:
    with pytest.raises(UsageError) as caught:
        map_headers(headers, FIELDS, given, skipped)
    assert caught.value.code == code
    assert says in str(caught.value)


def test_what_the_operator_writes() -> None:
    assert parse_given(["Cell=phone", "a=b=First Name", " x  y =email"], FIELDS) == {
        "Cell": "phone",
        "a=b": "first_name",
        "x y": "email",
    }
    assert parse_given(["phone=email=city"], FIELDS) == {"phone=email": "city"}


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["Cell"], "bad_mapping"),
        (["=phone"], "bad_mapping"),
        (["Cell=fone"], "unknown_field"),
        (["Cell="], "unknown_field"),
        (["Cell=phone", "Cell=email"], "header_twice"),
    ],
)
def test_what_the_operator_should_not_write(options: list[str], code: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_given(options, FIELDS)
    assert caught.value.code == code


@needs_shared_data
def test_every_product_s_email_phone_and_names_are_found() -> None:
    facts = json.loads((SHARED_DATA / "contacts" / "product_export_headers.json").read_text(encoding="utf-8"))
    names = {"First Name": "first_name", "Last Name": "last_name"}
    google = {"E-mail 1 - Value": "email", "Phone 1 - Value": "phone"}
    expected = [
        names | google,
        {"Name": "full_name", "Given Name": "first_name", "Family Name": "last_name"} | google,
        names | {"Email Address": "email"},
        names | {"Email": "email", "Phone Number": "phone"},
        names,
        names | {"E-mail Address": "email"},
    ]
    headers = [next(csv.reader([fact["header"]])) for fact in facts["headers"]]
    assert [filled(line) for line in headers] == expected


@needs_shared_data
def test_a_file_of_another_kind_maps_sensibly() -> None:
    with (SHARED_DATA / "people" / "senzing_customers.csv").open(encoding="utf-8", newline="") as file:
        headers = next(csv.reader(file))
    assert filled(headers) == {
        "PRIMARY_NAME_FULL": "full_name",
        "PRIMARY_NAME_FIRST": "first_name",
        "PRIMARY_NAME_LAST": "last_name",
        "EMAIL_ADDRESS": "email",
        "PHONE_NUMBER": "phone",
    }
