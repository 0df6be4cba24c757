"""Taking back: what was before comes again, value by value, unless somebody changed it since (law 3)."""

from itertools import pairwise

import polars as pl
import pytest

from onefold.model.frames import MARK_SCHEMA, MEMBERSHIP_SCHEMA, Contacts
from onefold.resolve.changes import changes_between
from onefold.resolve.reversal import Book, Reversal, present, reverse
from tests.frames import book_of, lines, shown, words

CHILDREN = {"contact_id": pl.Int64, "child": pl.Int64}
LEDGER = {"batch_id": pl.Int64, "contact_id": pl.Int64, "before": pl.String}


def a_book(contacts: Contacts, *memberships: str, marks: tuple[str, ...] = ()) -> Book:
    return Book(contacts, lines(MEMBERSHIP_SCHEMA, *memberships), lines(MARK_SCHEMA, *marks))


def batch(number: int, before: Book, after: Book) -> pl.DataFrame:
    """The ledger of the batch that made `after` of `before`."""
    members, marks = list(MEMBERSHIP_SCHEMA), list(MARK_SCHEMA)
    changes = changes_between(
        before.contacts,
        after.contacts,
        memberships_added=after.memberships.join(before.memberships, on=members, how="anti"),
        memberships_removed=before.memberships.join(after.memberships, on=members, how="anti"),
        marks_added=after.marks.join(before.marks, on=marks, how="anti"),
        marks_removed=before.marks.join(after.marks, on=marks, how="anti"),
    )
    return changes.ledger.select(pl.lit(number, dtype=pl.Int64).alias("batch_id"), "contact_id", "before")


def taken_back(*moments: Book, undone: tuple[int, ...], children: tuple[str, ...] = ()) -> Reversal:
    """Taking back the batches of these numbers, of those that led from one moment to the next."""
    steps = {number: batch(number, *pair) for number, pair in enumerate(pairwise(moments), start=1)}
    ledger = pl.concat([steps[number] for number in undone])
    since = [step for number, step in steps.items() if number > min(undone) and number not in undone]
    later = pl.concat([lines(LEDGER), *since])
    return reverse(ledger, later, moments[-1], lines(CHILDREN, *children))


def everything(book: Book) -> list[str]:
    return words(present(book))


HEADER = "id email phone first_name field_1 field_2 merged_into"
ANA = a_book(book_of(HEADER, "1 a - Ana 3 true -", aliases=["1 phone 2 former"]), "1 tag vip")


def changed(contact: str) -> Book:
    """The book of Ana, after a batch that changed all there is."""
    contacts = book_of(HEADER, contact, aliases=["1 email a former", "1 phone 2 released"])
    return a_book(contacts, "1 tag new", marks=("phone 9 shared",))


CHANGED = changed("1 b 1 - 4 false -")


def test_everything_is_as_it_was() -> None:
    found = taken_back(ANA, CHANGED, undone=(1,))
    assert everything(found.after) == everything(ANA)
    assert words(found.kept) == []


def test_taking_back_the_taking_back_is_a_redo() -> None:
    back = taken_back(ANA, CHANGED, undone=(1,)).after
    again = taken_back(ANA, CHANGED, back, undone=(2,))
    assert everything(again.after) == everything(CHANGED)


def test_several_batches_go_back_to_before_the_first() -> None:
    further = a_book(book_of(HEADER, "1 c 1 - 4 - -"), "1 tag new", "1 tag newer")
    found = taken_back(ANA, CHANGED, further, undone=(1, 2))
    assert everything(found.after) == everything(ANA)
    assert words(found.kept) == []


def test_a_contact_that_was_made_goes() -> None:
    known = ["1 phone 2 former", "2 phone 8 claimed"]
    contacts = book_of(HEADER, "1 a - Ana 3 true -", "2 z 9 - - - -", aliases=known)
    made = a_book(contacts, "1 tag vip", "2 tag new")
    found = taken_back(ANA, made, undone=(1,))
    assert everything(found.after) == everything(ANA)


def test_a_value_changed_since_is_kept_and_named() -> None:
    since = changed("1 b 1 Anna 4 false -")
    found = taken_back(ANA, CHANGED, since, undone=(1,))
    assert words(found.kept) == ["1 first_name changed since"]
    assert shown(found.after.contacts, 1) == "email=a first_name=Anna field_1=3.0 field_2=True phone~2:former"


def test_a_value_that_somebody_changed_and_changed_back_goes_back() -> None:
    since = changed("1 c 1 - 4 false -")
    found = taken_back(ANA, CHANGED, since, CHANGED, undone=(1,))
    assert (everything(found.after), len(found.kept)) == (everything(ANA), 0)


