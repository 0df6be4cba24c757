"""Changes go in as they are, all of them or none."""

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from onefold.model.field import FieldType
from onefold.stores import Store
from tests.stores.building import LATER, changes, contacts, create, ids, new_batch

ODD_TEXTS = [
    *(
        "",
        " ",
        "O'Brien",
        'a "quoted" word',
        "a,b;c\td",
        "line\nbreak\r\n",
        "Ünïcödé 漢字 🎈",
        "\x1f",
        "0012",
    ),
    *("\\.", "\\N", "NULL", "{1,2}", "%s :given ?", "true", "t", "\\x41"),
]


def test_created_contacts_get_the_next_ids_in_the_order_of_their_provisional_ones(store: Store) -> None:
    with store.writer() as writer:
        first = changes(writer, [{"id": -2, "email": "b@example.com"}, {"id": -1, "email": "a@example.com"}])
        given = writer.apply(first, batch_id=new_batch(writer), now=LATER)
        second = changes(writer, [{"id": -50_001, "email": "c@example.com"}])
        later = writer.apply(second, batch_id=new_batch(writer), now=LATER)
    assert given.rows() == [(-1, 1), (-2, 2)]
    assert later.rows() == [(-50_001, 3)]
    with store.reader() as reader:
        found = reader.contacts(ids(1, 2, 3)).contacts.sort("id")
    assert found["email"].to_list() == ["a@example.com", "b@example.com", "c@example.com"]


def test_an_id_is_never_given_out_twice(store: Store) -> None:
    with store.writer() as writer:
        assert create(writer, {}, {}) == [1, 2]
        writer.apply(changes(writer, deleted=[2]), batch_id=new_batch(writer), now=LATER)
        assert create(writer, {}) == [3]
        writer.apply(
            changes(writer, [{"id": 2, "email": "back@example.com"}]), batch_id=new_batch(writer), now=LATER
        )
        assert create(writer, {}) == [4]
        assert writer.contacts(ids(2)).contacts["email"].to_list() == ["back@example.com"]


def test_provisional_ids_are_real_everywhere(store: Store) -> None:
    with store.writer() as writer:
        create(writer, {})
        create(
            writer,
            {"email": "ana@example.com"},
            {"merged_into": -1},
            aliases_added=[(-1, "phone", "+351911111111", "former")],
            memberships_added=[(-1, "tag", "vip"), (-2, "list", "News")],
            reviews=[("pending_link", -1, -2, "phone", "+351911111111", 7, "Are they one?")],
            changed_numbers=[(-1, "+351911111111")],
            ledger=[(-1, None), (-2, None), (0, '[["shared:phone:+1",null]]')],
        )
    with store.reader() as reader:
        known = reader.contacts(ids(2, 3))
        assert known.contacts.sort("id")["merged_into"].to_list() == [None, 2]
        assert known.aliases.rows() == [(2, "phone", "+351911111111", "former")]
        assert sorted(reader.memberships(ids(2, 3)).rows()) == [(2, "tag", "vip"), (3, "list", "News")]
        (entry,) = reader.reviews()
        assert (entry.contact_id, entry.other_contact_id, entry.row_number) == (2, 3, 7)
        assert reader.entries(2)["contact_id"].to_list() == [0, 2, 3]
        assert reader.changed_numbers()["contact_id"].to_list() == [2]


def test_every_text_and_value_comes_back_as_it_went_in(store: Store) -> None:
    with store.writer() as writer:
        writer.add_identifier_kind("loyalty_id")
        text, number, flag = (
            writer.add_field(name, kind).column
            for name, kind in [
                ("Note", FieldType.TEXT),
                ("Score", FieldType.NUMBER),
                ("Vip", FieldType.YES_NO),
            ]
        )
        rows = [{"first_name": odd, "loyalty_id": odd or None, text: odd} for odd in ODD_TEXTS]
        values = [(0.1, True), (-1e300, False), (12345678.9, None), (None, True), (3.0, False)]
        rows += [{number: score, flag: vip, "in_bin": vip} for score, vip in values if vip is not None]
        create(writer, *rows)
        sent = contacts(writer, [{"id": place + 1} | row for place, row in enumerate(rows)])
    with store.reader() as reader:
        assert_frame_equal(reader.contacts(sent["id"]).contacts.sort("id"), sent)
    with store.writer() as writer:
        turned = sent.with_columns(pl.col("first_name", text).reverse())
        writer.apply(changes(writer, updated=turned), batch_id=new_batch(writer), now=LATER)
    with store.reader() as reader:
        assert_frame_equal(reader.contacts(sent["id"]).contacts.sort("id"), turned)


def test_an_update_sets_every_column_and_empties_what_is_empty(store: Store) -> None:
    with store.writer() as writer:
        create(writer, {"email": "a@example.com", "phone": "+441", "first_name": "Ana"}, {"phone": "+442"})
        turned = contacts(writer, [{"id": 1, "email": "new@example.com", "merged_into": 2}])
        writer.apply(changes(writer, updated=turned), batch_id=new_batch(writer), now=LATER)
    with store.reader() as reader:
        assert_frame_equal(reader.contacts(ids(1)).contacts, turned)
        assert reader.contacts(ids(2)).contacts["phone"].to_list() == ["+442"]
        updated = {each["id"]: each["updated_at"] for each in reader.details(ids(1, 2))}
        assert updated == {1: "2026-11-23T11:00:00Z", 2: "2026-11-22T10:00:00Z"}


