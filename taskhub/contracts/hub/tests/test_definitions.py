"""Definitions: written as drafts, checked, published, retired; who sees and does what."""

from typing import Any

import pytest

from conftest import Cast
from taskhub.contracts.testing import Caller
from workflows.models import WorkflowDefinition
from workflows.tests.samples import APPROVAL, ONBOARDING, ONE_STEP, TRIP, document

from .conftest import DEFINITIONS, INSTANCES, Hub, problem, renamed

FAULTY: dict[str, Any] = {
    "key": "faulty",
    "name": "",
    "colour": "red",
    "steps": [
        {"key": "a", "name": "A", "assign": {"user": "nobody"}, "results": [{"code": "x", "next": "nowhere"}]},
        {"key": "a", "name": "Again", "due_in": "two days"},
    ],
}


def keys(body: Any) -> list[tuple[str, int, str]]:
    return [(item["key"], item["version"], item["status"]) for item in body["items"]]


def test_a_draft_is_made_and_found_where_it_says(cleo_hub: Hub, cleo_calls: Caller) -> None:
    response = cleo_calls.post(DEFINITIONS, ONBOARDING)
    made = response.json()
    assert response.status_code == 201
    assert response.headers["Location"] == f"{DEFINITIONS}/{made['id']}"
    assert made["created_by"]["username"] == "cleo"
    assert (made["key"], made["version"], made["status"]) == ("account-onboarding", 1, "draft")
    assert (made["entity_type"], made["running_instances"]) == ("CUENTA", 0)
    assert (made["published_at"], made["retired_at"]) == (None, None)
    assert cleo_hub.read(response.headers["Location"]) == made


@pytest.mark.parametrize("sample", [ONBOARDING, APPROVAL, ONE_STEP], ids=lambda sample: sample["key"])
def test_a_document_comes_back_as_it_was_written(cleo_hub: Hub, sample: dict[str, Any]) -> None:
    assert cleo_hub.draft(sample)["document"] == sample


def test_every_fault_of_a_document_is_named_by_its_place(cleo_calls: Caller) -> None:
    body = problem(cleo_calls.post(DEFINITIONS, FAULTY), 422, "invalid_definition")
    paths = {error["path"]: error["pointer"] for error in body["errors"]}
    assert paths == {
        "name": "#/name",
        "colour": "#/colour",
        "steps[0]": "#/steps/0",
        "steps[0].assign.user": "#/steps/0/assign/user",
        "steps[0].results[0].next": "#/steps/0/results/0/next",
        "steps[1].key": "#/steps/1/key",
        "steps[1].due_in": "#/steps/1/due_in",
    }
    assert all(error["in"] == "body" and error["message"] for error in body["errors"])
    assert not WorkflowDefinition.objects.exists()


@pytest.mark.parametrize("body", [[], [ONE_STEP], "text", 5, None, {}, {"document": ONE_STEP}])
def test_what_is_no_definition_is_refused(cleo_calls: Caller, body: Any) -> None:
    raw = b"null" if body is None else body
    problem(cleo_calls.post(DEFINITIONS, raw), 422, "invalid_definition")


def test_a_check_names_the_faults_and_saves_nothing(cleo_hub: Hub, cleo_calls: Caller) -> None:
    found = cleo_hub.make(f"{DEFINITIONS}/validate", FAULTY)
    assert (found["valid"], found["steps"], found["edges"]) == (False, None, None)
    told = problem(cleo_calls.post(DEFINITIONS, FAULTY), 422, "invalid_definition")
    assert [fault["path"] for fault in found["faults"]] == [error["path"] for error in told["errors"]]
    assert cleo_hub.make(f"{DEFINITIONS}/validate", ONE_STEP) == {"valid": True, "faults": [], "steps": 1, "edges": 0}
    assert not WorkflowDefinition.objects.exists()


def test_there_is_one_draft_of_a_key(cleo_hub: Hub, cleo_calls: Caller) -> None:
    cleo_hub.draft(ONE_STEP)
    problem(cleo_calls.post(DEFINITIONS, renamed("Other")), 409, "draft_exists")
    assert WorkflowDefinition.objects.get().name == "One step"


def test_a_draft_is_replaced_by_who_has_seen_it(cleo_hub: Hub, cleo_calls: Caller) -> None:
    made = cleo_calls.post(DEFINITIONS, ONE_STEP)
    address = made.headers["Location"]
    changed = cleo_calls.call("PUT", address, renamed("Another"), {"If-Match": made.headers["ETag"]})
    assert (changed.status_code, changed.json()["name"]) == (200, "Another")
    assert changed.json()["document"]["name"] == "Another"
    assert changed.headers["ETag"] != made.headers["ETag"]
    assert changed.headers["ETag"] == cleo_calls.get(address).headers["ETag"]


