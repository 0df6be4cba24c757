"""An address that an erased contact had refused comes back: it is refused at once, as of then (DESIGN 6)."""

import polars as pl

from onefold.model.consent import ERASED_REFUSAL, KIND_OF, NEW_CONSENT_SCHEMA, ConsentState
from onefold.model.frames import Changes
from onefold.model.identifier import as_written
from onefold.model.source import Source, Trust
from onefold.resolve.consent_of_contacts import OWN


def addresses_of_changes(changes: Changes) -> pl.DataFrame:
    """Every address that these changes give to somebody or speak of, and how it was written where that is
    known: `channel`, `address`, `written`.
    """
    unwritten = pl.lit(None, pl.String).alias("written")
    own = changes.aliases_added.filter(pl.col("why").is_in(OWN))
    parts = [changes.consents.select("channel", "address", unwritten)]
    for channel, kind in KIND_OF.items():
        on_channel, address = pl.lit(channel.value).alias("channel"), pl.col(kind).alias("address")
        written = pl.col(as_written(kind)).alias("written")
        parts += [held.select(on_channel, address, written) for held in (changes.created, changes.updated)]
        beside = own.filter(pl.col("kind") == kind)
        parts.append(beside.select(on_channel, pl.col("value").alias("address"), unwritten))
    return pl.concat(parts).drop_nulls("address").unique(maintain_order=True)


def refused_again(found: pl.DataFrame, log: pl.DataFrame) -> pl.DataFrame:
    """What the log has to say (`NEW_CONSENT_SCHEMA`) of addresses that had refused (`channel`, `address`,
    `at`): just that, as of then. `log` is theirs so far: it is said once, for good.
    """
    known = log.filter(pl.col("method") == ERASED_REFUSAL)
    new = found.join(known, on=["channel", "address"], how="anti", maintain_order="left")
    entries = new.with_columns(
        pl.lit(ConsentState.UNSUBSCRIBED.value).alias("state"),
        pl.lit(Source.CONSOLE.value).alias("source"),
        pl.lit(int(Trust.ATTESTED)).alias("trust"),
        pl.lit(ERASED_REFUSAL).alias("method"),
    )
    silent = [pl.lit(None).alias(name) for name in NEW_CONSENT_SCHEMA if name not in entries.columns]
    return entries.with_columns(silent).select(list(NEW_CONSENT_SCHEMA)).cast(pl.Schema(NEW_CONSENT_SCHEMA))
