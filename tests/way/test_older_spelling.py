"""A book whose text was kept before it was in NFC: migrated, then lived with.

It is made with `~` for the accent behind its letter (`jose~`), and then every `~` becomes that accent.
"""

import json
from collections.abc import Callable
from itertools import count
from typing import Any
from unicodedata import is_normalized

import pytest
from sqlalchemy import inspect, text

from onefold.book import Book
from onefold.model.error import OnefoldError
from onefold.model.form import Submission
from onefold.model.keyword import Keyword
from onefold.stores import Writer
from onefold.stores.opening import database_at
from onefold.way.tokens import TokenKind
from tests.older_books import ACCENT, migrated_to_one_spelling
from tests.way.at_the_desk import ANA, BEA, CARLA, ONE, Clock, everybody, file, refusal, shown, take_in

JOSE = "jos\u00e9@example.com"
APART = "jose~@example.com"
HISTORY = ("ledger", "receipt", "taken", "imported_header", "form", "keyword")
"""Tables that are read in NFC, and keep what was written."""

Again = Callable[[], Book]


@pytest.fixture
def opened_later(opened: Again, database_url: str, clock: Clock) -> Again:
    """Opens the book with the Onefold of today, after one that did not know NFC had it."""

    def later() -> Book:
        book = opened()
        files = book._store.files
        book.close()
        clock.forward(days=1)
        engine = database_at(database_url).engine
        migrated_to_one_spelling(engine, files, clock())
        engine.dispose()
        return opened()

    return later


def not_in_nfc(database_url: str) -> set[str]:
    """Where text stands that is not in NFC, but for what was written of mailboxes and what is history."""
    engine = database_at(database_url).engine
    found = set()
    with engine.connect() as connection:
        for table in inspect(connection).get_table_names():
            if table in HISTORY or table.startswith("search_"):
                continue
            for row in connection.execute(text(f"SELECT * FROM {table}")).mappings():
                found |= {
                    f"{table}.{name}"
                    for name, value in row.items()
                    if isinstance(value, str) and not is_normalized("NFC", value)
                }
    engine.dispose()
    return found - {"contact.email_as_written"}


def reviews(book: Book) -> list[tuple[Any, ...]]:
    return [(each.kind, each.contact_id, each.other_contact_id, each.value) for each in book.review()]


def test_of_two_contacts_with_one_mailbox_the_older_keeps_it(
    opened: Again, opened_later: Again, database_url: str
) -> None:
    book = opened()
    take_in(book, "email,first_name,consent.email", f"{JOSE},José,subscribed")
    take_in(book, "email,first_name,consent.email", f"{APART},Jose~,unsubscribed")
    book = opened_later()
    assert everybody(book) == {
        1: f"email={JOSE} first_name=José",
        2: f"first_name=José email~{JOSE}:held_elsewhere",
    }
    assert reviews(book) == [("kept_apart", 2, 1, JOSE)]
    for address in (JOSE, APART.replace("~", ACCENT)):
        told = book.consent(address)
        assert (told["state"], told["contact_ids"], len(told["log"])) == ("unsubscribed", [1], 2)
    assert book.check() == []
    assert not_in_nfc(database_url) == set()
    last = book.history(2)[-1]
    assert (last["kind"], last["source"]) == ("upgrade", "accents in one spelling")
    assert {"key": "email", "before": JOSE, "after": None} in last["changes"]
    book.accept(book.review()[0].id)
    assert [shown(book, id_) for id_ in (1, 2)] == [f"email={JOSE} first_name=José"] * 2


@pytest.mark.parametrize(
    ("older", "younger", "state"),
    [
        ("", "subscribed", "none"),
        ("subscribed", "subscribed", "subscribed"),
        ("subscribed", "", "subscribed"),
    ],
)
def test_nobody_is_reached_by_what_another_granted(
    older: str, younger: str, state: str, opened: Again, opened_later: Again
) -> None:
    book = opened()
    take_in(book, "email,consent.email", f"{APART},{older}")
    take_in(book, "email,consent.email", f"{JOSE},{younger}")
    book = opened_later()
    assert (book.contact(1)["email"], book.contact(2)["email"]) == (JOSE, None)
    assert book.contact(1)["consent"]["email"] == book.consent(JOSE)["state"] == state
    assert book.check() == []


def test_who_is_in_the_bin_gives_it_to_who_is_not(opened: Again, opened_later: Again) -> None:
    book = opened()
    take_in(book, "email", APART, JOSE)
    book.remove([1])
    book = opened_later()
    assert everybody(book) == {2: f"email={JOSE}"}
    book.restore([1])
    assert shown(book, 1) == f"email~{JOSE}:held_elsewhere"


