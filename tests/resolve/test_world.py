"""The contacts that an input can touch, as its batches change them."""

from onefold.model.frames import WANTED_SCHEMA
from onefold.resolve.world import moved_on, near
from tests.frames import book_of, lines, shown, words

KINDS = ("crm_id", "loyalty_id", "email", "phone")


def reached(*asked: str) -> list[int]:
    world = book_of(
        "id crm_id email merged_into",
        "1 C a -",
        "2 - b 3",
        "3 - - 4",
        "4 - d -",
        "5 - - -",
        aliases=["5 phone 5 former", "4 phone 4 held_elsewhere"],
    )
    return near(world, lines(WANTED_SCHEMA, *asked), KINDS).contacts["id"].sort().to_list()


def test_who_has_had_or_wants_it_is_near() -> None:
    assert reached("crm_id C") == [1]
    assert reached("phone 5", "phone 4") == [4, 5]
    assert reached("email z") == []


def test_a_merged_contact_brings_all_those_it_leads_to() -> None:
    assert reached("contact_id 2") == [2, 3, 4]
    assert reached("email b") == [2, 3, 4]
    assert reached("contact_id 4") == [4]


def test_equal_values_of_different_kinds_are_not_mixed_up() -> None:
    assert reached("email C", "crm_id a") == []


def test_aliases_of_who_is_near_come_along() -> None:
    world = book_of("id email", "1 a", "2 b", aliases=["1 phone 1 former", "2 phone 2 former"])
    found = near(world, lines(WANTED_SCHEMA, "email a"), KINDS)
    assert shown(found, 1) == "email=a phone~1:former"
    assert words(found.aliases) == ["1 phone 1 former"]


def test_the_world_moves_on_with_each_batch() -> None:
    world = book_of("id email", "1 a", "2 b", aliases=["1 phone 1 former", "2 phone 2 former"])
    after = book_of("id email", "1 c", "-1 z", aliases=["1 email a former"])
    moved = moved_on(world, after)
    assert [shown(moved, of) for of in (1, 2, -1)] == [
        "email=c email~a:former",
        "email=b phone~2:former",
        "email=z",
    ]
