"""The bin and erasure on the command line: what is asked, refused, and told."""

import json
from pathlib import Path

import pytest

from tests.cli.typed import Typed, type_words

ANA, BEA = "ana@example.com", "bea@example.com"


@pytest.fixture
def people(tmp_path: Path) -> Typed:
    """A book of two; types commands on it."""
    (tmp_path / "two.csv").write_text(f"email,first_name\n{ANA},Ana\n{BEA},Bea\n")
    assert type_words("import", "two.csv").exit_status == 0
    return type_words


def test_who_is_removed_waits_in_the_bin(people: Typed) -> None:
    removed = people("contacts", "remove", "1", "1", "--json").document
    assert (removed["kind"], removed["changed"]) == ("remove", 1)
    [waiting] = people("bin", "--json").document
    assert (waiting["id"], waiting["email"], waiting["removed_by"]) == (1, ANA, removed["id"])
    assert "1 contact in the bin." in people("bin").output
    assert "In the bin." in people("contacts", "show", "1").output
    assert people("bin", "--after", "1", "--json").document == []
    assert people("contacts", "restore", "1", "--json").document["changed"] == 1


@pytest.mark.parametrize("words", [("contacts", "erase", "1"), ("bin", "empty")])
def test_what_has_no_way_back_needs_a_yes(people: Typed, words: tuple[str, ...]) -> None:
    people("contacts", "remove", "1")
    refused = people(*words, "--json")
    error = refused.document["error"]
    assert (refused.exit_status, error["code"]) == (3, "guard")
    assert error["hint"].endswith(f"{' '.join(words)} --json --yes")
    assert len(people("bin", "--json").document) == 1
    erased = people(*words, "--json", "--yes")
    assert (erased.exit_status, erased.messages) == (0, "")
    assert erased.document["erased"]["removed"]["contacts"] == 1
    assert ANA not in json.dumps(erased.document)
    assert people("bin", "--json").document == []


def test_the_erased_are_told_as_such(people: Typed) -> None:
    told = people("contacts", "erase", "1", "2", "--yes").output
    assert "Erased: 2 contacts" in told
    assert "There is no way back." in told
    shown = people("contacts", "show", "1")
    assert (shown.exit_status, "it was erased" in shown.messages) == (2, True)
    assert "erased" in people("contacts", "history", "1").output
    assert people("undo", "2").exit_status == 2
    assert people("check").exit_status == 0


@pytest.mark.parametrize("command", ["remove", "restore", "erase"])
@pytest.mark.parametrize("said", ["9", "0", "'; DROP TABLE contact", "%", "😀", "1" * 40, "zzzz-1", ""])
def test_what_is_nobody_is_said_and_nothing_is_done(people: Typed, command: str, said: str) -> None:
    refused = people("contacts", command, "1", said, "--yes", "--json")
    assert (refused.exit_status, refused.document["error"]["code"]) == (2, "unknown_contact_id")
    assert len(people("contacts", "--json").document) == 2


def test_nothing_waits_and_nothing_is_done(people: Typed) -> None:
    assert "Nobody was to be erased." in people("bin", "empty", "--yes").output
    assert people("bin", "empty", "--due", "--yes", "--json").document["id"] is None
