"""Reads of templates, and who may write them. All of an organization sees them; managers write them."""

from uuid import UUID

from django.db.models import Count, QuerySet

from accounts.actor import Actor
from tasks.domain.errors import NotAllowed, no_such_template
from tasks.models import Reference, TaskTemplate

REFERENCE = "template"
"""Kind of the reference by which a task names the template it was made from."""


def check_write(actor: Actor) -> None:
    """Raise NotAllowed if the actor may not write templates."""
    if not actor.may("task.edit"):
        raise NotAllowed("This credential lacks the scope task.edit.", code="scope_missing", scope="task.edit")
    if not actor.is_manager:
        raise NotAllowed("Only a manager may change templates.")


def may_write(actor: Actor) -> bool:
    return actor.is_manager and actor.may("task.edit")


def templates(actor: Actor, *, archived: bool = False) -> QuerySet[TaskTemplate]:
    """Those in use, by name; or those that were archived."""
    rows = _of(actor).filter(archived_at__isnull=not archived)
    return rows.order_by("name", "pk")


def template(actor: Actor, key: UUID | int, *, archived: bool = False) -> TaskTemplate:
    """One template; also an archived one where `archived` says so. Raises NotFound (`template_not_found`)."""
    rows = _of(actor).filter(**{"uuid": key} if isinstance(key, UUID) else {"pk": key})
    found = (rows if archived else rows.filter(archived_at__isnull=True)).first()
    if found is None:
        raise no_such_template()
    return found


def uses(rows: list[TaskTemplate]) -> dict[UUID, int]:
    """How many tasks were made from each of them. One query."""
    if not rows:
        return {}
    keys = {str(row.uuid): row.uuid for row in rows}
    found = Reference.objects.filter(
        organization_id=rows[0].organization_id, kind=REFERENCE, key__in=keys, task__deleted_at__isnull=True
    )
    counted = found.order_by().values_list("key").annotate(count=Count("pk"))
    return {keys[key]: count for key, count in counted}


def _of(actor: Actor) -> QuerySet[TaskTemplate]:
    rows = TaskTemplate.objects.filter(organization_id=actor.organization_id)
    return rows.select_related("assign_user", "assign_team", "created_by", "updated_by")
