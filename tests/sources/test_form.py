"""Forms: what may stand in a definition, and what a submission makes."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from onefold.model.error import UsageError
from onefold.model.form import Submission
from onefold.sources.form import form_record
from onefold.sources.form_definition import form_definition, read_form

KNOWN = ("crm_id", "loyalty_id", "email", "phone", "first_name", "City")
KINDS = ("crm_id", "loyalty_id", "email", "phone")
NEWS: dict[str, Any] = {
    "title": "News",
    "fields": [{"name": "email", "required": True}, "phone", "first_name", "City"],
    "consent": {"email": {"wording": "Send me news.", "required": True}, "sms": "Text me offers."},
    "lists": ["Newsletter"],
    "tags": ["web"],
}
FORM = replace(read_form("news", NEWS, KNOWN), version=3)


@contextmanager
def refused(code: str, words: str) -> Iterator[None]:
    with pytest.raises(UsageError, match=words) as caught:
        yield
    assert caught.value.code == code


def record_of(**values: object) -> dict[str, Any]:
    named = {name.replace("consent_", "consent."): value for name, value in values.items()}
    return form_record(FORM, Submission(named, "https://example.com/news", "192.0.2.1", "Firefox"), KINDS)


def test_a_definition_is_read_back_as_it_was_written() -> None:
    assert read_form("news", form_definition(FORM), KNOWN) == replace(FORM, version=0)
    assert FORM.double_opt_in


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"fields": []}, "fields is no list"),
        ({"fields": ["first_name"]}, "must ask for an email or a phone"),
        ({"fields": ["email", "email"]}, "asks for 'email' twice"),
        ({"fields": ["email", "Shoe size"]}, "'Shoe size', which is no field of this book"),
        ({"fields": ["email", "crm_id"]}, "cannot ask for crm_id"),
        ({"fields": ["email"]}, "agree to sms on it, and it asks for no phone"),
        ({"fields": [{"name": "email", "requierd": True}]}, "a field has no 'requierd'"),
        ({"consent": {"fax": "Fax me."}}, "consent has no 'fax'"),
        ({"consent": {"email": " "}}, "wording of consent.email"),
        ({"consent": {"email": {"wording": "Yes.", "by": "silence"}}}, "given by 'silence'"),
        ({"double_opt_in": "yes"}, "double_opt_in is 'yes'"),
        ({"lists": "Newsletter"}, "lists is no list"),
        ({"title": "half a \ud83d"}, "title is"),
        ({"tags": ["a\0b"]}, "tags is"),
        ({"thanks": "…"}, "a form has no 'thanks'"),
    ],
)
def test_what_no_form_can_be_is_refused(change: dict[str, Any], words: str) -> None:
    with refused("bad_form", words):
        read_form("news", NEWS | change, KNOWN)


def test_a_definition_that_is_no_object_is_refused() -> None:
    with refused("bad_form", "a form is no JSON object"):
        read_form("news", ["email"], KNOWN)


def test_a_submission_is_a_record_with_the_words_that_were_agreed_to() -> None:
    record = record_of(email=" ana@example.com ", City="Porto", first_name="", consent_email="on")
    assert record["email"] == "ana@example.com"
    assert record["fields"] == {"City": "Porto"}
    assert "first_name" not in record
    assert (record["lists"], record["tags"], record["source"]) == (["Newsletter"], ["web"], "form")
    assert "proven" not in record
    assert record["consent"] == {
        "email": {
            "state": "pending",
            "method": "checkbox",
            "wording": "Send me news.",
            "wording_version": "3",
            "form": "news",
            "url": "https://example.com/news",
            "ip": "192.0.2.1",
            "user_agent": "Firefox",
        }
    }


def test_without_double_opt_in_the_tick_is_the_grant() -> None:
    form = replace(FORM, double_opt_in=False)
    sent = Submission({"email": "ana@example.com", "consent.email": True})
    assert form_record(form, sent, KINDS)["consent"]["email"]["state"] == "subscribed"


def test_where_sending_is_agreeing_every_address_that_is_given_counts() -> None:
    by_sending = {"email": {"wording": "By sending …", "by": "sending"}, "sms": "Text me."}
    form = read_form("news", NEWS | {"consent": by_sending}, KNOWN)
    record = form_record(form, Submission({"email": "ana@example.com"}), KINDS)
    assert {channel: said["method"] for channel, said in record["consent"].items()} == {"email": "sending"}


@pytest.mark.parametrize("box", ["", "no", "off", "false", "0", False, None])
def test_a_box_that_is_not_ticked_says_nothing(box: object) -> None:
    record = record_of(email="ana@example.com", consent_email="yes", consent_sms=box)
    assert list(record["consent"]) == ["email"]


@pytest.mark.parametrize("values", [{}, {"email": " ", "first_name": None}])
def test_an_empty_post_is_answered_so(values: dict[str, object]) -> None:
    with refused("empty_submission", "nothing was filled in"):
        form_record(FORM, Submission(values), KINDS)


@pytest.mark.parametrize(
    ("values", "code", "words"),
    [
        ({"first_name": "Ana"}, "missing_field", "email, consent.email must be filled in"),
        ({"email": "a@example.com", "consent_email": "off"}, "missing_field", "consent.email must be"),
        (
            {"email": "a@example.com", "consent_email": "on", "consent_sms": "on"},
            "missing_field",
            "phone must be filled in",
        ),
        ({"email": "a@example.com", "contact_id": "7"}, "unknown_field", "does not ask for 'contact_id'"),
        ({"email": "a@example.com", "proven": "email"}, "unknown_field", "does not ask for 'proven'"),
        ({"email": "a@example.com", "consent_email": "perhaps"}, "bad_value", "'perhaps'"),
        ({"email": ["a@example.com"]}, "bad_value", "email is no text"),
        ({"email": "a" * 5000}, "bad_value", "email has 5,000 characters"),
        ({"email": "a@example.com", "first_name": "\ud83d"}, "bad_value", "first_name holds what is no text"),
    ],
)
def test_a_submission_that_cannot_be_taken_says_what_is_wrong(
    values: dict[str, object], code: str, words: str
) -> None:
    with refused(code, words):
        record_of(**values)
