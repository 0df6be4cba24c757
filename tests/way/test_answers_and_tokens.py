"""Texts that answer a question for the email address, and texts that carry a token."""

from onefold.book import Book
from onefold.model.keyword import TextKind
from onefold.way.tokens import TokenKind
from tests.way.at_the_desk import ANA, BEA, ONE, TWO, Clock, everybody, shown, take_in
from tests.way.texting import ASKING, JOIN, Send, laid_out, sms

# The question for the email address


def test_a_keyword_asks_for_the_email_and_the_answer_waits_for_its_proof(book: Book, send: Send) -> None:
    book.set_setting("link_base", "https://contacts.example.com")
    book.save_keyword(ASKING)

    assert send("JOIN").reply == "Welcome!\nWhat is your email address?"
    got = send("It is Ana@Example.com, thanks")

    assert (got.kind, got.contact_id) == (TextKind.ANSWER, 1)
    assert shown(book, 1) == f"phone={ONE} email~{ANA}:claimed"
    [entry] = book.review()
    assert (entry.kind, entry.value) == ("claimed_value", ANA)
    kind, recipient, body = laid_out(book)[1]
    assert (kind, recipient) == ("mail", ANA)
    assert ONE[-3:] in body


def test_an_address_that_is_another_contacts_gives_nobody_anything_until_it_is_proven(
    book: Book, send: Send
) -> None:
    book.set_setting("link_base", "https://contacts.example.com")
    book.save_keyword(ASKING)
    take_in(book, "email,first_name", f"{ANA},Ana")
    send("JOIN")

    got = send(ANA)

    assert got.contact_id == 2
    before = {1: f"email={ANA} first_name=Ana", 2: f"phone={ONE} email~{ANA}:held_elsewhere"}
    assert everybody(book) == before
    assert [(entry.kind, entry.other_contact_id) for entry in book.review()] == [("pending_link", 1)]
    mail = laid_out(book)[1][2]
    book.use_token(mail.partition("/t/")[2].split()[0])
    assert everybody(book) == {2: f"email={ANA} phone={ONE} first_name=Ana contact_id~1:merged_id"}
    assert book.review() == []


def test_who_has_an_email_is_not_asked(book: Book, send: Send) -> None:
    take_in(book, "phone,email", f"{ONE},{ANA}")
    book.save_keyword(ASKING)

    assert send("JOIN").reply == "Welcome!"


def test_an_answer_that_is_no_address_is_asked_for_again(book: Book, send: Send) -> None:
    book.set_setting("link_base", "https://contacts.example.com")
    book.save_keyword(ASKING)
    send("JOIN")

    got = send("ana@nowhere")

    assert (got.status, got.reason) == ("Error", "bad_email")
    assert got.reply is not None
    assert send(ANA).kind is TextKind.ANSWER


def test_an_answer_counts_once_within_a_week_and_not_after_a_refusal(
    book: Book, send: Send, clock: Clock
) -> None:
    book.set_setting("link_base", "https://contacts.example.com")
    book.save_keyword(ASKING)
    send("JOIN")
    send(ANA)
    assert send(BEA).kind is TextKind.OTHER
    send("JOIN")
    clock.forward(days=7)
    assert send(BEA).kind is TextKind.OTHER
    send("JOIN")
    send("STOP")
    assert send(BEA).kind is TextKind.OTHER


def test_where_no_link_can_be_made_the_answer_is_kept_and_it_is_said(book: Book, send: Send) -> None:
    book.save_keyword(ASKING)
    send("JOIN")

    got = send(ANA)

    assert "link_base" in str(got.detail)
    assert shown(book, 1) == f"phone={ONE} email~{ANA}:claimed"


# Tokens


def token_for(book: Book, contact_id: int, kind: TokenKind = TokenKind.CLICK_TO_TEXT) -> str:
    with book._store.reader() as reader:
        return book._links(reader).token(kind, contact_id, 30)


def test_a_token_names_the_contact_and_the_text_proves_the_number(book: Book, send: Send) -> None:
    book.save_keyword(JOIN)
    take_in(book, "email,first_name", f"{ANA},Ana")

    got = send(f"JOIN {token_for(book, 1)}", message_id="m1")

    assert (got.status, got.reason, got.contact_id, got.detail) == ("Updated", "updated", 1, None)
    assert shown(book, 1) == f"email={ANA} phone={ONE} first_name=Ana #fair @Texts"
    assert sms(book) == "subscribed"


def test_a_token_links_the_contact_that_had_the_number(book: Book, send: Send) -> None:
    book.save_keyword(JOIN)
    take_in(book, "email,phone", f"{ANA},", f",{ONE}")

    got = send(f"JOIN {token_for(book, 1)}")

    assert (got.reason, got.contact_id) == ("merged", 1)
    assert book.count() == 1


def test_a_token_works_once(book: Book, send: Send) -> None:
    book.save_keyword(JOIN)
    take_in(book, "email", ANA)
    token = token_for(book, 1)
    send(f"JOIN {token}", message_id="m1")

    again = send(f"JOIN {token}", message_id="m1")
    other = send(f"JOIN {token}", message_id="m2", sender=TWO)

    assert again.reason == "repeat"
    assert (other.status, other.contact_id) == ("Imported", 2)
    assert "used already" in str(other.detail)
    assert everybody(book)[1] == f"email={ANA} phone={ONE} #fair @Texts"


def test_what_is_no_token_for_this_makes_a_plain_keyword(book: Book, send: Send, clock: Clock) -> None:
    book.save_keyword(JOIN)
    take_in(book, "email", ANA)
    good = token_for(book, 1)
    last = token_for(book, 1)
    other = token_for(book, 1, TokenKind.PREFERENCES)
    undone = take_in(book, "email", BEA)
    gone = token_for(book, 2)
    book.undo(undone.id)

    said = [send(f"JOIN {token}", sender=TWO) for token in (good[:-4] + "AAAA", other, gone)]
    clock.forward(days=31)
    said.append(send(f"JOIN {last}", sender=TWO))

    assert {got.contact_id for got in said} == {3}
    for got, why in zip(
        said, ("changed on the way", "something else", "is no more", "was good until"), strict=True
    ):
        assert why in str(got.detail)
    assert shown(book, 1) == f"email={ANA}"


def test_a_policy_that_keeps_such_texts_apart_ignores_the_token(book: Book, send: Send) -> None:
    book.use_policy("klaviyo")
    book.save_keyword(JOIN)
    take_in(book, "email", ANA)

    got = send(f"JOIN {token_for(book, 1)}")

    assert (got.reason, got.contact_id) == ("created", 2)
    assert "klaviyo" in str(got.detail)
