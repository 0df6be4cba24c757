from pathlib import Path

import pytest

from tests.cli.typed import Ran, Typed, type_words

PEOPLE = "email,phone,crm_id,first_name,last_name\n"


@pytest.fixture(autouse=True)
def a_place_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.delenv("ONEFOLD_BOOK", raising=False)


@pytest.fixture
def onefold() -> Typed:
    """Types a command on the book of the current folder, which must succeed."""

    def typed(*words: str, stdin: bytes = b"") -> Ran:
        ran = type_words(*words, stdin=stdin)
        assert ran.exit_status == 0, f"{words}: {ran.messages}{ran.output}"
        return ran

    return typed


@pytest.fixture
def people(tmp_path: Path) -> Path:
    """A file with two people and a row that is none."""
    file = tmp_path / "people.csv"
    file.write_text(
        PEOPLE
        + "ana@example.com,+12025550101,C-1,Ana,Silva\n"
        + "ben@example.org,+12025550102,C-2,Ben,Okafor\n"
        + "not an email,,,Nobody,\n"
    )
    return file
