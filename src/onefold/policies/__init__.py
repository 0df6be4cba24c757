"""Policies as data: six shipped files and the reader that refuses a knob it does not know."""

from onefold.policies.reader import (
    SHIPPED,
    load_policy,
    parse_policy,
    policy_text,
    shipped_policy,
    shipped_text,
)

__all__ = ["SHIPPED", "load_policy", "parse_policy", "policy_text", "shipped_policy", "shipped_text"]
