"""Questions: who is asked, in which words, and what comes of every answer; the pages show the rest."""

import json
from pathlib import Path
from typing import Any

import pytest

from onefold.book import Book
from onefold.model.form import Submission
from onefold.model.keyword import Keyword, TextKind
from onefold.way.tokens import TokenKind
from tests.way.at_the_desk import ANA, BEA, ONE, TWO, Clock, refusal
from tests.way.texting import Send, laid_out, sms

OFFERS: dict[str, Any] = {"title": "Offers", "fields": ["phone"], "consent": {"sms": "Text me offers."}}
NEWS: dict[str, Any] = {"title": "News", "fields": ["email", "phone"], "consent": {"email": "Send me news."}}
BASE = "https://contacts.example.com"


@pytest.fixture
def asked(book: Book) -> Book:
    """A book in which one number, of contact 1, was asked for its yes."""
    book.save_form("offers", OFFERS)
    book.submit("offers", Submission({"phone": ONE, "consent.sms": "on"}))
    return book


def sent(book: Book, kind: str) -> list[tuple[str, str]]:
    return [(to, body) for what, to, body in laid_out(book) if what == kind]


def token_in(book: Book) -> str:
    return sent(book, "mail")[-1][1].partition("/t/")[2].split()[0]


def checkout(consent: dict[str, Any], **said: str) -> dict[str, Any]:
    return {"source": "checkout", "consent": consent, **said}


# Texts that answer


@pytest.mark.parametrize(
    "body", ["HELP", "🎉", "who is this?", "hello", "", "Yes?", "Yes please", "ok", "NOW"]
)
def test_what_is_no_answer_leaves_the_question_open(asked: Book, send: Send, body: str) -> None:
    send(body)
    assert sms(asked) == "pending"
    send("y")
    assert sms(asked) == "subscribed"


@pytest.mark.parametrize(
    "body",
    ["NO", "No!", "n", "no thanks", "No, thank you.", "nope", "Nein", "Non merci", "Não", "No. Who are you?"],
)
def test_a_no_to_the_question_is_the_persons_refusal(asked: Book, send: Send, body: str) -> None:
    got = send(body)
    assert (got.kind, sms(asked)) == (TextKind.DECLINE, "unsubscribed")
    assert got.reply is not None
    proof = asked.consent(ONE)["proof"]
    assert (proof["method"], proof["wording"], proof["source"]) == ("text", body, "form")
    send("YES")
    assert sms(asked) == "unsubscribed"
    assert asked.review() == []


@pytest.mark.parametrize(
    "body",
    ["No, wrong number", "wrong number", "You have the WRONG NUMBER!", "falsche Nummer", "numéro équivocado"],
)
def test_a_wrong_number_is_entered_as_one(asked: Book, send: Send, body: str) -> None:
    send(body)
    assert (sms(asked), asked.consent(ONE)["proof"]["method"]) == ("unsubscribed", "wrong_number")
    assert asked.review() == []


@pytest.mark.parametrize("body", ["STOP", "please stop texting me", "No, stop", "wrong number, stop"])
def test_a_refusal_goes_before_an_answer(asked: Book, send: Send, body: str) -> None:
    got = send(body)
    assert got.kind in (TextKind.OPT_OUT, TextKind.DOUBTFUL_OPT_OUT)
    assert sms(asked) == "unsubscribed"
    send("YES")
    assert sms(asked) == "unsubscribed"


def test_a_no_counts_whatever_else_is_wrong_with_the_text(asked: Book, send: Send) -> None:
    send("no", at="2030-01-01T00:00:00Z", message_id="m" * 999)
    assert sms(asked) == "unsubscribed"


def test_a_no_that_is_delivered_twice_counts_once(asked: Book, send: Send) -> None:
    send("no", message_id="m1")
    assert send("no", message_id="m1").reason == "repeat"


def test_a_no_without_a_question_is_no_word_on_consent(book: Book, send: Send) -> None:
    send("START")
    assert send("NO").kind is TextKind.OTHER
    assert sms(book) == "subscribed"


def test_a_yes_without_a_question_is_none_and_says_why(book: Book, send: Send) -> None:
    got = send("YES")
    assert (got.kind, got.contact_id, got.reply) == (TextKind.OTHER, None, None)
    assert "none is open" in str(got.detail)
    [answer] = book.take([{"source": "keyword", "phone": ONE, "body": "YES"}])
    assert (answer.status, sms(book)) == ("Imported", "none")


