"""Creating tasks: what is kept, what is made of it, what is refused."""

from typing import Any
from uuid import uuid4

import pytest

from accounts.models import Project, User
from accounts.queries import members
from taskhub.contracts.testing import Caller
from tasks.models import Category, Reference, Task


@pytest.fixture
def body(ana: User, bo: User) -> dict[str, Any]:
    return {"title": "Review", "category": "sign", "assignees": [str(ana.uuid), str(bo.uuid)]}


def test_what_is_left_out_has_defaults(ana_calls: Caller, base: str, body: dict[str, Any]) -> None:
    made = ana_calls.post(base, body).json()
    assert (made["description"], made["is_urgent"], made["weight"]) == ("", False, 1.0)
    assert made["metadata"] == {"logs": [], "actions": {}}


def test_the_answer_says_where_the_task_is(ana_calls: Caller, base: str, body: dict[str, Any]) -> None:
    response = ana_calls.post(base, body)
    assert ana_calls.get(response.headers["Location"]).json() == response.json()


def test_objects_become_references_by_which_the_task_is_found(
    ana_calls: Caller, base: str, body: dict[str, Any]
) -> None:
    objects = [{"type": "invoice", "content": "contract.pdf"}, {"type": "payment", "content": {"id": 7, "sum": 1.5}}]
    made = ana_calls.post(base, body | {"objects": objects}).json()
    kept = Reference.objects.filter(task__uuid=made["id"]).values_list("kind", "key", "content")
    assert list(kept) == [("invoice", "contract.pdf", "contract.pdf"), ("payment", "", {"id": 7, "sum": 1.5})]


def test_an_assignee_may_come_with_a_weight(ana_calls: Caller, base: str, ana: User, bo: User, body: Any) -> None:
    body |= {"weight": 2, "assignees": [{"user_id": str(ana.uuid), "weight": 1.5}, str(bo.uuid)]}
    made = ana_calls.post(base, body).json()
    assert [share["weight"] for share in made["assignees"]] == [1.5, 0.5]


def test_three_thirds_are_a_whole(make_task: Any, ana: User, bo: User, cleo: User) -> None:
    weights = [share["weight"] for share in make_task([ana, bo, cleo])["assignees"]]
    assert weights == [0.333334, 0.333333, 0.333333]


def test_the_client_may_choose_the_id_once(ana_calls: Caller, base: str, body: dict[str, Any]) -> None:
    chosen = str(uuid4())
    assert ana_calls.post(base, body | {"id": chosen}).json()["id"] == chosen
    again = ana_calls.post(base, body | {"id": chosen})
    assert (again.status_code, again.json()["code"]) == (409, "tasks_m.task_already_exists")


def test_texts_come_back_unchanged(ana_calls: Caller, base: str, body: dict[str, Any]) -> None:
    title = "  \u202eשלום e\u0301 é \U0001f469\u200d\U0001f4bb Ω\u0300 "
    metadata = {"ключ": [1, 2.5, None, {"深": "い"}], "big": 2**53 + 1, "tiny": 1e-7}
    made = ana_calls.post(base, body | {"title": title, "metadata": metadata}).json()
    shown = ana_calls.get(f"{base}/{made['id']}").json()
    assert shown["title"] == title
    assert {name: shown["metadata"][name] for name in metadata} == metadata


def test_what_the_client_may_not_say_is_not_kept(
    ana_calls: Caller, base: str, body: dict[str, Any], cleo: User, elsewhere: Project
) -> None:
    forged = {
        "status": "completed",
        "performed_weight": 1,
        "created_by": str(cleo.uuid),
        "customer_id": str(elsewhere.uuid),
        "created_at": "2001-01-01T00:00:00Z",
        "version": 99,
        "escalated": True,
        "metadata": {"logs": [{"action": "performed"}], "actions": {"performed": {}}, "kept": 1},
    }
    made = ana_calls.post(base, body | forged).json()
    row = Task.objects.get(uuid=made["id"])
    assert (made["status"], made["performed_weight"], row.version) == ("pending", 0.0, 1)
    assert made["created_by"] != str(cleo.uuid)
    assert not made["created_at"].startswith("2001")
    assert made["metadata"] == {"kept": 1, "logs": [], "actions": {}}
    assert row.metadata == {"kept": 1}


def test_a_number_beyond_64_bits_comes_back_as_the_same_number(ana_calls: Caller, base: str, body: Any) -> None:
    response = ana_calls.post(base, body | {"metadata": {"huge": 1e30}})  # jsonb spells it with all its digits
    assert float(ana_calls.get(response.headers["Location"]).json()["metadata"]["huge"]) == 1e30


