"""Where a book is kept: a snapshot in, changes out. SQLite and PostgreSQL, one schema.

`open_store` opens a book, `Store.reader` gives a consistent snapshot of it and `Store.writer` the one
transaction that may change it. Nothing is decided here.
"""

from onefold.stores.imported_headers import ImportedHeader
from onefold.stores.opening import open_store
from onefold.stores.questions import Question
from onefold.stores.reader import Reader
from onefold.stores.receipts import StoredBatch, StoredReceipt
from onefold.stores.reviews import ReviewEntry
from onefold.stores.snapshot import as_text
from onefold.stores.store import Store
from onefold.stores.writer import Writer

__all__ = [
    "ImportedHeader",
    "Question",
    "Reader",
    "ReviewEntry",
    "Store",
    "StoredBatch",
    "StoredReceipt",
    "Writer",
    "as_text",
    "open_store",
]
