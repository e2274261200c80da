"""The view under every endpoint of the documents contract, and the one task that an address names."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from accounts.actor import Actor
from accounts.prepared import prepared
from taskhub.contracts.base import ContractView
from taskhub.contracts.documents import CONTRACT, rendering
from taskhub.contracts.documents.project import InProject
from taskhub.contracts.ids import uuid_or_404
from tasks import queries
from tasks.domain.errors import no_such_task
from tasks.models import Task


class DocumentsView(ContractView):
    contract = CONTRACT


def row_of(where: InProject, task_id: str) -> rendering.Row:
    """The task with what its document adds to it. One query. Raises NotFound."""
    found = _one(where.id, where.involved, uuid_or_404(task_id))
    if not found:
        raise no_such_task()
    return found[0]


@prepared
def _one(project_id: int, involved: Actor | None, uuid: UUID) -> QuerySet[Task, rendering.Row]:
    return queries.in_project(project_id, involved).filter(uuid=uuid).order_by().values(*rendering.COLUMNS)


def shown(where: InProject, task_id: str) -> dict[str, Any]:
    """The task as its own address shows it."""
    return rendering.task(row_of(where, task_id), where)
