"""Schemas of the values that sections are made of."""

from typing import Any
from zoneinfo import available_timezones

Schema = dict[str, Any]


def text(longest: int, shortest: int = 0) -> Schema:
    return {"type": "string", "maxLength": longest, "minLength": shortest}


def name(longest: int) -> Schema:
    return text(longest, 1)


def one_of(*words: str) -> Schema:
    return {"enum": list(words)}


def several(item: Schema) -> Schema:
    return {"type": "array", "items": item}


SLUG: Schema = {"type": "string", "pattern": "^[-a-zA-Z0-9_]{1,63}$"}
USERNAME: Schema = {"type": "string", "pattern": r"^[\p{L}\p{N}_.@+-]{1,150}$"}
UUID: Schema = {"type": "string", "pattern": "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"}
TIMEZONE: Schema = {"enum": sorted(available_timezones())}
