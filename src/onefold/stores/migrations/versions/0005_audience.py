"""Segments, what the bin holds, and the refusals that outlive an erased contact."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "segment",
        sa.Column("id", ID, primary_key=True),
        sa.Column("name", TEXT, nullable=False, unique=True),
        sa.Column("rules", TEXT, nullable=False),
        sa.Column("created_at", TEXT, nullable=False),
        sa.Column("updated_at", TEXT, nullable=False),
        sa.Column("contacts", sa.BigInteger),
        sa.Column("counted_at", TEXT),
    )
    op.create_table(
        "erased_refusal",
        sa.Column("channel", TEXT, primary_key=True),
        sa.Column("address_hash", TEXT, primary_key=True),
        sa.Column("at", TEXT, nullable=False),
        sqlite_with_rowid=False,
    )
    in_bin = sa.text("in_bin")
    op.create_index("ix_contact_in_bin", "contact", ["id"], sqlite_where=in_bin, postgresql_where=in_bin)
