"""Tasks as rows: what a list reads by `values()` and what a command returns are rendered by the same function."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from tasks.models import Task

Row = Mapping[str, Any]


def row_of(task: Task, columns: Iterable[str], *, created_by: UUID | None = None) -> Row:
    """A loaded task with the values of `columns`; `created_by` spares a query where its creator is not loaded."""
    creator = created_by or (task.created_by.uuid if task.created_by else None)
    own = {name: getattr(task, name) for name in columns if "__" not in name}
    return {**own, "created_by__uuid": creator}
