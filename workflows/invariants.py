"""What must always be true of workflow instances and of what hangs on them. How checks work: `accounts.invariants`."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.db.models import CharField, Count, Exists, F, Max, Model, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Concat

from accounts.invariants import ids, invariant
from tasks.domain.lifecycle import State as TaskState
from tasks.models import Task
from workflows.engine.state import State
from workflows.engine.steps import Kind
from workflows.models import (
    AutomationRule,
    Document,
    DocumentTask,
    InstanceEvent,
    Processing,
    RuleRun,
    StepRun,
    Timer,
    TriggerEvent,
    Upload,
    WorkflowDefinition,
    WorkflowInstance,
)

RUNNING = WorkflowInstance.Status.RUNNING
OPEN = (StepRun.State.OPEN, StepRun.State.FAILED)
CHUNK = 500
ENDS = (InstanceEvent.Type.COMPLETED, InstanceEvent.Type.CANCELED)

PARENTS: tuple[tuple[type[Model], str], ...] = (
    (WorkflowInstance, "definition"),
    (WorkflowInstance, "project"),
    (WorkflowInstance, "root"),
    (WorkflowInstance, "parent"),
    (StepRun, "instance"),
    (StepRun, "task"),
    (StepRun, "child"),
    (Timer, "instance"),
    (InstanceEvent, "instance"),
    (AutomationRule, "project"),
    (RuleRun, "rule"),
    (RuleRun, "event"),
    (RuleRun, "trigger"),
    (RuleRun, "task"),
    (Upload, "project"),
    (Upload, "definition"),
    (Document, "upload"),
    (Document, "instance"),
    (DocumentTask, "task"),
    (DocumentTask, "document"),
    (DocumentTask, "upload"),
    (Processing, "instance"),
    (Processing, "task"),
)
"""Row -> what it hangs on: both must be of one organization."""


def _of_instance(rows: QuerySet[Any]) -> Exists:
    return Exists(rows.filter(instance=OuterRef("pk")))


@invariant
def no_open_task_in_a_closed_instance() -> Iterator[str]:
    """A workflow instance that has ended leaves no task, no step and no timer behind."""
    ended = WorkflowInstance.objects.exclude(status=RUNNING)
    tasks = Task.objects.filter(is_open=True, instance_id__in=ended.values("pk"))
    yield from ids(tasks, "task {}: it is open and its workflow instance has ended")
    yield from ids(StepRun.objects.filter(state__in=OPEN, instance__in=ended), "step run {}: open in an ended instance")
    yield from ids(Timer.objects.filter(instance__in=ended), "timer {}: its instance has ended")


@invariant
def running_instances_wait_for_something() -> Iterator[str]:
    """A running instance has a step that waits for somebody or something, or stands still and says so."""
    idle = WorkflowInstance.objects.filter(~_of_instance(StepRun.objects.filter(state__in=OPEN)), status=RUNNING)
    return ids(idle, "instance {}: it is running and waits for nothing")


@invariant
def open_steps_are_being_done() -> Iterator[str]:
    """An open step has what it waits for: its task, its timer, its message or the instance that it started."""
    waiting = StepRun.objects.filter(state=StepRun.State.OPEN, instance__status=RUNNING)
    timer = Exists(Timer.objects.filter(instance=OuterRef("instance"), run=OuterRef("run")))
    child = Exists(WorkflowInstance.objects.filter(pk=OuterRef("child"), status=RUNNING))
    lost = {
        Kind.HUMAN: waiting.exclude(task__is_open=True),
        Kind.AUTOMATIC: waiting.filter(~timer).exclude(task__is_open=True),
        Kind.WAIT: waiting.filter(~timer, message=""),
        Kind.WORKFLOW: waiting.filter(~child),
    }
    for kind, rows in lost.items():
        yield from ids(rows.filter(kind=kind), "step run {}: nothing will ever end it")


@invariant
def open_tasks_belong_to_open_steps() -> Iterator[str]:
    """An open task of an instance is the task of one of its open steps."""
    step = StepRun.objects.filter(task=OuterRef("pk"), instance_id=OuterRef("instance_id"), state=StepRun.State.OPEN)
    rows = Task.objects.filter(Q(instance_id__isnull=False), ~Exists(step), is_open=True)
    return ids(rows, "task {}: no step of its workflow instance waits for it")


@invariant
def instances_end_once() -> Iterator[str]:
    """An instance that has ended says when, and its history says so once; one that runs has not, or runs again."""
    yield from ids(
        WorkflowInstance.objects.filter(Q(status=RUNNING) ^ Q(ended_at__isnull=True)),
        "instance {}: ended_at contradicts its status",
    )
    ends = Count("events", filter=Q(events__type__in=ENDS))
    again = Count("events", filter=Q(events__type=InstanceEvent.Type.REOPENED))
    rows = WorkflowInstance.objects.exclude(status=WorkflowInstance.Status.FAILED).annotate(ends=ends - again)
    wrong = rows.filter(Q(status=RUNNING) & ~Q(ends=0) | (~Q(status=RUNNING) & ~Q(ends=1)))
    yield from ids(wrong, "instance {}: its history tells another end than its status")


@invariant
def incidents_are_shown() -> Iterator[str]:
    """An instance shows an incident exactly while one of its steps stands still."""
    stuck = _of_instance(StepRun.objects.filter(state=StepRun.State.FAILED))
    wrong = Q(stuck, has_incident=False) | Q(~stuck, has_incident=True)
    return ids(WorkflowInstance.objects.filter(wrong), "instance {}: has_incident contradicts its steps")


@invariant
def states_tell_the_open_steps() -> Iterator[str]:
    """What the engine believes to be open is what the rows say: the same runs of the same steps."""
    rows = WorkflowInstance.objects.order_by("pk").values_list("pk", "state").iterator(chunk_size=CHUNK)
    while chunk := dict(islice(rows, CHUNK)):
        told: dict[int, set[tuple[str, str]]] = {pk: set() for pk in chunk}
        open_runs = StepRun.objects.filter(instance__in=chunk, state__in=OPEN)
        for pk, run, step in open_runs.values_list("instance_id", "run", "step"):
            told[pk].add((run, step))
        for pk, said in chunk.items():
            if told[pk] != {(run.id, run.step) for run in State.from_json(said).runs.values()}:
                yield f"instance {pk}: its state tells of other open steps than its rows"


@invariant
def parts_of_instances_stay_in_the_organization() -> Iterator[str]:
    """Every row of a workflow belongs to the organization of what it hangs on."""
    for model, parent in PARENTS:
        rows = model._default_manager.filter(**{f"{parent}__isnull": False})
        strangers = rows.exclude(organization_id=F(f"{parent}__organization_id"))
        yield from ids(strangers, f"{model._meta.verbose_name} {{}}: it is of another organization than its {parent}")
    alien = Task.objects.filter(instance_id__isnull=False).exclude(
        organization_id__in=WorkflowInstance.objects.filter(pk=OuterRef("instance_id")).values("organization_id")
    )
    yield from ids(alien, "task {}: its workflow instance is of another organization, or is none")


@invariant
def only_published_definitions_are_run() -> Iterator[str]:
    """No instance runs a draft."""
    drafts = WorkflowDefinition.objects.filter(status=WorkflowDefinition.Status.DRAFT)
    return ids(WorkflowInstance.objects.filter(definition__in=drafts), "instance {}: its definition is a draft")


@invariant
def schedules_have_a_next_slot() -> Iterator[str]:
    """A rule with a schedule that is on has a next slot."""
    rows = AutomationRule.objects.filter(enabled=True, trigger_type="schedule", next_fire_at__isnull=True)
    return ids(rows, "rule {}: it is on, and its schedule never comes")


@invariant
def runs_say_what_set_them_off() -> Iterator[str]:
    """The cause of a run is the event or the trigger that it names, or a slot; a task's rule runs about its task."""
    named = Concat(Value("event:"), Cast("event_id", CharField()))
    yield from ids(RuleRun.objects.filter(event__isnull=False).exclude(cause=named), "rule run {}: of another event")
    named = Concat(Value("trigger:"), Cast("trigger_id", CharField()))
    others = RuleRun.objects.filter(trigger__isnull=False).exclude(cause=named)
    yield from ids(others, "rule run {}: of another trigger")
    strays = RuleRun.objects.filter(event__isnull=False).exclude(task_id=F("event__task_id"))
    yield from ids(strays, "rule run {}: about another task than its event")
    unlooked = TriggerEvent.objects.filter(looked_at__isnull=True, runs__isnull=False)
    yield from ids(unlooked, "trigger {}: it has runs and nobody has looked at it")


