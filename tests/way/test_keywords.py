"""Keywords and replies as the book sets them up."""

import pytest

from onefold.book import Book
from onefold.model.keyword import Keyword, TextKind
from tests.way.at_the_desk import refusal
from tests.way.texting import JOIN, WORDING, Send

# Setting up


@pytest.mark.parametrize(
    "word",
    [
        "STOP",
        "stop!",
        "Opt-out",
        "ARRET",
        "START",
        "yes",
        "UNSTOP",
        "help",
        "INFO",
        "goodbye",
        "STOP JOIN",
        "",
        " ",
        "!!!",
        "🎉",
        "x" * 41,
        "JO\0IN",
        "JO\nIN",
    ],
)
def test_words_that_no_book_may_take(book: Book, word: str) -> None:
    with refusal("bad_keyword"):
        book.save_keyword(Keyword(word, WORDING))
    assert book.keywords() == []


@pytest.mark.parametrize(
    "keyword",
    [
        Keyword("JOIN", " "),
        Keyword("JOIN", "x" * 1_601),
        Keyword("JOIN", WORDING, reply="\0"),
        Keyword("JOIN", WORDING, question="\ud800"),
    ],
)
def test_what_no_text_can_hold(book: Book, keyword: Keyword) -> None:
    with refusal("bad_value"):
        book.save_keyword(keyword)


def test_a_list_and_a_tag_need_a_name(book: Book) -> None:
    for keyword in (Keyword("JOIN", WORDING, list=" "), Keyword("JOIN", WORDING, tags=("\0",))):
        with refusal("bad_name"):
            book.save_keyword(keyword)


def test_another_wording_is_another_version(book: Book) -> None:
    assert book.save_keyword(JOIN).version == 1
    assert book.save_keyword(Keyword("join", WORDING)).version == 1
    assert book.save_keyword(Keyword("Join!", "Another wording")).version == 2
    assert [keyword.word for keyword in book.keywords()] == ["Join!"]
    assert book.keyword("JOIN").version == 2


def test_a_keyword_that_is_gone_is_a_word_like_any_other(book: Book, send: Send) -> None:
    book.save_keyword(JOIN)
    assert book.remove_keyword("join").word == "JOIN"
    assert send("JOIN").kind is TextKind.OTHER
    with refusal("unknown_keyword"):
        book.remove_keyword("join")


def test_replies_in_the_books_own_words(book: Book, send: Send) -> None:
    book.set_setting("stop_reply", "Adeus!")
    assert send("STOP").reply == "Adeus!"
    for reply in ("x" * 1_601, " "):
        with refusal("bad_value"):
            book.set_setting("help_reply", reply)
