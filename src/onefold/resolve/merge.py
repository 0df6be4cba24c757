"""A merge that somebody asked for: the same survivorship as when a record pairs two contacts."""

import polars as pl

from onefold.model.field import NAMES
from onefold.model.frames import MARK_SCHEMA, Contacts, empty
from onefold.model.identifier import ADDRESS_KINDS, CONTACT_ID, as_written
from onefold.model.rules import Rules
from onefold.model.source import Source, Trust
from onefold.resolve.aliases import aliases_after
from onefold.resolve.beside import MERGE_SCHEMA, Beside
from onefold.resolve.one_round import contacts_after
from onefold.resolve.recognise import TARGET_SCHEMA, Recognised
from onefold.resolve.round import PROBLEM_SCHEMA, WITHHELD_SCHEMA, Round
from onefold.resolve.survivorship import set_by_after
from onefold.resolve.values import value


def merge_contacts(near: Contacts, keep: int, lose: int, rules: Rules) -> Contacts:
    """The contacts of `near` once `lose` is part of `keep`, decided as a record that says just that."""
    this = Round(_silent_record(rules), near, empty(MARK_SCHEMA), rules)
    targets = pl.DataFrame(
        {
            "row": [0],
            "target": [keep],
            "target_kind": [CONTACT_ID],
            "target_strength": [0],
            "target_trust": [int(Trust.ATTESTED)],
        },
        schema=TARGET_SCHEMA,
    )
    no_problem, nothing_withheld = empty(PROBLEM_SCHEMA), empty(WITHHELD_SCHEMA)
    beside = Beside(
        pl.DataFrame([(0, keep, lose)], schema=MERGE_SCHEMA, orient="row"), nothing_withheld, no_problem
    )
    recognised = Recognised(targets, pl.DataFrame(), targets.select("row").clear(), no_problem)
    valued = value(this, targets.select("row"), recognised, beside)
    return Contacts(
        contacts_after(this, valued),
        aliases_after(this, valued, nothing_withheld),
        set_by_after(near.set_by, this.records, valued.after, rules),
    )


def _silent_record(rules: Rules) -> pl.DataFrame:
    columns: dict[str, pl.DataType | type[pl.DataType]] = {
        "row": pl.UInt32(),
        "source": pl.String(),
        CONTACT_ID: pl.Int64(),
    }
    columns |= {name: pl.String() for name in (*rules.kinds, *map(as_written, ADDRESS_KINDS), *NAMES)}
    columns |= {f"trust:{kind}": pl.UInt8() for kind in rules.all_kinds}
    said: dict[str, object] = {"row": 0, "source": Source.CONSOLE.value}
    said |= {f"trust:{kind}": int(Trust.ATTESTED) for kind in rules.all_kinds}
    return pl.DataFrame([said], schema=columns)
