"""`onefold watch` as whoever starts it sees it: real processes lay files, real signals end it."""

import json
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.cli.typed import Typed, type_words

COMMAND = [sys.executable, "-c", "from onefold.interfaces.cli.main import main; main()"]
SLOW_WRITER = """
import pathlib, sys
unfinished = pathlib.Path(sys.argv[1] + ".filepart")
with unfinished.open("w", buffering=1) as file:
    for line in sys.stdin:
        file.write(line)
unfinished.rename(sys.argv[1])
"""


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


@contextmanager
def started(*words: str) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [*COMMAND, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def next_file(process: subprocess.Popen[str]) -> dict[str, Any]:
    assert process.stdout is not None
    told: dict[str, Any] = json.loads(process.stdout.readline())
    return told


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_files_are_taken_as_they_come_until_a_signal_ends_it(inbox: Path, ending: signal.Signals) -> None:
    (inbox / "before.csv").write_text("email\nana@example.com\n")
    with started("watch", str(inbox), "--settle", "0.1", "--json") as watch:
        assert next_file(watch)["moved_to"] == str(inbox / "done/before.csv")
        words = [sys.executable, "-c", SLOW_WRITER, str(inbox / "after.csv")]
        with subprocess.Popen(words, stdin=subprocess.PIPE, text=True) as writer:
            writer.communicate("email\nben@example.com\ncarla@example.com\n")
        told = next_file(watch)
        assert (told["file"], told["receipt"]["imported"]) == ("after.csv", 2)
        watch.send_signal(ending)
        rest, messages = watch.communicate()
        assert (watch.returncode, rest) == (0, "")
        assert messages.splitlines() == [f"watching {inbox}; Ctrl-C ends it"]


def test_two_watchers_share_the_work(inbox: Path, onefold: Typed) -> None:
    onefold("tags")  # makes the book
    for number in range(8):
        (inbox / f"{number}.csv").write_text(f"email\n{number}@example.com\n")
    words = ("watch", str(inbox), "--once", "--settle", "0", "--json")
    with started(*words) as one, started(*words) as other:
        told = [json.loads(watch.communicate()[0]) for watch in (one, other)]
    fates = [laid["fate"] for each in told for laid in each]
    assert fates == ["done"] * 8
    receipts = onefold("imports", "--json").document
    assert sorted(receipt["source_name"] for receipt in receipts) == [f"{number}.csv" for number in range(8)]


def test_once_answers_for_each_file(inbox: Path, onefold: Typed) -> None:
    assert onefold("watch", str(inbox), "--once").output == "no file is there\n"
    assert onefold("watch", str(inbox), "--once", "--json").document == []
    (inbox / "one.csv").write_text("email\nana@example.com\n")
    (inbox / "two.csv").write_text("")
    words = ("watch", str(inbox), "--once", "--settle", "0")
    told = onefold(*words).output.splitlines()
    assert told == [
        "one.csv: import 1, 1 row: 1 imported, 0 updated, 0 skipped, 0 refused; "
        f"it lies in {inbox}/done/one.csv",
        "two.csv: two.csv is empty; give a file with a header line and at least one row; "
        f"it lies in {inbox}/failed/two.csv",
    ]
    (inbox / "three.csv").write_text("email\nana@example.com\n")
    [same] = onefold(*words, "--json").document
    assert (same["fate"], same["import"], same["results"]) == (
        "same",
        1,
        f"{inbox}/done/three.csv.results.csv",
    )


def test_the_command_that_goes_on_does(inbox: Path, onefold: Typed) -> None:
    def lay(domain: str) -> None:
        rows = "".join(f"{number}@example.{domain},C-{number}\n" for number in range(150))
        (inbox / "all people.csv").write_text(f"Kontakt,crm_id\n{rows}")

    words = ("watch", str(inbox), "--once", "--settle", "0", "--map", "Kontakt=email", "--no-import-tag")
    lay("com")
    onefold(*words)
    lay("org")
    [refused] = onefold(*words, "--json").document
    assert (refused["fate"], refused["error"]["code"]) == ("failed", "guard")
    typed = shlex.split(refused["error"]["hint"].removeprefix("to go on: "))
    assert typed[0] == "onefold"
    assert typed[3:] == [
        "import",
        str(inbox / "failed/all people.csv"),
        "--map",
        "Kontakt=email",
        "--no-import-tag",
        "--yes",
    ]
    onefold(*typed[1:])
    assert onefold("contacts", "--json").document[0]["email"] == "0@example.org"


def test_a_folder_that_is_not_there_is_one_line() -> None:
    ran = type_words("watch", "nowhere")
    assert ran.exit_status == 2
    [told] = ran.messages.splitlines()
    assert told.startswith("error: the folder nowhere cannot be read")