def test_a_draft_keeps_its_key_and_is_never_broken(cleo_hub: Hub, cleo_calls: Caller) -> None:
    made = cleo_hub.draft(ONE_STEP)
    address = f"{DEFINITIONS}/{made['id']}"
    [error] = problem(
        cleo_calls.call("PUT", address, document(ONE_STEP, key="other"), {"If-Match": "*"}), 422, "invalid_input"
    )["errors"]
    assert error["path"] == "key"
    problem(cleo_calls.call("PUT", address, FAULTY, {"If-Match": "*"}), 422, "invalid_definition")
    assert cleo_hub.read(address)["document"] == ONE_STEP


def test_what_is_published_never_changes(cleo_hub: Hub, cleo_calls: Caller) -> None:
    published = cleo_hub.publish(ONE_STEP)
    address = f"{DEFINITIONS}/{published['id']}"
    problem(cleo_calls.call("PUT", address, renamed("Other"), {"If-Match": "*"}), 409, "wrong_state")
    problem(cleo_calls.delete(address), 409, "wrong_state")
    problem(cleo_calls.post(f"{address}/publish"), 409, "wrong_state")
    assert cleo_hub.read(address)["name"] == "One step"


def test_versions_count_on_from_what_was_published(cleo_hub: Hub) -> None:
    cleo_hub.publish(ONE_STEP)
    draft = cleo_hub.draft(renamed("Second"))
    assert (draft["version"], draft["status"]) == (2, "draft")
    second = cleo_hub.make(f"{DEFINITIONS}/{draft['id']}/publish")
    assert second["published_at"] is not None
    listed = cleo_hub.read(f"{DEFINITIONS}/{draft['id']}/versions")
    assert keys(listed) == [("one-step", 2, "published"), ("one-step", 1, "published")]


def test_a_retired_version_starts_nothing(cleo_hub: Hub, cleo_calls: Caller) -> None:
    published = cleo_hub.publish(ONE_STEP)
    address = f"{DEFINITIONS}/{published['id']}"
    retired = cleo_hub.make(f"{address}/retire")
    assert (retired["status"], retired["retired_at"] is not None) == ("retired", True)
    problem(cleo_calls.post(INSTANCES, {"definition": "one-step"}), 409, "wrong_state")
    problem(cleo_calls.post(f"{address}/retire"), 409, "wrong_state")


def test_a_draft_is_discarded_for_good(cleo_hub: Hub, cleo_calls: Caller) -> None:
    address = f"{DEFINITIONS}/{cleo_hub.draft(ONE_STEP)['id']}"
    assert cleo_calls.delete(address).status_code == 204
    problem(cleo_calls.get(address), 404, "workflow_not_found")
    problem(cleo_calls.delete(address), 404, "workflow_not_found")


def test_a_draft_that_does_not_hold_any_more_is_not_published(cleo_hub: Hub, cleo_calls: Caller, cast: Cast) -> None:
    draft = cleo_hub.draft(document(ONE_STEP, steps=[{"key": "do", "name": "Do", "assign": {"user": "bo"}}]))
    cast.acme.memberships.filter(user=cast.bo).delete()
    body = problem(cleo_calls.post(f"{DEFINITIONS}/{draft['id']}/publish"), 422, "invalid_definition")
    assert [error["path"] for error in body["errors"]] == ["steps[0].assign.user"]


def test_the_list_shows_of_each_key_the_latest_that_is_asked_for(cleo_hub: Hub, ana_hub: Hub) -> None:
    cleo_hub.publish(ONE_STEP)
    cleo_hub.publish(renamed("Second"))
    cleo_hub.draft(renamed("Third"))
    cleo_hub.publish(ONBOARDING)
    latest = [("account-onboarding", 1, "published"), ("one-step", 3, "draft")]
    assert keys(cleo_hub.read(DEFINITIONS)) == latest
    assert keys(cleo_hub.read(DEFINITIONS, "versions=latest")) == latest
    assert keys(cleo_hub.read(DEFINITIONS, "status=published&key=one-step")) == [("one-step", 2, "published")]
    assert len(cleo_hub.read(DEFINITIONS, "versions=all")["items"]) == 4
    assert keys(cleo_hub.read(DEFINITIONS, "versions=all&key=one-step&status=draft")) == [("one-step", 3, "draft")]
    assert keys(cleo_hub.read(DEFINITIONS, "q=ONBOARD")) == [("account-onboarding", 1, "published")]
    assert keys(cleo_hub.read(DEFINITIONS, "q=%25")) == []
    assert keys(ana_hub.read(DEFINITIONS)) == [("account-onboarding", 1, "published"), ("one-step", 2, "published")]
    assert keys(ana_hub.read(DEFINITIONS, "status=draft")) == []


