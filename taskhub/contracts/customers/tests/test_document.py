"""Every JSON block of the document, replayed as it stands there; only the placeholders of ids are real."""

from pathlib import Path

from accounts.models import Project, User
from taskhub.contracts.testing import Caller, example, same_shape

HERE = Path(__file__).parents[1]


def test_the_documented_create_answers_as_documented(ana_calls: Caller, base: str, ana: User, bo: User) -> None:
    response = ana_calls.post(base, example(HERE, "create_request", uuid1=ana.uuid, uuid2=bo.uuid))

    documented, made = example(HERE, "create_response", uuid1=ana.uuid), response.json()
    assert response.status_code == 201
    assert same_shape(documented, made)
    for name in ("title", "category", "description", "is_urgent", "status", "weight", "performed_weight", "metadata"):
        assert made[name] == documented[name], name


def test_the_documented_assignee_is_the_first_of_two(
    ana_calls: Caller, base: str, ana: User, bo: User, project: Project
) -> None:
    made = ana_calls.post(base, example(HERE, "create_request", uuid1=ana.uuid, uuid2=bo.uuid)).json()

    [documented] = example(HERE, "create_response", uuid1=ana.uuid)["assignees"]
    first, second = made["assignees"]
    assert {"user_id": first["user_id"], "status": first["status"], "weight": first["weight"]} == {
        "user_id": documented["user_id"],
        "status": documented["status"],
        "weight": documented["weight"],
    }
    assert first["task_completed"] is documented["task_completed"]
    assert (first["name"], first["task_id"]) == ("Ana Diaz", made["id"])
    assert second["user_id"] == str(bo.uuid)
    assert (made["customer_id"], made["created_by"]) == (str(project.uuid), str(ana.uuid))


def test_the_documented_categories_are_there(ana_calls: Caller) -> None:
    documented = example(HERE, "categories_response")
    found = ana_calls.get("/v1/customers/tasks/categories").json()
    assert {slug: found[slug] for slug in documented} == documented
    assert found.keys() == {"sign", "approve", "update", "delete"}


def test_the_documented_reassign_moves_the_task(ana_calls: Caller, base: str, ana: User, bo: User, cleo: User) -> None:
    task = ana_calls.post(base, example(HERE, "create_request", uuid1=ana.uuid, uuid2=bo.uuid)).json()
    body = example(HERE, "reassign_request", uuid1=bo.uuid, uuid2=cleo.uuid)

    moved = ana_calls.patch(f"{base}/{task['id']}/reassign", body)

    assert moved.status_code == 200
    assert [share["user_id"] for share in moved.json()["assignees"]] == [str(bo.uuid), str(cleo.uuid)]
    assert moved.json()["metadata"]["logs"][0]["reason"] == body["metadata"]["reason"]


def test_errors_have_the_documented_format(ana_calls: Caller, base: str) -> None:
    found = ana_calls.get(f"{base}/nothing").json()
    assert same_shape(example(HERE, "error"), found)
    assert found["code"] == "tasks_m.task_not_found"
