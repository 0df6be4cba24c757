"""Nobody takes over a contact, nor subscribes an address that refused: whatever somebody types, opens, texts
or buys who has a mailbox and a number of their own, and knows those of somebody else.
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
from onefold.model.form import Submission
from tests.laws.books import NOW, Shelf

ANA = {"email": "ana@example.com", "phone": "+447400100001"}
MALLORYS = {
    "email": [f"mallory{number}@example.com" for number in range(4)],
    "phone": [f"+44740010066{number}" for number in range(4)],
}
"""Several, since one that a contact of Mallory's has already cannot come to Ana's."""
NOT_HELD = ("claimed", "held_elsewhere")

emails = st.sampled_from([None, ANA["email"], *MALLORYS["email"]])
phones = st.sampled_from([None, ANA["phone"], *MALLORYS["phone"]])
ticks = st.sampled_from(["", "on"])
texts = st.sampled_from(["YES", "START", "STOP", ANA["email"], MALLORYS["email"][0]])
BOTH = {"fields": ["email", "phone", "first_name"], "consent": {"email": "News?", "sms": "Texts?"}}


class Mallory(RuleBasedStateMachine):
    """Everything that Mallory can do. Ana has refused all, and does nothing."""

    shelf: Shelf

    @initialize()
    def begin(self) -> None:
        self.now = NOW
        self.book: Book = onefold.open(self.shelf.fresh(), clock=self.clock)
        self.book.set_setting("link_base", "https://contacts.example.com")
        self.book.save_form("asks", BOTH)
        self.book.save_form("at once", BOTH | {"double_opt_in": False})
        refused = {"email": "unsubscribed", "sms": "unsubscribed"}
        self.book.take([{"source": "api", "first_name": "Ana", **ANA, "consent": refused}])

    def clock(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now

    def teardown(self) -> None:
        self.book.close()

    @rule(form=st.sampled_from(["asks", "at once"]), email=emails, phone=phones, news=ticks, offers=ticks)
    def submit(self, form: str, email: str | None, phone: str | None, news: str, offers: str) -> None:
        values = {"email": email, "phone": phone, "first_name": "Mallory"}
        with suppress(OnefoldError):
            self.book.submit(form, Submission(values | {"consent.email": news, "consent.sms": offers}))

    @rule()
    def open_the_last_mail(self) -> None:
        with self.book._store.reader() as reader:
            mails = [each["body"] for each in reader.outbox() if each["recipient"] in MALLORYS["email"]]
        if mails:
            with suppress(OnefoldError):
                self.book.use_token(mails[-1].partition("/t/")[2].split()[0])

    @rule(body=texts, number=st.sampled_from(MALLORYS["phone"]))
    def text(self, body: str, number: str) -> None:
        self.book.receive_text(from_=number, body=body)

    @rule(
        source=st.sampled_from(["checkout", "profile_update"]),
        email=emails,
        phone=phones,
        shown=st.booleans(),
    )
    def record(self, source: str, email: str | None, phone: str | None, *, shown: bool) -> None:
        """Only what is Mallory's own can be shown to be."""
        said = {"email": email, "phone": phone}
        proven = [kind for kind in said if shown and said[kind] in MALLORYS[kind]]
        agreed = {"email": "subscribed", "sms": "subscribed"}
        self.book.take(
            [{"source": source, "first_name": "Mallory", **said, "proven": proven, "consent": agreed}]
        )

    @rule(kind=st.sampled_from(["subscribe", "preferences"]), email=emails, phone=phones)
    def use_a_link_of_ones_own(self, kind: str, email: str | None, phone: str | None) -> None:
        typed: dict[str, Any] = {"phone": phone} if kind == "subscribe" else {"email": email, "phone": phone}
        if kind == "preferences":
            typed |= {"consent.email": "yes", "consent.sms": "yes"}
        for contact in self.book.contacts():
            if contact["id"] != 1 and contact["email"] in MALLORYS["email"]:
                [made] = self.book.link(kind, [contact["id"]])
                with suppress(OnefoldError):
                    self.book.use_token(made["token"], {name: said for name, said in typed.items() if said})

    @invariant()
    def ana_is_who_she_was(self) -> None:
        ana, *others = self.book.contacts()
        kept = {name: ana[name] for name in ("id", "email", "phone", "first_name")}
        assert kept == {"id": 1, "first_name": "Ana", **ANA}
        assert all(alias["why"] in NOT_HELD for alias in ana["aliases"]), ana["aliases"]
        assert set(ana["consent"].values()) == {"unsubscribed"}
        for other in others:
            assert other["email"] != ANA["email"]
            assert other["phone"] != ANA["phone"]
            held = [alias["value"] for alias in other["aliases"] if alias["why"] not in NOT_HELD]
            assert not set(held) & set(ANA.values())


def test_nobody_takes_over_a_contact(shelf: Shelf) -> None:
    machine = type("MalloryHere", (Mallory,), {"shelf": shelf})
    run_state_machine_as_test(machine, settings=settings(settings.default, stateful_step_count=12))
