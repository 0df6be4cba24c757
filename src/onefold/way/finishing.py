"""What follows an import, outside its transactions: results file, error file, search."""

from contextlib import suppress

from onefold.model.error import OnefoldError
from onefold.model.outcome import ReceiptStatus
from onefold.model.receipt import IMPORTS
from onefold.stores import Reader, Store, StoredReceipt
from onefold.way.answers import ANSWERS, write_answers
from onefold.way.folders import folder_of
from onefold.way.plan import Plan
from onefold.way.receipts import write_files

KEPT_FOR_GOOD = ("imported", "changed")


def unfinished(reader: Reader) -> list[StoredReceipt]:
    """Imports that are under way or were interrupted: in a batch, or before all was done that follows."""
    return [stored for stored in reader.open_imports() if is_unfinished(stored)]


def is_unfinished(stored: StoredReceipt) -> bool:
    """Whether there is anything left to do of an import."""
    begun = stored.status in (ReceiptStatus.RUNNING, ReceiptStatus.COMPLETED)
    return stored.kind in IMPORTS and begun and "request" in stored.options


def finish_import(store: Store, receipt_id: int, plan: Plan | None, code: str) -> None:
    """Writes the files of an import whose batches are all in, and lets the search follow; then it is done.

    Without a `plan`, which is where its working files are lost, it gets no files.
    """
    files = {}
    if plan is not None:
        try:
            folder = folder_of(store.files, receipt_id)
            results, errors = write_files(plan, folder, code)
            write_answers(plan, folder / ANSWERS)
        except OnefoldError as error:
            error.hint += f"; `onefold {plan.mapped.kind} --resume {receipt_id}` does what is left"
            raise
        files = {"results_path": str(results), "errors_path": str(errors)}
    with suppress(KeyboardInterrupt):
        # The index follows with the next import as well.
        store.follow_search()
    with store.writer() as writer:
        stored = writer.receipt(receipt_id)
        assert stored is not None
        options = {name: stored.options[name] for name in KEPT_FOR_GOOD}
        options["sha256"] = stored.options["input"]["sha256"]
        warnings = list(stored.warnings)
        if plan is None:
            warnings.append("there is no results file: the working files were lost before it was written")
        writer.update_receipt(receipt_id, options=options, warnings=warnings, **files)
    if plan is not None:
        plan.discard()
