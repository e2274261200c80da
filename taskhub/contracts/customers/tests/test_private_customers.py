"""A private project is a customer for those it is shared with, and for those with work in it as far as that goes."""

from collections.abc import Callable
from typing import Any

import pytest
from guardian.shortcuts import assign_perm

from accounts.models import Project, Team, User
from taskhub.contracts.testing import Caller


@pytest.fixture
def vault_tasks(vault: Project) -> str:
    return f"/v1/customers/{vault.uuid}/tasks"


@pytest.fixture
def made(cleo_calls: Caller, vault_tasks: str, ana: User) -> Callable[..., dict[str, Any]]:
    """A task in the private project, for ana unless said otherwise."""

    def make(user: User = ana) -> dict[str, Any]:
        body = {"title": "Secret", "category": "sign", "assignees": [str(user.uuid)]}
        task: dict[str, Any] = cleo_calls.post(vault_tasks, body).json()
        return task

    return make


def test_who_has_no_part_in_it_does_not_find_it(bo_calls: Caller, vault_tasks: str, made: Any) -> None:
    made()
    assert bo_calls.get(vault_tasks).json()["code"] == "tasks_m.customer_not_found"


def test_an_assignee_finds_and_works_their_task_and_sees_no_other(
    ana_calls: Caller, vault_tasks: str, made: Any, bo: User
) -> None:
    mine, other = made(), made(bo)
    assert [task["id"] for task in ana_calls.get(vault_tasks).json()] == [mine["id"]]
    assert ana_calls.get(f"{vault_tasks}/{other['id']}").json()["code"] == "tasks_m.task_not_found"
    assert ana_calls.patch(f"{vault_tasks}/{mine['id']}/perform").json()["status"] == "completed"
    refused = ana_calls.post(vault_tasks, {"title": "t", "category": "sign", "assignees": [str(bo.uuid)]})
    assert (refused.status_code, refused.json()["code"]) == (403, "tasks_m.forbidden")


@pytest.mark.parametrize(("grant", "may_create"), [("view_project", 403), ("work_project", 201)])
def test_a_grant_to_a_team_opens_it_as_far_as_it_goes(
    bo_calls: Caller, vault: Project, vault_tasks: str, made: Any, sales: Team, bo: User, grant: str, may_create: int
) -> None:
    made()
    assign_perm(grant, sales.group_ptr, vault)
    assert len(bo_calls.get(vault_tasks).json()) == 1
    body = {"title": "t", "category": "sign", "assignees": [str(bo.uuid)]}
    assert bo_calls.post(vault_tasks, body).status_code == may_create


def test_a_task_is_found_only_under_its_own_customer(
    ana_calls: Caller, cleo_calls: Caller, base: str, vault_tasks: str, made: Any
) -> None:
    task = made()
    for caller in (ana_calls, cleo_calls):
        assert caller.get(f"{base}/{task['id']}").json()["code"] == "tasks_m.task_not_found"
        assert caller.patch(f"{base}/{task['id']}/perform").json()["code"] == "tasks_m.task_not_found"
