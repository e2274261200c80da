"""The rows of a list and the groups they stand in, as the templates print them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.utils import timezone

from taskhub.inbox import moments, words
from taskhub.inbox.listing import Listing
from tasks.domain.lifecycle import ShareState
from tasks.models import Task
from tasks.parts import Parts, SharePart

SHOWN_PEOPLE = 3


@dataclass(frozen=True)
class Row:
    """A task in a list."""

    task: Task
    parts: Parts
    url: str
    category: str
    is_unread: bool
    workflow: str = ""
    """The name of the workflow whose step it is."""

    @property
    def holders(self) -> list[SharePart]:
        """Whose work it is, or was."""
        shares = self.parts.current_shares
        waiting = [share for share in shares if share.state == ShareState.PENDING]
        return waiting if self.task.is_open and waiting else shares

    @property
    def shown_holders(self) -> list[SharePart]:
        return self.holders[:SHOWN_PEOPLE]

    @property
    def who(self) -> str:
        """The holders in a few words."""
        names = [share.name for share in self.holders]
        if not names:
            return "Nobody"
        others = len(names) - 1
        return names[0] if not others else f"{names[0]} and {others} other{'s' if others > 1 else ''}"

    @property
    def is_shared(self) -> bool:
        return len(self.parts.current_shares) > 1

    @property
    def reference(self) -> str:
        """The first thing it is about, with its kind unless the label says it already."""
        if not self.parts.references:
            return ""
        first = self.parts.references[0]
        kind, label = words.spaced(first.kind), first.label or first.key
        return label if label.lower().startswith(kind.lower()) else f"{kind} {label}"

    @property
    def reference_rest(self) -> int:
        return len(self.parts.references) - 1


@dataclass(frozen=True)
class Group:
    """Rows under one heading; without a heading where the list is not grouped."""

    key: str
    title: str
    rows: Sequence[Row]


def grouped(rows: Iterable[Row], listing: Listing, now: datetime) -> list[Group]:
    """The rows in their order, under Overdue, Today and so on where the order is that of the due dates."""
    if not listing.is_grouped:
        found = list(rows)
        return [Group("", "", found)] if found else []
    zone = timezone.get_current_timezone()
    runs = groupby(rows, key=lambda row: moments.group(row.task.due_at, now, zone))
    return [Group(key, moments.GROUPS[key], list(run)) for key, run in runs]
