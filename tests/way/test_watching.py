"""What is laid into a watched folder is imported once, and lies beside its results afterwards."""

import shutil
from pathlib import Path
from threading import Event

import pytest

from onefold.book import Book
from onefold.model.outcome import ReceiptStatus
from onefold.way import watching
from onefold.way.watching import Fate, Laid
from tests.way.at_the_desk import ANA, BEA, everybody, refusal

PEOPLE = f"email,first_name\n{ANA},Ana\nnobody,X\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "inbox"
    made.mkdir()
    return made


def watched(book: Book, folder: Path, **options: object) -> list[Laid]:
    return list(book.watch(folder, once=True, settle=0, import_tag=False, **options))  # type: ignore[arg-type]


def lying(folder: Path) -> list[str]:
    found = (path.relative_to(folder) for path in folder.rglob("*"))
    return sorted(str(path) for path in found if not path.name.startswith(".") and path.suffix)


def test_a_file_lies_in_done_with_its_results(book: Book, folder: Path) -> None:
    (folder / "people.csv").write_text(PEOPLE)
    [laid] = watched(book, folder)
    assert (laid.fate, laid.receipt and laid.receipt.reasons) == (Fate.DONE, {"created": 1, "bad_email": 1})
    done = ["done/people.csv", "done/people.csv.errors.csv", "done/people.csv.results.csv"]
    assert lying(folder) == done
    assert (folder / done[0]).read_text() == PEOPLE
    assert f"{ANA},Ana,Imported,created" in (folder / done[2]).read_text()
    assert "nobody,X," in (folder / done[1]).read_text()
    assert everybody(book) == {1: f"email={ANA} first_name=Ana"}


def test_without_refused_rows_there_is_no_error_file(book: Book, folder: Path) -> None:
    (folder / "people.csv").write_text(f"email\n{ANA}\n")
    [laid] = watched(book, folder)
    assert laid.errors is None
    assert lying(folder) == ["done/people.csv", "done/people.csv.results.csv"]


def test_what_cannot_be_imported_lies_in_failed_with_the_reason(book: Book, folder: Path) -> None:
    (folder / "empty.csv").touch()
    (folder / "photo.csv").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    assert [laid.fate for laid in watched(book, folder)] == [Fate.FAILED, Fate.FAILED]
    assert lying(folder) == [
        f"failed/{name}" for name in ("empty.csv", "empty.csv.txt", "photo.csv", "photo.csv.txt")
    ]
    told = (folder / "failed/empty.csv.txt").read_text()
    assert told.startswith("'empty.csv' was not imported: empty.csv is empty; ")
    assert told.count("\n") == 1


def test_nothing_that_lies_there_is_overwritten(book: Book, folder: Path) -> None:
    for rows in (ANA, BEA, "nobody"):
        (folder / "people.csv").write_text(f"email\n{rows}\n")
        watched(book, folder)
    assert (folder / "done/people.csv").read_text() == f"email\n{ANA}\n"
    assert (folder / "done/people (2).csv").read_text() == f"email\n{BEA}\n"
    assert (folder / "done/people (3).csv.errors.csv").exists()


def test_a_name_that_somebody_kept_results_under_is_not_taken(book: Book, folder: Path) -> None:
    (folder / "done").mkdir()
    (folder / "done/people.csv.results.csv").write_text("kept")
    (folder / "people.csv").write_text(PEOPLE)
    watched(book, folder)
    assert (folder / "done/people.csv.results.csv").read_text() == "kept"
    assert (folder / "done/people (2).csv.results.csv").exists()


def test_the_same_bytes_are_not_imported_twice(book: Book, folder: Path) -> None:
    for name in ("one.csv", "two.csv"):
        (folder / name).write_text(PEOPLE)
    first, second = watched(book, folder)
    assert (first.fate, second.fate) == (Fate.DONE, Fate.SAME)
    assert first.receipt is not None
    assert second.receipt == first.receipt
    assert (
        folder / "done/two.csv.txt"
    ).read_text() == "'two.csv' was not imported: it is the same as import 1\n"
    assert (folder / "done/two.csv.results.csv").exists()
    assert len(book.receipts()) == 1


