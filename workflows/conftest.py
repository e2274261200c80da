"""What tests of workflows share, on top of the cast and of what tests of tasks share."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.actor import Actor
from conftest import Cast
from tasks.conftest import consistent_afterwards, do, eve, new_task, person, raw_rows, vera
from workflows import commands, compiled
from workflows.models import WorkflowDefinition

__all__ = ["consistent_afterwards", "do", "eve", "new_task", "person", "raw_rows", "vera"]

Publish = Callable[..., WorkflowDefinition]


@pytest.fixture
def publish(cast: Cast, actor_of: Callable[..., Actor]) -> Publish:
    """`publish(ONBOARDING)`: the document as the next version in Acme, published by cleo; or `by` somebody elsewhere.

    Kept in the process from then on, as it would be after a commit.
    """

    def make(document: dict[str, Any], *, by: Any = None) -> WorkflowDefinition:
        row, _ = commands.publish_document(actor=actor_of(by or cast.cleo), document=document)
        compiled.settled(row.pk)
        return row

    return make
