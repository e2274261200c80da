"""What the tests of the template pages have in hand."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.actor import Actor
from accounts.models import User
from taskhub.inbox.tests.conftest import at_the_browser
from tasks import commands
from tasks.models import TaskTemplate

__all__ = ["at_the_browser"]


@pytest.fixture
def write(cleo: User, actor_of: Callable[..., Actor]) -> Callable[..., TaskTemplate]:
    """`write("Complaint", checklist=[...])`: a template of Cleo's, which asks for a customer and an issue."""

    def make(name: str = "Complaint", **values: Any) -> TaskTemplate:
        said = {
            "title_template": "Complaint of {{customer}}",
            "description_template": "Investigate: {{issue}}",
            "checklist": ["Read", "Call {{customer}}"],
            "default_tags": ["support"],
        }
        return commands.create_template(actor=actor_of(cleo), name=name, **{**said, **values})

    return make
