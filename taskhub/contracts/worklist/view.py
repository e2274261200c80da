"""What the worklist's endpoints have in common: the rows they show, the organization's zone, limits and permissions."""

import math
import time
from typing import Any

from django.db.models import QuerySet
from rest_framework.request import Request

from accounts import limiter
from accounts.access import organization
from accounts.actor import Actor
from accounts.prepared import prepared
from taskhub.contracts import throttling
from taskhub.contracts.base import ContractView
from taskhub.contracts.contract import Kind
from taskhub.contracts.problems import Refused
from taskhub.contracts.rows import Row
from tasks import queries
from tasks.domain.errors import no_such_task
from tasks.models import Task
from tasks.models.task import TaskQuerySet

from . import CONTRACT
from .mapping import PERMISSIONS, SAYABLE
from .numbers import task_number

READS, WRITES = "30/minute", "10/minute"
"""The documented limits: of each endpoint for each person."""


class WorklistView(ContractView):
    contract = CONTRACT

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """As everywhere; but every answer says what the limit is, also one to somebody for whom nothing is counted."""
        if self.action:
            self.extra_headers |= throttling.headers(_untouched(self.operations[self.action].rate))
        super().initial(request, *args, **kwargs)

    def check_scope(self, scope: str) -> None:
        if not self.actor.may(scope):
            raise Refused(Kind.FORBIDDEN, f"This API key lacks the permission {PERMISSIONS[scope]} ({scope}).")

    @property
    def zone(self) -> str:
        return organization(self.actor.organization_id).timezone

    def row(self, id: str, *columns: str) -> Row:
        found = _one(self.actor, task_number(id), columns=columns)
        if not found:
            raise no_such_task()
        return found[0]


def seen(actor: Actor) -> TaskQuerySet:
    """Tasks of workflow instances that the person sees and this contract can say, newest first."""
    return queries.visible_to(actor).filter(instance_id__isnull=False, state__in=SAYABLE)


@prepared
def _one(actor: Actor, number: int, *, columns: tuple[str, ...]) -> QuerySet[Task, Row]:
    return seen(actor).filter(pk=number).order_by().values(*columns)


def is_known(task: Task) -> bool:
    """Whether it is one of the tasks that the contract speaks of, as `seen` says of many."""
    return task.instance_id is not None and task.state in SAYABLE


def _untouched(rate: str) -> limiter.Window:
    """The window of somebody who is not known: nothing is in it."""
    amount = limiter.parse(rate).amount
    return limiter.Window(True, amount, amount, reset_at=math.ceil(time.time()), retry_after=0)
