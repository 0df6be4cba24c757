"""The bare load writes the very rows that an import leaves, and only those of the last one where told so."""

import pickle
from collections.abc import Callable
from pathlib import Path

import pytest

import onefold
from bench.bare_load import KEYS, WAYS, How, high_water, load, read_out
from bench.people import HOME, write_people

ROWS = 230  # more than four statements of fifty, and some rows over


@pytest.mark.parametrize("how", WAYS["SQLite"])
def test_the_bare_load_leaves_the_rows_of_the_import(how: How, tmp_path: Path) -> None:
    places = [f"sqlite:///{tmp_path / name}.db" for name in ("imported", "bare")]
    assert_the_same_rows(places[0], places[1], how, tmp_path)


@pytest.mark.parametrize("how", WAYS["PostgreSQL"])
def test_so_it_does_on_a_server(how: How, new_postgres_database: Callable[[], str], tmp_path: Path) -> None:
    assert_the_same_rows(new_postgres_database(), new_postgres_database(), how, tmp_path)


def assert_the_same_rows(imported: str, bare: str, how: How, folder: Path) -> None:
    write_people(folder / "people.csv", ROWS)
    empty = dict.fromkeys(KEYS, 0)
    with onefold.open(imported) as book:
        book.import_file(folder / "people.csv", region=HOME)
    onefold.open(bare).close()
    read_out(imported, folder / "kept", empty)
    load(folder / "kept", bare, how)
    read_out(bare, folder / "again", empty)
    kept, again = (pickle.loads((folder / name).read_bytes()) for name in ("kept", "again"))
    assert {part.table for part in kept} == {"tag", "contact", "contact_tag", "ledger"}
    assert again == kept


def test_only_the_rows_of_the_last_import_are_read_out(database_url: str, tmp_path: Path) -> None:
    write_people(tmp_path / "people.csv", ROWS)
    write_people(tmp_path / "more.csv", 7, first=ROWS)
    with onefold.open(database_url) as book:
        book.import_file(tmp_path / "people.csv", region=HOME)
        before = high_water(database_url)
        book.import_file(tmp_path / "more.csv", region=HOME)
    read_out(database_url, tmp_path / "kept", before)
    parts = pickle.loads((tmp_path / "kept").read_bytes())
    rows = {part.table: part.rows for part in parts}
    count = {table: of.count(b"\n") if isinstance(of, bytes) else len(of) for table, of in rows.items()}
    assert count == {"tag": 1, "contact": 7, "contact_tag": 7, "ledger": 7}
