"""Reads of instances: what an actor sees, one instance, its visits, its history. Definitions: `workflows.catalog`."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.access import visible_projects
from accounts.actor import Actor
from accounts.prepared import prepared
from tasks.models import Task
from workflows.models import InstanceEvent, StepRun, WorkflowInstance
from workflows.policy import Standing, standing_of
from workflows.store import no_such_instance

MOST_RUNS = 1_000
MOST_PREVIOUS = 200
MOST_EVENTS = 1_000


def visible_instances(actor: Actor) -> QuerySet[WorkflowInstance]:
    """The instances the actor may see, newest first, without the large columns that lists have no use for."""
    rows = WorkflowInstance.objects.filter(organization_id=actor.organization_id).order_by("-id")
    rows = rows.select_related("definition", "project", "started_by").defer("state", "definition__document")
    if actor.is_manager:
        return rows
    viewed = Q(project_id__in=visible_projects(actor).values("pk"))
    return rows.filter(viewed | Q(started_by_id=actor.person_id))


def instance(actor: Actor, key: UUID | int) -> tuple[WorkflowInstance, Standing]:
    """One instance and what the actor is to it. Raises NotFound (`instance_not_found`) if they may not see it."""
    named = {"uuid": key} if isinstance(key, UUID) else {"pk": key}
    rows = WorkflowInstance.objects.filter(organization_id=actor.organization_id, **named)
    found = rows.select_related("definition", "project", "started_by", "parent").defer("definition__document").first()
    if found is None:
        raise no_such_instance()
    return found, standing_of(actor, found)


def runs(instance: WorkflowInstance) -> list[StepRun]:
    """The latest visits of its steps, at most MOST_RUNS, oldest first, with their tasks and who completed them."""
    return list(visits(instance)[:MOST_RUNS])[::-1]


def visits(instance: WorkflowInstance) -> QuerySet[StepRun]:
    """All visits of its steps, newest first, with the same."""
    rows = StepRun.objects.filter(instance_id=instance.pk).order_by("-id")
    return rows.select_related("task", "completed_by", "child").defer("child__state")


def history(instance: WorkflowInstance) -> list[InstanceEvent]:
    """What happened to it as a whole, oldest first, at most MOST_EVENTS."""
    rows = InstanceEvent.objects.filter(instance_id=instance.pk).select_related("actor").order_by("-id")
    return list(rows[:MOST_EVENTS])[::-1]


def run_of(task: Task) -> StepRun | None:
    """The visit that this task is for, with its instance and definition; None if it is no workflow's step."""
    if task.instance_id is None:
        return None
    rows = StepRun.objects.filter(task_id=task.pk)
    rows = rows.select_related("instance__definition").defer("instance__definition__document")
    return rows.first()


def previous_steps(task: Task) -> list[StepRun]:
    """The tasks done in its instance before this task came, oldest first, at most MOST_PREVIOUS."""
    if task.instance_id is None:
        return []
    done = StepRun.objects.filter(
        instance_id=task.instance_id, task__isnull=False, state=StepRun.State.DONE, left_at__lte=task.created_at
    ).exclude(task_id=task.pk)
    return list(done.select_related("completed_by").order_by("-left_at", "-id")[:MOST_PREVIOUS])[::-1]


def names_by_task(tasks: Iterable[Task]) -> dict[int, str]:
    """Task id -> the name of its workflow, for those of many tasks that are steps. One query."""
    steps = [task.pk for task in tasks if task.instance_id is not None]
    return dict(_names(steps)) if steps else {}


@prepared
def _names(task_ids: list[int]) -> QuerySet[StepRun, tuple[int, str]]:
    rows = StepRun.objects.filter(task_id__in=task_ids).order_by()
    return rows.values_list("task_id", "instance__definition__name")
