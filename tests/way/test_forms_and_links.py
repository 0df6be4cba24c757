"""Forms and links: versions, evidence, keys, and tokens gone wrong; the pages show the rest."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import onefold
from onefold.book import Book
from onefold.model.form import Submission
from onefold.way.tokens import TokenKind
from tests.way.at_the_desk import ANA, BEA, ONE, TWO, Clock, refusal, shown

NEWS: dict[str, Any] = {
    "title": "News",
    "fields": ["email", "phone", "first_name"],
    "consent": {"email": "Send me news.", "sms": "Text me."},
}


@pytest.fixture
def linked(book: Book) -> Book:
    """A book with a form, one contact, and a place for its links to lead."""
    book.set_setting("link_base", "https://contacts.example.com/")
    book.save_form("news", NEWS)
    book.take([{"source": "api", "email": ANA}])
    return book


def sent(book: Book, kind: str) -> list[tuple[str, str]]:
    """Mails or texts in the outbox: to whom, and what they say."""
    with book._store.reader() as reader:
        return [(each["recipient"], each["body"]) for each in reader.outbox() if each["kind"] == kind]


def mailed_token(book: Book) -> str:
    return sent(book, "mail")[-1][1].partition("/t/")[2].split()[0]


def agreed(**values: object) -> Submission:
    named = {name.replace("consent_", "consent."): value for name, value in values.items()}
    return Submission(named, "https://example.com/news", "192.0.2.1", "Firefox")


def log_of(book: Book, address: str) -> list[dict[str, Any]]:
    with book._store.reader() as reader:
        return [row for row in reader.whole_consent_log().to_dicts() if row["address"] == address]


# Forms


def test_a_form_that_has_changed_is_a_new_version_and_the_old_ones_stay(linked: Book) -> None:
    assert linked.save_form("news", NEWS).version == 1
    assert linked.save_form("news", NEWS | {"title": "Other news"}).version == 2
    assert [form.version for form in linked.forms()] == [2]
    assert linked.form("news", 1).title == "News"
    with refusal("unknown_form"):
        linked.form("news", 3)


def test_a_form_that_asks_for_confirmation_can_be_kept_before_links_lead_anywhere(book: Book) -> None:
    assert book.save_form("news", NEWS).version == 1
    taken = book.submit("news", agreed(email=ANA, consent_email="on"))
    assert (taken.status, taken.confirm) == ("Imported", ())
    assert "link_base" in str(taken.detail)
    book.set_setting("link_base", "https://contacts.example.com/")
    book.use_token(mailed_token(book))
    assert book.contact(1)["consent"]["email"] == "subscribed"


@pytest.mark.parametrize(
    "base", ["", "contacts.example.com", "ftp://example.com", "https://example.com/?a=b", "https://ex ample"]
)
def test_links_lead_to_an_address_of_the_web(book: Book, base: str) -> None:
    with refusal("bad_value"):
        book.set_setting("link_base", base)


def test_the_log_says_what_was_agreed_to_and_how_it_was_confirmed(linked: Book, clock: Clock) -> None:
    linked.submit("news", agreed(email=BEA, consent_email="on"))
    token = mailed_token(linked)
    linked.save_form("news", NEWS | {"consent": {"email": "Send me everything."}})
    clock.forward(hours=1)
    linked.use_token(token)
    said = [
        {name: entry[name] for name in ("state", "method", "wording", "wording_version", "form", "ip")}
        for entry in log_of(linked, BEA)
        if entry["wording"] is not None
    ]
    known = {"wording": "Send me news.", "wording_version": "1", "form": "news"}
    assert {"state": "pending", "method": "checkbox", "ip": "192.0.2.1", **known} in said
    assert {"state": "subscribed", "method": "double_opt_in", "ip": None, **known} in said


def test_a_submission_is_taken_once_by_its_key(linked: Book) -> None:
    twice = [linked.submit("news", Submission({"email": BEA, "consent.email": "on"}, key="s1")) for _ in "ab"]
    assert [(each.reason, each.contact_id) for each in twice] == [("created", 2), ("repeat", 2)]
    assert [to for to, _ in sent(linked, "mail")] == [BEA]


def test_what_no_contact_can_be_made_of_is_answered_and_asks_nobody(linked: Book) -> None:
    taken = linked.submit("news", agreed(email="nobody", consent_email="on"))
    assert (taken.status, taken.reason, taken.confirm) == ("Error", "bad_email", ())
    assert linked.count() == 1
    assert sent(linked, "mail") == []


def test_names_and_keys_that_no_store_can_hold_are_answered(linked: Book) -> None:
    half = "half a \ud83d"
    with refusal("unknown_form"):
        linked.form(half)
    with refusal("bad_name"):
        linked.save_form(half, NEWS)
    taken = linked.submit("news", Submission({"email": BEA, "consent.email": "on"}, key=half))
    assert (taken.status, taken.reason) == ("Error", "undecodable_text")
    assert linked.count() == 1


def test_a_number_that_refused_is_not_even_asked(linked: Book, clock: Clock) -> None:
    linked.receive_text(from_=ONE, body="STOP")
    texts = len(sent(linked, "text"))
    clock.forward(minutes=5)
    assert linked.submit("news", agreed(phone=ONE, consent_sms="on")).confirm == ()
    [made] = linked.link("subscribe", [1])
    assert linked.use_token(made["token"], {"phone": ONE}).confirm == ()
    assert len(sent(linked, "text")) == texts


def test_the_mail_says_what_will_come_of_its_link(linked: Book) -> None:
    linked.submit("news", agreed(email=ANA, phone=ONE, consent_email="on"))
    [(to, body)] = sent(linked, "mail")
    assert to == ANA
    assert "Send me news." in body
    assert f"ends in {ONE[-3:]}" in body
    assert ONE not in body


# Links


def test_a_token_is_good_for_its_own_purpose_only(linked: Book) -> None:
    with linked._store.reader() as reader:
        token = linked._links(reader).token(TokenKind.CLICK_TO_TEXT, 1, 7)
    with refusal("token_misused"):
        linked.use_token(token)
    linked.read_token(token)
    with refusal("bad_value"):
        linked.link("confirm_email", [1])
    with refusal("bad_value"):
        linked.link("everything", [1])


def test_what_was_typed_wrong_leaves_the_link_as_good_as_it_was(linked: Book) -> None:
    [made] = linked.link("subscribe", [1])
    token = made["token"]
    for values, code in (
        ({}, "missing_field"),
        ({"phone": "12"}, "bad_value"),
        ({"phone": "\ud83d"}, "bad_value"),
        ({"email": BEA, "phone": ONE}, "unknown_field"),
    ):
        with refusal(code):
            linked.use_token(token, values)
    assert linked.use_token(token, {"phone": ONE}).confirm == (ONE,)
    for again in (linked.use_token, linked.read_token):
        with refusal("token_used"):
            again(token)


def test_the_token_of_another_book_is_forged_here(
    linked: Book, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONEFOLD_SECRET", "0123456789abcdef0123456789abcdef")
    with onefold.open(tmp_path / "other.db", clock=clock) as other:
        other.set_setting("link_base", "https://contacts.example.com")
        other.take([{"source": "api", "email": ANA}])
        [made] = other.link("preferences", [1])
        other.read_token(made["token"])
    with refusal("token_forged"):
        linked.use_token(made["token"], {"first_name": "Mallory"})


def test_a_link_that_confirms_names_nobody_who_has_the_address_no_longer(linked: Book) -> None:
    linked.submit("news", agreed(email=ANA, consent_email="on"))
    linked.set_values(1, {"email": BEA})
    used = linked.use_token(mailed_token(linked))
    assert used.contact_id == 2
    assert shown(linked, 1) == f"email={BEA} email~{ANA}:released"
    assert linked.contact(2)["consent"]["email"] == "subscribed"


def test_private_fields_are_not_changed_behind_a_link(linked: Book) -> None:
    linked.add_field("City", "text")
    linked.add_field("Score", "number", access="private")
    [made] = linked.link("preferences", [1])
    with refusal("unknown_field"):
        linked.use_token(made["token"], {"Score": "9"})
    linked.use_token(made["token"], {"City": "Porto"})
    assert linked.contact(1)["fields"] == {"City": "Porto", "Score": None}


def test_texts_are_agreed_to_by_the_number_itself(linked: Book, clock: Clock) -> None:
    linked.take([{"source": "api", "email": BEA, "phone": TWO}])
    [made] = linked.link("preferences", [2])
    linked.use_token(made["token"], {"consent.sms": "yes", "consent.email": "yes"})
    assert linked.contact(2)["consent"] == {"email": "subscribed", "sms": "pending"}
    clock.forward(minutes=1)
    linked.receive_text(from_=TWO, body="Yes!")
    assert linked.contact(2)["consent"]["sms"] == "subscribed"


def test_a_number_learns_whose_it_will_be_and_is_asked_for_one_contact_at_a_time(
    linked: Book, clock: Clock
) -> None:
    linked.take([{"source": "api", "email": "mallory@example.com"}])
    first, second = (linked.link("subscribe", [each])[0]["token"] for each in (1, 2))
    assert linked.use_token(first, {"phone": ONE}).confirm == (ONE,)
    assert "will stand beside a…@example.com" in sent(linked, "text")[-1][1]
    assert linked.use_token(second, {"phone": ONE}).confirm == ()
    clock.forward(minutes=1)
    linked.receive_text(from_=ONE, body="YES")
    assert [contact["phone"] for contact in linked.contacts()] == [ONE, None]


def test_a_mailbox_learns_which_one_it_will_replace(linked: Book) -> None:
    [made] = linked.link("preferences", [1])
    linked.use_token(made["token"], {"email": BEA})
    assert "will take the place of a…@example.com" in sent(linked, "mail")[-1][1]


def test_what_a_link_did_is_taken_back_and_the_link_stays_used(linked: Book) -> None:
    [made] = linked.link("preferences", [1])
    used = linked.use_token(made["token"], {"first_name": "Ana"})
    assert used.receipt_id is not None
    linked.undo(used.receipt_id)
    assert shown(linked, 1) == f"email={ANA}"
    with refusal("token_used"):
        linked.use_token(made["token"], {"first_name": "Ana"})


def test_a_link_is_for_a_contact_that_is_there_and_for_a_while(linked: Book) -> None:
    with refusal("unknown_contact_id"):
        linked.link("subscribe", [7])
    for days in (0, 400):
        with refusal("bad_value"):
            linked.link("subscribe", [1], days=days)


def test_of_two_who_open_a_link_at_once_one_is_too_late(opened: Callable[[], Book]) -> None:
    one, other = opened(), opened()
    one.set_setting("link_base", "https://contacts.example.com")
    one.take([{"source": "api", "email": ANA}])
    [made] = one.link("preferences", [1])
    one.use_token(made["token"], {"first_name": "Ana"})
    with refusal("token_used"):
        other.use_token(made["token"], {"first_name": "Mallory"})
    assert other.contact(1)["first_name"] == "Ana"
