"""Tasks: what a bot says of them, who may, and what becomes of it."""

from typing import Any

import pytest

from accounts.models import Project, User
from taskhub.contracts.bots.ids import public
from taskhub.contracts.bots.tests.conftest import DUE, TASKS, MakeTask
from taskhub.contracts.testing import Caller
from tasks.commands import NewShare, create
from tasks.models import Task


def status(caller: Caller, url: str) -> str:
    word: str = caller.get(url).json()["status"]
    return word


def test_what_is_not_said_has_a_default(make_task: MakeTask, cleo_calls: Caller, project: Project) -> None:
    shown = cleo_calls.get(f"{make_task()}?full=true").json()
    assert (shown["assignee"], shown["due_date"], shown["priority"], shown["progress"]) == (None, None, "medium", 0)
    assert (shown["tags"], shown["context"], shown["project"], shown["version"]) == ([], {}, "dorfman-ag", 1)


def test_the_context_is_kept_and_found(make_task: MakeTask, cleo_calls: Caller) -> None:
    context = {"conversation_id": "conv_abc123", "bot_id": "support_bot", "mood": ["angry"]}
    url = make_task(context=context)
    assert cleo_calls.get(f"{url}?full=true").json()["context"] == context
    assert set(Task.objects.get().references.values_list("kind", "key")) == {
        ("conversation", "conv_abc123"),
        ("bot", "support_bot"),
    }


def test_a_project_is_named_by_slug_or_id(cleo_calls: Caller, ana_calls: Caller, vault: Project) -> None:
    for name in ("vault", str(vault.uuid)):
        assert cleo_calls.post(TASKS, {"title": "x", "project": name}).status_code == 201
    assert Task.objects.filter(project=vault).count() == 2
    for name in ("vault", str(vault.uuid), "elsewhere", "nothing"):
        response = ana_calls.post(TASKS, {"title": "x", "project": name})
        assert (response.status_code, response.json()["error"]) == (400, "invalid_project")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "invalid_title"),
        ({"title": " "}, "invalid_title"),
        ({"title": 5}, "invalid_title"),
        ({"title": "x" * 501}, "invalid_title"),
        ({"title": "x", "assignee": "nobody"}, "invalid_assignee"),
        ({"title": "x", "assignee": "dan"}, "invalid_assignee"),
        ({"title": "x", "assignee": ["ana"]}, "invalid_assignee"),
        ({"title": "x", "due_date": "soon"}, "invalid_due_date"),
        ({"title": "x", "due_date": "2001-01-01T00:00:00Z"}, "invalid_due_date"),
        ({"title": "x", "priority": "urgent"}, "invalid_priority"),
        ({"title": "x", "tags": "support"}, "invalid_tags"),
        ({"title": "x", "tags": ["x"] * 51}, "invalid_tags"),
        ({"title": "x", "context": "chat"}, "invalid_context"),
        ([], "invalid_request"),
    ],
)
def test_a_bad_field_has_a_code_of_its_own(cleo_calls: Caller, dan: User, body: Any, code: str) -> None:
    response = cleo_calls.post(TASKS, body)
    assert (response.status_code, response.json()["error"]) == (400, code)
    assert not Task.objects.exists()


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"status": "done"}, "invalid_status"),
        ({"progress": 101}, "invalid_progress"),
        ({"progress": "60"}, "invalid_progress"),
        ({"progress": True}, "invalid_progress"),
        ({"assignee": None}, "invalid_assignee"),
        ({"assignee": "nobody"}, "invalid_assignee"),
        ({"due_date": "2001-01-01T00:00:00Z"}, "invalid_due_date"),
        ({"version": "1"}, "invalid_version"),
    ],
)
def test_a_bad_change_changes_nothing(make_task: MakeTask, cleo_calls: Caller, ana: User, body: Any, code: str) -> None:
    url = make_task(ana)
    response = cleo_calls.patch(url, {"title": "New"} | body)
    assert (response.status_code, response.json()["error"]) == (400, code)
    assert cleo_calls.get(url).json()["title"] == "Review customer complaint"


def test_only_what_is_another_value_is_a_change(make_task: MakeTask, cleo_calls: Caller, ana: User) -> None:
    url = make_task(ana, priority="high", due_date=DUE, tags=["a"])
    same = {"priority": "high", "assignee": "ana", "status": "pending", "due_date": DUE, "tags": ["a"], "progress": 0}
    response = cleo_calls.patch(url, same).json()
    assert (response["updated"], response["updated_fields"]) == (False, [])
    response = cleo_calls.patch(url, {"tags": ["b"], "nonsense": 1, "due_date": None, "title": "Other"}).json()
    assert response["updated_fields"] == ["tags", "due_date", "title"]
    assert cleo_calls.get(f"{url}?full=true").json()["version"] == 2


def test_a_stale_version_is_a_conflict(make_task: MakeTask, cleo_calls: Caller, ana: User) -> None:
    url = make_task(ana)
    assert cleo_calls.patch(url, {"title": "One", "progress": 10, "version": 1}).status_code == 200
    for body in ({"title": "Two", "version": 1}, {"version": 1}):
        response = cleo_calls.patch(url, body)
        assert (response.status_code, response.json()["error"]) == (409, "conflict")
    assert cleo_calls.get(url).json()["title"] == "One"


