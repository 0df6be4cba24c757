"""What an inbound text is: refusals are never missed for a comma, and consent is never made of a question."""

import json
from typing import Any

import pytest

from onefold.model.keyword import Keyword, TextKind
from onefold.sources.keyword import LONGEST_TEXT, keyword_record, read_text
from onefold.sources.text_words import text_words
from tests.shared_data import SHARED_DATA, needs_shared_data

JOIN = Keyword("JOIN", "Join our texts", version=3, list="Texts", tags=("summer", "fair"))
OWN = {"join": JOIN, "summersale": Keyword("Summer Sale", "Join the sale")}
TOKEN = "eyJhbGciOiJIUzI1NiJ9-x_1.dBjftJeZ4CVP-mB92K27uhbUJU1p1r"


def kind_of(body: str, *, asked: bool = False) -> TextKind:
    return read_text(body, OWN, asked=asked).kind


@needs_shared_data
def test_messages_that_providers_document() -> None:
    text = (SHARED_DATA / "optout" / "sms_keywords_by_provider.json").read_text(encoding="utf-8")
    document = json.loads(text)
    for message in document["messages_with_expected_class"]:
        expected = message.get("expected", "")
        loosely = message.get("expected_contains_systems") == "opt_out" or expected.startswith("fuzzy")
        assert kind_of(message["text"]) == ("doubtful_opt_out" if loosely else expected), message
    for provider in document["providers"]:
        for kind in ("opt_out", "opt_in", "help"):
            assert [word for word in provider.get(kind, ()) if kind_of(word) != kind] == [], provider


@pytest.mark.parametrize(
    "body",
    [
        "STOP",
        "Stop!",
        " stop\n",
        "«STOP»",
        '"stop"',
        "ＳＴＯＰ",
        "🅂🅃🄾🄿",
        "STOP 🛑",
        "S.T.O.P.",
        "s t o p",
        "stop all",
        "STOP\u200b",
        "\0STOP\0",
        "opt-out",
        "Opt Out!",
        "ARRÊT",
        "End.",
        "unsubscribe…",
        "(quit)",
        "stop?",
        "TD",
        "S\u0301TOP",
        "\ud800stop",
    ],
)
def test_a_refusal_however_it_is_typed(body: str) -> None:
    assert kind_of(body) is TextKind.OPT_OUT


@pytest.mark.parametrize(
    "body", ["START", "start!", "UNSTOP", "Un-Stop", "unstop.", "Yes", "y", "ＳＴＡＲＴ"]
)
def test_coming_back_is_never_taken_for_a_refusal(body: str) -> None:
    assert kind_of(body) is TextKind.OPT_IN


@pytest.mark.parametrize(
    "body",
    [
        "please stop texting me",
        "STOP PLEASE",
        "Stop it",
        "stoppp",
        "STOPP",
        "STOP2END",
        "I said don't! Stop!",
        "s t o p please",
        "Text STOP to end",
        "PLEASE CANCEL",
        "cancel please",
        "remove me from your list",
        "I quit",
        "unsubscribe me",
        "I never unsubscribed",
        "unsubcribe",
        "leave me alone",
        "goodbye",
        "Bye!",
        "wrong number",
        "Don't text me",
        "DON’T CONTACT ME AGAIN",
        "opt me out of this",
        "not interested",
        "take me off this list",
        "arrêtez svp",
        "me désinscrire",
        "darme de baja por favor",
        "Bitte abmelden",
        "lass mich in Ruhe",
        "🛑",
        "🛑🛑 ✋",
        "sotp",
        "Stop.\nSent from my phone",
        "Yes, stop",
        "START no STOP",
        "join? no, stop",
        "stop " + "x" * 10_000,
        "x " * 6_000 + "stop",
    ],
)
def test_what_looks_like_a_refusal(body: str) -> None:
    assert kind_of(body) is TextKind.DOUBTFUL_OPT_OUT


@pytest.mark.parametrize(
    "body",
    [
        "don't stop",
        "Don’t stop the music!",
        "please do not stop",
        "bus stop",
        "Where is the bus stop?",
        "non-stop",
        "nonstop fun",
        "the rain stopped",
        "I stop by tomorrow? Stop by!",
        "quit your day job sale?",
        "the bus stops",
        "please cancel my order",
        "when does the sale end?",
        "Baja California",
        "stopwatch",
        "ana@stop.example",
        "https://stop.example/unsubscribe",
        "no",
        "No thanks",
        "Yes please",
        "START please",
        "HELP ME",
        "hello",
        "",
        " ",
        "!!!",
        "🎉🎉",
        "\0",
        "\u200b",
        "x" * 10_000,
        "JOIN US",
        "JOINT",
        "join now",
        "weekend",
        "friend",
    ],
)
def test_what_is_neither(body: str) -> None:
    assert kind_of(body) is TextKind.OTHER


