"""Who has an identifier."""

import polars as pl
import pytest

from onefold.model.frames import HOLDER_SCHEMA, WANTED_SCHEMA
from onefold.stores import Store
from tests.stores.building import create, ids, wanted


def test_current_values_and_aliases_of_live_contacts_are_found(store: Store) -> None:
    with store.writer() as writer:
        writer.add_identifier_kind("loyalty_id")
        create(
            writer,
            {"email": "ana@example.com", "loyalty_id": "L1", "phone": "+441"},
            {"phone": "+441", "in_bin": True},
            {"email": "old@example.com", "phone": "+441", "merged_into": -1},
            aliases_added=[
                (-1, "email", "old@example.com", "second"),
                (-2, "phone", "+442", "former"),
                (-3, "phone", "+442", "former"),
            ],
        )
    asked = [
        ("email", "ana@example.com"),
        ("email", "old@example.com"),
        ("email", "ANA@example.com"),
        ("email", "+441"),
        ("loyalty_id", "L1"),
        ("phone", "+441"),
        ("phone", "+442"),
        ("crm_id", "L1"),
    ]
    with store.reader() as reader:
        found = reader.holders(wanted(*asked, *asked))
    assert found.schema == pl.Schema(HOLDER_SCHEMA)
    assert sorted(found.rows()) == [
        ("email", "ana@example.com", 1, "current"),
        ("email", "old@example.com", 1, "second"),
        ("loyalty_id", "L1", 1, "current"),
        ("phone", "+441", 1, "current"),
        ("phone", "+441", 2, "current"),
        ("phone", "+442", 2, "former"),
    ]


def test_a_contact_id_leads_to_the_live_contact_through_any_number_of_merges(store: Store) -> None:
    with store.writer() as writer:
        create(writer, {"merged_into": -2}, {"merged_into": -3}, {}, {"in_bin": True})
    with store.reader() as reader:
        asked = wanted(*(("contact_id", value) for value in ("1", "2", "3", "4", "5", "01", "x", "")))
        assert sorted(reader.holders(asked).rows()) == [
            ("contact_id", "01", 3, "current"),
            ("contact_id", "1", 3, "current"),
            ("contact_id", "2", 3, "current"),
            ("contact_id", "3", 3, "current"),
            ("contact_id", "4", 4, "current"),
        ]
        assert sorted(reader.live(ids(2, 3, 9)).rows()) == [(2, 3), (3, 3)]


def test_pointers_in_a_circle_lead_nowhere(store: Store) -> None:
    with store.writer() as writer:
        create(writer, {"merged_into": -2}, {"merged_into": -1})
        assert writer.live(ids(1, 2)).is_empty()


@pytest.mark.parametrize("count", [0, 3])
def test_an_empty_question_and_an_empty_book_have_an_empty_answer(store: Store, count: int) -> None:
    with store.reader() as reader:
        asked = wanted(*(("email", f"{number}@example.com") for number in range(count)))
        assert reader.holders(asked).is_empty()
        assert reader.holders(asked.with_columns(kind=pl.lit("contact_id"))).is_empty()
        assert reader.holders(
            pl.DataFrame({"kind": [None], "value": [None]}, schema=WANTED_SCHEMA)
        ).is_empty()
        assert reader.contacts(ids()).contacts.is_empty()


def test_thousands_are_found_at_once(store: Store) -> None:
    rows = [{"email": f"{number}@example.com", "phone": f"+44{number}"} for number in range(3_000)]
    with store.writer() as writer:
        given = create(writer, *rows)
        asked = wanted(*(("email", row["email"]) for row in rows), *(("phone", row["phone"]) for row in rows))
        found = writer.holders(asked)
        assert found.height == 6_000
        assert sorted(found["contact_id"].unique()) == given
        assert writer.contacts(found["contact_id"]).contacts["id"].to_list() == given