def test_documents_are_in_no_list(cleo_hub: Hub) -> None:
    cleo_hub.publish(ONE_STEP)
    [item] = cleo_hub.read(DEFINITIONS)["items"]
    assert "document" not in item


def test_drafts_are_nothing_to_members(cleo_hub: Hub, ana_calls: Caller, vera_hub: Hub) -> None:
    draft = cleo_hub.draft(ONE_STEP)
    address = f"{DEFINITIONS}/{draft['id']}"
    for caller in (ana_calls, vera_hub.caller):
        for tail in ("", "/versions", "/diff", "/diagram"):
            problem(caller.get(address + tail), 404, "workflow_not_found")
        for method, tail in (("PUT", ""), ("DELETE", ""), ("POST", "/publish"), ("POST", "/retire")):
            problem(caller.call(method, address + tail, ONE_STEP, {"If-Match": "*"}), 404, "workflow_not_found")


def test_members_read_and_do_not_write(cleo_hub: Hub, ana_calls: Caller, vera_hub: Hub) -> None:
    address = f"{DEFINITIONS}/{cleo_hub.publish(ONE_STEP)['id']}"
    for caller in (ana_calls, vera_hub.caller):
        assert caller.get(address).json()["document"] == ONE_STEP
        problem(caller.post(DEFINITIONS, ONE_STEP), 403, "forbidden")
        problem(caller.post(f"{DEFINITIONS}/validate", ONE_STEP), 403, "forbidden")
        problem(caller.post(f"{address}/retire"), 403, "forbidden")
        problem(caller.delete(address), 403, "forbidden")
        problem(caller.call("PUT", address, ONE_STEP, {"If-Match": "*"}), 403, "forbidden")


def test_the_difference_of_two_versions_is_told_by_step_and_field(cleo_hub: Hub, cleo_calls: Caller) -> None:
    first = cleo_hub.publish(ONBOARDING)
    changed = document(ONBOARDING, name="Newer")
    changed["steps"][0]["due_in"] = "PT24H"
    del changed["steps"][2]
    changed["steps"][1]["results"][0]["next"] = "end"
    second = cleo_hub.publish(changed)
    found = cleo_hub.read(f"{DEFINITIONS}/{second['id']}/diff")
    assert found == cleo_hub.read(f"{DEFINITIONS}/{second['id']}/diff", "against=1")
    assert (found["from"]["id"], found["to"]["id"], found["truncated"]) == (first["id"], second["id"], False)
    assert [(one["kind"], one["step"], one["field"]) for one in found["changes"]] == [
        ("changed", None, "name"),
        ("changed", "verify", "due_in"),
        ("changed", "welcome", "results.sent.next"),
        ("removed", "review", None),
    ]
    assert found["changes"][1] | {"kind": "", "step": ""} == {
        "kind": "",
        "step": "",
        "field": "due_in",
        "before": "P2D",
        "after": "P1D",
    }
    assert cleo_hub.read(f"{DEFINITIONS}/{second['id']}/diff", "against=2")["changes"] == []
    problem(cleo_calls.get(f"{DEFINITIONS}/{first['id']}/diff"), 404, "workflow_not_found")
    problem(cleo_calls.get(f"{DEFINITIONS}/{first['id']}/diff?against=9"), 404, "workflow_not_found")


def test_versions_are_listed_by_number_even_where_a_draft_came_first(cleo_hub: Hub, publish: Any, cast: Cast) -> None:
    draft = cleo_hub.draft(renamed("Draft"))
    publish(ONE_STEP)
    publish(renamed("Second"))
    pages = cleo_hub.pages(f"{DEFINITIONS}/{draft['id']}/versions")
    assert [item["version"] for page in pages for item in page] == [3, 2, 1]


def test_a_definition_of_everything_is_taken(cleo_hub: Hub) -> None:
    cleo_hub.publish(ONE_STEP)
    assert cleo_hub.publish(TRIP)["status"] == "published"
