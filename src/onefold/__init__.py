"""Onefold: one contact per person, from any source, with consent that can be proved."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from onefold.book import Book, open  # noqa: A004
    from onefold.model.policy import Policy
    from onefold.model.receipt import Receipt
    from onefold.way.plan import Plan

__all__ = ["Book", "Plan", "Policy", "Receipt", "open"]

_HOME = {
    "Book": "onefold.book",
    "open": "onefold.book",
    "Policy": "onefold.model.policy",
    "Plan": "onefold.way.plan",
    "Receipt": "onefold.model.receipt",
}


def __getattr__(name: str) -> Any:
    """The public names, each from its room when it is first asked for: `onefold --help` need not wait for
    them.
    """
    if name not in _HOME:
        raise AttributeError(f"module 'onefold' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOME[name]), name)
