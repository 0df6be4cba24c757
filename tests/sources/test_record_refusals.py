"""The refusals of records that cannot be taken, each read apart from whatever is wrong."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onefold.model.keyword import Keyword
from onefold.model.outcome import Reason
from onefold.model.source import Source
from onefold.sources.record_refusals import told_of, what_counts_of
from onefold.sources.record_shape import Told, Words
from onefold.sources.record_values import malformed
from onefold.sources.refusal_words import RepeatedValue, channels_named, is_refusal

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
NOW_TEXT, EARLIER, TO_COME = "2026-11-22T10:00:00Z", "2026-11-20T08:00:00Z", "2030-01-01T00:00:00Z"
WORDS = Words(
    kinds=("crm_id", "email", "phone"),
    fields={"City": "field_1"},
    keywords={"join": Keyword("join", "Text me.")},
    now=NOW,
)
ANA, ONE = "ana@example.com", "+447400100001"
NO = {"email": "unsubscribed"}


def told(record: object) -> Told:
    """What counts of a record that cannot be taken."""
    read = told_of(record, WORDS)
    assert read.problem is not None, record
    return read


def refused(record: object) -> list[str]:
    """The channels that it refuses."""
    return [str(entry[0]) for entry in told(record).consents]


SPOILS: dict[str, dict[str, Any]] = {
    "a key that there is not": {"nickname": "Bee"},
    "a time to come": {"at": TO_COME},
    "a time that is none": {"at": ["yesterday"]},
    "bad tags": {"tags": "web"},
    "a bad list": {"lists": ["x" * 300]},
    "a bad key": {"key": {"id": 7}},
    "a key too long": {"key": "k" * 300},
    "a field that there is not": {"fields": {"Town": "Porto"}},
    "fields that are none": {"fields": 7},
    "a bad name": {"first_name": 7},
    "half a character": {"last_name": "A\udc80"},
    "a bad identifier beside": {"crm_id": []},
    "bad activity": {"activity": [{"kind": "danced"}]},
    "activity that is none": {"activity": 7},
    "proven where it may not be": {"proven": ["phone"]},
    "proven that is none": {"proven": {"email": True}},
    "a trust that there is not": {"trust": "surely"},
    "a text that is none": {"body": 7},
    "a source that there is not": {"source": "fax"},
    "no source": {"source": None},
}


@pytest.mark.parametrize("spoil", SPOILS.values(), ids=SPOILS.keys())
@pytest.mark.parametrize("source", ["api", "checkout", "form", "keyword"])
def test_nothing_else_makes_a_refusal_unheard(source: str, spoil: dict[str, Any]) -> None:
    record = {"source": source, "email": ANA, "consent": NO, **spoil}
    assert refused(record) == ["email"]
    assert told(record).cells["email"] == ANA
    assert told(record).labels == ()


@given(spoils=st.lists(st.sampled_from(list(SPOILS)), min_size=1), consent=st.sampled_from(["email", "sms"]))
def test_nor_do_several_things(spoils: list[str], consent: str) -> None:
    record: dict[str, Any] = {
        "source": "api",
        "email": ANA,
        "phone": ONE,
        "consent": {consent: "unsubscribed"},
    }
    for spoil in spoils:
        record |= SPOILS[spoil]
    assert refused(record) == [consent]


@pytest.mark.parametrize(
    ("consent", "channels"),
    [
        ({"fax": "subscribed", "email": "unsubscribed"}, ["email"]),
        ({"fax": "unsubscribed"}, []),
        ({"email": "maybe", "sms": "unsubscribed"}, ["sms"]),
        ({"email": "Unsubscribed"}, ["email"]),
        ({"email": "opted_out"}, ["email"]),
        ({"email": "STOP"}, ["email"]),
        ({"email": "please unsubscribe"}, ["email"]),
        ({"email": False}, ["email"]),
        ({"email": True}, []),
        ({"email": 0}, ["email"]),
        ({"email": "Subscribed"}, []),
        ({"email": "x" * 10_000}, []),
        ({"email": ["unsubscribed"]}, ["email"]),
        ({"E-Mail": "unsubscribed", "texts": "unsubscribed"}, ["email", "sms"]),
        ({"all": "unsubscribed"}, ["email", "sms"]),
        ({"email": {"state": "unsubscribed", "why": "x"}}, ["email"]),
        ({"email": {"state": "unsubscribed", "ip": {}}}, ["email"]),
        ({"email": {"state": ["subscribed", "unsubscribed"]}}, ["email"]),
        ({"email": {"state": "subscribed", "why": "unsubscribed"}}, []),
        ({"email": {"status": "opted out"}}, ["email"]),
        ({"email": {"unsubscribed": True}}, ["email"]),
        ({"email": {"unsubscribed": False}}, []),
        ({"email": {"subscribed": False}}, ["email"]),
        ({"email": {}}, []),
        ({"state": "unsubscribed", "channel": "sms"}, ["sms"]),
        ({"state": "unsubscribed"}, ["email", "sms"]),
        ([{"channel": "sms", "state": "unsubscribed"}], ["sms"]),
        ("unsubscribed", ["email", "sms"]),
        ("subscribed", []),
        (7, []),
        ({7: "unsubscribed"}, []),
        ({"unsubscribed": True}, ["email", "sms"]),
    ],
)
def test_a_state_is_read_however_it_is_spelled(consent: object, channels: list[str]) -> None:
    record = {"source": "api", "email": ANA, "consent": consent}
    assert [str(entry[0]) for entry in what_counts_of(record, malformed("x"), WORDS).consents] == channels


def test_a_consent_under_another_name_is_one() -> None:
    assert refused({"source": "api", "Consents": NO}) == ["email"]
    assert refused({"source": "api", "consent.sms": "unsubscribed"}) == ["sms"]
    assert refused({"source": "api", "consent_date": "2026-11-22"}) == []


@pytest.mark.parametrize(
    ("more", "when"),
    [
        ({"at": EARLIER}, EARLIER),
        ({"at": TO_COME}, NOW_TEXT),
        (
            {"at": EARLIER, "consent": {"email": {"state": "unsubscribed", "at": "2026-11-21"}}},
            "2026-11-21T00:00:00Z",
        ),
        ({"at": EARLIER, "consent": {"email": {"state": "unsubscribed", "at": TO_COME}}}, NOW_TEXT),
        ({"at": EARLIER, "consent": {"email": {"state": "unsubscribed", "at": 7}}}, NOW_TEXT),
        ({}, NOW_TEXT),
    ],
)
def test_it_was_said_at_its_own_time_or_now(more: dict[str, Any], when: str) -> None:
    [entry] = told({"source": "api", "email": ANA, "consent": NO, "nickname": "Bee"} | more).consents
    assert entry[2] == when


def test_its_evidence_is_kept_as_far_as_it_can_be_read() -> None:
    said = {"state": "Opted out", "ip": "192.0.2.1", "method": {}, "url": "\ud800", "bogus": 1}
    [entry] = told({"source": "api", "email": ANA, "consent": {"email": said}}).consents
    assert [value for value in entry[4:] if value is not None] == ["Opted out", "192.0.2.1"]
    [bounced] = told({"source": "api", "email": ANA, "consent": {"email": "bounced"}}).consents
    assert bounced[4] == "hard_bounce"


@pytest.mark.parametrize("body", ["STOP", "stop!", "Please unsubscribe me", "🛑"])
@pytest.mark.parametrize("source", ["keyword", "api", None])
def test_a_text_that_refuses_does_whatever_is_wrong_with_its_record(body: str, source: str | None) -> None:
    record = {"source": source, "phone": ONE, "body": body, "at": TO_COME, "consent": 7, "key": "m1"}
    assert refused(record) == ["sms"]
    assert told(record).key == "m1"


@pytest.mark.parametrize("body", ["JOIN", "START", "hello", "", 7, None])
def test_no_other_text_does(body: object) -> None:
    assert refused({"source": "keyword", "phone": ONE, "body": body, "at": TO_COME}) == []


@pytest.mark.parametrize(
    ("record", "cells"),
    [
        ({"email": [ANA]}, {"email": ANA}),
        ({"Email": ANA}, {"email": ANA}),
        ({"fields": {"Mobile": ONE}}, {"phone": ONE}),
        ({"email": ANA, "E-Mail": "bea@example.com"}, {"email": ANA}),
        ({"phone": 447400100001}, {"phone": "447400100001"}),
        ({"email": "\ud83d@example.com"}, {}),
        ({"email": "an\ufffd@example.com"}, {}),
        ({"email": {}, "contact_id": 7}, {"contact_id": "7"}),
        ({"email": RepeatedValue([ANA, "bea@example.com"])}, {"email": "bea@example.com"}),
    ],
)
def test_whose_it_is_is_read_as_far_as_it_can_be(record: dict[str, Any], cells: dict[str, str]) -> None:
    assert told({"source": "api", "consent": NO, "nickname": 7} | record).cells == cells


def test_who_knows_it_how_surely_is_as_the_record_says() -> None:
    form = told(
        {"source": "form", "email": ANA, "proven": ["email", "phone", 7], "consent": NO, "nickname": 7}
    )
    assert (form.source, form.proven) == (Source.FORM, {"email"})
    assert told({"source": "api", "trust": "claimed", "nickname": 7}).claimed
    assert not told({"source": "api", "nickname": 7}).claimed


def test_an_address_that_does_not_work_is_told_by_whom_the_operator_trusts() -> None:
    dead = {
        "email": ANA,
        "nickname": 7,
        "activity": [{"kind": "hard_bounce", "at": EARLIER}, {"kind": "sent"}],
    }
    assert told({"source": "api", **dead}).activities == [("hard_bounce", EARLIER, None, "{}", "api")]
    for record in ({"source": "form"}, {"source": "fax"}, {"source": "api", "trust": "claimed"}):
        assert list(told({**record, **dead}).activities) == []
    complained = [{"kind": "complained", "channel": "email"}]
    assert refused({"source": "form", "email": ANA, "activity": complained}) == ["email"]


@pytest.mark.parametrize("record", [None, [], "unsubscribed", 7, [NO]])
def test_what_is_no_record_refuses_nothing(record: object) -> None:
    assert told(record)._replace(problem=None) == Told(Source.API)


def test_a_bad_record_brings_nothing_else() -> None:
    read = told({"source": "api", "email": ANA, "tags": ["a", 7], "consent": {"email": "subscribed"}})
    assert (list(read.consents), list(read.activities), list(read.labels)) == ([], [], [])
    assert read.problem is not None
    assert read.problem.reason is Reason.MALFORMED_ROW


@given(
    record=st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["source", "consent", "sms", "email", "state", "at", "body", "activity", "kind", "key"]
                )
                | st.text(max_size=3),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    )
)
def test_whatever_comes_is_read_without_trouble(record: object) -> None:
    for channel, state, *_ in what_counts_of(record, malformed("x"), WORDS).consents:
        assert (channel in ("email", "sms"), state) == (True, "unsubscribed")


def test_words_that_refuse_and_words_that_do_not() -> None:
    assert all(map(is_refusal, ("unsubscribed", "OPT-OUT", "Abgemeldet", "stop", "no", False, 0)))
    assert not any(map(is_refusal, ("subscribed", "yes", "pending", "unknown", "", None, 1.5, [], True)))
    assert channels_named("whatsapp") == channels_named(7) == ()
