"""Examples by hand of every step of DESIGN 5, so that the slow engine is itself held to something."""

from dataclasses import replace

import pytest

from onefold.model.identifier import Why
from onefold.model.outcome import Purpose, Reason, Status
from onefold.model.policy import (
    Claims,
    Contradiction,
    FormerNumbers,
    HeldElsewhere,
    Limits,
    Overwrite,
    Policy,
    SecondMatch,
    SharedIdentifier,
)
from onefold.model.source import Source
from tests.oracle import OracleBook
from tests.oracle.telling import ONEFOLD, a_book, reasons, said, shown

# Step 1: reject


def test_a_row_without_identifier_is_nobody() -> None:
    book = a_book()
    assert reasons(book, "first_name=Ana", "email=UNSET", "email=info@a") == ["no_identifier"] * 3
    assert reasons(book, "email=a", chosen="phone") == ["no_identifier"]
    assert reasons(book, "first_name=Ana", purpose=Purpose.ADD_ALL) == ["created"]


def test_a_refusal_comes_first() -> None:
    outcome = a_book().take([replace(said("email=a"), refusal=Reason.BAD_PHONE)], ONEFOLD)
    assert [(one.reason, one.status) for one in outcome] == [(Reason.BAD_PHONE, Status.ERROR)]


def test_an_unknown_contact_id() -> None:
    assert reasons(a_book("email=a"), "contact_id=7 email=a") == ["unknown_contact_id"]
    assert reasons(a_book("email=a"), "contact_id=7 email=a", chosen="email") == ["unchanged"]


# Step 2: recognise


def test_the_strongest_kind_names_the_target() -> None:
    book = a_book("crm_id=1 email=a", "phone=5")
    assert reasons(book, "crm_id=1 email=b first_name=Ana") == ["updated"]
    assert shown(book, 1) == "crm_id=1 email=b first_name=Ana email~a:former"


def test_a_second_identifier_recognises_and_changes_nothing() -> None:
    book = a_book("crm_id=1 email=a")
    book.contacts[1].aliases["email", "b"] = Why.SECOND
    assert reasons(book, "email=b", "email=b first_name=Ana") == ["repeat", "updated"][::-1]
    assert reasons(book, said("contact_id=1 email=b", Source.CONSOLE)) == ["updated"]
    assert shown(book, 1) == "crm_id=1 email=b first_name=Ana email~a:former"


def test_blocked_values_recognise_nobody() -> None:
    book = a_book("crm_id=1 email=info@a", "crm_id=2 email=info@a")
    assert reasons(book, "crm_id=2 email=info@a", "email=info@a") == ["unchanged", "no_identifier"]
    assert [book.contacts[n].identifiers["email"] for n in (1, 2)] == ["info@a", "info@a"]


def test_a_shared_value_recognises_only_with_an_equal_name() -> None:
    book = a_book("phone=1 full_name=Ana_Silva")
    book.state.shared.add(("phone", "1"))
    told = ["phone=1", "phone=1 first_name=ANA last_name=silva", "phone=1 first_name=Rui"]
    assert reasons(book, *told) == ["identifier_shared", "updated", "created"]


def test_too_many_people_make_an_identifier_shared() -> None:
    two = replace(ONEFOLD, people_per_identifier=2)
    book = a_book("phone=1 full_name=Ana")
    assert reasons(book, "phone=1 crm_id=1", "phone=1 email=b", policy=two) == ["created", "created"]
    assert book.state.shared == {("phone", "1")}
    assert reasons(book, "phone=1 full_name=ana", policy=two) == ["updated"]


# Step 3: former identifiers


def changed(policy: Policy = ONEFOLD) -> OracleBook:
    """A book with one person, whose phone was 1 and is 2."""
    return a_book("crm_id=1 phone=1", "crm_id=1 phone=2", policy=policy)


def test_a_former_number_recognises_for_attested_records_only() -> None:
    assert reasons(changed(), "phone=1 first_name=Ana") == ["updated"]
    assert reasons(changed(), said("phone=1", Source.FORM)) == ["created"]
    assert reasons(changed(), said("phone=1", Source.KEYWORD)) == ["created"]


def test_a_former_number_that_somebody_holds_is_theirs() -> None:
    book = changed()
    assert reasons(book, "crm_id=2 phone=1") == ["created"]
    assert shown(book, 1) == "crm_id=1 phone=2 phone~1:released"
    assert shown(book, 2) == "crm_id=2 phone=1"
    assert reasons(book, "phone=1 first_name=Rui") == ["updated"]
    assert book.contacts[2].values == {"first_name": "Rui"}


def test_a_stale_file_does_not_turn_a_number_back() -> None:
    book = changed()
    assert reasons(book, "crm_id=1 phone=1") == ["unchanged"]
    assert book.changed_numbers == [(1, "1")]
    replacing = replace(ONEFOLD, former_numbers=FormerNumbers.REPLACE)
    assert reasons(book, "crm_id=1 phone=1", policy=replacing) == ["updated"]
    assert shown(book, 1) == "crm_id=1 phone=1 phone~2:former"


