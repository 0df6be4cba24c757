"""Search: what can be found of each contact, in trigrams."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

TRIGRAMS = """
    CREATE FUNCTION onefold_trigrams(folded text) RETURNS text[]
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$ SELECT array(SELECT substr(folded, at, 3) FROM generate_series(1, length(folded) - 2) AS at) $$
"""


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("CREATE VIRTUAL TABLE search USING fts5(folded, tokenize = 'trigram case_sensitive 1')")
        return
    op.create_table(
        "search",
        sa.Column("rowid", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("folded", sa.Text(collation="C"), nullable=False),
    )
    op.execute(TRIGRAMS)
    op.execute("CREATE INDEX ix_search_trigrams ON search USING gin (onefold_trigrams(folded))")
