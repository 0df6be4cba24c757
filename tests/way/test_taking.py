"""Records of any source, taken in one batch by the same stages as a file."""

import pytest

import onefold
from onefold.book import Book
from onefold.model.outcome import ReceiptStatus
from tests.way.at_the_desk import ANA, BEA, CARLA, ONE, THREE, TWO, Clock, everybody, shown, take_in


def test_every_record_is_answered_in_order(book: Book) -> None:
    answers = book.take(
        [
            {"source": "form", "key": "one", "email": ANA, "first_name": "Ana"},
            {"source": "api", "key": "two", "email": "nobody"},
            {"source": "api", "email": ANA, "first_name": "Anna"},
            {"source": "api"},
        ]
    )
    assert [(answer.key, answer.status, answer.reason, answer.contact_id) for answer in answers] == [
        ("one", "Imported", "created", 1),
        ("two", "Error", "bad_email", None),
        (None, "Updated", "updated", 1),
        (None, "Error", "no_identifier", None),
    ]
    assert answers[1].detail


def test_records_make_one_receipt(book: Book) -> None:
    book.take([{"source": "form", "email": ANA}, {"source": "form", "email": BEA}])
    [receipt] = book.receipts()
    assert (receipt.kind, receipt.status) == ("take", ReceiptStatus.COMPLETED)
    assert (receipt.rows, receipt.imported, receipt.reasons) == (2, 2, {"created": 2})


def test_a_record_carries_all_that_a_row_does(book: Book) -> None:
    book.add_identifier("loyalty_id")
    book.add_field("Visits", "number")
    book.add_field("Member", "yes_no")
    book.create_list("News")
    book.take(
        [
            {
                "source": "api",
                "at": "2026-11-22T10:00:00Z",
                "crm_id": "C",
                "loyalty_id": "L",
                "email": ANA,
                "phone": "+44 7400 100001",
                "first_name": "Ana",
                "last_name": None,
                "fields": {"Visits": 3, "Member": True},
                "tags": ["web"],
                "lists": ["News"],
            }
        ]
    )
    assert shown(book, 1) == (
        f"crm_id=C email={ANA} phone={ONE} first_name=Ana Visits=3.0 Member=True #web @News"
    )
    assert take_in(book, "loyalty_id,last_name", "L,Silva").reasons == {"updated": 1}


def test_a_contact_id_is_a_number(book: Book) -> None:
    take_in(book, "email", ANA)
    answers = book.take(
        [
            {"source": "api", "contact_id": 1, "first_name": "Ana"},
            {"source": "api", "contact_id": 7, "first_name": "Bea"},
        ]
    )
    assert [answer.reason for answer in answers] == ["updated", "unknown_contact_id"]


@pytest.mark.parametrize(
    ("source", "proven", "merges"),
    [
        ("api", [], True),
        ("import", [], True),
        ("console", [], True),
        ("form", [], False),
        ("form", ["email"], False),
        ("form", ["email", "phone"], True),
        ("keyword", [], False),
        ("keyword", ["email"], True),  # who sends a text has that number
        ("click_to_text", ["email"], False),
        ("checkout", ["email"], False),
        ("profile_update", ["email", "phone"], True),
        ("subscribe_link", ["phone"], False),
    ],
)
def test_a_source_knows_an_identifier_as_well_as_it_can(
    book: Book, source: str, proven: list[str], merges: bool
) -> None:
    take_in(book, "email", ANA)
    take_in(book, "phone", ONE)
    [answer] = book.take([{"source": source, "proven": proven, "email": ANA, "phone": ONE}])
    assert answer.reason == ("merged" if merges else "kept_apart")


SOUND = {"source": "api", "email": CARLA}


