"""Tasks as the contract shows them: a word for every state, lists by status and page, and nothing of others."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from accounts.models import Organization, Project, User
from conftest import Cast
from taskhub.contracts.documents.mapping import STATES, STATUSES
from taskhub.contracts.testing import Caller
from tasks.commands import NewShare, create
from tasks.domain.lifecycle import OPEN, State
from tasks.models import Task

NewTask = Callable[..., Task]


@pytest.fixture
def new_task(actor_of: Any, access_to: Any, cast: Cast, raw_rows: None) -> NewTask:
    """`new_task(state, closed_reason)`: a task of cleo, for ana, that has come so far."""

    def make(state: str = State.PENDING, closed_reason: str = "", where: Project | None = None) -> Task:
        access = access_to(cast.cleo, where or cast.project)
        shares = [NewShare(user=cast.ana.uuid)]
        task = create(actor=actor_of(cast.cleo), project=access, source="bots", title="Check", assignees=shares)
        if state != State.PENDING:
            Task.objects.filter(pk=task.pk).update(
                state=state, closed_reason=closed_reason, is_open=state in OPEN, closed_at=task.created_at
            )
        return task

    return make


@pytest.mark.parametrize(
    ("state", "reason", "status", "locked"),
    [(state, "", word, word in ("COMPLETED", "DISCARDED")) for state, word in STATES.items()]
    + [(State.CANCELED, "filtered", "FILTERED", True), (State.CANCELED, "withdrawn", "DISCARDED", True)],
)
def test_every_state_has_its_documented_word(
    ana_calls: Caller, base: str, new_task: NewTask, state: State, reason: str, status: str, locked: bool
) -> None:
    task = new_task(state, reason)
    shown = ana_calls.get(f"{base}/task/{task.uuid}").json()
    assert (shown["status"], shown["locked"]) == (status, locked)
    assert bool(shown["completed_at"]) == (status == "COMPLETED")
    for word in STATUSES:
        listed = ana_calls.get(f"{base}/tasks?status={word}").json()
        assert [found["task_id"] for found in listed["tasks"]] == [str(task.uuid)] * (word == status)


def test_a_task_that_came_in_elsewhere_is_one_without_a_document(
    ana_calls: Caller, base: str, new_task: NewTask, acme: Organization, project: Project
) -> None:
    task = new_task()
    shown = ana_calls.get(f"{base}/task/{task.uuid}").json()
    given = {name: shown[name] for name in ("task_id", "team_id", "project_id")}
    assert given == {"task_id": str(task.uuid), "team_id": str(acme.uuid), "project_id": str(project.uuid)}
    nothing = {name: shown[name] for name in ("upload_id", "step", "filename", "exported_at", "completed_at")}
    assert set(nothing.values()) == {None}
    assert (shown["data"], shown["issues"]) == ({}, [])


def test_pages_show_each_task_once(ana_calls: Caller, base: str, new_task: NewTask) -> None:
    made = [str(new_task().uuid) for _ in range(5)]
    seen, query = [], "limit=2"
    while query:
        page = ana_calls.get(f"{base}/tasks?{query}").json()
        seen += [task["task_id"] for task in page["tasks"]]
        assert page["total"] == 5
        query = page["next"] and f"limit=2&cursor={page['next']}"
    assert seen == made[::-1]
    assert [task["task_id"] for task in ana_calls.get(f"{base}/tasks?offset=4").json()["tasks"]] == made[:1]


@pytest.mark.parametrize(
    "query", ["status=", "status=completed", "status=PENDING", "upload_id=7", "limit=0", "limit=1001", "offset=-1"]
)
def test_a_query_that_means_nothing_is_refused_by_its_name(ana_calls: Caller, base: str, query: str) -> None:
    answer = ana_calls.get(f"{base}/tasks?{query}")
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (400, "invalid_request")
    assert [detail["field"] for detail in error["details"]] == [query.partition("=")[0]]


def test_what_somebody_may_not_see_is_not_there(
    ana_calls: Caller, base: str, new_task: NewTask, cast: Cast, acme: Organization
) -> None:
    task = new_task()
    hidden = f"/v2/{acme.uuid}/project/{cast.vault.uuid}"
    for path, code in (
        (f"/v2/{cast.globex.uuid}/project/{cast.project.uuid}/task/{task.uuid}", "team_not_found"),
        (f"/v2/7/project/{cast.project.uuid}/tasks", "team_not_found"),
        (f"/v2/{acme.uuid}/project/{cast.elsewhere.uuid}/tasks", "project_not_found"),
        (f"/v2/{acme.uuid}/project/{UUID(int=7)}/tasks", "project_not_found"),
        (f"{hidden}/tasks", "project_not_found"),
        (f"{base}/task/{UUID(int=7)}", "task_not_found"),
        (f"{base}/task/7", "task_not_found"),
    ):
        answer = ana_calls.get(path)
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, code)
    own = new_task(where=cast.vault)  # whoever has work in a project sees that work
    assert ana_calls.get(f"{hidden}/task/{own.uuid}").json()["task_id"] == str(own.uuid)
    assert ana_calls.get(f"{hidden}/tasks").json()["total"] == 1


def test_a_list_costs_the_same_however_long(
    ana_calls: Caller, base: str, new_task: NewTask, ana: User, nothing_remembered: None
) -> None:
    for _ in range(3):
        new_task()
    ana_calls.get(f"{base}/tasks")
    assert ana_calls.cost("GET", f"{base}/tasks") == 1
    assert ana_calls.cost("GET", f"{base}/task/{new_task().uuid}") == 1
