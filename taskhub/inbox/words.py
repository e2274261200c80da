"""How the pages say things: the word, icon and tint of every state, priority, share and door. Tables, no logic.

One vocabulary for tasks of every contract (docs/glossary.md); the contracts' own words appear only on the data tab.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Sign:
    """Something a person tells apart by word and shape first, by colour last."""

    word: str
    icon: str
    tint: str = "gray"


STATES = {
    "processing": Sign("Processing", "loader", "violet"),
    "pending": Sign("To do", "circle", "gray"),
    "in_progress": Sign("In progress", "circle-dot", "blue"),
    "completed": Sign("Done", "circle-check", "green"),
    "declined": Sign("Declined", "circle-x", "red"),
    "canceled": Sign("Canceled", "ban", "gray"),
    "failed": Sign("Failed", "triangle-alert", "red"),
}

CLOSED_REASONS = {
    "discarded": Sign("Discarded", "trash-2", "gray"),
    "filtered": Sign("Filtered", "list-filter", "gray"),
}
"""Reasons of a cancellation that have a word of their own; the others read "Canceled"."""

PRIORITIES = {
    1: Sign("Low", "signal-low", "low"),
    2: Sign("Medium", "signal-medium", "medium"),
    3: Sign("High", "signal-high", "high"),
    4: Sign("Urgent", "octagon-alert", "urgent"),
}

SHARES = {
    "pending": Sign("Waiting", "clock", "gray"),
    "performed": Sign("Done", "circle-check", "green"),
    "declined": Sign("Declined", "circle-x", "red"),
    "replaced": Sign("Handed over", "arrow-right-left", "gray"),
}

SOURCES = {
    "customers": "Approvals",
    "worklist": "Worklist",
    "workflow": "Workflow",
    "bots": "Bots",
    "documents": "Documents",
    "intake": "Intake",
    "hub": "Hub API",
    "inbox": "TaskHub",
    "rule": "Automation",
}
"""The door a task came in by, in the words of the people who work it."""


def state_sign(state: str, closed_reason: str = "") -> Sign:
    return CLOSED_REASONS.get(closed_reason) or STATES[state]


def category_word(slug: str, categories: Mapping[str, tuple[str, str]]) -> str:
    """The title that the organization gave the category; a contract may send one that it has not named."""
    return categories[slug][0] if slug in categories else spaced(slug)


def spaced(name: str) -> str:
    """A machine's name for people: "call_id" -> "Call id"."""
    return name.replace("_", " ").replace("-", " ").capitalize()


def source_word(source: str) -> str:
    return SOURCES.get(source, source.capitalize())
