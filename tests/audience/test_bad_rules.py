"""Rules that are none are told so, with the place and what was meant; never an empty result."""

from typing import Any

import pytest

from onefold.audience.choosing import Choice, condition_of
from onefold.model.error import UsageError
from onefold.model.segment import DEEPEST, MOST_RULES, MOST_VALUES, parse_rules
from onefold.stores import Store
from tests.audience.generating import STATES
from tests.stores.building import NOW

CITY = {"field": "city", "is": "not_empty"}


def rule(field: str, says: str, *value: Any) -> dict[str, Any]:
    return {"field": field, "is": says} | ({"value": value[0]} if value else {})


def nested(levels: int, kind: str = "not") -> Any:
    tree: Any = CITY
    for _ in range(levels):
        tree = {kind: [tree]}
    return tree


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        (None, "the rules: None is no rule and no block"),
        ([], "the rules: [] is no rule and no block"),
        ("city", "the rules: 'city' is no rule and no block"),
        ({1: CITY}, "the rules: {1: "),
        ({}, "the rules: there is nothing in them"),
        ({"include": {}}, "include: there is nothing in it"),
        ({"include": CITY, "exlude": CITY}, "'exlude' does not belong here; did you mean exclude?"),
        ({"include": {"all": []}}, "include.all: the block is empty"),
        ({"include": {"all": CITY}}, "include.all: this is no list of rules"),
        ({"all": [CITY], "any": [CITY]}, "the rules: 'any' does not belong here"),
        ({"al": [CITY]}, "the rules: 'al' is neither a rule nor a block; did you mean all?"),
        ({"all": [CITY, {"any": [CITY, 7]}]}, "all[1].any[1]: 7 is no rule and no block"),
        ({"field": "city", "is": "empty", "all": [CITY]}, "both a rule and a block"),
        ({"field": "city"}, "the rules: the rule has no 'is'"),
        ({"is": "empty"}, "the rules: the rule has no 'field'"),
        ({"field": 7, "is": "empty"}, "'field' is 7, which is no text"),
        ({"field": "city", "is": "empty", "valeu": 1}, "'valeu' does not belong here; did you mean value?"),
        (rule("city", "is_empty"), "there is no rule 'is_empty'; did you mean empty?"),
        (rule("city", "empty", None), "the rule empty takes no value"),
        (rule("city", "equals"), "the rule equals needs a value"),
        (rule("city", "equals", None), "None is no value"),
        (rule("city", "equals", ["a"]), "['a'] is no value"),
        (rule("city", "one_of", "a"), "the rule one_of takes a list of values"),
        (rule("city", "one_of", []), "the rule one_of has no values"),
        (rule("age", "between", [1]), "the rule between takes two values, not 1"),
        ({"include": nested(DEEPEST + 1)}, f"more than {DEEPEST} deep"),
        (nested(100_000), f"more than {DEEPEST} deep"),
    ],
)
def test_what_is_no_tree_of_rules(rules: Any, told: str) -> None:
    with pytest.raises(UsageError) as error:
        parse_rules(rules)
    assert error.value.code == "bad_rules"
    assert told in str(error.value)


