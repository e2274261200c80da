"""A definition that changes while instances run: each keeps the version it was started with."""

from collections.abc import Callable
from typing import Any

from accounts.actor import Actor
from conftest import Cast
from workflows import commands
from workflows.conftest import open_steps
from workflows.models import WorkflowInstance


def two_steps(second: str) -> dict[str, Any]:
    steps = [
        {"key": "first", "name": "First", "assign": {"user": "ana"}, "next": second},
        {"key": second, "name": f"The {second} way", "assign": {"user": "ana"}},
    ]
    return {"key": "k", "name": f"Goes the {second} way", "steps": steps}


def test_a_hundred_running_instances_keep_their_version(
    cast: Cast, publish: Any, start: Any, answer: Any, actor_of: Callable[..., Actor]
) -> None:
    old = publish(two_steps("old"))
    running = [start(cast.ana, "k") for _ in range(100)]
    new = publish(two_steps("new"))
    assert (old.version, new.version) == (1, 2)
    commands.retire(actor=actor_of(cast.cleo), definition=old.uuid)
    later = start(cast.ana, "k")
    assert {answer(cast.ana, instance, "first").next_steps for instance in running} == {("The old way",)}
    assert answer(cast.ana, later, "first").next_steps == ("The new way",)
    assert WorkflowInstance.objects.filter(definition=old).count() == 100
    assert (open_steps(running[0]), open_steps(later)) == (["old"], ["new"])