@pytest.mark.parametrize("body", ["Yes?", "START?", "y ?", "JOIN?", "join ？"])
def test_a_question_is_no_consent(body: str) -> None:
    assert kind_of(body) is TextKind.OTHER


@pytest.mark.parametrize("body", ["JOIN", "join!", " Join 🎉", "J-O-I-N", "ＪＯＩＮ"])
def test_an_own_keyword_is_the_whole_text(body: str) -> None:
    assert read_text(body, OWN).keyword == JOIN


def test_blanks_in_a_keyword_do_not_count() -> None:
    assert [kind_of(body) for body in ("Summer Sale", "summersale", "SUMMER  SALE.")] == [
        TextKind.KEYWORD
    ] * 3


def test_a_token_stands_behind_its_keyword_and_its_case_is_kept() -> None:
    reading = read_text(f"Join  {TOKEN} ", OWN)
    assert (reading.kind, reading.keyword, reading.token) == (TextKind.KEYWORD, JOIN, TOKEN)
    assert kind_of(f"hello {TOKEN}") is TextKind.OTHER


def test_an_address_is_an_answer_only_where_it_was_asked_for() -> None:
    reading = read_text("It is Ana@example.com.", OWN, asked=True)
    assert (reading.kind, reading.emails) == (TextKind.ANSWER, ("Ana@example.com",))
    assert kind_of("It is ana@example.com") is TextKind.OTHER
    assert kind_of("tomorrow", asked=True) is TextKind.OTHER
    assert kind_of("STOP", asked=True) is TextKind.OPT_OUT
    assert kind_of("ana@example.com, and stop texting me", asked=True) is TextKind.DOUBTFUL_OPT_OUT


def test_why_a_text_was_not_read_is_said() -> None:
    assert "10,000 characters" in str(read_text("x" * 10_000, OWN).told)
    assert "no letters" in str(read_text("🎉", OWN).told)
    assert read_text("x" * LONGEST_TEXT, OWN).told is None


def test_hostile_texts_are_read_at_once() -> None:
    for body in ("a " * 500_000, "@" * 1_000_000, "stop" * 250_000, "a@" * 500_000, ".a" * 500_000):
        read_text(body, OWN, asked=True)


def record(body: Any, **more: Any) -> dict[str, Any]:
    return {"source": "keyword", "phone": "+12025550123", "key": "m1", "body": body, **more}


def test_a_keyword_becomes_consent_with_its_wording_and_its_list() -> None:
    said = keyword_record(record("join!", tags=["fair"]), OWN)
    assert said["consent"]["sms"] == {
        "state": "subscribed",
        "method": "text",
        "message_id": "m1",
        "wording": "Join our texts",
        "wording_version": "3",
        "keyword": "JOIN",
    }
    assert (said["lists"], said["tags"]) == (("Texts",), ["fair", "summer", "fair"])
    assert said["activity"] == ({"kind": "replied", "channel": "sms", "payload": {"body": "join!"}},)
    assert "body" not in said


def test_a_refusal_is_proved_by_the_persons_own_words() -> None:
    said = keyword_record(record("please stop\0 texting me"), {})["consent"]["sms"]
    assert said == {
        "state": "unsubscribed",
        "method": "doubtful_opt_out",
        "message_id": "m1",
        "wording": "please stop texting me",
    }
    assert keyword_record(record("STOP"), {})["consent"]["sms"]["method"] == "text"


def test_the_text_goes_before_what_the_record_says_beside_it() -> None:
    said = keyword_record(record("STOP", consent={"sms": "subscribed", "email": "subscribed"}), {})
    assert said["consent"]["sms"]["state"] == "unsubscribed"
    assert said["consent"]["email"] == "subscribed"


@pytest.mark.parametrize("no", ["unsubscribed", {"state": "unsubscribed"}])
def test_but_a_refusal_beside_a_text_stands(no: Any) -> None:
    assert keyword_record(record("JOIN", consent={"sms": no}), OWN)["consent"] == {"sms": no}


@pytest.mark.parametrize(
    "more", [{"consent": "subscribed"}, {"consent": 1}, {"tags": "x"}, {"lists": {}}, {"activity": "x"}]
)
def test_what_is_of_the_wrong_kind_is_left_for_the_reader_of_records(more: dict[str, Any]) -> None:
    said = keyword_record(record("JOIN", **more), OWN)
    assert {name: said[name] for name in more} == more


@pytest.mark.parametrize("body", [None, 1, ["STOP"], {"text": "STOP"}])
def test_a_body_that_is_no_text_is_left_too(body: Any) -> None:
    assert keyword_record(record(body), OWN) == record(body)


def test_the_lists_are_in_plain_letters() -> None:
    words = text_words()
    everything = (*words.anywhere, *words.beginnings, *words.phrases, *words.alone, *words.small_words)
    everything += (*words.slips, *words.harmless)
    assert [
        word for word in everything if not word.isascii() or word != word.lower() or word != word.strip()
    ] == []