@pytest.mark.parametrize(
    ("rules", "code", "told"),
    [
        (rule("Citi", "empty"), "unknown_field", "there is no field 'Citi'; did you mean city?"),
        (rule("fields.nope", "empty"), "unknown_field", "there is no field 'fields.nope'"),
        (rule("'; DROP TABLE contact; --", "empty"), "unknown_field", "there is no field"),
        (rule("tag", "equals", "VPI"), "unknown_tag", "did you mean VIP?"),
        (rule("list", "one_of", ["News", "Nwes"]), "unknown_list", "did you mean News?"),
        (rule("list", "equals", "x\0"), "bad_rules", "holds a character that no contact can have"),
        (rule("segment", "equals", "Nobody's"), "unknown_segment", "there is no segment"),
        (rule("import", "equals", 99_999), "unknown_receipt", "this book has no receipt 99999"),
        (rule("import", "equals", 1.5), "bad_rules", "1.5 is no whole number"),
        (rule("import", "equals", True), "bad_rules", "import is a number, and True is not"),
        (rule("age", "contains", "1"), "bad_rules", "age (number) does not take the rule contains"),
        (rule("created_at", "empty"), "bad_rules", "created_at (time) does not take the rule empty"),
        (rule("age", "equals", True), "bad_rules", "age is a number, and True is not"),
        (rule("age", "greater", float("nan")), "bad_rules", "age is a number, and nan is not"),
        (rule("age", "less", float("-inf")), "bad_rules", "age is a number, and -inf is not"),
        (rule("age", "less", 10**400), "bad_rules", "age is a number"),
        (rule("age", "less", "1,234"), "bad_rules", "age is a number"),
        (rule("age", "between", [2, 1]), "bad_rules", "the first value of between is behind the last"),
        (rule("created_at", "between", ["2026-02-01", "2026-01-01"]), "bad_rules", "behind the last"),
        (rule("born", "after", "3/4/2026"), "bad_rules", "'3/4/2026' is no date that is sure"),
        (rule("born", "before", 2026), "bad_rules", "2026 is no date"),
        (rule("created_at", "before", "9999-12-31"), "bad_rules", "no date that a book could have"),
        (rule("created_at", "before", "0001-01-01T00:00:00"), "bad_rules", "no date that a book could have"),
        (rule("born", "in_last_days", 0), "bad_rules", "0 is not between 1 and"),
        (rule("born", "in_last_days", 10**9), "bad_rules", "is not between 1 and"),
        (rule("vip", "equals", "perhaps"), "bad_rules", "vip is yes or no, and 'perhaps' is neither"),
        (rule("colour", "equals", "gren"), "bad_rules", "'gren' is no choice of colour"),
        (rule("city", "equals", 7), "bad_rules", "city is text, and 7 is not"),
        (rule("city", "equals", ""), "bad_rules", "the value is an empty text"),
        (rule("city", "starts_with", "  "), "bad_rules", "the value is blank"),
        (rule("city", "contains", "\ud800"), "bad_rules", "holds a character that no contact can have"),
        (rule("city", "contains", "x" * 10_001), "bad_rules", "longer than 10,000 characters"),
        (rule("email", "equals", "no address"), "bad_rules", "'no address' is no email"),
        (rule("phone", "equals", "12"), "bad_rules", "'12' is no phone"),
        (rule("phone", "contains", "abc"), "bad_rules", "'abc' is no part of a phone number"),
        (rule("consent.email", "equals", "lapsed"), "bad_rules", "there is no state 'lapsed'"),
        (rule("consent.fax", "equals", "none"), "unknown_field", "there is no field 'consent.fax'"),
        ({"any": [CITY] * (MOST_RULES + 1)}, "bad_rules", f"any[{MOST_RULES}]: there are more than"),
        (rule("city", "one_of", ["x"] * (MOST_VALUES + 1)), "bad_rules", "there are more than"),
        ({"all": [CITY, {"not": rule("age", "equals", "x")}]}, "bad_rules", "all[1].not: age is a number"),
    ],
)
def test_what_cannot_be_asked_of_this_book(store: Store, rules: Any, code: str, told: str) -> None:
    with store.reader() as reader, pytest.raises(UsageError) as error:
        condition_of(Choice(rules=rules), reader, NOW)
    assert (error.value.code, "\n" in str(error.value)) == (code, False)
    assert told in str(error.value)


@pytest.mark.parametrize("kind", ["all", "any", "not"])
@pytest.mark.parametrize(
    "last",
    [
        rule("city", "contains", "É" * 10_000),
        rule("consent.email", "equals", "none"),
        rule("tag", "contains", "%"),
    ],
)
def test_the_deepest_tree_and_the_widest_are_answered(store: Store, kind: str, last: Any) -> None:
    deep: Any = last
    for level in range(DEEPEST - 1):
        deep = {"not" if level % 2 else kind: [rule("first_name", "equals", "ÉÃ'"), deep]}
    wide = {kind: [rule("city", "contains", f"{number}%_'") for number in range(MOST_RULES)]}
    states = {kind: [rule("consent.sms", "one_of", list(STATES))] * 40}
    many = rule("city", "one_of", [f"É{number}" for number in range(MOST_VALUES)])
    named = rule("tag", "one_of", ["VIP"] * 100)
    with store.reader() as reader:
        for rules in (deep, {"exclude": deep}, wide, states, many, named):
            assert reader.count_where(condition_of(Choice(rules=rules), reader, NOW)) >= 0
