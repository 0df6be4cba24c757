"""Whatever is wrong with what was typed: one clear line, the right exit status, the book as it was."""

import errno
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from onefold.sources.spool import Spool, plain_disk_errors
from tests.cli.typed import Ran, Typed, type_words

FILES = {
    "empty.csv": b"",
    "header.csv": b"email,first_name\n",
    "junk.csv": bytes(range(256)) * 40,
    "picture.csv": b"\x89PNG\r\n\x1a\n" + bytes(2000),
    "good.csv": b"email,first_name\neva@example.com,Eva\n",
    "numbers.csv": b"Remarks,Size\nnice,42\n",
    "typo.toml": b'second_mach = "merge"\n',
    "wrong.toml": b'second_match = "sometimes"\n',
    "broken.toml": b"second_match = \n",
}
BAD_WORDS = {
    "a file that is not there": (["import", "nothere.csv"], "nothere.csv"),
    "an empty file": (["import", "empty.csv"], "empty.csv is empty"),
    "a header only": (["import", "header.csv"], "no rows"),
    "binary junk": (["import", "junk.csv"], "junk.csv is not text"),
    "a picture": (["import", "picture.csv"], "picture"),
    "a folder": (["import", "folder"], "folder"),
    "no permission": (["import", "denied.csv"], "denied.csv"),
    "no identifier in it": (["import", "numbers.csv", "--skip", "Size"], "numbers.csv"),
    "a policy that is not there": (["import", "good.csv", "--policy", "onefol"], "onefol"),
    "a policy with an unknown knob": (["import", "good.csv", "--policy", "typo.toml"], "second_match?"),
    "a policy with an unknown word": (
        ["import", "good.csv", "--policy", "wrong.toml"],
        "merge_complementary",
    ),
    "a policy that is no TOML": (["policies", "use", "broken.toml"], "broken.toml"),
    "a mapping to no field": (["import", "good.csv", "--map", "first_name=town"], "town"),
    "a mapping of no column": (["import", "good.csv", "--map", "town=first_name"], "town"),
    "a mapping that is none": (["import", "good.csv", "--map", "first_name"], '"Header=field"'),
    "a column mapped twice": (["import", "good.csv", "--map", "a=email", "--map", "a=phone"], "twice"),
    "no such identifier": (["import", "good.csv", "--identifier", "shoe_size"], "shoe_size"),
    "no such purpose": (["import", "good.csv", "--purpose", "add"], "update_existing"),
    "no such encoding": (["import", "good.csv", "--encoding", "utf-99"], "utf-99"),
    "no such date order": (["import", "good.csv", "--date-order", "ydm"], "dmy"),
    "no such line": (["import", "good.csv", "--header-row", "0"], "number from 1"),
    "a sheet of a CSV file": (["import", "good.csv", "--sheet", "People"], "workbook"),
    "results into no folder": (["import", "good.csv", "--results", "nowhere/results.csv"], "nowhere"),
    "results over the input": (["import", "good.csv", "--results", "good.csv"], "good.csv"),
    "no file": (["import"], "name one"),
    "two files": (["import", "good.csv", "more.csv"], "more.csv"),
    "nothing to resume": (["import", "--resume", "1"], "completed"),
    "a command that is none": (["imprt", "good.csv"], "did you mean 'import'"),
    "an option that is none": (["import", "good.csv", "--purpos", "add_new"], "--purpos"),
    "an option without its value": (["import", "good.csv", "--purpose"], "--purpose"),
    "a number that is none": (["contacts", "--limit", "many"], "--limit"),
    "a limit of nothing": (["contacts", "--limit", "0"], "--limit"),
    "a contact that is not there": (["contacts", "show", "99"], "99"),
    "a contact of another book": (["contacts", "show", "zzzz-1"], "zzzz-1"),
    "an edit that sets nothing": (["contacts", "set", "1", "last_name"], "field=value"),
    "an edit of no field": (["contacts", "set", "1", "town=Porto"], "town"),
    "an edit with a bad value": (["contacts", "set", "1", "email=nothing"], "email"),
    "a merge with itself": (["contacts", "merge", "1", "1"], "itself"),
    "a split of one": (["contacts", "split", "1"], "one contact"),
    "a receipt that is not there": (["undo", "99"], "99"),
    "a review entry that is not there": (["review", "accept", "99"], "99"),
    "a review of no kind": (["review", "--kind", "gossip"], "pending_link"),
    "a field of no type": (["fields", "add", "Size", "--type", "color"], "yes_no"),
    "a mark on no identifier": (["identifiers", "block", "shoe_size", "42"], "shoe_size"),
    "a list of nobody": (["lists", "add", "Friends"], "--contact"),
    "a setting that is none": (["settings", "set", "colour", "blue"], "colour"),
    "a date that is none": (["changed-numbers", "--since", "yesterday"], "yesterday"),
    "a policy to compare that is none": (["compare", "good.csv", "--policies", "onefold,klavyo"], "klavyo"),
    "nothing to compare": (["compare", "good.csv", "--policies", ","], "--policies"),
    "a sample over a file": (["sample", "good.csv"], "already"),
    "a backup over a file": (["backup", "good.csv"], "already"),
    "an export of no kind": (["export", "--to", "people.pdf"], ".xlsx"),
    "an export into a folder": (["export", "--to", "folder"], ".xlsx"),
    "an export of a column that is none": (["export", "--to", "a.csv", "--columns", "e-male"], "'email'"),
    "an export for no channel": (["export", "--to", "a.csv", "--channel", "fax"], "sms"),
    "an export of rules that are none": (["export", "--to", "a.csv", "--where", "{"], "--where"),
    "an export of no segment": (["export", "--to", "a.csv", "--segment", "'; DROP TABLE"], "DROP TABLE"),
    "a demo over a demo": (["demo", "made"], "already"),
}


