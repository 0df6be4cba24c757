"""The condition that rules become, and the slow reading of them, mean the same contacts on both stores."""

from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, update

from onefold.audience.choosing import Choice, condition_of
from onefold.stores import Reader, Store, Writer
from onefold.stores.schema import alias, consent_state, contact, contact_list, contact_tag, ledger
from onefold.way.contacts import history_of
from tests.audience.generating import contacts, logs, simple_trees, trees_with_segments
from tests.audience.reading import Reading
from tests.stores.building import NOW, create

LATER = NOW + timedelta(hours=1, microseconds=400)


@settings(
    max_examples=60,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
    ],
)
@given(
    people=st.lists(contacts, min_size=1, max_size=6),
    log=logs,
    segments=st.tuples(simple_trees, simple_trees),
    trees=st.lists(trees_with_segments, min_size=1, max_size=8),
)
def test_the_condition_and_the_slow_reading_mean_the_same_contacts(
    store: Store,
    people: list[dict[str, Any]],
    log: dict[tuple[str, str], tuple[str, str, bool]],
    segments: tuple[Any, Any],
    trees: list[Any],
) -> None:
    with store.writer() as writer:
        receipts = laid_down(writer, people, log)
        saved = dict(zip(("one", "two"), (with_receipts(tree, receipts) for tree in segments), strict=True))
        for name, rules in saved.items():
            writer.save_segment(name, rules, NOW)
    reading = Reading(LATER, "Europe/Berlin", saved)
    with store.reader() as reader:
        everybody = reader.details(reader.live_ids())
        for each in everybody:
            each["receipts"] = receipts_of(reader, each["id"])
        for tree in trees:
            rules = with_receipts(tree, receipts)
            meant = [each["id"] for each in everybody if reading.means(rules, each)]
            condition = condition_of(Choice(rules=rules), reader, LATER)
            assert reader.ids_where(condition).to_list() == meant, rules
            assert reader.count_where(condition) == len(meant)
            assert reader.page(condition, limit=1, after=1).to_list() == [n for n in meant if n > 1][:1]


def receipts_of(reader: Reader, number: int) -> list[int]:
    """Which receipts touched a contact, by its history."""
    return [change["receipt"] for change in history_of(reader, number)]


def laid_down(
    writer: Writer, people: list[dict[str, Any]], log: dict[tuple[str, str], tuple[str, str, bool]]
) -> list[int]:
    """These contacts in place of any others, made by two receipts; the ids of those."""
    connection = writer._connection
    for table in (contact, alias, contact_tag, contact_list, consent_state, ledger):
        connection.execute(delete(table))
    columns = {field.name: field.column for field in writer.fields()}
    states = [
        (channel, address, state, at, weak and state == "subscribed", None)
        for (channel, address), (state, at, weak) in log.items()
    ]
    receipts = []
    for batch in (0, 1):
        these = [person for person in people if person["batch"] == batch]
        rows = [
            {columns.get(name, name): value for name, value in person.items() if name in (*columns, *KINDS)}
            for person in these
        ]
        numbers = create(
            writer,
            *rows,
            aliases_added=[
                (-1 - place, *known, why)
                for place, person in enumerate(these)
                for known, why in person["aliases"]
            ],
            memberships_added=[
                (-1 - place, kind, name)
                for place, person in enumerate(these)
                for kind in ("tag", "list")
                for name in sorted(person[f"{kind}s"])
            ],
            **({"consent_states": states} if batch == 0 else {}),
        )
        receipts.append(writer.receipts()[0].id)
        for number, person in zip(numbers, these, strict=True):
            made = update(contact).where(contact.c.id == number).values(created_at=person["created_at"])
            connection.execute(made)
    return receipts


KINDS = ("first_name", "crm_id", "loyalty_id", "email", "phone")


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
