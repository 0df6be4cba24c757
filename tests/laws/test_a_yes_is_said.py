"""Nobody is subscribed but by a yes: the answer to our question, or a tick for an address that was shown."""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

import onefold
from onefold.book import Book
from onefold.model.consent import Channel
from onefold.model.error import OnefoldError
from onefold.model.form import Submission
from onefold.resolve.asking import MOST_A_DAY
from onefold.stores import Question
from tests.laws.books import NOW, Shelf

EMAILS = ["ana@example.com", "bea@example.com"]
PHONES = ["+447400100001", "+447400100002"]
ADDRESSES = [("email", each) for each in EMAILS] + [("sms", each) for each in PHONES]
BOTH = {"fields": ["email", "phone", "first_name"], "consent": {"email": "News?", "sms": "Texts?"}}
DOORS = ("form", "checkout", "profile_update", "subscribe_link")
YES, NO, NEITHER = (
    ("YES", "y!"),
    ("NO", "no thanks", "No, wrong number"),
    ("HELP", "🎉", "who is this?", "Yes?"),
)
ASKS_BY_MAIL = ("You agree to this", "You will get our mails")
ASKS_BY_TEXT = "Reply YES"

emails, phones = st.sampled_from([None, *EMAILS]), st.sampled_from([None, *PHONES])
ticks = st.sets(st.sampled_from(["email", "sms"]))
States = dict[tuple[str, str], str]


class Doors(RuleBasedStateMachine):
    """Whatever comes in, what it may subscribe is known beforehand."""

    shelf: Shelf

    @initialize()
    def begin(self) -> None:
        self.now = NOW
        self.book: Book = onefold.open(self.shelf.fresh(), clock=lambda: self.now)
        self.book.set_setting("link_base", "https://contacts.example.com")
        self.book.save_form("asks", BOTH)
        self.book.save_form("at once", BOTH | {"double_opt_in": False})

    def teardown(self) -> None:
        self.book.close()

    @rule(form=st.sampled_from(["asks", "at once"]), email=emails, phone=phones, agreed=ticks)
    def submit(self, form: str, email: str | None, phone: str | None, agreed: set[str]) -> None:
        values = {"email": email, "phone": phone} | {f"consent.{channel}": "on" for channel in agreed}
        typed = {("email", email), ("sms", phone)} if form == "at once" else set()
        may = {(channel, address) for channel, address in typed if channel in agreed}
        self.does(lambda: self.book.submit(form, Submission(values)), may)

    @rule(
        source=st.sampled_from(DOORS),
        email=emails,
        phone=phones,
        agreed=ticks,
        shown=st.sets(st.sampled_from(["email", "phone"])),
    )
    def record(
        self, source: str, email: str | None, phone: str | None, agreed: set[str], shown: set[str]
    ) -> None:
        said = {kind: value for kind, value in (("email", email), ("phone", phone)) if value is not None}
        proven, consent = sorted(shown & said.keys()), dict.fromkeys(agreed, "subscribed")
        may = {
            (channel, said[kind])
            for channel, kind in (("email", "email"), ("sms", "phone"))
            if channel in agreed and kind in proven
        }
        self.does(
            lambda: self.book.take([{"source": source, "proven": proven, "consent": consent, **said}]), may
        )

    @rule(number=st.sampled_from(PHONES), body=st.sampled_from([*YES, *NO, *NEITHER, "START", "STOP"]))
    def text(self, number: str, body: str) -> None:
        asked, before = self.question(number), self.states()
        grants = asked is not None and bool(asked.context["grants"])
        may = {("sms", number)} if body == "START" or (body in YES and grants) else set()
        self.does(lambda: self.book.receive_text(from_=number, body=body), may)
        after = self.states()["sms", number]
        if body in NO:
            refuses = grants or (asked is None and "wrong number" in body)
            assert after == ("unsubscribed" if refuses else before["sms", number])
            assert self.question(number) is None
        if body in NEITHER:
            assert self.question(number) == asked
            assert after == before["sms", number]

    @rule(back=st.integers(0, 4))
    def open_a_mail(self, back: int) -> None:
        mails = [each for each in self.outbox() if each["kind"] == "mail"]
        if back < len(mails):
            mail = mails[-1 - back]
            asks = any(words in mail["body"] for words in ASKS_BY_MAIL)
            token = mail["body"].partition("/t/")[2].split()[0]
            may = {("email", mail["recipient"])} if asks else set()
            self.does(lambda: self.book.use_token(token), may)

    @rule(
        contact=st.integers(1, 4),
        channel=st.sampled_from(list(Channel)),
        email=emails,
        phone=phones,
        agreed=ticks,
    )
    def preferences(
        self, contact: int, channel: Channel, email: str | None, phone: str | None, agreed: set[str]
    ) -> None:
        typed = {"email": email, "phone": phone, "first_name": "Ana"} | {
            f"consent.{each}": "yes" for each in agreed
        }
        with suppress(OnefoldError):
            [made] = self.book.link("preferences", [contact], channel=channel)
            may = {(str(channel), made["send_to"])} if channel in agreed else set()
            said = {name: value for name, value in typed.items() if value is not None}
            self.does(lambda: self.book.use_token(made["token"], said), may)

    @rule(contact=st.integers(1, 4), email=emails)
    def edit(self, contact: int, email: str | None) -> None:
        self.does(lambda: self.book.set_values(contact, {"email": email or "UNSET"}), set())

    @rule()
    def accept(self) -> None:
        if waiting := self.book.review("claimed_value"):
            self.does(lambda: self.book.accept(waiting[0].id), set())

    @rule(hours=st.integers(1, 30))
    def time_goes_by(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    def does(self, deed: Callable[[], Any], may: set[tuple[str, str | None]]) -> None:
        """Does it, and sees to it that nobody but those was subscribed, nor asked who may not be."""
        before, sent = self.states(), len(self.outbox())
        with suppress(OnefoldError):
            deed()
        self.now += timedelta(minutes=1)
        granted = {where for where, state in self.states().items() if state == "subscribed"}
        assert granted <= may | {where for where, state in before.items() if state == "subscribed"}
        for each in self.outbox()[sent:]:
            if each["kind"] == "text" and ASKS_BY_TEXT in each["body"]:
                assert before["sms", each["recipient"]] != "unsubscribed", each
        self.check_how_often()

    def check_how_often(self) -> None:
        """Of every day as it is kept by the clock, whatever it began with."""
        asked = [
            (each["recipient"], datetime.fromisoformat(each["created_at"]))
            for each in self.outbox()
            if each["kind"] == "mail" or ASKS_BY_TEXT in each["body"]
        ]
        lately = Counter(who for who, at in asked if at > self.now - timedelta(hours=23))
        assert all(count <= MOST_A_DAY for count in lately.values()), lately

    def states(self) -> States:
        there = self.shelf.rows("SELECT channel, address, state FROM consent_state")
        return dict.fromkeys(ADDRESSES, "none") | {(line[0], line[1]): line[2] for line in there}

    def question(self, number: str) -> Question | None:
        with self.book._store.reader() as reader:
            return reader.open_question(number, self.now)

    def outbox(self) -> list[dict[str, Any]]:
        with self.book._store.reader() as reader:
            return reader.outbox()


def test_nobody_is_subscribed_but_by_a_yes(shelf: Shelf) -> None:
    machine = type("DoorsHere", (Doors,), {"shelf": shelf})
    run_state_machine_as_test(machine, settings=settings(settings.default, stateful_step_count=15))
