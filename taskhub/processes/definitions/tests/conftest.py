"""What the tests of the pages of definitions have in hand."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import User
from taskhub.inbox.tests.conftest import at_the_browser, make_task, tell
from workflows import commands
from workflows.conftest import answer, publish, start
from workflows.models import WorkflowDefinition

__all__ = ["answer", "at_the_browser", "make_task", "publish", "start", "tell"]

LEAVE: dict[str, Any] = {
    "key": "leave",
    "name": "Holidays",
    "description": "Who wants a few days off.",
    "entity_type": "EMPLOYEE",
    "variables": {"days": 3},
    "steps": [
        {
            "key": "ask",
            "name": "Ask for it",
            "assign": {"starter": True},
            "fields": [{"name": "days", "type": "number", "required": True}],
            "next": "decide",
        },
        {
            "key": "decide",
            "name": "Decide on it",
            "assign": {"team": "sales"},
            "due_in": "P2D",
            "results": [
                {"code": "ok", "label": "Agree", "next": [{"step": "end", "when": "days < 10"}, {"step": "board"}]},
                {"code": "no", "label": "Send back", "next": "ask"},
            ],
        },
        {"key": "board", "name": "Ask the board", "assign": {"users": ["ana", "bo"]}},
    ],
}
"""A definition with a form, a condition and a way back."""


@pytest.fixture
def draft(actor_of: Callable[..., Any], cleo: User) -> Callable[..., WorkflowDefinition]:
    """`draft(LEAVE)`: the document saved as a draft by cleo."""
    return lambda document, by=cleo: commands.save_draft(actor=actor_of(by), document=document)