@pytest.mark.parametrize(
    ("record", "reason", "says"),
    [
        ("ana@example.com", "malformed_row", "this is no record but text"),
        (None, "malformed_row", "this is no record but null"),
        ([], "malformed_row", "this is no record but a list"),
        ({"email": ANA}, "bad_choice", "the source is None"),
        ({"source": "fax", "email": ANA}, "bad_choice", 'the source is "fax"'),
        ({"source": ["api"], "email": ANA}, "bad_choice", "the source is ['api']"),
        ({"source": "api", "emial": ANA}, "malformed_row", 'no "emial"'),
        ({"source": "api", 7: ANA}, "malformed_row", "no 7"),
        ({"source": "api", "email": ANA, "body": "STOP"}, "malformed_row", 'no "body"'),
        ({"source": "keyword", "phone": ONE, "body": 7}, "malformed_row", "body is a number"),
        ({"source": "api", "email": ANA, "fields": {"City": "Porto"}}, "malformed_row", 'no field "City"'),
        ({"source": "api", "email": ANA, "fields": "Porto"}, "malformed_row", "fields is text"),
        ({"source": "api", "email": [ANA]}, "malformed_row", "email is a list"),
        ({"source": "api", "email": ANA, "first_name": 7}, "malformed_row", "first_name is a number"),
        ({"source": "api", "email": ANA, "last_name": True}, "malformed_row", "last_name is true or false"),
        ({"source": "api", "email": ANA, "tags": "web"}, "malformed_row", "tags is text"),
        ({"source": "api", "email": ANA, "tags": [" "]}, "malformed_row", "no name for a tag"),
        ({"source": "api", "email": ANA, "lists": ["x" * 251]}, "malformed_row", "no name for a list"),
        ({"source": "api", "email": ANA, "key": {}}, "malformed_row", "key is an object"),
        ({"source": "api", "email": ANA, "key": "k" * 251}, "malformed_row", "the key has 251 bytes"),
        ({"source": "api", "email": ANA, "at": "yesterday"}, "bad_date", 'at is "yesterday"'),
        ({"source": "api", "email": ANA, "at": 7}, "bad_date", "at is 7"),
        ({"source": "api", "email": ANA, "at": "2026-11-22T10:06:00Z"}, "bad_date", "in the future"),
        ({"source": "api", "email": ANA, "at": "0001-01-01T00:00:00+14:00"}, "bad_date", "no time of people"),
        ({"source": "api", "email": ANA, "proven": ["email"]}, "malformed_row", "not for api records"),
        ({"source": "form", "email": ANA, "proven": ["phone"]}, "malformed_row", "the record has none"),
        ({"source": "form", "email": ANA, "proven": ["name"]}, "bad_choice", "no identifier"),
        ({"source": "form", "email": ANA, "proven": "email"}, "malformed_row", "proven is text"),
        ({"source": "api", "email": ANA, "consent": {"fax": "subscribed"}}, "bad_choice", 'for "fax"'),
        ({"source": "api", "email": ANA, "consent": {"email": "maybe"}}, "bad_choice", 'is "maybe"'),
        ({"source": "api", "email": ANA, "consent": {"email": {"state": []}}}, "bad_choice", "is []"),
        ({"source": "api", "email": ANA, "consent": {"email": "lapsed"}}, "bad_choice", 'is "lapsed"'),
        (
            {"source": "api", "email": ANA, "consent": {"email": {"state": "subscribed", "on": "x"}}},
            "malformed_row",
            'consent has no "on"',
        ),
        (
            {
                "source": "api",
                "email": ANA,
                "consent": {"email": {"state": "subscribed", "at": "2027-01-01"}},
            },
            "bad_date",
            "at of consent",
        ),
        ({"source": "api", "email": ANA, "activity": [{"kind": "danced"}]}, "bad_choice", 'is "danced"'),
        (
            {"source": "api", "email": ANA, "activity": [{"kind": "sent", "channel": "fax"}]},
            "bad_choice",
            'on "fax"',
        ),
        (
            {"source": "api", "email": ANA, "activity": [{"kind": "sent", "payload": {"x": object()}}]},
            "malformed_row",
            "payload",
        ),
        ({"source": "api", "email": "\ud83d@example.com"}, "undecodable_text", "half a character"),
        ({"source": "api", "email": ANA, "first_name": "A\udc80"}, "undecodable_text", "half a character"),
        ({"source": "api", "email": "x" * 10_000}, "bad_email", "far too long"),
        ({"source": "api", "phone": "7" * 10_000}, "bad_phone", ""),
        ({"source": "api", "crm_id": "C" * 10_000}, "malformed_row", "longer than 500 bytes"),
        ({"source": "api", "email": "\N{PILE OF POO}"}, "bad_email", ""),
        ({"source": "api", "phone": "\N{PILE OF POO}"}, "bad_phone", ""),
    ],
)
def test_a_bad_record_is_answered_and_the_others_go_on(
    book: Book, record: object, reason: str, says: str
) -> None:
    answers = book.take([{"source": "api", "email": BEA}, record, SOUND])
    assert [answer.reason for answer in answers] == ["created", reason, "created"]
    assert (answers[1].status, answers[1].contact_id) == ("Error", None)
    assert says in str(answers[1].detail)
    assert "\n" not in str(answers[1].detail)
    assert everybody(book) == {1: f"email={BEA}", 2: f"email={CARLA}"}


