"""What is typed to set fields up, to fill lists and tags, and to make links for a segment."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.typed import Ran, type_words

PEOPLE = "email,phone\nana@example.com,\n,+447400100001\n,+447400100002\n"
MOBILE_ONLY = {
    "include": {"all": [{"field": "phone", "is": "not_empty"}]},
    "exclude": {"any": [{"field": "email", "is": "not_empty"}]},
}


@pytest.fixture(autouse=True)
def people() -> None:
    """Ana, who has an email address, and two contacts with a mobile only: the segment Mobile only."""
    Path("people.csv").write_text(PEOPLE)
    type_words("import", "people.csv", "--no-import-tag")
    Path("rules.json").write_text(json.dumps(MOBILE_ONLY))
    type_words("segments", "save", "Mobile only", "rules.json")


def document(*words: str) -> Any:
    ran = type_words(*words, "--json")
    assert ran.exit_status == 0, ran
    return ran.document


def error(ran: Ran, status: int) -> str:
    assert ran.exit_status == status, ran
    code: str = ran.document["error"]["code"]
    return code


def test_a_segment_becomes_a_list_that_is_emptied_into_the_bin() -> None:
    made = document("lists", "from-segment", "Mobile only", "To go")
    assert (made["changed"], made["kind"]) == (2, "list")
    again = document("lists", "from-segment", "Mobile only", "To go")
    assert again["changed"] == 0
    unasked = type_words("lists", "remove-contacts", "To go", "--only-without", "email", "--json")
    assert error(unasked, 3) == "guard"
    go_on = "onefold lists remove-contacts 'To go' --only-without email --json --yes"
    assert go_on in unasked.document["error"]["hint"]
    document("lists", "remove-contacts", "To go", "--only-without", "email", "--yes")
    assert document("lists") == [{"name": "To go", "contacts": 0}]
    assert len(document("contacts")) == 1


def test_nobody_with_an_email_is_removed_whatever_is_said() -> None:
    document("lists", "create", "To go")
    document("lists", "add", "To go", "--contact", "1", "--contact", "2")
    ran = type_words("lists", "remove-contacts", "To go", "--only-without", "email", "--yes", "--json")
    assert error(ran, 3) == "guard"
    assert "ana@example.com" in ran.document["error"]["message"]
    assert len(document("contacts")) == 3


def test_contacts_are_named_one_by_one_or_by_what_they_are_in() -> None:
    document("lists", "create", "News")
    assert error(type_words("lists", "add", "News", "--json"), 2) == "wrong_use"
    both = type_words("tags", "add", "vip", "--contact", "1", "--segment", "Mobile only", "--json")
    assert error(both, 2) == "wrong_use"
    assert error(type_words("tags", "add", "vip", "--segment", "Nobody", "--json"), 2) == "unknown_segment"
    document("tags", "add", "vip", "--segment", "Mobile only")
    document("lists", "add", "News", "--tag", "vip", "--import", "1")
    document("tags", "remove", "vip", "--list", "News")
    assert document("tags") == []
    assert [each["what"] for each in document("tags", "history", "vip")] == [
        "left",
        "left",
        "joined",
        "joined",
    ]
    shown = document("lists", "show", "News", "--limit", "1")
    assert [(each["id"], each["kind"], each["source"]) for each in shown] == [
        (3, "list", "tag vip, receipt 1")
    ]
    for words in (
        ("lists",),
        ("lists", "show", "News"),
        ("lists", "history", "News"),
        ("tags", "history", "vip"),
    ):
        assert type_words(*words).exit_status == 0
    document("lists", "remove", "News", "--contact", "2")
    document("lists", "rename", "News", "Letter")
    document("lists", "delete", "Letter")
    assert document("lists") == []


def test_a_link_for_everybody_in_a_segment() -> None:
    type_words("settings", "set", "link_base", "https://contacts.example.com")
    made = document("link", "subscribe", "--segment", "Mobile only")
    assert [each["contact_id"] for each in made] == [2, 3]
    written = document("link", "subscribe", "--segment", "Mobile only", "--to", "links.csv")
    assert written == {"file": "links.csv", "links": 2}
    assert len(Path("links.csv").read_text().splitlines()) == 3
    assert (
        error(type_words("link", "subscribe", "--contact", "1", "--to", "links.xlsx", "--json"), 2)
        == "bad_target"
    )
    assert error(type_words("link", "subscribe", "--json"), 2) == "wrong_use"


def test_a_field_is_looked_at_before_it_gets_another_type() -> None:
    document("fields", "add", "Visits", "--default", "none")
    document("contacts", "set", "1", "Visits=3")
    document("contacts", "set", "2", "Visits=often")
    looked = document("fields", "change", "Visits", "--type", "number", "--no-default", "--dry-run")
    assert looked["conversion"]["not_converted"] == 1
    ran = type_words("fields", "change", "Visits", "--type", "number", "--no-default", "--json")
    assert error(ran, 3) == "guard"
    assert ran.document["error"]["hint"].endswith("--type number --no-default --json --yes")
    changed = document("fields", "change", "Visits", "--type", "number", "--no-default", "--yes")
    assert changed["conversion"]["converted"] == 1
    document("undo", str(changed["id"]))
    assert [each["fields"] for each in document("contacts")][1:] == [{"Visits": "often"}, {"Visits": "none"}]


def test_fields_are_renamed_retired_restored_and_changed() -> None:
    document("fields", "add", "Size", "--type", "choice", "--choices", "S,M")
    document("fields", "rename", "Size", "Shirt")
    changed = document(
        "fields", "change", "Shirt", "--choices", "S,M,L", "--default", "L", "--access", "private"
    )
    assert (changed["choices"], changed["default"], changed["access"]) == (["S", "M", "L"], "L", "private")
    document("fields", "retire", "Shirt")
    assert (document("fields"), [each["name"] for each in document("fields", "--retired")]) == ([], ["Shirt"])
    assert "fields --retired" in type_words("fields").output
    document("fields", "restore", "Shirt")
    for words in ((), ("--dry-run",), ("--default", "S", "--no-default")):
        assert error(type_words("fields", "change", "Shirt", *words, "--json"), 2) == "wrong_use"
    assert error(type_words("fields", "change", "Trousers", "--folder", "X", "--json"), 2) == "unknown_field"


def test_numbers_beyond_all_numbers_are_wrong_use() -> None:
    document("lists", "create", "News")
    far = "9" * 30
    for words in (("lists", "show", "News", "--limit", far), ("lists", "add", "News", "--import", far)):
        assert error(type_words(*words, "--json"), 2) == "wrong_use"
    assert error(type_words("lists", "add", "News", "--contact", far, "--json"), 2) == "unknown_contact_id"
