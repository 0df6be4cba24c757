"""Questions are put to addresses: decided as data, laid into the outbox and remembered in one transaction."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import polars as pl

from onefold.model.consent import EVIDENCE, Channel, ConsentState
from onefold.model.frames import Changes
from onefold.model.identifier import EMAIL, PHONE, Why
from onefold.model.policy import ClaimedGrants, Policy
from onefold.model.question import WANTED_QUESTION_SCHEMA, Asking, QuestionKind
from onefold.resolve.asking import ADDRESS, REFUSED_SCHEMA, questions_of, with_asking, with_purpose
from onefold.sources.question_words import Effect, masked, question_mail, question_text
from onefold.stores import Reader, Writer, as_text
from onefold.way.confirming import CONFIRM_DAYS, Links, link_base, links_of
from onefold.way.people_told import PeopleTold

DAY: Final = timedelta(days=1)
MONTH: Final = timedelta(days=30)
KEPT_DAYS: Final = 30
"""How long a question is kept that cannot be sent, because the book does not know where its links lead."""
SENDER_NAME: Final = "sender_name"
"""The setting that says who asks."""


def wanted_question(channel: Channel, address: str, contact_id: int | None, **more: Any) -> pl.DataFrame:
    """One question that is wanted (`WANTED_QUESTION_SCHEMA`); `more` by its columns."""
    said = {"grants": True, "adds": False, "texts": False} | more
    row = {"channel": channel.value, "address": address, "contact_id": contact_id} | said
    return pl.DataFrame([row], schema=WANTED_QUESTION_SCHEMA)


def ask_for_claimed(
    writer: Writer, changes: Changes, given: pl.DataFrame, policy: Policy, now: datetime
) -> pl.DataFrame:
    """Asks the addresses for which these changes brought a yes that somebody typed; gives the questions as
    `ask` does, with `said_by`, whose record it was. `given`: the real ids of new contacts.
    """
    wanted = questions_of(changes.consents)
    if policy.claimed_grants is not ClaimedGrants.PENDING or wanted.is_empty():
        return _nothing_asked()
    real = pl.col("contact_id").replace(given["provisional"], given["id"])
    wanted = wanted.with_columns(real.alias("contact_id"), real.alias("said_by"))
    states = writer.consent_states(wanted).select(*ADDRESS, "state")
    waits = pl.col("state").is_in([ConsentState.PENDING, ConsentState.UNSUBSCRIBED])
    wanted = wanted.join(states.filter(waits), on=ADDRESS, how="semi", maintain_order="left")
    return ask(writer, _of_nobody(writer, wanted), now)


def ask_for_pending(writer: Writer, channel: Channel, address: str, now: datetime) -> pl.DataFrame:
    """Asks an address whose grant pends for its yes; gives the question with its `asking`."""
    one = pl.DataFrame({"channel": [channel.value], "address": [address]})
    if ConsentState.PENDING.value not in writer.consent_states(one)["state"]:
        return _nothing_asked()
    pending = writer.consent_log(one).filter(pl.col("state") == ConsentState.PENDING).sort("id").tail(1)
    claimed = pending.with_columns(pl.lit(0, pl.UInt8).alias("trust"))
    return ask(writer, _of_nobody(writer, questions_of(claimed)), now)


def _nothing_asked() -> pl.DataFrame:
    more = {"said_by": pl.Int64, "asking": pl.String, "sent": pl.Boolean}
    return pl.DataFrame(schema=WANTED_QUESTION_SCHEMA | more)


def _of_nobody(reader: Reader, wanted: pl.DataFrame) -> pl.DataFrame:
    """The questions, whose yes names no contact by text, and by mail only one that has the mailbox."""
    holds = reader.address_holders(wanted, [Why.CURRENT]).filter(pl.col("channel") == Channel.EMAIL)
    held = holds.select(*ADDRESS, "contact_id", holding=pl.lit(value=True)).unique()
    marked = wanted.join(held, on=[*ADDRESS, "contact_id"], how="left", maintain_order="left")
    return marked.with_columns(pl.when("holding").then("contact_id").alias("contact_id")).drop("holding")


def ask(writer: Writer, wanted: pl.DataFrame, now: datetime) -> pl.DataFrame:
    """Puts questions (`WANTED_QUESTION_SCHEMA`): gives them with `asking` (`Asking`), and `sent`, whether it
    could be sent.

    A mail needs to know where links lead; without that it is kept, and sent once the book knows. A number is
    asked one thing at a time: the last question counts. Raises what `links_of` raises.
    """
    if wanted.is_empty():
        return _nothing_asked()
    wanted = with_purpose(wanted)
    earlier = writer.earlier_questions(wanted, now)
    lines = _decided(writer, wanted, earlier, now)
    asked = lines.filter(pl.col("asking") == Asking.ASK)
    if asked.is_empty():
        return lines.with_columns(sent=pl.lit(value=False))
    by_text = pl.col("channel") == Channel.SMS
    can_be_sent = by_text | pl.lit(link_base(writer) is not None)
    lines = lines.with_columns(sent=(pl.col("asking") == Asking.ASK) & can_be_sent)
    asked = lines.filter(pl.col("asking") == Asking.ASK)
    written = _written(writer, asked, now)
    writer.close_questions_of(asked.filter(by_text)["address"], now)
    is_last = pl.struct("channel", "address").is_last_distinct()
    until = now + timedelta(days=CONFIRM_DAYS)
    kept_until = now + timedelta(days=KEPT_DAYS)
    writer.add_questions(
        written.select(
            "kind",
            "channel",
            "address",
            "contact_id",
            "context",
            "asks",
            pl.lit(as_text(now)).alias("asked_at"),
            pl.when("sent").then(pl.lit(as_text(now))).alias("sent_at"),
            pl.when("sent")
            .then(pl.lit(as_text(until)))
            .otherwise(pl.lit(as_text(kept_until)))
            .alias("expires_at"),
            "token_id",
            pl.when(by_text & ~is_last).then(pl.lit(as_text(now))).alias("answered_at"),
        )
    )
    _lay_out(writer, written.filter("sent"), now)
    return lines


def send_kept(writer: Writer, now: datetime) -> int:
    """Sends the mails that were kept because the book did not know where its links lead; gives how many."""
    kept = writer.kept_questions(now)
    if kept.is_empty():
        return 0
    said = [json.loads(context) for context in kept["context"]]
    wanted = pl.DataFrame(said, schema=WANTED_QUESTION_SCHEMA).with_columns(kept["id"])
    earlier = writer.earlier_questions(wanted, now).filter(pl.col("sent_at").is_not_null())
    lines = _decided(writer, with_purpose(wanted), earlier, now)
    asked = lines.filter(pl.col("asking") == Asking.ASK).with_columns(sent=pl.lit(value=True))
    written = _written(writer, asked, now)
    until = as_text(now + timedelta(days=CONFIRM_DAYS))
    writer.note_sent(
        written.select(
            "id", pl.lit(as_text(now)).alias("sent_at"), pl.lit(until).alias("expires_at"), "token_id"
        )
    )
    _lay_out(writer, written, now)
    return len(written)


def _decided(reader: Reader, wanted: pl.DataFrame, earlier: pl.DataFrame, now: datetime) -> pl.DataFrame:
    day_ago, month_ago = as_text(now - DAY), as_text(now - MONTH)
    return with_asking(wanted, earlier, refused_of(reader, wanted), day_ago=day_ago, month_ago=month_ago)


def refused_of(reader: Reader, addresses: pl.DataFrame) -> pl.DataFrame:
    """Those of these addresses (`ADDRESS_SCHEMA`) that said no, or whose holder did (`REFUSED_SCHEMA`)."""
    refuses = pl.col("state") == ConsentState.UNSUBSCRIBED
    own = reader.consent_states(addresses).filter(refuses).select(*ADDRESS, refused_at="at")
    holders = reader.address_holders(addresses, [Why.CURRENT])
    states = PeopleTold.of(reader, holders["contact_id"].unique().sort()).states.filter(refuses)
    states = states.select("contact_id", "channel", refused_at="at")
    persons = holders.join(states, on=["contact_id", "channel"]).select(list(REFUSED_SCHEMA))
    return (
        pl.concat([own.select(list(REFUSED_SCHEMA)), persons])
        .group_by(ADDRESS)
        .agg(pl.col("refused_at").max())
    )


def _written(writer: Writer, asked: pl.DataFrame, now: datetime) -> pl.DataFrame:
    """The questions with the words that put them: `subject`, `body`, and what is kept of them: `kind`,
    `context`, `token_id`.
    """
    sender = writer.settings().get(SENDER_NAME)
    mails = asked.filter("sent")["channel"] == Channel.EMAIL
    links = links_of(writer, now) if mails.any() else None
    profiles, holders = _profiles(writer, asked), _holders_by_address(writer, asked)
    lines = [_worded(row, sender, profiles, holders, links) for row in asked.iter_rows(named=True)]
    words = ("subject", "body", "kind", "context", "token_id")
    return pl.concat(
        [asked, pl.DataFrame(lines, schema=dict.fromkeys(words, pl.String), orient="row")], how="horizontal"
    )


def _worded(
    row: Mapping[str, Any],
    sender: str | None,
    profiles: Mapping[int, Mapping[str, Any]],
    holders: Mapping[tuple[str, str], set[int]],
    links: Links | None,
) -> tuple[str | None, ...]:
    profile = profiles.get(row["contact_id"], {})
    by_text = row["channel"] == Channel.SMS
    others = holders.get((row["channel"], row["address"]), set()) - {row["contact_id"]}
    replaced = profile.get(PHONE if by_text else EMAIL)
    effect = Effect(
        grants=row["grants"],
        sender=sender,
        title=row["title"],
        wording=row["wording"],
        beside=masked(profile.get(EMAIL)) if by_text and row["adds"] else None,
        replaces=masked(replaced) if row["adds"] and replaced != row["address"] else None,
        joins=row["adds"] and bool(others),
        phone=row["phone"],
        refused=row["refused_at"] is not None,
    )
    context = {name: row[name] for name in WANTED_QUESTION_SCHEMA if row[name] is not None}
    if by_text:
        body = question_text(effect)
        kept = context | {"wording": row["wording"] or body}
        return "", body, QuestionKind.CONFIRM_NUMBER.value, _as_json(kept), None
    kind = QuestionKind.CONFIRM_EMAIL.value
    if links is None or not row["sent"]:
        return None, None, kind, _as_json(context), None
    token_id, token = links.confirmation(row["address"], row["contact_id"])
    subject, body = question_mail(effect, links.link(token), CONFIRM_DAYS)
    return subject, body, kind, _as_json(context), token_id


def _profiles(reader: Reader, asked: pl.DataFrame) -> dict[int, Mapping[str, Any]]:
    """The contacts that questions add an address to, by id."""
    ids = asked.filter("adds")["contact_id"].drop_nulls().unique()
    return {contact["id"]: contact for contact in reader.details(ids)} if len(ids) else {}


def _holders_by_address(reader: Reader, asked: pl.DataFrame) -> dict[tuple[str, str], set[int]]:
    """Who has the addresses that would be added to a contact."""
    adding, holders = asked.filter("adds"), dict[tuple[str, str], set[int]]()
    if len(adding):
        for contact_id, channel, address in reader.address_holders(adding, [Why.CURRENT]).iter_rows():
            holders.setdefault((channel, address), set()).add(contact_id)
    return holders


def _lay_out(writer: Writer, written: pl.DataFrame, now: datetime) -> None:
    by_text = pl.col("channel") == Channel.SMS
    writer.put_outbox_many(
        written.select(
            pl.when(by_text).then(pl.lit("text")).otherwise(pl.lit("mail")).alias("kind"),
            pl.col("address").alias("recipient"),
            pl.col("subject").fill_null(""),
            "body",
            pl.lit(as_text(now)).alias("created_at"),
        )
    )


def _as_json(context: Mapping[str, Any]) -> str:
    return json.dumps(context, ensure_ascii=False)


def evidence_in(context: Mapping[str, Any]) -> dict[str, Any]:
    """What a question was asked for, as evidence."""
    return {name: value for name, value in context.items() if name in EVIDENCE}
