"""When what comes back belongs to somebody else by now (law 6)."""

import polars as pl

from onefold.model.frames import ALIAS_SCHEMA, Contacts
from onefold.model.identifier import RECOGNISING, Why, as_written
from onefold.model.rules import Rules
from onefold.normalise.identifiers import is_blocked, one_a_line
from onefold.resolve.changes import THERE, from_ledger


def coming_back(before: Contacts, after: Contacts, kinds: tuple[str, ...]) -> pl.DataFrame:
    """Identifiers that contacts will hold and do not hold now: `contact_id`, `kind`, `value`."""
    return _held(after, kinds).join(_held(before, kinds), on=["contact_id", "kind", "value"], how="anti")


def _held(contacts: Contacts, kinds: tuple[str, ...]) -> pl.DataFrame:
    """What live contacts have now: `contact_id`, `kind`, `value`."""
    live = contacts.contacts.filter(pl.col("merged_into").is_null()).rename({"id": "contact_id"})
    return one_a_line(live, kinds, ["contact_id"]).drop("strength")


def taken_meanwhile(
    back: pl.DataFrame, holders: pl.DataFrame, after: Contacts, marks: pl.DataFrame, rules: Rules
) -> pl.DataFrame:
    """Of `back`, what another live contact holds by then: `contact_id`, `kind`, `value`, `holder`.

    `holders` (`HOLDER_SCHEMA`) says who holds these values now; contacts of `after` are counted as they will
    be.
    """
    elsewhere = holders.filter(pl.col("why").is_in(list(RECOGNISING))).join(
        after.contacts, left_on="contact_id", right_on="id", how="anti"
    )
    stays = _held(after, tuple(back["kind"].unique())).join(
        back, on=["contact_id", "kind", "value"], how="anti"
    )
    others = pl.concat([elsewhere.select(stays.columns), stays]).rename({"contact_id": "holder"})
    taken = back.join(others, on=["kind", "value"]).join(marks, on=["kind", "value"], how="anti")
    for kind in back["kind"].unique().to_list():
        blocked = (pl.col("kind") == kind) & is_blocked(kind, pl.col("value"), marks, rules)
        taken = taken.filter(~blocked)
    return taken.unique(["contact_id", "kind"], keep="first", maintain_order=True)


def got_since(taken: pl.DataFrame, later: pl.DataFrame) -> pl.DataFrame:
    """Of `taken`, what its holder has got since: who had it beside the other before goes on having it.

    `later` are the ledger lines of the holders since then.
    """
    entries = from_ledger(later).rename({"contact_id": "holder"})
    made = later.filter(pl.col("before").is_null()).select(pl.col("contact_id").alias("holder"))
    live_again = entries.filter(pl.col("key").is_in(["merged_into", THERE])).select("holder")
    made = pl.concat([made, live_again]).unique()
    changed = entries.select("holder", pl.col("key").str.extract("^(?:alias:)?([^:]+)").alias("kind"))
    return pl.concat(
        [
            taken.join(made, on="holder", how="semi"),
            taken.join(made, on="holder", how="anti").join(changed, on=["holder", "kind"], how="semi"),
        ]
    )


def spelled_apart(taken: pl.DataFrame, back: pl.DataFrame, marks: pl.DataFrame) -> pl.DataFrame:
    """Of `taken`, and of what comes `back` to several at once, what can be spelled in several ways: before
    everything was in NFC each may have had it in another, and so not beside the other.
    """
    key = ["kind", "value"]
    first = back.group_by(key).agg(pl.col("contact_id").min().alias("holder"))
    twice = back.join(first, on=key).filter(pl.col("contact_id") != pl.col("holder"))
    every = pl.concat([taken, twice.join(marks, on=key, how="anti").select(taken.columns)])
    several_ways = every.filter(pl.col("value").str.normalize("NFD") != pl.col("value"))
    return several_ways.unique(["contact_id", "kind"], keep="first", maintain_order=True)


def without_taken(after: Contacts, taken: pl.DataFrame) -> Contacts:
    """The same contacts without identifiers that others have by now; each keeps them as a `held_elsewhere`
    alias.
    """
    contacts = after.contacts
    for (kind,), lines in taken.group_by("kind"):
        columns = [str(kind), *([as_written(str(kind))] if as_written(str(kind)) in contacts.columns else [])]
        stays = ~pl.col("id").is_in(lines["contact_id"].implode())
        contacts = contacts.with_columns(pl.when(stays).then(pl.col(name)).alias(name) for name in columns)
    noted = taken.select("contact_id", "kind", "value", pl.lit(Why.HELD_ELSEWHERE.value).alias("why"))
    known = pl.concat([after.aliases, noted.select(list(ALIAS_SCHEMA))])
    return Contacts(contacts, known.unique(["contact_id", "kind", "value"], keep="last", maintain_order=True))
