"""The task that comes after another one in a list, whether or not the other one still stands there."""

import json
from datetime import datetime

from accounts.actor import Actor
from taskhub.inbox.listing import Listing
from tasks import inbox
from tasks.models import Task

_TOP = 9


def after(actor: Actor, listing: Listing, task: Task, now: datetime) -> Task | None:
    """The next open task of the list behind `task`, else its first one; None if there is no other."""
    if listing.is_completed:
        return None
    for cursor in (_cursor(listing, task), ""):
        found = inbox.page(
            listing.scope(actor),
            listing.view,
            now=now,
            filters=listing.filters(actor),
            sort=listing.sort,
            after=cursor,
            limit=2,
        )
        other = next((candidate for candidate in found.tasks if candidate.pk != task.pk), None)
        if other:
            return other
    return None


def _cursor(listing: Listing, task: Task) -> str:
    """Where `task` stands, in the keys of the list's order (tasks.inbox.SORTS)."""
    due = task.due_sort.isoformat()
    keys: dict[str, list[str | int]] = {"due": [due], "priority": [_TOP - task.priority, due], "newest": []}
    return json.dumps([*keys[listing.sort], task.pk])
