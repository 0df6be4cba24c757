"""Segments at the desk: kept, counted, renamed, removed, told in a sentence."""

from typing import Any

import pytest
from sqlalchemy import delete

from onefold.audience.explaining import explain
from onefold.book import Book
from onefold.model.error import UsageError
from onefold.model.segment import parse_rules
from onefold.stores.schema import list_
from tests.way.at_the_desk import Clock

MOBILE = {"field": "phone", "is": "not_empty"}
MAIL = {"field": "email", "is": "not_empty"}
PEOPLE = [
    {"source": "api", "email": "ana@example.com", "phone": "+351912345678"},
    {"source": "api", "phone": "+351912345679"},
]


def of(name: str) -> dict[str, Any]:
    return {"field": "segment", "is": "equals", "value": name}


def test_a_count_and_its_time_are_kept_until_the_rules_are_others(book: Book, clock: Clock) -> None:
    book.take(PEOPLE)
    saved = book.save_segment("Mobile only", {"include": MOBILE, "exclude": MAIL})
    assert (saved.contacts, saved.counted_at) == (None, None)
    clock.forward(minutes=5)
    counted = book.count_segment("Mobile only")
    assert (counted.contacts, counted.counted_at) == (1, "2026-11-22T10:05:00Z")
    shown = book.segment("Mobile only")
    assert [contact["id"] for contact in shown.preview] == [2]
    assert shown.sentence == "have a mobile number, except those with an email address"
    again = book.save_segment("Mobile only", MOBILE)
    assert (again.rules, again.contacts, again.created_at < again.updated_at) == (MOBILE, None, True)
    assert [segment.name for segment in book.segments()] == ["Mobile only"]


def test_pages_take_rules_with_everything_else(book: Book) -> None:
    book.take([person | {"tags": ["VIP"]} for person in PEOPLE])
    book.save_segment("Mobile", MOBILE)

    def ids(**asked: Any) -> list[int]:
        return [contact["id"] for contact in book.contacts(**asked)]

    assert ids(segment="Mobile", tag="VIP", limit=1) == [1]
    assert ids(segment="Mobile", tag="VIP", limit=1, after=1) == [2]
    assert ids(segment="Mobile", search="ana", rules=MAIL) == [1]
    assert ids(segment="Mobile", search="ana", rules={"exclude": MAIL}) == []
    with pytest.raises(UsageError, match="there is no segment 'Mobil'; did you mean Mobile"):
        ids(segment="Mobil")


def test_a_circle_is_named_and_nothing_of_it_kept(book: Book) -> None:
    book.save_segment("A", MOBILE)
    book.save_segment("B", {"all": [of("A"), MAIL]})
    with pytest.raises(UsageError, match="A uses B uses A") as circle:
        book.save_segment("A", {"exclude": of("B")})
    assert circle.value.code == "segment_circle"
    with pytest.raises(UsageError, match="C uses C"):
        book.save_segment("C", of("C"))
    assert [segment.rules for segment in book.segments()] == [MOBILE, {"all": [of("A"), MAIL]}]


def test_one_that_is_used_stays_and_is_renamed_everywhere(book: Book) -> None:
    book.save_segment("A", MOBILE)
    book.save_segment("B", {"not": [{"field": "segment", "is": "one_of", "value": ["A"]}, MAIL]})
    with pytest.raises(UsageError, match="'A' is used by B") as used:
        book.remove_segment("A")
    assert used.value.code == "segment_in_use"
    assert list(book.rename_segment("A", "It's")) == ["B"]
    assert book.segment("B").sentence == "are not in the segment “It's” and have no email address"
    with pytest.raises(UsageError, match="already"):
        book.rename_segment("B", "It's")
    book.remove_segment("B")
    book.remove_segment("It's")
    assert book.segments() == []


def test_one_whose_list_has_gone_says_so_and_can_be_removed(book: Book) -> None:
    book.create_list("News")
    book.save_segment("Readers", {"field": "list", "is": "equals", "value": "News"})
    with book._store.writer() as writer:
        writer._connection.execute(delete(list_))
    with pytest.raises(UsageError, match="there is no list 'News'"):
        book.count_segment("Readers")
    assert [segment.sentence for segment in book.segments()] == ["are on the list “News”"]
    book.remove_segment("Readers")
    assert book.segments() == []


@pytest.mark.parametrize("name", ["", " ", "x\0", "\ud800", "x" * 300])
def test_names_that_nobody_can_read_are_refused(book: Book, name: str) -> None:
    for asked in (lambda: book.save_segment(name, MOBILE), lambda: book.segment(name)):
        with pytest.raises(UsageError):
            asked()


RULE = {"field": "city", "is": "equals", "value": "Porto"}
YES = {"field": "vip", "is": "yes"}
HAVE_MAIL = "have an email address"
PORTO_AND_EITHER = f"have “Porto” in city and (have yes in vip or {HAVE_MAIL})"


@pytest.mark.parametrize(
    ("rules", "sentence"),
    [
        (RULE, "have “Porto” in city"),
        ({"exclude": RULE}, "are in the book, except those with “Porto” in city"),
        ({"not": RULE}, "do not have “Porto” in city"),
        ({"not": {"not": RULE}}, "have “Porto” in city"),
        ({"all": [RULE, {"any": [YES, MAIL]}]}, PORTO_AND_EITHER),
        ({"not": {"all": [RULE, MOBILE]}}, "do not have “Porto” in city or have no mobile number"),
        ({"not": [RULE, MOBILE]}, "do not have “Porto” in city and have no mobile number"),
        ({"any": [{"any": [RULE, YES]}, MAIL]}, f"have “Porto” in city, have yes in vip or {HAVE_MAIL}"),
        ({"field": "city", "is": "empty"}, "have nothing in city"),
        ({"field": "fields.tag", "is": "not_empty"}, "have something in tag"),
        ({"field": "consent.fax", "is": "empty"}, "have nothing in consent.fax"),
        ({"field": "age", "is": "between", "value": [1, 9]}, "have 1 to 9 in age"),
        ({"field": "x", "is": "one_of", "value": [*range(9)]}, "have 0, 1, 2, 3 or one of 5 others in x"),
        ({"field": "tag", "is": "not_equals", "value": "VIP"}, "are not tagged “VIP”"),
        ({"field": "tag", "is": "starts_with", "value": "a"}, "have a tag whose name starts with “a”"),
        ({"field": "list", "is": "empty"}, "are on no list"),
        ({"field": "import", "is": "equals", "value": 7}, "were made or changed by import 7"),
        ({"field": "created_at", "is": "in_last_days", "value": 1}, "were created in the last day"),
        ({"field": "updated_at", "is": "before", "value": "2026-01"}, "were last changed before 2026-01"),
        ({"field": "consent.sms", "is": "equals", "value": "subscribed"}, "are subscribed to text messages"),
        (
            {"not": {"field": "consent.email", "is": "one_of", "value": ["subscribed", "pending"]}},
            "are neither subscribed to email nor pending for email",
        ),
    ],
)  # fmt: skip
def test_rules_are_told_in_a_sentence(rules: Any, sentence: str) -> None:
    assert explain(parse_rules(rules)) == sentence
