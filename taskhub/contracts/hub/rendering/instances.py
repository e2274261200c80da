"""Instances and the visits of their steps."""

from collections.abc import Iterable
from typing import Any

from taskhub.contracts.rows import Row, row_of
from workflows.engine.progress import Progress
from workflows.engine.state import State
from workflows.models import StepRun, WorkflowInstance

from .common import PERSON, person, person_at

COLUMNS = (
    "id", "uuid", "status", "has_incident", "business_key", "started_at", "ended_at", "updated_at", "cancel_reason",
    "version", "entity_type", "entity_id", "entity_label", "definition__uuid", "definition__key", "definition__name",
    "definition__version", "project__uuid", "project__slug", "project__name",
    *(f"started_by__{part}" for part in PERSON),
)  # fmt: skip


def instances(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """Rows with COLUMNS, as lists show them."""
    return [instance(row) for row in rows]


def instance(row: Row) -> dict[str, Any]:
    return {
        "id": row["uuid"],
        "definition": {
            "id": row["definition__uuid"],
            "key": row["definition__key"],
            "name": row["definition__name"],
            "version": row["definition__version"],
        },
        "status": row["status"],
        "has_incident": row["has_incident"],
        "business_key": row["business_key"],
        "entity": _entity(row),
        "project": {"id": row["project__uuid"], "slug": row["project__slug"], "name": row["project__name"]},
        "started_by": person_at(row, "started_by"),
        "started_at": row["started_at"],
        "ended_at": row["ended_at"],
        "updated_at": row["updated_at"],
        "cancel_reason": row["cancel_reason"] or None,
        "version": row["version"],
    }


def whole(
    row: WorkflowInstance, state: State, progress: Progress, runs: Iterable[StepRun], allowed: list[str]
) -> dict[str, Any]:
    return {
        **instance(row_of(row, COLUMNS)),
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


def _entity(row: Row) -> dict[str, str] | None:
    entity = {part: row[f"entity_{part}"] for part in ("type", "id", "label")}
    return entity if any(entity.values()) else None
