"""`{{variable}}` in texts for people: one pass, lookups in mappings only, no language.

What is put in is never looked at again, so data cannot bring its own placeholders; what names no variable stays as it
was written, so that people see it.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

_PLACEHOLDER = re.compile(r"\{\{\s{0,9}([A-Za-z_][\w-]{0,62}(?:\.[A-Za-z_][\w-]{0,62}){0,9})\s{0,9}\}\}", re.ASCII)
_MISSING = object()
MAX_VALUE = 2_000


def render(template: str, variables: Mapping[str, Any], *, most: int) -> str:
    """`template` with its placeholders filled, cut to `most` characters."""
    if "{{" not in template:
        return template[:most]
    return _PLACEHOLDER.sub(lambda match: _filled(match, variables), template)[:most]


def look_up(path: str, variables: Mapping[str, Any]) -> Any:
    """What `path` (`amount`, `verify.amount`) names among the variables; None if nothing."""
    found = _find(path, variables)
    return None if found is _MISSING else found


def _filled(match: re.Match[str], variables: Mapping[str, Any]) -> str:
    found = _find(match[1], variables)
    return match[0] if found is _MISSING else _words(found)[:MAX_VALUE]


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
