"""What a person may receive, seen from all addresses of theirs."""

import pytest

from onefold.model.consent import CONSENT_STATE_SCHEMA
from onefold.resolve.consent_of_contacts import addresses_of_contacts, contact_states
from tests.frames import book_of, lines, words

OLD, NEW = "+447400100001", "+447400100002"


def states(*said: str, why: str = "second") -> list[str]:
    """Of contact 1, with the number NEW and the alias OLD. `said`: address, state, since when, weak?"""
    book = book_of("id phone", f"1 {NEW}", aliases=[f"1 phone {OLD} {why}"])
    log = lines(CONSENT_STATE_SCHEMA, *(f"sms {line} 1" for line in said))
    told = contact_states(addresses_of_contacts(book), log)
    return words(told.select("contact_id", "channel", "state"))


@pytest.mark.parametrize(
    ("said", "comes_to"),
    [
        ([], "none"),
        ([f"{NEW} subscribed 2022 false"], "subscribed"),
        ([f"{NEW} pending 2022 false"], "pending"),
        ([f"{OLD} subscribed 2022 false"], "none"),
        ([f"{OLD} unsubscribed 2022 false"], "unsubscribed"),
        ([f"{OLD} unsubscribed 2022 false", f"{NEW} subscribed 2023 false"], "subscribed"),
        ([f"{OLD} unsubscribed 2022 false", f"{NEW} subscribed 2021 false"], "unsubscribed"),
        ([f"{OLD} unsubscribed 2022 false", f"{NEW} subscribed 2022 false"], "unsubscribed"),
        ([f"{OLD} unsubscribed 2022 false", f"{NEW} subscribed 2023 true"], "unsubscribed"),
        ([f"{OLD} unsubscribed 2022 false", f"{NEW} pending 2023 false"], "unsubscribed"),
    ],
)
@pytest.mark.parametrize("why", ["second", "former"])
def test_a_refusal_at_another_address_stands_until_the_person_says_otherwise(
    said: list[str], comes_to: str, why: str
) -> None:
    assert states(*said, why=why) == [f"1 sms {comes_to}"]


@pytest.mark.parametrize("why", ["held_elsewhere", "claimed", "released"])
def test_what_others_refused_is_not_the_persons(why: str) -> None:
    assert states(f"{OLD} unsubscribed 2022 false", why=why) == ["1 sms none"]


def test_who_has_no_address_has_no_state() -> None:
    assert words(contact_states(addresses_of_contacts(book_of("id", "1")), lines(CONSENT_STATE_SCHEMA))) == []
