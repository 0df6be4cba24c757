"""The condition that rules become, and the slow reading of them, mean the same contacts on both stores."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import combinations_with_replacement, product
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onefold.audience.choosing import Choice, condition_of
from onefold.audience.consenting import in_state
from onefold.model.consent import Channel, ConsentState
from onefold.model.segment import RULES_OF, WITHOUT_VALUE, Is, Subject
from onefold.stores import Store
from tests.audience.generating import (
    CHOICES,
    DAYS,
    EMAILS,
    LISTS,
    MOMENTS,
    NUMBERS,
    PARTS,
    PHONES,
    STATES,
    TAGS,
    TIMES,
    WORDS,
    Log,
    contacts,
    logs,
    simple_trees,
    trees_with_segments,
)
from tests.audience.laying import everybody, lay_down
from tests.audience.reading import Reading
from tests.stores.building import NOW

LATER = NOW + timedelta(hours=1, microseconds=400)
ZONE = "Europe/Berlin"
NOBODY = {
    "batch": 0,
    "refused": {},
    "aliases": (),
    "tags": (),
    "lists": (),
    "created_at": "2026-11-22T10:00:00Z",
}
often = settings(
    max_examples=60,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

FIELDS: dict[str, tuple[Subject, Sequence[Any]]] = {
    "city": (Subject.TEXT, WORDS),
    "with default": (Subject.TEXT, WORDS[:12]),
    "loyalty_id": (Subject.TEXT, WORDS[:12]),
    "age": (Subject.NUMBER, NUMBERS),
    "score": (Subject.NUMBER, NUMBERS),
    "born": (Subject.DATE, DAYS),
    "vip": (Subject.YES_NO, (True, False)),
    "seen": (Subject.YES_NO, (True, False)),
    "colour": (Subject.CHOICE, CHOICES),
    "email": (Subject.EMAIL, EMAILS),
    "phone": (Subject.PHONE, PHONES),
    "created_at": (Subject.TIME, DAYS),
    "tag": (Subject.TAG, TAGS),
    "list": (Subject.LIST, LISTS),
}
"""Fields, and what contacts have in them and rules ask for."""


def one_of_each() -> Iterator[dict[str, Any]]:
    """Contacts that have between them every value in every field, and nothing too."""
    values = {name: pool for name, (_, pool) in FIELDS.items() if name not in ("created_at", "tag", "list")}
    for place in range(len(WORDS) + 1):
        yield NOBODY | {
            "created_at": TIMES[place % len(TIMES)],
            "tags": TAGS[place : place + 2],
            "lists": LISTS[place : place + 2],
            **{name: pool[place] if place < len(pool) else None for name, pool in values.items()},
        }


def every_value(subject: Subject, says: Is, pool: Sequence[Any]) -> Sequence[Any]:
    """All that such a rule can be asked for, of these values."""
    if says is Is.IN_LAST_DAYS:
        return (1, 2, 30, 700)
    if says is Is.ONE_OF:
        return [list(pool[:2]), list(pool)]
    if says is Is.BETWEEN:
        return [list(ends) for ends in combinations_with_replacement(sorted(pool), 2)]
    if says in (Is.CONTAINS, Is.STARTS_WITH, Is.ENDS_WITH):
        return ("8", "+351", "0101", "5678") if subject is Subject.PHONE else (*PARTS, *map(str, pool))
    return pool


@pytest.mark.parametrize("field", FIELDS)
def test_every_rule_of_every_type_on_every_value(store: Store, field: str) -> None:
    subject, pool = FIELDS[field]
    with store.writer() as writer:
        lay_down(writer, list(one_of_each()), {})
    reading = Reading(LATER, ZONE, {})
    with store.reader() as reader:
        people = everybody(reader)
        for says in RULES_OF[subject]:
            asked = (
                [{}] if says in WITHOUT_VALUE else [{"value": v} for v in every_value(subject, says, pool)]
            )
            for value in asked:
                rule = {"field": field, "is": says.value, **value}
                meant = [each["id"] for each in people if reading.means(rule, each)]
                assert reader.ids_where(condition_of(Choice(rules=rule), reader, LATER)).to_list() == meant, (
                    rule
                )


REFUSED = ({"sms": True}, {"sms": False}, {"email": True})
"""What somebody has refused, by channel: whether it stands."""


def every_past() -> tuple[list[dict[str, Any]], dict[tuple[str, str], tuple[str, str, bool]]]:
    """Contacts with a number and a refused alias, of which everything was said, and the logs."""
    here = [None, *((state, weak) for state in STATES for weak in (False, True))]
    people, log = [], {}
    for place, (said, refused, why) in enumerate(
        product(here, ({}, *REFUSED), ("second", "former", "claimed"))
    ):
        number, other = f"+35191{place:07}", f"+35192{place:07}"
        people.append(NOBODY | {"phone": number, "aliases": [(("phone", other), why)], "refused": refused})
        log["sms", other] = ("unsubscribed", MOMENTS[0], False)
        if said is not None:
            log["sms", number] = (said[0], MOMENTS[1], said[1])
    return people, log


def test_consent_in_sets_is_what_is_told_of_every_past(store: Store) -> None:
    people, log = every_past()
    with store.writer() as writer:
        lay_down(writer, people, log)
    with store.reader() as reader:
        told = [(each["id"], each["consent"]["sms"]) for each in reader.details(reader.live_ids())]
        for state in STATES:
            found = reader.ids_where(in_state(Channel.SMS, ConsentState(state))).to_list()
            assert found == [number for number, sms in told if sms == state]
            assert found


@often
@given(people=st.lists(contacts, min_size=3, max_size=6), log=logs)
def test_consent_in_sets_is_what_is_told_of_each_contact(
    store: Store, people: list[dict[str, Any]], log: Log
) -> None:
    """`details` asks `contact_states`, which is pure."""
    with store.writer() as writer:
        lay_down(writer, people, log)
    with store.reader() as reader:
        told = [(each["id"], each["consent"]) for each in everybody(reader)]
        for channel in Channel:
            for state in STATES:
                found = reader.ids_where(in_state(channel, ConsentState(state))).to_list()
                assert found == [number for number, consent in told if consent[channel] == state]


@often
@given(
    people=st.lists(contacts, min_size=1, max_size=6),
    log=logs,
    segments=st.tuples(simple_trees, simple_trees),
    trees=st.lists(trees_with_segments, min_size=1, max_size=8),
)
def test_the_condition_and_the_slow_reading_mean_the_same_contacts(
    store: Store, people: list[dict[str, Any]], log: Log, segments: tuple[Any, Any], trees: list[Any]
) -> None:
    with store.writer() as writer:
        receipts = lay_down(writer, people, log)
        saved = dict(zip(("one", "two"), (with_receipts(tree, receipts) for tree in segments), strict=True))
        for name, rules in saved.items():
            writer.save_segment(name, rules, NOW)
    reading = Reading(LATER, ZONE, saved)
    with store.reader() as reader:
        people = everybody(reader)
        for tree in trees:
            rules = with_receipts(tree, receipts)
            meant = [each["id"] for each in people if reading.means(rules, each)]
            condition = condition_of(Choice(rules=rules), reader, LATER)
            assert reader.ids_where(condition).to_list() == meant, rules
            assert reader.count_where(condition) == len(meant)
            after = meant[0] if meant else 0
            assert reader.page(condition, limit=2, after=after).to_list() == meant[1:3]


def with_receipts(tree: Any, receipts: list[int]) -> Any:
    """Rules about an import name receipts that are there."""
    numbers = dict(zip(("first", "second"), receipts, strict=True))
    if isinstance(tree, list):
        return [with_receipts(each, receipts) for each in tree]
    if not isinstance(tree, dict):
        return tree
    if tree.get("field") == "import":
        value = tree["value"]
        named = [numbers[each] for each in value] if isinstance(value, list) else numbers[value]
        return tree | {"value": named}
    return {key: with_receipts(each, receipts) for key, each in tree.items()}
