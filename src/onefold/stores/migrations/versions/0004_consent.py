"""Consent, activity, records taken by key, and what forms, keywords and links need."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
EVIDENCE = (
    "method",
    "wording",
    "wording_version",
    "url",
    "form",
    "keyword",
    "message_id",
    "ip",
    "user_agent",
    "entered_by",
)


def upgrade() -> None:
    _consent()
    _activity()
    _ways_in()


def _consent() -> None:
    op.create_table(
        "consent",
        sa.Column("id", ID, primary_key=True),
        sa.Column("channel", TEXT, nullable=False),
        sa.Column("address", TEXT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("at", TEXT, nullable=False),
        sa.Column("recorded_at", TEXT, nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("trust", sa.Integer, nullable=False),
        *(sa.Column(name, TEXT) for name in EVIDENCE),
        sa.Column("contact_id", sa.BigInteger),
        sa.Column("ends", sa.BigInteger),
        sa.Column("batch_id", sa.BigInteger, nullable=False),
        sa.Index(None, "address", "channel"),
        sa.Index(None, "contact_id"),
        sa.Index(None, "batch_id"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "consent_state",
        sa.Column("address", TEXT, primary_key=True),
        sa.Column("channel", TEXT, primary_key=True),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("at", TEXT, nullable=False),
        sa.Column("weak", sa.Boolean, nullable=False),
        sa.Column("contact_id", sa.BigInteger),
        sqlite_with_rowid=False,
    )


def _activity() -> None:
    op.create_table(
        "activity",
        sa.Column("id", ID, primary_key=True),
        sa.Column("contact_id", sa.BigInteger, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("at", TEXT, nullable=False),
        sa.Column("channel", TEXT),
        sa.Column("address", TEXT),
        sa.Column("payload", TEXT, nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("batch_id", sa.BigInteger, nullable=False),
        sa.Index(None, "contact_id", "at"),
        sa.Index(None, "batch_id"),
        sqlite_autoincrement=True,
    )


def _ways_in() -> None:
    op.create_table(
        "taken",
        sa.Column("source", TEXT, primary_key=True),
        sa.Column("key", TEXT, primary_key=True),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("contact_id", sa.BigInteger),
        sa.Column("batch_id", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "form",
        sa.Column("name", TEXT, primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("definition", TEXT, nullable=False),
        sa.Column("created_at", TEXT, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "keyword",
        sa.Column("word", TEXT, primary_key=True),
        sa.Column("definition", TEXT, nullable=False),
        sa.Column("created_at", TEXT, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "question",
        sa.Column("id", ID, primary_key=True),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("phone", TEXT, nullable=False),
        sa.Column("contact_id", sa.BigInteger),
        sa.Column("context", TEXT, nullable=False, server_default="{}"),
        sa.Column("asked_at", TEXT, nullable=False),
        sa.Column("expires_at", TEXT, nullable=False),
        sa.Column("answered_at", TEXT),
        sa.Index(None, "phone"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "used_token",
        sa.Column("token_id", TEXT, primary_key=True),
        sa.Column("used_at", TEXT, nullable=False),
        sqlite_with_rowid=False,
    )
