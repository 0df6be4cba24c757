"""One import at a time: the next one waits and says so; everybody else goes on with their work meanwhile."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event
from typing import Any

import pytest

import onefold
from onefold.book import Book
from onefold.model.error import OnefoldError
from onefold.model.outcome import ReceiptStatus
from onefold.model.policy import Policy
from onefold.model.receipt import Receipt
from onefold.stores import Store, Writer
from tests.way.at_the_desk import ANA, BEA, CARLA, ONE, Clock, everybody, file, refusal, take_in

DORA = "dora@example.com"
FOUR = ("email,first_name", f"{ANA},Ana", f"{BEA},Bea", f"{CARLA},Carla", f"{DORA},Dora")
SAFE = 60


@pytest.fixture
def at_work(
    opened: Callable[[], Book], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[], Book]:
    """Opens the book once more, its files beside nobody else's."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    return opened


@contextmanager
def halfway(book: Book, **options: Any) -> Iterator[Future[Receipt]]:
    """An import in another thread, which holds still between its two batches while the block lasts."""
    between, on = Event(), Event()

    def hold(stage: str, done: int, _: int) -> None:
        if (stage, done) == ("applying", 2):
            between.set()
            assert on.wait(SAFE)

    with ThreadPoolExecutor(1) as thread:
        imported = thread.submit(take_in, book, *FOUR, progress=hold, **options)
        assert between.wait(SAFE)
        try:
            yield imported
        finally:
            on.set()


def test_the_second_import_waits_its_turn_and_says_so(at_work: Callable[[], Book]) -> None:
    mine, theirs = at_work(), at_work()
    waits, said = Event(), []

    def say(line: str) -> None:
        said.append(line)
        waits.set()

    with ThreadPoolExecutor(1) as thread:
        with halfway(mine) as first:
            second = thread.submit(take_in, theirs, "email,last_name", f"{DORA},Dias", say=say)
            assert waits.wait(SAFE)
            assert len(theirs.receipts()) == 1
        assert first.result(SAFE).reasons == {"created": 4}
        assert second.result(SAFE).reasons == {"updated": 1}
    assert said == ["waiting for import 1 …"]
    assert everybody(mine)[4] == f"email={DORA} first_name=Dora last_name=Dias"
    assert mine.check() == []


def test_everybody_else_goes_on_while_an_import_is_between_two_batches(at_work: Callable[[], Book]) -> None:
    mine, theirs = at_work(), at_work()
    with halfway(mine) as imported:
        assert theirs.set_values(1, {"last_name": "Silva"}).reasons == {"updated": 1}
        theirs.merge(1, [2])
        theirs.undo(3)
        assert list(everybody(theirs)) == [1, 2]
    assert imported.result(SAFE).reasons == {"created": 4}
    assert everybody(mine)[1] == f"email={ANA} first_name=Ana last_name=Silva"
    assert mine.check() == []