def test_what_no_store_can_hold_is_left_out_of_what_it_can(database_url: str) -> None:
    with onefold.open(database_url, clock=Clock()) as book:
        [answer] = book.take(
            [
                {
                    "source": "api",
                    "key": "one\0",
                    "email": ANA,
                    "first_name": "A\0na \N{PILE OF POO}",
                    "tags": ["web\0"],
                    "consent": {"email": {"state": "subscribed", "wording": "yes\0" + "x" * 10_000}},
                    "activity": [{"kind": "opened", "payload": {"subject": "\0\ud800"}}],
                }
            ]
        )
        assert (answer.key, answer.reason) == ("one", "created")
        assert shown(book, 1) == f"email={ANA} first_name=Ana \N{PILE OF POO} #web"


def test_a_number_of_a_field_is_read_as_it_is(book: Book) -> None:
    book.add_field("Visits", "number")
    for number in (1.234, 1234, -0.5, 1e12):
        book.take([{"source": "api", "email": ANA, "fields": {"Visits": number}}])
        assert book.contact(1)["fields"] == {"Visits": number}


def test_a_text_is_read_for_what_it_says(book: Book) -> None:
    book.take([{"source": "keyword", "phone": ONE, "body": "  Stop! "}])
    assert book.contact(1)["consent"] == {"email": "none", "sms": "unsubscribed"}


def test_records_can_be_taken_under_another_policy(book: Book) -> None:
    take_in(book, "email,phone", f"{ANA},{ONE}")
    record = {"source": "checkout", "proven": ["email"], "email": ANA, "phone": TWO}
    book.take([record])
    assert shown(book, 1) == f"email={ANA} phone={ONE} phone~{TWO}:claimed"
    book.take([record], policy="klaviyo")
    assert shown(book, 1) == f"email={ANA} phone={TWO} phone~{ONE}:former"


def test_what_a_program_passes_on_is_a_claim(book: Book) -> None:
    take_in(book, "email,phone,crm_id", f"{ANA},{ONE},C")
    answers = book.take(
        [
            {
                "source": source,
                "trust": "claimed",
                "email": ANA,
                "phone": TWO,
                "crm_id": "C",
                "last_name": "Silva",
            }
            for source in ("api", "console", "import")
        ]
    )
    assert {answer.status for answer in answers} <= {"Updated", "Skipped"}
    assert shown(book, 1) == f"crm_id=C email={ANA} phone={ONE} last_name=Silva phone~{TWO}:claimed"


def test_a_claim_through_a_program_answers_no_refusal_and_knows_of_no_dead_address(book: Book) -> None:
    book.take([{"source": "api", "email": ANA, "consent": {"email": "unsubscribed"}}])
    claim = {"source": "api", "trust": "claimed"}
    dead = {"phone": ONE, "activity": [{"kind": "not_in_service"}]}
    answers = book.take([{**claim, "email": ANA, "consent": {"email": "subscribed"}}, {**claim, **dead}])
    assert answers[0].consent == {"email": "unsubscribed"}
    assert book.consent(ONE)["log"] == []
    book.take([{"source": "api", **dead}])
    assert book.consent(ONE)["state"] == "unsubscribed"


