"""The task that an address below `/tasks/{task_id}` is about."""

from uuid import UUID

from django.db.models import QuerySet

from accounts.actor import Actor
from accounts.prepared import prepared
from tasks import queries
from tasks.domain.errors import no_such_task
from tasks.models import Task

from .ids import in_path


def task_seen(actor: Actor, text: str) -> int:
    """The number of the task, if the actor may see it. Raises NotFound. One query."""
    found = _seen(actor, in_path("tsk", text))
    if not found:
        raise no_such_task()
    return found[0]


@prepared
def _seen(actor: Actor, uuid: UUID) -> QuerySet[Task, int]:
    return queries.visible_to(actor).filter(uuid=uuid).order_by().values_list("pk", flat=True)
