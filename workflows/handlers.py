"""What a closed task does to its instance: inline, in the transaction that closes it, under the tree's lock."""

from django.db.models import QuerySet

from accounts.prepared import prepared
from tasks.domain.errors import WrongState
from tasks.events import beside
from tasks.models import Event
from workflows.engine.events import Event as EngineEvent
from workflows.engine.events import Reopen, StepCompleted, StepFailed
from workflows.models import InstanceEvent, StepRun, WorkflowInstance
from workflows.moving import Move, is_moving
from workflows.writing import opener_of

ENDINGS = {"task.declined": "declined", "task.canceled": "canceled", "task.failed": "failed"}
"""Events of tasks that have ended, not by being completed -> the outcome that a step may have a result for."""


def task_closed(event: Event) -> None:
    """Lead the instance on. A task that the instance itself is closing tells it nothing new."""
    task = event.task
    if task.instance_id is None or is_moving(task.instance_id):
        return
    run = _run_of(task.pk)
    if run is None or run.state != StepRun.State.OPEN:
        return
    move = Move(opener_of(event), event.created_at, by={run.run: event.actor_id})
    case = move.case(run.instance)
    case.know(run)
    move.make(case, _engine_event(event, run.run))


def task_unlocked(event: Event) -> None:
    """Lead the instance back to the step. Raises WrongState where there is none to go back to."""
    run = _run_of(event.task_id)
    if run is None or (run.instance.parent_id and run.instance.status != WorkflowInstance.Status.RUNNING):
        words = "Its workflow has gone on since this step was closed."
        raise WrongState(words, verb="unlock", state=event.task.state, code="gone_on")
    move = Move(opener_of(event), event.created_at)
    case = move.case(run.instance)
    case.know(run)
    if not case.state.is_running:
        move.note(case, InstanceEvent.Type.REOPENED, step=run.step)
    move.make(case, Reopen(run.run, run.step, run.visit, run.form_data))


def _run_of(task_id: int) -> StepRun | None:
    """The visit whose task it is, with its instance. There is one at most."""
    return next(iter(_runs_of(task_id)), None)


@prepared
def _runs_of(task_id: int) -> QuerySet[StepRun]:
    return StepRun.objects.filter(task_id=task_id).select_related("instance").order_by()


def _engine_event(event: Event, run: str) -> EngineEvent:
    outcome = ENDINGS.get(event.type)
    if outcome is None:
        data = event.task.form_data if event.task.form_fields else {}
        return StepCompleted(run, event.task.outcome, data)
    reasons = [said.payload["reason"] for said in beside(event) if said.payload.get("reason")]
    reason = reasons[-1] if reasons else ""
    return StepFailed(run, f"its task was {outcome}{f': {reason}' if reason else ''}", outcome=outcome)
