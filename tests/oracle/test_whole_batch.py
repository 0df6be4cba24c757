"""What the slow engine makes of a whole batch, by hand: fold, repeats, tangles."""

from dataclasses import replace

from onefold.model.policy import PhoneSpelling, Repeated
from tests.oracle.state import State
from tests.oracle.telling import ONEFOLD, a_book, reasons, said, shown


def test_rows_that_agree_are_folded() -> None:
    book = a_book()
    outcomes = book.take(
        [said("email=a first_name=Ana"), said("email=b"), said("email=a first_name=ANA last_name=Silva")],
        ONEFOLD,
    )
    assert [outcome.reason for outcome in outcomes] == ["created", "created", "repeat"]
    assert outcomes[2].repeat_of == 0
    assert shown(book, 1) == "email=a first_name=ANA last_name=Silva"


def test_rows_whose_names_differ_are_taken_in_order() -> None:
    assert reasons(a_book(), "email=a first_name=Ana", "email=a first_name=Bea", "email=a") == [
        "created",
        "updated",
        "unchanged",
    ]


def test_repeats_may_all_be_rejected() -> None:
    policy = replace(ONEFOLD, repeated_in_file=Repeated.REJECT_ALL)
    told = ["email=a", "email=b", "email=a phone=1"]
    assert reasons(a_book(), *told, policy=policy) == [
        "identifier_repeated",
        "created",
        "identifier_repeated",
    ]


def test_a_tangle_is_a_conflict() -> None:
    policy = replace(ONEFOLD, group_limit=2)
    told = ["email=a phone=1", "email=a phone=1", "email=b phone=1", "email=b phone=2", "email=c"]
    assert reasons(a_book(), *told, policy=policy) == ["conflict"] * 4 + ["created"]
    through_the_book = a_book("email=a phone=1")
    told = ["email=a first_name=Ana", "phone=1", "email=a phone=2"]
    assert reasons(through_the_book, *told, policy=policy) == ["conflict"] * 3


def test_a_phone_as_written_is_another_phone() -> None:
    policy = replace(ONEFOLD, phone_spelling=PhoneSpelling.AS_WRITTEN)
    book = a_book("phone=1", policy=policy)
    spelled = replace(said("phone=1"), spellings={"phone": "01"})
    assert reasons(book, spelled, policy=policy) == ["created"]
    assert reasons(book, spelled) == ["identifier_shared"]


def test_state_follows_merges_of_merges() -> None:
    book = a_book("crm_id=1", "email=a", "phone=1")
    reasons(book, "email=a phone=1", "crm_id=1 email=a")
    assert [contact.id for contact in State.live(book.state)] == [1]
    redirected = book.state.redirected(3)
    assert redirected is not None
    assert redirected.id == 1
