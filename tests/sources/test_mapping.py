import csv
import json

import pytest

from onefold.model.error import UsageError
from onefold.sources.mapping import map_headers
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
        ("Customer Mobile", "phone"), ("Email (Billing)", "email"), ("Person - Phone - Work", "phone"),
        ("Contact: Last Name", "last_name"), ("Ｅメール", "email"), ("№ телефона", "phone"),
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
        "Nickname", "Email Verified", "PRIMARY_NAME_ORG", "---", "email?phone", "Email Opt-In",
        "Email status", "Mobile consent", "Phone extension", "E-mail 1 - Type", "Parent Phone",
        "Spouse Email",
        "Emergency Contact Phone", "Assistant Phone", "Contact owner", "User Name", "Company Name", "Fax",
        "Email Subscriber", "SMS subscriber", "Phone Contact", "Manager Email", "Last Order",
        "First Purchase",
        "Kundennummer", "Email Count", "Last Contacted", "First Seen", "SMS Marketing Consent", "Ad",
    ],
)  # fmt: skip
def test_a_header_that_does_not(header: str) -> None:
    mapping = map_headers([header], FIELDS)
    assert mapping.fields == {header: None}
    assert mapping.left_out == (header,)
    assert mapping.notes == (f"column {header!r} fills no field and is left out",)


def test_what_is_exactly_a_field_s_name_goes_first_and_a_mobile_before_any_other_number() -> None:
    assert filled(["Mobile", "phone"]) == {"phone": "phone"}
    assert filled(["Phone", "Mobile"]) == {"Mobile": "phone"}
    assert filled(["Primary Phone", "Mobile Phone", "Home Phone"]) == {"Mobile Phone": "phone"}
    assert filled(["Shipping Mobile", "Billing Phone", "Phone"]) == {"Phone": "phone"}
    assert filled(["Email", "E-mail"]) == {"Email": "email"}
    assert filled(["Phone 7", "Phone 4", "Customer Phone"]) == {"Customer Phone": "phone"}


def test_several_columns_fill_a_field_of_refusals_and_no_other() -> None:
    fields = [*FIELDS, "consent.email", "consent.email.refused"]
    refused = "consent.email.refused"
    headers = ["Email", refused, f"{refused} (2)", "Why", "Left", "consent.email", "consent.email (2)"]
    mapping = map_headers(headers, fields, {"Why": refused, "Left": refused})
    assert mapping.fields == {
        "Email": "email",
        refused: refused,
        f"{refused} (2)": refused,
        "Why": refused,
        "Left": refused,
        "consent.email": "consent.email",
        "consent.email (2)": None,
    }


def test_what_is_left_out_is_named_with_what_was_taken_instead() -> None:
    mapping = map_headers(
        ["E-mail 1 - Value", "Notes", "E-mail 2 - Value", "E-mail 3 - Value", "Age"], FIELDS
    )
    assert mapping.beside == {"E-mail 2 - Value": "email", "E-mail 3 - Value": "email"}
    assert mapping.unknown == ("Notes", "Age")
    assert mapping.notes == (
        "columns 'E-mail 2 - Value', 'E-mail 3 - Value' are left out: email is taken from 'E-mail 1 - Value'",
        "columns 'Notes', 'Age' fill no field and are left out",
    )


def test_of_many_columns_that_fill_nothing_the_first_are_named() -> None:
    (note,) = map_headers([f"Question {number}" for number in range(25)], FIELDS).notes
    assert "'Question 19' and 5 more fill no field" in note


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Name,First Name,Last Name", "full_name first_name last_name"),
        ("Name,Last name", "first_name last_name"),
        ("Name,First Name", "full_name first_name"),
        ("Vorname,Name", "first_name last_name"),
        ("Nom,Prénom,Nom complet", "last_name first_name full_name"),
        ("NOM,Email", "full_name email"),
        ("Nombre,Apellidos", "first_name last_name"),
        ("Customer Name,Customer Email", "full_name email"),
        ("Ad,Soyad", "first_name last_name"),
        ("姓,名", "last_name first_name"),
    ],
)
def test_a_column_called_just_name_is_what_the_others_are_not(line: str, expected: str) -> None:
    assert list(map_headers(line.split(","), FIELDS).fields.values()) == expected.split()


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