def test_a_shared_or_blocked_identifier_stays_with_all(opened: Again, opened_later: Again) -> None:
    book = opened()
    book.add_identifier("loyalty_id")
    take_in(book, "crm_id,loyalty_id", "é-1,é-2", "e~-1,e~-2")
    book.share("crm_id", "e~-1")
    book.block("loyalty_id", "é-2")
    book = opened_later()
    assert everybody(book) == {1: "crm_id=é-1", 2: "crm_id=é-1"} | dict.fromkeys((1, 2), "crm_id=é-1")
    assert [book.contact(id_)["loyalty_id"] for id_ in (1, 2)] == ["é-2", "é-2"]
    assert (book.review(), book.check()) == ([], [])
    assert book.shared()["value"].to_list() == ["é-1"]


def test_own_kinds_and_crm_ids_are_held_once_too(opened: Again, opened_later: Again) -> None:
    book = opened()
    book.add_identifier("loyalty_id")
    take_in(book, "crm_id,loyalty_id,email", f"e~-1,e~-2,{ANA}", f"é-1,é-2,{BEA}")
    book = opened_later()
    assert reviews(book) == [("kept_apart", 2, 1, "é-1"), ("kept_apart", 2, 1, "é-2")]
    assert shown(book, 2) == f"email={BEA} crm_id~é-1:held_elsewhere loyalty_id~é-2:held_elsewhere"
    assert take_in(book, "crm_id,first_name", "e\u0301-1,Ana").reasons == {"updated": 1}
    assert shown(book, 1) == f"crm_id=é-1 email={ANA} first_name=Ana"


def test_aliases_become_one_and_never_repeat_what_is_current(opened: Again, opened_later: Again) -> None:
    book = opened()
    take_in(book, "email,first_name", f"{APART},Jose~")
    book.set_values(1, {"email": JOSE})
    book.set_values(1, {"email": "rene~@example.com"})
    book.set_values(1, {"email": "rené@example.com"})
    book.set_values(1, {"email": JOSE})
    assert "former" in shown(book, 1)
    book = opened_later()
    assert shown(book, 1) == f"email={JOSE} first_name=José email~rené@example.com:former"
    assert book.check() == []
    for receipt in (5, 4, 3, 2):
        book.undo(receipt)
        assert is_normalized("NFC", shown(book, 1))
        assert book.check() == []
    assert shown(book, 1) == f"email={JOSE} first_name=José"


def test_tags_and_lists_unite_and_names_are_one(opened: Again, opened_later: Again, clock: Clock) -> None:
    book = opened()
    take_in(book, "email", ANA, BEA, tags=["cafe~", "café"], into_list="Se~")
    take_in(book, "email", BEA, CARLA, tags=["café"], into_list="Sé")
    book.untag("cafe~", [1])
    book = opened_later()
    assert (book.tags(), book.lists()) == ({"café": 3}, {"Sé": 3})
    assert [line["receipt"] for line in book.members("Sé")] == [2, 1, 1]
    assert {line["what"] for line in book.list_history("Sé")} == {"joined"}
    assert len(book.tag_history("café")) >= 3
    book.undo(2)
    assert (shown(book, 1), 3 in everybody(book)) == (f"email={ANA} #café @Sé", False)
    assert book.check() == []
    with refusal("list_taken"):
        book.create_list("Other")
        book.rename_list("Other", "Se\u0301")


def test_a_renamed_list_is_one_through_all_its_names(opened: Again, opened_later: Again) -> None:
    book = opened()
    take_in(book, "email", ANA, into_list="Se~")
    renamed = book.rename_list("Se~", "E~vora")
    book = opened_later()
    assert [line["receipt"] for line in book.list_history("Évora")] == [1]
    book.undo(int(renamed.id or 0))
    assert book.lists() == {"Sé": 1}
    book.undo(1)
    assert book.lists() == {"Sé": 0}


