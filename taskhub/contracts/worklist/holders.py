"""Who has a task, in a contract that knows one person and one group: one query for many tasks."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from accounts.prepared import prepared
from tasks.domain.lifecycle import ShareState
from tasks.models import Assignment

Named = dict[str, str]
"""`{"id", "name"}` of a person or a group."""

COLUMNS = (
    "task_id", "state", "user_id", "user__username", "user__name",
    "team_id", "team__title", "claimed_from_id", "claimed_from__title",
)  # fmt: skip

ENDED = (ShareState.REPLACED, ShareState.DECLINED)


@dataclass(slots=True)
class Holders:
    """The person and the group that a task shows; None where there is none."""

    user: Named | None = None
    group: Named | None = None


def named(id: int, name: str) -> Named:
    return {"id": str(id), "name": name}


def holders_of(task_ids: Collection[int], reader: int | None) -> Mapping[int, Holders]:
    """Task id -> its holders. Of several people it is the reader, if they are one of them, else the first.

    Shares that wait come before those that were performed. A group stays shown when one of its members has taken the
    task, because it is still theirs.
    """
    found: dict[int, Holders] = defaultdict(Holders)
    if not task_ids:
        return found
    for row in sorted(
        _shares(list(task_ids)), key=lambda row: (row["state"] != ShareState.PENDING, row["user_id"] != reader)
    ):
        _add(found[row["task_id"]], row)
    return found


@prepared
def _shares(task_ids: list[int]) -> QuerySet[Assignment, dict[str, Any]]:
    rows = Assignment.objects.filter(task_id__in=task_ids).exclude(state__in=ENDED)
    return rows.order_by("id").values(*COLUMNS)


def _add(to: Holders, row: Mapping[str, Any]) -> None:
    if row["user_id"] and to.user is None:
        to.user = named(row["user_id"], row["user__name"] or row["user__username"])
    if to.group is None:
        if row["team_id"]:
            to.group = named(row["team_id"], row["team__title"])
        elif row["claimed_from_id"]:
            to.group = named(row["claimed_from_id"], row["claimed_from__title"])
