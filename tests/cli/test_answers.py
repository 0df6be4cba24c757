"""What the commands answer, as people and as scripts see it, on both stores."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.typed import Ran, Typed, type_words

RECEIPT = [
    "id", "status", "policy", "purpose", "rows", "imported", "updated", "skipped", "error",
    "reasons", "mapping", "warnings", "tag", "results", "errors",
]  # fmt: skip
CONTACT = [
    "id", "first_name", "last_name", "full_name", "email", "phone", "crm_id", "fields", "tags", "lists",
    "consent", "aliases", "created_at", "updated_at",
]  # fmt: skip


@pytest.fixture
def on_book(database_url: str) -> Typed:
    def typed(*words: str) -> Any:
        ran = type_words("--book", database_url, "--json", *words)
        assert ran.exit_status == 0, f"{words}: {ran.output}{ran.messages}"
        assert ran.messages == ""
        return ran.document

    return typed


def test_an_import_answers_with_its_receipt(on_book: Typed, people: Path) -> None:
    receipt = on_book("import", str(people))

    assert list(receipt)[: len(RECEIPT)] == RECEIPT
    assert (receipt["id"], receipt["status"], receipt["policy"]) == (1, "completed", "onefold")
    assert [receipt[each] for each in ("rows", "imported", "updated", "skipped", "error")] == [3, 2, 0, 0, 1]
    assert receipt["reasons"] == {"created": 2, "bad_email": 1}
    assert receipt["tag"].startswith("import-")
    assert receipt["mapping"]["crm_id"] == "crm_id"
    assert Path(receipt["results"]).is_file()
    assert Path(receipt["errors"]).is_file()


def test_a_dry_run_answers_with_the_same_and_writes_nothing(on_book: Typed, people: Path) -> None:
    planned = on_book("import", str(people), "--dry-run")

    assert (planned["id"], planned["status"]) == (None, "planned")
    assert on_book("contacts") == []
    assert on_book("imports") == []
    done = on_book("import", str(people))
    same = ("rows", "imported", "updated", "skipped", "error", "reasons", "mapping", "policy", "purpose")
    assert [planned[each] for each in same] == [done[each] for each in same]


def test_contacts_answer_in_the_shape_of_the_contract(on_book: Typed, people: Path) -> None:
    on_book("import", str(people), "--list", "Newsletter", "--tag", "VIP")
    ana, ben = on_book("contacts")

    assert list(ana)[: len(CONTACT)] == CONTACT
    assert (ana["id"], ana["email"], ana["phone"], ana["crm_id"]) == (
        1,
        "ana@example.com",
        "+12025550101",
        "C-1",
    )
    assert ana["lists"] == ["Newsletter"]
    assert "VIP" in ana["tags"]
    assert ana["consent"] == {"email": "none", "sms": "none"}
    assert on_book("contacts", "--after", "1") == [ben]
    assert on_book("contacts", "--limit", "1") == [ana]
    assert on_book("contacts", "--search", "okafor") == [ben]
    assert on_book("contacts", "--tag", "nobody has it") == []
    assert on_book("contacts", "--list", "Newsletter") == [ana, ben]


def test_a_contact_is_called_by_its_number_or_with_the_short_id(on_book: Typed, people: Path) -> None:
    on_book("import", str(people))
    code = on_book("settings")["code"]
    shown = on_book("contacts", "show", f"{code}-2")
    assert shown == on_book("contacts", "show", "2")
    assert shown["provenance"]["email"]["source"] == "people.csv"


def test_an_import_and_an_edit_are_taken_back(on_book: Typed, people: Path) -> None:
    on_book("import", str(people))
    edit = on_book("contacts", "set", "1", "last_name=Dias", "phone=UNSET")
    ana = on_book("contacts", "show", "1")
    assert (ana["last_name"], ana["phone"]) == ("Dias", None)
    history = on_book("contacts", "history", "1")
    assert {"key": "last_name", "before": "Silva", "after": "Dias"} in history[-1]["changes"]

    on_book("undo", str(edit["id"]))
    assert on_book("contacts", "show", "1")["phone"] == "+12025550101"
    on_book("contacts", "set", "1", "last_name=Dias")
    planned = on_book("undo", "1", "--dry-run")
    assert (planned["id"], planned["status"]) == (None, "planned")
    assert len(on_book("contacts")) == 2
    undone = on_book("undo", "1")
    assert undone["kept"] != []
    assert [each["id"] for each in on_book("contacts")] == [1]
    assert on_book("imports", "show", "1")["status"] == "undone"


def test_contacts_are_merged_and_parted(on_book: Typed, people: Path) -> None:
    on_book("import", str(people))
    before = [{**each, "updated_at": None} for each in on_book("contacts")]
    on_book("contacts", "merge", "1", "2")
    [kept] = on_book("contacts")
    assert kept["id"] == 1
    assert {"kind": "email", "value": "ben@example.org", "why": "second"} in kept["aliases"]
    on_book("contacts", "split", "2")
    assert [{**each, "updated_at": None} for each in on_book("contacts")] == before


def test_what_is_kept_apart_waits_in_review(on_book: Typed, people: Path, tmp_path: Path) -> None:
    on_book("import", str(people))
    (tmp_path / "more.csv").write_text(
        "crm_id,phone,first_name\nC-9,+12025550101,Rui\nC-8,+12025550102,Eva\n"
    )
    on_book("import", "more.csv")
    first, second = on_book("review", "--kind", "kept_apart")
    assert (first["identifier"], first["value"], first["other_contact_id"]) == ("phone", "+12025550101", 1)
    shown = on_book("review", "show", str(first["id"]))
    assert [each["id"] for each in shown["contacts"]] == [first["contact_id"], 1]

    on_book("review", "accept", str(first["id"]))
    assert on_book("contacts", "show", str(first["contact_id"]))["phone"] == "+12025550101"
    assert [each["value"] for each in on_book("identifiers", "shared")] == ["+12025550101"]
    assert on_book("review", "dismiss", str(second["id"]))["state"] == "dismissed"
    assert on_book("review") == []


def test_definitions_are_made_and_shown(on_book: Typed, people: Path) -> None:
    on_book("import", str(people))
    field = on_book("fields", "add", "Size", "--type", "choice", "--choices", "S, M,L", "--folder", "Shop")
    assert field == {
        "name": "Size", "type": "choice", "choices": ["S", "M", "L"], "default": None, "access": "public",
        "folder": "Shop", "retired": False,
    }  # fmt: skip
    assert on_book("fields") == [field]

    assert on_book("identifiers", "add", "loyalty_id") == [
        "contact_id",
        "crm_id",
        "loyalty_id",
        "email",
        "phone",
    ]
    on_book("identifiers", "block", "email", "Ana@Example.com")
    [blocked] = on_book("identifiers", "blocked")
    assert (blocked["kind"], blocked["value"]) == ("email", "ana@example.com")
    on_book("identifiers", "unblock", "email", "ana@example.com")
    assert on_book("identifiers", "blocked") == []

    assert on_book("lists", "create", "Friends") == {"name": "Friends", "contacts": 0}
    on_book("lists", "add", "Friends", "--contact", "2")
    assert on_book("lists") == [{"name": "Friends", "contacts": 1}]
    on_book("lists", "add", "Friends", "--import", "1")
    assert on_book("lists") == [{"name": "Friends", "contacts": 2}]
    assert [each["contacts"] for each in on_book("tags")] == [2]


def test_the_book_is_set_up_copied_and_checked(on_book: Typed, people: Path, tmp_path: Path) -> None:
    on_book("import", str(people))
    assert on_book("settings", "set", "region", "GB")["region"] == "GB"
    assert on_book("policies", "use", "klaviyo") == {"name": "klaviyo", "in_use": True}
    assert [each["name"] for each in on_book("policies") if each["in_use"]] == ["klaviyo"]
    assert on_book("policies", "show", "klaviyo")["match_on"] == ["email", "phone"]
    assert on_book("check") == {"problems": [], "warnings": []}
    on_book("backup", "copy.db")
    assert type_words("--book", "copy.db", "--json", "contacts").document == on_book("contacts")


def test_compare_shows_the_policies_side_by_side(on_book: Typed, tmp_path: Path) -> None:
    (tmp_path / "same.csv").write_text(
        "phone,first_name\n+12025550101,Ana\n+12025550101,Ana\n+12025550103,Eva\n"
    )
    compared = on_book("compare", "same.csv", "--policies", "onefold,respond_io")
    assert compared["policies"]["onefold"]["reasons"] == {"created": 2, "repeat": 1}
    assert compared["policies"]["respond_io"]["reasons"] == {"identifier_repeated": 2, "created": 1}
    assert [each["line"] for each in compared["differences"]] == [2, 3]
    assert on_book("contacts") == []


def test_compare_shows_a_policy_that_refuses_the_whole_file(onefold: Typed, tmp_path: Path) -> None:
    (tmp_path / "people.txt").write_text("phone,first_name\n+12025550101,Ana\n")
    compared = onefold("compare", "people.txt", "--policies", "onefold,respond_io", "--json").document
    assert list(compared["policies"]) == ["onefold"]
    assert list(compared["refused"]) == ["respond_io"]


def test_a_number_that_its_contact_no_longer_has_is_reported(
    onefold: Typed, people: Path, tmp_path: Path
) -> None:
    onefold("import", str(people))
    onefold("contacts", "set", "1", "phone=+12025550199")
    onefold("import", str(people))
    [row] = onefold("changed-numbers", "--json").document
    assert (row["Number in File"], row["Current Number"]) == ("+12025550101", "+12025550199")
    onefold("changed-numbers", "--import", "3", "--to", "changed.csv")
    with (tmp_path / "changed.csv").open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file)) == [list(row), list(row.values())]
    assert onefold("changed-numbers", "--since", "2999-01-01", "--json").document == []


def test_results_are_written_and_can_be_had_again(onefold: Typed, people: Path, tmp_path: Path) -> None:
    receipt = onefold(
        "import", str(people), "--results", "results.csv", "--errors", "errors.csv", "--json"
    ).document
    assert (receipt["results"], receipt["errors"]) == ("results.csv", "errors.csv")
    results = (tmp_path / "results.csv").read_text(encoding="utf-8")
    assert results.splitlines()[0].endswith("Import Status,Reason,Contact ID,Errors")
    assert (tmp_path / "errors.csv").read_text(encoding="utf-8").count("\n") == 2

    assert onefold("imports", "results", "1").output == results
    onefold("imports", "results", "1", "--errors", "again.csv")
    assert (tmp_path / "again.csv").read_bytes() == (tmp_path / "errors.csv").read_bytes()
    assert onefold("imports", "results", "1", "--json").document["id"] == 1


def test_a_dry_run_writes_results_too(onefold: Typed, people: Path, tmp_path: Path) -> None:
    onefold("import", str(people), "--dry-run", "--results", "results.csv")
    assert "created" in (tmp_path / "results.csv").read_text(encoding="utf-8")
    assert onefold("contacts", "--json").document == []


def test_new_fields_get_their_values(onefold: Typed, tmp_path: Path) -> None:
    (tmp_path / "towns.csv").write_text("email,Town,Since\nana@example.com,Porto,2019-05-14\n")
    onefold("import", "towns.csv", "--new-fields")
    assert [each["type"] for each in onefold("fields", "--json").document] == ["text", "date"]
    [ana] = onefold("contacts", "--json").document
    assert ana["fields"] == {"Town": "Porto", "Since": "2019-05-14"}


def test_standard_input_is_a_file_too(onefold: Typed, people: Path) -> None:
    assert onefold("import", "-", "--json", stdin=people.read_bytes()).document["imported"] == 2


def test_the_sample_can_be_imported_as_it_is(onefold: Typed, tmp_path: Path) -> None:
    assert onefold("sample", "sample.csv", "--json").document["rows"] > 1
    receipt = onefold("import", "sample.csv", "--json").document
    assert (receipt["error"], receipt["skipped"]) == (0, 0)


def test_people_read_tables(onefold: Typed, people: Path) -> None:
    imported = onefold("import", str(people)).output
    assert "3 rows: 2 imported, 0 updated, 0 skipped, 1 refused" in imported
    assert "not an email address" in imported
    assert "onefold undo 1" in imported
    assert "ana@example.com" in onefold("contacts").output
    assert "import 1 (people.csv)" in onefold("contacts", "show", "1").output
    for words in (
        ("contacts", "history", "1"), ("imports",), ("imports", "show", "1"), ("review",), ("fields",),
        ("identifiers",), ("identifiers", "shared"), ("tags",), ("lists",), ("changed-numbers",),
        ("policies",), ("policies", "show", "onefold"), ("settings",), ("check",), ("undo", "1"),
        ("imports", "show", "2"),
    ):  # fmt: skip
        assert onefold(*words).output.strip(), words


def test_what_a_file_holds_cannot_steer_the_terminal(onefold: Typed, tmp_path: Path) -> None:
    (tmp_path / "evil.csv").write_text("email,first_name\nana@example.com,\x1b[2J[red]Ana[/red] :smile:\n")
    onefold("import", "evil.csv")
    shown = onefold("contacts").output
    assert "\x1b" not in shown
    assert "[red]Ana[/red] :smile:" in shown


def test_json_comes_alone_and_may_be_asked_for_after_the_command(onefold: Typed, people: Path) -> None:
    first: Ran = onefold("--json", "import", str(people), "--dry-run")
    after: Ran = onefold("import", str(people), "--dry-run", "--json")
    assert first.messages == after.messages == ""
    assert json.loads(first.output)["reasons"] == json.loads(after.output)["reasons"]


def test_the_book_may_be_named_by_the_environment(
    onefold: Typed, people: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONEFOLD_BOOK", str(tmp_path / "mine.db"))
    onefold("import", str(people))
    assert (tmp_path / "mine.db").is_file()
    assert not (tmp_path / "onefold.db").exists()
    assert onefold("--book", "other.db", "contacts", "--json").document == []
