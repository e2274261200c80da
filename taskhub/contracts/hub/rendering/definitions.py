"""Definitions and what has changed between them."""

from collections.abc import Iterable, Sequence
from typing import Any

from workflows.engine.definition import Definition
from workflows.engine.diff import Change
from workflows.engine.faults import InvalidDefinition
from workflows.models import WorkflowDefinition

from .common import person

MOST_CHANGES = 1_000


def definitions(rows: Iterable[WorkflowDefinition]) -> list[dict[str, Any]]:
    return [definition(row) for row in rows]


def definition(row: WorkflowDefinition) -> dict[str, Any]:
    return {
        "id": row.uuid,
        "key": row.key,
        "version": row.version,
        "status": row.status,
        "name": row.name,
        "entity_type": row.entity_type or None,
        "created_by": person(row.created_by),
        "created_at": row.created_at,
        "updated_at": row.updated_at,
        "published_at": row.published_at,
        "retired_at": row.retired_at,
    }


def whole(row: WorkflowDefinition, running: int) -> dict[str, Any]:
    return {**definition(row), "document": row.document, "running_instances": running}


def sound(found: Definition) -> dict[str, Any]:
    """The answer to the validation of a definition that can be used."""
    edges = sum(map(len, found.graph.onward.values()))
    return {"valid": True, "faults": [], "steps": len(found.steps), "edges": edges}


def faulty(error: InvalidDefinition) -> dict[str, Any]:
    """The answer for one that cannot."""
    faults = [{"path": fault.path, "message": fault.message} for fault in error.faults]
    return {"valid": False, "faults": faults, "steps": None, "edges": None}


def diff(old: WorkflowDefinition, new: WorkflowDefinition, changes: Sequence[Change]) -> dict[str, Any]:
    return {
        "from": _version(old),
        "to": _version(new),
        "changes": [_change(change) for change in changes[:MOST_CHANGES]],
        "truncated": len(changes) > MOST_CHANGES,
    }


def _version(row: WorkflowDefinition) -> dict[str, Any]:
    return {"id": row.uuid, "version": row.version, "status": row.status}


def _change(change: Change) -> dict[str, Any]:
    return {
        "kind": change.kind.value,
        "step": change.step or None,
        "field": change.field or None,
        "before": change.before,
        "after": change.after,
    }
