"""A laid file is taken when it is complete, and not before, whatever the clock says."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from onefold.model.error import UsageError
from onefold.sources.laid_files import LaidFiles, open_for_writing

SETTLE = 10.0
CAN_TELL = sys.platform == "linux"
"""Who has a file open."""


@pytest.fixture
def files(tmp_path: Path) -> LaidFiles:
    return LaidFiles(tmp_path, SETTLE)


def names(files: LaidFiles, now: float) -> list[str]:
    return [path.name for path in files.complete(now)]


@contextmanager
def writer_of(path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that has the file open; it writes what it is told, and says so when it has."""
    program = (
        "import sys\n"
        f"with open({str(path)!r}, 'a', buffering=1) as file:\n"
        "    print('open', flush=True)\n"
        "    for line in sys.stdin:\n"
        "        file.write(line)\n"
        "        file.flush()\n"
        "        print('written', flush=True)\n"
    )
    words = [sys.executable, "-c", program]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        yield process


def write(writer: subprocess.Popen[str], text: str) -> None:
    assert writer.stdin is not None
    assert writer.stdout is not None
    writer.stdin.write(f"{text}\n")
    writer.stdin.flush()
    assert writer.stdout.readline() == "written\n"


def end(writer: subprocess.Popen[str]) -> None:
    assert writer.stdin is not None
    writer.stdin.close()
    writer.wait()


def test_a_file_must_not_change_for_a_while(files: LaidFiles) -> None:
    (files.folder / "people.csv").write_text("email\n")
    assert names(files, 0) == []
    assert names(files, 9.9) == []
    assert names(files, 10) == ["people.csv"]


def test_every_change_makes_it_wait_anew(files: LaidFiles) -> None:
    file = files.folder / "people.csv"
    file.write_text("email\n")
    assert names(files, 0) == []
    file.write_text("email\nana@example.com\n")
    assert names(files, 100) == []
    os.utime(file, (0, 0))  # as servers do that keep the time of the original
    assert names(files, 200) == []
    assert names(files, 209) == []
    assert names(files, 210) == ["people.csv"]
    file.replace(files.folder / "copy.csv")
    (files.folder / "copy.csv").replace(file)
    assert names(files, 300) == []


def test_pauses_of_a_slow_writer_are_waited_for(files: LaidFiles) -> None:
    file = files.folder / "people.csv"
    with writer_of(file) as writer:
        write(writer, "email")
        assert names(files, 0) == []
        assert names(files, 1000) == ([] if CAN_TELL else ["people.csv"])
        write(writer, "ana@example.com")
        assert names(files, 2000) == []
        assert names(files, 3000) == ([] if CAN_TELL else ["people.csv"])
        end(writer)
    assert names(files, 3001) == ["people.csv"]
    assert file.read_text() == "email\nana@example.com\n"


def test_who_opens_it_meanwhile_is_seen(files: LaidFiles) -> None:
    file = files.folder / "people.csv"
    file.write_text("email\n")
    assert names(files, 0) == []
    with writer_of(file) as writer:
        assert open_for_writing(file) is CAN_TELL
        assert names(files, 100) == ([] if CAN_TELL else ["people.csv"])
        end(writer)
    assert not open_for_writing(file)
    assert names(files, 101) == ["people.csv"]


@pytest.mark.parametrize(
    "name",
    [
        "people.csv.part",
        "people.csv.filepart",
        "people.tmp",
        ".people.csv.Xy12",
        "people.csv~",
        "~$book.xlsx",
    ],
)
def test_a_file_that_is_renamed_at_the_end_is_taken_then(files: LaidFiles, name: str) -> None:
    (files.folder / name).write_text("email\n")
    assert (names(files, 0), names(files, 1000)) == ([], [])
    (files.folder / name).rename(files.folder / "people.csv")
    assert (names(files, 1001), names(files, 1011)) == ([], ["people.csv"])


def test_folders_links_and_pipes_are_left_alone(files: LaidFiles, tmp_path: Path) -> None:
    (files.folder / "folder").mkdir()
    (files.folder / "link.csv").symlink_to(__file__)
    os.mkfifo(files.folder / "pipe.csv")
    assert (names(files, 0), names(files, 100)) == ([], [])


def test_those_laid_first_are_taken_first(files: LaidFiles) -> None:
    for name, written in (("c.csv", 1), ("b.csv", 2), ("a.csv", 2)):
        (files.folder / name).write_text("email\n")
        os.utime(files.folder / name, (written, written))
    names(files, 0)
    assert names(files, 10) == ["c.csv", "a.csv", "b.csv"]


def test_a_file_that_changes_while_it_is_taken_is_told(files: LaidFiles) -> None:
    file = files.folder / "people.csv"
    file.write_text("email\n")
    names(files, 0)
    assert files.complete(10) == [file]
    assert files.is_as_it_was(file)
    with file.open("a") as more:
        more.write("ana@example.com\n")
    assert not files.is_as_it_was(file)
    file.unlink()
    assert not files.is_as_it_was(file)


def test_a_folder_that_is_not_there() -> None:
    with pytest.raises(UsageError, match=r"cannot be read .*; name a folder"):
        LaidFiles(Path("nowhere"), SETTLE).complete(0)