def test_a_wrong_number_is_one_also_unasked_and_stays_one_in_review(book: Book, send: Send) -> None:
    book.take([{"source": "api", "phone": ONE}])
    assert send("wrong number").kind is TextKind.DOUBTFUL_OPT_OUT
    [entry] = book.review("doubtful_opt_out")
    book.accept(entry.id)
    methods = {line["method"] for line in book.consent(ONE)["log"] if line["state"] == "unsubscribed"}
    assert methods == {"wrong_number"}
    assert book.review() == []


def test_a_question_whose_number_it_is_takes_no_word_on_consent(book: Book, send: Send) -> None:
    book.take([{"source": "api", "email": ANA}])
    for number, body, phone, state in ((ONE, "no", None, "none"), (TWO, "START", None, "subscribed")):
        [made] = book.link("preferences", [1]) if book.set_setting("link_base", BASE) is None else []
        book.use_token(made["token"], {"phone": number})
        got = send(body, sender=number)
        assert (book.contact(1)["phone"], book.consent(number)["state"]) == (phone, state)
        assert got.reply is not None
    assert send("YES", sender=TWO).reply == "Thank you. Your number is confirmed."
    assert book.contact(1)["phone"] == TWO


def test_a_reserved_word_is_no_keyword(book: Book) -> None:
    for word in ("YES", "NO", "Nein"):
        with refusal("bad_keyword"):
            book.save_keyword(Keyword(word, "Text it to join."))


# Who is asked


def test_consent_that_was_typed_is_asked_for_once(book: Book) -> None:
    book.set_setting("link_base", BASE)
    yes = {"email": "subscribed", "sms": {"state": "subscribed", "wording": "Text me about my order"}}
    for _ in range(20):
        book.take([checkout(yes, email=ANA, phone=ONE)])
    assert [to for _, to, _ in laid_out(book)] == [ANA, ONE]
    assert "“Text me about my order”" in sent(book, "text")[0][1]
    assert book.contact(1)["consent"] == {"email": "pending", "sms": "pending"}


def test_who_answers_for_it_is_not_asked(book: Book) -> None:
    book.set_setting("link_base", BASE)
    book.take([{"source": "api", "email": ANA, "consent": {"email": "subscribed"}}])
    book.take([checkout({"email": "subscribed"}, email=BEA) | {"proven": ["email"]}])
    book.take([{"source": "import", "phone": ONE, "consent": {"sms": "pending"}}])
    assert laid_out(book) == []


def test_who_shows_one_address_has_not_said_yes_for_another(book: Book, send: Send) -> None:
    book.take([{"source": "api", "email": ANA, "phone": ONE}])
    book.take([checkout({"sms": "subscribed"}, email=ANA) | {"proven": ["email"]}])
    assert sms(book) == "pending"
    send("YES")
    assert sms(book) == "subscribed"


def test_the_same_records_in_batches_ask_the_same(book: Book, tmp_path: Path) -> None:
    numbers = [f"+44740010{number:04}" for number in range(300)]
    file = tmp_path / "records.jsonl"
    records = [checkout({"sms": "subscribed"}, phone=number) for number in numbers for _ in "ab"]
    file.write_text("\n".join(map(json.dumps, records)))
    book._batch_rows = 70
    receipt = book.apply(book.plan_records(file), yes=True, shown=False)
    assert sorted(to for to, _ in sent(book, "text")) == numbers
    assert any("300 by text" in warning for warning in receipt.warnings)


@pytest.mark.parametrize("batch_rows", [1, 100])
def test_of_several_questions_to_a_number_the_last_counts(
    book: Book, send: Send, batch_rows: int, tmp_path: Path
) -> None:
    file = tmp_path / "records.jsonl"
    wordings = ("one", "two", "two", "three", "four")
    records = [checkout({"sms": {"state": "subscribed", "wording": said}}, phone=ONE) for said in wordings]
    file.write_text("\n".join(map(json.dumps, records)))
    book._batch_rows = batch_rows
    receipt = book.apply(book.plan_records(file), yes=True, shown=False)
    assert [body.partition("“")[2].partition("”")[0] for _, body in sent(book, "text")] == [
        "one",
        "two",
        "three",
    ]
    assert any("3 times within a day" in warning for warning in receipt.warnings)
    send("YES")
    assert book.consent(ONE)["proof"]["wording"] == "three"


def test_who_ticks_for_a_number_of_theirs_that_is_being_asked_is_asked_no_other_way(
    book: Book, send: Send
) -> None:
    book.set_setting("link_base", BASE)
    book.take([{"source": "api", "email": ANA, "phone": ONE}])
    book.take([checkout({"sms": "subscribed"}, phone=ONE)])
    [made] = book.link("preferences", [1])
    assert book.use_token(made["token"], {"consent.sms": "yes"}).detail is None
    send("YES")
    assert sms(book) == "subscribed"


