"""Files of those who refused come in, whatever their columns hold; no grant ends or stands unseen."""

from io import BytesIO
from typing import Any

import pytest

from onefold.book import Book
from onefold.model.error import Refused
from tests.way.at_the_desk import ANA, BEA, CARLA, NOW, ONE, file, refusal, take_in

NO = {"consent": {"email": "unsubscribed"}}
REFUSED = "consent.email.refused"


def email_states(book: Book) -> dict[str, str]:
    return {contact["email"]: contact["consent"]["email"] for contact in book.contacts()}


def last(book: Book, address: str) -> dict[str, Any]:
    entry: dict[str, Any] = book.consent(address)["log"][-1]
    return entry


def test_several_columns_of_refusals_are_mapped_and_remembered(book: Book) -> None:
    headers = "email,UNSUB_TIME,UNSUB_REASON"
    mapping = {"UNSUB_TIME": REFUSED, "UNSUB_REASON": REFUSED}
    receipt = take_in(book, headers, f"{ANA},2024-01-02,too many", mapping=mapping)
    assert receipt.mapping == {"email": "email", **mapping}
    assert (last(book, ANA)["at"], last(book, ANA)["wording"]) == ("2024-01-02T00:00:00Z", "too many")
    receipt = take_in(book, headers, f"{BEA},,spam", f"{CARLA},,")
    assert receipt.mapping == {"email": "email", **mapping}
    assert email_states(book) == {ANA: "unsubscribed", BEA: "unsubscribed", CARLA: "none"}
    assert any("'UNSUB_TIME' as consent.email.refused" in warning for warning in receipt.warnings)


def test_a_column_said_now_does_not_push_out_one_that_is_remembered(book: Book) -> None:
    headers = "email,Left,Why"
    take_in(book, headers, f"{ANA},,", mapping={"Left": REFUSED})
    receipt = take_in(book, headers, f"{ANA},2024-01-02,", mapping={"Why": REFUSED})
    assert receipt.mapping == {"email": "email", "Left": REFUSED, "Why": REFUSED}
    assert email_states(book) == {ANA: "unsubscribed"}


def test_a_column_of_refusals_that_is_gone_is_told_though_another_is_there(book: Book) -> None:
    mapping = {"Left": REFUSED, "Why": REFUSED}
    take_in(book, "email,name,Left,Why", f"{ANA},,,", mapping=mapping)
    receipt = take_in(book, "email,name,Left", f"{ANA},,", mapping={"Left": REFUSED})
    assert any("'Why' of the last import" in warning for warning in receipt.warnings)


def test_other_fields_are_still_filled_by_one_column(book: Book) -> None:
    with refusal("field_twice"):
        take_in(book, "email,A,B", f"{ANA},yes,no", mapping={"A": "consent.email", "B": "consent.email"})


def test_the_results_and_the_error_file_have_the_columns_as_they_came(book: Book, tmp_path: Any) -> None:
    mapping = {"Left": REFUSED, "Why": REFUSED}
    receipt = take_in(book, "email,Left,Why", f"{ANA},2024-01-02,spam", "nobody,1,", mapping=mapping)
    path = book.results(receipt.id or 0, tmp_path / "results.csv")
    assert path.read_text(encoding="utf-8").splitlines()[0].startswith("email,Left,Why,Import Status")
    errors = book.results(receipt.id or 0, tmp_path / "errors.csv", errors_only=True)
    again = book.import_file(errors, import_tag=False)
    assert again.mapping["Left"] == again.mapping["Why"] == REFUSED


def test_a_column_that_is_called_after_bounces_is_about_the_address(book: Book) -> None:
    mapping = {"CLEAN_TIME": REFUSED, "CLEAN_CAMPAIGN_TITLE": REFUSED}
    take_in(book, "email,CLEAN_TIME,CLEAN_CAMPAIGN_TITLE", f"{ANA},2024-01-02,Sale", mapping=mapping)
    assert last(book, ANA)["method"] == "hard_bounce"
    take_in(
        book, "email,HardBounceDate,Complained", f"{BEA},2024-01-02,yes", mapping={"HardBounceDate": REFUSED}
    )
    assert last(book, BEA)["method"] == "hard_bounce"


