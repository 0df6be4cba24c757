"""Refusals of older books get the keys under which they came, so that one that is sent again counts once."""

from importlib import import_module

from sqlalchemy import text

import onefold
from onefold.stores.opening import database_at
from tests.stores.building import NOW

STEP = import_module("onefold.stores.migrations.versions.0008_keys_of_refusals")
ANA, BEA, CARLA = "ana@example.com", "bea@example.com", "carla@example.com"
NO = {"email": "unsubscribed"}


def order(key: str | None, email: str, **more: object) -> dict[str, object]:
    return {"source": "checkout", "key": key, "email": email, "consent": NO, **more}


def test_older_refusals_get_their_keys_where_it_is_sure_which(database_url: str) -> None:
    with onefold.open(database_url, clock=lambda: NOW) as book:
        book.take([order("one", ANA), order("two", BEA), order(None, CARLA)])
        book.take([{"source": "keyword", "key": "m1", "phone": "+447400100001", "body": "STOP"}])
        book.take([order("three", ANA), order("four", ANA, crm_id="C")])
        book.take([{"source": "checkout", "key": "five", "email": CARLA, "consent": {"email": "subscribed"}}])
    engine = database_at(database_url).engine
    asked = text("SELECT address, key FROM consent ORDER BY id")
    with engine.begin() as connection:
        before = connection.execute(asked).all()
        connection.execute(text("UPDATE consent SET key = NULL"))
        connection.execute(text(STEP.KEYS_OF_REFUSALS))
        after = connection.execute(asked).all()
    engine.dispose()
    told = [tuple(line) for line in before]
    assert told[:4] == [(ANA, "one"), (BEA, "two"), (CARLA, None), ("+447400100001", "m1")]
    # Which of two keys of one contact a refusal came under, and under which a yes did, is not told.
    assert [tuple(line) for line in after] == told[:4] + [(address, None) for address, _ in told[4:]]
