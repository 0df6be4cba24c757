"""Every round of the bench, run with a few rows: what it measures, it measures still. No figure is judged."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bench import audiences, big_books, rounds
from bench.__main__ import ON_EACH_STORE, ONCE, Kept
from bench.files import BenchFiles
from bench.measure import measured, taken
from bench.page import BEGIN, END, page, write_page
from bench.people import write_people
from bench.places import Files, Places, Server
from bench.promises import PROMISES, Promise
from bench.rounds import Sizes

SIZES = Sizes(rows=100, big_rows=500, pairs=1)


@pytest.fixture(params=["SQLite", pytest.param("PostgreSQL", marks=pytest.mark.servers)])
def places(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Places]:
    if request.param == "SQLite":
        yield Files(tmp_path)
    else:
        server = Server(request.getfixturevalue("postgres_server"))
        yield server
        server.clear()


@pytest.fixture
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    def at_once(name: str, *arguments: str, limit: float | None = None) -> rounds.Figures:
        return taken(name, *arguments)

    monkeypatch.setattr(rounds, "measured", at_once)
    monkeypatch.setattr(big_books, "measured", at_once)
    monkeypatch.setattr(audiences, "measured", at_once)
    monkeypatch.setattr(rounds, "find_spec", lambda _: None)  # Django is no business of the tests


@pytest.mark.usefixtures("in_this_process")
def test_every_figure_that_is_promised_is_measured(places: Places, tmp_path: Path) -> None:
    def run(rounds_: dict[str, rounds.Round]) -> rounds.Figures:
        return {name: {**round_(SIZES, files, places), "run": "now"} for name, round_ in rounds_.items()}

    files = BenchFiles(tmp_path)
    kept: Kept = {
        "sizes": {"rows": SIZES.rows, "big rows": SIZES.big_rows, "pairs": SIZES.pairs},
        "figures": {"once": run(ONCE), places.name: run(ON_EACH_STORE)},
    }
    for promise in PROMISES:
        of_store = kept["figures"]["once" if promise.once else places.name]
        assert promise.round == "django" or promise.measured(of_store[promise.round]) > 0
    shown = page(kept, "today")
    assert all(promise.title in shown for promise in PROMISES) and "pieces" not in shown


def test_a_measurement_has_a_process_of_its_own(tmp_path: Path) -> None:
    write_people(tmp_path / "people.csv", 10)
    figures = measured("import", f"sqlite:///{tmp_path / 'book.db'}", str(tmp_path / "people.csv"))
    assert figures["reasons"] == {"created": 10}


def test_a_copy_of_a_book_has_its_rows_and_goes_its_own_way(places: Places, tmp_path: Path) -> None:
    write_people(tmp_path / "people.csv", 10)
    write_people(tmp_path / "more.csv", 3, first=10)
    original = places.new()
    taken("import", original, str(tmp_path / "people.csv"))
    copied = places.copy(original)
    assert taken("import", copied, str(tmp_path / "people.csv"))["reasons"] == {"unchanged": 10}
    assert taken("import", copied, str(tmp_path / "more.csv"))["reasons"] == {"created": 3}
    assert taken("import", original, str(tmp_path / "more.csv"))["reasons"] == {"created": 3}
    places.drop(copied)


def test_what_is_written_by_hand_stays(tmp_path: Path) -> None:
    kept: Kept = {"sizes": {"rows": 1, "big rows": 1, "pairs": 1}, "figures": {}}
    file = tmp_path / "performance.md"
    file.write_text(f"before\n{BEGIN}old\n{END}after\n", encoding="utf-8")
    write_page(kept, "today", file)
    text = file.read_text(encoding="utf-8")
    assert text.startswith(f"before\n{BEGIN}") and text.endswith(f"{END}after\n") and "old" not in text
    assert "not measured" in text


def test_figures_of_several_runs_are_said_to_be_pieces() -> None:
    kept: Kept = {
        "sizes": {"rows": 1, "big rows": 1, "pairs": 1},
        "figures": {"once": {"phones": {"run": "one"}, "django": {"run": "two"}}},
    }
    assert "in 2 pieces" in page(kept, "today")


@pytest.mark.parametrize(
    ("figure", "at_least", "verdict"),
    [
        (1.5, False, "1.50 ✓ by 25%"),
        (3, False, "**3.00 ✗ by 50%**"),
        (3, True, "3.00 ✓ by 50%"),
        (float("inf"), False, "**too long ✗**"),
    ],
)
def test_a_verdict_says_by_how_much(figure: float, at_least: bool, verdict: str) -> None:
    assert Promise("", "", (), 2, at_least).verdict(figure) == verdict
