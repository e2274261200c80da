"""Every JSON block of the contract's document that is about tasks, comments and files, replayed."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine

from accounts.models import Project, User
from taskhub.contracts.bots.tests.conftest import TASKS
from taskhub.contracts.testing import Caller, example, same_shape
from taskhub.contracts.tests.forms import PNG, form

FOLDER = Path(__file__).parents[1]


def block(name: str, **words: object) -> Any:
    return example(FOLDER, name, user123="cleo", user456="ana", user789="bo", **words)


@pytest.fixture(autouse=True)
def in_the_days_of_the_document(cast: Any) -> Any:
    with time_machine.travel(datetime(2024, 1, 15, 10, tzinfo=UTC)):
        yield


@pytest.fixture
def made(cleo_calls: Caller, ana: User, project: Project) -> dict[str, Any]:
    response = cleo_calls.post(TASKS, block("create_request"))
    assert response.status_code == 201
    body: dict[str, Any] = response.json()
    return body


def test_create(made: dict[str, Any]) -> None:
    assert same_shape(made, block("create_response"))
    assert made | {"task_id": ""} == block("create_response") | {"task_id": "", "created_at": made["created_at"]}


def test_get(made: dict[str, Any], ana_calls: Caller, ana: User) -> None:
    User.objects.filter(pk=ana.pk).update(name="Jane Smith", avatar_url="https://example.com/avatar.jpg")
    url = f"{TASKS}/{made['task_id']}"
    assert ana_calls.patch(url, {"status": "in_progress", "progress": 60}).status_code == 200
    assert ana_calls.post(f"{url}/time", {"minutes": 45}).status_code == 201
    for text in ("one", "two", "three"):
        ana_calls.post(f"{url}/comments", {"text": text})
    for name in ("a.png", "b.png"):
        ana_calls.call("POST", f"{url}/attachments", *form(name, PNG))
    expected = block("get_response", tsk_xyz789=made["task_id"])
    shown = ana_calls.get(url).json()
    assert shown == expected | {name: shown[name] for name in ("created_at", "updated_at")}


def test_update(made: dict[str, Any], cleo_calls: Caller) -> None:
    response = cleo_calls.patch(f"{TASKS}/{made['task_id']}", block("update_request"))
    expected = block("update_response", tsk_xyz789=made["task_id"])
    assert response.json() == expected | {"updated_at": response.json()["updated_at"]}


def test_list(made: dict[str, Any], ana_calls: Caller) -> None:
    ana_calls.patch(f"{TASKS}/{made['task_id']}", {"status": "in_progress", "progress": 60})
    query = "status=in_progress&assignee=ana&priority=high&due_before=2024-01-21&due_after=2024-01-20"
    shown = ana_calls.get(f"{TASKS}?{query}&tags=support,urgent&page=1&limit=20&sort=due_date&order=asc").json()
    assert shown == block("list_response", tsk_xyz789=made["task_id"]) | {"total": 1}


def test_complete(made: dict[str, Any], ana_calls: Caller) -> None:
    response = ana_calls.post(f"{TASKS}/{made['task_id']}/complete", block("complete_request"))
    expected = block("complete_response", tsk_xyz789=made["task_id"])
    assert response.json() == expected | {"completed_at": response.json()["completed_at"]}
    shown = ana_calls.get(f"{TASKS}/{made['task_id']}?full=true").json()
    assert shown["resolution"] == "Issue resolved - refund processed"
    assert shown["time_spent_minutes"] == 90
    assert shown["outcomes"] == ["customer_satisfied", "refund_issued"]


def test_delete(made: dict[str, Any], cleo_calls: Caller) -> None:
    url = f"{TASKS}/{made['task_id']}"
    assert cleo_calls.delete(url).json() == block("delete_response", tsk_xyz789=made["task_id"])
    assert cleo_calls.get(url).status_code == 404


def test_comment(made: dict[str, Any], ana_calls: Caller) -> None:
    url = f"{TASKS}/{made['task_id']}"
    file = ana_calls.call("POST", f"{url}/attachments", *form("a.png", PNG)).json()["attachment_id"]
    response = ana_calls.post(f"{url}/comments", block("comment_request", file_abc123=file))
    expected = block("comment_response", tsk_xyz789=made["task_id"])
    assert response.status_code == 201
    own = {name: response.json()[name] for name in ("comment_id", "created_at")}
    assert response.json() == expected | own


def test_comments(made: dict[str, Any], ana_calls: Caller) -> None:
    url = f"{TASKS}/{made['task_id']}/comments"
    ana_calls.post(url, {"text": "Contacted customer via email"})
    shown = ana_calls.get(url).json()
    assert same_shape(shown, block("comments_response"))
    assert shown["comments"][0]["author"] == {"user_id": "ana", "name": "Ana Diaz"}


def test_attachment(made: dict[str, Any], ana_calls: Caller) -> None:
    url = f"{TASKS}/{made['task_id']}/attachments"
    response = ana_calls.call("POST", url, *form("screenshot.png", PNG + b"x" * (102400 - len(PNG))))
    expected = block("attachment_response", tsk_xyz789=made["task_id"])
    own = {name: response.json()[name] for name in ("attachment_id", "uploaded_at")}
    assert (response.status_code, response.json()) == (201, expected | own)


def test_the_documented_errors_word_for_word(made: dict[str, Any], ana_calls: Caller, cleo_calls: Caller) -> None:
    late = cleo_calls.post(TASKS, block("create_request") | {"due_date": "2024-01-15T09:59:59Z"})
    assert (late.status_code, late.json()) == (400, block("error_invalid_due_date"))
    none = cleo_calls.get(f"{TASKS}/tsk_xyz789")
    assert (none.status_code, none.json()) == (404, block("error_task_not_found"))
    denied = ana_calls.patch(f"{TASKS}/{made['task_id']}", {"title": "Mine"})
    assert (denied.status_code, denied.json()) == (403, block("error_permission_denied"))
