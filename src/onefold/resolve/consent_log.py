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
    entries = entries.join(_old_news(known, entries), on="id", how="anti", maintain_order="left")
    entries = entries.join(
        _of_others(known, entries, live, shared), on="id", how="anti", maintain_order="left"
    )
    idle = _idle_lapses(pl.concat([known, entries]))
    entries = entries.join(idle, on="id", how="anti", maintain_order="left")
    states = states_of(pl.concat([known, entries]))
    return entries.select(list(CONSENT_SCHEMA)), states


def _old_news(log: pl.DataFrame, entries: pl.DataFrame) -> pl.DataFrame:
    """Entries of files (`id`) that say of an address what its log comes to, and nobody says otherwise."""
    if log.is_empty():
        return entries.select("id").clear()
    stands = standing_entries(log).select(*ADDRESS, pl.col("state").alias("stands"))
    beside = entries.join(stands, on=ADDRESS, how="left").with_columns(
        (pl.col("state") == pl.col("stands")).fill_null(value=False).all().over(ADDRESS).alias("same")
    )
    return beside.filter(pl.col("same") & (pl.col("source") == Source.IMPORT)).select("id")


def _of_others(
    log: pl.DataFrame, entries: pl.DataFrame, live: pl.DataFrame, shared: pl.DataFrame
) -> pl.DataFrame:
    """Lapses (`id`) of shared addresses whose consent another contact gave."""
    if shared.is_empty() or log.is_empty():
        return entries.select("id").clear()
    given = standing_entries(log).select(*ADDRESS, pl.col("contact_id").alias("id"))
    given = given.join(live, on="id", how="left").with_columns(pl.coalesce("contact_id", "id").alias("giver"))
    lapses = entries.filter(pl.col("state") == ConsentState.LAPSED).join(shared, on=ADDRESS, how="semi")
    met = lapses.join(given.select(*ADDRESS, "giver"), on=ADDRESS)
    return met.filter(pl.col("giver").ne_missing(pl.col("contact_id"))).select("id")


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
    ended = every.filter((pl.col("state") == ConsentState.LAPSED) & pl.col("ends").is_null())
    ended = ended.group_by(ADDRESS).agg(pl.col("id").max().alias("lapsed_id"))
    met = met.join(ended, on=ADDRESS, how="left").filter(
        pl.col("lapsed_id").is_null() | (pl.col("lapsed_id") < pl.col("pending_id"))
    )
    refusals = every.filter(pl.col("state") == ConsentState.UNSUBSCRIBED).select(
        *ADDRESS, pl.col("id").alias("refused_id"), pl.col("at").alias("refused_at")
    )
    since = (pl.col("refused_id") > pl.col("pending_id")) | (pl.col("refused_at") >= pl.col("asked_at"))
    refused = met.join(refusals, on=ADDRESS).filter(since & (pl.col("refused_id") < pl.col("id")))
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
    )


def _idle_lapses(entries: pl.DataFrame) -> pl.DataFrame:
    """Lapses of the whole address before which no grant stands (`id`)."""
    if not (entries["state"] == ConsentState.LAPSED).any():
        return entries.select("id").clear()
    whole = (pl.col("state") == ConsentState.LAPSED) & pl.col("ends").is_null()
    grant = pl.col("state").is_in(GRANTS)
    marked = (
        entries.sort("id")
        .with_columns(
            pl.when(grant).then("id").cum_max().over(ADDRESS).alias("grant"),
            pl.when(whole).then("id").cum_max().shift(1).over(ADDRESS).alias("lapse"),
        )
        .with_columns(pl.col("grant", "lapse").forward_fill().over(ADDRESS))
    )
    idle = pl.col("grant").is_null() | (pl.col("lapse") > pl.col("grant")).fill_null(value=False)
    return marked.filter(whole & idle).select("id")
