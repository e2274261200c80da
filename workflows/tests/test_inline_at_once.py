"""The same inline workflow posted by many in the same moment: one definition, an instance for each."""

from collections.abc import Callable
from functools import partial

import pytest

from accounts.actor import Actor
from conftest import Cast
from tasks.tests.at_once import at_once, outcomes
from workflows import commands
from workflows.models import WorkflowDefinition, WorkflowInstance
from workflows.tests.test_inline import DOCUMENT

pytestmark = pytest.mark.django_db(transaction=True)


def test_everybody_gets_an_instance_of_one_definition(cast: Cast, actor_of: Callable[..., Actor]) -> None:
    works = [partial(commands.start_inline, actor=actor_of(cast.ana), document=DOCUMENT) for _ in range(6)]
    assert outcomes(at_once(*works)) == {"done": 6}
    assert WorkflowDefinition.objects.count() == 1
    assert WorkflowInstance.objects.count() == 6
