"""Two at the same task in the same moment, two hundred times: one of them wins, and the other is told so.

These proofs are long by nature; they run on PostgreSQL, whose locks they are about.
"""

from collections import Counter
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from accounts.actor import Actor
from conftest import Cast
from tasks import commands as task_commands
from tasks.models import Event, Task
from tasks.tests.at_once import race
from workflows import commands
from workflows.models import DocumentTask, Upload
from workflows.processing.registry import Output

from .conftest import Documents, process
from .pipelines import ONCE

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
ROUNDS = 200


@pytest.fixture
def reviewed(
    pipeline: Callable[[Any], None], ana_docs: Documents, monkeypatch: pytest.MonkeyPatch
) -> tuple[Upload, list[Task]]:
    """So many tasks under review, of one upload."""
    monkeypatch.setattr("workflows.processing.registry.run", lambda *_: Output())
    pipeline(ONCE)
    upload = ana_docs.bring(("0.txt", b"x"))["upload_id"]
    for start in range(0, ROUNDS, 100):
        ana_docs.bring(*((f"{start + number}.txt", b"x") for number in range(100)), to=upload)
    process()
    rows = DocumentTask.objects.select_related("task").order_by("task_id")[1:]
    return Upload.objects.get(), [row.task for row in rows]


def test_a_task_is_completed_or_discarded_and_never_both(
    reviewed: tuple[Upload, list[Task]], cast: Cast, actor_of: Callable[..., Actor]
) -> None:
    _, tasks = reviewed
    ana = actor_of(cast.ana)
    ended = race(
        tasks,
        lambda task: commands.complete_review(actor=ana, task=task.pk, data={}),
        lambda task: task_commands.discard(actor=ana, task=task.pk, reason="race"),
    )
    winners: Counter[int] = Counter()
    for task, results in zip(tasks, ended, strict=True):
        [winner] = [number for number, result in enumerate(results) if not isinstance(result, Exception)]
        [loser] = [type(result).__name__ for result in results if isinstance(result, Exception)]
        winners[winner] += 1
        task.refresh_from_db()
        assert (loser, task.state) == ("WrongState", ("completed", "canceled")[winner])
        ends = Event.objects.filter(task=task, type__in=("task.completed", "task.canceled"))
        assert ends.count() == 1
    assert sum(winners.values()) == ROUNDS


def test_a_task_is_exported_or_unlocked_and_never_both(
    reviewed: tuple[Upload, list[Task]], cast: Cast, actor_of: Callable[..., Actor]
) -> None:
    upload, tasks = reviewed
    ana = actor_of(cast.ana)
    exported: set[UUID] = set()

    def unlock(turn: tuple[str, Task]) -> Any:
        if turn[0] == "ready":
            return commands.complete_review(actor=ana, task=turn[1].pk, data={})
        return commands.unlock(actor=ana, task=turn[1].pk, reason="race")

    def export(turn: tuple[str, Task]) -> Any:
        if turn[0] == "ready":
            return set()
        return {row["task_uuid"] for row in commands.export(actor=ana, upload=upload.uuid).rows}

    turns = [(moment, task) for task in tasks for moment in ("ready", "go")]
    for (moment, task), (unlocked, rows) in zip(turns, race(turns, unlock, export), strict=True):
        if moment == "ready":
            continue
        assert not isinstance(rows, Exception), rows
        is_exported, is_unlocked = task.uuid in rows, not isinstance(unlocked, Exception)
        exported |= rows
        assert is_exported != is_unlocked
        row = DocumentTask.objects.select_related("task").get(task=task)
        assert (row.exported_at is not None) == is_exported
        assert row.task.state == ("completed" if is_exported else "pending")
        if not is_unlocked:
            assert unlocked.code == "exported"
    assert exported == set(DocumentTask.objects.filter(exported_at__isnull=False).values_list("task__uuid", flat=True))