def test_a_kept_address_keeps_its_spelling_and_what_it_replaced() -> None:
    header = "id phone phone_as_written"
    moments = [
        a_book(book_of(header, "1 1 01")),
        a_book(book_of(header, "1 2 02", aliases=["1 phone 1 former"])),
        a_book(book_of(header, "1 3 03", aliases=["1 phone 1 former", "1 phone 2 former"])),
    ]
    found = taken_back(*moments, undone=(1,))
    assert shown(found.after.contacts, 1) == "phone=3 phone_as_written=03 phone~1:former phone~2:former"
    assert words(found.kept) == ["1 phone changed since", "1 phone_as_written changed since"]


def test_a_made_contact_that_was_used_since_is_kept_and_named() -> None:
    nobody = a_book(book_of("id email"))
    made = a_book(book_of("id email", "1 a"))
    for used in (a_book(book_of("id email phone", "1 a 1")), a_book(book_of("id email", "1 b"))):
        found = taken_back(nobody, made, used, undone=(1,))
        assert everything(found.after) == everything(used)
        assert words(found.kept) == ["1 contact used since"]


def test_a_made_contact_that_was_tagged_since_is_kept() -> None:
    nobody, made = a_book(book_of("id")), a_book(book_of("id email", "1 a"))
    found = taken_back(nobody, made, a_book(made.contacts, "1 tag vip"), undone=(1,))
    assert words(found.kept) == ["1 contact used since"]


def test_a_made_contact_into_which_another_merged_since_is_kept() -> None:
    nobody = a_book(book_of("id email merged_into"))
    made = a_book(book_of("id email merged_into", "1 a -"))
    found = taken_back(nobody, made, undone=(1,), children=("1 7",))
    assert words(found.kept) == ["1 contact used since"]
    assert shown(found.after.contacts, 1) == "email=a"


def test_contacts_that_were_made_and_merged_by_the_same_batches_all_go() -> None:
    nobody = a_book(book_of("id email phone merged_into"))
    made = a_book(book_of("id email phone merged_into", "1 a 1 -", "2 - 1 1"))
    found = taken_back(nobody, made, undone=(1,), children=("1 2",))
    assert everything(found.after) == []


def test_a_merge_goes_back() -> None:
    apart = a_book(book_of("id email phone merged_into", "1 a - -", "2 - 1 -"), "2 tag vip")
    merged = a_book(book_of("id email phone merged_into", "1 a 1 -", "2 - 1 1"), "1 tag vip", "2 tag vip")
    found = taken_back(apart, merged, undone=(1,), children=("1 2",))
    assert everything(found.after) == everything(apart)


def test_a_contact_that_was_removed_comes_back_whole() -> None:
    whole = a_book(book_of(HEADER, "1 a 1 Ana 3 true -", aliases=["1 phone 2 former"]), "1 tag vip")
    nobody = a_book(book_of(HEADER))
    found = taken_back(whole, nobody, undone=(1,))
    assert everything(found.after) == everything(whole)


def test_what_belonged_to_a_contact_that_is_gone_is_named() -> None:
    changed = a_book(book_of("id email", "1 b"))
    gone = a_book(book_of("id email"))
    before = a_book(book_of("id email", "1 a"))
    found = reverse(batch(1, before, changed), batch(2, changed, gone), gone, lines(CHILDREN))
    assert "1 email" in [" ".join(line.split()[:2]) for line in words(found.kept)]
    assert everything(found.after) == []


@pytest.mark.parametrize("mark", ["phone 1 shared", "email a blocked"])
def test_a_mark_goes_and_comes_back(mark: str) -> None:
    plain, marked = a_book(book_of("id")), a_book(book_of("id"), marks=(mark,))
    assert words(taken_back(plain, marked, undone=(1,)).after.marks) == []
    assert words(taken_back(marked, plain, undone=(1,)).after.marks) == [mark]


def test_values_with_colons_and_quotes_go_back() -> None:
    before = a_book(book_of("id", "1", aliases=['1 email a:b"c former']), '1 tag a:"b"', "1 list list:1")
    after = a_book(book_of("id", "1"))
    assert everything(taken_back(before, after, undone=(1,)).after) == everything(before)
    assert everything(taken_back(after, before, undone=(1,)).after) == everything(after)


def test_an_alias_never_repeats_what_the_contact_has_by_now() -> None:
    before = a_book(book_of("id crm_id email", "1 C -", aliases=["1 email a claimed"]))
    dropped = a_book(book_of("id crm_id email", "1 C -"))
    since = a_book(book_of("id crm_id email", "1 C a"))
    found = taken_back(before, dropped, since, undone=(1,))
    assert shown(found.after.contacts, 1) == "crm_id=C email=a"


def test_everything_that_a_contact_is_stands_on_a_line_of_its_own() -> None:
    assert words(present(CHANGED)) == [
        "0 shared:phone:9 1",
        "1 alias:email:a former",
        "1 alias:phone:2 released",
        "1 contact 1",
        "1 email b",
        "1 field_1 4.0",
        "1 field_2 false",
        "1 in_bin false",
        "1 phone 1",
        "1 tag:new 1",
    ]
