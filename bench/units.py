"""Figures as people read them."""

import math

from bench.measure import Figures


def in_seconds(seconds: float | None) -> str:
    """Seconds, or milliseconds below one; nothing for what was not measured."""
    if seconds is None:
        return ""
    if math.isinf(seconds):
        return "too long"
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.2f} s"


def speed(one: Figures) -> str:
    """How long it took, and how many rows a second that was."""
    return f"{in_seconds(one['seconds'])}, {one['rows'] / one['seconds']:,.0f} rows/s"


def share(seconds: float, whole: float) -> str:
    """Seconds, and which part of the whole they are."""
    return f"{in_seconds(seconds)}, {seconds / whole:.0%}"
