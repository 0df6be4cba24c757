"""Logs of addresses: two that turn out to be one address's are one log, and a refusal in either stands."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import polars as pl

from onefold.model.consent import LOG_SCHEMA, Channel, ConsentState
from onefold.model.identifier import EMAIL
from onefold.model.source import Source, Trust
from onefold.normalise.email_definition import mailbox_in_one_spelling
from onefold.resolve.consent_log import GRANTS, states_of
from onefold.stores.migrations.one_spelling.statements import Statements
from onefold.stores.migrations.one_spelling.upgrade import Upgrade

OF_MAILBOXES: Final = f"channel = '{Channel.EMAIL}'"
STATE_COLUMNS: Final = ("address", "channel", "state", "at", "weak", "contact_id")
"""Those of the table as this revision finds it."""
METHOD: Final = "changed"
"""How the log says that an address left its contact."""
SPELLED_OTHERWISE: Final = "refused in another spelling"


def respell_logs(statements: Statements, upgrade: Upgrade, lost: Sequence[Mapping[str, Any]]) -> None:
    """Addresses of the logs of consent and of activity, and of what is to be sent, in NFC; what the logs come
    to is worked out anew. `lost`: the mailboxes that contacts gave up, and with them what they granted there.
    """
    differs = statements.differs("address", mailbox=True)
    spelled = statements.rows(f"SELECT DISTINCT address FROM consent WHERE {OF_MAILBOXES} AND {differs}")
    addresses = {mailbox_in_one_spelling(row["address"]) for row in spelled}
    addresses |= {line["value"] for line in lost if line["kind"] == EMAIL}
    refused = _refused(statements, addresses)
    for table in ("consent", "activity"):
        statements.respell(table, ("address",), mailbox=True, where=OF_MAILBOXES)
    statements.respell("outbox", ("recipient",), mailbox=True, where="kind = 'mail'")
    statements.run(f"DELETE FROM consent_state WHERE {OF_MAILBOXES} AND {differs}")
    for line in lost:
        if line["kind"] == EMAIL:
            _lapse(statements, upgrade, line)
    _refuse(statements, upgrade, refused, states_of(_log_of(statements, refused)))
    states = states_of(_log_of(statements, addresses)).select(STATE_COLUMNS).to_dicts()
    statements.run_each("DELETE FROM consent_state WHERE address = :address AND channel = :channel", states)
    statements.run_each(_insertion("consent_state", STATE_COLUMNS), states)


def _refused(statements: Statements, addresses: set[str]) -> set[str]:
    """Those of these mailboxes that have refused, in whichever spelling."""
    asked = (
        f"SELECT address FROM consent_state WHERE {OF_MAILBOXES} AND state = '{ConsentState.UNSUBSCRIBED}'"
    )
    apart = statements.rows(f"{asked} AND {statements.differs('address', mailbox=True)}")
    known = statements.rows_in(asked, "address", addresses)
    return {mailbox_in_one_spelling(row["address"]) for row in (*apart, *known)}


def _refuse(statements: Statements, upgrade: Upgrade, refused: set[str], states: pl.DataFrame) -> None:
    """Writes a refusal for each mailbox that comes to something else: a yes in one spelling did not answer
    the no in the other.
    """
    stands = states.filter(pl.col("state") == ConsentState.UNSUBSCRIBED)["address"]
    for address in sorted(refused.difference(stands)):
        refusal = {"address": address, "state": ConsentState.UNSUBSCRIBED.value, "method": SPELLED_OTHERWISE}
        entry = _entry(upgrade, **refusal)
        statements.run(_insertion("consent", entry), **entry)


def _entry(upgrade: Upgrade, **said: Any) -> dict[str, Any]:
    """An entry of a log of a mailbox, as the upgrade writes it."""
    return {
        "channel": Channel.EMAIL.value,
        "at": upgrade.now,
        "recorded_at": upgrade.now,
        "source": Source.CONSOLE.value,
        "trust": int(Trust.ATTESTED),
        "batch_id": upgrade.batch_id,
        **said,
    }


def _log_of(statements: Statements, addresses: set[str]) -> pl.DataFrame:
    """The entries of these mailboxes (`LOG_SCHEMA`); what the table does not have yet nobody has said."""
    rows = statements.rows_in(f"SELECT * FROM consent WHERE {OF_MAILBOXES}", "address", addresses)
    lines = [{name: row.get(name) for name in LOG_SCHEMA} for row in rows]
    return pl.DataFrame(lines, schema=LOG_SCHEMA).sort("id")


def _lapse(statements: Statements, upgrade: Upgrade, line: Mapping[str, Any]) -> None:
    """What a contact granted at a mailbox that it has no longer lapses, each grant by itself: the one that
    keeps it may have granted something too.
    """
    family = _with_merged(statements, line["contact_id"])
    for entry in _log_of(statements, {line["value"]}).filter(pl.col("state").is_in(GRANTS)).to_dicts():
        if entry["contact_id"] in family:
            lapse = _entry(
                upgrade,
                address=entry["address"],
                state=ConsentState.LAPSED.value,
                method=METHOD,
                contact_id=line["contact_id"],
                ends=entry["id"],
            )
            statements.run(_insertion("consent", lapse), **lapse)


def _with_merged(statements: Statements, contact_id: int) -> set[int]:
    """A contact and all that became part of it."""
    family, new = {contact_id}, [contact_id]
    while new:
        parts = statements.rows("SELECT id FROM contact WHERE merged_into = :id", id=new.pop())
        new += [row["id"] for row in parts if row["id"] not in family]
        family |= {row["id"] for row in parts}
    return family


def _insertion(table: str, columns: Iterable[str]) -> str:
    names = list(columns)
    return f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join(f':{name}' for name in names)})"
