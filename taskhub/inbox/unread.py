"""Which tasks of a list somebody has not seen the latest of."""

from collections.abc import Collection

from accounts.actor import Actor
from tasks.notifications.bell import told


def of_tasks(actor: Actor, task_ids: Collection[int]) -> set[int]:
    """Those of the tasks about which the bell says something unread. One query, none for no tasks."""
    if not task_ids:
        return set()
    rows = told(actor, unread=True).filter(task_id__in=task_ids)
    return set(rows.order_by().values_list("task_id", flat=True).distinct())
