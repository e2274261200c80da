"""Texts and numbers that can be stored everywhere: in JSON, in every database, in a browser."""

import math
import re
from decimal import Decimal

MAX_TEXT = 50_000
MAX_WHOLE = 2**63 - 1
_UNSAYABLE = re.compile("[\x00\ud800-\udfff]")


def text(value: str) -> str:
    """`value` if it can be stored everywhere; else raises ValueError."""
    if len(value) > MAX_TEXT:
        raise ValueError(f"has more than {MAX_TEXT:,} characters")
    if _UNSAYABLE.search(value):
        raise ValueError("has a NUL character or half a character")
    return value


def number(value: float | Decimal) -> int | float:
    """`value` as a finite JSON number of at most 64 bits; else raises ValueError."""
    if isinstance(value, int):
        if abs(value) > MAX_WHOLE:
            raise ValueError("is a number of more than 64 bits")
        return value
    if not math.isfinite(value):
        raise ValueError("is not a finite number")
    return int(value) if isinstance(value, Decimal) and value == value.to_integral_value() else float(value)
