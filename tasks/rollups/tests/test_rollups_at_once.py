"""People who work, sweeps and readers in the same moment: nothing is counted twice or missed, and nobody waits long."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from threading import Event
from typing import Any

import pytest

from accounts.actor import Actor
from conftest import Cast
from tasks import commands
from tasks.analytics import Scope, analytics
from tasks.models import RollupEntry, Task
from tasks.rollups import folding, proof
from tasks.tests.at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_a_reader_never_sees_a_task_twice_or_not_while_people_work_and_sweeps_run(
    cast: Cast, new_task: Callable[..., Task], actor_of: Callable[..., Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folding, "BATCH", 3)
    tasks = [new_task((cast.ana, "0.5"), (cast.bo, "0.5"), weight="0.5", now=NOW) for _ in range(24)]
    ana, bo, cleo = (actor_of(one) for one in (cast.ana, cast.bo, cast.cleo))
    over = Event()

    def complete(actor: Actor, some: list[Task]) -> None:
        for task in some:
            commands.complete(actor=actor, task=task.pk, now=NOW)

    def fold() -> None:
        while not over.is_set():
            folding.fold()

    def read() -> list[tuple[int, int, int]]:
        seen = []
        while not over.is_set():
            found = analytics(cleo, Scope(), NOW)
            people = sum(person.completed for person in found.by_assignee)
            seen.append((found.summary.total, found.summary.completed, people))
        return seen

    def work() -> None:
        try:
            for result in at_once(partial(complete, ana, tasks[:12]), partial(complete, bo, tasks[12:])):
                assert result is None, result
        finally:
            over.set()

    worked, *swept, seen = at_once(work, fold, fold, read)
    assert (worked, swept) == (None, [None, None])
    assert {total for total, _, _ in seen} == {24}
    completed = [done for _, done, _ in seen]
    assert completed == sorted(completed)
    assert all(2 * before <= people for (_, before, _), (_, _, people) in zip(seen, seen, strict=True))
    folding.fold()
    assert not RollupEntry.objects.exists()
    assert list(proof.differences()) == []
    found: Any = analytics(cleo, Scope(), NOW)
    assert (found.summary.completed, sum(person.completed for person in found.by_assignee)) == (24, 48)
