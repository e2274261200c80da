"""The task that an address below `/tasks/{task_id}` is about."""

from accounts.actor import Actor
from tasks import queries
from tasks.domain.errors import no_such_task

from .ids import in_path


def task_seen(actor: Actor, text: str) -> int:
    """The number of the task, if the actor may see it. Raises NotFound. One query."""
    found = queries.visible_to(actor).filter(uuid=in_path("tsk", text)).values_list("pk", flat=True).first()
    if found is None:
        raise no_such_task()
    return found
