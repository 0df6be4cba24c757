"""Law 5 of DESIGN 8, and law 6 beside it, whatever comes in and is taken back: nothing widens what an address
may be sent, and nobody holds what another has.
"""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

import onefold
from onefold.book import Book
from onefold.model.error import OnefoldError
from tests.laws.books import NOW, Shelf
from tests.oracle.consent import state_of

EMAILS = [f"p{number}@example.com" for number in range(3)]
PHONES = [f"+44740010000{number}" for number in range(3)]
ADDRESSES = [("email", email) for email in EMAILS] + [("sms", phone) for phone in PHONES]
STATES = ("subscribed", "unsubscribed", "pending")
DOORS = ("form", "keyword", "checkout", "profile_update", "subscribe_link", "api", "console", "import")
STRONG = ("api", "console")
SPOILT: list[dict[str, Any]] = [
    {"nickname": "Bee"},
    {"at": "2030-01-01T00:00:00Z"},
    {"tags": 7},
    {"trust": "surely"},
    {"activity": [{"kind": "danced"}]},
]
"""What makes a record one that cannot be taken."""

maybe_email, maybe_phone = st.sampled_from([None, *EMAILS]), st.sampled_from([None, *PHONES])
consents = st.dictionaries(st.sampled_from(["email", "sms"]), st.sampled_from(STATES))


def _unreached(contact: dict[str, Any]) -> dict[str, Any]:
    """A contact, whatever may be sent to it."""
    return {name: value for name, value in contact.items() if name != "consent"}


