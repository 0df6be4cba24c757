"""What a log of consent comes to, and what of new entries is written (DESIGN 6).

The log takes in whatever was said; the state of an address is what it comes to:

- A refusal holds until the person says otherwise: a *weak* grant (an import's, or one that somebody typed)
  never answers it, a *strong* one (proven by the person, or attested by the operator) does, if it is later.
- `lapsed` ends the grants before it, or the one that it names; a refusal that was not answered outlives it.
- `pending` counts where nothing else is said.
- Of two words at one moment the more restrictive counts.
"""

from typing import Final

import polars as pl

from onefold.model.consent import CONSENT_SCHEMA, CONSENT_STATE_SCHEMA, EVIDENCE, ConsentState
from onefold.model.frames import empty
from onefold.model.source import Source, Trust

ADDRESS: Final = ["channel", "address"]
PROVED: Final = "proved"
"""The state of a new entry that says only: this address was shown to be that contact's. Never written."""
GRANTS: Final = (ConsentState.SUBSCRIBED, ConsentState.PENDING)


def is_weak() -> pl.Expr:
    """Whether an entry cannot answer a refusal: nobody but a file or a stranger's typing stands for it."""
    return (pl.col("source") == Source.IMPORT) | (pl.col("trust") == Trust.CLAIMED)


def states_of(log: pl.DataFrame) -> pl.DataFrame:
    """What the logs come to (`CONSENT_STATE_SCHEMA`); `log` has `id` and `CONSENT_SCHEMA`."""
    if log.is_empty():
        return empty(CONSENT_STATE_SCHEMA)
    standing = standing_entries(log)
    known = log.group_by(ADDRESS).agg(pl.col("at").max().alias("silent_since"))
    return (
        known.join(standing, on=ADDRESS, how="left")
        .select(
            *ADDRESS,
            pl.col("state").fill_null(ConsentState.NONE.value),
            pl.coalesce("at", "silent_since").alias("at"),
            pl.col("weak").fill_null(value=False),
            "contact_id",
        )
        .cast(pl.Schema(CONSENT_STATE_SCHEMA))
        .sort("address", "channel")
    )


def standing_entries(log: pl.DataFrame) -> pl.DataFrame:
    """The entry that counts for each address, with `weak`; an address on which nothing stands has none."""
    said = _alive(log).with_columns(is_weak().alias("weak"))
    refusal = pl.col("state") == ConsentState.UNSUBSCRIBED
    strong = refusal | ((pl.col("state") == ConsentState.SUBSCRIBED) & ~pl.col("weak"))
    # What counts most comes first: a strong word, the latest; then a weak grant; then what is pending.
    weight = pl.when(strong).then(2).when(pl.col("state") == ConsentState.SUBSCRIBED).then(1).otherwise(0)
    ordered = said.sort(
        [*ADDRESS, weight, "at", refusal, "id"], descending=[False, False, True, True, True, True]
    )
    standing = ordered.unique(ADDRESS, keep="first", maintain_order=True)
    return standing.with_columns(
        (pl.col("weak") & ~(pl.col("state") == ConsentState.UNSUBSCRIBED)).alias("weak")
    )


def _alive(log: pl.DataFrame) -> pl.DataFrame:
    """The words that have not lapsed: those since the last lapse, and a refusal that stood when it came."""
    if not (log["state"] == ConsentState.LAPSED).any():
        return log
    lapsed = pl.col("state") == ConsentState.LAPSED
    ended = log.filter(lapsed & pl.col("ends").is_not_null()).select(pl.col("ends").alias("id"))
    words = log.filter(~lapsed).join(ended, on="id", how="anti", maintain_order="left")
    last = (
        log.filter(lapsed & pl.col("ends").is_null()).group_by(ADDRESS).agg(pl.col("id").max().alias("last"))
    )
    if last.is_empty():
        return words
    words = words.join(last, on=ADDRESS, how="left", maintain_order="left")
    before = (pl.col("id") < pl.col("last")).fill_null(value=False)
    earlier = words.filter(before).drop("last")
    refused = (
        standing_entries(earlier).filter(pl.col("state") == ConsentState.UNSUBSCRIBED)
        if len(earlier)
        else earlier
    )
    return pl.concat([words.filter(~before).drop("last"), refused.select(earlier.columns)])


