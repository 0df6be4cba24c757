"""A receipt on the screen: counts, a line for each reason with what it means, and what to do next."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rich.console import RenderableType
from rich.text import Text

from onefold.interfaces.cli.printing import counted, heading, line, listing, plain, table
from onefold.model.outcome import Reason, ReceiptStatus

if TYPE_CHECKING:
    from onefold.model.receipt import Receipt

MEANINGS: Final[dict[Reason, str]] = {
    Reason.CREATED: "nobody was found: a new contact",
    Reason.UPDATED: "somebody was found, and something changed",
    Reason.UNCHANGED: "somebody was found, and everything was already so",
    Reason.MERGED: "the row showed that two contacts are one person",
    Reason.KEPT_APART: "applied, but an identifier stays with another contact; see `onefold review`",
    Reason.EXISTS: "the person is there already, and this import only adds",
    Reason.NOT_FOUND: "the person is not there, and this import only updates",
    Reason.REPEAT: "folded into another row of the file, or taken before by its key",
    Reason.NO_IDENTIFIER: "nothing to know the person by, or only blocked values",
    Reason.FIRST_NAME_MISSING: "the policy needs a first name to add someone",
    Reason.BAD_EMAIL: "not an email address",
    Reason.BAD_PHONE: "not a phone number that can be dialled from elsewhere; perhaps --region is missing",
    Reason.BAD_DATE: "not a date, or one that can be read in two ways; perhaps --date-order helps",
    Reason.BAD_NUMBER: "not a number",
    Reason.BAD_CHOICE: "none of the words that may stand there",
    Reason.BAD_YES_NO: "neither yes nor no",
    Reason.MALFORMED_ROW: "what stands there is no row of this table: the reason beside it says why",
    Reason.UNDECODABLE_TEXT: "bytes that are no text in the file's encoding",
    Reason.UNKNOWN_CONTACT_ID: "an id of this book that nobody has",
    Reason.IDENTIFIER_REPEATED: "rows of the file disagree over whose identifier it is",
    Reason.IDENTIFIER_SHARED: "several contacts hold it; mark it as shared, or merge them",
    Reason.IDENTIFIER_TAKEN: "another contact holds it, and the policy refuses that",
    Reason.DUPLICATE_CONTACT: "another contact holds it, and the policy refuses that",
    Reason.CONFLICT: "part of a tangle: too many rows connected by one identifier",
}
FOR_REVIEW: Final = (Reason.KEPT_APART, Reason.IDENTIFIER_SHARED)
WARNINGS_SHOWN: Final = 20


def import_lines(receipt: "Receipt", written: Sequence[Path] = ()) -> Iterator[RenderableType]:
    """What an import did, or would do; `written` are the files that were asked for with it."""
    planned = receipt.status is ReceiptStatus.PLANNED
    name = plain(receipt.source_name)
    yield heading(
        f"Plan for {name}"
        if planned
        else f"{receipt.kind.capitalize()} {receipt.id} of {name}: {receipt.status}"
    )
    yield line(
        f"{counted(receipt.rows, 'row')}: {receipt.imported:,} imported, {receipt.updated:,} updated, "
        f"{receipt.skipped:,} skipped, {receipt.error:,} refused"
    )
    yield line()
    rows = [(f"{count:,}", reason, MEANINGS[Reason(reason)]) for reason, count in receipt.reasons.items()]
    yield table(("rows", "reason", "what it means"), rows, counts=("rows",))
    yield line()
    if mapped := [f"{header} = {field}" for header, field in receipt.mapping.items() if field]:
        yield line(f"Columns: {plain(mapped)}")
    yield from warning_lines(receipt)
    if receipt.tag and not planned:
        yield line(f"Tag: {plain(receipt.tag)}")
    for path in written:
        yield line(f"Written: {plain(path)}")
    if planned:
        yield line("The book is as it was.")
    else:
        yield from next_lines(receipt)


def warning_lines(receipt: "Receipt") -> Iterator[RenderableType]:
    """The warnings of a receipt, at most a screenful."""
    for warning in receipt.warnings[:WARNINGS_SHOWN]:
        yield Text.assemble(("Warning: ", "yellow"), plain(warning))
    if len(receipt.warnings) > WARNINGS_SHOWN:
        yield line(f"… and {counted(len(receipt.warnings) - WARNINGS_SHOWN, 'more warning')}")


def next_lines(receipt: "Receipt") -> Iterator[RenderableType]:
    """What to do next."""
    steps = {f"onefold undo {receipt.id}": "takes all of this back"}
    if any(reason in FOR_REVIEW for reason in receipt.reasons):
        steps["onefold review"] = "has what Onefold would not decide alone"
    width = max(map(len, steps))
    for command, what in steps.items():
        yield line(f"Next: {command:<{width}}  {what}")


def change_lines(receipt: "Receipt", what: str) -> Iterator[RenderableType]:
    """What a change by hand, or an undo, did or would do: how many contacts, and what was kept."""
    planned = receipt.status is ReceiptStatus.PLANNED
    yield heading(f"{what}: {'the plan' if planned else 'done'}")
    yield line(f"{counted(receipt.changed, 'contact')} {'would change' if planned else 'changed'}.")
    if receipt.kept:
        yield line(f"Kept as it is, {counted(len(receipt.kept), 'value')}:")
        kept = [(one.contact_id, one.key, one.why) for one in receipt.kept]
        yield from listing(("contact", "field", "why"), kept)
    yield from warning_lines(receipt)
    if planned:
        yield line("The book is as it was.")
    else:
        yield line(f"Receipt {receipt.id}. Next: onefold undo {receipt.id}  takes it back")
