"""What can come between a plan and its receipt: time, somebody else, the guard."""

from datetime import timedelta

import pytest

import onefold
from onefold.book import Book
from onefold.model.outcome import ReceiptStatus
from onefold.model.policy import Limits, Policy
from tests.way.at_the_desk import ANA, BEA, CARLA, ONE, TWO, Clock, everybody, file, refusal, take_in

Two = tuple[Book, Book]


# Time


def test_a_plan_waits_an_hour_for_a_word_and_no_longer(book: Book, clock: Clock) -> None:
    plan = book.plan(file("email", ANA))
    clock.forward(hours=1)
    assert book.apply(plan).reasons == {"created": 1}
    late = book.plan(file("email", BEA))
    clock.forward(hours=1, seconds=1)
    with refusal("expired", status=3) as told:
        book.apply(late)
    assert told[0].message.startswith("Session expired")
    assert len(book.contacts()) == 1


def test_the_window_is_the_policys(book: Book, clock: Clock) -> None:
    policy = Policy(name="patient", limits=Limits(review_window=timedelta(days=2)))
    plan = book.plan(file("email", ANA), policy=policy)
    clock.forward(days=2)
    assert book.apply(plan).reasons == {"created": 1}


# Somebody else


def test_a_plan_whose_rows_would_end_otherwise_is_refused(two_at_once: Two) -> None:
    mine, theirs = two_at_once
    plan = mine.plan(file("email,first_name", f"{ANA},Ana"))
    take_in(theirs, "email", ANA)
    with refusal("plan_changed", status=3):
        mine.apply(plan)
    assert everybody(mine) == {1: f"email={ANA}"}
    assert len(mine.receipts()) == 1


def test_a_plan_whose_rows_would_change_somebody_else_is_refused(two_at_once: Two) -> None:
    mine, theirs = two_at_once
    take_in(mine, "crm_id,phone", f"C,{ONE}", f"D,{TWO}")
    plan = mine.plan(file("phone,first_name", f"{ONE},Ana"))
    theirs.set_values(1, {"phone": "UNSET"})
    theirs.set_values(2, {"phone": ONE})
    with refusal("plan_changed", status=3):
        mine.apply(plan)


def test_a_plan_that_comes_to_the_same_is_applied_against_the_book_as_it_is(two_at_once: Two) -> None:
    mine, theirs = two_at_once
    take_in(mine, "email,first_name", f"{ANA},Ana")
    plan = mine.plan(file("email,first_name", f"{ANA},Anna"), import_tag=False)
    take_in(theirs, "email,last_name", f"{ANA},Silva", f"{BEA},Sousa")
    assert mine.apply(plan).reasons == {"updated": 1}
    assert everybody(mine) == {
        1: f"email={ANA} first_name=Anna last_name=Silva",
        2: f"email={BEA} last_name=Sousa",
    }
    assert mine.check() == []


def test_a_plan_that_nobody_was_shown_is_made_again(two_at_once: Two) -> None:
    mine, theirs = two_at_once
    plan = mine.plan(file("email,first_name", f"{ANA},Ana"), import_tag=False)
    take_in(theirs, "email", ANA)
    assert mine.apply(plan, shown=False).reasons == {"updated": 1}
    assert everybody(mine) == {1: f"email={ANA} first_name=Ana"}


def test_a_field_that_somebody_else_made_meanwhile_is_filled(two_at_once: Two) -> None:
    mine, theirs = two_at_once
    plan = mine.plan(file("email,City", f"{ANA},Porto"), new_fields=True, import_tag=False)
    theirs.add_field("City", "text")
    mine.apply(plan)
    assert everybody(mine) == {1: f"email={ANA} City=Porto"}
    assert [custom.name for custom in mine.fields()] == ["City"]


def test_a_batch_before_which_somebody_wrote_is_decided_anew(database_url: str, clock: Clock) -> None:
    with onefold.open(database_url, clock=clock, batch_rows=2) as mine, onefold.open(database_url) as theirs:

        def somebody_writes(stage: str, done: int, _: int) -> None:
            if (stage, done) == ("applying", 2):
                theirs.take([{"source": "api", "email": CARLA, "phone": ONE}])

        rows = (f"{ANA},", f"{BEA},", f"{CARLA},{TWO}", "dora@example.com,")
        receipt = mine.import_file(file("email,phone", *rows), progress=somebody_writes, import_tag=False)
        assert receipt.status is ReceiptStatus.COMPLETED
        assert receipt.reasons == {"created": 3, "updated": 1}
        assert "the book changed meanwhile: 1 of 2 batches decided anew" in receipt.warnings
        assert everybody(mine) == {
            1: f"email={ANA}",
            2: f"email={BEA}",
            3: f"email={CARLA} phone={TWO} phone~{ONE}:former",
            4: "email=dora@example.com",
        }
        assert mine.check() == []


# The guard


def crowd(book: Book, size: int) -> None:
    take_in(book, "email,crm_id", *(f"p{number}@example.com,C-{number}" for number in range(size)))


def moved(size: int, still: int = 0) -> tuple[str, ...]:
    """A file that gives `size` people another email, and `still` people what they have."""
    rows = [f"q{number}@example.com,C-{number}" for number in range(size)]
    rows += [f"p{number}@example.com,C-{number}" for number in range(size, size + still)]
    return ("email,crm_id", *rows)


@pytest.mark.parametrize(
    ("size", "still", "refused"), [(99, 0, False), (100, 0, True), (100, 400, False), (101, 399, True)]
)
def test_the_guard_asks_before_an_import_changes_who_many_people_are(
    book: Book, size: int, still: int, refused: bool
) -> None:
    crowd(book, 500)
    plan = book.plan(file(*moved(size, still)))
    if refused:
        with refusal("guard", status=3) as told:
            book.apply(plan)
        assert f"replace or clear identifiers of, {size} of the {size + still} contacts" in told[0].message
        assert book.contact(1)["email"] == "p0@example.com"
        assert book.apply(plan, yes=True).reasons["updated"] == size
    else:
        assert book.apply(plan).reasons["updated"] == size
    assert book.contact(1)["email"] == "q0@example.com"


def test_an_import_at_once_is_its_own_yes_unless_told_otherwise(book: Book) -> None:
    crowd(book, 100)
    with refusal("guard", status=3):
        take_in(book, *moved(100), yes=False)
    assert take_in(book, *moved(100)).reasons == {"updated": 100}


def test_pairing_people_is_nothing_to_ask_for(book: Book) -> None:
    people = [f"p{number}@example.com,+4474001{number:05}" for number in range(100)]
    take_in(book, "email", *(row.split(",")[0] for row in people))
    take_in(book, "phone", *(row.split(",")[1] for row in people))
    receipt = take_in(book, "email,phone", *people, yes=False)
    assert receipt.reasons == {"merged": 100}
