"""Every JSON block of the document, replayed as it stands there; only the placeholders of ids are real."""

from pathlib import Path
from typing import Any

import pytest

from accounts.models import Organization, User
from taskhub.contracts.testing import Caller, example, same_shape

HERE = Path(__file__).parents[1]


@pytest.fixture
def request_body(ana: User) -> dict[str, Any]:
    """The documented request; its `<string>` stands for text, and for ids where ids are meant."""
    found: dict[str, Any] = example(HERE, "create_request")
    return found | {"assigned_user_ids": [str(ana.uuid)], "created_by_id": str(ana.uuid)}


def test_the_documented_create_answers_as_documented(
    ana_calls: Caller, request_body: dict[str, Any], ana: User, acme: Organization
) -> None:
    response = ana_calls.post("/v1/tasks", request_body)

    documented, made = example(HERE, "create_response"), response.json()
    assert response.status_code == 201
    assert same_shape(documented, made)
    assert made["created_by_id"] == str(ana.uuid)
    assert made["company_id"] == str(acme.uuid)
    for name in ("title", "description", "tags", "deadline", "status", "priority", "type", "call_id", "patient_id"):
        assert made[name] == request_body[name], name
    assert made["external_message_ids"] == documented["external_message_ids"]


def test_the_documented_task_is_read_back(ana_calls: Caller, request_body: dict[str, Any]) -> None:
    made = ana_calls.post("/v1/tasks", request_body).json()
    assert ana_calls.get(f"/v1/tasks/{made['id']}").json() == made
    assert ana_calls.get("/v1/tasks").json() == [made]
