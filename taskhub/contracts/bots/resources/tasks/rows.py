"""What lists and single tasks read: a task with all that is shown of it is one row of one query."""

from typing import Any

from django.db.models import Count, IntegerField, Model, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from tasks.domain.lifecycle import ShareState
from tasks.models import Assignment, Attachment, ChecklistItem, Comment, Event, TimeEntry

LISTED = ("uuid", "id", "title", "state", "priority", "due_at", "progress")
SHOWN = (*LISTED, "description", "created_at", "updated_at")
FULL = (
    *SHOWN, "tags", "metadata", "project__slug", "created_by__username", "resolution", "outcome", "closed_at",
    "closed_by__username", "version",
)  # fmt: skip

_OF_TASK = OuterRef("pk")


def _assignee(column: str) -> Subquery:
    """Of several who do it the one whose share was given first; while it is open, of those who still have to."""
    shares = Assignment.objects.filter(task=_OF_TASK, user__isnull=False).exclude(state=ShareState.REPLACED)
    return Subquery(shares.order_by("-is_open", "id").values(column)[:1])


def _of_task(model: type[Model], aggregate: Any, **wanted: Any) -> Coalesce:
    rows: QuerySet[Any] = model._default_manager.filter(task=_OF_TASK, **wanted).order_by()
    found = Subquery(rows.values("task").annotate(found=aggregate).values("found"), output_field=IntegerField())
    return Coalesce(found, Value(0))


def _said_at_the_end() -> Subquery:
    """The payload of the event in which somebody gave several outcomes."""
    said = Event.objects.filter(task=_OF_TASK, type__in=("share.performed", "task.completed"))
    return Subquery(said.filter(payload__has_key="metadata").order_by("-seq").values("payload")[:1])


IN_LISTS: dict[str, Any] = {"assignee": _assignee("user__username")}
IN_ONE: dict[str, Any] = {
    **IN_LISTS,
    "assignee_name": _assignee("user__name"),
    "assignee_avatar": _assignee("user__avatar_url"),
    "spent": _of_task(TimeEntry, Sum("minutes")),
    "comment_count": _of_task(Comment, Count("pk")),
    "file_count": _of_task(Attachment, Count("pk")),
}
IN_FULL: dict[str, Any] = {
    **IN_ONE,
    "item_count": _of_task(ChecklistItem, Count("pk")),
    "item_done": _of_task(ChecklistItem, Count("pk"), done_at__isnull=False),
    "said": _said_at_the_end(),
}
