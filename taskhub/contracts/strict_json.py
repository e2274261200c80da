"""Text to JSON values, refusing all that another reader could understand otherwise, or that a database cannot keep.

Pure. The standard library's parser does the work: it alone tells of repeated keys and keeps large integers exact.
"""

import json
import math
from typing import Any, NoReturn

MAX_DEPTH = 32
MAX_INTEGER = 2**63 - 1
"""Integers up to here are kept exactly; larger ones fit into no column."""


class BadJSON(ValueError):
    """The text is not JSON, or JSON that is refused. The message is for the client."""


def parse(raw: bytes) -> Any:
    """The value that `raw` spells in UTF-8. Raises BadJSON."""
    try:
        value = json.loads(
            raw.decode("utf-8", "strict"),
            object_pairs_hook=_object,
            parse_constant=_no_constant,
            parse_float=_finite,
            parse_int=_bounded,
        )
    except UnicodeDecodeError:
        raise BadJSON("The body is not UTF-8.") from None
    except RecursionError:
        raise BadJSON(f"The JSON is nested deeper than {MAX_DEPTH} levels.") from None
    except json.JSONDecodeError as error:
        raise BadJSON(f"The body is not JSON: {error.msg} at character {error.pos}.") from None
    if b"\\u" in raw or raw.count(b"[") + raw.count(b"{") > MAX_DEPTH:
        _walk(value, 0)
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise BadJSON("An object has the same key twice.")
    return found


def _no_constant(name: str) -> NoReturn:
    raise BadJSON(f"{name} is not a JSON number.")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise BadJSON("A number is out of range.")
    return number


def _bounded(text: str) -> int:
    if len(text) > 20 or abs(number := int(text)) > MAX_INTEGER:
        raise BadJSON("An integer is out of range.")
    return number


def _walk(value: Any, depth: int) -> None:
    """Escapes can spell what UTF-8 cannot: look at every text, and count the levels on the way."""
    if isinstance(value, str):
        check_text(value)
    elif isinstance(value, dict | list):
        if depth >= MAX_DEPTH:
            raise BadJSON(f"The JSON is nested deeper than {MAX_DEPTH} levels.")
        if isinstance(value, dict):
            for key, inner in value.items():
                check_text(key)
                _walk(inner, depth + 1)
        else:
            for inner in value:
                _walk(inner, depth + 1)


def check_text(text: str) -> None:
    """Raise BadJSON if `text` has a NUL or half of a surrogate pair, which no database can store."""
    if "\0" in text:
        raise BadJSON("A text contains a NUL character.")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise BadJSON("A text contains half of a surrogate pair.") from None
