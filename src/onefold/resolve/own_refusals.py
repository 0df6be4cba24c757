"""Refusals that are a person's own: whose they are when they are said, and what ends them (DESIGN 6).

A refusal is said at an address. It is also the own refusal of everybody who has the address at that moment,
and goes with them wherever they go; who gets the address later has only the refusal of the address. It ends
by a later yes of the person on the channel, or at the same address for all who still have it there.
"""

from typing import Final

import polars as pl

from onefold.model.consent import (
    NOT_THIS_PERSON,
    OF_CONTACT,
    OF_THE_ADDRESS_ALONE,
    REFUSAL_SCHEMA,
    WITHDRAWN,
    Channel,
    ConsentState,
    of_contact,
)
from onefold.model.identifier import Why
from onefold.resolve.consent_log import ADDRESS, CONFIRMED, HELD, TYPED, counts_from, is_weak

KEY: Final = ["origin_id", "consent_id"]
HOLDING: Final = (Why.CURRENT, Why.SECOND, Why.FORMER)
"""Why a contact has an address at which a refusal is its own."""
HELD_SCHEMA: Final[dict[str, type[pl.DataType]]] = {
    "contact_id": pl.Int64,
    "channel": pl.String,
    "address": pl.String,
}


def with_marks_of_people(entries: pl.DataFrame) -> pl.DataFrame:
    """The entries, with the mark of its contact in the place of an address that there is not."""
    return entries.with_columns(pl.coalesce("address", of_contact(pl.col("contact_id"))).alias("address"))


def with_real_marks(lines: pl.DataFrame) -> pl.DataFrame:
    """The entries or states, in which marks of contacts that were new have their real ids."""
    is_mark = pl.col("address").str.starts_with(f"{OF_CONTACT}-")
    own = pl.when(is_mark).then(of_contact(pl.col("contact_id"))).otherwise("address")
    return lines.with_columns(own.alias("address")) if len(lines) else lines


def with_sole_holders(entries: pl.DataFrame, holders: pl.DataFrame) -> pl.DataFrame:
    """The entries, in which a refusal that names nobody is that of the one contact that has its address.
    `holders` (`HELD_SCHEMA`): who has these addresses.
    """
    alone = holders.filter(pl.len().over(ADDRESS) == 1).rename({"contact_id": "holder"})
    found = entries.join(alone, on=ADDRESS, how="left", maintain_order="left")
    refused = pl.col("state") == ConsentState.UNSUBSCRIBED
    whose = pl.when(refused).then(pl.coalesce("contact_id", "holder")).otherwise("contact_id")
    return found.with_columns(whose.alias("contact_id")).drop("holder")


def is_of_a_person() -> pl.Expr:
    """Whether a new entry is a refusal that can be somebody's own."""
    refused = pl.col("state") == ConsentState.UNSUBSCRIBED
    return refused & ~pl.col("method").is_in(list(OF_THE_ADDRESS_ALONE)).fill_null(value=False)


def is_strong_grant() -> pl.Expr:
    """Whether an entry is a yes that can end a refusal."""
    return (pl.col("state") == ConsentState.SUBSCRIBED) & ~is_weak()


def holders_at(
    places: pl.DataFrame, entries: pl.DataFrame, before: pl.DataFrame, after: pl.DataFrame
) -> pl.DataFrame:
    """Who has the address of each of these entries at its moment: `place`, `contact_id`.

    `entries` (`NEW_CONSENT_SCHEMA`, and `place`, their order) are all of a batch, `places` (`place`) those
    that are asked for; `before`, `after` (`HELD_SCHEMA`): who has the addresses before and after the batch.
    An entry `held` says since when somebody has an address; a lapse, or somebody else's `held`, since when
    somebody who has it no longer at the end had it no longer.
    """
    asked = entries.join(places, on="place", how="semi").select("place", *ADDRESS)
    got = entries.filter(pl.col("state") == HELD).select(
        "contact_id", *ADDRESS, pl.col("place").alias("moment")
    )
    since = pl.concat(
        [
            before.with_columns(pl.lit(-1, pl.Int64).alias("since")),
            got.group_by("contact_id", *ADDRESS).agg(pl.col("moment").min().cast(pl.Int64).alias("since")),
        ]
    )
    since = since.group_by("contact_id", *ADDRESS).agg(pl.col("since").min())
    gone = since.join(after, on=["contact_id", *ADDRESS], how="anti")
    left = entries.filter(pl.col("state") == ConsentState.LAPSED)
    left = left.select("contact_id", *ADDRESS, pl.col("place").alias("moment"))
    taken = gone.join(got.rename({"contact_id": "other"}), on=ADDRESS)
    taken = taken.filter(pl.col("other") != pl.col("contact_id"))
    ends = pl.concat(
        [gone.join(left, on=["contact_id", *ADDRESS]), taken.select(*gone.columns, "moment")]
    ).filter(pl.col("moment") > pl.col("since"))
    until = ends.group_by("contact_id", *ADDRESS).agg(pl.col("moment").min().cast(pl.Int64).alias("until"))
    spans = since.join(until, on=["contact_id", *ADDRESS], how="left")
    place = pl.col("place").cast(pl.Int64)
    met = asked.join(spans, on=ADDRESS).filter(
        (place > pl.col("since")) & (place < pl.col("until")).fill_null(value=True)
    )
    return met.select("place", "contact_id")