def test_a_reader_gets_an_answer_while_a_batch_is_being_written(
    at_work: Callable[[], Book], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a new field, too: on PostgreSQL nobody can read a table while it gets a column."""
    mine, theirs = at_work(), at_work()
    write, writes, on = Writer.apply, Event(), Event()

    def hold(self: Writer, *arguments: Any, **named: Any) -> Any:
        given = write(self, *arguments, **named)
        writes.set()
        assert on.wait(SAFE)
        return given

    monkeypatch.setattr(Writer, "apply", hold)
    with ThreadPoolExecutor(1) as thread:
        imported = thread.submit(take_in, mine, "email,City", f"{ANA},Porto", new_fields=True)
        try:
            assert writes.wait(SAFE)
            assert theirs.contacts() == []
            assert [custom.name for custom in theirs.fields()] in ([], ["City"])
        finally:
            on.set()
        assert imported.result(SAFE).reasons == {"created": 1}
    assert everybody(theirs) == {1: f"email={ANA} City=Porto"}


def test_an_import_can_be_given_up_while_it_runs(at_work: Callable[[], Book]) -> None:
    mine, theirs = at_work(), at_work()
    with halfway(mine) as imported:
        assert theirs.cancel(1).status is ReceiptStatus.CANCELLED
    with refusal("taken_away", status=1) as told:
        imported.result(SAFE)
    assert "import 1 is cancelled" in told[0].message
    assert list(everybody(mine)) == [1, 2]
    assert mine.check() == []


def test_an_import_can_be_taken_back_while_it_runs(at_work: Callable[[], Book]) -> None:
    mine, theirs = at_work(), at_work()
    with halfway(mine) as imported:
        theirs.undo(1)
    with refusal("taken_away", status=1):
        imported.result(SAFE)
    assert everybody(mine) == {}
    theirs.undo(2)
    assert theirs.receipt(1).status is ReceiptStatus.CANCELLED
    assert list(everybody(mine)) == [1, 2]


def test_who_resumes_an_import_that_runs_waits_and_finds_it_done(at_work: Callable[[], Book]) -> None:
    mine, theirs = at_work(), at_work()
    waits, said = Event(), []

    def say(line: str) -> None:
        said.append(line)
        waits.set()

    with ThreadPoolExecutor(1) as thread:
        with halfway(mine):
            resumed = thread.submit(theirs.resume, 1, say=say)
            assert waits.wait(SAFE)
        with refusal("nothing_to_resume"):
            resumed.result(SAFE)
    assert said == ["waiting for import 1 …"]


# The same command again


def interrupted(book: Book, **options: Any) -> None:
    def stop(stage: str, done: int, _: int) -> None:
        if (stage, done) == ("applying", 2):
            raise KeyboardInterrupt

    with refusal("interrupted", status=1):
        take_in(book, *FOUR, progress=stop, **options)


def test_the_same_command_goes_on_with_what_was_interrupted(at_work: Callable[[], Book]) -> None:
    interrupted(at_work(), tags=["spring"])
    said: list[str] = []
    receipt = take_in(at_work(), *FOUR, tags=["spring"], say=said.append)
    assert said == ["goes on with import 1, which was interrupted after 2 of 4 rows"]
    assert (receipt.id, receipt.status, receipt.reasons) == (1, ReceiptStatus.COMPLETED, {"created": 4})
    assert list(receipt.warnings) == ["interrupted after 2 of 4 rows, and gone on with"]
    assert len(at_work().receipts()) == 1


@pytest.mark.parametrize(
    ("rows", "options"),
    [
        (FOUR, {"tags": ["autumn"]}),
        (FOUR, {"tags": ["spring"], "policy": "klaviyo"}),
        ((*FOUR, "eva@example.com,Eva"), {"tags": ["spring"]}),
    ],
    ids=["options", "policy", "file"],
)
def test_another_command_is_another_import(
    at_work: Callable[[], Book], rows: tuple[str, ...], options: dict[str, Any]
) -> None:
    interrupted(at_work(), tags=["spring"])
    said: list[str] = []
    assert take_in(at_work(), *rows, say=said.append, **options).id == 2
    assert said == []
    assert at_work().receipt(1).status is ReceiptStatus.RUNNING


def test_an_import_without_its_working_files_cannot_go_on(
    at_work: Callable[[], Book], tmp_path: Path
) -> None:
    interrupted(at_work())
    book = at_work()
    work = book._store.files / "work" / "1"
    elsewhere = work.rename(tmp_path / "elsewhere")
    with refusal("working_files_lost"):
        book.resume(1)
    elsewhere.rename(work)
    assert book.resume(1).reasons == {"created": 4}


def test_who_is_told_that_the_import_is_in_may_lack_its_results(
    at_work: Callable[[], Book], monkeypatch: pytest.MonkeyPatch
) -> None:
    book = at_work()

    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr("onefold.way.finishing.write_files", stopped)
        take_in(book, "email", ANA)
    assert book.receipt(1).results is None
    said: list[str] = []
    receipt = take_in(book, "email", ANA, say=said.append)
    assert said == ["goes on with import 1, which was interrupted before its results were written"]
    assert receipt.id == 1
    assert Path(str(receipt.results)).read_text(encoding="utf-8").startswith("email,Import Status")


@pytest.mark.parametrize("problem", [KeyboardInterrupt, OnefoldError])
def test_what_goes_wrong_just_after_the_first_commit_takes_nothing_away(
    at_work: Callable[[], Book], monkeypatch: pytest.MonkeyPatch, problem: type[BaseException]
) -> None:
    writer = Store.writer

    @contextmanager
    def and_then(self: Store, **named: Any) -> Iterator[Writer]:
        with writer(self, **named) as one:
            yield one
        raise problem() if problem is KeyboardInterrupt else OnefoldError("the server is gone", code="gone")

    with monkeypatch.context() as patch, suppress(OnefoldError, KeyboardInterrupt):
        patch.setattr(Store, "writer", and_then)
        take_in(at_work(), *FOUR)
    assert len(everybody(at_work())) == 2
    said: list[str] = []
    assert take_in(at_work(), *FOUR, say=said.append).reasons == {"created": 4}
    assert said == ["goes on with import 1, which was interrupted after 2 of 4 rows"]


def test_a_policy_that_is_no_file_goes_on_by_the_same_call(at_work: Callable[[], Book]) -> None:
    policy = Policy(name="ours")
    interrupted(at_work(), policy=policy)
    assert take_in(at_work(), *FOUR, policy=policy).id == 1


def test_a_book_has_one_turn_whatever_it_is_called(tmp_path: Path, clock: Clock) -> None:
    (tmp_path / "other.db").symlink_to(tmp_path / "book.db")
    with (
        onefold.open(tmp_path / "book.db", clock=clock, batch_rows=2) as mine,
        onefold.open(tmp_path / "other.db", clock=clock) as theirs,
    ):
        interrupted(mine)
        assert theirs.resume(1).reasons == {"created": 4}


# What processes that died have left


def test_the_folders_of_plans_whose_makers_died_are_taken_away(book: Book, tmp_path: Path) -> None:
    files = tmp_path / "people.db.files"
    dead = files / "plan-dead"
    dead.mkdir(parents=True)
    alive = book.plan(file("email", ANA))
    other = book.plan(file("email,phone", f"{BEA},{ONE}"))
    assert not dead.exists()
    assert len(list(files.glob("plan-*"))) == 2
    alive.discard()
    other.discard()
    assert list(files.glob("plan-*")) == []


def test_working_files_of_what_nobody_will_go_on_with_are_taken_away(at_work: Callable[[], Book]) -> None:
    for end in (lambda book: book.cancel(1), lambda book: book.undo(2)):
        book = at_work()
        interrupted(book, tags=[str(len(book.receipts()))])
        assert len(list((book._store.files / "work").iterdir())) == 1
        end(book)
        assert list((book._store.files / "work").iterdir()) == []
