"""Real books for the laws: a fresh one for every story, told by files and records, read in plain SQL."""

import csv
import shutil
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

import onefold
from onefold.model.field import NAMES
from onefold.model.identifier import ADDRESS_KINDS, CONTACT_ID, CRM_ID, as_written
from tests.laws.generating import CITY, HOME, LIST, LOYALTY_ID, VISITS, Batch, Story, Told, Way
from tests.laws.playing import IDENTIFIERS, Shown, show
from tests.oracle import Contact

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)


def _now() -> datetime:
    return NOW


class Shelf(ABC):
    """Empty books with the own kind, the fields and the list of every story, in one of two places."""

    @abstractmethod
    def fresh(self, place: int = 0) -> str:
        """The address of an empty book; what stood in that place is gone."""

    @abstractmethod
    def rows(self, query: str, place: int = 0) -> list[tuple[Any, ...]]:
        """What a query finds in the book in that place."""

    @contextmanager
    def book(self, story: Story, place: int = 0, batch_rows: int = 50_000) -> Iterator["RealBook"]:
        """An empty book with the marks of a story."""
        address = self.fresh(place)
        with onefold.open(address, clock=_now, batch_rows=batch_rows) as book:
            for identifier in story.shared:
                book.share(*identifier)
            for identifier in story.blocked:
                book.block(*identifier)
            yield RealBook(book, self, place, address)


def furnish(address: str) -> None:
    """Makes a book and what every story takes for granted."""
    with onefold.open(address, clock=_now) as book:
        book.add_identifier(LOYALTY_ID)
        book.add_field(CITY, "text", default=HOME)
        book.add_field(VISITS, "number")
        book.create_list(LIST)