@invariant
def processing_is_owed_to_open_steps() -> Iterator[str]:
    """What is owed is a step's whose task waits for it; a task that is being processed is owed that, or rests."""
    open_runs = StepRun.objects.filter(state=StepRun.State.OPEN, task__state=TaskState.PROCESSING)
    of_row = open_runs.filter(instance=OuterRef("instance"), run=OuterRef("run"), task=OuterRef("task"))
    yield from ids(Processing.objects.filter(~Exists(of_row)), "processing {}: no step waits for it")
    owed = Exists(Processing.objects.filter(task=OuterRef("task")))
    rests = Exists(Timer.objects.filter(instance=OuterRef("instance"), run=OuterRef("run"), kind=Timer.Kind.RETRY))
    yield from ids(open_runs.filter(~owed, ~rests), "step run {}: nobody will ever process it")


@invariant
def documents_are_of_their_upload() -> Iterator[str]:
    """A document goes through its upload's pipeline, in the upload's project; its places count from 1 without gaps."""
    strays = Document.objects.exclude(instance__project_id=F("upload__project_id"))
    yield from ids(strays, "document {}: its instance is in another project than its upload")
    ends = Upload.objects.annotate(number=Count("documents"), last=Max("documents__position"))
    yield from ids(ends.exclude(number=F("last")), "upload {}: the places of its documents have gaps")


@invariant
def document_tasks_are_of_their_document() -> Iterator[str]:
    """A task of a pipeline is of the instance tree of its document, and names the document's upload."""
    strays = DocumentTask.objects.exclude(upload_id=F("document__upload_id"))
    yield from ids(strays, "task {}: it names another upload than its document")
    own = WorkflowInstance.objects.filter(pk=OuterRef("task__instance_id")).order_by()
    rooted = DocumentTask.objects.annotate(tree=Subquery(own.values(tree=Coalesce("root_id", "pk"))))
    others = rooted.filter(Q(tree__isnull=True) | ~Q(tree=F("document__instance_id")))
    yield from ids(others, "task {}: it is of another workflow instance than its document")
    early = DocumentTask.objects.filter(exported_at__isnull=False).exclude(task__state=TaskState.COMPLETED)
    yield from ids(early, "task {}: it is exported and not completed")
