"""Where an example happens: a book and a folder of its own, and a clock that only the page moves."""

import csv
import io
import shlex
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import onefold
from onefold.book import Book
from onefold.way.plan import Plan
from tests.behaviour.command import Ran, run_command
from tests.behaviour.kinds import file_named
from tests.behaviour.table import Table

BEGINNING: Final = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
SHORT_ID: Final = "{book}"
FILE: Final = "people.csv"
RESULTS: Final = "results.csv"
ERRORS: Final = "errors.csv"


@dataclass
class World:
    """The state of one example. Everything from `policy` on is what its page has said or done so far."""

    address: str
    folder: Path
    closing: ExitStack
    now: datetime = BEGINNING
    policy: str | None = None
    import_file: str = FILE
    ran: Ran = field(default_factory=lambda: Ran("nothing yet"))
    receipt: dict[str, Any] = field(default_factory=dict)
    undone: dict[str, Any] = field(default_factory=dict)
    answers: Sequence[Any] = ()
    reviewed: tuple[Book, Plan] | None = None
    progress: list[tuple[str, int, int]] = field(default_factory=list)
    before: list[dict[str, Any]] | None = None
    saved: Table | None = None
    token: str = ""

    def clock(self) -> datetime:
        return self.now

    def open(self) -> Book:
        """The book itself, for what a page takes for granted and for looking at what has become of it."""
        return onefold.open(self.address, clock=self.clock)

    def contacts(self) -> list[dict[str, Any]]:
        with self.open() as book:
            return book.contacts(limit=1000)

    def keep_what_is(self) -> None:
        """Remembers the contacts as they are before the first When of the example."""
        if self.before is None:
            self.before = self.contacts()

    def settle(self) -> None:
        """Fails if the last command failed and no Then has said that it would."""
        ran = self.ran
        assert ran.done or ran.expected, (
            f"{ran.what} ended with {ran.exit_status}: {ran.messages}{ran.output}"
        )

    def type(self, *words: str) -> Ran:
        """Runs `onefold` with these words, on this book and in this folder."""
        self.settle()
        self.ran = run_command(self.address, words, self.folder, self.clock)
        return self.ran

    def ask(self, *words: str) -> Any:
        """The JSON that a command answers which only looks."""
        self.type(*words)
        self.settle()
        return self.ran.document

    def do_import(self, options: str, *, file: str | None = None) -> None:
        """Imports a file with options as they are typed, under the page's policy."""
        self.keep_what_is()
        self.import_file = file or self.import_file
        for leftover in (RESULTS, ERRORS):
            (self.folder / leftover).unlink(missing_ok=True)
        chosen = shlex.split(self.filled(options))
        policy = ["--policy", self.policy] if self.policy else []
        written = ["--results", RESULTS, "--errors", ERRORS]
        ran = self.type("import", self.import_file, *chosen, *policy, *written)
        self.receipt = ran.document if ran.done else {}

    def undo(self, receipt_id: int) -> None:
        """Undoes a receipt of this book."""
        ran = self.type("undo", str(receipt_id))
        self.undone = ran.document if ran.done else {}

    def filled(self, text: str) -> str:
        """A page's text with `{book}` replaced by the short id that stands before Contact IDs in files."""
        if SHORT_ID not in text:
            return text
        with self.open() as book:
            return text.replace(SHORT_ID, book.short_id)

    def filled_table(self, table: Table) -> Table:
        return replace(table, rows=tuple(tuple(map(self.filled, row)) for row in table.rows))

    def write(self, name: str, table: Table, encoding: str = "utf-8") -> None:
        """Writes a page's table into the example's folder as a CSV file."""
        text = io.StringIO(newline="")
        csv.writer(text).writerows([table.columns, *self.filled_table(table).rows])
        file = self.folder / name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(text.getvalue().encode(encoding))

    def save(self, name: str, table: Table) -> None:
        """Writes a page's table into the example's folder as the kind of file that its name says."""
        self.saved = table
        filled = self.filled_table(table)
        (self.folder / name).write_bytes(file_named(name, filled.columns, filled.rows))

    def read(self, name: str) -> list[dict[str, str]]:
        """The rows of a CSV file in the example's folder."""
        with (self.folder / name).open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))
