"""Patterns that people write, by RE2: time grows with the text only, whatever the pattern (no back references, no
look-around). The standard library's `re` is for patterns of our own.
"""

from functools import lru_cache
from typing import Any

import re2

MAX_PATTERN = 500
_MEMORY = 8 * 1024 * 1024


def compiled(pattern: str) -> Any:
    """The pattern, ready for use. Raises ValueError with words for a person."""
    if not pattern or len(pattern) > MAX_PATTERN:
        raise ValueError(f"A pattern has 1 to {MAX_PATTERN} characters.")
    return _compiled(pattern)


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> Any:
    options = re2.Options()
    options.max_mem = _MEMORY
    options.log_errors = False
    try:
        return re2.compile(pattern, options)
    except (re2.error, UnicodeError) as error:
        raise ValueError(f"'{pattern[:60]}' is no pattern: {_words(error)}.") from None


def _words(error: Exception) -> str:
    said = error.args[0] if error.args else ""
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)


def first(pattern: Any, text: str) -> str | None:
    """What the pattern's first group, or all of it, caught where it first holds; None where it holds nowhere."""
    match = pattern.search(text)
    return None if match is None else _caught(pattern, match)


def each(pattern: Any, text: str, most: int) -> list[str]:
    """The same for each place, at most `most`."""
    found: list[str] = []
    for match in pattern.finditer(text):
        found.append(_caught(pattern, match))
        if len(found) >= most:
            break
    return found


def _caught(pattern: Any, match: Any) -> str:
    return (match.group(1) if pattern.groups else match.group(0)) or ""
