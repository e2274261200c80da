"""What the tests of intake post."""

from typing import Any

import pytest

from accounts.models import User


@pytest.fixture
def body(ana: User, bo: User) -> dict[str, Any]:
    """The least that is a task: for bo, in ana's name."""
    return {
        "title": "Call back",
        "description": "The patient asked for a call.",
        "assigned_user_ids": [str(bo.uuid)],
        "created_by_id": str(ana.uuid),
        "deadline": "2033-11-07T05:31:56Z",
    }
