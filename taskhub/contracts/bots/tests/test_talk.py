"""Comments, watchers and points of a task."""

import pytest

from accounts.models import User
from taskhub.contracts.bots.tests.conftest import TASKS, MakeTask
from taskhub.contracts.testing import Caller
from taskhub.contracts.tests.forms import PNG, form
from tasks.models import Comment


def test_mentions_make_watchers(make_task: MakeTask, ana_calls: Caller, ana: User, bo: User) -> None:
    url = make_task(ana)
    ana_calls.post(f"{url}/comments", {"text": "See @cleo", "mentions": ["bo"]})
    watchers = ana_calls.get(f"{url}/watchers").json()
    assert {one["user_id"] for one in watchers["watchers"]} == {"bo", "cleo"}
    assert watchers["total"] == 2


def test_comments_come_in_pages_oldest_first(make_task: MakeTask, ana_calls: Caller, ana: User) -> None:
    url = f"{make_task(ana)}/comments"
    for text in "abc":
        ana_calls.post(url, {"text": text})
    body = ana_calls.get(f"{url}?limit=2&page=2").json()
    assert ([comment["text"] for comment in body["comments"]], body["total"]) == (["c"], 3)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "invalid_text"),
        ({"text": ""}, "invalid_text"),
        ({"text": "x" * 10_001}, "invalid_text"),
        ({"text": "x", "mentions": ["nobody"]}, "invalid_mentions"),
        ({"text": "x", "mentions": ["dan"]}, "invalid_mentions"),
        ({"text": "x", "mentions": "bo"}, "invalid_mentions"),
        ({"text": "x", "attachments": ["file_abc123"]}, "invalid_attachments"),
        ({"text": "x", "attachments": ["att_06h03p1nqpph9c8uvmivgniuv8"]}, "invalid_attachments"),
    ],
)
def test_a_bad_comment_is_not_said(
    make_task: MakeTask, ana_calls: Caller, ana: User, dan: User, body: object, code: str
) -> None:
    response = ana_calls.post(f"{make_task(ana)}/comments", body)
    assert (response.status_code, response.json()["error"]) == (400, code)
    assert not Comment.objects.exists()


def test_a_file_goes_with_a_comment_of_its_task(make_task: MakeTask, ana_calls: Caller, ana: User) -> None:
    url, other = make_task(ana), make_task(ana)
    file = ana_calls.call("POST", f"{other}/attachments", *form("a.png", PNG)).json()["attachment_id"]
    refused = ana_calls.post(f"{url}/comments", {"text": "x", "attachments": [file]})
    assert refused.json()["error"] == "invalid_attachments"
    assert ana_calls.post(f"{other}/comments", {"text": "x", "attachments": [file]}).status_code == 201


def test_one_watches_and_stops_watching(make_task: MakeTask, ana_calls: Caller, cleo_calls: Caller, ana: User) -> None:
    url = make_task()
    assert ana_calls.post(f"{url}/watchers").json()["user_id"] == "ana"
    cleo_calls.post(f"{url}/watchers", {"user_id": "bo"})
    assert ana_calls.get(f"{url}/watchers").json()["total"] == 2
    assert ana_calls.delete(f"{url}/watchers/bo").status_code == 403
    for caller, name in ((ana_calls, "ana"), (cleo_calls, "bo")):
        assert caller.delete(f"{url}/watchers/{name}").json()["watching"] is False
    assert ana_calls.get(f"{url}/watchers").json() == {"watchers": [], "total": 0}
    assert cleo_calls.post(f"{url}/watchers", {"user_id": "nobody"}).json()["error"] == "invalid_user_id"


def test_points_are_ticked_off(make_task: MakeTask, ana_calls: Caller, ana: User) -> None:
    url = make_task(ana, checklist=["Review conversation history", "Contact customer"])
    first = ana_calls.get(f"{url}/checklist").json()["items"][0]
    ticked = ana_calls.patch(f"{url}/checklist/{first['item_id']}", {"done": True}).json()
    assert (ticked["done"], ticked["done_by"]) == (True, "ana")
    added = ana_calls.post(f"{url}/checklist", {"text": "Follow up"}).json()
    ana_calls.delete(f"{url}/checklist/{first['item_id']}")
    body = ana_calls.get(f"{url}/checklist").json()
    assert [item["text"] for item in body["items"]] == ["Contact customer", "Follow up"]
    assert (body["total"], body["done"]) == (2, 0)
    for id in (first["item_id"], "itm_x"):
        gone = ana_calls.patch(f"{url}/checklist/{id}", {"done": True})
        assert (gone.status_code, gone.json()["message"]) == (404, f"Item {id} not found")
    assert ana_calls.patch(f"{url}/checklist/{added['item_id']}", {"done": "yes"}).json()["error"] == "invalid_done"


def test_below_a_task_that_is_not_there_is_nothing(cleo_calls: Caller) -> None:
    for below in ("comments", "attachments", "checklist", "watchers", "time"):
        answer = cleo_calls.get(f"{TASKS}/tsk_xyz789/{below}")
        assert (answer.status_code, answer.json()["message"]) == (404, "Task tsk_xyz789 not found")