@pytest.fixture
def book(onefold: Typed, people: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A book with two people; whatever happens in the test, it is afterwards as it was."""
    onefold("import", str(people))
    for name, content in FILES.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "folder").mkdir()
    (tmp_path / "made").mkdir()
    (tmp_path / "made" / "demo.db").touch()
    (tmp_path / "denied.csv").write_bytes(FILES["good.csv"])
    _deny(monkeypatch, "denied.csv")
    before = _all_of(onefold)
    yield
    assert _all_of(onefold) == before


def _all_of(onefold: Typed) -> list[Any]:
    looks = (
        ["contacts"],
        ["imports"],
        ["review"],
        ["fields"],
        ["lists"],
        ["identifiers", "blocked"],
        ["settings"],
    )
    return [onefold(*words, "--json").document for words in looks]


def _deny(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """A file that may not be read; the tests may run as root, who may read all."""
    opened = Path.open

    def denied(path: Path, *args: Any, **options: Any) -> Any:
        if path.name == name:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return opened(path, *args, **options)

    monkeypatch.setattr(Path, "open", denied)


def check_refusal(ran: Ran, status: int = 2) -> None:
    """One line, `error: …`, on standard error, and nothing else."""
    assert ran.exit_status == status, ran
    assert ran.output == ""
    [line] = ran.messages.splitlines()
    assert line.startswith("error: ")
    assert "Traceback" not in line


@pytest.mark.usefixtures("book")
@pytest.mark.parametrize(("words", "said"), BAD_WORDS.values(), ids=BAD_WORDS)
def test_wrong_use_is_told_in_one_line(words: list[str], said: str) -> None:
    ran = type_words(*words)
    check_refusal(ran)
    assert said in ran.messages

    as_json = type_words("--json", *words)
    assert as_json.exit_status == 2
    assert as_json.messages == ""
    assert list(as_json.document) == ["error"]
    assert list(as_json.document["error"]) == ["code", "message", "hint"]
    assert "\n" not in as_json.document["error"]["message"]


@pytest.mark.usefixtures("book")
def test_a_full_disk_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(spool: Spool, *_: object) -> None:
        with plain_disk_errors("write", spool.folder):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(Spool, "put", full)
        ran = type_words("import", "good.csv")
    check_refusal(ran, status=1)
    assert "full" in ran.messages


def test_a_book_that_is_none_is_refused_and_left_alone(tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    other.write_text("dear diary\n" * 100)
    ran = type_words("--book", str(other), "contacts")
    check_refusal(ran)
    assert "other.db" in ran.messages
    assert other.read_text() == "dear diary\n" * 100


def test_tables_of_something_else_are_left_alone(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "other.db") as connection:
        connection.execute("CREATE TABLE diary (text)")
    connection.close()
    before = (tmp_path / "other.db").read_bytes()
    check_refusal(type_words("--book", "other.db", "contacts"))
    assert (tmp_path / "other.db").read_bytes() == before


def test_a_book_of_a_newer_onefold_is_refused(onefold: Typed, people: Path, tmp_path: Path) -> None:
    onefold("import", str(people))
    with sqlite3.connect(tmp_path / "onefold.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    ran = type_words("contacts")
    check_refusal(ran)
    assert "newer" in ran.messages


@pytest.mark.parametrize(
    "address", ["mysql://localhost/book", "nowhere/at/all.db", "postgresql://x@127.0.0.1:1/y"]
)
def test_a_book_that_cannot_be_reached_is_told_in_one_line(address: str) -> None:
    check_refusal(type_words("--book", address, "contacts"))


@pytest.mark.usefixtures("book")
def test_strict_takes_all_rows_or_none(people: Path, tmp_path: Path) -> None:
    ran = type_words("import", str(people), "--strict", "--errors", "to-mend.csv")
    check_refusal(ran, status=3)
    assert "1 of 3 rows" in ran.messages
    assert "to-mend.csv" in ran.messages
    assert "not an email" in (tmp_path / "to-mend.csv").read_text(encoding="utf-8")
    assert type_words("import", str(people), "--strict", "--json").document["error"]["code"] == "strict"


def test_strict_is_content_where_no_row_is_refused(onefold: Typed, tmp_path: Path) -> None:
    (tmp_path / "good.csv").write_bytes(FILES["good.csv"])
    assert onefold("import", "good.csv", "--strict", "--json").document["imported"] == 1