def test_a_mail_that_cannot_be_sent_is_kept_and_said(book: Book, clock: Clock) -> None:
    [answer] = book.take([checkout({"email": "subscribed"}, email=ANA)])
    assert "link_base" in str(answer.detail)
    assert any("link_base" in warning for warning in book.receipts()[0].warnings)
    [again] = book.take([checkout({"email": "subscribed"}, email=ANA)])
    assert again.detail is None
    assert laid_out(book) == []
    clock.forward(days=8)
    book.set_setting("link_base", BASE)
    assert [to for to, _ in sent(book, "mail")] == [ANA]
    book.set_setting("link_base", BASE)
    assert len(sent(book, "mail")) == 1
    clock.forward(days=6)
    book.use_token(token_in(book))
    assert book.contact(1)["consent"]["email"] == "subscribed"


def test_a_mail_that_was_kept_is_not_sent_to_who_refused_since(book: Book, clock: Clock) -> None:
    for address in (ANA, BEA):
        book.take([checkout({"email": "subscribed"}, email=address)])
    clock.forward(days=31)
    book.set_setting("link_base", BASE)
    assert sent(book, "mail") == []


def test_accepting_a_value_asks_for_the_consent_that_pends_there(
    book: Book, send: Send, clock: Clock
) -> None:
    book.take([{"source": "api", "email": ANA}])
    book.take([checkout({"sms": "subscribed"}, email=ANA, phone=ONE)])
    clock.forward(days=8)
    [entry] = book.review("claimed_value")
    receipt = book.accept(entry.id)
    assert [to for to, _ in sent(book, "text")] == [ONE, ONE]
    assert "1 by text" in receipt.warnings[0]
    assert sms(book) == "pending"


def test_nothing_is_sent_to_a_number_that_refused_and_the_form_says_so(asked: Book, send: Send) -> None:
    send("STOP")
    texts = len(laid_out(asked))
    taken = asked.submit("offers", Submission({"phone": ONE, "consent.sms": "on"}))
    assert (taken.confirm, len(laid_out(asked))) == ((), texts)
    assert "text START" in str(taken.detail)


def test_who_is_asked_already_is_waited_for(asked: Book) -> None:
    for _ in range(20):
        taken = asked.submit("offers", Submission({"phone": ONE, "consent.sms": "on"}))
        assert (taken.confirm, taken.detail) == ((ONE,), None)
    assert len(laid_out(asked)) == 1


# In which words


def test_the_words_say_who_asks_and_what_a_yes_will_do(book: Book) -> None:
    book.set_setting("link_base", BASE)
    book.set_setting("sender_name", "Rosa's Shop")
    book.take([{"source": "api", "email": ANA, "phone": ONE}, {"source": "api", "phone": TWO}])
    for value in ("", "two\nlines", "x" * 61):
        with refusal("bad_value"):
            book.set_setting("sender_name", value)
    [made] = book.link("subscribe", [1])
    book.use_token(made["token"], {"phone": TWO})
    [(_, text)] = sent(book, "text")
    assert text.startswith("Rosa's Shop: Somebody entered this number to get our texts")
    for part in (
        "stand beside a…@example.com",
        f"the number that ends in {ONE[-3:]}",
        "become one",
        "YES",
        "STOP",
    ):
        assert part in text
    [made] = book.link("preferences", [1])
    book.use_token(made["token"], {"email": BEA, "consent.email": "yes"})
    [(_, mail)] = sent(book, "mail")
    for part in (
        "Rosa's Shop asks",
        "Somebody entered this address",
        "You will get our mails",
        "place of a…@",
    ):
        assert part in mail
    assert "You asked" not in text + mail


def test_a_mailbox_that_refused_is_asked_in_so_many_words(book: Book) -> None:
    book.set_setting("link_base", BASE)
    book.save_form("news", NEWS)
    book.take([{"source": "form", "email": ANA, "consent": {"email": "unsubscribed"}}])
    book.submit("news", Submission({"email": ANA, "consent.email": "on"}))
    assert "you want no mails" in sent(book, "mail")[0][1]


# Links


def test_the_yes_behind_a_link_to_a_new_mailbox_comes_with_its_consent(book: Book) -> None:
    book.set_setting("link_base", BASE)
    book.take([{"source": "api", "email": ANA}])
    [made] = book.link("preferences", [1])
    book.use_token(made["token"], {"email": BEA, "consent.email": "yes"})
    assert book.contact(1)["email"] == ANA
    book.use_token(token_in(book))
    assert (book.contact(1)["email"], book.contact(1)["consent"]["email"]) == (BEA, "subscribed")


