"""Values that have a type in their file, as the text that a cell holds: whole, and as people write them."""

import re
from typing import Final

YES_NO: Final = {True: "yes", False: "no"}
_NUMBER: Final = re.compile(
    r"(?P<sign>-?)0*(?P<whole>\d*)(?:\.(?P<fraction>\d*))?(?:[eE](?P<exponent>[+-]?\d+))?"
)
_SHIFTED_DIGITS: Final = 400
"""Beyond what a double of IEEE 754 can be; a longer row of zeros is nobody's number."""


def plain_number(written: str) -> str:
    """A decimal number with every digit that it has, without an exponent, without zeros that say nothing.

    `4.917E11` is `491700000000`, `7.0` is `7`. What is no such number comes back as it is.
    """
    parts = _NUMBER.fullmatch(written)
    if parts is None or not (parts["whole"] or parts["fraction"] or "0" in written):
        return written
    whole, fraction = parts["whole"], parts["fraction"] or ""
    exponent = parts["exponent"] or "0"
    if len(exponent) > 4 or abs(int(exponent)) > _SHIFTED_DIGITS:
        return written
    shift = int(exponent)
    if shift >= 0:
        digits = fraction.ljust(shift, "0")
        whole, fraction = whole + digits[:shift], digits[shift:]
    else:
        digits = whole.rjust(-shift, "0")
        whole, fraction = digits[:shift], digits[shift:] + fraction
    whole, fraction = whole.lstrip("0") or "0", fraction.rstrip("0")
    number = f"{whole}.{fraction}" if fraction else whole
    return number if number == "0" else parts["sign"] + number