class People(RuleBasedStateMachine):
    """One book, and what may be sent to each address as far as it says."""

    shelf: Shelf

    @initialize()
    def begin(self) -> None:
        self.now = NOW
        self.book: Book = onefold.open(self.shelf.fresh(), clock=self.clock)

    def clock(self) -> datetime:
        return self.now

    def teardown(self) -> None:
        for (_, address), state in self.states().items():
            log = self.log(address)
            assert state == (state_of(log) if log else self.book.consent(address)["state"]), address
        self.book.close()

    @rule(
        source=st.sampled_from(DOORS),
        email=maybe_email,
        phone=maybe_phone,
        proven=st.sets(st.sampled_from(["email", "phone"])),
        consent=consents,
        days_ago=st.integers(0, 3),
    )
    def record(
        self,
        source: str,
        email: str | None,
        phone: str | None,
        proven: set[str],
        consent: dict[str, str],
        days_ago: int,
    ) -> None:
        """Something comes in; only what it grants, with the right to, is granted."""
        said = {kind: value for kind, value in (("email", email), ("phone", phone)) if value is not None}
        shown = sorted(proven & said.keys()) if source not in (*STRONG, "import") else []
        at = (self.now - timedelta(days=days_ago)).strftime("%Y-%m-%dT%H:%M:%SZ")
        told: dict[str, Any] = {"source": source, "at": at, "proven": shown, "consent": consent, **said}
        before = self.states()
        self.book.take([told])
        self.now += timedelta(minutes=1)
        for (channel, address), state in self.states().items():
            if state != "subscribed" or before[channel, address] == "subscribed":
                continue
            named = address in said.values()
            kind = "email" if channel == "email" else "phone"
            surely = source in STRONG or kind in shown or (source == "keyword" and kind == "phone")
            asked = consent.get(channel) == "subscribed"
            confirmed = surely and any(word["state"] == "pending" for word in self.log(address))
            if before[channel, address] == "unsubscribed":
                assert (asked and (surely or not named)) or confirmed, f"{told}: {address} had refused"
            else:
                assert asked or confirmed, f"{told}: nobody asked for {address}"

    @rule(
        source=st.sampled_from(DOORS),
        address=st.sampled_from(ADDRESSES),
        spoilt=st.sampled_from(SPOILT),
        key=st.sampled_from([None, "a", "b"]),
    )
    def bad_record(
        self, source: str, address: tuple[str, str], spoilt: dict[str, Any], key: str | None
    ) -> None:
        """A record that cannot be taken changes nobody, and its refusal counts, under a key once."""
        channel, value = address
        before, people = self.states(), self.book.contacts(limit=1000)
        heard = [word for word in self.log(value) if word.get("key") == key and word["source"] == source]
        kind = "email" if channel == "email" else "phone"
        told = {"source": source, "key": key, kind: value, "consent": {channel: "unsubscribed"}, **spoilt}
        [answer] = self.book.take([told])
        assert answer.status == "Error"
        again = key is not None and any(word["state"] == "unsubscribed" for word in heard)
        expected = before | ({} if again else {address: "unsubscribed"})
        assert self.states() == expected, told
        assert [_unreached(one) for one in self.book.contacts(limit=1000)] == list(map(_unreached, people))
        self.now += timedelta(minutes=1)

    @rule(contact=st.integers(1, 8), other=st.integers(1, 8))
    def merge(self, contact: int, other: int) -> None:
        before, reached = self.states(), self.reached()
        self.tried(lambda: self.book.merge(contact, [other]))
        assert self.wider(before) == []
        assert self.reached() <= reached

    @rule(contact=st.integers(1, 8))
    def split(self, contact: int) -> None:
        before = self.states()
        self.tried(lambda: self.book.split(contact))
        assert self.wider(before) == []

    @rule(back=st.integers(0, 5))
    def undo(self, back: int) -> None:
        before = self.states()
        receipts = self.book.receipts()
        if back < len(receipts):
            self.tried(lambda: self.book.undo(receipts[back].id or 0))
        assert self.wider(before) == []

    @rule(contact=st.integers(1, 8))
    def remove(self, contact: int) -> None:
        before, reached = self.states(), self.reached()
        self.tried(lambda: self.book.remove([contact]))
        assert self.states() == before
        assert self.reached() <= reached

    @rule(contact=st.integers(1, 8))
    def restore(self, contact: int) -> None:
        before = self.states()
        self.tried(lambda: self.book.restore([contact]))
        assert self.states() == before

    @rule(contact=st.integers(1, 8))
    def erase(self, contact: int) -> None:
        """What an erased person refused stays refused, although nobody can tell any more who it was."""
        before, reached = self.states(), self.reached()
        self.tried(lambda: self.book.erase([contact]))
        assert self.wider(before) == []
        assert self.reached() <= reached

    @rule(email=maybe_email, phone=maybe_phone)
    def plain_import(self, email: str | None, phone: str | None) -> None:
        """A file without a word on consent."""
        before, reached = self.states(), self.reached()
        said = {kind: value for kind, value in (("email", email), ("phone", phone)) if value is not None}
        self.book.take([{"source": "import", **said}])
        assert self.wider(before) == []
        assert {address for _, address in self.reached()} <= {address for _, address in reached}

    @rule(contact=st.integers(1, 8), kind=st.sampled_from(["email", "phone"]), number=st.integers(-1, 2))
    def edit(self, contact: int, kind: str, number: int) -> None:
        value = "UNSET" if number < 0 else (EMAILS if kind == "email" else PHONES)[number]
        self.tried(lambda: self.book.set_values(contact, {kind: value}))

    @invariant()
    def sound(self) -> None:
        if hasattr(self, "book"):
            assert list(self.book.check()) == []

    def tried(self, deed: Any) -> None:
        """What cannot be done is refused in so many words, and that is fine."""
        with suppress(OnefoldError):
            deed()
        self.now += timedelta(minutes=1)

    def states(self) -> dict[tuple[str, str], str]:
        """Of each address; an erased one that has not come back is still what `consent` says of it."""
        there = self.shelf.rows("SELECT channel, address, state FROM consent_state")
        erased = self.shelf.rows("SELECT address_hash FROM erased_refusal")
        known = dict.fromkeys(ADDRESSES, "none") | {(line[0], line[1]): line[2] for line in there}
        silent = [where for where, state in known.items() if state == "none"] if erased else []
        return known | {where: self.book.consent(where[1])["state"] for where in silent}

    def log(self, address: str) -> list[dict[str, Any]]:
        log: list[dict[str, Any]] = self.book.consent(address)["log"]
        return log

    def wider(self, before: dict[tuple[str, str], str]) -> list[tuple[str, str]]:
        """The addresses that may be sent to and might not before."""
        return [
            where
            for where, state in self.states().items()
            if (state == "subscribed" and before[where] != "subscribed")
            or (before[where] == "unsubscribed" and state != "unsubscribed")
        ]

    def reached(self) -> set[tuple[str, str]]:
        """Channels and addresses at which somebody is reached."""
        return {
            (channel, contact["email" if channel == "email" else "phone"])
            for contact in self.book.contacts(limit=1000)
            for channel, state in contact["consent"].items()
            if state == "subscribed"
        }


def test_law_5_nothing_widens(shelf: Shelf) -> None:
    machine = type("PeopleHere", (People,), {"shelf": shelf})
    run_state_machine_as_test(machine, settings=settings(settings.default, stateful_step_count=30))
