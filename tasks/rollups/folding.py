"""From entries to roll-ups, by statements that both databases understand."""

from collections.abc import Sequence
from typing import Any

from django.db import connection as default
from django.db import transaction

from tasks.models import RollupEntry

from .meaning import NUMBERS, SPANS, all_by_person, all_by_priority

BATCH = 2000
_ADD = """
INSERT INTO tasks_rollup (organization_id, project_id, width, start, {key}, {numbers})
SELECT organization_id, project_id, width, day / width * width, {key}, {sums}
FROM ({source}) source CROSS JOIN ({spans}) span WHERE {key} IS NOT NULL
GROUP BY organization_id, project_id, width, day / width * width, {key}
ORDER BY project_id, width, day / width * width, {key}
ON CONFLICT (project_id, width, start, {key}) WHERE {condition} DO UPDATE SET {changes}
"""


def fold() -> int:
    """Move every entry that is there into the roll-ups of its spans. Returns how many were moved.

    Entries are claimed with SKIP LOCKED and roll-ups changed in the order of their keys: any number may fold at once.
    """
    moved = 0
    while RollupEntry.objects.exists():
        done = _fold_batch()
        moved += done
        if not done:
            break
    return moved


@transaction.atomic
def _fold_batch() -> int:
    claimed = RollupEntry.objects.order_by("pk").select_for_update(skip_locked=True)
    ids = list(claimed.values_list("pk", flat=True)[:BATCH])
    if ids:
        entries = RollupEntry.objects.filter(pk__in=ids).order_by()
        for key in ("priority", "user_id"):
            names = ("organization_id", "project_id", "day", key, *NUMBERS)
            _add(default, key, *entries.values_list(*names).query.sql_with_params())
        entries.delete()
    return len(ids)


def recount(connection: Any = default) -> None:
    """Build all roll-ups anew from the tasks. On PostgreSQL, whoever writes tasks waits meanwhile."""
    with transaction.atomic(connection.alias), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("LOCK TABLE tasks_task, tasks_assignment IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute("DELETE FROM tasks_rollupentry")
        cursor.execute("DELETE FROM tasks_rollup")
        _add(connection, "priority", all_by_priority(connection.vendor))
        _add(connection, "user_id", all_by_person(connection.vendor))


def _add(connection: Any, key: str, source: str, params: Sequence[Any] | None = None) -> None:
    """Add the numbers of `source`, which are by project, day and `key`, to the roll-ups."""
    condition = "user_id IS NULL" if key == "priority" else "user_id IS NOT NULL"
    sql = _ADD.format(
        key=key,
        source=source,
        spans=SPANS,
        condition=condition,
        numbers=", ".join(NUMBERS),
        sums=", ".join(f"SUM({name})" for name in NUMBERS),
        changes=", ".join(f"{name} = tasks_rollup.{name} + excluded.{name}" for name in NUMBERS),
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