def test_the_console_turns_a_number_back() -> None:
    book = changed()
    assert reasons(book, said("contact_id=1 phone=1", Source.CONSOLE)) == ["updated"]
    assert shown(book, 1) == "crm_id=1 phone=1 phone~2:former"


# Step 4: purpose


@pytest.mark.parametrize(
    ("purpose", "expected"),
    [
        (Purpose.ADD_NEW, ["exists", "created"]),
        (Purpose.UPDATE_EXISTING, ["updated", "not_found"]),
        (Purpose.ADD_AND_UPDATE, ["updated", "created"]),
        (Purpose.ADD_ALL, ["created", "created"]),
    ],
)
def test_purposes(purpose: Purpose, expected: list[str]) -> None:
    book = a_book("email=a")
    assert reasons(book, "email=a first_name=Ana", "email=b", purpose=purpose) == expected


# Step 5: contradiction


def test_contradiction_makes_a_new_contact() -> None:
    book = a_book("crm_id=1 phone=1")
    assert reasons(book, "crm_id=2 phone=1") == ["kept_apart"]
    assert shown(book, 1) == "crm_id=1 phone=1"
    assert shown(book, 2) == "crm_id=2 phone~1:held_elsewhere"
    assert [review.kind for review in book.reviews] == ["kept_apart"]


def test_contradiction_overwrites() -> None:
    overwriting = replace(ONEFOLD, contradiction=Contradiction.OVERWRITE)
    book = a_book("crm_id=1 phone=1")
    assert reasons(book, "crm_id=2 phone=1", policy=overwriting, do_not_overwrite=True) == ["unchanged"]
    assert reasons(book, "crm_id=2 phone=1", policy=overwriting) == ["updated"]
    assert shown(book, 1) == "crm_id=2 phone=1"


def test_contradiction_rejects() -> None:
    rejecting = replace(ONEFOLD, contradiction=Contradiction.REJECT)
    book = a_book("crm_id=1 phone=1")
    assert reasons(book, "crm_id=2 phone=1", policy=rejecting) == ["identifier_taken"]
    in_other_words = replace(rejecting, duplicate_contact_kinds=("phone",))
    assert reasons(book, "crm_id=2 phone=1", policy=in_other_words) == ["duplicate_contact"]


def test_a_former_holder_who_contradicts_is_nobody() -> None:
    rejecting = replace(ONEFOLD, contradiction=Contradiction.REJECT)
    for policy in (ONEFOLD, rejecting):
        book = changed()
        assert reasons(book, "crm_id=2 phone=1", policy=policy) == ["created"]
        assert shown(book, 1) == "crm_id=1 phone=2 phone~1:released"


# Step 6: shared by accident


@pytest.mark.parametrize(
    ("knob", "expected", "asked"),
    [
        (SharedIdentifier.REVIEW, "identifier_shared", 1),
        (SharedIdentifier.REJECT, "identifier_shared", 0),
        (SharedIdentifier.OLDEST, "updated", 0),
    ],
)
def test_several_hold_it_unmarked(knob: SharedIdentifier, expected: str, asked: int) -> None:
    book = OracleBook()
    book.take([said("email=a"), said("email=a")], ONEFOLD, purpose=Purpose.ADD_ALL)
    policy = replace(ONEFOLD, shared_identifier=knob)
    assert reasons(book, "email=a first_name=Ana", policy=policy) == [expected]
    assert len(book.reviews) == asked
    assert ("first_name" in book.contacts[1].values) == (expected == "updated")


# Step 7: a second contact


def test_an_attested_pair_becomes_one() -> None:
    book = a_book("email=a first_name=Ana", "phone=1 first_name=Bea last_name=Silva")
    assert reasons(book, "email=a phone=1") == ["merged"]
    assert shown(book, 1) == "email=a first_name=Ana last_name=Silva phone=1"
    assert book.contacts[2].merged_into == 1
    assert reasons(book, "contact_id=2 last_name=Sousa") == ["updated"]


def test_a_merge_keeps_what_the_other_was_known_by() -> None:
    book = a_book("loyalty_id=1 phone=1", "email=b phone=2", "email=b phone=3")
    assert shown(book, 2) == "email=b phone=3 phone~2:former"
    assert reasons(book, "loyalty_id=1 email=b") == ["merged"]
    assert shown(book, 1) == "email=b loyalty_id=1 phone=1 phone~2:former phone~3:second"


def test_the_record_goes_on_top_of_a_merge() -> None:
    book = a_book("loyalty_id=1 email=a", "email=b")
    assert reasons(book, "loyalty_id=1 email=b") == ["merged"]
    assert shown(book, 1) == "email=b loyalty_id=1 email~a:former"


def test_a_typed_pair_stays_apart() -> None:
    book = a_book("email=a", "phone=1")
    assert reasons(book, said("email=a phone=1", Source.CHECKOUT, proven="email")) == ["kept_apart"]
    assert shown(book, 1) == "email=a phone~1:held_elsewhere"
    assert [review.kind for review in book.reviews] == ["pending_link"]
    both = said("email=a phone=1", Source.CHECKOUT, proven="email phone")
    assert reasons(book, both) == ["merged"]
    assert shown(book, 1) == "email=a phone=1"


