"""What holds for every file of the project: its size, its name, and what it may not say."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "onefold"
OURS = ("src", "tests", "bench", "examples", "docs", ".ci")
TEXT = {".md", ".py", ".toml", ".lock", ".csv", ".svg", ".ini", ".mako", ".typed", ""}

NAMES_WITHOUT_A_MEANING = {"utils", "util", "helpers", "helper", "common", "misc", "stuff", "lib", "part2"}
LONGEST_FILE = 400

# Written so that this file does not say what it looks for.
INDEX_HOST = re.compile(
    r"pypi[.]|python(?:)hosted|--(?:extra-)?index(?:)-url|--find(?:)-links", re.IGNORECASE
)
MACHINE_PATH = re.compile(r"(?<![\w./~])/(?:home|Users|root|opt|work)/\w")


def project_files() -> Iterator[Path]:
    yield from (path for path in ROOT.iterdir() if path.is_file() and path.suffix in TEXT - {".csv"})
    for folder in OURS:
        for path in (ROOT / folder).rglob("*"):
            if path.is_file() and path.suffix in TEXT and "__pycache__" not in path.parts:
                yield path


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("pattern", [INDEX_HOST, MACHINE_PATH], ids=["index host", "machine path"])
def test_no_file_names_an_index_or_a_place_on_one_machine(pattern: re.Pattern[str]) -> None:
    texts = {name_of(path): path.read_text(encoding="utf-8") for path in project_files()}
    assert "Makefile" in texts
    assert "requirements.lock" in texts
    assert {name: found[0] for name, text in texts.items() if (found := pattern.search(text))} == {}


def test_every_room_is_named_by_what_it_is_for() -> None:
    assert [name_of(path) for path in SOURCE.rglob("*") if path.stem in NAMES_WITHOUT_A_MEANING] == []


def test_every_file_reads_in_one_sitting() -> None:
    lengths = {
        name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCE.rglob("*.py")
    }
    assert {name: length for name, length in lengths.items() if length >= LONGEST_FILE} == {}