BAD = [
    ({"title": None}, "title"),
    ({"title": ""}, "title"),
    ({"title": 5}, "title"),
    ({"title": "x" * 501}, "title"),
    ({"description": ["x"]}, "description"),
    ({"is_urgent": "yes"}, "is_urgent"),
    ({"weight": 0}, "weight"),
    ({"weight": -1}, "weight"),
    ({"weight": "1"}, "weight"),
    ({"weight": True}, "weight"),
    ({"weight": 0.1234567}, "weight"),
    ({"weight": 1e99}, "weight"),
    ({"metadata": []}, "metadata"),
    ({"objects": [{"content": "x"}]}, "objects"),
    ({"objects": "x"}, "objects"),
    ({"id": "not-a-uuid"}, "id"),
    ({"assignees": []}, "assignees"),
    ({"assignees": "uuid"}, "assignees"),
    ({"assignees": [{"weight": 1}]}, "assignees"),
    ({"assignees": ["not-a-uuid"]}, "assignees"),
]


@pytest.mark.parametrize(("change", "field"), BAD, ids=lambda value: str(value)[:40])
def test_bad_data_is_refused_and_named(
    ana_calls: Caller, base: str, body: dict[str, Any], change: dict[str, Any], field: str
) -> None:
    response = ana_calls.post(base, body | change)
    assert (response.status_code, response.json()["code"]) == (400, "tasks_m.invalid_task_data")
    assert field in response.json()["message"]
    assert not Task.objects.exists()


@pytest.mark.parametrize("missing", ["title", "assignees"])
def test_what_is_required_is_missed(ana_calls: Caller, base: str, body: dict[str, Any], missing: str) -> None:
    del body[missing]
    response = ana_calls.post(base, body)
    assert (response.status_code, response.json()["code"]) == (400, "tasks_m.invalid_task_data")


@pytest.mark.parametrize("top", [None, [], "text", 7, True])
def test_the_body_is_an_object(ana_calls: Caller, base: str, top: Any) -> None:
    raw = b"null" if top is None else None
    response = ana_calls.post(base, raw or top)
    assert (response.status_code, response.json()["code"]) == (400, "tasks_m.invalid_task_data")


@pytest.mark.parametrize("category", ["nonsense", "", None, 5])
def test_an_unknown_category_has_its_own_code(ana_calls: Caller, base: str, body: Any, category: Any) -> None:
    response = ana_calls.post(base, body | {"category": category})
    assert (response.status_code, response.json()["code"]) == (400, "tasks_m.invalid_category")


def test_an_organization_may_have_its_own_categories(ana_calls: Caller, base: str, body: Any, acme: Any) -> None:
    Category.objects.create(organization=acme, slug="audit", title="Audit", icon="eye")
    assert ana_calls.get("/v1/customers/tasks/categories").json() == {"audit": {"title": "Audit", "icon": "eye"}}
    assert ana_calls.post(base, body | {"category": "audit"}).status_code == 201
    assert ana_calls.post(base, body).json()["code"] == "tasks_m.invalid_category"


def test_unknown_assignees_have_their_own_code(ana_calls: Caller, base: str, body: Any, ana: User) -> None:
    response = ana_calls.post(base, body | {"assignees": [str(ana.uuid), str(uuid4())]})
    assert (response.status_code, response.json()["code"]) == (404, "tasks_m.assignees_not_found")


def test_the_same_person_twice_is_refused(ana_calls: Caller, base: str, body: Any, ana: User) -> None:
    response = ana_calls.post(base, body | {"assignees": [str(ana.uuid), str(ana.uuid)]})
    assert (response.status_code, response.json()["code"]) == (400, "tasks_m.invalid_task_data")


def test_weights_that_cannot_reach_the_whole_are_refused(ana_calls: Caller, base: str, body: Any, ana: User) -> None:
    response = ana_calls.post(base, body | {"weight": 1, "assignees": [{"user_id": str(ana.uuid), "weight": 0.5}]})
    assert (response.status_code, response.json()["code"]) == (400, "tasks_m.invalid_task_data")


def test_an_inactive_person_is_not_known(ana_calls: Caller, base: str, body: Any, bo: User, acme: Any) -> None:
    bo.is_active = False
    bo.save(update_fields=["is_active"])
    assert not members(acme.pk, uuids=[bo.uuid])
    assert ana_calls.post(base, body).json()["code"] == "tasks_m.assignees_not_found"
