"""The guard, and the questions that are asked on a terminal, on a real one."""

import json
import os
import pty
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.typed import Typed, type_words

RUN_ONEFOLD = [sys.executable, "-c", "from onefold.interfaces.cli.main import main; main()"]
MANY = 120


@pytest.fixture
def on_terminal(tmp_path: Path) -> Callable[..., tuple[int, str, str]]:
    """Types words on a terminal, and then the answers; gives exit status, standard output, standard error."""

    def typed(*words: str, answers: str = "") -> tuple[int, str, str]:
        mine, theirs = pty.openpty()
        os.write(mine, answers.encode())
        process = subprocess.Popen(
            [*RUN_ONEFOLD, *words],
            stdin=theirs,
            stderr=theirs,
            stdout=subprocess.PIPE,
            cwd=tmp_path,
            env=os.environ | {"TERM": "xterm", "COLUMNS": "200"},
        )
        os.close(theirs)
        shown = b""
        # The terminal ends when its last user does: with an error on Linux, with nothing elsewhere.
        while True:
            try:
                more = os.read(mine, 65536)
            except OSError:
                break
            if not more:
                break
            shown += more
        output, _ = process.communicate()
        os.close(mine)
        return process.returncode, output.decode(), shown.decode()

    return typed


@pytest.fixture
def crowd(onefold: Typed, tmp_path: Path) -> Path:
    """A book with many people, and a file that gives each of them another number."""
    rows = [(f"p{number}@example.com", 2025550100 + number) for number in range(MANY)]
    for name, shift in (("before.csv", 0), ("after.csv", 1000)):
        lines = [f"{email},+1{number + shift}" for email, number in rows]
        (tmp_path / name).write_text("email,phone\n" + "\n".join(lines) + "\n")
    onefold("import", "before.csv")
    return tmp_path / "after.csv"


def numbers() -> set[str]:
    return {each["phone"] for each in type_words("contacts", "--limit", "1000", "--json").document}


def test_the_guard_refuses_and_names_the_command_that_goes_on(crowd: Path) -> None:
    before = numbers()
    ran = type_words("import", crowd.name, "--tag", "two words")
    assert ran.exit_status == 3
    assert numbers() == before
    assert "error: " in ran.messages
    assert f"{MANY}" in ran.messages
    command = ran.messages.strip().partition("to go on: ")[2]
    assert command == "onefold import after.csv --tag 'two words' --yes"

    refused = type_words("--json", "import", crowd.name).document["error"]
    assert refused["code"] == "guard"
    assert "onefold --json import after.csv --yes" in refused["hint"]
    assert type_words(*shlex.split(command)[1:]).exit_status == 0
    assert len(numbers() & before) == 0


def test_the_command_that_goes_on_says_yes_before_what_is_no_option(crowd: Path) -> None:
    ran = type_words("import", "--", crowd.name)
    assert "onefold import --yes -- after.csv" in ran.messages


def test_a_dry_run_is_not_refused(onefold: Typed, crowd: Path) -> None:
    assert onefold("import", crowd.name, "--dry-run", "--json").document["updated"] == MANY


def test_an_import_is_shown_and_asked_for(
    on_terminal: Callable[..., tuple[int, str, str]], people: Path
) -> None:
    status, output, shown = on_terminal("import", people.name, answers="n\n")
    assert status == 3
    assert output == ""
    assert "2 imported" in shown
    assert "Import 3 rows like this? [y/N]" in shown
    assert type_words("contacts", "--json").document == []

    status, output, shown = on_terminal("import", people.name, answers="y\n")
    assert status == 0
    assert "Import 1 of people.csv: completed" in output
    assert len(type_words("contacts", "--json").document) == 2


def test_yes_answers_in_advance(on_terminal: Callable[..., tuple[int, str, str]], people: Path) -> None:
    status, output, shown = on_terminal("--json", "import", people.name, "--yes")
    assert status == 0
    assert "[y/N]" not in shown
    assert json.loads(output)["imported"] == 2


def test_with_json_the_question_does_not_disturb_the_document(
    on_terminal: Callable[..., tuple[int, str, str]], people: Path
) -> None:
    status, output, shown = on_terminal("--json", "import", people.name, answers="y\n")
    assert status == 0
    assert "[y/N]" in shown
    assert json.loads(output)["imported"] == 2


def test_the_end_of_input_is_no_yes(on_terminal: Callable[..., tuple[int, str, str]], people: Path) -> None:
    status, _, _ = on_terminal("import", people.name, answers="\x04")
    assert status == 3
    assert type_words("contacts", "--json").document == []


def test_the_guard_asks_once_more(on_terminal: Callable[..., tuple[int, str, str]], crowd: Path) -> None:
    before = numbers()
    status, _, shown = on_terminal("import", crowd.name, answers="y\nn\n")
    assert status == 3
    assert "Go on all the same?" in shown
    assert numbers() == before

    status, _, _ = on_terminal("import", crowd.name, answers="y\ny\n")
    assert status == 0
    assert len(numbers() & before) == 0


def test_undo_merge_and_split_ask(
    onefold: Typed, on_terminal: Callable[..., tuple[int, str, str]], people: Path
) -> None:
    onefold("import", people.name)
    for words in (("contacts", "merge", "1", "2"), ("undo", "1")):
        status, _, shown = on_terminal(*words, answers="n\n")
        assert status == 3, shown
        assert len(type_words("contacts", "--json").document) == 2
    assert on_terminal("contacts", "merge", "1", "2", answers="y\n")[0] == 0
    assert on_terminal("contacts", "split", "2", answers="n\n")[0] == 3
    assert len(type_words("contacts", "--json").document) == 1
    assert on_terminal("contacts", "split", "2", answers="y\n")[0] == 0
    assert len(type_words("contacts", "--json").document) == 2


def test_progress_is_shown_on_a_terminal_and_nowhere_else(
    on_terminal: Callable[..., tuple[int, str, str]], people: Path
) -> None:
    assert "planning" in on_terminal("import", people.name, "--dry-run")[2]
    assert type_words("import", people.name, "--dry-run").messages == ""


def test_an_export_asks_before_it_replaces_a_file(
    onefold: Typed, people: Path, on_terminal: Callable[..., tuple[int, str, str]], tmp_path: Path
) -> None:
    onefold("import", str(people))
    (tmp_path / "out.csv").write_text("mine")
    status, _, shown = on_terminal("export", "--to", "out.csv", answers="n\n")
    assert (status, (tmp_path / "out.csv").read_text()) == (3, "mine")
    assert "Replace out.csv?" in shown
    status, _, _ = on_terminal("export", "--to", "out.csv", "--yes")
    assert (status, (tmp_path / "out.csv").read_text()[:10]) == (0, "Contact ID")
