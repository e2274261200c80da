"""Completing a step's task, for callers that want to know what comes next."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from accounts.actor import Actor
from tasks import commands as task_commands
from tasks.commands.change import Known
from tasks.models import Task
from workflows.models import WorkflowInstance
from workflows.moving import witnessed


@dataclass(frozen=True, slots=True)
class Completed:
    """What has come of it. Without an instance, the task is no workflow's step or waits for others' shares.

    `next_steps` are the names of the steps that this has opened in the instance, in the definition's order.
    """

    task: Task
    instance: WorkflowInstance | None
    next_steps: tuple[str, ...]


def complete(
    *,
    actor: Actor,
    task: UUID | int,
    outcome: str = "",
    form_data: Mapping[str, Any] | None = None,
    resolution: str = "",
    plain: str = "",
    known: Known | None = None,
    within: int | None = None,
    version: int | None = None,
    now: datetime | None = None,
) -> Completed:
    """`tasks.commands.complete`, with what it has led to. Raises what that raises."""
    with witnessed() as moves:
        done = task_commands.complete(
            actor=actor,
            task=task,
            outcome=outcome,
            form_data=form_data,
            resolution=resolution,
            plain=plain,
            known=known,
            within=within,
            version=version,
            now=now,
        )
    cases = [move.cases[done.instance_id] for move in moves if done.instance_id in move.cases]
    if not cases:
        return Completed(done, None, ())
    return Completed(done, cases[0].row, cases[0].next_steps())
