"""From a row to the contract's JSON. Pure."""

from typing import Any

from taskhub.contracts.bots.ids import public
from taskhub.contracts.bots.mapping import PRIORITY_WORDS, STATES
from taskhub.contracts.rows import Row
from tasks.domain.lifecycle import State
from tasks.models import Task


def listed(row: Row) -> dict[str, Any]:
    """A task in a list."""
    return {
        "task_id": public("tsk", row["uuid"]),
        "title": row["title"],
        "status": STATES[row["state"]],
        "assignee": row["assignee"],
        "priority": PRIORITY_WORDS[row["priority"]],
        "due_date": row["due_at"],
        "progress": progress(row),
    }


def one(row: Row) -> dict[str, Any]:
    """A task at its own address, as documented."""
    return {
        "task_id": public("tsk", row["uuid"]),
        "title": row["title"],
        "description": row["description"],
        "status": STATES[row["state"]],
        "assignee": _assignee(row),
        "priority": PRIORITY_WORDS[row["priority"]],
        "due_date": row["due_at"],
        "created_at": row["created_at"],
        "updated_at": row["updated_at"],
        "progress": progress(row),
        "time_spent_minutes": row["spent"],
        "comments_count": row["comment_count"],
        "attachments_count": row["file_count"],
    }


def whole(row: Row) -> dict[str, Any]:
    """The same with what the document does not name."""
    is_done = row["state"] == State.COMPLETED
    return {
        **one(row),
        "tags": row["tags"],
        "context": row["metadata"].get("context", {}),
        "project": row["project__slug"],
        "created_by": row["created_by__username"],
        "checklist": {"total": row["item_count"], "done": row["item_done"]},
        "resolution": row["resolution"],
        "outcomes": _outcomes(row),
        "completed_at": row["closed_at"] if is_done else None,
        "completed_by": row["closed_by__username"] if is_done else None,
        "version": row["version"],
    }


def created(task: Task, creator: str) -> dict[str, Any]:
    """A new task."""
    return {
        "task_id": public("tsk", task.uuid),
        "title": task.title,
        "status": STATES[State(task.state)],
        "created_at": task.created_at,
        "created_by": creator or None,
    }


def progress(row: Row) -> int:
    """What is completed is done, whatever was said before."""
    return 100 if row["state"] == State.COMPLETED else int(row["progress"])


def _assignee(row: Row) -> dict[str, Any] | None:
    if not row["assignee"]:
        return None
    name = row["assignee_name"] or row["assignee"]
    return {"user_id": row["assignee"], "name": name, "avatar_url": row["assignee_avatar"] or None}


def _outcomes(row: Row) -> list[str]:
    if not row["outcome"]:
        return []
    metadata = (row["said"] or {}).get("metadata", {})
    said = metadata.get("outcomes") if isinstance(metadata, dict) else None
    return said if isinstance(said, list) and row["outcome"] in said else [row["outcome"]]
