"""The tables of consent: what was said, what that comes to, and whose own a refusal is."""

from typing import Final

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, Table

from onefold.model.consent import EVIDENCE
from onefold.stores.metadata import ID, TEXT, metadata

consent: Final = Table(
    "consent",
    metadata,
    Column("id", ID, primary_key=True),
    Column("channel", TEXT, nullable=False),
    Column("address", TEXT, nullable=False),
    Column("state", TEXT, nullable=False),
    Column("at", TEXT, nullable=False),
    Column("recorded_at", TEXT, nullable=False),
    Column("source", TEXT, nullable=False),
    Column("trust", Integer, nullable=False),
    *(Column(name, TEXT) for name in EVIDENCE),
    Column("contact_id", BigInteger),
    Column("ends", BigInteger),
    Column("key", TEXT),
    Column("batch_id", BigInteger, nullable=False),
    Index(None, "address", "channel"),
    Index(None, "contact_id"),
    Index(None, "batch_id"),
    sqlite_autoincrement=True,
)
"""The log of consent: rows are added, and never changed."""
consent_state: Final = Table(
    "consent_state",
    metadata,
    Column("address", TEXT, primary_key=True),
    Column("channel", TEXT, primary_key=True),
    Column("state", TEXT, nullable=False),
    Column("at", TEXT, nullable=False),
    Column("weak", Boolean, nullable=False),
    Column("contact_id", BigInteger),
    sqlite_with_rowid=False,
)
"""What the log of each address comes to; `Reader.problems` holds it against the log."""
refusal: Final = Table(
    "refusal",
    metadata,
    Column("origin_id", BigInteger, primary_key=True),
    Column("consent_id", BigInteger, primary_key=True),
    Column("contact_id", BigInteger, nullable=False),
    Column("channel", TEXT, nullable=False),
    Column("at", TEXT, nullable=False),
    Column("answered_by", BigInteger),
    Index(None, "contact_id", "channel"),
    Index(None, "answered_by"),
    sqlite_with_rowid=False,
)
"""Whose own a refusal of the log is (`REFUSAL_SCHEMA`). It names no address: those stand in the log."""
typed_address: Final = Table(
    "typed_address",
    metadata,
    Column("contact_id", BigInteger, primary_key=True),
    Column("kind", TEXT, primary_key=True),
    Column("value", TEXT, primary_key=True),
    Index(None, "kind", "value"),
    sqlite_with_rowid=False,
)
"""Addresses that somebody typed for a contact and that nobody has confirmed."""
erased_refusal: Final = Table(
    "erased_refusal",
    metadata,
    Column("channel", TEXT, primary_key=True),
    Column("address_hash", TEXT, primary_key=True),
    Column("at", TEXT, nullable=False),
    sqlite_with_rowid=False,
)
"""Addresses that refused and whose contact was erased: a hash with a key that lies outside the book."""