def own_refusals(
    entries: pl.DataFrame, holders: pl.DataFrame, typed: pl.DataFrame, blocked_mailboxes: tuple[str, ...]
) -> pl.DataFrame:
    """Whose own the refusals among new entries are: `place`, `contact_id`; `alone` says of the contact of a
    record that its refusal is only that of the address.

    `holders`: as of `holders_at`; `typed` (`HELD_SCHEMA`): addresses that were typed for these contacts
    before the batch and never confirmed; entries `typed` and `confirmed` say since when others are. A mailbox
    of a role binds nobody who has it; a record that names its contact by more than the address speaks for
    that contact in any case.
    """
    refusals = entries.filter(is_of_a_person())
    of_record = refusals.filter(pl.col("contact_id").is_not_null())
    by_name = of_record.filter("own").select("place", "contact_id")
    mailbox = pl.col("address").str.extract(r"^([^@]+)@", 1)
    of_role = (pl.col("channel") == Channel.EMAIL) & mailbox.is_in(list(blocked_mailboxes))
    of_all = refusals.filter(~of_role.fill_null(value=False)).select("place", *ADDRESS)
    by_address = of_all.join(holders, on="place")
    by_address = by_address.join(
        _typed_at(by_address, entries, typed), on=["place", "contact_id"], how="anti"
    )
    own = pl.concat([by_name, by_address.select("place", "contact_id")]).unique(maintain_order=True)
    alone = of_record.select("place", "contact_id").join(own, on=["place", "contact_id"], how="anti")
    return pl.concat(
        [own.with_columns(alone=pl.lit(value=False)), alone.with_columns(alone=pl.lit(value=True))]
    )


def _typed_at(refusals: pl.DataFrame, entries: pl.DataFrame, typed: pl.DataFrame) -> pl.DataFrame:
    """Those of these refusals (`place`, `contact_id`) whose address is one that was typed for the contact and
    not confirmed by then.
    """
    since = entries.filter(pl.col("state").is_in([TYPED, CONFIRMED])).select(
        "contact_id", *ADDRESS, pl.col("place").cast(pl.Int64).alias("moment"), pl.col("state") == TYPED
    )
    before = typed.with_columns(pl.lit(-1, pl.Int64).alias("moment"), pl.lit(value=True).alias("state"))
    met = refusals.join(pl.concat([before, since]), on=["contact_id", *ADDRESS])
    last = met.filter(pl.col("moment") < pl.col("place").cast(pl.Int64)).sort("moment")
    last = last.unique(["place", "contact_id"], keep="last", maintain_order=True)
    return last.filter("state").select("place", "contact_id")


def with_answers(refusals: pl.DataFrame, log: pl.DataFrame, held: pl.DataFrame) -> pl.DataFrame:
    """The refusals (`REFUSAL_SCHEMA`) with the entry that ended each, if any did.

    `refusals` has `address` too: where it was said, as far as that is known. `log` (`LOG_SCHEMA`, and
    `now_id`, the contact that its `contact_id` leads to) has every entry that could end one; `held`
    (`HELD_SCHEMA`): where these contacts are. What ended a refusal stays its end as long as that entry
    counts, and its contact is still the same or it was said at the same address; also where both were erased
    with somebody else.
    """
    ending = _ending(log)
    ended = refusals.filter(pl.col("answered_by").is_not_null())
    alone = pl.col("answered_by") == pl.col("consent_id")
    erased = pl.col("address").is_null() & ~pl.col("answered_by").is_in(log["id"].implode())
    still = (
        _ends(ended, ending).rename({"id": "answered_by"}).join(ended, on=[*KEY, "answered_by"], how="semi")
    )
    still = pl.concat([still, ended.filter(alone | erased).select(still.columns)]).unique(KEY)
    open_ = refusals.join(still, on=KEY, how="anti")
    first = _ends(open_, ending, held).sort("id").unique(KEY, keep="first").rename({"id": "answered_by"})
    ends = pl.concat([still, first.select(still.columns)])
    return refusals.drop("answered_by").join(ends, on=KEY, how="left").select(list(REFUSAL_SCHEMA))


def _ending(log: pl.DataFrame) -> pl.DataFrame:
    """The entries that can end a refusal."""
    lapsed = pl.col("state") == ConsentState.LAPSED
    taken_back = log.filter(lapsed)["ends"].drop_nulls()
    by_name = lapsed & pl.col("method").is_in([NOT_THIS_PERSON, WITHDRAWN])
    able = log.filter((is_strong_grant() | by_name) & ~pl.col("id").is_in(taken_back.implode()))
    return able.select("id", *ADDRESS, "now_id", counts_from().alias("from"), "ends", "method")


def _ends(refusals: pl.DataFrame, ending: pl.DataFrame, held: pl.DataFrame | None = None) -> pl.DataFrame:
    """What ends these refusals (`origin_id`, `consent_id`, `id`): a later yes of the person on the channel;
    one at the same address, of those who have it there (`held`, or whoever had it once); an entry that names
    it.
    """
    asked = refusals.select(*KEY, "contact_id", "channel", "address", "at")
    yes = ending.filter(pl.col("ends").is_null()).select("id", *ADDRESS, "now_id", "from")
    later = pl.col("from") > pl.col("at")
    of_person = asked.join(
        yes.drop("address"), left_on=["channel", "contact_id"], right_on=["channel", "now_id"]
    ).filter(later)
    at_address = asked.join(yes.drop("now_id"), on=ADDRESS).filter(later)
    if held is not None:
        at_address = at_address.join(held, on=["contact_id", *ADDRESS], how="semi")
    naming = ending.select("id", "now_id", "method", pl.col("ends").alias("consent_id")).drop_nulls(
        "consent_id"
    )
    named = asked.join(naming, on="consent_id").filter(
        (pl.col("method") == WITHDRAWN) | (pl.col("now_id") == pl.col("contact_id"))
    )
    return pl.concat([found.select(*KEY, "id") for found in (of_person, at_address, named)])