@pytest.mark.parametrize("source", ["form", "keyword", "checkout"])
def test_to_say_that_a_claim_is_one_does_no_harm(book: Book, source: str) -> None:
    record = {
        "source": source,
        "trust": "claimed",
        "phone": ONE,
        "proven": ["phone"],
        "consent": {"sms": "subscribed"},
    }
    [answer] = book.take([record])
    assert (answer.reason, answer.consent) == ("created", {"sms": "subscribed"})
    [entry] = book.consent(ONE)["log"]
    assert entry["trust"] == "proven"


def test_answers_say_what_consent_came_to(book: Book) -> None:
    take_in(book, "email,phone,crm_id", f"{ANA},{ONE},C")
    yes, no = {"email": "subscribed", "sms": "subscribed"}, {"sms": "unsubscribed"}
    answers = book.take(
        [
            {"source": "api", "crm_id": "C", "consent": yes},
            {"source": "form", "email": ANA, "phone": TWO, "consent": {"sms": "subscribed"}},
            {"source": "keyword", "phone": THREE, "body": "hello"},
            {"source": "api", "email": BEA, "phone": "nobody", "consent": {"email": "subscribed"}},
            {"source": "api", "crm_id": "D", "consent": yes},
            {"source": "api", "crm_id": "C", "first_name": "Ana"},
            {"source": "api", "crm_id": "C", "fields": {"Town": "Porto"}, "consent": no},
        ]
    )
    assert [answer.consent for answer in answers] == [
        {"email": "subscribed", "sms": "unsubscribed"},
        {"sms": "pending"},
        None,
        {"email": "none"},
        {"email": "none", "sms": "none"},
        None,
        {"sms": "unsubscribed"},
    ]


@pytest.mark.parametrize(
    "record",
    [
        {"source": "api", "contact_id": 1, "nickname": "Bee"},
        {"source": "api", "crm_id": "C", "first_name": 7},
        {"source": "profile_update", "contact_id": 1, "proven": ["contact_id"], "at": "2030-01-01"},
        {"source": "api", "crm_id": "C", "phone": "nobody"},
        {"source": "api", "crm_id": "C", "email": "UNSET"},
        {"source": "api", "contact_id": 2, "nickname": "Bee"},
    ],
)
def test_a_refusal_without_an_address_is_of_the_contact_that_it_is_surely_about(
    book: Book, record: dict[str, object]
) -> None:
    take_in(book, "email,crm_id", f"{ANA},C", f"{BEA},D")
    book.merge(1, [2])
    [answer] = book.take([{**record, "consent": {"email": "unsubscribed"}}])
    assert answer.consent == {"email": "unsubscribed"}
    assert book.consent(ANA)["state"] == "unsubscribed"


def test_nobody_refuses_for_a_contact_by_typing_who_it_is(book: Book) -> None:
    take_in(book, "email,crm_id", f"{ANA},C")
    book.take([{"source": "form", "crm_id": "C", "nickname": "Bee", "consent": {"email": "unsubscribed"}}])
    assert book.consent(ANA)["state"] == "none"


def test_a_refusal_counts_in_the_bin_and_whatever_the_purpose(book: Book) -> None:
    take_in(book, "email,crm_id", f"{ANA},C")
    book.remove([1])
    [answer] = book.take([{"source": "api", "crm_id": "C", "consent": {"email": "unsubscribed"}}])
    assert (answer.reason, book.consent(ANA)["state"]) == ("identifier_taken", "unsubscribed")


def test_no_records_are_no_trouble(book: Book) -> None:
    assert book.take([]) == []
    assert everybody(book) == {}


def test_records_that_agree_are_folded(book: Book) -> None:
    answers = book.take(
        [{"source": "api", "email": ANA}, {"source": "api", "email": ANA, "first_name": "Ana"}]
    )
    assert [(answer.reason, answer.contact_id) for answer in answers] == [("created", 1), ("repeat", 1)]
