"""Rows of instances under their lock, and the engine's view of them.

The root of a tree of instances is its lock. It comes before any task in the order of locks: `before_task` is wired so
that a command that locks a task locks the tree first, in the same statement; `locked` is for everybody else.
"""

from uuid import UUID

from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from tasks.domain.errors import NotFound
from workflows.models import WorkflowInstance

_ROOT = Coalesce("root_id", "pk")


def no_such_instance() -> NotFound:
    """There is none, or none that the actor may see: the same answer."""
    return NotFound("There is no such workflow instance.", code="instance_not_found")


def before_task() -> Subquery:
    """An expression over a task's row that locks the tree of instances whose step the task is; nothing for others.

    The database evaluates it before it locks the row, and the lock lasts as long as the transaction.
    """
    own = WorkflowInstance.objects.filter(pk=OuterRef(OuterRef("instance_id")))
    root = WorkflowInstance.objects.filter(pk=Subquery(own.order_by().values(root_key=_ROOT)))
    return Subquery(root.order_by().select_for_update(no_key=True).values("pk"))


def locked(organization_id: int, key: UUID | int, *, skip_locked: bool = False) -> WorkflowInstance | None:
    """The instance as it is once its tree is locked; None if there is none, or if others hold it and `skip_locked`.

    One query, two for an instance that another one has started.
    """
    named = Q(uuid=key) if isinstance(key, UUID) else Q(pk=key)
    rows = WorkflowInstance.objects.filter(organization_id=organization_id).order_by()
    root = rows.filter(pk=Subquery(rows.filter(named).values(root_key=_ROOT)))
    held = root.select_for_update(no_key=True, skip_locked=skip_locked, of=("self",)).first()
    if held is None or key in (held.pk, held.uuid):
        return held
    return rows.filter(named).first()


def lock(organization_id: int, key: UUID | int) -> WorkflowInstance:
    """The same for one that must be there; raises NotFound (`instance_not_found`)."""
    found = locked(organization_id, key)
    if found is None:
        raise no_such_instance()
    return found
