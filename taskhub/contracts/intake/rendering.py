"""From a task's row and what hangs on it to the contract's JSON."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from taskhub.contracts.rows import Row

from .mapping import PRIORITY_WORDS, REFERENCES, STATES
from .references import Hung, hung_on

COLUMNS = (
    "id", "uuid", "title", "description", "tags", "due_at", "created_at", "updated_at", "priority",
    "created_by__uuid", "version", "state", "category",
)  # fmt: skip


def tasks(rows: Iterable[Row], company: UUID) -> list[dict[str, Any]]:
    """The tasks as the contract shows them; one query for all that hangs on them."""
    rows = list(rows)
    found = hung_on([row["id"] for row in rows])
    return [task(row, found[row["id"]], company) for row in rows]


def task(row: Row, hung: Hung, company: UUID) -> dict[str, Any]:
    return {
        "id": row["uuid"],
        "title": row["title"],
        "description": row["description"],
        "tags": row["tags"],
        "deadline": row["due_at"],
        "created_at": row["created_at"],
        "updated_at": row["updated_at"],
        "priority": PRIORITY_WORDS[row["priority"]],
        "created_by_id": row["created_by__uuid"],
        "company_id": company,
        "version": row["version"],
        "status": STATES[row["state"]],
        **{name: hung.ids.get(name) for name in REFERENCES},
        "type": row["category"] or None,
        "external_message_ids": hung.messages,
    }
