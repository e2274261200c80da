"""What a task adds to the numbers, in SQL of both databases: said once, for triggers, recounting and the invariant."""

from collections.abc import Iterable
from dataclasses import dataclass

from tasks.domain.lifecycle import ShareState, State
from tasks.domain.spans import WIDTHS

COUNTED = (ShareState.PENDING, ShareState.PERFORMED)
"""Who holds such a share of a completed task has completed it; who declined or was replaced has not."""
UNDER_WAY = (State.IN_PROGRESS, State.PROCESSING)
NUMBERS = ("tasks", "completed", "under_way", "took_ms")
SPANS = " UNION ALL ".join(f"SELECT {width} AS width" for width in WIDTHS)
"""A table of the widths that a roll-up may have."""

_MICROSECONDS = "CAST(strftime('%s', {0}) AS INTEGER) * 1000000 + CAST(substr({0}, 21, 6) AS INTEGER)"
_DAY = {
    "postgresql": "(({row}.created_at AT TIME ZONE 'UTC')::date - date '1970-01-01')",
    "sqlite": "(CAST(strftime('%s', {row}.created_at) AS INTEGER) / 86400)",
}
_MILLISECONDS = {
    "postgresql": "floor(extract(epoch FROM {row}.closed_at - {row}.created_at) * 1000)::bigint",
    "sqlite": f"({_MICROSECONDS.format('{row}.closed_at')} - ({_MICROSECONDS.format('{row}.created_at')})) / 1000",
}


@dataclass(frozen=True, slots=True)
class Task:
    """A row of a task, by the name that it has in a statement."""

    row: str
    vendor: str

    @property
    def place(self) -> list[str]:
        """Where it is counted: organization, project, day."""
        return [f"{self.row}.organization_id", f"{self.row}.project_id", _DAY[self.vendor].format(row=self.row)]

    @property
    def priority(self) -> str:
        return f"{self.row}.priority"

    @property
    def is_there(self) -> str:
        return f"{self.row}.deleted_at IS NULL"

    @property
    def is_completed(self) -> str:
        return f"{self.is_there} AND {self.row}.state = '{State.COMPLETED}'"

    @property
    def numbers(self) -> list[str]:
        """What it adds to NUMBERS of its priority."""
        is_under_way = f"{self.is_there} AND {self.row}.state IN ({listed(UNDER_WAY)})"
        _, completed, _, took = self.numbers_of_person
        return [_if(self.is_there), completed, _if(is_under_way), took]

    @property
    def numbers_of_person(self) -> list[str]:
        """What it adds to NUMBERS of everybody who holds a share that counts."""
        took = _MILLISECONDS[self.vendor].format(row=self.row)
        is_timed = f"{self.is_completed} AND {self.row}.closed_at IS NOT NULL"
        return ["0", _if(self.is_completed), "0", _if(is_timed, took)]


def all_by_priority(vendor: str) -> str:
    """What all tasks there are add to the numbers of priorities."""
    task = Task("task", vendor)
    columns = [*task.place, task.priority, *task.numbers]
    return f"SELECT {named(('priority', *NUMBERS), columns)} FROM tasks_task task WHERE {task.is_there}"


def all_by_person(vendor: str) -> str:
    """What all tasks there are add to the numbers of those who completed them."""
    task = Task("task", vendor)
    columns = [*task.place, "share.user_id", *task.numbers_of_person]
    return (
        f"SELECT {named(('user_id', *NUMBERS), columns)} FROM tasks_task task "
        f"JOIN tasks_assignment share ON share.task_id = task.id AND {counts('share')} WHERE {task.is_completed}"
    )


def named(names: Iterable[str], columns: Iterable[str]) -> str:
    """The columns of a place and those called `names`, in this order."""
    pairs = zip(("organization_id", "project_id", "day", *names), columns, strict=True)
    return ", ".join(f"{column} AS {name}" for name, column in pairs)


def counts(share: str) -> str:
    """Whether a share's holder has completed its task, if that is completed."""
    return f"({share}.user_id IS NOT NULL AND {share}.state IN ({listed(COUNTED)}))"


def listed(words: Iterable[str]) -> str:
    return ", ".join(f"'{word}'" for word in words)


def _if(condition: str, value: str = "1") -> str:
    return f"CASE WHEN {condition} THEN {value} ELSE 0 END"
