"""The documented settings, events by channels by recipients, and the choices that they stand for. Tables and sets."""

from collections.abc import Collection, Iterable, Mapping
from itertools import product
from typing import Any

from tasks.notifications.bell import Preference
from tasks.notifications.notices import CHANNELS, NOTICES

EVENTS = tuple(NOTICES)
RECIPIENTS: dict[str, str] = {
    "assignee": "assignee",
    "watchers": "watcher",
    "creator": "creator",
    "managers": "manager",
    "mentioned": "mentioned",
}
"""The document's word -> the role."""
_WORDS = {role: word for word, role in RECIPIENTS.items()}


def wanted(given: Mapping[str, Collection[str]]) -> set[Preference]:
    """Every combination of what is given, those that cannot be included."""
    roles = [RECIPIENTS[word] for word in given["recipients"]]
    return set(product(given["events"], given["channels"], roles))


def shown(choices: Mapping[Preference, bool]) -> dict[str, Any]:
    """What holds: each word that stands in a choice that is on, and those choices one by one."""
    on = [key for key, enabled in choices.items() if enabled]
    return {
        "events": _of(EVENTS, (event for event, _, _ in on)),
        "channels": _of(CHANNELS, (channel for _, channel, _ in on)),
        "recipients": _of(RECIPIENTS, (_WORDS[role] for _, _, role in on)),
        "choices": [{"event": event, "channel": channel, "recipient": _WORDS[role]} for event, channel, role in on],
    }


def _of(order: Iterable[str], found: Iterable[str]) -> list[str]:
    there = set(found)
    return [word for word in order if word in there]
