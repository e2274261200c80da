"""From rows to the contract's JSON: plain dicts, no reads."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from tasks.models import Report
from workflows.models import Upload
from workflows.uploads import Progress

from .mapping import LOCKED, REPORTS, status_of
from .project import InProject

Row = Mapping[str, Any]
_OF_DOCUMENT = ("step", "found", "issues", "metadata", "exported_at", "upload__uuid", "document__name")
COLUMNS = (
    "id", "uuid", "state", "closed_reason", "form_data", "metadata", "created_at", "updated_at", "closed_at",
    *(f"document_task__{name}" for name in _OF_DOCUMENT),
)  # fmt: skip
BRIEF = ("task__uuid", "task__state", "task__closed_reason", "document__name")


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


def briefly(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """Tasks as an upload lists them."""
    return [
        {
            "task_id": row["task__uuid"],
            "filename": row["document__name"],
            "status": status_of(row["task__state"], row["task__closed_reason"]),
        }
        for row in rows
    ]


def uploads(rows: Iterable[Upload], progress: Mapping[int, Progress], where: InProject) -> list[dict[str, Any]]:
    return [
        {
            "upload_id": row.uuid,
            "team_id": where.team,
            "project_id": where.uuid,
            "status": progress[row.pk].status,
            "documents": row.size,  # type: ignore[attr-defined]  # the query counts them
            "counts": progress[row.pk].counts,
            "created_at": row.created_at,
        }
        for row in rows
    ]


def reported(row: Report) -> dict[str, Any]:
    """A report as who made it hears of it."""
    return {"report_id": row.uuid, "status": REPORTS[row.state]}


def parts(row: Report) -> dict[str, Any]:
    """What became of each part of a report, where one of them failed."""
    external = {"part": "external", "status": 502, "message": row.error}
    return {"results": [{"part": "local", "status": 201, "message": "The report is kept."}, external]}


def reports(rows: Iterable[Report], task: UUID) -> list[dict[str, Any]]:
    return [
        {
            **reported(row),
            "task_id": task,
            "reason": row.reason,
            "description": row.description,
            "error": row.error or None,
            "created_at": row.created_at,
        }
        for row in rows
    ]
