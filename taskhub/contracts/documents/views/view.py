"""The view under every endpoint of the documents contract, and the one task that an address names."""

from typing import Any

from taskhub.contracts.base import ContractView
from taskhub.contracts.documents import CONTRACT, rendering
from taskhub.contracts.documents.project import InProject
from taskhub.contracts.ids import uuid_or_404
from tasks.domain.errors import no_such_task


class DocumentsView(ContractView):
    contract = CONTRACT


def row_of(where: InProject, task_id: str) -> rendering.Row:
    """The task with what its document adds to it. One query. Raises NotFound."""
    found = where.tasks().filter(uuid=uuid_or_404(task_id)).values(*rendering.COLUMNS).first()
    if found is None:
        raise no_such_task()
    return found


def shown(where: InProject, task_id: str) -> dict[str, Any]:
    """The task as its own address shows it."""
    return rendering.task(row_of(where, task_id), where)
