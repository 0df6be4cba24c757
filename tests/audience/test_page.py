"""The page on segments has the rules of the code."""

import re
from pathlib import Path

from onefold.model.segment import DEEPEST, MOST_RULES, MOST_VALUES, RULES_OF, Is

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "segments.md").read_text(encoding="utf-8")


def test_the_table_of_rules_is_that_of_the_code() -> None:
    table = PAGE.partition("## Which rules each takes")[2].partition("\n\n- ")[0]
    shown = {
        subject: re.findall(r"`(\w+)`", rules)
        for subject, rules in re.findall(r"^\| (\w+) \| (`.+) \|$", table, re.MULTILINE)
    }
    assert shown == {subject.value: list(rules) for subject, rules in RULES_OF.items()}
    assert {rule for rules in shown.values() for rule in rules} == set(Is)


def test_the_limits_are_those_of_the_code() -> None:
    assert f"stand in each other {DEEPEST} deep" in PAGE
    assert f"{MOST_RULES:,} rules and {MOST_VALUES:,} values" in PAGE
