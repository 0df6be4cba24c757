"""Columns that seem to say something about consent and fill nothing: what the receipt says of them."""

from io import BytesIO

import pytest

from onefold.book import Book
from onefold.model.receipt import Receipt
from tests.way.at_the_desk import ANA, BEA, CARLA, ONE, take_in

TAKEN = "consent is taken only when asked for; if it is meant: "


def maps(receipt: Receipt) -> str:
    """The options that the receipt proposes, all together."""
    told = [warning.removeprefix(TAKEN) for warning in receipt.warnings if warning.startswith(TAKEN)]
    assert len(told) <= 1
    return told[0] if told else ""


def refusing(receipt: Receipt) -> list[str]:
    return [warning for warning in receipt.warnings if "subscribed today" in warning]


@pytest.fixture
def subscribed(book: Book) -> Book:
    """Ana and Bea are subscribed by email, Carla is not."""
    take_in(book, "email,consent.email", f"{ANA},yes", f"{BEA},yes", f"{CARLA},")
    return book


def test_headers_that_look_like_consent_are_pointed_out(book: Book) -> None:
    receipt = take_in(book, "email,SMS Marketing Consent,Email Opt Out,OPTIN_TIME,city", f"{ANA},yes,no,x,y")
    assert maps(receipt) == (
        '--map "SMS Marketing Consent=consent.sms" --map "Email Opt Out=consent.email.refused"'
    )


def test_where_nothing_looks_like_consent_nothing_is_said(book: Book) -> None:
    receipt = take_in(book, "email,city,Notes,Substitute,OPTIN_TIME,status", f"{ANA},a,b,c,2024-01-02,active")
    assert maps(receipt) == ""
    assert not [warning for warning in receipt.warnings if "consent" in warning]


def test_the_export_of_those_who_unsubscribed(subscribed: Book) -> None:
    header = (
        "Email Address,OPTIN_TIME,OPTIN_IP,UNSUB_TIME,UNSUB_CAMPAIGN_TITLE,UNSUB_CAMPAIGN_ID,UNSUB_REASON"
    )
    row = f"{ANA},2023-01-02 10:11:12,192.0.2.1,2024-01-02 10:11:12,Spring,c0ffee,I never signed up"
    assert maps(take_in(subscribed, header, row)) == (
        '--map "UNSUB_TIME=consent.email.refused" --map "UNSUB_CAMPAIGN_TITLE=consent.email.refused" '
        '--map "UNSUB_REASON=consent.email.refused"'
    )


def test_the_export_of_addresses_that_were_cleaned(book: Book) -> None:
    header = "Email Address,CLEAN_TIME,CLEAN_CAMPAIGN_TITLE,CLEAN_CAMPAIGN_ID"
    assert maps(take_in(book, header, f"{ANA},2024-01-02 10:11:12,Spring,c0ffee")) == (
        '--map "CLEAN_TIME=consent.email.refused" --map "CLEAN_CAMPAIGN_TITLE=consent.email.refused"'
    )


@pytest.mark.parametrize(
    "header", ["Unsubscribed Email", "Opt-out address", "Bounced mailbox", "Newsletter Mail"]
)
def test_a_column_of_addresses_is_no_consent(book: Book, header: str) -> None:
    assert maps(take_in(book, f"email,{header}", f"{ANA},{BEA}")) == ""


@pytest.mark.parametrize(
    "header",
    [
        "Opt-in/Opt-out",
        "not unsubscribed",
        "opt_in_revoked",
        "WhatsApp opt-in",
        "Call consent",
        "Unsubscribe link",
    ],
)
def test_a_header_in_doubt_is_not_proposed(book: Book, header: str) -> None:
    assert maps(take_in(book, f"email,phone,{header}", f"{ANA},{ONE},yes")) == ""


@pytest.mark.parametrize(
    ("columns", "field"),
    [
        ("email,phone,Opted out", "consent.email.refused"),
        ("phone,Opted out", "consent.sms.refused"),
        ("email,phone,Do Not Call", "consent.sms.refused"),
        ("email,phone,Subscription cancelled", "consent.email.refused"),
        ("phone,email,Text opt in", "consent.sms"),
    ],
)
def test_the_channel_is_that_of_the_header_or_of_the_addresses(book: Book, columns: str, field: str) -> None:
    values = {"email": ANA, "phone": ONE}
    headers = columns.split(",")
    row = ",".join(values.get(header, "yes") for header in headers)
    assert maps(take_in(book, columns, row, region="GB")) == f'--map "{headers[-1]}={field}"'


def test_what_goes_beside_an_agreement_is_proposed_only_with_it(book: Book) -> None:
    header = "email,Accepts Marketing,OPTIN_TIME,Consent source"
    row = f"{ANA},yes,2024-01-02,shop"
    together = (
        '--map "Accepts Marketing=consent.email" --map "OPTIN_TIME=consent.email.date" '
        '--map "Consent source=consent.email.source"'
    )
    assert maps(take_in(book, header, row)) == together
    named = {"Accepts Marketing": "consent.email", "OPTIN_TIME": "consent.email.date"}
    named["Consent source"] = "consent.email.source"
    followed = take_in(book, header, row, mapping=named)
    assert maps(followed) == ""
    [entry] = book.consent(ANA)["log"]
    assert (entry["state"], entry["at"], entry["method"]) == ("subscribed", "2024-01-02T00:00:00Z", "shop")


