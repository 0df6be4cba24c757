"""`onefold forms` and `onefold link`, as they are typed and answered."""

import json
from pathlib import Path

import pytest

from tests.cli.typed import Typed, type_words

NEWS = {"title": "Our news", "fields": ["email", "phone"], "consent": {"email": "Send me news."}}
SENT = {"values": {"email": "ana@example.com", "consent.email": "on"}}


@pytest.fixture
def form(onefold: Typed, tmp_path: Path) -> Path:
    """The file of a form that is kept as `news`."""
    file = tmp_path / "news.json"
    file.write_text(json.dumps(NEWS))
    onefold("settings", "set", "link_base", "https://contacts.example.com/")
    onefold("forms", "save", "news", str(file))
    return file


def test_forms_are_kept_in_versions(onefold: Typed, form: Path) -> None:
    form.write_text(json.dumps(NEWS | {"title": "News"}))
    assert "version 2" in onefold("forms", "save", "news", str(form)).output
    assert [each["version"] for each in onefold("forms", "--json").document] == [2]
    shown = onefold("forms", "show", "news", "--version", "1", "--json").document
    assert shown["title"] == "Our news"
    assert shown["consent"]["email"] == {"wording": "Send me news.", "required": False, "by": "checkbox"}
    assert "Send me news." in onefold("forms", "show", "news").output


def test_a_submission_says_what_became_of_it_and_what_it_waits_for(onefold: Typed, form: Path) -> None:
    taken = onefold("forms", "submit", "news", "-", stdin=json.dumps(SENT).encode()).output
    assert "Imported: created, contact 1." in taken
    assert "Waits until ana@example.com confirms it." in taken
    bad = json.dumps({"values": {"email": "nobody"}}).encode()
    refused = onefold("forms", "submit", "news", "-", stdin=bad).output
    assert "Error: bad_email" in refused
    assert "undo" not in refused


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (b"{", "bad_json"),
        (b"\xff\xfe", "bad_json"),
        (b"[" * 100_000, "bad_json"),
        (b"[]", "bad_submission"),
        (b'{"values": []}', "bad_submission"),
        (b'{"values": {}, "ip": 1}', "bad_submission"),
        (b'{"values": {}, "proven": ["email"]}', "bad_submission"),
        (b'{"values": {}}', "empty_submission"),
        (b'{"values": {"contact_id": 1}}', "unknown_field"),
    ],
)
def test_what_is_no_submission_is_refused_in_one_line(form: Path, text: bytes, code: str) -> None:
    ran = type_words("forms", "submit", "news", "-", "--json", stdin=text)
    assert (ran.exit_status, ran.document["error"]["code"]) == (2, code)
    assert "\n" not in ran.document["error"]["message"]


def test_a_file_that_is_not_there_is_named(form: Path) -> None:
    ran = type_words("forms", "save", "news", "other.json", "--json")
    assert (ran.exit_status, ran.document["error"]["code"]) == (2, "file_unreadable")


def test_links_are_made_and_used(onefold: Typed, form: Path) -> None:
    onefold("forms", "submit", "news", "-", stdin=json.dumps(SENT).encode())
    [made] = onefold("link", "preferences", "--contact", "1", "--json").document
    assert made["link"] == f"https://contacts.example.com/t/{made['token']}"
    used = onefold("link", "use", made["token"], "first_name=Ana", "phone=+447400100001").output
    assert "Updated: updated, contact 1." in used
    assert "Waits until +447400100001 confirms it." in used
    again = type_words("link", "use", made["token"], "--json")
    assert (again.exit_status, again.document["error"]["code"]) == (2, "token_used")


def test_a_click_to_text_opens_a_text_with_the_keyword_and_the_token(onefold: Typed, form: Path) -> None:
    onefold("forms", "submit", "news", "-", stdin=json.dumps(SENT).encode())
    onefold("keywords", "save", "JOIN", "--wording", "Text JOIN for offers.")
    words = ("link", "click-to-text", "--contact", "1", "--keyword", "join", "--number", "+12025550100")
    [made] = onefold(*words, "--json").document
    assert made["link"] == f"sms:+12025550100?&body=JOIN%20{made['token']}"
    assert len(f"JOIN {made['token']}") <= 160
    unknown = type_words("link", "click-to-text", "--contact", "1", "--keyword", "OTHER", "--json")
    assert unknown.document["error"]["code"] == "unknown_keyword"