def test_a_second_field_of_the_name_is_renamed_and_told(opened: Again, opened_later: Again) -> None:
    book = opened()
    book.add_field("Me~trica", "text")
    book.add_field("Métrica", "choice", choices=["Sé", "Se~", "No"], default="Se~")
    book.add_field("MÉTRICA (2)", "text")
    take_in(book, "email,Me~trica,Métrica", f"{ANA},uno e~,Se~")
    book.save_segment("Se~", {"field": "Me~trica", "is": "contains", "value": "E~"})
    book.save_segment("Sé", {"field": "fields.Métrica", "is": "equals", "value": "Se~"})
    book.save_segment("Both", {"field": "segment", "is": "one_of", "value": ["Se~"]})
    book.save_form("e~", {"fields": ["email", "Métrica"], "lists": ["Se~"], "double_opt_in": False})
    book.save_form("é", {"fields": ["email", "Me~trica"], "double_opt_in": False})
    book.save_keyword(Keyword("JOIN", "Text JOIN.", list="Se~", tags=("e~",)))
    book = opened_later()
    assert [field.name for field in book.fields()] == ["Métrica", "Métrica (3)", "MÉTRICA (2)"]
    assert (book.fields()[1].choices, book.fields()[1].default) == (("Sé", "No"), "Sé")
    assert shown(book, 1) == f"email={ANA} Métrica=uno é Métrica (3)=Sé"
    [upgraded] = [each for each in book.receipts() if each.kind == "upgrade"]
    assert list(upgraded.warnings) == [
        "there were two fields 'Métrica', spelled in two ways: one is 'Métrica (3)' now",
        "there were two segments 'Sé', spelled in two ways: one is 'Sé (2)' now",
        "there were two forms 'é', spelled in two ways: one is 'é (2)' now",
    ]
    rules = {each.name: each.rules for each in book.segments()}
    assert rules == {
        "Sé": {"field": "Métrica", "is": "contains", "value": "É"},
        "Sé (2)": {"field": "fields.Métrica (3)", "is": "equals", "value": "Sé"},
        "Both": {"field": "segment", "is": "one_of", "value": ["Sé"]},
    }
    assert all(len(book.contacts(segment=name)) == 1 for name in rules)
    asked = {form.name: [one.name for one in form.fields] for form in book.forms()}
    assert asked == {"é": ["email", "Métrica (3)"], "é (2)": ["email", "Métrica"]}
    book.submit("é", Submission({"email": BEA}))
    book.receive_text(from_=ONE, body="JOIN")
    assert book.lists() == {"Sé": 2}
    assert book.check() == []
    with refusal("nothing_to_undo"):
        book.undo(int(upgraded.id or 0))


def test_what_was_imported_before_is_undone_after(
    opened: Again, opened_later: Again, database_url: str
) -> None:
    book = opened()
    book.add_field("Ciudad e~", "text")
    take_in(book, "email,first_name,Ciudad e~,crm_id", f"{ANA},Ine~s,E~vora,e~-1")
    take_in(
        book,
        "crm_id,email,first_name,Ciudad e~,tags",
        f"e~-1,{APART},Jose~,Se~,cafe~",
        "e~-2,rene~@example.com,Rene~,E~,cafe~",
        mapping={"tags": "tags"},
    )
    take_in(book, "crm_id,first_name", "e~-1,Zoe~", tags=["se~"])
    book = opened_later()
    whole = f"crm_id=é-1 email={JOSE} first_name=Zoé Ciudad é=Sé #café #sé email~{ANA}:former"
    assert shown(book, 1) == whole
    undone = book.undo(3)
    assert shown(book, 1) == whole.replace("Zoé", "José").replace(" #sé", "")
    book.undo(2)
    assert everybody(book) == {1: f"crm_id=é-1 email={ANA} first_name=Inés Ciudad é=Évora"}
    assert book.check() == []
    book.undo(int(undone.id or 0), dry_run=True)
    assert not_in_nfc(database_url) == set()
    assert all(is_normalized("NFC", json.dumps(told, ensure_ascii=False)) for told in book.history(1))


def test_an_undo_does_not_take_the_mailbox_from_who_keeps_it(opened: Again, opened_later: Again) -> None:
    book = opened()
    take_in(book, "email", JOSE)
    take_in(book, "email,crm_id", f"{APART},C-2")
    take_in(book, "email,crm_id", f"{BEA},C-2")
    book = opened_later()
    assert everybody(book) == {1: f"email={JOSE}", 2: f"crm_id=C-2 email={BEA} email~{JOSE}:former"}
    undone = book.undo(3)
    assert [f"{kept.contact_id} {kept.key}: {kept.why}" for kept in undone.kept] == [
        f"2 email: {JOSE} belongs to contact 1 now"
    ]
    assert everybody(book) == {1: f"email={JOSE}", 2: f"crm_id=C-2 email~{JOSE}:held_elsewhere"}
    assert book.check() == []


def test_an_import_that_lost_its_mailbox_is_taken_back_whole(opened: Again, opened_later: Again) -> None:
    book = opened()
    take_in(book, "email", JOSE)
    take_in(book, "email,first_name", f"{APART},Jose~", f"{BEA},Bea")
    book = opened_later()
    assert len(book.review()) == 1
    undone = book.undo(2)
    assert (everybody(book), list(undone.kept), book.review()) == ({1: f"email={JOSE}"}, [], [])
    assert book.check() == []


