"""What a script reckons with: numbers, texts and truths, each within bounds. Pure."""

import math
import operator
from collections.abc import Callable
from typing import TypeGuard

Value = int | float | str | bool

MAX_NUMBER = 2**53
MAX_TEXT = 10_000


class BadValue(Exception):
    """Two values do not go together, or what they make is beyond bounds."""


COMPARISONS: dict[str, Callable[..., bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}


def is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def within(value: Value) -> Value:
    """`value` if it is within bounds. Raises BadValue."""
    if isinstance(value, str) and len(value) > MAX_TEXT:
        raise BadValue(f"A text has at most {MAX_TEXT} characters.")
    if is_number(value) and not (math.isfinite(value) and abs(value) <= MAX_NUMBER):
        raise BadValue("This number is too large.")
    return value


def truth(value: Value) -> bool:
    """Whether a condition holds. Raises BadValue for what is no condition."""
    if isinstance(value, str):
        raise BadValue("A text is neither true nor false.")
    return bool(value)


def shown(value: Value) -> str:
    """A value as it is talked."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def combine(left: Value, sign: str, right: Value) -> Value:
    """Reckon. `+` also joins two texts, `&` anything. Raises BadValue."""
    if sign == "&":
        left, right = shown(left), shown(right)
    if isinstance(left, str) and isinstance(right, str) and sign in "+&":
        if len(left) + len(right) > MAX_TEXT:
            raise BadValue(f"A text has at most {MAX_TEXT} characters.")
        return left + right
    if not (is_number(left) and is_number(right)):
        raise BadValue(f"{_kind(left)} and {_kind(right)} do not go together with {sign}.")
    if sign in "/MOD" and right == 0:
        raise BadValue("Nothing can be divided by 0.")
    return within(_ARITHMETIC[sign](left, right))


_ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "MOD": operator.mod,
}


def compare(left: Value, sign: str, right: Value) -> bool:
    """Raises BadValue for two kinds of values: a text equals no number, and saying so helps more than False."""
    if _kind(left) != _kind(right):
        raise BadValue(f"{_kind(left)} cannot be compared with {_kind(right).lower()}.")
    return COMPARISONS[sign](left, right)


def _kind(value: Value) -> str:
    return "A text" if isinstance(value, str) else "A truth" if isinstance(value, bool) else "A number"
