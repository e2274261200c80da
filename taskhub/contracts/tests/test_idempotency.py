"""`Idempotency-Key`: the same request sent again takes effect once, whoever else uses the same key."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.utils import timezone

from accounts.credential_cache import forget
from accounts.models import ApiKey, Organization, Project, User
from taskhub.contracts import idempotency, jobs, kept
from taskhub.contracts.models import IdempotencyKey
from taskhub.contracts.testing import Caller, crowd, make_key
from taskhub.wiring import RELAYED
from tasks.models import Event, OutboxEntry, Task

from .doors import CUSTOMERS, WITH_TASKS, Door

KEY = {"Idempotency-Key": "order-66"}
MISMATCH, REPLAYED = 422, "Idempotency-Replayed"

every_door = pytest.mark.parametrize("door", WITH_TASKS, ids=str)


@every_door
def test_the_same_request_again_is_answered_alike(ana_calls: Caller, project: Project, ana: User, door: Door) -> None:
    path, body = door.path(project), door.body(ana)
    first, again = ana_calls.post(path, body, **KEY), ana_calls.post(path, body, **KEY)
    assert (first.status_code, first.content) == (again.status_code, again.content)
    assert first.headers["Location"] == again.headers["Location"]
    assert (REPLAYED in first.headers, again.headers[REPLAYED]) == (False, "true")
    assert Task.objects.count() == 1
    assert Event.objects.count() == 1
    assert OutboxEntry.objects.count() == len(RELAYED["task.created"])


@every_door
def test_the_order_of_keys_and_white_space_do_not_matter(
    ana_calls: Caller, project: Project, ana: User, door: Door
) -> None:
    path, body = door.path(project), door.body(ana)
    ana_calls.post(path, body, **KEY)
    again = ana_calls.post(path, dict(reversed(body.items())), **KEY)
    assert again.headers[REPLAYED] == "true"


@every_door
def test_the_same_key_with_another_body_is_a_mistake(
    ana_calls: Caller, project: Project, ana: User, door: Door
) -> None:
    path, body = door.path(project), door.body(ana)
    ana_calls.post(path, body, **KEY)
    other = ana_calls.post(path, body | {"title": "other"}, **KEY)
    assert other.status_code == MISMATCH
    assert other.json().keys() == door.keys
    assert ana_calls.post(f"{path}?x=1", body, **KEY).status_code == MISMATCH
    assert Task.objects.count() == 1


@every_door
@pytest.mark.parametrize("key", ["", "x" * 256, "a\tb", "a\x01b", "a\x7fb", "ключ", "\xe9"])
def test_a_key_that_is_none_is_refused(ana_calls: Caller, project: Project, ana: User, door: Door, key: str) -> None:
    response = ana_calls.post(door.path(project), door.body(ana), **{"Idempotency-Key": key})
    assert (response.status_code, response.json().keys()) == (400, door.keys)
    assert not Task.objects.exists()


@every_door
def test_the_longest_key_is_taken(ana_calls: Caller, project: Project, ana: User, door: Door) -> None:
    assert ana_calls.post(door.path(project), door.body(ana), **{"Idempotency-Key": "~" * 255}).status_code == 201


@every_door
def test_a_refusal_is_not_kept(ana_calls: Caller, project: Project, ana: User, door: Door) -> None:
    path, body = door.path(project), door.body(ana)
    assert ana_calls.post(path, body | {"title": ""}, **KEY).status_code == door.invalid
    assert not IdempotencyKey.objects.exists()
    assert ana_calls.post(path, body, **KEY).status_code == 201


@every_door
def test_an_accident_is_not_kept_and_leaves_nothing(
    ana_calls: Caller, project: Project, ana: User, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, body = door.path(project), door.body(ana)
    with monkeypatch.context() as patched:
        patched.setattr(f"taskhub.contracts.{door.name}.rendering.tasks", lambda *_: 1 / 0)  # after the task is made
        assert ana_calls.post(path, body, **KEY).status_code == 500
    assert not Task.objects.exists()
    assert not IdempotencyKey.objects.exists()
    assert ana_calls.post(path, body, **KEY).status_code == 201


@every_door
def test_others_with_the_same_key_are_others(
    ana_calls: Caller, bo_calls: Caller, dan_calls: Caller, project: Project, ana: User, acme: Organization, door: Door
) -> None:
    path, body = door.path(project), door.body(ana)
    other_key_of_ana = Caller(make_key(ana, acme))
    answers = [caller.post(path, body, **KEY) for caller in (ana_calls, bo_calls, other_key_of_ana)]
    assert [answer.status_code for answer in answers] == [201] * 3
    assert len({answer.json()["id"] for answer in answers}) == 3
    assert dan_calls.post(path, body, **KEY).status_code in (404, 422)


def test_the_same_key_on_another_route_is_another_request(
    ana_calls: Caller, project: Project, vault: Project, ana: User, bo: User
) -> None:
    path = CUSTOMERS.path(project)
    body = CUSTOMERS.body(ana) | {"assignees": [str(ana.uuid), str(bo.uuid)]}
    task = ana_calls.post(path, body, **KEY).json()
    performed = ana_calls.patch(f"{path}/{task['id']}/perform", None, **KEY)
    canceled = ana_calls.patch(f"{path}/{task['id']}/cancel", None, **KEY)
    deleted = ana_calls.delete(f"{path}/{task['id']}", **KEY)
    assert [answer.status_code for answer in (performed, canceled, deleted)] == [200, 200, 204]
    assert all(REPLAYED not in answer.headers for answer in (performed, canceled, deleted))


def test_a_finished_action_is_replayed_and_without_a_key_refused(
    ana_calls: Caller, project: Project, ana: User
) -> None:
    path = CUSTOMERS.path(project)
    url = f"{path}/{ana_calls.post(path, CUSTOMERS.body(ana)).json()['id']}"
    first, again = ana_calls.patch(f"{url}/perform", **KEY), ana_calls.patch(f"{url}/perform", **KEY)
    assert (first.status_code, first.content) == (again.status_code, again.content)
    assert ana_calls.patch(f"{url}/perform").status_code == 409
    gone, still_gone = ana_calls.delete(url, **KEY), ana_calls.delete(url, **KEY)
    assert (gone.status_code, still_gone.status_code, still_gone.headers[REPLAYED]) == (204, 204, "true")


@every_door
def test_a_replay_needs_the_credential_again(ana_calls: Caller, project: Project, ana: User, door: Door) -> None:
    path, body = door.path(project), door.body(ana)
    ana_calls.post(path, body, **KEY)
    ApiKey.objects.update(revoked_at=timezone.now())
    forget()
    assert ana_calls.post(path, body, **KEY).status_code == 401


@every_door
@pytest.mark.django_db(transaction=True)
def test_of_twenty_twins_at_once_one_takes_effect(
    ana_calls: Caller, project: Project, ana: User, door: Door, settings: Any
) -> None:
    settings.API_RATE_LIMIT = "100000/minute"
    path = door.path(project)
    with crowd(20) as at_once:
        for number in range(10):
            body, key = door.body(ana) | {"title": f"t{number}"}, {"Idempotency-Key": f"k{number}"}

            answers = at_once([partial(ana_calls.call, "POST", path, body, key)] * 20)

            assert {answer.status_code for answer in answers} <= {201, 409}
            made = [answer for answer in answers if answer.status_code == 201]
            assert len({answer.content for answer in made}) == 1
            assert [REPLAYED in answer.headers for answer in made].count(False) == 1
    assert Task.objects.count() == IdempotencyKey.objects.count() == 10


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_twin_that_waits_too_long_is_told_to_come_again(
    ana_calls: Caller, project: Project, ana: User, monkeypatch: pytest.MonkeyPatch, hold: Callable[..., Any]
) -> None:
    monkeypatch.setattr(kept, "LOCK_TIMEOUT", "50ms")
    path, body = CUSTOMERS.path(project), CUSTOMERS.body(ana)
    with hold("INSERT INTO tasks_event", lambda: ana_calls.post(path, body, **KEY)) as running:
        twin = ana_calls.post(path, body, **KEY)
        assert (twin.status_code, twin.json()["code"]) == (409, "tasks_m.failed_to_update_task")
    assert running.result().status_code == 201
    assert ana_calls.post(path, body, **KEY).headers[REPLAYED] == "true"


def test_keys_are_forgotten_when_their_time_is_over(ana_calls: Caller, project: Project, ana: User) -> None:
    path = CUSTOMERS.path(project)
    for key in ("old", "new"):
        ana_calls.post(path, CUSTOMERS.body(ana), **{"Idempotency-Key": key})
    too_old = timezone.now() - idempotency.KEPT_FOR - timedelta(seconds=1)
    IdempotencyKey.objects.filter(key="old").update(created_at=too_old)
    assert jobs.purge_expired() == 1
    assert IdempotencyKey.objects.get().key == "new"
