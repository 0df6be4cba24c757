"""Law 5 of DESIGN 8, and law 6 beside it, whatever comes in and is taken back: nothing widens what an address
may be sent, nor what a person may at any address that is or was theirs; and nobody holds what another has.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

import onefold
from onefold.book import Book
from onefold.model.error import OnefoldError
from onefold.model.nfc import in_nfc
from onefold.way.consenting import Entry
from tests.laws.books import NOW, Shelf
from tests.oracle.consent import state_of
from tests.oracle.own_refusals import Moment, OwnRefusals

EMAILS = ["p0@example.com", "p1@example.com", "p\u00e92@example.com"]
APART = "pe\u03012@example.com"
"""The last of them with its accent behind its letter: the same mailbox."""
PHONES = [f"+44740010000{number}" for number in range(3)]
ADDRESSES = [("email", email) for email in EMAILS] + [("sms", phone) for phone in PHONES]
STATES = ("subscribed", "unsubscribed", "pending")
DOORS = ("form", "keyword", "checkout", "profile_update", "subscribe_link", "api", "console", "import")
STRONG = ("api", "console")
"""Sources whose records the operator answers for; none of them answers a refusal by itself."""
KINDS = {"email": "email", "phone": "sms"}
SPOILT: list[dict[str, Any]] = [
    {"nickname": "Bee"},
    {"at": "2030-01-01T00:00:00Z"},
    {"tags": 7},
    {"trust": "surely"},
    {"activity": [{"kind": "danced"}]},
]
"""What makes a record one that cannot be taken."""

maybe_email, maybe_phone = st.sampled_from([None, *EMAILS, APART]), st.sampled_from([None, *PHONES])
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
        self.people, self.erased = OwnRefusals(), False
        self.merged_since: dict[int, int] = {}
        self.moment = self.look()

    def clock(self) -> datetime:
        return self.now

    def teardown(self) -> None:
        for (_, address), state in self.states().items():
            if address.startswith("contact "):
                continue
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
        sure = {kind for kind in said if source in (*STRONG, "import") or kind in shown}
        sure |= {"phone"} & said.keys() if source == "keyword" else set()
        about = self.surely_about({kind: in_nfc(value) for kind, value in said.items()}, sure)
        [answer] = self.book.take([told])
        said = {kind: in_nfc(value) for kind, value in said.items()}
        self.now += timedelta(minutes=1)
        for (channel, address), state in self.states().items():
            if state != "subscribed" or before[channel, address] == "subscribed":
                continue
            kind = "email" if channel == "email" else "phone"
            assert consent.get(channel) == "subscribed", f"{told}: nobody asked for {address}"
            if before[channel, address] == "unsubscribed":
                assert kind in sure, f"{told}: {address} had refused"
                assert source not in (*STRONG, "import"), f"{told}: {address} had refused"
        self.typed(answer.contact_id, source, said, sure, consent)
        self.stepped({kind: answer.contact_id or about for kind in ("email", "phone") if sure - {kind}})

    def surely_about(self, said: dict[str, str], sure: set[str]) -> int | None:
        """Who alone has the strongest address of a record that anybody has now, if that is sure."""
        for kind in ("email", "phone"):
            where = ("email" if kind == "email" else "sms", said.get(kind))
            holders = [contact for contact, held in self.holding(former=False).items() if where in held]
            if kind in sure and holders:
                return holders[0] if len(holders) == 1 else None
        return None

    def typed(
        self, contact: int | None, source: str, said: dict[str, str], sure: set[str], consent: dict[str, str]
    ) -> None:
        """Which addresses the record typed for its contact, and which it confirmed."""
        before, after = self.moment, self.look()
        if contact is None:
            return
        current = dict(self.current(contact))
        for kind, value in said.items():
            channel = "email" if kind == "email" else "sms"
            if current.get(channel) != value:
                continue
            text_without_yes = source == "keyword" and consent.get(channel) != "subscribed"
            here = (contact, (channel, value))
            if kind in sure and consent.get(channel) != "unsubscribed" and not text_without_yes:
                self.people.typed -= {
                    each for each in self.people.typed if (after.live.get(each[0]), each[1]) == here
                }
            elif kind not in sure and (channel, value) not in before.held.get(contact, ()):
                self.people.typed.add(here)

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
        self.stepped({})

    @rule(contact=st.integers(1, 8), other=st.integers(1, 8))
    def merge(self, contact: int, other: int) -> None:
        before, reached = self.states(), self.reached()
        self.tried(lambda: self.book.merge(contact, [other]))
        assert self.wider(before) == []
        assert self.reached() <= reached

    @rule(
        address=st.sampled_from(ADDRESSES),
        state=st.sampled_from(("subscribed", "unsubscribed")),
        paper=st.booleans(),
    )
    def enter(self, address: tuple[str, str], state: str, paper: bool) -> None:
        """An operator enters what a person said; without evidence that answers no refusal."""
        if not any(address in held for held in self.holding(former=False).values()):
            return
        before = self.states()
        evidence = {"method": "paper", "wording": "Yes, write to me"} if paper else {}
        self.tried(lambda: self.book.record_consent(address[1], Entry(state, evidence=evidence)))
        if not paper:
            assert all(
                self.states()[where] == "unsubscribed"
                for where, was in before.items()
                if was == "unsubscribed"
            )

    @rule(contact=st.integers(1, 8), address=st.sampled_from(ADDRESSES))
    def not_theirs(self, contact: int, address: tuple[str, str]) -> None:
        """An operator notes that somebody else refused at an address; the address stays refused."""
        before = self.states()
        evidence = {"method": "call", "wording": "That was my mother"}
        self.tried(lambda: self.book.not_this_person(address[1], contact, evidence))
        assert self.states() == before

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
        self.erased = True
        self.tried(lambda: self.book.erase([contact]))
        assert self.wider(before) == []
        assert self.reached() <= reached

    @rule(email=maybe_email, phone=maybe_phone)
    def plain_import(self, email: str | None, phone: str | None) -> None:
        """A file without a word on consent."""
        before, reached = self.states(), self.reached()
        said = {kind: value for kind, value in (("email", email), ("phone", phone)) if value is not None}
        [answer] = self.book.take([{"source": "import", **said}])
        said = {kind: in_nfc(value) for kind, value in said.items()}
        self.typed(answer.contact_id, "import", said, set(said), {})
        self.stepped({})
        assert self.wider(before) == []
        assert {address for _, address in self.reached()} <= {address for _, address in reached}

    @rule(
        channel=st.sampled_from(["email", "sms"]),
        numbers=st.sets(st.integers(0, 2), min_size=1),
        column=st.sampled_from(
            [None, ("1", "yes"), ("2024-01-02", "too many"), ("no", "spam"), ("bounced", "")]
        ),
        days_ago=st.integers(0, 3),
    )
    def opt_outs(
        self, channel: str, numbers: set[int], column: tuple[str, str] | None, days_ago: int
    ) -> None:
        """A file of those who refused, by its columns or as a bare list: no refusal of it is lost."""
        addresses = [(EMAILS if channel == "email" else PHONES)[number] for number in sorted(numbers)]
        before, reached = self.states(), self.reached()
        if column is None:
            day = (self.now - timedelta(days=days_ago)).date().isoformat()
            said: dict[str, Any] = {"consent": {channel: "unsubscribed"}, "consent_date": day}
            rows = addresses
        else:
            said = {"mapping": dict.fromkeys(["Left", "Why"], f"consent.{channel}.refused")}
            header = f"{'email' if channel == 'email' else 'phone'},Left,Why"
            rows = [header, *(",".join((address, *column)) for address in addresses)]
        self.book.import_file(BytesIO("\n".join(rows).encode()), import_tag=False, **said)
        self.now += timedelta(minutes=1)
        assert self.wider(before) == []
        assert self.reached() <= reached
        for address in addresses:
            words = [word for word in self.log(address) if word["state"] != "lapsed"]
            assert words[-1]["state"] == "unsubscribed", address

    @rule(contact=st.integers(1, 8), kind=st.sampled_from(["email", "phone"]), number=st.integers(-1, 2))
    def edit(self, contact: int, kind: str, number: int) -> None:
        value = "UNSET" if number < 0 else (EMAILS if kind == "email" else PHONES)[number]
        self.tried(lambda: self.book.set_values(contact, {kind: value}))

    @invariant()
    def sound(self) -> None:
        if hasattr(self, "book"):
            assert list(self.book.check()) == []

    def tried(self, deed: Callable[[], object]) -> None:
        """What cannot be done is refused in so many words, and that is fine."""
        with suppress(OnefoldError):
            deed()
        self.now += timedelta(minutes=1)
        self.stepped({})

    def stepped(self, named: dict[str, int | None]) -> None:
        """Works out a second time whom the step has refused, and holds the book to it."""
        before, self.moment = self.moment, self.look()
        batch = max((line[0] for line in self.shelf.rows("SELECT max(id) FROM batch") if line[0]), default=0)
        for contact, leads_to in self.moment.live.items():
            if leads_to != contact and before.live.get(contact, contact) == contact:
                self.merged_since[contact] = batch
        for contact, leads_to in before.live.items():
            if leads_to != contact and self.moment.live.get(contact) == contact:
                self.people.part({contact, leads_to}, self.merged_since[contact])
        self.people.step(self.moment, named={KINDS[kind]: contact for kind, contact in named.items()})
        refused = {
            (contact["id"], channel)
            for contact in self.book.contacts(limit=1000)
            for channel, state in contact["consent"].items()
            if state == "unsubscribed"
        }
        live = {contact["id"] for contact in self.book.contacts(limit=1000)}
        own = {each for each in self.people.standing(self.moment) if each[0] in live}
        assert own <= refused, f"{own - refused} refused, and may be reached"
        states = self.states()
        by_address = {
            (contact, channel)
            for contact in live
            for channel, address in self.current(contact)
            if states[channel, address] == "unsubscribed"
        }
        assert self.erased or refused <= own | by_address, f"{refused - own - by_address} did not refuse"

    def look(self) -> Moment:
        into = {line[0]: line[1] for line in self.shelf.rows("SELECT id, merged_into FROM contact")}
        live = {}
        for contact, keeper in into.items():
            leads_to = contact
            while keeper is not None:
                leads_to, keeper = keeper, into[keeper]
            live[contact] = leads_to
        evidence = ("source", "trust", "method", "wording")
        names = (
            "id",
            "channel",
            "address",
            "state",
            "at",
            "recorded_at",
            *evidence,
            "contact_id",
            "ends",
            "batch_id",
        )
        columns = ", ".join(names)
        log = [
            dict(zip(names, line, strict=True)) for line in self.shelf.rows(f"SELECT {columns} FROM consent")
        ]
        for entry in log:
            entry["trust"] = ("claimed", "proven", "attested")[entry["trust"]]
        entries = {entry["id"]: entry for entry in sorted(log, key=lambda entry: int(entry["id"]))}
        return Moment(live, self.holding(former=False), self.holding(former=True), entries)

    def holding(self, *, former: bool) -> dict[int, set[tuple[str, str]]]:
        """Where each live contact is; `former`: or was, and gave that up to nobody."""
        held: dict[int, set[tuple[str, str]]] = {}
        for contact, email, phone in self.shelf.rows(
            "SELECT id, email, phone FROM contact WHERE merged_into IS NULL"
        ):
            held[contact] = {each for each in (("email", email), ("sms", phone)) if each[1] is not None}
        kinds = {"email": "email", "phone": "sms"}
        reasons = ("second", "former") if former else ("second",)
        for contact, kind, value, why in self.shelf.rows("SELECT contact_id, kind, value, why FROM alias"):
            if contact in held and kind in kinds and why in reasons:
                held[contact].add((kinds[kind], value))
        return held

    def current(self, contact: int) -> list[tuple[str, str]]:
        found = self.shelf.rows(f"SELECT email, phone FROM contact WHERE id = {contact:d}")
        return [
            (channel, value)
            for line in found
            for channel, value in zip(("email", "sms"), line, strict=True)
            if value is not None
        ]

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
