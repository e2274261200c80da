"""Workflows in the words of the bots contract."""

from collections.abc import Iterable, Mapping
from typing import Any

from taskhub.contracts.bots.ids import public
from taskhub.contracts.bots.mapping import STATES
from tasks.domain.lifecycle import State as TaskState
from workflows.engine.definition import Definition
from workflows.engine.steps import Human, Process, Step, To
from workflows.estimating import Outlook
from workflows.models import StepRun, WorkflowInstance

Status = WorkflowInstance.Status
ENDED = {Status.COMPLETED: "completed", Status.CANCELED: "cancelled", Status.FAILED: "cancelled"}
VISITS = {StepRun.State.DONE: "completed", StepRun.State.CANCELED: "cancelled", StepRun.State.FAILED: "in_progress"}
"""A step that stands still has been begun and is not done."""
Holder = tuple[str | None, str | None]
"""Who does a task: a username, or a team's slug."""


def status_word(row: WorkflowInstance, *, has_begun: bool) -> str:
    return ENDED.get(Status(row.status), "in_progress" if has_begun else "pending")


def status(row: WorkflowInstance, seen: Outlook) -> dict[str, Any]:
    """How far it is, as documented."""
    return {
        "workflow_id": public("wf", row.uuid),
        "name": row.definition.name,
        "status": status_word(row, has_begun=seen.has_begun),
        "progress": seen.progress.percent,
        "completed_steps": seen.progress.completed,
        "total_steps": seen.progress.total,
        "current_step": seen.current,
        "estimated_completion": seen.ends_at,
    }


def listed(row: WorkflowInstance) -> dict[str, Any]:
    """In a list; `has_begun` comes with the row."""
    return {
        "workflow_id": public("wf", row.uuid),
        "name": row.definition.name,
        "status": status_word(row, has_begun=row.has_begun),  # type: ignore[attr-defined]
        **_whose(row),
    }


def whole(
    row: WorkflowInstance,
    seen: Outlook,
    definition: Definition,
    runs: Iterable[StepRun],
    holders: Mapping[int, Holder],
) -> dict[str, Any]:
    """With its steps in the order of the definition, each with its latest visit. `holders` are by the tasks' ids."""
    latest = {run.step: run for run in runs}
    context = row.state["variables"].get("context")
    return {
        **status(row, seen),
        **_whose(row),
        "project": row.project.slug,
        "context": context if isinstance(context, dict) else {},
        "version": row.version,
        "steps": [_step(step, definition, row, latest.get(step.key), holders) for step in definition.steps],
    }


def _whose(row: WorkflowInstance) -> dict[str, Any]:
    return {
        "created_at": row.started_at,
        "created_by": row.started_by.username if row.started_by else None,
        "completed_at": row.ended_at if row.status == Status.COMPLETED else None,
    }


def _step(
    step: Step, definition: Definition, row: WorkflowInstance, run: StepRun | None, holders: Mapping[int, Holder]
) -> dict[str, Any]:
    task = run.task if run else None
    user, team = holders.get(task.pk, (None, None)) if task else _meant(step)
    done = run is not None and run.state == StepRun.State.DONE
    return {
        "name": step.name,
        "type": step.type.value,
        "status": _step_status(row, run),
        "assignee": user,
        "team": team,
        "duration_hours": step.duration.total_seconds() / 3_600 if step.duration else None,
        "depends_on": [definition.step(key).name for key in step.depends_on],
        "task_id": public("tsk", task.uuid) if task else None,
        "started_at": run.entered_at if run else None,
        "completed_at": run.left_at if run and done else None,
    }


def _step_status(row: WorkflowInstance, run: StepRun | None) -> str:
    """What was never opened is still to come, or will not come any more."""
    if run is None:
        return "pending" if row.status == Status.RUNNING else "cancelled"
    if run.state in VISITS:
        return VISITS[StepRun.State(run.state)]
    return (STATES[TaskState(run.task.state)] if run.task else None) or "in_progress"


def _meant(step: Step) -> Holder:
    """Whom the definition names for a step that has not been opened."""
    assign = step.work.assign if isinstance(step.work, Human | Process) else None
    if assign is None or not assign.names:
        return None, None
    if assign.to == To.TEAM:
        return None, assign.names[0]
    return (assign.names[0] if assign.to in (To.USER, To.USERS) else None), None