def test_a_merged_pair_is_split_again(opened: Again, opened_later: Again) -> None:
    book = opened()
    take_in(book, "email,first_name,tags", f"{APART},Jose~,cafe~", mapping={"tags": "tags"})
    take_in(
        book, "email,first_name,phone,tags", f"rene~@example.com,Rene~,{ONE},se~", mapping={"tags": "tags"}
    )
    book.merge(1, [2])
    book = opened_later()
    assert shown(book, 1) == (
        f"email={JOSE} phone={ONE} first_name=José #café #sé email~rené@example.com:second"
        " contact_id~2:merged_id"
    ).replace(
        " email~rené@example.com:second contact_id~2:merged_id",
        " contact_id~2:merged_id email~rené@example.com:second",
    )
    book.split(1)
    assert everybody(book) == {
        1: f"email={JOSE} first_name=José #café",
        2: f"email=rené@example.com phone={ONE} first_name=René #sé",
    }
    assert book.check() == []


def test_who_is_parted_from_their_own_mailbox_has_it_elsewhere(opened: Again, opened_later: Again) -> None:
    book = opened()
    take_in(book, "email,first_name", f"{JOSE},José")
    take_in(book, "email,first_name", f"{APART},Jose~")
    book.merge(1, [2])
    book = opened_later()
    assert shown(book, 1) == f"email={JOSE} first_name=José contact_id~2:merged_id"
    book.split(1)
    assert everybody(book) == {
        1: f"email={JOSE} first_name=José",
        2: f"first_name=José email~{JOSE}:held_elsewhere",
    }
    assert book.check() == []


def test_an_import_that_was_interrupted_goes_on(
    opened: Again, opened_later: Again, monkeypatch: pytest.MonkeyPatch
) -> None:
    book, written = opened(), count()
    write = Writer.apply

    def stopped(self: Writer, *arguments: Any, **named: Any) -> Any:
        if next(written) == 1:
            raise KeyboardInterrupt
        return write(self, *arguments, **named)

    rows = (
        "email,Ciudad e~,crm_id",
        f"{ANA},E~vora,e~-1",
        f"{BEA},Se~,e~-2",
        f"{APART},Se~,e~-3",
        ",E~,e~-1",
        f"{CARLA},Se~,é-3",
    )
    options: dict[str, Any] = {"new_fields": True, "tags": ["cafe~"], "skip": [], "into_list": "Se~"}
    with monkeypatch.context() as patch, pytest.raises(OnefoldError):
        patch.setattr(Writer, "apply", stopped)
        take_in(book, *rows, **options)
    book = opened_later()
    receipt = book.resume(1)
    assert receipt.status == "completed"
    assert everybody(book) == {
        1: f"crm_id=é-1 email={ANA} Ciudad é=É #café @Sé",
        2: f"crm_id=é-2 email={BEA} Ciudad é=Sé #café @Sé",
        3: f"crm_id=é-3 email={CARLA} Ciudad é=Sé #café @Sé email~{JOSE}:former",
    }
    assert book.check() == []
    again = [row.replace("~", ACCENT) for row in rows]
    assert [warning for warning in book.plan(file(*again)).warnings if "no field" in warning] == []


def test_keys_and_links_of_then_are_known(opened: Again, opened_later: Again) -> None:
    book = opened()
    book.set_setting("link_base", "https://contacts.example.com")
    order = {"source": "checkout", "key": "orde~n-1", "email": ANA}
    book.take([order])
    book.save_form("news", {"fields": ["email"], "consent": {"email": "Send me news."}})
    book.submit("news", Submission({"email": APART, "consent.email": "yes"}))
    with book._store.reader() as reader:
        links = book._links(reader)
    token = links.token(TokenKind.PREFERENCES, 2, 7, address=APART.replace("~", ACCENT))
    book = opened_later()
    for key in ("ordén-1", "orde\u0301n-1"):
        assert [answer.reason for answer in book.take([order | {"key": key, "email": BEA}])] == ["repeat"]
    assert book.contact(2)["email"] == JOSE
    assert book.read_token(token).address == JOSE
    book.use_token(token, {"consent.email": "yes"})
    assert book.contact(2)["consent"]["email"] == "subscribed"


