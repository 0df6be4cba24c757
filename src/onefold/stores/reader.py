"""A book at one moment, all that can be asked of it."""

from onefold.stores.bin import BinReading
from onefold.stores.checks import Checking
from onefold.stores.consents import ConsentReading
from onefold.stores.erased_refusals import ErasedRefusalReading
from onefold.stores.erasing import ErasureReading
from onefold.stores.exports import ExportReading
from onefold.stores.field_values import FieldValueReading
from onefold.stores.forms import FormReading
from onefold.stores.imported_headers import HeaderReading
from onefold.stores.ledger import LedgerReading
from onefold.stores.memberships import MembershipReading
from onefold.stores.paging import PagedReading
from onefold.stores.person import PersonReading
from onefold.stores.questions import QuestionReading
from onefold.stores.receipts import ReceiptReading
from onefold.stores.reviews import ReviewReading
from onefold.stores.texts import TextReading
from onefold.stores.tokens import TokenReading


class Reader(
    PagedReading,
    ExportReading,
    BinReading,
    Checking,
    QuestionReading,
    ConsentReading,
    ErasedRefusalReading,
    ErasureReading,
    FieldValueReading,
    FormReading,
    HeaderReading,
    LedgerReading,
    MembershipReading,
    PersonReading,
    ReceiptReading,
    ReviewReading,
    TextReading,
    TokenReading,
):
    """One consistent snapshot; it never waits for the writer, and does not see what is written meanwhile.

    Its parts: `contacts` and `holders` for the core, `pages`, `paging`, `search`, `segments`, `audience` and
    `exports` for people, `bin`, `reports`, `checks`, `ledger`, `memberships`, `consents`, `erased_refusals`,
    `forms`, `receipts`, `refusals`, `imported_headers`, `person`, `questions`, `reviews`, `texts`, `tokens`.
    """