PRODUCTS = {
    "Salesforce": (
        "Salutation,First Name,Last Name,Title,Account Name,Phone,Fax,Mobile,Email,Account Owner",
        {"First Name": "first_name", "Last Name": "last_name", "Mobile": "phone", "Email": "email"},
    ),
    "Salesforce, by its API": (
        "Id,AccountId,LastName,FirstName,Name,Phone,MobilePhone,AssistantPhone,Email,HasOptedOutOfEmail",
        {
            "LastName": "last_name",
            "FirstName": "first_name",
            "Name": "full_name",
            "MobilePhone": "phone",
            "Email": "email",
        },
    ),
    "Brevo": (
        "EMAIL,NOM,PRENOM,SMS,LANDLINE_NUMBER,WHATSAPP,DOUBLE_OPT-IN,ADDED_TIME",
        {"EMAIL": "email", "NOM": "last_name", "PRENOM": "first_name", "SMS": "phone"},
    ),
    "Shopify": (
        "Customer ID,First Name,Last Name,Email,Accepts Email Marketing,Default Address Phone,Phone,"
        "Accepts SMS Marketing,Total Spent",
        {"First Name": "first_name", "Last Name": "last_name", "Email": "email", "Phone": "phone"},
    ),
    "Shopify, orders": (
        "Name,Email,Financial Status,Billing Name,Billing Phone,Shipping Name,Shipping Phone",
        {"Email": "email", "Billing Name": "full_name", "Billing Phone": "phone"},
    ),
    "WooCommerce": (
        "ID,user_login,user_email,first_name,last_name,billing_first_name,billing_email,billing_phone,role",
        {
            "user_email": "email",
            "first_name": "first_name",
            "last_name": "last_name",
            "billing_phone": "phone",
        },
    ),
    "Constant Contact": (
        "Email address,First name,Last name,Email status,Email update source,Phone - home,Phone - mobile",
        {
            "Email address": "email",
            "First name": "first_name",
            "Last name": "last_name",
            "Phone - mobile": "phone",
        },
    ),
    "Pipedrive": (
        "Person - Name,Person - Email - Work,Person - Email - Home,Person - Phone - Work,"
        "Person - Phone - Mobile,Person - ID",
        {"Person - Name": "full_name", "Person - Email - Home": "email", "Person - Phone - Mobile": "phone"},
    ),
    "Thunderbird": (
        "First Name,Last Name,Display Name,Primary Email,Secondary Email,Work Phone,Fax Number,Mobile Number",
        {
            "First Name": "first_name",
            "Last Name": "last_name",
            "Display Name": "full_name",
            "Primary Email": "email",
            "Mobile Number": "phone",
        },
    ),
}


@pytest.mark.parametrize("product", PRODUCTS)
def test_the_exports_of_other_products(product: str) -> None:
    line, expected = PRODUCTS[product]
    assert filled(line.split(",")) == expected


@pytest.mark.parametrize(
    "line",
    [
        "First Name,Last Name,Email Address,Cell Phone",
        "Vorname,Nachname,E-Mail-Adresse,Handynummer",
        "Prénom,Nom,Adresse e-mail,Téléphone portable",
        "Nombre,Apellidos,Correo electrónico,Teléfono móvil",
        "Nome,Sobrenome,Endereço de e-mail,Telemóvel",
        "Nome,Cognome,Indirizzo e-mail,Cellulare",
        "Voornaam,Achternaam,E-mailadres,Mobiel nummer",
        "Imię,Nazwisko,Adres e-mail,Telefon komórkowy",
        "Förnamn,Efternamn,E-post,Mobilnummer",
        "Fornavn,Efternavn,E-mailadresse,Mobiltlf.",
        "Fornavn,Etternavn,E-postadresse,Mobiltelefon",
        "Etunimi,Sukunimi,Sähköposti,Matkapuhelin",
        "Jméno,Příjmení,E-mail,Mobilní telefon",
        "Adı,Soyadı,E-posta,Cep telefonu",
        "Имя,Фамилия,Электронная почта,Мобильный телефон",
        "名,姓,メールアドレス,携帯電話番号",
        "名字,姓氏,电子邮箱,手机号码",
        "이름,성,이메일,휴대폰 번호",
    ],
)
def test_everyday_headers_in_many_languages(line: str) -> None:
    fields = list(map_headers(line.split(","), FIELDS).fields.values())
    assert fields == ["first_name", "last_name", "email", "phone"]


@pytest.mark.parametrize("header", ["CRM ID", "CRM-Nummer", "Identifiant CRM", "crm_id", "CRM Contact ID"])
def test_only_what_calls_itself_a_crm_id_is_one(header: str) -> None:
    assert filled([header]) == {header: "crm_id"}


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