def test_a_link_says_by_which_way_it_goes_and_proves_no_more(book: Book, tmp_path: Path) -> None:
    book.set_setting("link_base", BASE)
    book.take([{"source": "api", "email": ANA, "phone": ONE}, {"source": "api", "phone": TWO}])
    [made] = book.link("preferences", [2])
    assert (made["channel"], made["send_to"]) == ("email", None)
    book.use_token(made["token"], {"consent.sms": "yes"})
    assert sms(book, 2) == "pending"
    book.write_links("preferences", [1, 2], tmp_path / "links.csv", channel="sms")
    lines = (tmp_path / "links.csv").read_text().splitlines()
    assert [line.split(",")[4:6] for line in lines] == [["Channel", "Send To"], ["sms", ONE], ["sms", TWO]]
    with refusal("bad_value"):
        book.link("preferences", [1], channel="pigeon")


@pytest.mark.parametrize(("known", "code"), [({}, "question_gone"), ({"email": ANA}, "unknown_contact_id")])
def test_a_question_to_somebody_who_was_erased_meanwhile_comes_to_nothing(
    book: Book, send: Send, known: dict[str, str], code: str
) -> None:
    book.set_setting("link_base", BASE)
    book.take([{"source": "api", "phone": ONE, **known}])
    book.save_form("news", NEWS | {"consent": {"email": "Send me news.", "sms": "Text me."}})
    both = {"email": BEA, "phone": ONE, "consent.email": "on", "consent.sms": "on"}
    book.submit("news", Submission(both))
    mailed = token_in(book)
    book.erase([contact["id"] for contact in book.contacts()])
    receipts = len(book.receipts())
    with refusal(code):
        book.use_token(mailed)
    assert len(book.receipts()) == receipts
    got = send("YES")
    assert (got.kind, got.status) == (TextKind.OTHER, "Skipped")
    assert (book.count(), book.consent(ONE)["state"]) == (0, "none")
    assert book.check() == []


def test_everything_of_a_person_tells_what_was_asked_by_mail_too(book: Book) -> None:
    book.set_setting("link_base", BASE)
    book.take([checkout({"email": "subscribed", "sms": "subscribed"}, email=ANA, phone=ONE)])
    asked = {(each["channel"], each["address"]) for each in book.everything(1)["questions"]}
    assert asked == {("email", ANA), ("sms", ONE)}


def test_a_link_from_before_questions_were_kept_is_good_for_its_time(book: Book) -> None:
    book.set_setting("link_base", BASE)
    book.save_form("news", NEWS)
    book.submit("news", Submission({"email": ANA, "consent.email": "on"}))
    said = {"source": "form", "form": "news", "version": 1, "agreed": True}
    with book._store.reader() as reader:
        token = book._links(reader).token(TokenKind.CONFIRM_EMAIL, 1, 7, address=ANA, said=said)
    book.use_token(token)
    assert (book.contact(1)["consent"]["email"], book.consent(ANA)["proof"]["wording"]) == (
        "subscribed",
        "Send me news.",
    )


# Forms, policies, corrections


def test_a_form_says_what_it_does_beside_the_policy(book: Book) -> None:
    assert [*map(book.form_warnings, [book.save_form("offers", OFFERS)])] == [[]]
    at_once = book.save_form("offers", OFFERS | {"double_opt_in": False})
    assert "claimed_grants" in book.form_warnings(at_once)[0]
    assert "link_base" in book.form_warnings(book.save_form("news", NEWS))[0]
    taken = book.submit("offers", Submission({"phone": ONE, "consent.sms": "on"}))
    assert (taken.confirm, sms(book)) == ((), "subscribed")
    book.use_policy("klaviyo")
    assert book.form_warnings(at_once) == []


def test_a_correction_says_what_it_does_to_consent(book: Book, send: Send, clock: Clock) -> None:
    book.take([{"source": "api", "email": ANA, "phone": ONE, "consent": {"email": "subscribed"}}])
    receipt = book.set_values(1, {"email": BEA})
    assert [ANA in receipt.warnings[0], "lapsed" in receipt.warnings[0]] == [True, True]
    assert "no consent to mails" in receipt.warnings[1]
    assert book.set_values(1, {"first_name": "Ana"}).warnings == ()
    send("STOP", sender=TWO)
    assert book.set_values(1, {"phone": TWO}).warnings == (f"{TWO} has refused texts, and gets none",)
    clock.forward(minutes=1)
    [warning] = book.set_values(1, {"phone": "+447400100009"}).warnings
    assert "refus" in warning or "no consent" in warning
