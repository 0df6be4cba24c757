"""What `make bench` measures is what it says: the same rows, the stages that there are, people who differ."""

import pickle
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest

import onefold
from bench.bare_load import WAYS, How, load, read_out
from bench.people import HOME, people, write_people
from bench.stages import STAGES
from bench.tangles import TANGLES, write_tangle

ROWS = 230  # more than four statements of fifty, and some rows over


def test_people_are_the_same_for_the_same_seed_and_share_nothing() -> None:
    rows = list(people(ROWS, seed=1))
    assert rows == list(people(ROWS, seed=1)) != list(people(ROWS, seed=2))
    for identifier in (0, 3):
        said = [row[identifier].strip().lower() for row in rows if row[identifier]]
        assert len(set(said)) == len(said) > ROWS * 0.8


def test_every_one_of_them_becomes_a_contact(tmp_path: Path) -> None:
    write_people(tmp_path / "people.csv", ROWS)
    with onefold.open(tmp_path / "book.db") as book:
        assert book.import_file(tmp_path / "people.csv", region=HOME).reasons == {"created": ROWS}


@pytest.mark.parametrize("place", [place for places in STAGES.values() for place in places])
def test_the_stages_are_where_the_watch_looks_for_them(place: str) -> None:
    room, name = place.rsplit(".", 1)
    try:
        owner = import_module(room)
    except ModuleNotFoundError:
        module, of_class = room.rsplit(".", 1)
        owner = getattr(import_module(module), of_class)
    assert callable(getattr(owner, name))


@pytest.mark.parametrize("how", WAYS["SQLite"])
def test_the_bare_load_leaves_the_rows_of_the_import(how: How, tmp_path: Path) -> None:
    places = [f"sqlite:///{tmp_path / name}.db" for name in ("imported", "bare")]
    assert_the_same_rows(places[0], places[1], how, tmp_path)


@pytest.mark.parametrize("how", WAYS["PostgreSQL"])
def test_so_it_does_on_a_server(how: How, new_postgres_database: Callable[[], str], tmp_path: Path) -> None:
    assert_the_same_rows(new_postgres_database(), new_postgres_database(), how, tmp_path)


def assert_the_same_rows(imported: str, bare: str, how: How, folder: Path) -> None:
    write_people(folder / "people.csv", ROWS)
    with onefold.open(imported) as book:
        book.import_file(folder / "people.csv", region=HOME)
    onefold.open(bare).close()
    read_out(imported, folder / "kept")
    load(folder / "kept", bare, how)
    read_out(bare, folder / "again")
    kept, again = (pickle.loads((folder / name).read_bytes()) for name in ("kept", "again"))
    assert {part.table for part in kept} == {"tag", "contact", "contact_tag", "ledger"}
    assert again == kept


@pytest.mark.parametrize("name", TANGLES)
def test_a_tangled_file_has_its_rows(name: str, tmp_path: Path) -> None:
    write_tangle(tmp_path / "tangle.csv", name, ROWS)
    assert len((tmp_path / "tangle.csv").read_text(encoding="utf-8").splitlines()) == ROWS + 1
