"""Contacts for people: pages, search, everything of one person."""

import pytest

from onefold.model.field import Access, FieldType
from onefold.stores import Store
from tests.stores.building import LATER, NOW, changes, contacts, create, ids, new_batch


def test_a_contact_has_the_shape_of_the_public_surface(store: Store) -> None:
    with store.writer() as writer:
        writer.add_identifier_kind("loyalty_id")
        score = writer.add_field("Score", FieldType.NUMBER).column
        writer.add_field(
            "City", FieldType.CHOICE, choices=["Porto", "Faro"], access=Access.PRIVATE, folder="Home"
        )
        create(
            writer,
            {
                "email": "ana@example.com",
                "crm_id": "C-9",
                "first_name": "Ana",
                score: 4.5,
                "loyalty_id": "L1",
            },
            {"email": "b@example.com", "merged_into": -1},
            {"merged_into": -2},
            aliases_added=[(-1, "phone", "+351911111111", "former")],
            memberships_added=[(-1, "tag", "vip"), (-1, "tag", "a"), (-1, "list", "News")],
        )
    with store.reader() as reader:
        ana, other = reader.details(ids(2, 1))
        assert ana == {
            "id": 1,
            "first_name": "Ana",
            "last_name": None,
            "full_name": None,
            "email": "ana@example.com",
            "phone": None,
            "crm_id": "C-9",
            "loyalty_id": "L1",
            "fields": {"Score": 4.5, "City": None},
            "tags": ["a", "vip"],
            "lists": ["News"],
            "consent": {"email": "none", "sms": "none"},
            "aliases": [
                {"kind": "phone", "value": "+351911111111", "why": "former"},
                {"kind": "contact_id", "value": "2", "why": "merged_id"},
                {"kind": "contact_id", "value": "3", "why": "merged_id"},
            ],
            "created_at": "2026-11-22T10:00:00Z",
            "updated_at": "2026-11-22T10:00:00Z",
        }
        assert other["merged_into"] == 1
        _, city = reader.fields()
        assert (city.name, city.type, city.choices) == ("City", FieldType.CHOICE, ("Porto", "Faro"))
        assert (city.access, city.folder) == (Access.PRIVATE, "Home")


def some_contacts(store: Store) -> None:
    """1 to 6: 4 is merged, 5 in the bin; 1, 3, 5 are tagged, 3, 5, 6 on the list."""
    with store.writer() as writer:
        writer.create_list("Empty", NOW)
        create(
            writer,
            {"first_name": "Ana"},
            {"first_name": "Bo"},
            {"first_name": "Ana"},
            {"merged_into": -1},
            {"in_bin": True},
            {},
            memberships_added=[
                *((-number, "tag", "vip") for number in (1, 3, 5)),
                *((-number, "list", "News") for number in (3, 5, 6)),
            ],
        )


def test_pages_follow_each_other_and_leave_out_merged_and_binned_contacts(store: Store) -> None:
    some_contacts(store)
    with store.reader() as reader:
        assert reader.page(limit=2).to_list() == [1, 2]
        assert reader.page(limit=2, after=2).to_list() == [3, 6]
        assert reader.page(limit=2, after=6).to_list() == []
        assert reader.page(tag="vip").to_list() == [1, 3]
        assert reader.page(tag="vip", after=1, limit=1).to_list() == [3]
        assert reader.page(list="News").to_list() == [3, 6]
        assert reader.page(list="News", tag="vip").to_list() == [3]
        assert reader.page(list="Nobody's").to_list() == []
        assert reader.count_contacts() == 4
        assert reader.tags() == {"vip": 2}
        assert reader.lists() == {"Empty": 0, "News": 2}


@pytest.mark.parametrize("follows", [True, False])
def test_search_finds_any_part_of_anything(store: Store, follows: bool) -> None:
    with store.writer() as writer:
        city = writer.add_field("City", FieldType.TEXT).column
        create(
            writer,
            {"first_name": "Ana", "last_name": "SILVA", "email": "ana.silva@example.com", city: "Düsseldorf"},
            {"full_name": "Олена Шевченко", "phone": "+380501234567", "crm_id": "C_9%"},
            {"first_name": 'The "Rock"', "email": "silva@example.org", "merged_into": -1},
            {"full_name": "Silvana Anatole", "crm_id": 'a "b" c'},
            aliases_added=[(-2, "email", "former@example.net", "former")],
        )
    if follows:
        store.follow_search()
    expected = {
        "silva": [1, 4],
        "Silva ANA": [1, 4],
        "silva düss": [1],
        "DÜSSELDORF": [1],
        "олена": [2],
        "0501234": [2],
        "former@": [2],
        "_9%": [2],
        "%": [2],
        "_": [2],
        "x_9": [],
        "an": [1, 4],
        "a": [1, 2, 4],
        "the": [],
        '"b"': [4],
        "nobody": [],
        "silva nobody": [],
        " ": [1, 2, 4],
    }
    with store.reader() as reader:
        assert {words: reader.page(search=words).to_list() for words in expected} == expected
        assert reader.page(search="silva", limit=1).to_list() == [1]
        assert reader.page(search="silva", limit=1, after=1).to_list() == [4]


def test_search_is_right_while_its_index_is_behind(store: Store) -> None:
    with store.writer() as writer:
        create(writer, *({"first_name": "Ana"} for _ in range(4)), memberships_added=[(-2, "tag", "vip")])
    store.follow_search()
    with store.writer() as writer:
        turned = contacts(
            writer,
            [{"id": 1, "first_name": "Bo"}, {"id": 2, "first_name": "Anabel"}, {"id": 3, "merged_into": 1}],
        )
        writer.apply(changes(writer, updated=turned, deleted=[4]), batch_id=new_batch(writer), now=LATER)
        create(writer, {"first_name": "Juliana"})
    for _ in range(2):
        with store.reader() as reader:
            assert reader.page(search="ana").to_list() == [2, 5]
            assert reader.page(search="ana", tag="vip").to_list() == [2]
            assert reader.page(search="bo").to_list() == [1]
            assert reader.problems() == []
        store.follow_search()


def test_following_takes_many_batches_in_turns(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("onefold.stores.search.AT_A_TIME", 3)
    with store.writer() as writer:
        for size in (1, 1, 5, 2):
            create(writer, *({"first_name": "Ana"} for _ in range(size)))
    turns = []
    more = True
    while more:
        with store.writer() as writer:
            more = writer.follow_search()
            turns.append(writer._connection.exec_driver_sql("SELECT count(*) FROM search").scalar())
    assert turns == [2, 7, 9, 9]
    with store.reader() as reader:
        assert reader.page(search="ana").len() == 9