def test_an_agreement_does_not_date_a_refusal(book: Book) -> None:
    header = "email,Accepts Marketing,Opted out,OPTIN_TIME"
    assert maps(take_in(book, header, f"{ANA},yes,,2024-01-02")) == (
        '--map "Accepts Marketing=consent.email" --map "Opted out=consent.email.refused"'
    )


def test_of_several_columns_of_agreement_one_is_proposed(book: Book) -> None:
    receipt = take_in(book, "email,Accepts Marketing,Newsletter", f"{ANA},yes,yes")
    assert maps(receipt) == '--map "Accepts Marketing=consent.email"'
    assert "'Newsletter' seems to tell of consent too; one column fills consent.email" in receipt.warnings


def test_a_column_whose_cells_are_no_consent_is_not_proposed_by_its_name(book: Book) -> None:
    receipt = take_in(book, "email,Newsletter,Consent form", f"{ANA},Weekly; Monthly,signed.pdf")
    assert maps(receipt) == ""


def test_a_status_with_refusals_is_pointed_at(subscribed: Book) -> None:
    rows = [f"{ANA},unsubscribed", f"{BEA},active", f"{CARLA},cleaned"]
    receipt = take_in(subscribed, "email,status", *rows)
    assert maps(receipt) == '--map "status=consent.email.refused"'
    assert refusing(receipt) == [
        "column 'status' is not read as consent, and refuses 1 person subscribed today (email)"
    ]
    followed = take_in(subscribed, "email,status", *rows, mapping={"status": "consent.email.refused"})
    assert refusing(followed) == []
    states = {contact["email"]: contact["consent"]["email"] for contact in subscribed.contacts()}
    assert (states[ANA], states[BEA]) == ("unsubscribed", "subscribed")


def test_a_status_that_says_both_in_plain_words_is_taken_for_both(book: Book) -> None:
    receipt = take_in(
        book, "email,List status", f"{ANA},Subscribed", f"{BEA},Unsubscribed", f"{CARLA},cleaned"
    )
    assert maps(receipt) == '--map "List status=consent.email"'


@pytest.mark.parametrize(
    "words", [("active", "active"), ("active", "inactive"), ("enabled", "disabled"), ("yes", "no")]
)
def test_the_status_of_an_account_is_no_consent(subscribed: Book, words: tuple[str, str]) -> None:
    rows = [f"{address},{word}" for address, word in zip((ANA, BEA), words, strict=True)]
    receipt = take_in(subscribed, "email,status", *rows)
    assert (maps(receipt), refusing(receipt)) == ("", [])


def test_words_of_refusal_among_notes_are_told_where_they_refuse_somebody(subscribed: Book) -> None:
    receipt = take_in(subscribed, "email,Notes", f"{ANA},Unsubscribed", f"{BEA},likes tea", f"{CARLA},")
    assert maps(receipt) == ""
    assert any("has words of refusal among others, like 'Unsubscribed'" in told for told in receipt.warnings)
    assert refusing(receipt) == [
        "column 'Notes' is not read as consent, and refuses 1 person subscribed today (email)"
    ]
    quiet = take_in(subscribed, "email,Remarks", f"{CARLA},Unsubscribed", f"{BEA},likes tea")
    assert not [told for told in quiet.warnings if "refusal" in told]


def test_who_is_refused_is_counted_over_the_whole_file_and_by_any_identifier(book: Book) -> None:
    book._batch_rows = 2
    people = [f"{number}@example.com,C{number},yes" for number in range(1, 8)]
    take_in(book, "email,crm_id,consent.email", *people)
    rows = [f"C{number},{'1' if number > 2 else '0'}" for number in range(1, 8)]
    receipt = take_in(book, "crm_id,is_unsubscribed", *rows, "C9,1")
    assert refusing(receipt) == [
        "column 'is_unsubscribed' is not read as consent, and refuses 5 people subscribed today (email)"
    ]


def test_a_column_that_becomes_a_field_is_pointed_at_too(subscribed: Book) -> None:
    receipt = take_in(subscribed, "email,Opted out", f"{ANA},yes", new_fields=True)
    assert maps(receipt) == '--map "Opted out=consent.email.refused"'


def test_a_column_that_fills_a_field_of_the_book_is_pointed_at_where_it_refuses_somebody(
    subscribed: Book,
) -> None:
    subscribed.add_field("status", "text")
    receipt = take_in(subscribed, "email,status", f"{ANA},unsubscribed")
    assert maps(receipt) == '--map "status=consent.email.refused"'
    assert len(refusing(receipt)) == 1
    nobody = take_in(subscribed, "email,status", f"{CARLA},unsubscribed")
    asked = take_in(subscribed, "email,status", f"{ANA},unsubscribed", mapping={"status": "status"})
    assert (maps(asked), maps(nobody)) == ("", "")


