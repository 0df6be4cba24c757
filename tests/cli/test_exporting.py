"""`onefold export` and `exports`, as they are typed and answered."""

import json
from pathlib import Path

from tests.cli.typed import Typed


def test_an_export_says_what_it_holds_and_what_it_does_not(
    onefold: Typed, people: Path, tmp_path: Path
) -> None:
    onefold("import", str(people))
    onefold("fields", "add", "Notes", "--access", "private")
    onefold("consent", "record", "ana@example.com", "--state", "subscribed")
    told = onefold("export", "--to", "out.csv", "--channel", "email", "--columns", "Email,Phone").output
    assert "1 contact in" in told
    assert "Private, and so left out unless named in --columns: Notes" in told
    assert "1 never said yes" in told
    assert (tmp_path / "out.csv").read_text() == "Email,Phone\nana@example.com,+12025550101\n"


def test_exports_are_listed_newest_first(onefold: Typed, people: Path, tmp_path: Path) -> None:
    onefold("import", str(people))
    rules = json.dumps({"field": "first_name", "is": "equals", "value": "Ana"})
    first = onefold("--json", "export", "--to", "out.jsonl", "--where", rules, "--consent").document
    assert first["columns"][:2] == ["id", "contact_id"]
    assert (first["kind"], first["contacts"], first["format"]) == ("export", 1, "jsonl")
    assert first["file"] == str(tmp_path / "out.jsonl")
    second = onefold("--json", "export", "--to", "out.xlsx").document
    assert onefold("--json", "exports").document == [second, first]
    assert "everybody" in onefold("exports").output
    assert "Next: onefold undo 1 " in onefold("imports").output