def test_after_an_undo_they_are(book: Book, folder: Path) -> None:
    (folder / "people.csv").write_text(PEOPLE)
    watched(book, folder)
    book.undo(1)
    (folder / "people.csv").write_text(PEOPLE)
    [laid] = watched(book, folder)
    assert laid.fate is Fate.DONE
    assert everybody(book) == {2: f"email={ANA} first_name=Ana"}


def test_what_the_guard_refuses_waits_with_the_command(book: Book, folder: Path) -> None:
    rows = [f"{number}@example.com,C-{number}" for number in range(200)]
    book.import_file(_csv(folder.parent, "email,crm_id", *rows), import_tag=False)
    moved = [f"{number}@example.org,C-{number}" for number in range(200)]
    _csv(folder, "email,crm_id", *moved)
    [laid] = watched(book, folder, command=lambda file: f"onefold import {file} --yes")
    assert (laid.fate, laid.error and laid.error.code) == (Fate.FAILED, "guard")
    goal = folder / "failed/people.csv"
    assert laid.moved_to == goal
    assert f"to go on: onefold import {goal} --yes\n" in (folder / "failed/people.csv.txt").read_text()
    assert "Updated,updated" in (folder / "failed/people.csv.results.csv").read_text()
    assert book.contact(1)["email"] == "0@example.com"
    goal.rename(folder / "people.csv")
    assert [laid.fate for laid in watched(book, folder, yes=True)] == [Fate.DONE]
    assert book.contact(1)["email"] == "0@example.org"


def _csv(folder: Path, *rows: str) -> Path:
    file = folder / "people.csv"
    file.write_text("\n".join(rows) + "\n")
    return file


def test_options_are_those_of_an_import(book: Book, folder: Path) -> None:
    (folder / "people.csv").write_text(f"Kontakt\n{ANA}\n")
    watched(book, folder, mapping={"Kontakt": "email"}, tags=["drop"], into_list="News")
    assert everybody(book) == {1: f"email={ANA} #drop @News"}


def test_options_that_cannot_be_used_cost_no_file(book: Book, folder: Path) -> None:
    (folder / "people.csv").write_text(PEOPLE)
    with refusal("unknown_identifier"):
        watched(book, folder, identifier="shoe_size")
    assert lying(folder) == ["people.csv"]


def test_an_import_that_was_interrupted_is_gone_on_with(
    book: Book, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "people.csv").write_text(PEOPLE)
    with monkeypatch.context() as patch:
        patch.setattr("onefold.book.finish_import", _fall)
        with pytest.raises(MemoryError):
            watched(book, folder)
    assert lying(folder) == ["people.csv"]
    [laid] = watched(book, folder)
    assert laid.fate is Fate.DONE
    assert [receipt.status for receipt in book.receipts()] == [ReceiptStatus.COMPLETED]
    assert lying(folder)[0] == "done/people.csv"


def test_so_is_one_that_was_stopped_between_two_batches(book: Book, folder: Path) -> None:
    book._batch_rows = 1
    (folder / "people.csv").write_text(f"email\n{ANA}\n{BEA}\n")
    with refusal("interrupted", status=1):
        watched(book, folder, progress=stop_after_a_row)
    assert [receipt.status for receipt in book.receipts()] == [ReceiptStatus.RUNNING]
    [laid] = watched(book, folder)
    assert (laid.fate, laid.receipt and laid.receipt.imported) == (Fate.DONE, 2)
    assert sorted(everybody(book)) == [1, 2]


def stop_after_a_row(stage: str, done: int, _: int) -> None:
    if stage == "applying" and done == 1:
        raise KeyboardInterrupt


