"""Instances and the visits of their steps."""

from collections.abc import Iterable
from typing import Any

from workflows.engine.progress import Progress
from workflows.engine.state import State
from workflows.models import StepRun, WorkflowInstance

from .common import person


def instances(rows: Iterable[WorkflowInstance]) -> list[dict[str, Any]]:
    return [instance(row) for row in rows]


def instance(row: WorkflowInstance) -> dict[str, Any]:
    definition, project = row.definition, row.project
    return {
        "id": row.uuid,
        "definition": {
            "id": definition.uuid,
            "key": definition.key,
            "name": definition.name,
            "version": definition.version,
        },
        "status": row.status,
        "has_incident": row.has_incident,
        "business_key": row.business_key,
        "entity": _entity(row),
        "project": {"id": project.uuid, "slug": project.slug, "name": project.name},
        "started_by": person(row.started_by),
        "started_at": row.started_at,
        "ended_at": row.ended_at,
        "updated_at": row.updated_at,
        "cancel_reason": row.cancel_reason or None,
        "version": row.version,
    }


def whole(
    row: WorkflowInstance, state: State, progress: Progress, runs: Iterable[StepRun], allowed: list[str]
) -> dict[str, Any]:
    return {
        **instance(row),
        "parent": row.parent.uuid if row.parent else None,
        "variables": state.variables,
        "progress": {
            "completed": progress.completed,
            "total": progress.total,
            "percent": progress.percent,
            "remaining_hours": progress.remaining.total_seconds() / 3600,
        },
        "steps": steps(runs),
        "allowed": allowed,
    }


def steps(runs: Iterable[StepRun]) -> list[dict[str, Any]]:
    return [step(run) for run in runs]


def step(run: StepRun) -> dict[str, Any]:
    task, is_open = run.task, run.state == StepRun.State.OPEN
    message = {"name": run.message, "correlation": run.correlation or None}
    return {
        "run": run.run,
        "step": run.step,
        "name": run.name,
        "type": run.kind,
        "visit": run.visit,
        "status": run.state,
        "task": {"id": task.uuid, "title": task.title, "status": task.state} if task else None,
        "instance": run.child.uuid if run.child else None,
        "waits_for": message if run.message and is_open else None,
        "entered_at": run.entered_at,
        "left_at": run.left_at,
        "outcome": run.outcome or None,
        "form_data": run.form_data,
        "completed_by": person(run.completed_by),
        "attempt": run.attempt,
        "error": run.error or None,
    }


def _entity(row: WorkflowInstance) -> dict[str, str] | None:
    entity = {"type": row.entity_type, "id": row.entity_id, "label": row.entity_label}
    return entity if any(entity.values()) else None
