"""Finding tasks by what they are about."""

from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from taskhub.contracts.testing import Caller
from tasks.domain.lifecycle import State
from tasks.models import Delivery, Event, Task

IDS = ("call_id", "fax_id", "assistant_id", "session_id", "patient_id")


@pytest.fixture
def some(ana_calls: Caller, body: dict[str, Any]) -> dict[str, str]:
    """A task about each kind of thing by the field that names it, and a plain one; each thing is called `same`."""
    bodies = {name: body | {name: "same"} for name in IDS} | {
        "plain": body | {"priority": "high", "type": "vob", "status": "in_progress"}
    }
    return {name: ana_calls.post("/v1/tasks", given).json()["id"] for name, given in bodies.items()}


def found(caller: Caller, query: str) -> list[str]:
    response = caller.get(f"/v1/tasks?{query}")
    assert response.status_code == 200, response.content
    return [task["id"] for task in response.json()]


@pytest.mark.parametrize("name", IDS)
def test_by_what_it_is_about(ana_calls: Caller, some: dict[str, str], name: str) -> None:
    assert found(ana_calls, f"{name}=same") == [some[name]]
    assert found(ana_calls, f"{name}=other") == []


def test_by_status_priority_and_type(ana_calls: Caller, some: dict[str, str]) -> None:
    for query in ("status=in_progress", "priority=high", "type=vob", "status=in_progress&priority=high&type=vob"):
        assert found(ana_calls, query) == [some["plain"]]
    assert found(ana_calls, "status=completed") == []


def test_newest_first_and_in_pages(ana_calls: Caller, some: dict[str, str]) -> None:
    newest = sorted(some.values(), reverse=True)
    assert found(ana_calls, "limit=4") == newest[:4]
    assert found(ana_calls, "limit=4&offset=4") == newest[4:]
    assert ana_calls.get("/v1/tasks?limit=1").headers["X-Total-Count"] == "6"


@pytest.mark.parametrize(
    "query", ["status=open", "status=", "priority=1", "priority=", "limit=0", "limit=1001", "offset=-1", "call_id=%00"]
)
def test_a_filter_that_means_nothing_is_refused(ana_calls: Caller, query: str) -> None:
    response = ana_calls.get(f"/v1/tasks?{query}")
    assert response.status_code == 422
    assert response.json()["detail"][0]["loc"][0] == "query"


def test_other_organizations_find_nothing(dan_calls: Caller, some: dict[str, str]) -> None:
    assert found(dan_calls, "call_id=same") == found(dan_calls, "") == []
    assert dan_calls.get(f"/v1/tasks/{some['plain']}").status_code == 404


@pytest.mark.parametrize("state", [State.DECLINED, State.CANCELED, State.FAILED])
def test_a_task_in_a_state_without_a_word_is_not_there(ana_calls: Caller, some: dict[str, str], state: State) -> None:
    Task.objects.filter(uuid=some["plain"]).update(state=state, is_open=False)
    assert some["plain"] not in found(ana_calls, "")
    assert ana_calls.get(f"/v1/tasks/{some['plain']}").status_code == 404
    assert ana_calls.patch(f"/v1/tasks/{some['plain']}", {"title": "x"}).status_code == 404


def test_messages_that_were_sent_are_told_by_channel(ana_calls: Caller, some: dict[str, str], bo: User) -> None:
    event = Event.objects.get(task__uuid=some["plain"])
    common = {"event": event, "task": event.task, "organization_id": event.organization_id, "user": bo}
    now = timezone.now()
    for channel, message in (("email", "<m1@taskhub>"), ("webhook", "w1"), ("in_app", "")):
        Delivery.objects.create(**common, channel=channel, external_id=message, run_at=now, created_at=now)
    shown = ana_calls.get(f"/v1/tasks/{some['plain']}").json()
    assert shown["external_message_ids"] == {"email": ["<m1@taskhub>"], "webhook": ["w1"]}


def test_what_requests_cost_with_a_warm_credential(
    ana_calls: Caller, some: dict[str, str], body: dict[str, Any], settings: Any
) -> None:
    settings.CREDENTIAL_CACHE_SECONDS = 600
    ana_calls.get("/v1/tasks")
    assert ana_calls.cost("GET", "/v1/tasks") <= 2
    assert ana_calls.cost("GET", "/v1/tasks?call_id=same&status=pending") <= 2
    assert ana_calls.cost("GET", f"/v1/tasks/{some['plain']}") <= 2
    assert ana_calls.cost("POST", "/v1/tasks", body | {"call_id": "x"}) <= 8
