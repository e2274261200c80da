"""`{{variable}}` in texts for people: one pass, lookups in mappings only, no language.

What is put in is never looked at again, so data cannot bring its own placeholders; what names no variable stays as it
was written, so that people see it.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

_PLACEHOLDER = re.compile(r"\{\{\s{0,9}([A-Za-z_][\w-]{0,62}(?:\.[A-Za-z_][\w-]{0,62}){0,9})\s{0,9}\}\}", re.ASCII)
_MISSING = object()


def render(template: str, variables: Mapping[str, Any], *, most: int, most_value: int = 2_000) -> str:
    """`template` with its placeholders filled, cut to `most` characters, each value to `most_value`."""
    if "{{" not in template:
        return template[:most]
    return _joined((text for text, _ in pieces(template, variables, most_value=most_value)), most)


def pieces(template: str, variables: Mapping[str, Any], *, most_value: int = 2_000) -> Iterator[tuple[str, bool]]:
    """The template's own words and the values between them; True marks a placeholder that names no variable."""

    @cache  # a value that stands there a thousand times is written down once
    def words(path: str) -> str | None:
        found = _find(path, variables)
        return None if found is _MISSING else _words(found)[:most_value]

    end = 0
    for match in _PLACEHOLDER.finditer(template):
        yield template[end : match.start()], False
        known = words(match[1])
        yield (match[0], True) if known is None else (known, False)
        end = match.end()
    yield template[end:], False


def names(*templates: str) -> tuple[str, ...]:
    """What the placeholders name (`issue_id`, `customer.name`), each once, in the order in which they stand."""
    return tuple(dict.fromkeys(found for template in templates for found in _PLACEHOLDER.findall(template)))


def missing(wanted: Iterable[str], variables: Mapping[str, Any]) -> tuple[str, ...]:
    """Those of the names that no variable answers."""
    return tuple(name for name in wanted if _find(name, variables) is _MISSING)


def look_up(path: str, variables: Mapping[str, Any]) -> Any:
    """What `path` (`amount`, `verify.amount`) names among the variables; None if nothing."""
    found = _find(path, variables)
    return None if found is _MISSING else found


def _joined(texts: Iterable[str], most: int) -> str:
    """The first `most` characters; whatever comes after them is not even made."""
    kept, size = [], 0
    for text in texts:
        kept.append(text)
        size += len(text)
        if size >= most:
            break
    return "".join(kept)[:most]


def _find(path: str, variables: Mapping[str, Any]) -> Any:
    found: Any = variables
    for name in path.split("."):
        if not isinstance(found, Mapping) or name not in found:
            return _MISSING
        found = found[name]
    return found


def _words(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
