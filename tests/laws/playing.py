"""How a story is told: to the slow engine as its own records."""

from onefold.model.identifier import CONTACT_ID, CRM_ID, EMAIL, PHONE
from tests.laws.generating import CITY, CLEAR, HOME, LOYALTY_ID, VISITS, Batch, Story, Told
from tests.oracle import Contact, OracleBook, Outcome, Record
from tests.oracle.state import Rules

IDENTIFIERS = (CRM_ID, LOYALTY_ID, EMAIL, PHONE)


def record_of(told: Told, batch: Batch) -> Record:
    """The row as the slow engine takes it: canonical, cells sorted by what they are."""
    kept = {column: text for column, text in told.cells.items() if text != CLEAR}
    contact_id = kept.pop(CONTACT_ID, None)
    identifiers = {kind: canonical(kind, text) for kind, text in kept.items() if kind in IDENTIFIERS}
    return Record(
        identifiers=identifiers,
        spellings={kind: kept[kind] for kind in identifiers if kept[kind] != identifiers[kind]},
        values={
            column: float(text) if column == VISITS else text
            for column, text in kept.items()
            if column not in IDENTIFIERS and told.wrong is None
        },
        cleared=frozenset(column for column, text in told.cells.items() if text == CLEAR),
        contact_id=None if contact_id is None else int(contact_id),
        tags=frozenset(batch.tags),
        lists=frozenset([batch.into_list] if batch.into_list else []),
        source=told.source,
        proven=told.proven,
        refusal=told.wrong,
    )


def canonical(kind: str, text: str) -> str:
    """The one spelling of an identifier, as far as stories misspell any."""
    return {EMAIL: text.lower(), PHONE: text.replace(" ", "")}.get(kind, text)


def slow_book(story: Story) -> OracleBook:
    """An empty book of the slow engine with the story's marks."""
    book = OracleBook([LOYALTY_ID], {CITY: HOME})
    book.state.shared |= set(story.shared)
    book.state.blocked |= set(story.blocked)
    return book


def tell_slow(book: OracleBook, batch: Batch) -> list[Outcome]:
    """One batch goes into the slow book."""
    return book.take(
        [record_of(told, batch) for told in batch.told],
        batch.policy,
        purpose=batch.purpose,
        chosen=batch.chosen,
        do_not_overwrite=batch.do_not_overwrite,
        do_not_overwrite_columns=batch.do_not_overwrite_columns,
    )


Shown = dict[str, str]
"""All that a contact is, as text by column; `email~a@b`: why that alias is there."""


def show(contact: Contact) -> Shown:
    """A contact so that two of them are easily compared, whichever engine wrote them."""
    shown = {**contact.identifiers, **{name: str(value) for name, value in contact.values.items()}}
    shown |= {f"{kind} as written": spelling for kind, spelling in contact.spellings.items()}
    shown |= {f"{kind}~{value}": str(why) for (kind, value), why in contact.aliases.items()}
    shown |= {f"tag {tag}": "" for tag in contact.tags} | {f"list {name}": "" for name in contact.lists}
    if contact.merged_into is not None:
        shown["merged into"] = str(contact.merged_into)
    return shown | ({"in the bin": ""} if contact.in_bin else {})


def show_slow(book: OracleBook) -> dict[int, Shown]:
    """Every contact of the slow book."""
    return {contact.id: show(contact) for contact in book.contacts.values()}


def rules_of(batch: Batch, book: OracleBook) -> Rules:
    """The rules of the slow engine for that batch."""
    columns = frozenset(batch.do_not_overwrite_columns)
    return Rules(
        batch.policy,
        book.own_kinds,
        batch.purpose,
        batch.chosen,
        batch.do_not_overwrite,
        columns,
        book.defaults,
    )
