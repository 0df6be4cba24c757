"""Survivorship in a book: the ledger says when a value was set, and its receipt by whom."""

from pathlib import Path

import pytest

from onefold.book import Book
from tests.way.at_the_desk import ANA, ONE, refusal, shown, take_in


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    """A policy file to write knobs into."""
    return tmp_path / "mine.toml"


def two(book: Book) -> None:
    """Contact 1 by an import, contact 2 by a form after it."""
    take_in(book, "crm_id,first_name,last_name", "C-1,Ana,Silva")
    book.take([{"source": "form", "phone": ONE, "first_name": "Anna", "last_name": "S"}])


def test_the_newest_value_stays(book: Book, policy: Path) -> None:
    policy.write_text('survivorship = "newest"')
    book.use_policy(policy)
    two(book)
    book.set_values(1, {"last_name": "da Silva"})
    book.merge(1, [2])
    assert (
        shown(book, 1) == f"crm_id=C-1 phone={ONE} first_name=Anna last_name=da Silva contact_id~2:merged_id"
    )
    book.split(2)
    assert shown(book, 1) == "crm_id=C-1 first_name=Ana last_name=da Silva"
    assert shown(book, 2) == f"phone={ONE} first_name=Anna last_name=S"


def test_the_source_decides_column_by_column(two_at_once: tuple[Book, Book], policy: Path) -> None:
    book, _ = two_at_once
    policy.write_text('[survivorship]\ndefault = "longest"\nfirst_name = ["form", "import"]')
    book.use_policy(policy)
    two(book)
    take_in(book, "crm_id,phone", f"C-1,{ONE}")
    assert shown(book, 1) == f"crm_id=C-1 phone={ONE} first_name=Anna last_name=Silva contact_id~2:merged_id"


def test_a_file_of_many_batches_is_one_input(book: Book, policy: Path) -> None:
    policy.write_text('survivorship = "newest"')
    book.use_policy(policy)
    book._batch_rows = 1
    take_in(book, "crm_id,phone,email,first_name", "C-1,,,Ana", f",{ONE},,Anna", f"C-1,{ONE},{ANA},")
    assert shown(book, 1) == f"crm_id=C-1 email={ANA} phone={ONE} first_name=Anna contact_id~2:merged_id"


def test_an_accepted_review_obeys(book: Book, policy: Path) -> None:
    policy.write_text('survivorship = "longest"')
    book.use_policy(policy)
    take_in(book, "email,first_name", f"{ANA},Ana")
    take_in(book, "phone,first_name", f"{ONE},Anna")
    book.take([{"source": "checkout", "email": ANA, "phone": ONE, "proven": ["email"]}])
    [entry] = book.review("pending_link")
    book.accept(entry.id)
    assert shown(book, 1).startswith(f"email={ANA} phone={ONE} first_name=Anna")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('survivorship = "oldest"', "kept, newest, longest, or a list of sources"),
        ('survivorship = ["fax"]', "takes some of import, form"),
        ("survivorship = []", "each source once, and at least one"),
        ('survivorship = ["form", "form"]', "each source once, and at least one"),
        ("survivorship = true", "kept, newest, longest, or a list of sources"),
        ('[survivorship]\nfirst_name = "new"', "survivorship.first_name = 'new'"),
    ],
)
def test_what_is_no_survivorship(book: Book, policy: Path, text: str, says: str) -> None:
    policy.write_text(text)
    with refusal("bad_policy") as told:
        book.use_policy(policy)
    assert says in str(told[0])


@pytest.mark.parametrize("column", ["email", "contact_id", "shoe size", "consent.email"])
def test_only_values_survive_by_a_rule(book: Book, policy: Path, column: str) -> None:
    policy.write_text(f'[survivorship]\n"{column}" = "newest"')
    with refusal("bad_policy") as told:
        take_in(book, "email", ANA, policy=policy)
    assert f"names {column} in survivorship" in str(told[0])
