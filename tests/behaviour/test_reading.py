"""The runner itself: a page that is not in order, or not true, cannot pass."""

import re
from typing import Final

import pytest

from tests.behaviour import (
    given,
    texting,
    then_bin,
    then_book,
    then_exports,
    then_import,
    then_lists,
    when,
    when_forms,
    when_records,
    when_segments,
)
from tests.behaviour.page import PAGES, Example, PageError, Step, named, parse_page
from tests.behaviour.steps import PATTERNS, bind
from tests.behaviour.table import Table, check_table, matches

ROOMS: Final = (
    given,
    when,
    when_forms,
    when_records,
    when_segments,
    texting,
    then_import,
    then_book,
    then_lists,
    then_exports,
    then_bin,
)

PAGE: Final = """
# A system

**Given** the policy is `mainstay`

## A part

### RIO-13: a promise

Some words.

**Given** the book

| id | email |
|---|---|
| 1 | `a\\|b@example.com` |

**And** the list `VIP`

**When** `onefold review` is run

**Then** the book is empty

### RIO-13 ours: an answer

**Then** the book is
empty
"""


def read(text: str) -> list[Example]:
    return parse_page(text, "page.md")


def test_a_page_is_read_as_it_stands() -> None:
    theirs, ours = read(PAGE)

    assert (theirs.key, theirs.title, ours.key) == ("RIO-13", "a promise", "RIO-13 ours")
    assert theirs.steps == (
        Step("Given", "the policy is `mainstay`", None, "page.md:4"),
        Step("Given", "the book", Table(("id", "email"), (("1", "a|b@example.com"),)), "page.md:12"),
        Step("Given", "the list `VIP`", None, "page.md:18"),
        Step("When", "`onefold review` is run", None, "page.md:20"),
        Step("Then", "the book is empty", None, "page.md:22"),
    )
    assert ours.steps[-1].sentence == "the book is empty"


def test_a_second_example_of_a_promise_has_a_name_of_its_own() -> None:
    twice = read(PAGE.replace("RIO-13 ours", "RIO-13"))

    assert [name for name, _ in named(twice)] == ["RIO-13", "RIO-13 (2)"]


@pytest.mark.parametrize(
    ("right", "wrong", "complaint"),
    [
        ("Some words.", "| a |\n|---|", "page.md:10: this table stands under no step"),
        ("**And** the list", "Some words.\n\n| a |\n|---|\n\n**And** the list", "stands under no step"),
        ("**When** ", "When ", "page.md:20: is this a step"),
        ("### RIO-13: a promise", "### RIO-13 a promise", "page.md:8: an example's heading"),
        ("### RIO-13 ours", "## A part\n\n**Given** nothing\n\n### RIO-13 ours", "belongs to neither"),
        ("| 1 |", "| 1 | 2 |", "not all as many cells"),
        ("|---|---|\n", "", "a table's second line"),
        ("**Then** the book is empty\n\n### RIO-13 ours", "### RIO-13 ours", "page.md:8: RIO-13 has no"),
        ("**Given** the policy", "**And** the policy", "nothing to go on from"),
    ],
)
def test_a_page_that_is_not_in_order_is_refused(right: str, wrong: str, complaint: str) -> None:
    assert right in PAGE

    with pytest.raises(PageError, match=re.escape(complaint)):
        read(PAGE.replace(right, wrong, 1))


def test_a_page_without_examples_is_refused() -> None:
    with pytest.raises(PageError, match="no example"):
        read("# A system\n")


@pytest.mark.parametrize(
    ("sentence", "table", "complaint"),
    [
        ("the book is fine", None, "there is no such step"),
        ("the book is", None, "takes a table"),
        ("the book is empty", Table(("id",), ()), "takes no table"),
    ],
)
def test_a_step_that_nothing_understands_is_refused(
    sentence: str, table: Table | None, complaint: str
) -> None:
    with pytest.raises(PageError, match=complaint):
        bind(Step("Then", sentence, table, "page.md:1"))


def test_the_list_of_sentences_is_that_of_the_manual() -> None:
    manual = (PAGES / "index.md").read_text(encoding="utf-8")
    listed = [
        (keyword, sentence, below != "")
        for keyword, rows in re.findall(r"^### (\w+)\n\n.+\n.+\n((?:\|.+\n)+)", manual, re.MULTILINE)
        for sentence, below in re.findall(r"^\| (.+?) \| (.*?) ?\|$", rows, re.MULTILINE)
    ]

    assert sorted(listed) == sorted((each.keyword, each.sentence, each.table) for each in PATTERNS)


@pytest.mark.parametrize(
    ("expected", "actual", "same"),
    [
        ("", "", True),
        ("", "x", False),
        ("…", "anything", True),
        ("…", "", False),
        ("*", "anything", True),
        ("*", "", False),
        ("import-…-7", "import-2026-11-22-7", True),
        ("import-…-7", "import-2026-11-22-8", False),
        ("a.b", "axb", False),
        ("+12025550123", "+12025550123", True),
    ],
)
def test_a_cell_matches_what_it_says(expected: str, actual: str, same: bool) -> None:
    assert matches(expected, actual) is same


@pytest.mark.parametrize(
    "actual",
    [
        [],
        [{"id": "1", "email": "b@example.com"}],
        [{"id": "1", "email": "a@example.com"}, {"id": "2", "email": "b@example.com"}],
        [{"id": "1"}],
    ],
)
def test_a_table_that_is_not_true_fails(actual: list[dict[str, str]]) -> None:
    with pytest.raises(AssertionError, match="the book"):
        check_table("the book", Table(("id", "email"), (("1", "a@example.com"),)), actual)


def test_a_table_that_is_true_passes_whatever_it_leaves_out() -> None:
    check_table("the book", Table(("email",), (("a@example.com",),)), [{"id": "1", "email": "a@example.com"}])
