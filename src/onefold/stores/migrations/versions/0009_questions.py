"""Questions by mail are remembered like those by text, and what a yes to each does."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.drop_index("ix_question_phone", "question")
    op.execute("ALTER TABLE question RENAME COLUMN phone TO address")
    op.add_column("question", sa.Column("channel", TEXT, nullable=False, server_default="sms"))
    op.add_column("question", sa.Column("asks", TEXT, nullable=False, server_default=""))
    op.add_column("question", sa.Column("sent_at", TEXT))
    op.add_column("question", sa.Column("token_id", TEXT))
    op.create_index("ix_question_address_channel", "question", ["address", "channel"])
    op.create_index("ix_question_token_id", "question", ["token_id"])
    op.execute("UPDATE question SET sent_at = asked_at")
