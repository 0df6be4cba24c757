"""What taking back does to consent: grants are withdrawn, refusals stay, nothing widens (laws 3 and 5)."""

from typing import Final

import polars as pl

from onefold.model.consent import ADDRESS_SCHEMA, CONSENT_SCHEMA, ConsentState
from onefold.model.frames import Contacts
from onefold.model.source import Source, Trust
from onefold.resolve.consent_log import GRANTS, standing_entries
from onefold.resolve.consent_of_contacts import addresses_of_contacts

ADDRESS: Final = list(ADDRESS_SCHEMA)


def withdrawn(granted: pl.DataFrame, now: str) -> pl.DataFrame:
    """Entries (`CONSENT_SCHEMA`) that take the grants among `granted` (`LOG_SCHEMA`) back, each by itself:
    what the log said before them counts again.
    """
    grants = granted.filter(pl.col("state").is_in(GRANTS))
    return _lapses(grants.select(*ADDRESS, "contact_id", pl.col("id").alias("ends")), "taken back", now)


def left_behind(before: Contacts, after: Contacts, now: str) -> pl.DataFrame:
    """Entries (`CONSENT_SCHEMA`) by which the grants of addresses lapse that none of these contacts has any
    longer.
    """
    had, has = _held(before), _held(after)
    gone = had.join(has, on=ADDRESS, how="anti").unique(ADDRESS, keep="first", maintain_order=True)
    return _lapses(gone.with_columns(pl.lit(None, pl.Int64).alias("ends")), "changed", now)


def refused_together(log: pl.DataFrame, parted: Contacts, since: int, now: str) -> pl.DataFrame:
    """Entries (`CONSENT_SCHEMA`) that carry a refusal to all addresses of contacts that are being parted.

    `log` (`LOG_SCHEMA`) is that of their addresses. What the person refused while they were one, from batch
    `since` on, holds for each of them: nobody knows any longer which of the two it was.
    """
    standing = standing_entries(log)
    refused = standing.filter(pl.col("state") == ConsentState.UNSUBSCRIBED)
    since_then = refused.filter(pl.col("batch_id") >= since).sort("at").unique("channel", keep="last")
    addresses = addresses_of_contacts(parted).filter("current").drop("current")
    spared = addresses.join(refused, on=ADDRESS, how="anti").join(
        since_then.select("channel", "at"), on="channel"
    )
    return _entries(
        spared.with_columns(
            pl.lit(ConsentState.UNSUBSCRIBED.value).alias("state"),
            pl.lit("said while they were one contact").alias("method"),
        )
    )


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
        pl.lit(None, dtype).alias(name) for name, dtype in CONSENT_SCHEMA.items() if name not in said.columns
    ]
    return said.with_columns(missing).select(list(CONSENT_SCHEMA)).cast(pl.Schema(CONSENT_SCHEMA))
