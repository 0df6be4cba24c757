"""Which rows of a batch speak of different people, so far as anybody can tell from outside."""

from dataclasses import replace

from onefold.model.identifier import CONTACT_ID
from tests.laws.generating import Batch
from tests.laws.playing import record_of, rules_of
from tests.oracle import OracleBook, Record
from tests.oracle.state import Rules

Node = tuple[str, object]


def about_different_people(batch: Batch, book: OracleBook) -> Batch:
    """The batch without rows that hang together with an earlier one, or by which nobody is recognised."""
    rules = rules_of(batch, book)
    joined: dict[Node, Node] = {}

    def root(node: Node) -> Node:
        while joined.setdefault(node, node) != node:
            node = joined[node]
        return node

    def join(node: Node, identifiers: list[Node]) -> None:
        for identifier in identifiers:
            joined[root(node)] = root(identifier)

    for contact in book.state.live():
        join(("contact", contact.id), [*contact.identifiers.items(), *contact.aliases])
    records = {row: record_of(told, batch) for row, told in enumerate(batch.told)}
    for row, record in records.items():
        join(("row", row), list(record.identifiers.items()))
        known = None if record.contact_id is None else book.state.redirected(record.contact_id)
        if known is not None:
            join(("row", row), [("contact", known.id)])
    groups: dict[Node, int] = {}
    for row, record in records.items():
        if recognises_somebody(record, book, rules):
            groups.setdefault(root(("row", row)), row)
    return replace(batch, told=tuple(batch.told[row] for row in sorted(groups.values())))


def recognises_somebody(record: Record, book: OracleBook, rules: Rules) -> bool:
    """Whether the record is recognised the second time: by a kind of `match_on`, no id out of thin air."""
    if record.contact_id is not None:
        return CONTACT_ID in rules.match_on and book.state.redirected(record.contact_id) is not None
    kinds = (kind for kind in rules.match_on if kind != CONTACT_ID)
    return any(book.state.usable(record, kind, rules) is not None for kind in kinds)
