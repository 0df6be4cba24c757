"""Text that is compared is in NFC: what contacts hold, what was said of it, and names."""

from alembic import context, op

from onefold.stores.migrations.one_spelling.consents import respell_logs
from onefold.stores.migrations.one_spelling.identifiers import respell_contacts
from onefold.stores.migrations.one_spelling.names import respell_names
from onefold.stores.migrations.one_spelling.statements import Statements
from onefold.stores.migrations.one_spelling.upgrade import Upgrade

revision = "0006"
down_revision = "0005"

SPELLED_SINCE = """
    INSERT INTO counter (name, value)
    SELECT 'spelled_since', (SELECT max(id) FROM batch)
    WHERE EXISTS (SELECT 1 FROM batch) AND NOT EXISTS (SELECT 1 FROM counter WHERE name = 'spelled_since')
"""


def upgrade() -> None:
    statements = Statements.of(op.get_bind())
    statements.run(SPELLED_SINCE)
    record = Upgrade(statements, context.config.attributes["now"])
    respell_names(statements, record)
    lost = respell_contacts(statements, record)
    respell_logs(statements, record, lost)
    statements.respell("search", ("folded",))
    record.finish()
    statements.run("UPDATE counter SET value = value + 1 WHERE name = 'revision'")
