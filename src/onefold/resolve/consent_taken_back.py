"""What taking back does to consent: grants are withdrawn, refusals stay, nothing widens (laws 3 and 5)."""

from typing import Final

import polars as pl

from onefold.model.consent import (
    ADDRESS_SCHEMA,
    NEW_CONSENT_SCHEMA,
    NOT_THIS_PERSON,
    REFUSAL_SCHEMA,
    WITHDRAWN,
    ConsentState,
)
from onefold.model.frames import Contacts
from onefold.model.source import Source, Trust
from onefold.resolve.consent_log import GRANTS
from onefold.resolve.consent_of_contacts import addresses_of_contacts

ADDRESS: Final = list(ADDRESS_SCHEMA)


def withdrawn(said: pl.DataFrame, now: str) -> pl.DataFrame:
    """Entries (`NEW_CONSENT_SCHEMA`) that take the grants among `said` (`LOG_SCHEMA`) back, each by itself:
    what the log said before them counts again. So does a refusal that one of them had ended by name.
    """
    names_a_refusal = pl.col("method").is_in([NOT_THIS_PERSON, WITHDRAWN]) & pl.col("ends").is_not_null()
    taken = said.filter(pl.col("state").is_in(GRANTS) | names_a_refusal.fill_null(value=False))
    return _lapses(taken.select(*ADDRESS, "contact_id", pl.col("id").alias("ends")), "taken back", now)


def refusals_withdrawn(said: pl.DataFrame, evidence: str, now: str) -> pl.DataFrame:
    """Entries (`NEW_CONSENT_SCHEMA`) by which an operator takes back what a file refused, each by itself.
    `said` (`LOG_SCHEMA`): what the import wrote, and what ended any of it already; `evidence`: how the
    operator knows.
    """
    by_file = (pl.col("source") == Source.IMPORT) & (pl.col("state") == ConsentState.UNSUBSCRIBED)
    ended = said["ends"].drop_nulls()
    refused = said.filter(by_file & ~pl.col("id").is_in(ended.implode()))
    lines = refused.select(*ADDRESS, "contact_id", pl.col("id").alias("ends"))
    return _lapses(lines.with_columns(wording=pl.lit(evidence)), WITHDRAWN, now)


def left_behind(before: Contacts, after: Contacts, now: str) -> pl.DataFrame:
    """Entries (`NEW_CONSENT_SCHEMA`) by which the grants of addresses lapse that none of these contacts has
    any longer.
    """
    had, has = _held(before), _held(after)
    gone = had.join(has, on=ADDRESS, how="anti").unique(ADDRESS, keep="first", maintain_order=True)
    return _lapses(gone.with_columns(pl.lit(None, pl.Int64).alias("ends")), "changed", now)


def refused_together(refusals: pl.DataFrame, parted: pl.DataFrame, since: int) -> pl.DataFrame:
    """Refusals (`REFUSAL_SCHEMA`) that become the own of both contacts that are parted.

    `refusals` are those of the keepers (`REFUSAL_SCHEMA`, and `batch_id`); `parted` (`contact_id`, `child`):
    who is parted from whom. What the person refused while they were one, from batch `since` on, holds for
    each of them: nobody knows any longer which of the two it was.
    """
    together = refusals.filter(pl.col("batch_id") >= since).join(parted, on="contact_id")
    of_child = together.with_columns(origin_id="child", contact_id="child")
    of_keeper = together.with_columns(origin_id="contact_id")
    copies = pl.concat([of_child, of_keeper]).select(list(REFUSAL_SCHEMA)).unique(["origin_id", "consent_id"])
    return copies.join(refusals, on=["origin_id", "consent_id"], how="anti")


def _held(contacts: Contacts) -> pl.DataFrame:
    """The addresses that live contacts have now: `contact_id`, `channel`, `address`."""
    live = contacts.contacts.filter(pl.col("merged_into").is_null())
    second = contacts.aliases.filter(pl.col("why") == "second").join(
        live, left_on="contact_id", right_on="id", how="semi"
    )
    return addresses_of_contacts(Contacts(live, second)).drop("current")


def _lapses(lines: pl.DataFrame, method: str, now: str) -> pl.DataFrame:
    return _entries(
        lines.with_columns(
            pl.lit(ConsentState.LAPSED.value).alias("state"),
            pl.lit(now).alias("at"),
            pl.lit(method).alias("method"),
        )
    )


def _entries(lines: pl.DataFrame) -> pl.DataFrame:
    said = lines.with_columns(
        pl.lit(Source.CONSOLE.value).alias("source"), pl.lit(int(Trust.ATTESTED)).alias("trust")
    )
    missing = [
        pl.lit(None, dtype).alias(name)
        for name, dtype in NEW_CONSENT_SCHEMA.items()
        if name not in said.columns
    ]
    return said.with_columns(missing).select(list(NEW_CONSENT_SCHEMA)).cast(pl.Schema(NEW_CONSENT_SCHEMA))
