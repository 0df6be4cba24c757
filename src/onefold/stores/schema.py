"""The tables of a book: one schema for SQLite and PostgreSQL.

`contact` grows columns while the book is used: `field_<id>` for each custom field, `identifier_<id>` for each
kind of identifier that the book adds. Times are text, ISO 8601 in UTC: both stores order and show them alike.

Rows that come by the hundred thousand (alias, contact_tag, contact_list, ledger) name their contact without a
foreign key: checked row by row, keys cost PostgreSQL 60 % more time. `Reader.problems` verifies them instead.
"""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    Table,
    UniqueConstraint,
    false,
    text,
)

from onefold.stores import consent_schema  # noqa: F401  its tables are part of the book's
from onefold.stores.metadata import ID, TEXT, identifier_index
from onefold.stores.metadata import metadata as metadata

setting: Final = Table(
    "setting",
    metadata,
    Column("key", TEXT, primary_key=True),
    Column("value", TEXT, nullable=False),
)
counter: Final = Table(
    "counter",
    metadata,
    Column("name", TEXT, primary_key=True),
    Column("value", BigInteger, nullable=False),
)
"""`next_contact_id`, `revision`, `indexed_batch` (the last batch that the search index has seen), and in an
older book `spelled_since` (the last batch that was written before text was in NFC).
"""

field: Final = Table(
    "field",
    metadata,
    Column("id", ID, primary_key=True),
    Column("name", TEXT, nullable=False, unique=True),
    Column("type", TEXT, nullable=False),
    Column("choices", TEXT, nullable=False, server_default="[]"),
    Column("default_value", TEXT),
    Column("access", TEXT, nullable=False),
    Column("folder", TEXT),
    Column("retired", Boolean, nullable=False, server_default=false()),
)
identifier_kind: Final = Table(
    "identifier_kind",
    metadata,
    Column("id", ID, primary_key=True),
    Column("name", TEXT, nullable=False, unique=True),
    Column("position", Integer, nullable=False),
)

contact: Final = Table(
    "contact",
    metadata,
    Column("id", ID, primary_key=True, autoincrement=False),
    Column("crm_id", TEXT),
    Column("email", TEXT),
    Column("email_as_written", TEXT),
    Column("phone", TEXT),
    Column("phone_as_written", TEXT),
    Column("first_name", TEXT),
    Column("last_name", TEXT),
    Column("full_name", TEXT),
    Column("created_at", TEXT, nullable=False),
    Column("updated_at", TEXT, nullable=False),
    Column("merged_into", BigInteger),
    Column("in_bin", Boolean, nullable=False, server_default=false()),
    identifier_index("crm_id"),
    identifier_index("email"),
    identifier_index("phone"),
    identifier_index("merged_into"),
    Index("ix_contact_in_bin", "id", sqlite_where=text("in_bin"), postgresql_where=text("in_bin")),
)
alias: Final = Table(
    "alias",
    metadata,
    Column("contact_id", BigInteger, primary_key=True),
    Column("kind", TEXT, primary_key=True),
    Column("value", TEXT, primary_key=True),
    Column("why", TEXT, nullable=False),
    Column("since", TEXT, nullable=False),
    Column("batch_id", BigInteger, nullable=False),
    Index(None, "kind", "value"),
    sqlite_with_rowid=False,
)
tag: Final = Table(
    "tag",
    metadata,
    Column("id", ID, primary_key=True),
    Column("name", TEXT, nullable=False, unique=True),
)
contact_tag: Final = Table(
    "contact_tag",
    metadata,
    Column("contact_id", BigInteger, primary_key=True),
    Column("tag_id", BigInteger, primary_key=True),
    Index(None, "tag_id", "contact_id"),
    sqlite_with_rowid=False,
)
contact_list: Final = Table(
    "contact_list",
    metadata,
    Column("contact_id", BigInteger, primary_key=True),
    Column("list_id", BigInteger, primary_key=True),
    Column("batch_id", BigInteger, nullable=False),
    Index(None, "list_id", "contact_id"),
    sqlite_with_rowid=False,
)
"""When a contact joined is when the batch was committed."""
list_: Final = Table(
    "list",
    metadata,
    Column("id", ID, primary_key=True),
    Column("name", TEXT, nullable=False, unique=True),
    Column("created_at", TEXT, nullable=False),
)

