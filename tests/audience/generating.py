"""Contacts and trees of rules that have something to do with each other."""

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

WORDS = (
    "Porto", "PORTO", "São Tomé", "SÃO TOMÉ", "straße", "STRAẞE", "STRASSE", "Évora", "évora", "Evora",
    "100%", "100", "a_b", "axb", "back\\slash", "it's", '"; DROP TABLE contact; --', "🙂 ok", "ΟΔΟΣ", "οδος",
    "οδοσ", "İzmir", "izmir", "Kelvin", "kelvin", "Å", "å", "Москва", "МОСКВА",
    "ǅ", "x y",
)  # fmt: skip
NUMBERS = (-1.5, 0.0, 1.0, 2.0, 0.1, 1e15)
DAYS = ("2025-02-28", "2026-11-20", "2026-11-22", "2026-11-23", "2030-01-01")
TIMES = ("2025-01-01T00:00:00Z", "2026-11-21T22:59:59Z", "2026-11-21T23:00:00Z", "2026-11-22T10:00:00Z")
CHOICES = ("red", "Grün", "it's")
TAGS = ("VIP", "vip", "50%", "Évora", "it's")
LISTS = ("News", "Émile", "a_b")
EMAILS = ("a_b@example.com", "axb@example.com", "É@example.com")
PHONES = ("+351912345678", "+447700900101")
STATES = ("subscribed", "pending", "unsubscribed", "none")
MOMENTS = ("2022-01-01T00:00:00Z", "2023-01-01T00:00:00Z", "2024-01-01T00:00:00Z")

PARTS = ("%", "_", "\\", "'", '"', "é", "É", "ẞ", "ß", "ΟΣ", "ς", "i", "İ", "k", "o", "🙂", "ВА", "x y")
Log = Mapping[tuple[str, str], tuple[str, str, bool]]

words = st.sampled_from(WORDS)
parts = st.one_of(
    st.builds(lambda word, start, most: word[start:][:most], words, st.integers(0, 3), st.integers(1, 4)),
    st.sampled_from(PARTS),
).filter(lambda part: part.strip() == part != "")
spelled = st.one_of(words, words.map(str.upper), words.map(str.lower), words.map(str.swapcase))
KNOWN = (*(("email", each) for each in EMAILS), *(("phone", each) for each in PHONES))
SPOKEN = (*(("email", each) for each in EMAILS), *(("sms", each) for each in PHONES))


def maybe(values: tuple[Any, ...]) -> st.SearchStrategy[Any]:
    return st.none() | st.sampled_from(values)


contacts = st.fixed_dictionaries(
    {
        "first_name": maybe(WORDS),
        "crm_id": maybe(WORDS),
        "loyalty_id": maybe(WORDS),
        "email": maybe(EMAILS),
        "phone": maybe(PHONES),
        **{name: maybe(WORDS) for name in ("city", "tag", "with default")},
        **{name: maybe(NUMBERS) for name in ("age", "score")},
        "born": maybe(DAYS),
        **{name: maybe((True, False)) for name in ("vip", "seen")},
        "colour": maybe(CHOICES),
        "tags": st.sets(st.sampled_from(TAGS), max_size=2),
        "lists": st.sets(st.sampled_from(LISTS), max_size=2),
        "created_at": st.sampled_from(TIMES),
        "aliases": st.lists(
            st.tuples(
                st.sampled_from(KNOWN),
                st.sampled_from(["second", "former", "claimed"]),
            ),
            max_size=3,
            unique_by=lambda alias: alias[0],
        ),
        "refused": st.dictionaries(st.sampled_from(["email", "sms"]), st.booleans()),
        "batch": st.integers(0, 1),
    }
)
logs = st.dictionaries(
    st.sampled_from(SPOKEN),
    st.tuples(st.sampled_from(STATES), st.sampled_from(MOMENTS), st.booleans()),
    min_size=2,
)
"""What the logs of addresses come to, by channel and address: state, since when, weak."""


def rule(fields: tuple[str, ...], says: tuple[str, ...], value: st.SearchStrategy[Any] | None = None) -> Any:
    said = {"field": st.sampled_from(fields), "is": st.sampled_from(says)}
    return st.fixed_dictionaries(said if value is None else said | {"value": value})


def rules_on(fields: tuple[str, ...], values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(
        rule(fields, ("equals", "not_equals"), values),
        rule(fields, ("one_of",), st.lists(values, min_size=1, max_size=3)),
    )


def filled(*fields: str) -> st.SearchStrategy[Any]:
    return rule(fields, ("empty", "not_empty"))


def ordered(values: tuple[Any, ...]) -> st.SearchStrategy[Any]:
    return st.lists(st.sampled_from(values), min_size=2, max_size=2).map(sorted)


def partly(*fields: str) -> st.SearchStrategy[Any]:
    return rule(fields, ("contains", "starts_with", "ends_with"), parts)


TEXTS = ("first_name", "crm_id", "loyalty_id", "city", "fields.tag", "with default")
DATED = ("born", "created_at", "updated_at")
some_days = st.sampled_from((1, 2, 30, 700))
rules = st.one_of(
    rules_on(TEXTS, spelled),
    partly(*TEXTS, "email", "tag", "list"),
    filled(*TEXTS, "email", "phone", "age", "score", "born", "vip", "seen", "colour", "tag", "list"),
    rules_on(("email",), st.sampled_from(EMAILS)),
    rules_on(("phone",), st.sampled_from(PHONES)),
    rule(("phone",), ("starts_with",), st.sampled_from(["+351", "+3519123456", "+4"])),
    rule(("phone",), ("contains", "ends_with"), st.sampled_from(["8", "5678", "0101"])),
    rules_on(("age", "score"), st.sampled_from(NUMBERS)),
    rule(("age", "score"), ("greater", "less"), st.sampled_from(NUMBERS)),
    rule(("age", "score"), ("between",), ordered(NUMBERS)),
    rules_on(("born",), st.sampled_from(DAYS)),
    rule(("created_at", "updated_at"), ("equals", "not_equals"), st.sampled_from(DAYS)),
    rule(DATED, ("before", "after"), st.sampled_from(DAYS)),
    rule(DATED, ("between",), ordered(DAYS)),
    rule(DATED, ("in_last_days",), some_days),
    rule(("vip", "seen"), ("yes", "no")),
    rule(("vip", "seen"), ("equals", "not_equals"), st.booleans()),
    rules_on(("colour",), st.sampled_from(CHOICES)),
    rules_on(("tag",), st.sampled_from(TAGS)),
    rules_on(("list",), st.sampled_from(LISTS)),
    rules_on(("consent.email", "consent.sms"), st.sampled_from(STATES)),
    rules_on(("import",), st.sampled_from(("first", "second"))),
)  # fmt: skip


def blocks(nodes: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    several = st.lists(nodes, min_size=1, max_size=3)
    return st.one_of(
        st.builds(lambda kind, parts: {kind: parts}, st.sampled_from(["all", "any", "not"]), several),
        st.builds(lambda part: {"not": part}, nodes),
    )


def trees(leaves: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Rules, blocks and areas."""
    nodes = st.recursive(leaves, blocks, max_leaves=6)
    areas = st.fixed_dictionaries({}, optional={"include": nodes, "exclude": nodes}).filter(bool)
    return nodes | areas


simple_trees = trees(rules)
trees_with_segments = trees(rules | rules_on(("segment",), st.sampled_from(("one", "two"))))
