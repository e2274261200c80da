"""The list's documented parameters, read from the query string. Every value that means nothing is refused by name."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.http import QueryDict
from drf_spectacular.utils import OpenApiParameter

from accounts.prepared import prepared
from taskhub.contracts import pagination
from taskhub.contracts.pagination import Page, bad_parameter
from tasks.domain.lifecycle import State, is_open
from workflows.models import StepRun, WorkflowDefinition

from . import numbers
from .mapping import STATUSES

DEFAULT_LIMIT, MOST = 25, 100
MAX_ENTITY_TYPE = 63
FLAGS = {"true": True, "1": True, "false": False, "0": False}

PARAMETERS = [
    *(found for found in pagination.parameters(default=DEFAULT_LIMIT, most=MOST) if found.name != "cursor"),
    OpenApiParameter("status", enum=list(STATUSES)),
    OpenApiParameter(
        "definition_id",
        {"type": "string", "minLength": 1, "maxLength": numbers.MAX_LENGTH},
        description="The number of one version of a workflow definition, or the key of all its versions.",
    ),
    OpenApiParameter("entity_type", {"type": "string", "minLength": 1, "maxLength": MAX_ENTITY_TYPE}),
    OpenApiParameter("overdue_only", bool, description="Only open tasks whose due date is past."),
]


def page_of(query: QueryDict) -> Page:
    """The page that is asked for. Raises Refused."""
    limit = pagination.number(query, "limit", DEFAULT_LIMIT, 1, MOST)
    return Page(limit, pagination.number(query, "offset", 0, 0, pagination.MAX_OFFSET))


def read(organization_id: int, query: QueryDict, now: datetime) -> dict[str, Any]:
    """Name -> value of the filters that are there. Raises Refused.

    A definition's id is its row's number; its key stands for all versions of it.
    """
    given: dict[str, Any] = {}
    state = _state(query)
    if state is not None:
        given |= {"state": state.value, "is_open": is_open(state)}  # the second one has an index
    if _flag(query, "overdue_only"):
        given["due_before"] = now
    definition = _text(query, "definition_id", numbers.MAX_LENGTH)
    if definition is not None:
        given["versions"] = tuple(_versions(organization_id, definition, numbers.number_of(definition) or 0))
    entity_type = _text(query, "entity_type", MAX_ENTITY_TYPE)
    if entity_type is not None:
        given["entity_type"] = entity_type
    return given


def conditions(organization_id: int, given: Mapping[str, Any]) -> Q:
    """What these values ask for."""
    wanted = Q()
    if "state" in given:
        wanted &= Q(state=given["state"], is_open=given["is_open"])
    if "due_before" in given:
        wanted &= Q(is_open=True, due_at__lt=given["due_before"])
    instances = Q()
    if "versions" in given:
        instances &= Q(instance__definition_id__in=given["versions"])
    if "entity_type" in given:
        instances &= Q(instance__entity_type=given["entity_type"])
    if instances:
        runs = StepRun.objects.filter(instances, instance__organization_id=organization_id, task__isnull=False)
        wanted &= Q(pk__in=runs.order_by().values("task_id"))
    return wanted


@prepared
def _versions(organization_id: int, key: str, number: int) -> QuerySet[WorkflowDefinition, int]:
    """The definitions meant, read apart: the database plans far better for numbers than for a subquery of them."""
    rows = WorkflowDefinition.objects.filter(Q(key=key) | Q(pk=number), organization_id=organization_id)
    return rows.order_by().values_list("pk", flat=True)


def _state(query: QueryDict) -> State | None:
    status = query.get("status")
    if status is not None and status not in STATUSES:
        raise bad_parameter("status", f"Must be one of {', '.join(STATUSES)}.")
    return None if status is None else STATUSES[status]


def _text(query: QueryDict, name: str, most: int) -> str | None:
    text = query.get(name)
    if text is not None and not 0 < len(text) <= most:
        raise bad_parameter(name, f"Must have 1 to {most} characters.")
    return text


def _flag(query: QueryDict, name: str) -> bool:
    text = query.get(name, "false").lower()
    if text not in FLAGS:
        raise bad_parameter(name, "Must be true or false.")
    return FLAGS[text]
