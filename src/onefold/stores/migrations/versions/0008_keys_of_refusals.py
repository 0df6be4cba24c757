"""Entries of the log of consent know the key of the record that said them."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
KEYS_OF_REFUSALS = """
    UPDATE consent SET key = alone.key
    FROM (
        SELECT batch_id, source, coalesce(contact_id, 0) AS whose, min(key) AS key
        FROM taken GROUP BY batch_id, source, coalesce(contact_id, 0) HAVING count(*) = 1
    ) AS alone
    WHERE consent.state = 'unsubscribed' AND consent.batch_id = alone.batch_id
      AND consent.source = alone.source AND coalesce(consent.contact_id, 0) = alone.whose
"""
"""Where only one record of a batch, a source and a contact had a key, their refusals came under it."""


def upgrade() -> None:
    op.add_column("consent", sa.Column("key", TEXT))
    op.execute(KEYS_OF_REFUSALS)
