"""From rows to the contract's JSON: plain dicts, no reads."""

from collections.abc import Iterable, Mapping
from typing import Any

from .mapping import LOCKED, status_of
from .project import InProject

Row = Mapping[str, Any]
_OF_DOCUMENT = ("step", "found", "issues", "metadata", "exported_at", "upload__uuid", "document__name")
COLUMNS = (
    "id", "uuid", "state", "closed_reason", "form_data", "metadata", "created_at", "updated_at", "closed_at",
    *(f"document_task__{name}" for name in _OF_DOCUMENT),
)  # fmt: skip


def tasks(rows: Iterable[Row], where: InProject) -> list[dict[str, Any]]:
    return [task(row, where) for row in rows]


def task(row: Row, where: InProject) -> dict[str, Any]:
    """A task with what its document adds to it; a task that came in elsewhere has none."""
    own = {name: row[f"document_task__{name}"] for name in _OF_DOCUMENT}
    status = status_of(row["state"], row["closed_reason"])
    return {
        "task_id": row["uuid"],
        "team_id": where.team,
        "project_id": where.uuid,
        "upload_id": own["upload__uuid"],
        "status": status,
        "step": own["step"],
        "filename": own["document__name"],
        "data": row["form_data"] | (own["found"] or {}),
        "issues": own["issues"] or [],
        "metadata": row["metadata"] | (own["metadata"] or {}),
        "locked": status in LOCKED,
        "exported_at": own["exported_at"],
        "created_at": row["created_at"],
        "updated_at": row["updated_at"],
        "completed_at": row["closed_at"] if status == "COMPLETED" else None,
    }
