"""Refusals that are a person's own, addresses that nobody has confirmed, and the states by today's rules.

Who had a refused address when it was said is not on record. It is taken to be the contact whose record said
it, and all that have the address now, or had it and did not give it up: that is who was refused before, too.
"""

import polars as pl
import sqlalchemy as sa
from alembic import op

from onefold.model.consent import CONSENT_STATE_SCHEMA, LOG_SCHEMA
from onefold.resolve.consent_log import states_of

revision = "0007"
down_revision = "0006"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
OF_THE_ADDRESS_ALONE = "('hard_bounce', 'not_in_service', 'wrong_number', 'erased_refusal')"
REFUSED = f"""
    consent.state = 'unsubscribed' AND coalesce(consent.method, '') NOT IN {OF_THE_ADDRESS_ALONE}
    AND NOT EXISTS (SELECT 1 FROM consent AS ended WHERE ended.ends = consent.id)
"""
KINDS = "((consent.channel = 'email' AND {kind} = 'email') OR (consent.channel = 'sms' AND {kind} = 'phone'))"
WHOSE = f"""
    SELECT contact.id AS origin_id, consent.id AS consent_id, consent.channel, consent.at
    FROM consent JOIN contact ON contact.id = consent.contact_id WHERE {REFUSED}
    UNION
    SELECT contact.id, consent.id, consent.channel, consent.at
    FROM consent JOIN contact ON contact.email = consent.address
    WHERE consent.channel = 'email' AND {REFUSED}
    UNION
    SELECT contact.id, consent.id, consent.channel, consent.at
    FROM consent JOIN contact ON contact.phone = consent.address
    WHERE consent.channel = 'sms' AND {REFUSED}
    UNION
    SELECT alias.contact_id, consent.id, consent.channel, consent.at
    FROM consent JOIN alias ON alias.value = consent.address AND {KINDS.format(kind="alias.kind")}
    WHERE alias.why IN ('second', 'former') AND {REFUSED}
"""
LIVE = """
    WITH RECURSIVE lead (id, contact_id, merged_into) AS (
        SELECT contact.id, contact.id, contact.merged_into FROM contact
        UNION
        SELECT lead.id, contact.id, contact.merged_into
        FROM lead JOIN contact ON contact.id = lead.merged_into
    )
    SELECT id, contact_id FROM lead WHERE merged_into IS NULL
"""
ANSWER = """
    SELECT min(answer.id) FROM consent AS answer
    WHERE answer.channel = whose.channel AND answer.state = 'subscribed'
      AND (answer.trust = 1 OR (answer.trust = 2 AND answer.source NOT IN ('import', 'api')
           AND answer.method IS NOT NULL AND answer.wording IS NOT NULL))
      AND answer.at > whose.at AND answer.recorded_at > whose.at
      AND (answer.contact_id = whose.origin_id OR answer.address = said.address)
      AND NOT EXISTS (SELECT 1 FROM consent AS ended WHERE ended.ends = answer.id)
"""
LOGS = """
    SELECT consent.* FROM consent WHERE address IN (
        SELECT address FROM consent
        WHERE state = 'subscribed' AND (recorded_at < at OR (trust = 2 AND source <> 'import'))
    ) ORDER BY id
"""
FILL = f"""
    INSERT INTO refusal (origin_id, consent_id, contact_id, channel, at, answered_by)
    SELECT whose.origin_id, whose.consent_id, live.contact_id, whose.channel, whose.at, ({ANSWER})
    FROM ({WHOSE}) AS whose
    JOIN ({LIVE}) AS live ON live.id = whose.origin_id
    JOIN consent AS said ON said.id = whose.consent_id
"""


def upgrade() -> None:
    op.create_table(
        "refusal",
        sa.Column("origin_id", sa.BigInteger, primary_key=True),
        sa.Column("consent_id", sa.BigInteger, primary_key=True),
        sa.Column("contact_id", sa.BigInteger, nullable=False),
        sa.Column("channel", TEXT, nullable=False),
        sa.Column("at", TEXT, nullable=False),
        sa.Column("answered_by", sa.BigInteger),
        sa.Index(None, "contact_id", "channel"),
        sa.Index(None, "answered_by"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "typed_address",
        sa.Column("contact_id", sa.BigInteger, primary_key=True),
        sa.Column("kind", TEXT, primary_key=True),
        sa.Column("value", TEXT, primary_key=True),
        sa.Index(None, "kind", "value"),
        sqlite_with_rowid=False,
    )
    op.execute(FILL)
    _settle_states_anew()


def _settle_states_anew() -> None:
    """The states by the rules of today of logs that could come to another one: before, a program and an
    operator without evidence answered a refusal, and a grant counted from a moment to come.
    """
    connection = op.get_bind()
    rows = connection.execute(sa.text(LOGS)).mappings()
    # What the table does not have yet nobody has said.
    lines = [{name: row.get(name) for name in LOG_SCHEMA} for row in rows]
    states = states_of(pl.DataFrame(lines, schema=LOG_SCHEMA)).select(list(CONSENT_STATE_SCHEMA)).to_dicts()
    if states:
        values = ", ".join(f"{name} = :{name}" for name in CONSENT_STATE_SCHEMA)
        same = "channel = :channel AND address = :address"
        connection.execute(sa.text(f"UPDATE consent_state SET {values} WHERE {same}"), states)