class SqliteShelf(Shelf):
    """Each fresh book is a copy of a furnished one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._furnished = folder / "furnished.db"
        furnish(str(self._furnished))

    def fresh(self, place: int = 0) -> str:
        folder = self._folder / str(place)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        shutil.copy(self._furnished, folder / "book.db")
        return str(folder / "book.db")

    def rows(self, query: str, place: int = 0) -> list[tuple[Any, ...]]:
        connection = sqlite3.connect(self._folder / str(place) / "book.db")
        try:
            return connection.execute(query).fetchall()
        finally:
            connection.close()


class PostgresqlShelf(Shelf):
    """One database a place, furnished once: its tables are emptied and filled again from copies of them."""

    def __init__(self, addresses: tuple[str, ...]) -> None:
        self._addresses = addresses
        self._connections = [psycopg.connect(address, autocommit=True) for address in addresses]
        self._tables: list[str] = []
        for place, address in enumerate(addresses):
            furnish(address)
            self._tables = [
                name
                for (name,) in self.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'", place)
            ]
            connection = self._connections[place]
            connection.execute("CREATE SCHEMA furnished")
            for name in self._tables:
                table = sql.Identifier(name)
                connection.execute(
                    sql.SQL("CREATE TABLE furnished.{} AS TABLE public.{}").format(table, table)
                )

    def fresh(self, place: int = 0) -> str:
        connection = self._connections[place]
        tables = [sql.Identifier(name) for name in self._tables]
        with connection.transaction():
            connection.execute(sql.SQL("TRUNCATE {} RESTART IDENTITY").format(sql.SQL(", ").join(tables)))
            for table in tables:
                connection.execute(
                    sql.SQL("INSERT INTO public.{} SELECT * FROM furnished.{}").format(table, table)
                )
        return self._addresses[place]

    def rows(self, query: str, place: int = 0) -> list[tuple[Any, ...]]:
        return self._connections[place].execute(query.encode()).fetchall()

    def close(self) -> None:
        for connection in self._connections:
            connection.close()


@dataclass(frozen=True)
class Ending:
    """What became of a row, and the contact that it made or changed; no reason where the policy hides it."""

    status: str
    reason: str | None
    contact_id: int | None


class RealBook:
    """A book that stories are told to. `book` is the real one."""

    def __init__(self, book: onefold.Book, shelf: Shelf, place: int, address: str) -> None:
        self.book = book
        self.address = address
        self._shelf = shelf
        self._place = place

    def tell(self, batch: Batch) -> list[Ending]:
        """One batch comes in; how each of its rows ended."""
        if batch.way is Way.FILE:
            return self.endings(self.book.import_file(BytesIO(self._csv(batch)), **self._options(batch)))
        answers = self.book.take([_record(told) for told in batch.told], policy=batch.policy)
        return [Ending(answer.status, answer.reason, answer.contact_id) for answer in answers]

    def plan(self, batch: Batch) -> "onefold.Plan":
        """The plan of a batch that comes as a file."""
        return self.book.plan(BytesIO(self._csv(batch)), **self._options(batch))

    @staticmethod
    def _options(batch: Batch) -> dict[str, Any]:
        return {
            "purpose": batch.purpose,
            "identifier": batch.chosen,
            "do_not_overwrite": batch.do_not_overwrite,
            "do_not_overwrite_columns": batch.do_not_overwrite_columns,
            "tags": batch.tags,
            "into_list": batch.into_list,
            "import_tag": False,
            "policy": batch.policy,
        }

    def endings(self, receipt: "onefold.Receipt") -> list[Ending]:
        """What the results file of an import says."""
        assert receipt.results is not None
        with Path(receipt.results).open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        return [
            Ending(row["Import Status"], row.get("Reason"), _id(row.get("Contact ID", ""))) for row in rows
        ]

    def _csv(self, batch: Batch) -> bytes:
        columns = (CONTACT_ID, *IDENTIFIERS, *NAMES, CITY, VISITS)
        text = StringIO()
        file = csv.DictWriter(text, columns, restval="")
        file.writeheader()
        for told in batch.told:
            cells = dict(told.cells)
            if CONTACT_ID in cells:
                cells[CONTACT_ID] = f"{self.book.short_id}-{cells[CONTACT_ID]}"
            file.writerow(cells)
        return text.getvalue().encode()

    def show(self) -> dict[int, Shown]:
        """Every contact there is, merged ones too, as `playing.show_slow` shows a slow book's."""
        contacts: dict[int, Contact] = {}
        columns = (
            *("id", "merged_into", "in_bin", CRM_ID, "identifier_1", *ADDRESS_KINDS),
            *(as_written(kind) for kind in ADDRESS_KINDS),
            *(*NAMES, "field_1", "field_2"),
        )
        named = {"identifier_1": LOYALTY_ID, "field_1": CITY, "field_2": VISITS}
        for row in self._rows(f"SELECT {', '.join(columns)} FROM contact"):
            line = {named.get(column, column): value for column, value in zip(columns, row, strict=True)}
            said = {column: value for column, value in line.items() if value is not None}
            contacts[line["id"]] = Contact(
                line["id"],
                identifiers={kind: said[kind] for kind in IDENTIFIERS if kind in said},
                spellings={
                    kind: said[as_written(kind)] for kind in ADDRESS_KINDS if as_written(kind) in said
                },
                values={name: said[name] for name in (*NAMES, CITY, VISITS) if name in said},
                merged_into=line["merged_into"],
                in_bin=bool(line["in_bin"]),
            )
        for contact_id, kind, value, why in self._rows("SELECT contact_id, kind, value, why FROM alias"):
            contacts[contact_id].aliases[kind, value] = why
        for contact_id, name in self._rows(
            "SELECT contact_id, tag.name FROM contact_tag JOIN tag ON tag.id = tag_id"
        ):
            contacts[contact_id].tags.add(name)
        for contact_id, name in self._rows(
            "SELECT contact_id, list.name FROM contact_list JOIN list ON list.id = list_id"
        ):
            contacts[contact_id].lists.add(name)
        return {contact.id: show(contact) for contact in contacts.values()}

    def marks(self) -> set[tuple[str, str]]:
        """The identifiers that are marked as shared."""
        return {
            (kind, value) for kind, value in self._rows("SELECT kind, value FROM mark WHERE mark = 'shared'")
        }

    def last_receipt(self) -> int:
        """The id of what was written last."""
        ((receipt_id,),) = self._rows("SELECT max(id) FROM receipt")
        return int(receipt_id)

    def questions(self) -> set[tuple[str, int, int, str, str]]:
        """What the review asks: kind, contact, the other one (0: none), identifier and value."""
        return set(self._rows("SELECT kind, contact_id, other_contact_id, identifier, value FROM review"))

    def in_review(self) -> set[int]:
        """The contacts that wait for somebody to decide."""
        return {contact_id for _, *both, _, _ in self.questions() for contact_id in both}

    def changed_numbers(self) -> set[tuple[int, str]]:
        """The contacts for which a file brought a number that they no longer have."""
        return set(self._rows("SELECT contact_id, number_in_file FROM changed_number"))

    def _rows(self, query: str) -> list[tuple[Any, ...]]:
        return self._shelf.rows(query, self._place)


def _record(told: Told) -> dict[str, Any]:
    """The row as a record in CONTRACT's shape."""
    cells = dict(told.cells)
    fields = {name: cells.pop(name) for name in (CITY, VISITS) if name in cells}
    contact_id = cells.pop(CONTACT_ID, None)
    return {
        "source": told.source.value,
        "at": "2026-11-22T10:00:00Z",
        "proven": sorted(told.proven),
        "contact_id": None if contact_id is None else int(contact_id),
        "fields": fields,
        **cells,
    }


def _id(cell: str) -> int | None:
    return int(cell.rpartition("-")[2]) if cell else None