def settle(
    log: pl.DataFrame, new: pl.DataFrame, live: pl.DataFrame, shared: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Which new entries are written, and the states that the logs then come to.

    `log` is all that is recorded of the addresses of `new` (`CONSENT_SCHEMA` in their order, `PROVED` among
    their states); `live` (`id`, `contact_id`) leads from merged contacts to those that they are now; `shared`
    (`channel`, `address`) are addresses of several contacts. A lapse is written where there is a grant for
    it to end, of a shared address one of its own. What a file says is not written where the log says it. An
    address proved to be its contact's grants what that contact asked for it, with the evidence of then; what
    was refused since stays refused.
    """
    if new.is_empty():
        return new, empty(CONSENT_STATE_SCHEMA)
    first = pl.lit(0 if log.is_empty() else log["id"].max(), pl.Int64) + 1
    numbered = new.select((pl.int_range(pl.len(), dtype=pl.Int64) + first).alias("id"), *CONSENT_SCHEMA)
    granted = _granted_by_proof(log, numbered, live)
    entries = pl.concat([numbered.filter(pl.col("state") != PROVED), granted]).sort("id")
    if entries.is_empty():
        return new.clear(), empty(CONSENT_STATE_SCHEMA)
    known = log.select(entries.columns)
    if ((entries["state"] == ConsentState.LAPSED) | (entries["source"] == Source.IMPORT)).any():
        idle = _idle(pl.concat([known, entries]), live, shared)
        entries = entries.join(idle, on="id", how="anti", maintain_order="left")
    states = states_of(pl.concat([known, entries]))
    return entries.select(list(CONSENT_SCHEMA)), states


def _granted_by_proof(log: pl.DataFrame, numbered: pl.DataFrame, live: pl.DataFrame) -> pl.DataFrame:
    """The entries that proofs make of what is pending, in place of them."""
    proofs = numbered.filter(pl.col("state") == PROVED)
    waiting = any((frame["state"] == ConsentState.PENDING).any() for frame in (log, numbered))
    if proofs.is_empty() or not waiting:
        return proofs.clear()
    every = pl.concat([log.select(numbered.columns), numbered.filter(pl.col("state") != PROVED)])
    pending = every.filter(pl.col("state") == ConsentState.PENDING).rename({"id": "pending_id"})
    pending = pending.join(
        live.rename({"contact_id": "now"}), left_on="contact_id", right_on="id", how="left"
    )
    pending = pending.with_columns(pl.coalesce("now", "contact_id").alias("contact_id"))
    asked = proofs.select(
        "id",
        *ADDRESS,
        "contact_id",
        "trust",
        pl.col("source").alias("proved_by"),
        pl.col("at").alias("proved_at"),
    )
    met = asked.join(pending.drop("trust").rename({"at": "asked_at"}), on=[*ADDRESS, "contact_id"])
    met = met.filter(pl.col("pending_id") < pl.col("id")).sort("pending_id").unique("id", keep="last")
    whole = (pl.col("state") == ConsentState.LAPSED) & pl.col("ends").is_null()
    over = every.filter(whole | (pl.col("state") == ConsentState.UNSUBSCRIBED)).select(
        *ADDRESS,
        pl.col("id").alias("over_id"),
        pl.when(~whole).then("at").alias("refused_at"),
    )
    since = (pl.col("over_id") > pl.col("pending_id")) | (pl.col("refused_at") >= pl.col("asked_at"))
    refused = met.join(over, on=ADDRESS).filter(since & (pl.col("over_id") < pl.col("id")))
    return met.join(refused, on="id", how="anti", maintain_order="left").select(
        "id",
        *ADDRESS,
        pl.lit(ConsentState.SUBSCRIBED.value).alias("state"),
        pl.col("proved_at").alias("at"),
        pl.col("proved_by").alias("source"),
        "trust",
        *EVIDENCE,
        "contact_id",
        pl.lit(None, pl.Int64).alias("ends"),
        pl.lit(None, pl.String).alias("key"),
    )


def _idle(entries: pl.DataFrame, live: pl.DataFrame, shared: pl.DataFrame) -> pl.DataFrame:
    """Entries (`id`) that change nothing: lapses of an address of which no grant stands, or of a shared one
    whose grant is somebody else's; and what a file grants where the word before says the same.
    """
    whole = (pl.col("state") == ConsentState.LAPSED) & pl.col("ends").is_null()
    marked = (
        entries.sort("id")
        .with_columns(
            pl.when(pl.col("state").is_in(GRANTS)).then("id").cum_max().over(ADDRESS).alias("grant"),
            pl.when(whole).then("id").cum_max().shift(1).over(ADDRESS).alias("lapse"),
            pl.col("state").shift(1).over(ADDRESS).alias("word_before"),
        )
        .with_columns(pl.col("grant", "lapse").forward_fill().over(ADDRESS))
    )
    marked = _with_giver(marked, live).join(
        shared.with_columns(pl.lit(value=True).alias("shared")), on=ADDRESS, how="left", maintain_order="left"
    )
    nothing_to_end = pl.col("grant").is_null() | (pl.col("lapse") > pl.col("grant")).fill_null(value=False)
    of_another = pl.col("shared").fill_null(value=False) & pl.col("giver").ne_missing(pl.col("contact_id"))
    says_again = (pl.col("state") == ConsentState.SUBSCRIBED) & (pl.col("word_before") == pl.col("state"))
    from_file = pl.col("source") == Source.IMPORT
    idle = (whole & (nothing_to_end | of_another)) | (from_file & says_again.fill_null(value=False))
    return marked.filter(idle).select("id")


def _with_giver(marked: pl.DataFrame, live: pl.DataFrame) -> pl.DataFrame:
    """Adds `giver`: who the contact is now that gave the last grant before."""
    given = marked.select(pl.col("id").alias("grant"), pl.col("contact_id").alias("gave"))
    given = given.join(live.rename({"contact_id": "now"}), left_on="gave", right_on="id", how="left")
    given = given.select("grant", pl.coalesce("now", "gave").alias("giver"))
    return marked.join(given, on="grant", how="left", maintain_order="left")