def test_a_deleted_contact_takes_what_is_its_own_with_it(store: Store) -> None:
    with store.writer() as writer:
        create(
            writer,
            {"email": "a@example.com"},
            {"email": "b@example.com"},
            aliases_added=[
                (-1, "email", "old@example.com", "former"),
                (-2, "email", "x@example.com", "second"),
            ],
            memberships_added=[(-1, "tag", "vip"), (-1, "list", "News"), (-2, "tag", "vip")],
            reviews=[("pending_link", -2, -1, None, None, 1, "")],
            changed_numbers=[(-1, "+441")],
        )
        writer.apply(changes(writer, deleted=[1]), batch_id=new_batch(writer), now=LATER)
    with store.reader() as reader:
        assert reader.contacts(ids(1)).contacts.is_empty()
        assert reader.contacts(ids(1, 2)).aliases["contact_id"].to_list() == [2]
        assert reader.memberships(ids(1, 2)).rows() == [(2, "tag", "vip")]
        assert reader.reviews() == []
        assert reader.problems() == []


def test_aliases_memberships_and_marks_come_and_go(store: Store) -> None:
    with store.writer() as writer:
        create(
            writer,
            {},
            aliases_added=[(-1, "phone", "+441", "former"), (-1, "phone", "+442", "second")],
            memberships_added=[(-1, "tag", "vip"), (-1, "tag", "old"), (-1, "list", "News")],
            marks_added=[("phone", "+441", "shared"), ("email", "info@example.com", "blocked")],
        )
        again = changes(
            writer,
            aliases_removed=[(1, "phone", "+442", "second")],
            aliases_added=[(1, "phone", "+441", "released"), (1, "phone", "+443", "claimed")],
            memberships_removed=[(1, "tag", "old"), (1, "list", "News"), (1, "list", "Unknown")],
            memberships_added=[(1, "tag", "vip"), (1, "tag", "new")],
            marks_removed=[("phone", "+441", "shared")],
            marks_added=[("email", "info@example.com", "blocked")],
            ledger=[(1, "[]")],
        )
        writer.apply(again, batch_id=new_batch(writer, kind="share"), now=LATER)
    with store.reader() as reader:
        aliases = reader.contacts(ids(1)).aliases.sort("value").rows()
        assert aliases == [(1, "phone", "+441", "released"), (1, "phone", "+443", "claimed")]
        assert sorted(reader.memberships(ids(1))["name"]) == ["new", "vip"]
        assert reader.marks().rows() == [("email", "info@example.com", "blocked")]
        assert reader.marks_detail("blocked")["marked_by"].to_list() == ["survey"]


def test_only_the_named_memberships_are_read_where_names_are_given(store: Store) -> None:
    with store.writer() as writer:
        create(writer, {}, memberships_added=[(-1, "tag", "vip"), (-1, "tag", "old"), (-1, "list", "vip")])
        names = pl.DataFrame([("tag", "vip"), ("tag", "nobody's")], schema=["kind", "name"], orient="row")
        assert writer.memberships(ids(1), names).rows() == [(1, "tag", "vip")]
        assert writer.memberships(ids(1), names.clear()).is_empty()


@pytest.mark.parametrize("trouble", [ValueError, KeyboardInterrupt])
def test_nothing_is_written_when_anything_goes_wrong(store: Store, trouble: type[BaseException]) -> None:
    with store.writer() as writer:
        create(writer, {"email": "a@example.com"})
    with pytest.raises(trouble), store.writer() as writer:
        writer.add_field("City", FieldType.TEXT)
        writer.add_identifier_kind("loyalty_id")
        create(writer, {"email": "b@example.com"}, memberships_added=[(-1, "tag", "vip")])
        raise trouble
    with store.reader() as reader:
        assert reader.revision() == 1
        assert (reader.fields(), reader.own_kinds(), reader.tags()) == ((), (), {})
        assert reader.contacts(ids(1, 2)).contacts["id"].to_list() == [1]
        assert len(reader.receipts()) == 1
        assert reader.problems() == []
    with store.writer() as writer:
        assert create(writer, {}) == [2]


def test_the_revision_grows_once_for_each_transaction_that_changes_something(store: Store) -> None:
    with store.writer() as writer:
        create(writer, {})
        create(writer, {})
        writer.set_setting("region", "GB")
        assert writer.revision() == 1
    with store.writer() as writer:
        batch = new_batch(writer)
        writer.apply(changes(writer), batch_id=batch, now=LATER)
    with store.reader() as reader:
        assert reader.revision() == 1
    with store.writer() as writer:
        create(writer, {})
    with store.reader() as reader:
        assert reader.revision() == 2
