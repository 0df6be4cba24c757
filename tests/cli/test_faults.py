"""What no user can help: our own faults, Ctrl-C, readers that go away, terminals that lack characters."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import onefold as package
from onefold.interfaces.cli import importing
from onefold.way import applying
from tests.cli.typed import Ran, Typed, type_words

RUN_ONEFOLD = [sys.executable, "-c", "from onefold.interfaces.cli.main import main; main()"]


def broken(*_: object, **__: object) -> None:
    raise KeyError("a page of the book")


def test_a_fault_of_ours_is_one_line_and_the_rest_is_in_the_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(package, "open", broken)
    ran = type_words("contacts", "--search", "Ana")
    assert ran.exit_status == 1
    assert ran.output == ""
    [line] = ran.messages.splitlines()
    assert line.startswith("error: something went wrong inside Onefold (KeyError)")
    log = Path(line.rpartition(" ")[2])
    assert log.is_relative_to(tmp_path)
    told = log.read_text(encoding="utf-8")
    assert "onefold contacts --search Ana" in told
    assert "Traceback" in told
    assert "a page of the book" in told

    error = type_words("--json", "contacts").document["error"]
    assert error["code"] == "internal_error"
    assert str(log) in error["hint"]


def test_where_no_log_can_be_kept_the_line_comes_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "state").write_text("no folder")
    monkeypatch.setattr(package, "open", broken)
    ran = type_words("contacts")
    assert ran.exit_status == 1
    [line] = ran.messages.splitlines()
    assert "log" not in line


def test_ctrl_c_before_anything_was_written_changes_nothing(
    onefold: Typed, people: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(importing, "progress_bar", partial(_pressing_ctrl_c, "planning"))
        ran = type_words("import", people.name)
    assert ran.exit_status == 1
    assert ran.messages.startswith("error: interrupted")
    assert onefold("contacts", "--json").document == []
    assert onefold("imports", "--json").document == []


def test_ctrl_c_between_batches_keeps_what_is_in_and_says_how_to_go_on(
    onefold: Typed, people: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(package, "open", partial(package.open, batch_rows=1))
    ran = _interrupted(people, monkeypatch)
    assert ran.exit_status == 1
    assert "onefold import --resume 1" in ran.messages
    assert len(onefold("contacts", "--json").document) == 1
    assert onefold("imports", "show", "1", "--json").document["status"] == "running"

    resumed = onefold("import", "--resume", "1", "--results", "results.csv", "--json").document
    assert (resumed["status"], resumed["imported"], resumed["error"]) == ("completed", 2, 1)
    assert len(onefold("contacts", "--json").document) == 2
    assert Path("results.csv").read_text(encoding="utf-8").count("\n") == 4


def test_an_interrupted_import_can_be_given_up(
    onefold: Typed, people: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(package, "open", partial(package.open, batch_rows=1))
    _interrupted(people, monkeypatch)
    assert onefold("imports", "cancel", "1", "--json").document["status"] == "cancelled"
    assert type_words("import", "--resume", "1").exit_status == 2
    onefold("undo", "1")
    assert onefold("contacts", "--json").document == []


def _interrupted(people: Path, monkeypatch: pytest.MonkeyPatch) -> Ran:
    """An import in the midst of whose second batch somebody presses Ctrl-C."""
    write_batch = applying._write_batch

    def write_first(writer: Any, going: Any, number: int, now: Any) -> None:
        write_batch(writer, going, number, now)
        if number == 1:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(applying, "_write_batch", write_first)
        return type_words("import", people.name)


@contextmanager
def _pressing_ctrl_c(when: str) -> Iterator[Callable[[str, int, int], None]]:
    """A progress bar in front of which somebody presses Ctrl-C as soon as that stage moves."""

    def step(stage: str, done: int, rows: int) -> None:
        if stage == when:
            raise KeyboardInterrupt

    yield step


def test_a_reader_that_goes_away_ends_it_quietly(onefold: Typed, people: Path) -> None:
    onefold("import", people.name)
    for words in (["contacts"], ["contacts", "--json"], ["--help"]):
        reading, writing = os.pipe()
        os.close(reading)
        with os.fdopen(writing, "wb") as gone:
            done = subprocess.run([*RUN_ONEFOLD, *words], stdout=gone, stderr=subprocess.PIPE)
        assert (done.returncode, done.stderr) == (0, b""), words


def test_a_terminal_without_our_characters_gets_question_marks(onefold: Typed, tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("email,first_name\nchloe@example.com,Chloé\n", encoding="utf-8")
    onefold("import", "people.csv")
    plain = os.environ | {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "LC_ALL": "C"}
    shown = subprocess.run([*RUN_ONEFOLD, "contacts"], env=plain, capture_output=True, check=True).stdout
    assert b"Chlo?" in shown
    as_json = subprocess.run(
        [*RUN_ONEFOLD, "contacts", "--json"], env=plain, capture_output=True, check=True
    ).stdout
    assert b"Chlo\\u00e9" in as_json


def test_help_does_not_wait_for_what_it_does_not_need() -> None:
    heavy = "{'polars', 'sqlalchemy', 'scipy', 'phonenumbers'}"
    code = f"import sys, onefold.interfaces.cli.main; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
