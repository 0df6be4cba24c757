"""The timeline: what was written moves from one contact to another, and nothing else does."""

from onefold.model.activity import ACTIVITY_SCHEMA
from onefold.stores import Store
from tests.stores.building import NOW, changes, create, ids, new_batch


def test_an_activity_moves_to_another_contact(store: Store) -> None:
    with store.writer() as writer:
        one, two = create(writer, {"email": "ana@example.com"}, {"email": "bea@example.com"})
        lines = [
            (one, kind, "2026-11-22T10:00:00Z", "email", None, "{}", "api") for kind in ("sent", "opened")
        ]
        assert len(lines[0]) == len(ACTIVITY_SCHEMA)
        writer.apply(changes(writer, activities=lines), batch_id=new_batch(writer), now=NOW)
        [first, _] = writer.activities(ids(one))["id"]
        writer.apply(changes(writer, activities_moved=[(first, two)]), batch_id=new_batch(writer), now=NOW)
        told = writer.activities(ids(one, two)).sort("id")
    assert told.select("contact_id", "kind").rows() == [(two, "sent"), (one, "opened")]
