"""Nothing of a task crosses to another organization: every operation below `/tasks/{task_id}`, by its document."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from accounts.models import Organization, User
from taskhub.contracts import openapi
from taskhub.contracts.bots import CONTRACT
from taskhub.contracts.bots.tests.conftest import MakeTask
from taskhub.contracts.testing import Caller
from taskhub.contracts.tests.forms import PNG, form
from tasks.models import Attachment, ChecklistItem, Comment, Event, Task, TimeEntry, Watcher

SECRET = "secret-of-globex"
KEPT = (Task, Event, Comment, Attachment, ChecklistItem, TimeEntry, Watcher)
BODIES: dict[str, Any] = {
    "update_task": {"title": "x"},
    "complete_task": {"resolution": "x"},
    "add_comment": {"text": "x"},
    "add_checklist_item": {"text": "x"},
    "change_checklist_item": {"done": True},
    "add_watcher": {},
    "add_time": {"minutes": 5},
}
"""How the operations are called that need a body."""
PERSON_FIRST = "remove_watcher"
"""It asks for the person before the task, and that is nobody here."""
Ids = dict[str, str]
World = Callable[[Caller, User], Ids]


def operations() -> Iterator[tuple[str, str, str]]:
    for path, methods in openapi.document(CONTRACT)["paths"].items():
        for method, found in methods.items():
            if "{task_id}" in path:
                yield found["operationId"], method.upper(), path


def filled(path: str, ids: Ids) -> str:
    return re.sub(r"{(\w+)}", lambda match: ids[match[1]], path)


@pytest.fixture
def world(make_task: MakeTask) -> World:
    """The ids of a task and of what hangs on it, made by somebody."""

    def make(caller: Caller, user: User) -> Ids:
        url = make_task(user, by=caller, title=SECRET, checklist=[SECRET])
        file = caller.call("POST", f"{url}/attachments", *form(f"{SECRET}.png", PNG)).json()
        item = caller.get(f"{url}/checklist").json()["items"][0]
        return {
            "task_id": url.rpartition("/")[2],
            "attachment_id": file["attachment_id"],
            "item_id": item["item_id"],
            "user_id": user.username,
        }

    return make


def rows(organization: Organization) -> list[int]:
    return [model._default_manager.filter(organization_id=organization.pk).count() for model in KEPT]


@pytest.mark.parametrize(("name", "method", "path"), list(operations()))
def test_an_id_of_another_organization_is_an_id_of_nothing(
    cleo_calls: Caller, dan_calls: Caller, cleo: User, dan: User, globex: Organization, world: World,
    name: str, method: str, path: str,
) -> None:  # fmt: skip
    ours, theirs = world(cleo_calls, cleo), world(dan_calls, dan)
    before, asked = rows(globex), set(re.findall(r"{(\w+)}", path))
    body, headers = form("x.png", PNG) if name == "upload_attachment" else (BODIES.get(name), {})
    for ids in [theirs] + [ours | {other: theirs[other]} for other in asked - {"task_id", "user_id"}]:
        response = cleo_calls.call(method, filled(path, ids), body, headers)
        assert response.status_code == (400 if name == PERSON_FIRST else 404), response.content
        assert SECRET not in response.text
    assert rows(globex) == before


def test_lists_show_ones_own(cleo_calls: Caller, dan_calls: Caller, cleo: User, dan: User, world: World) -> None:
    ours, theirs = world(cleo_calls, cleo), world(dan_calls, dan)
    for caller, own in ((cleo_calls, ours), (dan_calls, theirs)):
        for query in ("", "?assignee=dan", "?assignee=cleo", "?due_after=2000-01-01"):
            shown = {task["task_id"] for task in caller.get(f"/api/v1/tasks{query}").json()["tasks"]}
            assert shown <= {own["task_id"]}