def test_a_date_of_opting_in_is_that_of_no_refusal(book: Book) -> None:
    headers = {"OPTIN_TIME": "now", "Subscribed at": "now", "Unsubscribed at": "then", "Since": "then"}
    headers |= {"consent.email.date": "then", "Status changed": "then"}
    days = {"now": f"{NOW:%Y-%m-%dT%H:%M:%SZ}", "then": "2024-01-02T00:00:00Z"}
    for header, day in headers.items():
        address = f"p{len(header)}@example.com"
        mapping = {header: "consent.email.date"}
        take_in(book, f"email,consent.email,{header}", f"{address},no,2024-01-02", mapping=mapping)
        assert last(book, address)["at"] == days[day], header


def test_ticks_anywhere_in_the_file_make_its_crosses_a_no(book: Book) -> None:
    book._batch_rows = 2
    rows = [f"{ANA},x", f"{BEA},✗", f"{CARLA},", "dora@example.com,✓"]
    take_in(book, f"email,{REFUSED}", *rows)
    assert list(email_states(book).values()) == ["none", "none", "none", "unsubscribed"]
    take_in(book, f"email,{REFUSED}", *rows[:3])
    assert list(email_states(book).values()) == ["unsubscribed", "unsubscribed", "none", "unsubscribed"]


def test_a_date_that_could_be_read_in_two_ways_refuses_from_now(book: Book) -> None:
    receipt = take_in(book, f"email,{REFUSED}", f"{ANA},02/03/2024", f"{BEA},03/04/2024")
    assert receipt.error == 0
    assert last(book, ANA)["at"] == f"{NOW:%Y-%m-%dT%H:%M:%SZ}"
    [note] = receipt.warnings
    assert "are not all dates of the refusals, which count from now" in note
    take_in(book, f"email,{REFUSED}", f"{CARLA},02/03/2024", date_order="dmy")
    assert last(book, CARLA)["at"] == "2024-03-02T00:00:00Z"


def test_what_is_so_of_every_row_goes_with_the_dates_of_the_file(book: Book) -> None:
    mapping = {"UNSUB_TIME": "consent.email.date"}
    take_in(book, "email,UNSUB_TIME", f"{ANA},2024-05-06", f"{BEA},", mapping=mapping, **NO)
    assert last(book, ANA)["at"] == "2024-05-06T00:00:00Z"
    assert last(book, BEA)["at"] == f"{NOW:%Y-%m-%dT%H:%M:%SZ}"
    take_in(book, "email", BEA, consent_date="2026-11-20", **NO)
    assert last(book, BEA)["at"] == "2026-11-20T00:00:00Z"


@pytest.mark.parametrize("rows", [[ANA, BEA], ["Email", ANA, BEA], ["Sperrliste", ANA, BEA], [ANA]])
def test_a_bare_list_of_mailboxes_comes_in(book: Book, rows: list[str]) -> None:
    take_in(book, *rows, **NO)
    assert set(email_states(book).values()) == {"unsubscribed"}
    assert ANA in email_states(book)


@pytest.mark.parametrize("rows", [[ONE], [ONE, "+447400100002"], ["DNC", ONE], ["Mobile", ONE]])
def test_a_bare_list_of_numbers_comes_in(book: Book, rows: list[str]) -> None:
    take_in(book, *rows, consent={"sms": "unsubscribed"})
    assert book.consent(ONE)["state"] == "unsubscribed"


def test_a_single_column_that_holds_no_addresses_or_was_skipped_is_no_list(book: Book) -> None:
    with refusal("nothing_mapped"):
        take_in(book, "Notes", "hello", "you", **NO)
    with refusal("nothing_mapped"):
        take_in(book, "Sperrliste", ANA, BEA, skip=["Sperrliste"], **NO)
    with refusal("nothing_mapped"):
        take_in(book, "Sperrliste", ANA, BEA)


def test_a_row_without_an_address_speaks_of_its_contact_s_own(book: Book) -> None:
    take_in(book, "crm_id,email,consent.email", f"C-1,{ANA},yes", f"C-2,{BEA},yes")
    take_in(book, "crm_id", "C-1", **NO)
    assert email_states(book) == {ANA: "unsubscribed", BEA: "subscribed"}


def test_a_row_that_is_refused_or_not_found_refuses_all_the_same(book: Book) -> None:
    take_in(book, "email,phone", f"{ANA},nonsense", **NO)
    take_in(book, "email", BEA, purpose="update_existing", **NO)
    assert book.count() == 0
    take_in(book, "email,consent.email", f"{ANA},yes", f"{BEA},yes")
    assert set(email_states(book).values()) == {"unsubscribed"}