def test_a_column_that_is_skipped_is_not_spoken_of(subscribed: Book) -> None:
    receipt = take_in(subscribed, "email,Opted out", f"{ANA},yes", skip=["Opted out"])
    assert (maps(receipt), refusing(receipt)) == ("", [])


def test_a_header_is_printed_so_that_a_shell_takes_it_as_it_is(book: Book) -> None:
    receipt = take_in(book, 'email,"Opt-out ""$now"""', f"{ANA},yes")
    assert maps(receipt) == "--map 'Opt-out \"$now\"=consent.email.refused'"


def called(name: str, *rows: str) -> BytesIO:
    file = BytesIO("\n".join(rows).encode())
    file.name = name
    return file


def of_the_name(book: Book, name: str, *rows: str) -> list[str]:
    receipt = book.import_file(called(name, *rows), import_tag=False)
    return [warning for warning in receipt.warnings if warning.startswith("the file is called")]


@pytest.mark.parametrize(
    "name",
    [
        "unsubscribed_members_export_1a2b.csv",
        "opt-outs.csv",
        "OptOuts 2026.csv",
        "cleaned_segment_export.csv",
        "bounces.csv",
        "suppression list.csv",
        "Abmeldungen.csv",
        "blocklist.txt",
        "do-not-email.csv",
        "désinscrits.csv",
        "bajas.csv",
    ],
)
def test_a_file_that_is_called_a_list_of_refusals(subscribed: Book, name: str) -> None:
    assert of_the_name(subscribed, name, "email,city", f"{ANA},Bath", f"{CARLA},Bath") == [
        f"the file is called {name!r}, 1 person of it subscribed today; "
        "if all in it refused: --consent email=unsubscribed"
    ]


def test_a_list_of_numbers_is_about_texts(book: Book) -> None:
    assert of_the_name(book, "sms_opt_outs.csv", "email,phone", f"{ANA},{ONE}") == [
        "the file is called 'sms_opt_outs.csv'; if all in it refused: --consent sms=unsubscribed"
    ]
    assert of_the_name(book, "opt_outs.csv", "phone", ONE) == [
        "the file is called 'opt_outs.csv'; if all in it refused: --consent sms=unsubscribed"
    ]


@pytest.mark.parametrize(
    "name",
    [
        "people.csv",
        "subscribed.csv",
        "contacts_cleaned.csv",
        "cancelled_orders.csv",
        "not_unsubscribed.csv",
        "removed.csv",
    ],
)
def test_a_file_of_another_name_is_not_taken_for_one(book: Book, name: str) -> None:
    assert of_the_name(book, name, "email,city", f"{ANA},Bath") == []


def test_a_column_of_addresses_that_is_called_one_of_refusals(subscribed: Book) -> None:
    receipt = take_in(
        subscribed, "Unsubscribed Email,city", f"{ANA},Bath", mapping={"Unsubscribed Email": "email"}
    )
    assert (
        "the column of addresses is called 'Unsubscribed Email', 1 person of it subscribed today; "
        "if all in it refused: --consent email=unsubscribed"
    ) in receipt.warnings


def test_refusals_beside_a_column_of_agreement_are_proposed_as_refusals(book: Book) -> None:
    rows = [f"{ANA},yes,Subscribed", f"{BEA},yes,Unsubscribed"]
    assert maps(take_in(book, "email,Accepts Marketing,status", *rows)) == (
        '--map "Accepts Marketing=consent.email" --map "status=consent.email.refused"'
    )
    receipt = take_in(
        book, "email,Accepts Marketing,status", *rows, mapping={"Accepts Marketing": "consent.email"}
    )
    assert maps(receipt) == '--map "status=consent.email.refused"'


def test_a_list_of_refusals_that_has_a_column_for_it(book: Book) -> None:
    assert of_the_name(book, "unsubscribed.csv", "email,UNSUB_TIME", f"{ANA},2024-01-02") == []


FILES_OF_MANY_SHAPES = [
    ("email,Accepts Marketing,Opted out,OPTIN_TIME,Consent wording", f"{ANA},yes,no,2024-01-02,w"),
    ("email,phone,Email Opt In,SMS Opt In,SMS opt in date,Do Not Call", f"{ANA},{ONE},yes,no,2024-01-02,"),
    ("email,Subscribed,Newsletter,Opt-in date,GDPR", f"{ANA},yes,yes,2024-01-02,yes"),
    ("email,OPTIN_TIME,Opted in via,Consent text", f"{ANA},2024-01-02,shop,yes I do"),
]


@pytest.mark.parametrize(("header", "row"), FILES_OF_MANY_SHAPES)
def test_hints_can_be_followed_all_together(book: Book, header: str, row: str) -> None:
    proposed = maps(take_in(book, header, row, region="GB"))
    options = [option.rpartition("=") for option in proposed.removeprefix('--map "')[:-1].split('" --map "')]
    mapping = {header: field for header, _, field in options if header}
    followed = take_in(book, header, row, region="GB", mapping=mapping)
    assert (followed.error, maps(followed)) == (0, "")
