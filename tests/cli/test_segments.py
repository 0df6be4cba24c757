"""`segments`, and `contacts` with rules, as they are typed."""

import json
from pathlib import Path

import pytest

from tests.cli.typed import Typed, type_words

MOBILE_ONLY = {
    "include": {"all": [{"field": "phone", "is": "not_empty"}]},
    "exclude": {"any": [{"field": "email", "is": "equals", "value": "ANA@example.com"}]},
}


def test_from_saving_to_removing(onefold: Typed, people: Path) -> None:
    onefold("import", str(people))
    saved = onefold("--json", "segments", "save", "It's", "-", stdin=json.dumps(MOBILE_ONLY).encode())
    assert saved.document["rules"] == MOBILE_ONLY
    assert onefold("--json", "segments", "count", "It's").document["contacts"] == 1
    shown = onefold("--json", "segments", "show", "It's").document
    assert [contact["email"] for contact in shown["preview"]] == ["ben@example.org"]
    assert "1 contact at " in onefold("segments", "show", "It's").output
    assert onefold("--json", "contacts", "--segment", "It's", "--search", "ana").document == []
    assert onefold("--json", "segments", "rename", "It's", "B").document == {
        "name": "B",
        "was": "It's",
        "used_by": [],
    }
    assert "B" in onefold("segments").output
    assert onefold("--json", "segments", "remove", "B").document == {"name": "B", "removed": True}
    assert onefold("--json", "segments").document == []


@pytest.mark.parametrize(
    ("where", "code"),
    [
        ("null", "bad_rules"),
        ("[]", "bad_rules"),
        ("{}", "bad_rules"),
        ("{", "bad_json"),
        ('{"all": [], "all": []}', "bad_json"),
        ('{"field": "age", "is": "less", "value": NaN}', "unknown_field"),
        ('{"not": ' * 100_000 + "1" + "}" * 100_000, "bad_json"),
        ('{"field": "tag", "is": "equals", "value": "\\u0000"}', "bad_rules"),
        ('{"field": "email", "is": "contains", "value": "\\ud800"}', "bad_rules"),
    ],
)
def test_rules_that_are_none_are_told_in_one_line(people: Path, where: str, code: str) -> None:
    ran = type_words("--json", "contacts", "--where", where)
    assert (ran.exit_status, ran.document["error"]["code"]) == (2, code)
    assert "\n" not in ran.document["error"]["message"]


def test_a_file_that_is_not_there_or_holds_no_rules(tmp_path: Path) -> None:
    (tmp_path / "list.json").write_text("[1]")
    (tmp_path / "bytes.json").write_bytes(b"\xff\xfe\xff")
    codes = [
        type_words("--json", "segments", "save", "A", name).document["error"]["code"]
        for name in ("nowhere.json", "list.json", "bytes.json")
    ]
    assert codes == ["file_unreadable", "bad_rules", "bad_json"]
