"""A book under change: everything that can be asked, and everything that can be written."""

from onefold.stores.erased_refusals import ErasedRefusalWriting
from onefold.stores.erasing import ErasureWriting
from onefold.stores.forms import FormWriting
from onefold.stores.imported_headers import HeaderWriting
from onefold.stores.memberships import MembershipWriting
from onefold.stores.questions import QuestionWriting
from onefold.stores.reader import Reader
from onefold.stores.search import SearchWriting
from onefold.stores.segments import SegmentWriting
from onefold.stores.texts import TextWriting
from onefold.stores.tokens import TokenWriting
from onefold.stores.writing import ChangeWriting


class Writer(
    ChangeWriting,
    ErasedRefusalWriting,
    ErasureWriting,
    FormWriting,
    HeaderWriting,
    MembershipWriting,
    QuestionWriting,
    SearchWriting,
    SegmentWriting,
    TextWriting,
    TokenWriting,
    Reader,
):
    """The book's one writer; it sees what it has written, and all of it counts or none."""
