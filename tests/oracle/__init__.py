"""The slow, obvious engine: DESIGN 5 told once more, one row and one contact at a time, in plain Python.

It shares words with the real engine (`onefold.model`) and no rule. Law 7 holds the two against each other, so
nothing here may be copied from there: where they differ, the design decides.
"""

from tests.oracle.book import OracleBook
from tests.oracle.state import Contact, Outcome, Record

__all__ = ["Contact", "OracleBook", "Outcome", "Record"]
