"""A checkout, a call of the API, an edit, an update of one's own profile, a link: each as its record."""

from typing import Any

import pytest

from onefold.model.error import UsageError
from onefold.sources.api import api_record
from onefold.sources.checkout import checkout_record
from onefold.sources.console import edit_record
from onefold.sources.profile_update import profile_update_record
from onefold.sources.subscribe_link import subscribe_record

KINDS = ("crm_id", "loyalty_id", "email", "phone")
ORDER: dict[str, Any] = {
    "id": 1001,
    "created_at": "2026-11-22T09:00:00+00:00",
    "email": "ana@example.com",
    "total_price": "20.00",
    "currency": "EUR",
    "browser_ip": "192.0.2.1",
    "line_items": [{"sku": "tea", "quantity": 2}],
    "customer": {"first_name": "Ana", "last_name": "Silva", "phone": "+351912345678"},
    "shipping_address": {"first_name": "Rui", "phone": "+351911111111"},
}


def test_an_order_tells_of_who_bought_and_what() -> None:
    record = checkout_record(ORDER)
    person = {name: record[name] for name in ("email", "phone", "first_name", "last_name")}
    assert person == {
        "email": "ana@example.com",
        "phone": "+351912345678",
        "first_name": "Ana",
        "last_name": "Silva",
    }
    assert (record["source"], record["key"], record["proven"]) == ("checkout", "1001", [])
    assert record["consent"] == {}
    (bought,) = record["activity"]
    assert (bought["kind"], bought["at"]) == ("bought", "2026-11-22T09:00:00+00:00")
    assert bought["payload"] == {
        name: ORDER[name]
        for name in ("id", "created_at", "total_price", "currency", "browser_ip", "line_items")
    }


@pytest.mark.parametrize(
    ("ticks", "granted"),
    [
        ({"buyer_accepts_marketing": True}, ["email"]),
        ({"accepts_marketing": False}, []),
        ({"accepts_marketing": "false"}, []),
        ({"customer": {"sms_marketing_consent": {"state": "subscribed"}}}, ["sms"]),
        ({"customer": {"email_marketing_consent": {"state": "not_subscribed"}}}, []),
        ({"accepts_marketing": True, "accepts_sms_marketing": True}, ["email", "sms"]),
    ],
)
def test_a_ticked_box_is_a_grant_and_another_says_nothing(ticks: dict[str, Any], granted: list[str]) -> None:
    record = checkout_record(ORDER | ticks, wordings={"email": "Send me news.", "sms": "Text me."})
    assert list(record["consent"]) == granted
    assert all(said["wording"] for said in record["consent"].values())


def test_what_the_customer_logged_in_with_is_proven_if_the_order_says_it() -> None:
    assert checkout_record(ORDER, proven=["email", "crm_id"])["proven"] == ["email"]


@pytest.mark.parametrize("number", [None, "", True, {}])
def test_an_order_without_an_id_is_refused(number: object) -> None:
    with pytest.raises(UsageError, match="no id"):
        checkout_record(ORDER | {"id": number})


def test_a_call_may_use_the_names_of_other_products() -> None:
    call = {
        "EmailAddress": "ana@example.com",
        "MobileNumber": "+12025550123",
        "FirstName": "Ana",
        "loyalty_id": "L1",
        "City": "Porto",
        "consent": {"sms": "subscribed"},
        "key": "7",
    }
    assert api_record(call, KINDS, ["City"]) == {
        "source": "api",
        "email": "ana@example.com",
        "phone": "+12025550123",
        "first_name": "Ana",
        "loyalty_id": "L1",
        "consent": {"sms": "subscribed"},
        "key": "7",
        "fields": {"City": "Porto"},
    }


@pytest.mark.parametrize(
    ("call", "words"),
    [
        ({"Shoe size": 42}, "'Shoe size', which is no field"),
        ({"email": "a@example.com", "EmailAddress": "b@example.com"}, "says email twice"),
        ({"proven": ["email"]}, "'proven', which is no field"),
    ],
)
def test_a_call_that_means_nothing_or_two_things_is_refused(call: dict[str, Any], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        api_record(call, KINDS, [])


def test_an_edit_is_attested_and_an_update_proves_the_contact_only() -> None:
    values = {"email": "ana@example.com", "last_name": "Silva", "City": "Porto"}
    said = {"contact_id": 7, "email": "ana@example.com", "last_name": "Silva", "fields": {"City": "Porto"}}
    assert edit_record(7, values, KINDS) == said | {"source": "console"}
    assert profile_update_record(7, values, KINDS) == said | {
        "source": "profile_update",
        "proven": ["contact_id"],
        "consent": {},
    }


def test_a_number_behind_a_link_is_typed_by_a_proven_contact() -> None:
    record = subscribe_record(7, "+12025550123", {"wording": "Text me.", "url": None})
    assert record["proven"] == ["contact_id"]
    assert record["consent"] == {"sms": {"state": "pending", "wording": "Text me.", "url": None}}