def test_it_never_subscribes_who_refused(book: Book) -> None:
    take_in(book, "email", ANA, **NO)
    take_in(book, "email", ANA, consent={"email": "subscribed"}, consent_wording="Write to me")
    assert email_states(book) == {ANA: "unsubscribed"}


@pytest.mark.parametrize(
    "options",
    [
        {"consent": {"fax": "unsubscribed"}},
        {"consent": {"email": "lapsed"}},
        {"consent": {"email": "subscribed"}},
        {"consent": {"email": "subscribed"}, "consent_wording": "  "},
        {"consent_date": "2026-11-20"},
        {"consent_wording": "Yes"},
        {**NO, "consent_date": "2026-12-24"},
        {**NO, "consent_date": "soon"},
        {**NO, "consent_date": "02/03/2026"},
    ],
)
def test_what_cannot_be_said_of_every_row(book: Book, options: Any) -> None:
    with refusal("bad_value"):
        take_in(book, "email", ANA, **options)
    assert (book.count(), book.receipts()) == (0, [])


def test_records_say_their_consent_themselves(book: Book) -> None:
    with refusal("bad_value"):
        book.plan_records(BytesIO(b'{"source": "api", "email": "ana@example.com"}'), **NO)


def rows_of(many: int) -> list[str]:
    return [f"p{number}@example.com" for number in range(many)]


@pytest.mark.parametrize("batch_rows", [1000, 40])
def test_the_guard_asks_before_many_consents_end(book: Book, batch_rows: int) -> None:
    book._batch_rows = batch_rows
    take_in(book, "email,consent.email", *(f"{one},yes" for one in rows_of(150)))
    before = email_states(book)
    with pytest.raises(
        Refused, match=r"end the consent of 100 of the 150 contacts that are subscribed on email"
    ):
        take_in(book, "email", *rows_of(100), yes=False, **NO)
    with pytest.raises(Refused, match="end the consent of 110"):
        take_in(book, f"email,{REFUSED}", *(f"{one},1" for one in rows_of(110)), yes=False)
    assert email_states(book) == before
    take_in(book, "email", *rows_of(99), yes=False, **NO)
    assert list(email_states(book).values()).count("unsubscribed") == 99
    take_in(book, "email,consent.email", *(f"{one},no" for one in rows_of(150)), yes=False)


def test_the_guard_does_not_mind_refusals_of_those_who_never_agreed(book: Book) -> None:
    take_in(book, "email", *rows_of(150))
    take_in(book, "email", *rows_of(150), yes=False, **NO)
    assert set(email_states(book).values()) == {"unsubscribed"}


def test_who_is_subscribed_is_told_where_a_row_was_not_heard(book: Book, tmp_path: Any) -> None:
    take_in(book, "crm_id,email,consent.email", f"C-1,{ANA},yes", f"C-2,{BEA},yes", f"C-3,{CARLA},no")
    book._batch_rows = 2
    receipt = take_in(
        book,
        "crm_id,email,consent.email,consent.email.date",
        f",{ANA},gone fishing,",
        "C-2,nonsense,no,",  # it is C-2's own refusal, wherever that is reached
        f",{CARLA},gone fishing,",
        f",{BEA},yes,2027-01-01",
        ",dora@example.com,gone fishing,",
    )
    errors = book.results(receipt.id or 0, tmp_path / "errors.csv", errors_only=True)
    told = errors.read_text(encoding="utf-8").splitlines()[1:]
    assert [line.count("subscribed today") for line in told] == [1, 0, 0, 1, 0]
    assert any(warning.startswith("2 rows that were refused are of somebody") for warning in receipt.warnings)


def test_words_of_accounts_are_counted_over_all_batches(book: Book) -> None:
    book._batch_rows = 2
    rows = ("Active", "active", "enabled", "active", "yes", "inactive")
    receipt = take_in(book, "email,consent.email", *(f"p{n}@example.com,{row}" for n, row in enumerate(rows)))
    assert any('"active" in 3 rows, "enabled" in 1 row' in warning for warning in receipt.warnings)


def test_a_plan_is_not_the_same_import_if_it_says_something_else_of_every_row(book: Book) -> None:
    plans = [book.plan(file("email", ANA), **options) for options in (NO, {})]
    assert plans[0].request != plans[1].request
    for plan in plans:
        plan.discard()
