"""The conversation or bot a task came from: each id in the request's `context` is also a thing the task is about."""

from collections.abc import Mapping
from typing import Any

from tasks.commands import NewReference

MAX_KEY = 255
MOST = 20


def references(context: Mapping[str, Any]) -> list[NewReference]:
    """`{"conversation_id": "conv_abc123"}` is about the conversation conv_abc123."""
    found = [
        NewReference(kind=name.removesuffix("_id"), key=value)
        for name, value in context.items()
        if name.endswith("_id") and 3 < len(name) <= 63 and isinstance(value, str) and 0 < len(value) <= MAX_KEY
    ]
    return found[:MOST]
