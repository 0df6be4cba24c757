"""What a person may receive: the state of the current address, and what the person refused."""

import polars as pl
import pytest

from onefold.model.consent import CONSENT_STATE_SCHEMA, REFUSAL_SCHEMA
from onefold.resolve.consent_of_contacts import addresses_of_contacts, contact_states
from tests.frames import book_of, lines, words

OLD, NEW = "+447400100001", "+447400100002"


REFUSALS = REFUSAL_SCHEMA | {"address": pl.String}


def states(*said: str, refused: str | None = None) -> list[str]:
    """Of contact 1, with the number NEW and the former one OLD. `said`: address, state, since when, weak?;
    `refused`: since when the person has refused at the former number.
    """
    book = book_of("id phone", f"1 {NEW}", aliases=[f"1 phone {OLD} former"])
    log = lines(CONSENT_STATE_SCHEMA, *(f"sms {line} 1" for line in said))
    refusals = [f"1 9 1 sms {refused} - {OLD}"] if refused else []
    told = contact_states(addresses_of_contacts(book), log, lines(REFUSALS, *refusals))
    return words(told.select("contact_id", "channel", "state", "at", "address"))


@pytest.mark.parametrize(
    ("said", "comes_to"),
    [
        ([], "none -"),
        ([f"{NEW} subscribed 2022 false"], "subscribed 2022"),
        ([f"{NEW} pending 2022 false"], "pending 2022"),
        ([f"{NEW} unsubscribed 2022 false"], "unsubscribed 2022"),
        ([f"{OLD} subscribed 2022 false"], "none -"),
        ([f"{OLD} unsubscribed 2022 false"], "none -"),
    ],
)
def test_the_current_address_decides(said: list[str], comes_to: str) -> None:
    assert states(*said) == [f"1 sms {comes_to} {NEW}"]


@pytest.mark.parametrize(
    "said", [[], [f"{NEW} subscribed 2025 false"], [f"{NEW} pending 2025 false"], [f"{NEW} none 2025 false"]]
)
def test_a_refusal_of_the_person_stands_against_it(said: list[str]) -> None:
    assert states(*said, refused="2023") == [f"1 sms unsubscribed 2023 {OLD}"]


def test_of_two_refusals_that_of_the_current_address_is_shown() -> None:
    assert states(f"{NEW} unsubscribed 2025 false", refused="2023") == [f"1 sms unsubscribed 2025 {NEW}"]


def test_who_has_no_address_has_a_state_only_by_a_refusal() -> None:
    nobody, none = addresses_of_contacts(book_of("id", "1")), lines(CONSENT_STATE_SCHEMA)
    assert words(contact_states(nobody, none, lines(REFUSALS))) == []
    refused = contact_states(nobody, none, lines(REFUSALS, "1 9 1 sms 2023 - -"))
    assert words(refused.select("contact_id", "channel", "state")) == ["1 sms unsubscribed"]
