"""The completed tasks of an upload as they go out, for contracts and pages alike: as plain values, and as a table.

A table (RFC 4180) has a row for each task and a column for each field that any of them has. Texts that a spreadsheet
would take for a formula are written with an apostrophe before them.
"""

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any

from .formats import dumps

OWN = ("task_id", "filename", "step", "completed_at", "exported_at")
FORMULAS = ("=", "+", "-", "@", "\t", "\r")


def exported(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The rows of an export as plain values; `data` is what the form holds and what was found beyond it."""
    return [
        {
            "task_id": row["task_uuid"],
            "filename": row["name"],
            "step": row["step"],
            "data": row["data"] | row["found"],
            "completed_at": row["closed_at"],
            "exported_at": row["exported_at"],
        }
        for row in rows
    ]


def table(tasks: Iterable[Mapping[str, Any]]) -> str:
    """The whole table, its head first."""
    tasks = list(tasks)
    names = list(dict.fromkeys(name for task in tasks for name in task["data"]))
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([*OWN, *(cell(f"data.{name}") for name in names)])
    for task in tasks:
        writer.writerow([cell(task[name]) for name in OWN] + [cell(task["data"].get(name)) for name in names])
    return out.getvalue()


def cell(value: Any) -> str:
    """A value as text: lists and objects are JSON, and nothing is a formula."""
    if value is None:
        return ""
    if isinstance(value, str):
        return f"'{value}" if value.startswith(FORMULAS) else value
    return dumps(value).decode().strip('"')
