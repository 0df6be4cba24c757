"""What a log of consent comes to, and what of new entries is written (DESIGN 6).

The log takes in whatever was said; the state of an address is what it comes to:

- A refusal holds until the person says otherwise: a *weak* grant (a file's, a program's, or one that somebody
  typed) never answers it. A *strong* one does, if it is later: the person proved the address and said yes, or
  an operator entered the yes with its evidence.
- A grant counts from when it was said or recorded, whichever is earlier: nobody says yes in the future.
- `lapsed` ends the grants before it, or the one that it names; a refusal that was not answered outlives it.
- `pending` counts where nothing else is said. A proof of the address does not end it; a yes does.
- Of two words at one moment the more restrictive counts.
"""

from typing import Final

import polars as pl

from onefold.model.consent import (
    CONSENT_SCHEMA,
    CONSENT_STATE_SCHEMA,
    NOT_THIS_PERSON,
    ConsentState,
)
from onefold.model.frames import empty
from onefold.model.source import Source, Trust

ADDRESS: Final = ["channel", "address"]
HELD, TYPED, CONFIRMED = "held", "typed", "confirmed"
"""States of new entries that are never written. They say only that from here on the contact has this address;
that somebody typed it for the contact; that it is the contact's for sure.
"""
NEVER_WRITTEN: Final = (HELD, TYPED, CONFIRMED)
GRANTS: Final = (ConsentState.SUBSCRIBED, ConsentState.PENDING)


def is_weak() -> pl.Expr:
    """Whether an entry cannot answer a refusal: it is neither the person's proven word, nor an operator's
    entry that says how the yes was given and in which words.
    """
    proven = pl.col("trust") == Trust.PROVEN
    by_operator = (pl.col("trust") == Trust.ATTESTED) & ~pl.col("source").is_in([Source.IMPORT, Source.API])
    with_evidence = pl.col("method").is_not_null() & pl.col("wording").is_not_null()
    return ~(proven | (by_operator & with_evidence))


def counts_from() -> pl.Expr:
    """The moment from which an entry counts: a grant from the earlier of said and recorded (DESIGN 6)."""
    granted = pl.col("state").is_in(GRANTS) & (pl.col("recorded_at") < pl.col("at"))
    return pl.when(granted).then("recorded_at").otherwise("at")


def states_of(log: pl.DataFrame) -> pl.DataFrame:
    """What the logs come to (`CONSENT_STATE_SCHEMA`); `log` has `id`, `CONSENT_SCHEMA` and `recorded_at`."""
    if log.is_empty():
        return empty(CONSENT_STATE_SCHEMA)
    standing = standing_entries(log)
    known = log.group_by(ADDRESS).agg(pl.col("at").max().alias("silent_since"))
    return (
        known.join(standing, on=ADDRESS, how="left")
        .select(
            *ADDRESS,
            pl.col("state").fill_null(ConsentState.NONE.value),
            pl.coalesce("counts_from", "silent_since").alias("at"),
            pl.col("weak").fill_null(value=False),
            "contact_id",
        )
        .cast(pl.Schema(CONSENT_STATE_SCHEMA))
        .sort("address", "channel")
    )


def standing_entries(log: pl.DataFrame) -> pl.DataFrame:
    """The entry that counts for each address, with `weak` and `counts_from`; an address on which nothing
    stands has none.
    """
    said = _alive(log).with_columns(is_weak().alias("weak"), counts_from().alias("counts_from"))
    refusal = pl.col("state") == ConsentState.UNSUBSCRIBED
    strong = refusal | ((pl.col("state") == ConsentState.SUBSCRIBED) & ~pl.col("weak"))
    # What counts most comes first: a strong word, the latest; then a weak grant; then what is pending.
    weight = pl.when(strong).then(2).when(pl.col("state") == ConsentState.SUBSCRIBED).then(1).otherwise(0)
    ordered = said.sort(
        [*ADDRESS, weight, "counts_from", refusal, "id"], descending=[False, False, True, True, True, True]
    )
    standing = ordered.unique(ADDRESS, keep="first", maintain_order=True)
    return standing.with_columns(
        (pl.col("weak") & ~(pl.col("state") == ConsentState.UNSUBSCRIBED)).alias("weak")
    )


def _alive(log: pl.DataFrame) -> pl.DataFrame:
    """The words that have not lapsed: those since the last lapse, and a refusal that stood when it came. An
    entry that ends a refusal for one contact leaves it to the address; one that was taken back ends nothing.
    """
    if not (log["state"] == ConsentState.LAPSED).any():
        return log
    lapsed = pl.col("state") == ConsentState.LAPSED
    for_all = pl.col("method").ne_missing(NOT_THIS_PERSON)
    taken_back = log.filter(lapsed)["ends"].drop_nulls()
    counts = lapsed & for_all & ~pl.col("id").is_in(taken_back.implode())
    ended = log.filter(counts & pl.col("ends").is_not_null()).select(pl.col("ends").alias("id"))
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
    log: pl.DataFrame, new: pl.DataFrame, live: pl.DataFrame, shared: pl.DataFrame, now: str
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Which new entries are written, and the states that the logs then come to.

    `log` (`LOG_SCHEMA`) is all that is recorded of the addresses of `new` (`NEW_CONSENT_SCHEMA`, in their
    order, `NEVER_WRITTEN` among their states, recorded `now`); `live` (`id`, `contact_id`) leads from merged
    contacts to those that they are now; `shared` (`channel`, `address`) are addresses of several contacts. A
    lapse is written where there is a grant for it to end, of a shared address one of its own. What a file
    says is not written where the log says it.
    """
    if new.is_empty():
        return new, empty(CONSENT_STATE_SCHEMA)
    first = pl.lit(0 if log.is_empty() else log["id"].max(), pl.Int64) + 1
    entries = new.filter(~pl.col("state").is_in(NEVER_WRITTEN)).with_columns(
        (pl.int_range(pl.len(), dtype=pl.Int64) + first).alias("id"), pl.lit(now).alias("recorded_at")
    )
    if entries.is_empty():
        return new.clear(), empty(CONSENT_STATE_SCHEMA)
    read = ["id", *CONSENT_SCHEMA, "recorded_at"]
    known = log.select(read)
    if ((entries["state"] == ConsentState.LAPSED) | (entries["source"] == Source.IMPORT)).any():
        idle = _idle(pl.concat([known, entries.select(read)]), live, shared)
        entries = entries.join(idle, on="id", how="anti", maintain_order="left")
    states = states_of(pl.concat([known, entries.select(read)]))
    return entries.select(new.columns), states


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
