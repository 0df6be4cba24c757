"""The demonstration: the files are found wherever it is installed, and its story is the one that it tells."""

import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

from onefold.interfaces.cli.examples import EXAMPLES, example_files
from tests.cli.typed import Typed

ROOT = Path(__file__).resolve().parents[2]
BUILD = "import sys; from hatchling.build import build_wheel; print(build_wheel(sys.argv[1]))"


def test_it_shows_people_by_name_with_reasons_and_back_again(onefold: Typed, tmp_path: Path) -> None:
    told = onefold("demo", "place").output
    for name in EXAMPLES:
        assert name in told
        assert (tmp_path / "place" / name).is_file()
    for said in ("Ana Silva", "Kemi Adeyemi", "merged", "kept_apart", "bad_phone", "What to try next"):
        assert said in told
    before, together, after = (part.partition("\n\n")[0] for part in told.split("The book has ")[1:])
    assert before == after != together
    assert onefold("--book", "place/demo.db", "undo", "4", "--json").document["undoes"] == 4


def test_its_json_has_the_receipts_and_the_people(onefold: Typed) -> None:
    told = onefold("demo", "--json").document
    mobile, email, crm = told["imports"]
    assert (mobile["imported"], mobile["error"]) == (10, 1)
    assert crm["reasons"]["merged"] == 6
    assert crm["reasons"]["kept_apart"] == 1
    assert len(crm["contacts"]) < len(email["contacts"])
    assert known(told["undo"]["contacts"]) == known(email["contacts"])


def known(contacts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What is known of people, times aside; a field that the last file made stays, with nothing in it."""
    fields = ({name: value for name, value in each["fields"].items() if value} for each in contacts)
    return [each | {"fields": had, "updated_at": ""} for each, had in zip(contacts, fields, strict=True)]


def test_its_files_are_found_in_the_checkout() -> None:
    assert [path.name for path in example_files()] == list(EXAMPLES)


def test_its_files_go_with_the_wheel(tmp_path: Path) -> None:
    built = subprocess.run(
        [sys.executable, "-c", BUILD, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    with zipfile.ZipFile(tmp_path / built.stdout.split()[-1]) as wheel:
        names = wheel.namelist()
    assert [name for name in EXAMPLES if f"onefold/examples/{name}" not in names] == []
    assert "onefold/policies/onefold.toml" in names
