"""Reassigning: to exactly one person or group of the organization, by those who may."""

from typing import Any

import pytest

from accounts.actor import Role
from accounts.credential_cache import forget
from accounts.models import Membership, Organization, Team, User
from tasks import commands as task_commands
from tasks.models import Assignment, Task

from .conftest import Worker, address, wrong

USER, GROUP = "assign_to_user_id", "assign_to_group_id"
FORM = {"contact_verified": True}


def test_the_new_assignee_has_it_and_the_old_one_not(
    ana_works: Worker, bo_works: Worker, bo: User, verify: Task
) -> None:
    assert ana_works.reassign(verify, assign_to_user_id=str(bo.pk)).status_code == 200
    wrong(ana_works.complete(verify, "approved", FORM), 403, "FORBIDDEN")
    assert bo_works.complete(verify, "approved", FORM).status_code == 200


def test_the_answer_is_what_the_detail_shows(cleo_works: Worker, sales: Team, bo: User, verify: Task) -> None:
    for body in ({USER: str(bo.pk)}, {GROUP: str(sales.pk)}, {USER: str(bo.pk), GROUP: None}):
        answer = cleo_works.reassign(verify, **body).json()["data"]
        shown = cleo_works.detail(verify)
        assert list(answer) == ["task_id", "assigned_to_user", "assigned_to_group", "reassigned_at"]
        for name in ("assigned_to_user", "assigned_to_group"):
            assert answer[name] == shown[name]
        assert answer["reassigned_at"] == f"{Task.objects.get(pk=verify.pk).updated_at:%Y-%m-%dT%H:%M:%S}"


def test_a_task_in_progress_stays_in_progress(
    ana_works: Worker, actor_of: Any, ana: User, bo: User, verify: Task
) -> None:
    task_commands.start(actor=actor_of(ana), task=verify.pk)
    assert ana_works.reassign(verify, assign_to_user_id=str(bo.pk)).status_code == 200
    assert ana_works.detail(verify)["status"] == "IN_PROGRESS"


BAD: list[tuple[dict[str, Any], list[str]]] = [
    ({}, [USER, GROUP]),
    ({USER: None, GROUP: None}, [USER, GROUP]),
    ({USER: "1", GROUP: "1"}, [USER, GROUP]),
    ({USER: 1}, [USER]),
    ({USER: ""}, [USER]),
    ({USER: "1" * 31}, [USER]),
    ({GROUP: 1}, [GROUP]),
    ({GROUP: "1" * 31}, [GROUP]),
    ({GROUP: ["1"]}, [GROUP]),
    ({USER: "1", "comment": "x" * 501}, ["comment"]),
    ({USER: "1", "comment": 5}, ["comment"]),
    ({USER: 1, GROUP: 2, "comment": 3}, [USER, GROUP, "comment"]),
]


@pytest.mark.parametrize(("body", "fields"), BAD, ids=lambda value: str(value)[:50])
def test_a_bad_field_is_named(cleo_works: Worker, verify: Task, body: dict[str, Any], fields: list[str]) -> None:
    assert wrong(cleo_works.reassign(verify, **body), 400, "VALIDATION_ERROR") == fields
    assert Assignment.objects.filter(task=verify).count() == 1


@pytest.mark.parametrize("id", ["0", "-1", "007", "999999", "9" * 30, str(2**63), "\u0663", "ana", "1 "])
@pytest.mark.parametrize("field", [USER, GROUP])
def test_somebody_who_is_not_there_is_not_found(cleo_works: Worker, verify: Task, field: str, id: str) -> None:
    response = cleo_works.reassign(verify, **{field: id})
    wrong(response, 404, "NOT_FOUND")
    assert field in response.json()["error"]["message"]


def test_people_and_groups_of_others_are_not_there(
    cleo_works: Worker, verify: Task, globex: Organization, dan: User, sales: Team
) -> None:
    theirs = Team.objects.create(organization=globex, name="globex/ops", slug="ops", title="Ops of Globex")
    for body in ({USER: str(dan.pk)}, {GROUP: str(theirs.pk)}, {GROUP: str(10**6 + sales.pk)}):
        response = cleo_works.reassign(verify, **body)
        wrong(response, 404, "NOT_FOUND")
        assert "Globex" not in response.text
        assert "Dan" not in response.text


def test_who_cannot_work_gets_no_work(cleo_works: Worker, verify: Task, bo: User) -> None:
    Membership.objects.filter(user=bo).update(role=Role.VIEWER)
    assert wrong(cleo_works.reassign(verify, assign_to_user_id=str(bo.pk)), 400, "VALIDATION_ERROR") == [USER]
    User.objects.filter(pk=bo.pk).update(is_active=False)
    wrong(cleo_works.reassign(verify, assign_to_user_id=str(bo.pk)), 404, "NOT_FOUND")


def test_who_has_nothing_to_do_with_it_may_not(bo_works: Worker, bo: User, verify: Task) -> None:
    wrong(bo_works.reassign(verify, assign_to_user_id=str(bo.pk)), 403, "FORBIDDEN")


def test_a_viewer_may_not(ana_works: Worker, ana: User, bo: User, verify: Task) -> None:
    Membership.objects.filter(user=ana).update(role=Role.VIEWER)
    forget()
    wrong(ana_works.reassign(verify, assign_to_user_id=str(bo.pk)), 403, "FORBIDDEN")


def test_what_is_completed_cannot_be_handed_over(ana_works: Worker, cleo_works: Worker, bo: User, verify: Task) -> None:
    ana_works.complete(verify, "approved", FORM)
    wrong(cleo_works.reassign(verify, assign_to_user_id=str(bo.pk)), 400, "VALIDATION_ERROR")


def test_the_same_request_again_is_answered_alike(cleo_works: Worker, bo: User, verify: Task) -> None:
    url, body = f"{address(verify)}/reassign", {USER: str(bo.pk)}
    first, again = (cleo_works.post(url, body, **{"Idempotency-Key": "k"}) for _ in range(2))
    assert (first.content, again.headers["Idempotency-Replayed"]) == (again.content, "true")
    assert verify.events.filter(type="task.reassigned").count() == 1
