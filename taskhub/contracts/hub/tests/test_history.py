"""The history of an instance: everything that happened to it, its steps and their tasks, in order and in pages."""

from typing import Any

import pytest

from conftest import Cast
from tasks import commands as tasks
from workflows.models import InstanceEvent, WorkflowInstance
from workflows.tests.samples import ONBOARDING, PARALLEL

from .conftest import INSTANCES, STUCK, WAITING, Hub


def told(hub: Hub, id: Any, query: str = "limit=200") -> list[dict[str, Any]]:
    return [one for page in hub.pages(f"{INSTANCES}/{id}/history", query) for one in page]


def kinds(hub: Hub, id: Any, query: str = "limit=200") -> list[tuple[str, str | None]]:
    return [(one["type"], one["step"]) for one in told(hub, id, query)]


def test_a_happening_says_what_who_where_and_when(
    ana_hub: Hub, running: WorkflowInstance, answer: Any, cast: Cast
) -> None:
    answer(cast.ana, running, "verify", "rejected", contact_verified=False)
    started, entered, created, performed, completed, left, ended = told(ana_hub, running.uuid)
    run = running.runs.get()
    ana = {"id": str(cast.ana.uuid), "username": "ana", "name": "Ana Diaz"}
    assert run.task is not None
    assert (started["type"], started["by"], started["step"], started["task"]) == ("instance.started", ana, None, None)
    assert (entered["type"], entered["by"], entered["run"]) == ("step.entered", None, run.run)
    assert (entered["text"], entered["data"]) == ("Verify Contact Information", {"visit": 1})
    assert (created["task"], created["step"]) == (str(run.task.uuid), "verify")
    assert (performed["type"], performed["by"]) == ("share.performed", ana)
    assert completed["data"] == {"state": "completed", "outcome": "rejected"}
    assert (left["by"], left["data"]) == (ana, {"state": "done", "outcome": "rejected"})
    assert (ended["type"], ended["by"]) == ("instance.completed", None)
    assert [one["at"] for one in (started, ended)] == sorted(one["at"] for one in (started, ended))


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 7, 200])
def test_pages_of_any_size_tell_the_same_story(
    ana_hub: Hub, publish: Any, start: Any, answer: Any, cast: Cast, limit: int
) -> None:
    publish(PARALLEL)
    instance = start(cast.ana, "parallel")
    answer(cast.ana, instance, "begin")
    answer(cast.bo, instance, "right")
    answer(cast.ana, instance, "left")
    story = kinds(ana_hub, instance.uuid)
    assert kinds(ana_hub, instance.uuid, f"limit={limit}") == story
    assert story == [
        ("instance.started", None),
        *visit("begin"),
        ("step.entered", "left"),
        ("task.created", "left"),
        ("step.entered", "right"),
        ("task.created", "right"),
        *work("right"),
        *work("left"),
        ("step.entered", "join"),
        ("task.created", "join"),
    ]


def work(step: str) -> list[tuple[str, str]]:
    return [("share.performed", step), ("task.completed", step), ("step.left", step)]


def visit(step: str) -> list[tuple[str, str]]:
    return [("step.entered", step), ("task.created", step), *work(step)]


def test_incidents_messages_and_cancellations_are_told(ana_hub: Hub, cleo_hub: Hub, publish: Any) -> None:
    publish(STUCK)
    publish(WAITING)
    stuck = ana_hub.start("stuck")["id"]
    cleo_hub.make(f"{INSTANCES}/{stuck}/retry", {"variables": {"amount": 11}})
    cleo_hub.make(f"{INSTANCES}/{stuck}/cancel", {"reason": "Enough"})
    assert kinds(ana_hub, stuck) == kinds(ana_hub, stuck, "limit=1")
    assert kinds(ana_hub, stuck) == [
        ("instance.started", None),
        ("step.entered", "weigh"),
        ("step.left", "weigh"),
        ("incident.raised", "weigh"),
        ("incident.retried", "weigh"),
        ("step.entered", "much"),
        ("task.created", "much"),
        ("task.canceled", "much"),
        ("step.left", "much"),
        ("instance.canceled", None),
    ]
    canceled = told(ana_hub, stuck)[-1]
    assert (canceled["text"], canceled["by"]["username"]) == ("Enough", "cleo")

    waiting = ana_hub.start("waiting", variables={"order": "7"})["id"]
    ana_hub.make(f"{INSTANCES}/{waiting}/messages", {"name": "paid", "payload": {"amount": 1}, "correlation": "7"})
    assert kinds(ana_hub, waiting)[2:5] == [
        ("message.received", None),
        ("step.left", "payment"),
        ("step.entered", "ship"),
    ]


def test_events_at_the_same_moment_are_all_told(ana_hub: Hub, running: WorkflowInstance) -> None:
    InstanceEvent.objects.bulk_create(
        InstanceEvent(
            organization_id=running.organization_id,
            instance=running,
            type=InstanceEvent.Type.STEP_SKIPPED if number % 2 else InstanceEvent.Type.MESSAGE_RECEIVED,
            text=str(number),
            actor_kind="system",
            created_at=running.started_at,
        )
        for number in range(20)
    )
    whole = [(one["type"], one["text"]) for one in told(ana_hub, running.uuid)]
    assert len(whole) == 23
    for limit in (1, 2, 4):
        assert [(one["type"], one["text"]) for one in told(ana_hub, running.uuid, f"limit={limit}")] == whole


def test_numbers_of_rows_are_not_told(ana_hub: Hub, running: WorkflowInstance, cast: Cast, actor_of: Any) -> None:
    run = running.runs.get()
    assert run.task_id is not None
    tasks.comment(actor=actor_of(cast.ana), task=run.task_id, text="A secret")
    [comment] = [one for one in told(ana_hub, running.uuid) if one["type"] == "comment.added"]
    assert comment["data"] == {}
    assert "secret" not in str(comment)


def test_the_history_of_one_instance_is_not_that_of_another(
    ana_hub: Hub, onboarding: Any, start: Any, cast: Cast
) -> None:
    first, second = start(cast.ana, ONBOARDING["key"]), start(cast.ana, ONBOARDING["key"])
    runs = {one["run"] for one in told(ana_hub, first.uuid)} & {one["run"] for one in told(ana_hub, second.uuid)}
    assert runs == {None}
