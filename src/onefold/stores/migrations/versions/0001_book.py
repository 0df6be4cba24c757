"""The book as it began: contacts, what they are known by, receipts, the ledger."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "setting",
        sa.Column("key", TEXT, primary_key=True),
        sa.Column("value", TEXT, nullable=False),
    )
    op.create_table(
        "counter",
        sa.Column("name", TEXT, primary_key=True),
        sa.Column("value", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "field",
        sa.Column("id", ID, primary_key=True),
        sa.Column("name", TEXT, nullable=False, unique=True),
        sa.Column("type", TEXT, nullable=False),
        sa.Column("choices", TEXT, nullable=False, server_default="[]"),
        sa.Column("default_value", TEXT),
        sa.Column("access", TEXT, nullable=False),
        sa.Column("folder", TEXT),
        sa.Column("retired", sa.Boolean, nullable=False, server_default=sa.false()),
    )
    op.create_table(
        "identifier_kind",
        sa.Column("id", ID, primary_key=True),
        sa.Column("name", TEXT, nullable=False, unique=True),
        sa.Column("position", sa.Integer, nullable=False),
    )
    op.create_table(
        "contact",
        sa.Column("id", ID, primary_key=True, autoincrement=False),
        sa.Column("crm_id", TEXT),
        sa.Column("email", TEXT),
        sa.Column("email_as_written", TEXT),
        sa.Column("phone", TEXT),
        sa.Column("phone_as_written", TEXT),
        sa.Column("first_name", TEXT),
        sa.Column("last_name", TEXT),
        sa.Column("full_name", TEXT),
        sa.Column("created_at", TEXT, nullable=False),
        sa.Column("updated_at", TEXT, nullable=False),
        sa.Column("merged_into", sa.BigInteger),
        sa.Column("in_bin", sa.Boolean, nullable=False, server_default=sa.false()),
        identifier_index("crm_id"),
        identifier_index("email"),
        identifier_index("phone"),
        identifier_index("merged_into"),
    )
    op.create_table(
        "alias",
        sa.Column("contact_id", sa.BigInteger, primary_key=True),
        sa.Column("kind", TEXT, primary_key=True),
        sa.Column("value", TEXT, primary_key=True),
        sa.Column("why", TEXT, nullable=False),
        sa.Column("since", TEXT, nullable=False),
        sa.Column("batch_id", sa.BigInteger, nullable=False),
        sa.Index(None, "kind", "value"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "tag",
        sa.Column("id", ID, primary_key=True),
        sa.Column("name", TEXT, nullable=False, unique=True),
    )
    op.create_table(
        "contact_tag",
        sa.Column("contact_id", sa.BigInteger, primary_key=True),
        sa.Column("tag_id", sa.BigInteger, primary_key=True),
        sa.Index(None, "tag_id", "contact_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "contact_list",
        sa.Column("contact_id", sa.BigInteger, primary_key=True),
        sa.Column("list_id", sa.BigInteger, primary_key=True),
        sa.Column("batch_id", sa.BigInteger, nullable=False),
        sa.Index(None, "list_id", "contact_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "list",
        sa.Column("id", ID, primary_key=True),
        sa.Column("name", TEXT, nullable=False, unique=True),
        sa.Column("created_at", TEXT, nullable=False),
    )
    op.create_table(
        "receipt",
        sa.Column("id", ID, primary_key=True),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("policy", TEXT),
        sa.Column("purpose", TEXT),
        sa.Column("source_name", TEXT),
        sa.Column("header_line", TEXT),
        sa.Column("mapping", TEXT, nullable=False, server_default="{}"),
        sa.Column("counts", TEXT, nullable=False, server_default="{}"),
        sa.Column("rows", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("tag", TEXT),
        sa.Column("warnings", TEXT, nullable=False, server_default="[]"),
        sa.Column("options", TEXT, nullable=False, server_default="{}"),
        sa.Column("created_at", TEXT, nullable=False),
        sa.Column("finished_at", TEXT),
        sa.Column("undoes", sa.BigInteger, sa.ForeignKey("receipt.id")),
        sa.Column("undone_by", sa.BigInteger, sa.ForeignKey("receipt.id")),
        sa.Column("results_path", TEXT),
        sa.Column("errors_path", TEXT),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "batch",
        sa.Column("id", ID, primary_key=True),
        sa.Column("receipt_id", sa.BigInteger, sa.ForeignKey("receipt.id"), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("rows", sa.BigInteger, nullable=False),
        sa.Column("committed_at", TEXT, nullable=False),
        sa.UniqueConstraint("receipt_id", "number"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "ledger",
        sa.Column("batch_id", sa.BigInteger, primary_key=True),
        sa.Column("contact_id", sa.BigInteger, primary_key=True),
        sa.Column("before", TEXT),
        sa.Index(None, "contact_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "mark",
        sa.Column("kind", TEXT, primary_key=True),
        sa.Column("value", TEXT, primary_key=True),
        sa.Column("mark", TEXT, primary_key=True),
        sa.Column("marked_by", TEXT, nullable=False),
        sa.Column("batch_id", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "review",
        sa.Column("id", ID, primary_key=True),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("contact_id", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("other_contact_id", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("identifier", TEXT, nullable=False, server_default=""),
        sa.Column("value", TEXT, nullable=False, server_default=""),
        sa.Column("message", TEXT, nullable=False, server_default=""),
        sa.Column("row_number", sa.BigInteger),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("receipt_id", sa.BigInteger, sa.ForeignKey("receipt.id"), nullable=False),
        sa.Column("created_at", TEXT, nullable=False),
        sa.Column("decided_at", TEXT),
        sa.UniqueConstraint("kind", "contact_id", "other_contact_id", "identifier", "value"),
        sa.Index(None, "state", "kind"),
        sa.Index(None, "receipt_id"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "changed_number",
        sa.Column("receipt_id", sa.BigInteger, sa.ForeignKey("receipt.id"), primary_key=True),
        sa.Column("contact_id", sa.BigInteger, primary_key=True),
        sa.Column("number_in_file", TEXT, primary_key=True),
        sa.Column("seen_at", TEXT, nullable=False),
        sa.Index(None, "seen_at"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "outbox",
        sa.Column("id", ID, primary_key=True),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("recipient", TEXT, nullable=False),
        sa.Column("subject", TEXT, nullable=False),
        sa.Column("body", TEXT, nullable=False),
        sa.Column("created_at", TEXT, nullable=False),
        sa.Column("sent_at", TEXT),
        sqlite_autoincrement=True,
    )


def identifier_index(column: str) -> sa.Index:
    held = sa.text(f"{column} IS NOT NULL")
    return sa.Index(f"ix_contact_{column}", column, sqlite_where=held, postgresql_where=held)
