"""The triggers that note by what the change of a row changes the numbers. Their meaning is in `meaning`.

They cost a command no statement, and no door leads past them. Rows of tasks and shares are never deleted, so nothing
listens to that. After changing anything here or there, empty the last migration that installs and recounts (0011), and
add one that does.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from .meaning import NUMBERS, Task, counts

TASK, SHARE = "tasks_task", "tasks_assignment"
PRIORITY = ("organization_id", "project_id", "day", "priority", *NUMBERS)
CHANGES, MOVES = "UPDATE OF state, closed_at, deleted_at", "UPDATE OF project_id, created_at"
PERSON = ("organization_id", "project_id", "day", "user_id", *NUMBERS)


@dataclass(frozen=True, slots=True)
class Trigger:
    """On which rows it runs its one statement, after what, and under which condition."""

    name: str
    table: str
    event: str
    when: str
    statement: str


_CREATE = {
    "postgresql": (
        "CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {statement}; RETURN NULL; END $$",
        "CREATE TRIGGER {name} AFTER {event} ON {table} FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION {name}()",
    ),
    "sqlite": ("CREATE TRIGGER {name} AFTER {event} ON {table} FOR EACH ROW WHEN {when} BEGIN {statement}; END",),
}
_DROP = {
    "postgresql": ("DROP TRIGGER IF EXISTS {name} ON {table}", "DROP FUNCTION IF EXISTS {name}()"),
    "sqlite": ("DROP TRIGGER IF EXISTS {name}",),
}


def install(connection: Any) -> None:
    """Create the triggers; those that are there are made anew."""
    remove(connection)
    _run(connection, _CREATE[connection.vendor])


def remove(connection: Any) -> None:
    _run(connection, _DROP[connection.vendor])


def _run(connection: Any, templates: Iterable[str]) -> None:
    with connection.cursor() as cursor:
        for trigger in triggers(connection.vendor):
            parts = {"name": trigger.name, "table": trigger.table, "event": trigger.event}
            for template in templates:
                cursor.execute(template.format(**parts, when=trigger.when, statement=trigger.statement))


def triggers(vendor: str) -> Iterator[Trigger]:
    """All of them, in the words of that database."""
    old, new = Task("OLD", vendor), Task("NEW", vendor)
    moved = _differs(vendor, ["OLD.project_id", "OLD.created_at"], ["NEW.project_id", "NEW.created_at"])
    yield from _of_priorities(old, new, f"({moved} OR OLD.priority <> NEW.priority)")
    yield from _of_people(old, new, f"({moved})")
    yield from _of_shares(vendor)


def _of_priorities(old: Task, new: Task, moved: str) -> Iterator[Trigger]:
    """A change in place is one entry, the difference. A task that moves is less where it was and more where it is."""
    yield Trigger(
        "rollup_new_task", TASK, "INSERT", new.is_there, _note(PRIORITY, [*new.place, new.priority, *new.numbers])
    )
    yield Trigger(
        "rollup_changed_task",
        TASK,
        CHANGES,
        f"NOT {moved} AND ({_differs(new.vendor, old.numbers, new.numbers)})",
        _note(PRIORITY, [*new.place, new.priority, *_less(new.numbers, old.numbers)]),
    )
    less = _note(PRIORITY, [*old.place, old.priority, *_less(["0"] * 4, old.numbers)])
    more = ", ".join([*new.place, new.priority, *new.numbers])
    yield Trigger(
        "rollup_moved_task",
        TASK,
        f"{MOVES}, priority",
        moved,
        f"{less} WHERE {old.is_there} UNION ALL SELECT {more} WHERE {new.is_there}",
    )


def _of_people(old: Task, new: Task, moved: str) -> Iterator[Trigger]:
    """The same for all who hold a share of the task."""
    holders = f"FROM {SHARE} share WHERE share.task_id = NEW.id AND {counts('share')}"
    before, after = old.numbers_of_person, new.numbers_of_person
    yield Trigger(
        "rollup_completed_task",
        TASK,
        CHANGES,
        f"NOT {moved} AND ({_differs(new.vendor, before, after)})",
        f"{_note(PERSON, [*new.place, 'share.user_id', *_less(after, before)])} {holders}",
    )
    less = _note(PERSON, [*old.place, "share.user_id", *_less(["0"] * 4, before)])
    more = ", ".join([*new.place, "share.user_id", *after])
    yield Trigger(
        "rollup_moved_completed_task",
        TASK,
        MOVES,
        f"{moved} AND ({old.is_completed} OR {new.is_completed})",
        f"{less} {holders} UNION ALL SELECT {more} {holders}",
    )


def _of_shares(vendor: str) -> Iterator[Trigger]:
    """Shares are inserted after their task, and while it is reopened they change before it does: it may be completed.

    A new share that is open is of an open task and is passed over, so that commands that give work pay nothing.
    """
    task = Task("task", vendor)
    of_task = f"FROM {TASK} task WHERE task.id = NEW.task_id AND {task.is_completed}"
    more = _note(PERSON, [*task.place, "NEW.user_id", *task.numbers_of_person])
    less = ", ".join([*task.place, "OLD.user_id", *_less(["0"] * 4, task.numbers_of_person)])
    yield Trigger("rollup_new_share", SHARE, "INSERT", f"NOT NEW.is_open AND {counts('NEW')}", f"{more} {of_task}")
    yield Trigger(
        "rollup_changed_share",
        SHARE,
        "UPDATE OF user_id, state",
        _differs(vendor, [_counted_holder("OLD")], [_counted_holder("NEW")]),
        f"{more} {of_task} AND {counts('NEW')} UNION ALL SELECT {less} {of_task} AND {counts('OLD')}",
    )


def _counted_holder(share: str) -> str:
    return f"CASE WHEN {counts(share)} THEN {share}.user_id END"


def _note(names: Sequence[str], columns: Sequence[str]) -> str:
    return f"INSERT INTO tasks_rollupentry ({', '.join(names)}) SELECT {', '.join(columns)}"


def _less(more: Sequence[str], less: Sequence[str]) -> list[str]:
    return [f"{one} - {other}" for one, other in zip(more, less, strict=True)]


def _differs(vendor: str, before: Sequence[str], after: Sequence[str]) -> str:
    word = "IS DISTINCT FROM" if vendor == "postgresql" else "IS NOT"
    return " OR ".join(f"{one} {word} {other}" for one, other in zip(before, after, strict=True) if one != other)
