"""Headers of imports: what is looked for when such a file comes again."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "imported_header",
        sa.Column("receipt_id", sa.BigInteger, sa.ForeignKey("receipt.id"), primary_key=True),
        sa.Column("header_key", TEXT, nullable=False),
        sa.Column("source_key", TEXT, nullable=False),
        sa.Column("by_hand", TEXT, nullable=False),
        sa.Index(None, "header_key", "receipt_id"),
        sa.Index(None, "source_key", "receipt_id"),
        sqlite_with_rowid=False,
    )
