"""Links for a whole segment, and the file that they go into."""

import csv
from pathlib import Path

import pytest

from onefold.audience.choosing import Choice
from onefold.book import Book
from onefold.way import making_links
from tests.way.at_the_desk import ANA, BEA, CARLA, ONE, refusal, take_in


@pytest.fixture
def people(book: Book) -> Book:
    """Ana, Bea and Carla, of whom Ana and Bea are on the list News; Bea's name looks like a formula."""
    book.set_setting("link_base", "https://contacts.example.com")
    book.create_list("News")
    take_in(book, "email,phone,first_name", f"{ANA},{ONE},Ana", f"{BEA},,=1+1", into_list="News")
    take_in(book, "email", CARLA)
    return book


def test_everybody_on_a_list_gets_a_link_of_their_own(people: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making_links, "AT_A_TIME", 1)
    made = people.link("preferences", Choice(list="News"))
    assert [each["contact_id"] for each in made] == [1, 2]
    tokens = [people.read_token(each["token"]) for each in made]
    assert [(token.contact_id, token.address) for token in tokens] == [(1, ANA), (2, BEA)]
    assert people.link("preferences", Choice(list="News"), days=1)[0]["link"] != made[0]["link"]


def test_who_is_in_the_bin_gets_none(people: Book) -> None:
    people.remove([1])
    assert [each["contact_id"] for each in people.link("subscribe", Choice(list="News"))] == [2]
    with refusal("in_bin"):
        people.link("subscribe", [1])
    people.remove([2])
    assert people.link("subscribe", Choice(list="News")) == []


def test_links_are_written_to_a_file_that_a_spreadsheet_can_open(people: Book, tmp_path: Path) -> None:
    file = tmp_path / "links.csv"
    assert people.write_links("subscribe", Choice(list="News"), file) == 2
    with file.open(newline="", encoding="utf-8") as opened:
        rows = list(csv.DictReader(opened))
    code = people.short_id
    assert [(row["Contact ID"], row["First Name"], row["Phone"]) for row in rows] == [
        (f"{code}-1", "Ana", ONE),
        (f"{code}-2", "'=1+1", ""),
    ]
    assert all(row["Link"].startswith("https://contacts.example.com") for row in rows)
    assert [each.name for each in tmp_path.glob("*links*")] == ["links.csv"]


def test_a_file_that_cannot_be_written_is_refused_and_one_that_is_there_stays(
    people: Book, tmp_path: Path
) -> None:
    file = tmp_path / "links.csv"
    file.write_text("mine")
    with refusal("bad_value"):
        people.write_links("subscribe", [1], file, days=0)
    with refusal("unknown_list"):
        people.write_links("subscribe", Choice(list="Nws"), file)
    with refusal("bad_target"):
        people.write_links("subscribe", [1], tmp_path / "none" / "links.csv")
    assert file.read_text() == "mine"