def test_a_mapping_of_then_is_remembered(opened: Again, opened_later: Again, database_url: str) -> None:
    from hashlib import sha256

    book = opened()
    book.add_field("Ciudad e~", "text")
    header = "Correo e~,Donde e~"
    take_in(book, header, f"{ANA},E~vora", mapping={"Correo e~": "email", "Donde e~": "Ciudad e~"})
    engine = database_at(database_url).engine
    key = sha256(header.replace(",", "\t").replace("~", ACCENT).encode()).hexdigest()
    with engine.begin() as connection:
        connection.execute(text("UPDATE imported_header SET header_key = :key"), {"key": key})
    engine.dispose()
    book = opened_later()
    for spelled in (header.replace("e~", "é"), header.replace("~", ACCENT)):
        plan = book.plan(file(spelled, f"{BEA},Sé"), import_tag=False)
        assert plan.receipt.mapping == {"Correo é": "email", "Donde é": "Ciudad é"}


def test_search_finds_it_at_once(opened: Again, opened_later: Again) -> None:
    book = opened()
    book.add_field("Ciudad e~", "text")
    take_in(book, "email,first_name,Ciudad e~", f"{APART},Jose~,E~vora", f"{JOSE},Ana,")
    book = opened_later()
    for words in ("josé évora", "jose\u0301 e\u0301vora"):
        assert [contact["id"] for contact in book.contacts(search=words)] == [1]
    assert [contact["id"] for contact in book.contacts(search=JOSE)] == [1, 2]


def test_who_is_erased_leaves_no_byte_in_either_spelling(opened: Again, opened_later: Again) -> None:
    book = opened()
    take_in(book, "email,first_name,crm_id", f"{APART},Jose~,nande~-1", f"{BEA},Bea,C-2")
    book.merge(2, [1])
    book.set_values(2, {"first_name": "Jose~"})
    book.split(2)
    book = opened_later()
    book.erase([1])
    assert everybody(book)[2].startswith(f"crm_id=C-2 email={BEA}")
    files = book._store.files
    engine = book._store._database.engine
    with engine.connect() as connection:
        for table in inspect(connection).get_table_names():
            if not table.startswith("search_"):
                for row in connection.execute(text(f"SELECT * FROM {table}")):
                    assert (
                        "nand" not in str(row)
                        and "jos\u00e9@" not in str(row)
                        and "jose\u0301@" not in str(row)
                    )
    [results] = files.rglob("results.csv")
    assert [line.split(",")[0] for line in results.read_text().splitlines()] == ["email", BEA]


def test_a_book_in_nfc_is_left_as_it_is(opened: Again, opened_later: Again) -> None:
    book = opened()
    take_in(book, "email,first_name", f"{JOSE},José", f"{BEA},Bea")
    before = everybody(book)
    book = opened_later()
    assert everybody(book) == before
    assert [receipt.kind for receipt in book.receipts()] == ["import"]


def test_an_upgrade_that_is_cut_short_is_done_again_whole(
    opened: Again, database_url: str, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = opened()
    take_in(book, "email,first_name", f"{JOSE},José", f"{APART},Jose~")
    files = book._store.files
    book.close()
    engine = database_at(database_url).engine
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr("onefold.stores.migrations.one_spelling.upgrade.Upgrade.finish", interrupted)
        migrated_to_one_spelling(engine, files, clock())
    for _ in range(2):
        migrated_to_one_spelling(engine, files, clock())
    engine.dispose()
    book = opened()
    assert everybody(book) == {
        1: f"email={JOSE} first_name=José",
        2: f"first_name=José email~{JOSE}:held_elsewhere",
    }
    assert [receipt.kind for receipt in book.receipts()] == ["upgrade", "import"]
    assert (len(book.review()), book.check()) == (1, [])


def interrupted(*_: object) -> None:
    raise KeyboardInterrupt


def test_a_yes_in_one_spelling_does_not_answer_the_no_in_the_other(
    opened: Again, opened_later: Again, clock: Clock
) -> None:
    book = opened()
    said = [(JOSE, "pending"), (APART, "unsubscribed"), (JOSE, "subscribed")]
    said += [
        ("é@example.com", "unsubscribed"),
        ("é@example.com", "subscribed"),
        ("e~@example.com", "pending"),
    ]
    for address, state in said:
        book.take([{"source": "form", "proven": ["email"], "email": address, "consent": {"email": state}}])
        clock.forward(minutes=1)
    book = opened_later()
    told = book.consent(JOSE)
    assert (told["state"], [line["state"] for line in told["log"]]) == (
        "unsubscribed",
        ["pending", "unsubscribed", "subscribed", "unsubscribed"],
    )
    assert book.consent("é@example.com")["state"] == "subscribed"
    assert book.check() == []
