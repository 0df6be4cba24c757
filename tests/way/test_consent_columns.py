"""Consent comes out of a file only where it is asked for, and the right way round."""

import pytest

from onefold.book import Book
from onefold.model.error import UsageError
from onefold.way.consent_mapping import check_consent
from tests.way.at_the_desk import ANA, BEA, NOW, file, refusal, take_in


def consents(book: Book, contact_id: int) -> dict[str, str]:
    states: dict[str, str] = book.contact(contact_id)["consent"]
    return states


def test_no_header_maps_itself_but_the_exact_one(book: Book) -> None:
    receipt = take_in(
        book,
        "email,Accepts Marketing,Consent Email,consent_email,Consent,OPTIN_TIME",
        f"{ANA},yes,yes,yes,yes,x",
    )
    assert {header for header, field in receipt.mapping.items() if field} == {"email"}
    assert consents(book, 1) == {"email": "none", "sms": "none"}
    take_in(book, "email,consent.email", f"{ANA},yes")
    assert consents(book, 1) == {"email": "subscribed", "sms": "none"}


def test_objects_in_objects_are_the_exact_one_too(book: Book) -> None:
    take_in(book, '{"email": "ana@example.com", "consent": {"email": "subscribed", "sms": "none"}}')
    assert consents(book, 1) == {"email": "subscribed", "sms": "none"}


@pytest.mark.parametrize(
    "header",
    [
        "Email Opt Out",
        "Opted Out",
        "HasOptedOutOfEmail",
        "Unsubscribed",
        "Do Not Email",
        "Newsletter opt-out",
        "is_unsubscribed",
        "email_opt_out",
        "has_opted_out",
        "DNC",
        "no_sms",
        "Newsletter_Abmeldung",
        "optedout",
        "donotemail",
        "unsubscribedfromemails",
        "Opt Out Status",
    ],
)
def test_who_opted_out_is_never_taken_for_an_opt_in(book: Book, header: str) -> None:
    with refusal("bad_mapping") as told:
        take_in(book, f"email,{header}", f"{ANA},1", mapping={header: "consent.email"})
    assert f'--map "{header}=consent.email.refused"' in told[0].hint
    take_in(book, f"email,{header}", f"{ANA},1", f"{BEA},0", mapping={header: "consent.email.refused"})
    assert [consents(book, number)["email"] for number in (1, 2)] == ["unsubscribed", "none"]


@pytest.mark.parametrize("header", ["Opt-in/Opt-out", "Accepts Marketing", "Subscribed", "Status"])
def test_a_header_that_says_who_agreed_or_may_say_both_is_taken(header: str) -> None:
    check_consent({header: "consent.sms"})


@pytest.mark.parametrize("header", ["not unsubscribed", "Unconfirmed", "no_foo_sms", "Cancelled"])
def test_a_header_that_may_say_no_is_never_taken_for_an_opt_in(header: str) -> None:
    with refusal("bad_mapping"):
        check_consent({header: "consent.sms"})
    check_consent({header: "consent.sms.refused"})


@pytest.mark.parametrize(
    "header", ["opt_in", "Accepts Marketing", "Subscribed", "OPTIN_TIME", "Newsletter", "accepted"]
)
def test_who_agreed_is_never_taken_for_a_refusal(header: str) -> None:
    with refusal("bad_mapping") as told:
        check_consent({header: "consent.email.refused"})
    assert header in str(told[0])


@pytest.mark.parametrize(
    "header", ["Subscription Status", "status", "Reason", "UNSUB_TIME", "Opt-in/Opt-out"]
)
def test_a_column_of_words_or_days_may_tell_who_refused(header: str) -> None:
    check_consent({header: "consent.email.refused"})


def test_a_mapping_that_was_taken_before_is_looked_at_again(book: Book) -> None:
    header = "email,is_gone"
    take_in(book, header, f"{ANA},1", mapping={"is_gone": "consent.email.refused"})
    assert take_in(book, header, f"{BEA},1").mapping["is_gone"] == "consent.email.refused"
    assert consents(book, 2)["email"] == "unsubscribed"


def test_a_date_without_a_consent_is_refused() -> None:
    with pytest.raises(UsageError, match=r"'When' is mapped to consent.email.date, and no column to"):
        check_consent({"When": "consent.email.date", "SMS": "consent.sms"})


def test_dates_of_consent_are_read_as_the_column_shows(book: Book) -> None:
    rows = [f"{ANA},yes,03/04/2024", f"{BEA},yes,25/04/2024"]
    receipt = take_in(book, "email,consent.email,consent.email.date", *rows)
    assert receipt.reasons == {"created": 2}
    assert any("'consent.email.date' are read day first" in warning for warning in receipt.warnings)
    told = book.plan(
        file("email,consent.email,consent.email.date", f"{ANA},yes,03/04/2024"), date_order="mdy"
    )
    assert told.receipt.reasons == {"unchanged": 1}
    told.discard()


def test_an_unknown_word_refuses_the_row(book: Book) -> None:
    receipt = take_in(book, "email,consent.email,consent.sms", f"{ANA},perhaps,", f"{BEA},yes,UNSET")
    assert receipt.reasons == {"bad_choice": 2}
    assert book.count() == 0


def test_a_refusal_counts_though_its_row_is_refused(book: Book) -> None:
    take_in(book, "email,phone,consent.email", f"{ANA},nonsense,no")
    assert book.count() == 0
    take_in(book, "email,consent.email", f"{ANA},yes")
    assert consents(book, 1)["email"] == "unsubscribed"


def test_a_mapping_of_consent_is_remembered(book: Book) -> None:
    header = "email,Accepts Marketing"
    take_in(book, header, f"{ANA},yes", mapping={"Accepts Marketing": "consent.email"})
    receipt = take_in(book, header, f"{BEA},yes")
    assert receipt.mapping["Accepts Marketing"] == "consent.email"
    assert consents(book, 2)["email"] == "subscribed"


def test_many_batches(two_rows_a_batch: Book) -> None:
    rows = [
        f"{number}@example.com,{'yes' if number % 2 else 'no'},2026-01-0{number}" for number in range(1, 8)
    ]
    take_in(two_rows_a_batch, "email,consent.email,consent.email.date", *rows)
    states = [contact["consent"]["email"] for contact in two_rows_a_batch.contacts()]
    assert states == ["subscribed", "unsubscribed"] * 3 + ["subscribed"]


@pytest.fixture
def two_rows_a_batch(book: Book) -> Book:
    book._batch_rows = 2
    return book


def test_now_is_the_time_of_a_word_without_a_date(book: Book) -> None:
    take_in(book, "email,consent.email,consent.email.date", f"{ANA},yes,")
    [entry] = book.consent(ANA)["log"]
    assert entry["at"] == f"{NOW:%Y-%m-%dT%H:%M:%SZ}"
    assert (entry["source"], entry["state"]) == ("import", "subscribed")
