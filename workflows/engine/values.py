"""Plain values: what JSON can say, within bounds. Everything in a definition or among the variables is plain."""

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from tasks.domain.errors import InvalidInput
from tasks.domain.plain import number, text

from .durations import format_duration

MAX_DEPTH = 20
MAX_NODES = 10_000
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}", re.ASCII)
"""The name of a variable or a form field: a word that conditions can say."""
_OF_CEL = {"true", "false", "null", "in", "as", "break", "const", "continue", "else", "for", "function", "if", "import"}
_OF_CEL |= {"let", "loop", "package", "namespace", "return", "var", "void", "while"}
RESERVED = frozenset(_OF_CEL | {"variables", "now", "result", "end"})


def is_name(text: str) -> bool:
    """Whether a variable may be called that."""
    return NAME.fullmatch(text) is not None and text not in RESERVED


def plain(value: Any) -> Any:
    """`value` as JSON would give it back: moments, durations, UUIDs as text, decimals as numbers.

    Raises ValueError, with words for a person, for what JSON cannot say and for what is too large or too deep.
    """
    return _plain(value, MAX_DEPTH, [MAX_NODES])


def payload(data: Any, field: str) -> dict[str, Any]:
    """What comes from outside as a plain mapping; raises InvalidInput (`field`)."""
    try:
        said = plain(data)
    except ValueError as error:
        raise InvalidInput(f"The {field} {error}.", field=field) from None
    if not isinstance(said, dict):
        raise InvalidInput(f"The {field} must be a mapping.", field=field)
    return said


def _plain(value: Any, depth: int, left: list[int]) -> Any:
    left[0] -= 1
    if left[0] < 0 or depth < 0:
        raise ValueError(f"holds more than {MAX_NODES:,} values or is nested more than {MAX_DEPTH} deep")
    if isinstance(value, Mapping):
        return {_key(key): _plain(inner, depth - 1, left) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner, depth - 1, left) for inner in value]
    return _scalar(value)


def _key(key: object) -> str:
    if not isinstance(key, str):
        raise ValueError(f"has a key that is not a text: {key!r}"[:100])
    return text(key)


def _scalar(value: Any) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return text(value)
    if isinstance(value, int | float | Decimal):
        return number(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return format_duration(value)
    if isinstance(value, UUID):
        return str(value)
    raise ValueError(f"is no plain value but {type(value).__name__}")
