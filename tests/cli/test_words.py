"""The words that the command line lists itself, so as to start quickly, are those of the code below it."""

from typing import get_args

from onefold.interfaces.cli.fields import AccessName, TypeName
from onefold.interfaces.cli.import_options import DateOrderName
from onefold.interfaces.cli.main import options_for_all
from onefold.interfaces.cli.printing import ROWS_SHOWN, listing
from onefold.interfaces.cli.receipts import MEANINGS
from onefold.interfaces.cli.review import PROPOSALS
from onefold.model.field import Access, FieldType
from onefold.model.outcome import Reason, ReviewKind
from onefold.normalise.date import DateOrder


def test_types_access_and_date_orders() -> None:
    assert list(get_args(TypeName)) == list(FieldType)
    assert list(get_args(AccessName)) == list(Access)
    assert sorted(get_args(DateOrderName)) == sorted(DateOrder)


def test_every_reason_and_every_kind_of_question_is_explained() -> None:
    assert set(MEANINGS) == set(Reason)
    assert set(PROPOSALS) == set(ReviewKind)


def test_a_long_table_ends_with_what_it_leaves_out() -> None:
    rows = [(number,) for number in range(ROWS_SHOWN)]
    assert len(list(listing(("id",), rows))) == 1
    _, rest = listing(("id",), [*rows, *rows])
    assert str(rest) == f"… and {ROWS_SHOWN} more; --json has them all"


def test_options_for_all_commands_are_found_wherever_they_stand() -> None:
    typed = ["contacts", "--json", "--book", "a.db", "--search", "x"]
    assert options_for_all(typed) == (["--json", "--book", "a.db"], ["contacts", "--search", "x"])
    assert options_for_all(["--book=a.db", "tags"]) == (["--book=a.db"], ["tags"])
    assert options_for_all(["import", "--", "--json"]) == ([], ["import", "--", "--json"])
    assert options_for_all(["tags", "--book"]) == (["--book"], ["tags"])