def test_a_folder_without_notices_is_looked_at_all_the_same(
    book: Book, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_more_watches(*_: object, **__: object) -> None:
        raise OSError(28, "OS file watch limit reached")

    monkeypatch.setattr("watchfiles.watch", no_more_watches)
    monkeypatch.setattr("onefold.sources.laid_files._LOOK_EVERY", 0.01)
    stop = Event()
    watch = book.watch(folder, settle=0.01, stop=stop)
    (folder / "people.csv").write_text(PEOPLE)
    assert next(watch).fate is Fate.DONE
    stop.set()
    assert list(watch) == []


def test_a_file_whose_move_was_interrupted_gets_its_results(
    book: Book, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "people.csv").write_text(PEOPLE)
    with monkeypatch.context() as patch:
        patch.setattr(watching, "_line", _fall)
        with pytest.raises(MemoryError):
            watched(book, folder)
    [laid] = watched(book, folder)
    assert (laid.fate, len(book.receipts())) == (Fate.SAME, 1)
    assert laid.results is not None
    assert laid.results.exists()


def _fall(*_: object, **__: object) -> None:
    raise MemoryError


def test_a_file_that_changes_while_it_is_read_is_not_moved(
    book: Book, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = folder / "people.csv"
    file.write_text(PEOPLE)
    plan = Book.plan

    def plan_and_grow(self: Book, *given: object, **options: object) -> object:
        made = plan(self, *given, **options)  # type: ignore[arg-type]
        with file.open("a") as more:
            more.write(f"{BEA},Bea\n")
        return made

    with monkeypatch.context() as patch:
        patch.setattr(Book, "plan", plan_and_grow)
        assert [laid.fate for laid in watched(book, folder)] == [Fate.LEFT]
    assert book.receipts() == []
    [laid] = watched(book, folder)
    assert (laid.fate, laid.receipt and laid.receipt.rows) == (Fate.DONE, 3)
    assert sorted(everybody(book)) == [1, 2]


def test_a_full_disk_is_one_line_and_the_next_start_ends_the_work(
    book: Book, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "people.csv").write_text(PEOPLE)

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch, refusal("disk_full", status=1):
        patch.setattr(shutil, "copyfile", full)
        watched(book, folder)
    assert (folder / "people.csv").exists()
    assert [laid.fate for laid in watched(book, folder)] == [Fate.SAME]


def test_a_book_that_cannot_be_reached_costs_no_file(
    book: Book, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "people.csv").write_text(PEOPLE)

    def unreachable(*_: object, **__: object) -> None:
        raise watching.UsageError("the server does not answer", code="book_unreachable")

    with monkeypatch.context() as patch, refusal("book_unreachable"):
        patch.setattr(Book, "plan", unreachable)
        watched(book, folder)
    assert lying(folder) == ["people.csv"]


def test_done_must_be_a_folder(book: Book, folder: Path) -> None:
    (folder / "done").write_text("no folder")
    (folder / "people.csv").write_text(PEOPLE)
    with refusal("folder_denied"):
        watched(book, folder)


@pytest.mark.parametrize("name", [b"\xff.csv", b"new\nline.csv", b"x" * 251 + b".csv", b"x." + b"y" * 250])
def test_any_name_of_a_file_will_do(book: Book, folder: Path, name: bytes) -> None:
    (folder / Path(name.decode(errors="surrogateescape"))).write_text(PEOPLE)
    [laid] = watched(book, folder)
    assert laid.fate is Fate.DONE
    assert len(lying(folder)) == 3


def test_an_ended_watch_takes_no_further_file(book: Book, folder: Path) -> None:
    stop = Event()
    for name in ("one.csv", "two.csv"):
        (folder / name).write_text(f"email\n{name}@example.com\n")
    watch = book.watch(folder, settle=0, stop=stop)
    first = next(watch)
    stop.set()
    assert list(watch) == []
    assert [path.name for path in folder.glob("*.csv")] == [
        name for name in ("one.csv", "two.csv") if name != first.file
    ]