receipt: Final = Table(
    "receipt",
    metadata,
    Column("id", ID, primary_key=True),
    Column("kind", TEXT, nullable=False),
    Column("status", TEXT, nullable=False),
    Column("policy", TEXT),
    Column("purpose", TEXT),
    Column("source_name", TEXT),
    Column("header_line", TEXT),
    Column("mapping", TEXT, nullable=False, server_default="{}"),
    Column("counts", TEXT, nullable=False, server_default="{}"),
    Column("rows", BigInteger, nullable=False, server_default="0"),
    Column("tag", TEXT),
    Column("warnings", TEXT, nullable=False, server_default="[]"),
    Column("options", TEXT, nullable=False, server_default="{}"),
    Column("created_at", TEXT, nullable=False),
    Column("finished_at", TEXT),
    Column("undoes", BigInteger, ForeignKey("receipt.id")),
    Column("undone_by", BigInteger, ForeignKey("receipt.id")),
    Column("results_path", TEXT),
    Column("errors_path", TEXT),
    sqlite_autoincrement=True,
)
imported_header: Final = Table(
    "imported_header",
    metadata,
    Column("receipt_id", BigInteger, ForeignKey("receipt.id"), primary_key=True),
    Column("header_key", TEXT, nullable=False),
    Column("source_key", TEXT, nullable=False),
    Column("by_hand", TEXT, nullable=False),
    Index(None, "header_key", "receipt_id"),
    Index(None, "source_key", "receipt_id"),
    sqlite_with_rowid=False,
)
"""What is looked for when such a file comes again. Its keys are short: an index takes no long header line."""
batch: Final = Table(
    "batch",
    metadata,
    Column("id", ID, primary_key=True),
    Column("receipt_id", BigInteger, ForeignKey("receipt.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("rows", BigInteger, nullable=False),
    Column("committed_at", TEXT, nullable=False),
    UniqueConstraint("receipt_id", "number"),
    sqlite_autoincrement=True,
)
ledger: Final = Table(
    "ledger",
    metadata,
    # In this order new rows land at the end of the table; a contact's own are found by the index.
    Column("batch_id", BigInteger, primary_key=True),
    Column("contact_id", BigInteger, primary_key=True),
    Column("before", TEXT),
    Index(None, "contact_id"),
    sqlite_with_rowid=False,
)
mark: Final = Table(
    "mark",
    metadata,
    Column("kind", TEXT, primary_key=True),
    Column("value", TEXT, primary_key=True),
    Column("mark", TEXT, primary_key=True),
    Column("marked_by", TEXT, nullable=False),
    Column("batch_id", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
review: Final = Table(
    "review",
    metadata,
    Column("id", ID, primary_key=True),
    Column("kind", TEXT, nullable=False),
    Column("contact_id", BigInteger, nullable=False, server_default="0"),
    Column("other_contact_id", BigInteger, nullable=False, server_default="0"),
    Column("identifier", TEXT, nullable=False, server_default=""),
    Column("value", TEXT, nullable=False, server_default=""),
    Column("message", TEXT, nullable=False, server_default=""),
    Column("row_number", BigInteger),
    Column("state", TEXT, nullable=False),
    Column("receipt_id", BigInteger, ForeignKey("receipt.id"), nullable=False),
    Column("created_at", TEXT, nullable=False),
    Column("decided_at", TEXT),
    UniqueConstraint("kind", "contact_id", "other_contact_id", "identifier", "value"),
    Index(None, "state", "kind"),
    Index(None, "receipt_id"),
    sqlite_autoincrement=True,
)
"""What is asked is unique, so 0 and '' stand for none: a question that was dismissed is never asked again."""
changed_number: Final = Table(
    "changed_number",
    metadata,
    Column("receipt_id", BigInteger, ForeignKey("receipt.id"), primary_key=True),
    Column("contact_id", BigInteger, primary_key=True),
    Column("number_in_file", TEXT, primary_key=True),
    Column("seen_at", TEXT, nullable=False),
    Index(None, "seen_at"),
    sqlite_with_rowid=False,
)
activity: Final = Table(
    "activity",
    metadata,
    Column("id", ID, primary_key=True),
    Column("contact_id", BigInteger, nullable=False),
    Column("kind", TEXT, nullable=False),
    Column("at", TEXT, nullable=False),
    Column("channel", TEXT),
    Column("address", TEXT),
    Column("payload", TEXT, nullable=False),
    Column("source", TEXT, nullable=False),
    Column("batch_id", BigInteger, nullable=False),
    Index(None, "contact_id", "at"),
    Index(None, "batch_id"),
    sqlite_autoincrement=True,
)
taken: Final = Table(
    "taken",
    metadata,
    Column("source", TEXT, primary_key=True),
    Column("key", TEXT, primary_key=True),
    Column("status", TEXT, nullable=False),
    Column("reason", TEXT, nullable=False),
    Column("contact_id", BigInteger),
    Column("batch_id", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
"""Records that were taken, by their keys."""
segment: Final = Table(
    "segment",
    metadata,
    Column("id", ID, primary_key=True),
    Column("name", TEXT, nullable=False, unique=True),
    Column("rules", TEXT, nullable=False),
    Column("created_at", TEXT, nullable=False),
    Column("updated_at", TEXT, nullable=False),
    Column("contacts", BigInteger),
    Column("counted_at", TEXT),
)
"""Rules as JSON, and how many contacts they held for when that was counted last."""
form: Final = Table(
    "form",
    metadata,
    Column("name", TEXT, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("definition", TEXT, nullable=False),
    Column("created_at", TEXT, nullable=False),
    sqlite_with_rowid=False,
)
"""Every version that a form ever had: consents name theirs."""
keyword: Final = Table(
    "keyword",
    metadata,
    Column("word", TEXT, primary_key=True),
    Column("definition", TEXT, nullable=False),
    Column("created_at", TEXT, nullable=False),
    sqlite_with_rowid=False,
)
question: Final = Table(
    "question",
    metadata,
    Column("id", ID, primary_key=True),
    Column("kind", TEXT, nullable=False),
    Column("address", TEXT, nullable=False),
    Column("contact_id", BigInteger),
    Column("context", TEXT, nullable=False, server_default="{}"),
    Column("asked_at", TEXT, nullable=False),
    Column("expires_at", TEXT, nullable=False),
    Column("answered_at", TEXT),
    Column("channel", TEXT, nullable=False, server_default="sms"),
    Column("asks", TEXT, nullable=False, server_default=""),
    Column("sent_at", TEXT),
    Column("token_id", TEXT),
    Index(None, "address", "channel"),
    Index(None, "token_id"),
    sqlite_autoincrement=True,
)
"""What an address was asked, by text or by a mail whose link bears the token. `asks`: what a yes to it does,
by which the same question is known again; `sent_at` is null where it could not be sent yet.
"""
used_token: Final = Table(
    "used_token",
    metadata,
    Column("token_id", TEXT, primary_key=True),
    Column("used_at", TEXT, nullable=False),
    sqlite_with_rowid=False,
)
outbox: Final = Table(
    "outbox",
    metadata,
    Column("id", ID, primary_key=True),
    Column("kind", TEXT, nullable=False),
    Column("recipient", TEXT, nullable=False),
    Column("subject", TEXT, nullable=False),
    Column("body", TEXT, nullable=False),
    Column("created_at", TEXT, nullable=False),
    Column("sent_at", TEXT),
    sqlite_autoincrement=True,
)
