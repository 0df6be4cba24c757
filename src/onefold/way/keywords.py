"""The book's own keywords: set up and taken away."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from onefold.model.error import UsageError
from onefold.model.keyword import Keyword, TextKind
from onefold.normalise.text import can_be_kept
from onefold.sources.keyword import LONGEST_TEXT, read_text
from onefold.sources.text_words import plain_word
from onefold.stores import Reader, Writer
from onefold.way.terms import check_name

LONGEST_WORD: Final = 40


def save_keyword(writer: Writer, keyword: Keyword, now: datetime) -> Keyword:
    """Keeps a keyword, in the place of one with the same word; a change of its wording is a new version.

    Raises `UsageError` (`bad_keyword`) for a word that nobody could text or that means something already,
    (`bad_value`) for a wording, reply or question that no text can hold, (`bad_name`) for a list or a tag.
    """
    word = plain_word(keyword.word)
    if not word or len(keyword.word) > LONGEST_WORD or not keyword.word.isprintable():
        raise _bad(
            f"{keyword.word[:LONGEST_WORD]!r} is no word to text",
            f"give letters and digits, at most {LONGEST_WORD}",
        )
    kind = read_text(keyword.word, {}, confirming=True).kind
    if kind is not TextKind.OTHER:
        raise _bad(f"{keyword.word!r} is {MEANS[kind]}, to every book", "choose another word, like JOIN")
    for name, text in (
        ("wording", keyword.wording),
        ("reply", keyword.reply),
        ("question", keyword.question),
    ):
        if text is not None:
            check_sendable(name, text)
    keyword = replace(
        keyword,
        list=check_name("list", keyword.list) if keyword.list else None,
        tags=tuple(check_name("tag", each) for each in keyword.tags),
    )
    before = writer.keywords().get(word)
    if before is not None:
        keyword = replace(keyword, version=before.version + (before.wording != keyword.wording))
    writer.save_keyword(word, keyword, now)
    return keyword


MEANS: Final = {
    TextKind.OPT_OUT: "an opt-out",
    TextKind.DOUBTFUL_OPT_OUT: "taken for an opt-out",
    TextKind.OPT_IN: "an opt-in",
    TextKind.HELP: "a call for help",
    TextKind.DECLINE: "a no",
}


def keyword_named(reader: Reader, word: str) -> Keyword:
    """The keyword that somebody would text so. Raises `UsageError` (`unknown_keyword`)."""
    found = reader.keywords().get(plain_word(word))
    if found is None:
        raise UsageError(
            f"there is no keyword {word[:LONGEST_WORD]!r}",
            code="unknown_keyword",
            hint="see `onefold keywords`",
        )
    return found


def remove_keyword(writer: Writer, word: str) -> Keyword:
    """Takes a keyword away; gives what it was. Raises `UsageError` (`unknown_keyword`)."""
    found = keyword_named(writer, word)
    writer.remove_keyword(plain_word(word))
    return found


def check_sendable(name: str, text: str) -> None:
    """Raises `UsageError` (`bad_value`) for what cannot be sent as a text."""
    if not text.strip() or len(text) > LONGEST_TEXT or not can_be_kept(text):
        raise UsageError(
            f"the {name} cannot be sent as a text",
            code="bad_value",
            hint=f"give 1 to {LONGEST_TEXT:,} characters",
        )


def _bad(message: str, hint: str) -> UsageError:
    return UsageError(message, code="bad_keyword", hint=hint)