def test_a_status_is_a_verb_in_disguise(make_task: MakeTask, cleo_calls: Caller, ana_calls: Caller, ana: User) -> None:
    url = make_task(ana)
    for caller, word in ((ana_calls, "in_progress"), (ana_calls, "completed"), (cleo_calls, "pending")):
        assert caller.patch(url, {"status": word}).json()["updated_fields"] == ["status"]
        assert status(caller, url) == word
    assert cleo_calls.patch(url, {"status": "cancelled"}).status_code == 200
    assert status(cleo_calls, url) == "cancelled"


@pytest.mark.parametrize(
    ("first", "then"),
    [("completed", "in_progress"), ("cancelled", "completed"), ("in_progress", "pending"), ("completed", "cancelled")],
)
def test_what_does_not_follow_is_an_invalid_state(
    make_task: MakeTask, cleo_calls: Caller, ana: User, first: str, then: str
) -> None:
    url = make_task(ana)
    cleo_calls.patch(url, {"status": first})
    response = cleo_calls.patch(url, {"status": then, "title": "Other"})
    assert (response.status_code, response.json()["error"]) == (409, "invalid_state")
    assert status(cleo_calls, url) == first


def test_saying_once_more_what_is_so_is_no_error(make_task: MakeTask, ana_calls: Caller, ana: User) -> None:
    url = make_task(ana)
    for body in ({"progress": 5}, {"status": "in_progress"}, {"status": "completed"}):
        assert [ana_calls.patch(url, body).json()["updated"] for _ in range(2)] == [True, False]


def test_a_closed_task_is_opened_before_it_is_changed(make_task: MakeTask, cleo_calls: Caller, ana: User) -> None:
    url = make_task(ana)
    cleo_calls.patch(url, {"status": "completed"})
    response = cleo_calls.patch(url, {"title": "Again", "status": "pending", "progress": 5})
    assert response.json()["updated_fields"] == ["title", "status", "progress"]


def test_only_the_assignee_and_managers_work_on_it(
    make_task: MakeTask, cleo_calls: Caller, bo_calls: Caller, ana: User
) -> None:
    url = make_task(ana)
    words = "You don't have permission to modify this task"
    answers = [
        bo_calls.patch(url, {"status": "in_progress"}),
        bo_calls.patch(url, {"progress": 5}),
        bo_calls.patch(url, {"assignee": "bo"}),
        bo_calls.post(f"{url}/complete", {"time_spent_minutes": 5}),
        bo_calls.delete(url),
    ]
    answers.append(bo_calls.patch(url, {"status": "pending"}))
    assert [(answer.status_code, answer.json()["message"]) for answer in answers] == [(403, words)] * 6
    assert cleo_calls.get(url).json()["time_spent_minutes"] == 0


def test_a_share_of_several_leaves_the_task_in_progress(
    cleo_calls: Caller, ana_calls: Caller, cleo: User, project: Project, actor_of: Any, access_to: Any
) -> None:
    shares = [NewShare(username=name) for name in ("ana", "bo")]
    access = access_to(cleo, project)
    task = create(actor=actor_of(cleo), project=access, source="inbox", title="Two", assignees=shares)
    url = f"{TASKS}/{public('tsk', task.uuid)}"
    shown = ana_calls.post(f"{url}/complete", {"resolution": "My half"}).json()
    assert (shown["status"], shown["completed_at"], shown["completed_by"]) == ("in_progress", None, None)
    assert cleo_calls.get(url).json()["assignee"]["user_id"] == "bo"


def test_time_spent_adds_up_from_every_door(make_task: MakeTask, ana_calls: Caller, ana: User) -> None:
    url = make_task(ana)
    added = ana_calls.post(f"{url}/time", {"minutes": 30, "note": "Read it"}).json()
    assert added["time_spent_minutes"] == 30
    ana_calls.post(f"{url}/complete", {"time_spent_minutes": 15})
    assert ana_calls.get(url).json()["time_spent_minutes"] == 45
    listed = ana_calls.get(f"{url}/time").json()
    assert [(entry["minutes"], entry["note"], entry["user"]["user_id"]) for entry in listed["entries"]] == [
        (30, "Read it", "ana"),
        (15, "", "ana"),
    ]
    assert (listed["total"], listed["time_spent_minutes"]) == (2, 45)


def test_what_is_completed_is_done(make_task: MakeTask, ana_calls: Caller, ana: User) -> None:
    url = make_task(ana)
    ana_calls.patch(url, {"progress": 30, "status": "completed"})
    assert ana_calls.get(url).json()["progress"] == 100


def test_the_same_key_makes_one_task(cleo_calls: Caller) -> None:
    made = [cleo_calls.post(TASKS, {"title": "x"}, **{"Idempotency-Key": "k"}).json()["task_id"] for _ in range(2)]
    assert made[0] == made[1]
    assert Task.objects.count() == 1


ELSEWHERE = "06h03p1nqpph9c8uvmivgniuv8"


@pytest.mark.parametrize("id", ["tsk_xyz789", "x", "tsk_", f"TSK_{ELSEWHERE.upper()}", f"att_{ELSEWHERE}"])
def test_an_id_of_nothing_is_not_found(cleo_calls: Caller, id: str) -> None:
    url = f"{TASKS}/{id}"
    for answer in (cleo_calls.get(url), cleo_calls.patch(url, {}), cleo_calls.delete(url)):
        assert answer.status_code == 404
        assert answer.json() == {"error": "task_not_found", "message": f"Task {id} not found"}
