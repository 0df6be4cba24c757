"""Every promise that the import keeps has its example, and no page makes one up."""

from collections import Counter

from tests.behaviour.page import PAGES, read_page


def ids(system: str, *numbers: int) -> set[str]:
    return {f"{system}-{number:02}" for number in numbers}


THEIRS = {
    "respond_io": ids("RIO", *range(1, 31)),
    "mainstay": ids("MAI", *range(1, 13)),
    "dotdigital": ids("DOT", *range(1, 19)),
    "delivra": ids("DEL", *range(1, 11)),
    "klaviyo": ids("KLA", *range(1, 12)),
}
BETTER = (
    ids("RIO", 1, 2, 3, 5, 6, 9, 12, 15, 16, 17, 18, 23, *range(25, 31))
    | ids("MAI", 1, 3, 4, 5, 6, 8, 12)
    | ids("DOT", 2, 3, 4, 10, 12, 14, 17, 18)
    | ids("DEL", *range(2, 5), 8)
    | ids("KLA", 6, 7, 8, 10, 11)
)
"""The column *ours* of the list of behaviours, but for what comes with later work."""

STORIES = ids("ONE", *range(1, 12), *range(20, 27), 30, *range(40, 50), *range(50, 53), *range(60, 80))


def keys_of(page: str) -> set[str]:
    return {example.key for example in read_page(PAGES / f"{page}.md")}


def test_each_page_has_the_promises_of_its_system_and_no_others() -> None:
    assert {page: keys_of(page) for page in THEIRS} == THEIRS


def test_the_page_of_the_default_has_every_answer_and_every_story() -> None:
    assert keys_of("onefold") == {f"{promise} ours" for promise in BETTER} | STORIES


def test_no_two_examples_have_the_same_heading() -> None:
    headings = Counter(
        (example.key, example.title)
        for path in PAGES.glob("*.md")
        if path.name != "index.md"
        for example in read_page(path)
    )
    assert [heading for heading, count in headings.items() if count > 1] == []
