"""Names and numbers that only the applying transaction knows."""

import polars as pl

from onefold.model.frames import MEMBERSHIP_SCHEMA, REVIEW_SCHEMA, Contacts
from onefold.resolve.changes import changes_between, from_ledger
from onefold.resolve.renumber import Known, renumbered, with_ids
from tests.frames import book_of, lines, words

IDS = lines({"provisional": pl.Int64, "id": pl.Int64}, "-1 41", "-2 42")
BEFORE = book_of("id email field_1 merged_into", "1 a 3 -")
AFTER = book_of("id email field_1 merged_into", "1 b 4 -2", "-2 z - -", aliases=["-1 phone 1 claimed"])
CHANGES = changes_between(
    BEFORE,
    AFTER,
    memberships_added=lines(MEMBERSHIP_SCHEMA, "-1 tag import-?", "1 tag import-?", "1 list News"),
    reviews=lines(REVIEW_SCHEMA, "kept_apart -1 1 phone 1 0 why"),
)


def known(tag: tuple[str, str] | None = None, **columns: str) -> Known:
    return Known(IDS, columns, tag)


def test_contacts_made_by_earlier_batches_have_their_real_numbers() -> None:
    made = renumbered(CHANGES, known())
    assert words(made.created, "id") == ["42"]
    assert words(made.updated, "id", "merged_into") == ["1 42"]
    assert words(made.aliases_added) == ["41 phone 1 claimed"]
    assert words(made.reviews, "contact_id", "other_contact_id") == ["41 1"]
    assert words(made.memberships_added, "contact_id") == ["1", "1", "41"]
    assert made.ledger["contact_id"].sort().to_list() == sorted(
        {-1: 41, -2: 42}.get(number, number) for number in CHANGES.ledger["contact_id"]
    )


def test_numbers_that_are_not_known_stay() -> None:
    frame = pl.DataFrame({"contact_id": [-3, -1, 7, None]})
    assert with_ids(frame, IDS)["contact_id"].to_list() == [-3, 41, 7, None]
    assert with_ids(frame, IDS.clear())["contact_id"].to_list() == [-3, -1, 7, None]
    assert with_ids(pl.DataFrame({"row": [-1]}), IDS)["row"].to_list() == [-1]


def test_the_import_tag_gets_its_number_in_the_ledger_too() -> None:
    made = renumbered(CHANGES, known(("import-?", "import-7")))
    assert words(made.memberships_added, "kind", "name") == ["list News", "tag import-7", "tag import-7"]
    keys = from_ledger(made.ledger)["key"].to_list()
    assert keys.count("tag:import-7") == 2
    assert "tag:import-?" not in keys
    assert "list:News" in keys


def test_new_fields_get_their_real_columns_in_the_ledger_too() -> None:
    made = renumbered(CHANGES, known(field_1="field_9"))
    assert "field_9" in made.updated.columns
    assert "field_1" not in made.created.columns
    assert {"field_9", "email"} <= set(from_ledger(made.ledger)["key"])
    assert "field_1" not in from_ledger(made.ledger)["key"]


def test_where_nothing_is_known_nothing_changes() -> None:
    nothing = Known(IDS.clear(), {}, None)
    assert words(renumbered(CHANGES, nothing).ledger) == words(CHANGES.ledger)


def test_an_empty_book_has_nothing_to_renumber() -> None:
    nobody = Contacts(BEFORE.contacts.clear(), BEFORE.aliases)
    assert renumbered(changes_between(nobody, nobody), known(("a", "b"), field_1="field_9")).nothing
