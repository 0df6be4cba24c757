"""All that is known of one person, on both stores."""

import json
from collections.abc import Callable

import pytest

from onefold.book import Book
from onefold.way.consenting import Entry
from tests.way.at_the_desk import ANA, BEA, ONE, TWO, Clock, refusal, take_in


@pytest.fixture
def people(opened: Callable[[], Book], clock: Clock) -> Book:
    """Two people who became one, and another."""
    book = opened()
    book.set_setting("region", "GB")
    book.add_field("Notes", "text", access="private")
    take_in(book, "email,phone,first_name,Notes", f"{ANA},{ONE},Ana,rude", f"{BEA},,Anna,", tags=["VIP"])
    take_in(book, "phone,first_name,Notes", f"{TWO},Carla,nobody else may read this")
    book.record_consent(ANA, Entry("subscribed", evidence={"wording": "Write to me"}))
    book.set_values(1, {"phone": "+447400100077"})
    book.merge(1, [2])
    book.take(
        [{"source": "checkout", "key": "order-1", "proven": ["email"], "email": ANA, "first_name": "A."}]
    )
    book.receive_text(from_="+447400100077", body="HELP")
    return book


def test_it_is_the_contact_and_all_beside_it(people: Book) -> None:
    told = people.everything(1)
    assert {name: told[name] for name in people.contact(1)} == people.contact(1)
    assert told["fields"] == {"Notes": "rude"}
    assert [each["email"] for each in told["merged"]] == [BEA]
    known = {(each["value"], each["why"]): each for each in told["also_known_by"]}
    assert known[ONE, "former"]["since"].startswith("2026-11-22T10:00")
    assert known[ONE, "former"]["receipt_id"] == told["provenance"]["phone"]["receipt"]
    assert [(each["kind"], each["name"]) for each in told["memberships"]] == [("tag", "VIP")]
    assert [entry["wording"] for entry in told["consent_log"] if "wording" in entry] == ["Write to me"]
    assert {change["contact"] for change in told["history"]} == {1, 2}
    assert [record["key"] for record in told["records"]] == ["order-1"]
    assert [each["recipient"] for each in told["sent"]] == ["+447400100077"]
    assert [rows["rows"][0]["email"] for rows in told["rows_of_files"]] == [ANA]


def test_it_tells_of_nobody_else(people: Book) -> None:
    text = json.dumps(people.everything(1))
    assert TWO not in text
    assert "nobody else" not in text
    with refusal("unknown_contact_id"):
        people.everything(99)
