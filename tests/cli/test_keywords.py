"""`onefold keywords`, as people type it."""

import pytest

from tests.cli.typed import Typed, type_words

WORDING = "Text JOIN to get our offers by text."
SAVE = ("keywords", "save", "JOIN", "--wording", WORDING)


def test_a_keyword_is_kept_shown_and_taken_away(onefold: Typed) -> None:
    onefold(*SAVE, "--list", "Offers", "--tag", "fair", "--tag", "summer")
    saved = onefold("keywords", "show", "join", "--json").document

    assert saved == {
        "word": "JOIN",
        "wording": WORDING,
        "version": 1,
        "list": "Offers",
        "tags": ["fair", "summer"],
        "reply": None,
        "question": None,
    }
    assert onefold("keywords", "--json").document == [saved]
    assert WORDING in onefold("keywords").output
    assert "JOIN" in onefold("keywords", "remove", "Join").output
    assert onefold("keywords", "--json").document == []


def test_a_text_is_taken_in_and_taken_back(onefold: Typed) -> None:
    onefold(*SAVE, "--reply", "Welcome!")

    got = onefold(
        *("keywords", "receive", "--from", "+12025550123", "--body", "join", "--message-id", "m1"), "--json"
    ).document
    again = onefold(
        *("keywords", "receive", "--from", "+12025550123", "--body", "join", "--message-id", "m1")
    ).output

    assert {name: got[name] for name in ("kind", "status", "reason", "contact_id", "reply")} == {
        "kind": "keyword",
        "status": "Imported",
        "reason": "created",
        "contact_id": 1,
        "reply": "Welcome!",
    }
    assert "repeat" in again
    assert "text" in onefold("imports").output
    onefold("undo", str(got["receipt_id"]))
    assert onefold("contacts", "--json").document == []


def test_a_sender_that_is_no_number_is_answered_and_fails_nothing(onefold: Typed) -> None:
    ran = onefold("keywords", "receive", "--from", "BANK", "--body", "STOP", "--json")
    assert ran.document["reason"] == "bad_phone"
    assert "BANK" in onefold("keywords", "receive", "--from", "BANK", "--body", "STOP").output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("keywords", "save", "STOP", "--wording", "x"), "is an opt-out, to every book"),
        (("keywords", "save", "JOIN", "--wording", " "), "cannot be sent as a text"),
        (("keywords", "save", "JOIN"), "--wording"),
        (("keywords", "show", "JOIN"), "there is no keyword 'JOIN'"),
        (("keywords", "remove", "JOIN"), "there is no keyword 'JOIN'"),
        (("keywords", "receive", "--from", "+12025550123"), "--body"),
        (("settings", "set", "stop_reply", ""), "cannot be sent as a text"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(words: tuple[str, ...], said: str) -> None:
    ran = type_words(*words)

    assert ran.exit_status == 2
    assert said in ran.messages
    assert ran.messages.count("\n") == 1


def test_a_doubtful_opt_out_says_what_deciding_does(onefold: Typed) -> None:
    onefold("keywords", "receive", "--from", "+12025550123", "--body", "please stop texting me")

    shown = onefold("review", "show", "1").output

    assert "please stop texting me" in shown
    assert "confirms that it was a refusal" in shown
    assert "it stays until START comes" in shown
    onefold("review", "dismiss", "1")
    assert onefold("consent", "+12025550123", "--json").document["state"] == "unsubscribed"
