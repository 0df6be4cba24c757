"""Of several contacts whose identifiers turn out to be one, the older keeps it."""

import polars as pl
import pytest

from onefold.model.frames import MARK_SCHEMA
from onefold.resolve.held_twice import HELD_SCHEMA, given_up

NO_MARKS = pl.DataFrame(schema=MARK_SCHEMA)


def told(*lines: str, marks: pl.DataFrame = NO_MARKS) -> list[str]:
    """Lines like `1 was why`, with `bin` behind them of who is there; all hold the email `x`."""
    held = [(int(id_), "email", "x", was, why, bool(more)) for id_, was, why, *more in map(str.split, lines)]
    left = given_up(pl.DataFrame(held, schema=HELD_SCHEMA, orient="row"), marks)
    return [f"{line['contact_id']} to {line['keeper']}" for line in left.to_dicts()]


@pytest.mark.parametrize(
    ("lines", "gone"),
    [
        (["1 one current", "2 two current"], ["2 to 1"]),
        (["2 one current", "1 two current", "3 two current"], ["2 to 1"]),
        (["1 one current", "2 one current"], []),
        (["1 one current bin", "2 two current"], ["1 to 2"]),
        (["1 one current bin", "2 two current bin"], ["2 to 1"]),
        (["1 one second", "2 two current"], ["1 to 2"]),
        (["1 one second", "2 two second", "3 three second"], ["2 to 1", "3 to 1"]),
        (["1 one current"], []),
        ([], []),
    ],
)
def test_the_older_keeps_it(lines: list[str], gone: list[str]) -> None:
    assert told(*lines) == gone


@pytest.mark.parametrize("mark", ["shared", "blocked"])
def test_what_is_marked_several_may_hold(mark: str) -> None:
    marks = pl.DataFrame([("email", "x", mark)], schema=MARK_SCHEMA, orient="row")
    assert told("1 one current", "2 two current", marks=marks) == []
    other = marks.with_columns(value=pl.lit("y"))
    assert told("1 one current", "2 two current", marks=other) == ["2 to 1"]
