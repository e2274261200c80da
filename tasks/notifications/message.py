"""A delivery in words, the same for every channel and for the bell."""

from django.conf import settings

from tasks.models import Delivery

from .notices import NOTICES

REASONS = {
    "mentioned": "you were mentioned",
    "assignee": "you are assigned to it",
    "creator": "you created it",
    "watcher": "you watch it",
    "manager": "you manage this organization",
}


def sentence(delivery: Delivery) -> str:
    """What happened, in one line."""
    who = str(delivery.event.actor) if delivery.event.actor else "TaskHub"
    words = {"who": who, "title": delivery.task.title, "said": str(delivery.event.payload.get("text", ""))}
    return NOTICES[delivery.notice].text.format_map(words)


def reason(delivery: Delivery) -> str:
    """Why this person is told."""
    return f"You are told because {REASONS[delivery.reason]}."


def link(delivery: Delivery) -> str:
    """Where to work on it."""
    return f"{settings.BASE_URL}/tasks/{delivery.task.uuid}/"
