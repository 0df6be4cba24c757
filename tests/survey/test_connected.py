"""Groups of rows and contacts that hang together."""

import polars as pl

from onefold.survey.connected import connected
from onefold.survey.ties import CONTACT_NODE, contact_ties, row_ties
from tests.frames import book_of, lines, marks, records, rules, words

TIES = {"node": pl.Int64, "tie": pl.String}


def groups(*ties: str) -> list[str]:
    return words(connected(lines(TIES, *ties)))


def test_a_common_tie_joins_and_the_smallest_names_the_group() -> None:
    assert groups("4 x", "2 x", "9 y", "2 z") == ["2 2", "4 2"]


def test_ties_join_through_each_other() -> None:
    assert groups("5 x", "4 x", "4 y", "3 y", "3 z", "8 z", "1 w", "7 w") == [
        "1 1",
        "3 3",
        "4 3",
        "5 3",
        "7 1",
        "8 3",
    ]


def test_a_long_chain_is_one_group() -> None:
    chain = [tie for node in range(1000) for tie in (f"{node} {node}", f"{node} {node + 1}")]
    found = connected(lines(TIES, *chain))
    assert (found.height, found["component"].unique().to_list()) == (1000, [0])


def test_who_has_a_tie_of_its_own_twice_is_joined_to_nobody() -> None:
    assert groups("1 x", "1 x", "2 y") == []


def test_nothing_joins_nothing() -> None:
    assert groups() == []


def nodes_joined(
    told: pl.DataFrame, *mark: str, known: str = "id email", contacts: tuple[str, ...] = ()
) -> list[str]:
    """`node component` of rows (their number) and contacts (`c` and their id) that are joined."""
    ties = [row_ties(told, rules().all_kinds, marks(*mark), rules())]
    ties.append(contact_ties(book_of(known, *contacts), rules().all_kinds, marks(*mark), rules()))
    found = connected(pl.concat(ties))
    name = [f"c{node - CONTACT_NODE}" if node < 0 else str(node) for node in found["node"]]
    return sorted(name)


def test_an_identifier_joins_rows_and_contacts_whatever_its_kind() -> None:
    told = records("email phone crm_id", "a - -", "- 1 -", "- 1 C", "z - -")
    assert nodes_joined(told, known="id email crm_id", contacts=("1 a -", "2 - C", "3 b -")) == [
        "0",
        "1",
        "2",
        "c1",
        "c2",
    ]


def test_equal_values_of_different_kinds_do_not_join() -> None:
    assert nodes_joined(records("email phone", "1 -", "- 1")) == []


def test_a_contact_is_joined_by_its_number() -> None:
    assert nodes_joined(records("contact_id email", "1 -", "- z"), contacts=("1 a", "2 b")) == ["0", "c1"]


def test_blocked_values_join_nobody() -> None:
    assert nodes_joined(records("email phone", "info@x 1", "info@x 1"), "phone 1 blocked") == []


def test_shared_values_join_only_together_with_the_name() -> None:
    told = records(
        "phone full_name first_name last_name", "1 Ana_Silva - -", "1 - ana SILVA", "1 Bea - -", "1 - - -"
    )
    assert nodes_joined(told, "phone 1 shared") == ["0", "1"]


def test_what_a_contact_had_or_has_beside_joins_and_what_it_only_wants_does_not() -> None:
    whys = ("former", "second", "released", "held_elsewhere", "claimed")
    numbers = [str(number) for number in range(1, 6)]
    aliases = [f"{number} phone {number} {why}" for number, why in zip(numbers, whys, strict=True)]
    known = book_of("id", *numbers, aliases=aliases)
    told = records("phone", *numbers)
    ties = [row_ties(told, ("phone",), marks(), rules()), contact_ties(known, ("phone",), marks(), rules())]
    assert sorted(node for node in connected(pl.concat(ties))["node"] if node >= 0) == [0, 1, 2]
