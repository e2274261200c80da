"""What a step costs: so many queries, whatever the length of the definition and the number of instances."""

from collections.abc import Callable
from statistics import median
from time import perf_counter
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actor import Actor
from conftest import Cast
from workflows import commands
from workflows.conftest import open_task

STEP = 14
"""Lock and read the task with its tree, its shares and its step; write share, task, deadlines; find who is next; write
the next task and its share, deadlines, both steps, the instance, the events and to whom they are owed."""
WITHOUT_DUE_TIMES = 12


def chain(length: int, **more: Any) -> dict[str, Any]:
    """One step after the other."""
    steps = [
        {"key": f"s{number}", "name": f"Step {number}", "assign": {"team": "sales"}, "next": f"s{number + 1}", **more}
        for number in range(length - 1)
    ]
    last = {"key": f"s{length - 1}", "name": "Last", "assign": {"team": "sales"}, **more}
    return {"key": f"chain-{length}", "name": f"Chain of {length}", "steps": [*steps, last]}


@pytest.mark.parametrize(("more", "queries"), [({"due_in": "PT4H"}, STEP), ({}, WITHOUT_DUE_TIMES)])
@pytest.mark.parametrize("length", [3, 300])
@pytest.mark.parametrize("others", [0, 20])
def test_a_step_costs_the_same_in_every_process(
    cast: Cast,
    publish: Any,
    start: Any,
    actor_of: Callable[..., Actor],
    counted: Any,
    more: dict[str, Any],
    queries: int,
    length: int,
    others: int,
) -> None:
    publish(chain(length, **more))
    instance = start(cast.ana, f"chain-{length}")
    for _ in range(others):
        start(cast.bo, f"chain-{length}")
    ana, task = actor_of(cast.ana), open_task(instance, "s0")
    with counted(queries, together=2):
        commands.complete(actor=ana, task=task.pk)


def test_a_split_costs_the_same_for_two_and_for_ten_branches(
    cast: Cast, publish: Any, start: Any, actor_of: Callable[..., Actor], counted: Any
) -> None:
    for branches in (2, 10):
        keys = [f"b{number}" for number in range(branches)]
        first = {"key": "first", "name": "First", "assign": {"user": "ana"}, "next": keys}
        steps = [first, *({"key": key, "name": key, "assign": {"team": "sales"}} for key in keys)]
        publish({"key": f"split-{branches}", "name": "Split", "steps": steps})
        task = open_task(start(cast.ana, f"split-{branches}"), "first")
        ana = actor_of(cast.ana)
        with counted(WITHOUT_DUE_TIMES, together=2):
            commands.complete(actor=ana, task=task.pk)


def test_a_cancel_costs_the_same_for_two_and_for_ten_open_tasks(
    cast: Cast,
    publish: Any,
    start: Any,
    actor_of: Callable[..., Actor],
) -> None:
    costs = []
    for branches in (2, 10):
        keys = [f"b{number}" for number in range(branches)]
        steps = [{"key": key, "name": key, "depends_on": [], "assign": {"team": "sales"}} for key in keys]
        publish({"key": f"all-{branches}", "name": "All", "steps": steps})
        instance = start(cast.ana, f"all-{branches}")
        ana = actor_of(cast.ana)
        with CaptureQueriesContext(connection) as captured:
            commands.cancel(actor=ana, instance=instance.pk)
        costs.append(len(captured))
    assert costs[0] == costs[1]


def test_a_step_of_a_thousand_is_about_as_fast_as_one_of_ten(
    cast: Cast, publish: Any, start: Any, actor_of: Callable[..., Actor]
) -> None:
    """The goal is 1.2 times; a busy machine gets room for noise."""
    ana = actor_of(cast.ana)
    for length in (10, 1_000):
        publish(chain(length))
    took: dict[int, list[float]] = {10: [], 1_000: []}
    for _ in range(15):
        for length, times in took.items():
            task = open_task(start(cast.ana, f"chain-{length}"), "s0")
            begun = perf_counter()
            commands.complete(actor=ana, task=task.pk)
            times.append(perf_counter() - begun)
    assert median(took[1_000]) < 2 * median(took[10])
