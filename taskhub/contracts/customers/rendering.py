"""From a task's row and parts to the contract's JSON. Plain dicts on purpose: lists of a thousand tasks pass here."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from taskhub.contracts.rows import Row
from tasks.domain.lifecycle import ShareState
from tasks.models import Priority
from tasks.parts import EventPart, Parts, SharePart, parts

from .mapping import ACTIONS, NOT_NEEDED, SHARES, STATES

COLUMNS = (
    "id", "uuid", "title", "category", "description", "priority", "state", "is_open",
    "weight", "performed_weight", "created_at", "created_by__uuid", "metadata",
)  # fmt: skip


def tasks(rows: Iterable[Row], customer: UUID) -> list[dict[str, Any]]:
    """The tasks as the contract shows them; one query for all their parts."""
    rows = list(rows)
    found = parts([row["id"] for row in rows], events=ACTIONS, references=False)
    return [task(row, found[row["id"]], customer) for row in rows]


def task(row: Row, its: Parts, customer: UUID) -> dict[str, Any]:
    return {
        "id": row["uuid"],
        "title": row["title"],
        "category": row["category"],
        "description": row["description"],
        "is_urgent": row["priority"] == Priority.URGENT,
        "status": STATES[row["state"]],
        "weight": row["weight"],
        "performed_weight": row["performed_weight"],
        "customer_id": customer,
        "assignees": assignees(row, its),
        "created_at": row["created_at"],
        "created_by": row["created_by__uuid"],
        "metadata": {**row["metadata"], **history(its.events)},
    }


def assignees(row: Row, its: Parts) -> list[dict[str, Any]]:
    """The current shares; those that a reassignment replaced are history."""
    return [_assignee(row, share) for share in its.current_shares]


def _assignee(row: Row, share: SharePart) -> dict[str, Any]:
    state = ShareState(share.state)
    is_moot = state == ShareState.PENDING and not row["is_open"]
    return {
        "id": share.uuid,
        "name": share.name,
        "task_id": row["uuid"],
        "user_id": share.user_uuid,
        "status": NOT_NEEDED if is_moot else SHARES[state],
        "weight": share.weight,
        "task_completed": state == ShareState.PERFORMED,
        "assigned_at": share.assigned_at,
    }


def history(events: Iterable[EventPart]) -> dict[str, Any]:
    """`logs`: every documented action in order; `actions`: the latest of each kind by its name."""
    logs: list[dict[str, Any]] = []
    before = ""
    for event in events:
        if not (event.type == "task.completed" and before == "share.performed"):
            logs.append(_entry(event))
        before = event.type
    return {"logs": logs, "actions": {entry["action"]: entry for entry in logs}}


def _entry(event: EventPart) -> dict[str, Any]:
    metadata = event.payload.get("metadata") or {}
    reason = event.payload.get("reason") or metadata.get("reason")
    weight = event.payload.get("weight") if event.type == "share.performed" else None
    more = {"reason": reason if isinstance(reason, str) else None, "weight": float(weight) if weight else None}
    return {
        "action": ACTIONS[event.type],
        "user_id": event.user_uuid,
        "name": event.name,
        "at": event.at,
        **{name: value for name, value in more.items() if value is not None},
        **({"metadata": metadata} if metadata else {}),
    }
