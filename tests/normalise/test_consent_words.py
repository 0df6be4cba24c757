"""The lists of words: each says one thing, and is read however it is written."""

import tomllib
import unicodedata
from importlib.resources import files

import polars as pl
import pytest

from onefold.normalise.consent_cells import consent_columns, refusal_columns
from onefold.normalise.consent_words import consent_words, plain_words
from onefold.normalise.yes_no import NO, YES
from tests.normalise.test_consent import NOW

LISTS = tomllib.loads(files("onefold.normalise").joinpath("consent_words.toml").read_text(encoding="utf-8"))
NO_WORDS_OF_THEIR_OWN = ("signs_of_refusal", "negations")
SAYS = {
    "subscribed": "subscribed",
    "agreed": "subscribed",
    "state_of_an_account": "subscribed",
    "ticks": "subscribed",
    "marks": "subscribed",
    "yes": "subscribed",
    "unsubscribed": "unsubscribed",
    "undeliverable": "unsubscribed",
    "crosses": "unsubscribed",
    "no": "unsubscribed",
    "pending": "pending",
    "nothing_said": None,
    "did_not_refuse": None,
}


def words_of(meaning: str) -> list[str]:
    return [word for of_language in LISTS[meaning].values() for word in of_language]


def plain(words: list[str]) -> list[str]:
    return pl.DataFrame({"word": words}).select(plain_words(pl.col("word")))["word"].to_list()


def states(words: list[str]) -> set[str | None]:
    read = consent_columns(pl.Series(words, dtype=pl.String))
    assert read["refusal"].null_count() == len(words), read.drop_nulls("refusal")["refusal"].to_list()
    return set(read["value"])


def test_every_list_is_told_of_here() -> None:
    assert set(LISTS) == {*SAYS, *NO_WORDS_OF_THEIR_OWN}


def test_no_word_says_two_things() -> None:
    said = {"yes": set(plain([*words_of("yes"), *YES])), "no": set(plain([*words_of("no"), *NO]))}
    said |= {meaning: set(plain(words_of(meaning))) for meaning in SAYS if meaning not in said}
    twice = {
        (one, other): said[one] & said[other]
        for one in said
        for other in said
        if SAYS[one] != SAYS[other] and said[one] & said[other]
    }
    assert twice == {}


@pytest.mark.parametrize(("meaning", "state"), SAYS.items())
def test_every_word_is_read_however_it_is_written(meaning: str, state: str | None) -> None:
    words = words_of(meaning)
    assert states(words) == {state}
    assert states([word.upper() for word in words if "ß" not in word]) == {state}
    assert states([word.title() for word in words if "'" not in word]) == {state}
    for form in ("NFC", "NFD"):
        assert states([unicodedata.normalize(form, word) for word in words]) == {state}
    for between in ("_", "-", ""):
        assert states([word.replace(" ", between) for word in words]) == {state}
    assert states([f"  {word}. " for word in words]) == {state}


def test_nobody_who_refused_anywhere_is_silent_in_a_column_of_refusals() -> None:
    words = [*words_of("unsubscribed"), *words_of("undeliverable"), *words_of("yes"), *words_of("ticks")]
    read = refusal_columns(pl.Series(words), None, NOW)
    assert read["refused"].all()
    dead = refusal_columns(pl.Series(words_of("undeliverable")), None, NOW)
    assert dead["dead"].all()
    assert not dead["by_person"].any()
    assert not refusal_columns(pl.Series(words_of("unsubscribed")), None, NOW)["dead"].any()


def test_no_word_of_a_subscriber_is_a_refusal_in_a_column_of_refusals() -> None:
    words = [
        word
        for meaning in ("subscribed", "state_of_an_account", "no", "nothing_said", "did_not_refuse")
        for word in words_of(meaning)
        if word != "1"
    ]
    read = refusal_columns(pl.Series(words), None, NOW)
    assert [word for word, refused in zip(words, read["refused"], strict=True) if refused] == []


@pytest.mark.parametrize(
    "cell",
    [
        "Unsubscribed (by user)", "unsubscribedViaAdmin", "Opted out via SMS", "Do not mail (postal)",
        "Reported as SPAM by recipient", "abgemeldet am 3.4.", "Désinscrit via lien",
        "dado de baja por el cliente",
    ],
)  # fmt: skip
def test_a_longer_text_that_speaks_of_a_refusal_is_one(cell: str) -> None:
    read = consent_columns(pl.Series([cell]))
    assert read.select("value", "dead", "by_person").row(0) == ("unsubscribed", False, True)


def test_a_longer_text_that_speaks_of_an_address_says_nothing_of_the_person() -> None:
    read = consent_columns(pl.Series(["Bounced: 550 user unknown", "undeliverable since May"]))
    assert read.select("value", "dead", "by_person").rows() == [("unsubscribed", True, False)] * 2


@pytest.mark.parametrize(
    "cell",
    ["not spam at all", "never bounced once", "resubscribing", "subscribed maybe", "nicht gesperrt, oder?"],
)
def test_no_longer_text_is_a_grant_and_one_that_negates_is_not_understood(cell: str) -> None:
    read = consent_columns(pl.Series([cell]))
    assert read["value"].to_list() == [None]
    assert read["refusal"].null_count() == 0


def test_the_lists_are_in_ten_languages() -> None:
    for meaning in ("subscribed", "unsubscribed", "undeliverable", "pending", "nothing_said"):
        languages = set(LISTS[meaning]) - {"Signs"}
        assert len(languages) >= 10, meaning
    assert len(consent_words().states) > 1000