def test_a_second_who_contradicts_the_target_stays_apart() -> None:
    book = a_book("crm_id=1 email=a", "crm_id=2 phone=1")
    assert reasons(book, "email=a phone=1") == ["kept_apart"]
    assert [review.kind for review in book.reviews] == ["pending_link"]


def test_a_third_is_kept_apart() -> None:
    book = a_book("crm_id=1", "email=a", "phone=1")
    assert reasons(book, "crm_id=1 email=a phone=1") == ["merged"]
    assert shown(book, 1) == "crm_id=1 email=a phone~1:held_elsewhere"


def test_the_second_match_knob() -> None:
    def policy(knob: SecondMatch) -> Policy:
        return replace(ONEFOLD, second_match=knob)

    pair = said("email=a phone=1", Source.FORM)
    for knob, expected in (
        (SecondMatch.MERGE, "merged"),
        (SecondMatch.KEEP_APART, "kept_apart"),
        (SecondMatch.REJECT, "identifier_taken"),
    ):
        assert reasons(a_book("email=a", "phone=1"), pair, policy=policy(knob)) == [expected]
    by_source = replace(policy(SecondMatch.MERGE), second_match_by_source={"form": SecondMatch.REJECT})
    assert reasons(a_book("email=a", "phone=1"), pair, policy=by_source) == ["identifier_taken"]


# Step 8: outside match_on


@pytest.mark.parametrize(
    ("knob", "expected", "after"),
    [
        (HeldElsewhere.WITHHOLD, "kept_apart", "email=a phone~1:held_elsewhere"),
        (HeldElsewhere.REJECT, "identifier_taken", "email=a"),
        (HeldElsewhere.ALLOW, "updated", "email=a phone=1"),
    ],
)
def test_an_identifier_outside_match_on(knob: HeldElsewhere, expected: str, after: str) -> None:
    book = a_book("email=a", "phone=1")
    policy = replace(ONEFOLD, held_elsewhere=knob)
    assert reasons(book, "email=a phone=1", policy=policy, chosen="email") == [expected]
    assert shown(book, 1) == after


# Step 9: the bin


def test_the_bin_holds_identifiers() -> None:
    book = a_book("email=a phone=1")
    book.contacts[1].in_bin = True
    assert reasons(book, "email=b phone=1", "contact_id=1") == ["identifier_taken"] * 2


# Step 10: values


def test_blank_keeps_and_unset_clears() -> None:
    book = a_book("email=a phone=1 first_name=Ana last_name=Silva")
    assert reasons(book, "email=a phone=UNSET last_name=UNSET") == ["updated"]
    assert shown(book, 1) == "email=a first_name=Ana"


def test_do_not_overwrite() -> None:
    book = a_book("email=a first_name=Ana")
    told = "email=a first_name=Bea last_name=Silva"
    assert reasons(book, told, do_not_overwrite=True) == ["updated"]
    assert reasons(book, "email=a first_name=UNSET", do_not_overwrite=True) == ["unchanged"]
    assert shown(book, 1) == "email=a first_name=Ana last_name=Silva"
    filling = replace(ONEFOLD, overwrite_by_column={"first_name": Overwrite.FILL_EMPTY})
    assert reasons(book, "email=a first_name=Bea last_name=Sousa", policy=filling) == ["updated"]
    assert shown(book, 1) == "email=a first_name=Ana last_name=Sousa"


def test_a_typed_identifier_waits_and_typed_values_only_fill() -> None:
    book = a_book("email=a first_name=Ana")
    form = said("email=a phone=1 first_name=Bea last_name=Silva", Source.FORM)
    assert reasons(book, form) == ["updated"]
    assert shown(book, 1) == "email=a first_name=Ana last_name=Silva phone~1:claimed"
    assert [review.kind for review in book.reviews] == ["claimed_value"]
    applying = replace(ONEFOLD, claims=Claims.APPLY)
    assert reasons(book, form, policy=applying) == ["updated"]
    assert shown(book, 1) == "email=a first_name=Bea last_name=Silva phone=1"


def test_a_typed_record_makes_a_contact_with_all_it_says() -> None:
    book = a_book()
    assert reasons(book, said("email=a phone=1 first_name=Ana", Source.FORM)) == ["created"]
    assert shown(book, 1) == "email=a first_name=Ana phone=1"


def test_a_blocked_value_only_fills() -> None:
    book = a_book("crm_id=1 email=a")
    assert reasons(book, "crm_id=1 email=info@a", "crm_id=2 email=info@a") == ["unchanged", "created"]
    assert [book.contacts[n].identifiers["email"] for n in (1, 2)] == ["a", "info@a"]


def test_a_name_may_be_needed_to_add() -> None:
    policy = replace(ONEFOLD, limits=Limits(required_to_add=("first_name",)))
    told = ["email=a", "email=b first_name=Ana", "email=b phone=1"]
    assert reasons(a_book(), *told, policy=policy) == ["first_name_missing", "created", "updated"]
