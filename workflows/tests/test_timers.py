"""What time and workers do to instances: waits, messages that do not come, actions, and what goes wrong with them."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from accounts.actor import Actor
from conftest import Cast
from workflows import actions, commands, sweeps
from workflows.actions import Answer, Call
from workflows.conftest import open_steps
from workflows.models import Timer, WorkflowInstance

ActorOf = Callable[..., Actor]
AFTER = {"key": "after", "name": "After", "assign": {"user": "ana"}}


class Robot:
    """A registered action whose answers a test lays down: values, an Answer, or exceptions to be raised."""

    def __init__(self) -> None:
        self.calls: list[tuple[Mapping[str, Any], Call]] = []
        self.answers: list[Any] = []

    def __call__(self, inputs: Mapping[str, Any], call: Call) -> Any:
        self.calls.append((inputs, call))
        answer = self.answers.pop(0) if self.answers else {}
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def robot(monkeypatch: pytest.MonkeyPatch) -> Robot:
    robot = Robot()
    monkeypatch.setitem(actions._registry, "robot", robot)
    return robot


@pytest.fixture
def automatic(cast: Cast, publish: Any, start: Any, robot: Robot) -> Callable[..., WorkflowInstance]:
    """An instance whose first step calls the robot."""

    def make(**more: Any) -> WorkflowInstance:
        step = {"key": "act", "name": "Act", "type": "automatic", "action": "robot", "next": "after", **more}
        publish({"key": "auto", "name": "Auto", "variables": {"n": 7}, "steps": [step, AFTER]})
        return start(cast.ana, "auto")

    return make


def in_(seconds: float) -> datetime:
    return timezone.now() + timedelta(seconds=seconds)


def test_a_wait_is_over_when_its_time_has_come_and_not_before(cast: Cast, publish: Any, start: Any) -> None:
    publish(
        {"key": "k", "name": "K", "steps": [{"key": "rest", "type": "wait", "for": "PT1H", "next": "after"}, AFTER]}
    )
    instance = start(cast.ana, "k")
    assert sweeps.fire_timers(in_(3_500)) == 0
    assert sweeps.fire_timers(in_(3_700)) == 1
    assert open_steps(instance) == ["after"]
    assert sweeps.fire_timers(in_(9_000)) == 0


def test_canceling_an_instance_stops_its_clocks(cast: Cast, publish: Any, start: Any, actor_of: ActorOf) -> None:
    publish({"key": "k", "name": "K", "steps": [{"key": "rest", "type": "wait", "for": "PT1H"}]})
    instance = start(cast.ana, "k")
    commands.cancel(actor=actor_of(cast.ana), instance=instance.pk)
    assert not Timer.objects.exists()


def test_a_message_that_does_not_come_is_a_timeout(cast: Cast, publish: Any, start: Any) -> None:
    wait: dict[str, Any] = {"key": "paid", "type": "wait", "message": "payment", "timeout": "P30D"}
    wait["results"] = [{"code": "received", "next": "end"}, {"code": "timeout", "next": "after"}]
    publish({"key": "k", "name": "K", "steps": [wait, AFTER]})
    instance = start(cast.ana, "k")
    sweeps.fire_timers(in_(31 * 86_400))
    assert open_steps(instance) == ["after"]


def test_an_action_runs_outside_and_its_answer_leads_on(cast: Cast, automatic: Any, robot: Robot) -> None:
    robot.answers = [{"score": 12}]
    instance = automatic(inputs={"count": "n + 1"}, outputs={"score": "result.score"})
    assert robot.calls == []
    assert sweeps.fire_timers() == 1
    ((inputs, call),) = robot.calls
    assert (inputs, call.step, call.attempt, call.instance) == ({"count": 8}, "act", 1, instance.uuid)
    instance.refresh_from_db()
    assert instance.state["variables"]["score"] == 12
    assert open_steps(instance) == ["after"]


def test_an_action_picks_a_result(cast: Cast, automatic: Any, robot: Robot) -> None:
    robot.answers = [Answer(outcome="bad")]
    instance = automatic(results=[{"code": "good", "next": "end"}, {"code": "bad", "next": "after"}])
    sweeps.fire_timers()
    assert open_steps(instance) == ["after"]


def test_an_action_that_fails_is_tried_again_later_and_then_people_see_it(
    cast: Cast, automatic: Any, robot: Robot, actor_of: ActorOf
) -> None:
    robot.answers = [RuntimeError("no answer"), RuntimeError("still none"), RuntimeError("gone"), {}]
    instance = automatic(retry={"attempts": 3, "wait": "PT1M", "factor": 2})
    assert sweeps.fire_timers() == 1
    assert sweeps.fire_timers(in_(50)) == 0
    sweeps.fire_timers(in_(70))
    sweeps.fire_timers(in_(100))
    assert len(robot.calls) == 2
    sweeps.fire_timers(in_(400))
    instance.refresh_from_db()
    assert ([call.attempt for _, call in robot.calls], instance.has_incident) == ([1, 2, 3], True)
    assert len({call.key for _, call in robot.calls}) == 1
    assert instance.runs.get().error == "RuntimeError: gone"
    assert not Timer.objects.exists()
    commands.retry(actor=actor_of(cast.cleo), instance=instance.uuid)
    sweeps.fire_timers()
    assert open_steps(instance) == ["after"]


def test_an_answer_that_cannot_be_kept_is_a_failure(cast: Cast, automatic: Any, robot: Robot) -> None:
    robot.answers = [{"file": object()}]
    instance = automatic(retry={"attempts": 1})
    sweeps.fire_timers()
    instance.refresh_from_db()
    assert instance.has_incident
    assert "object" in instance.runs.get().error


def test_an_action_whose_instance_was_canceled_meanwhile_changes_nothing(
    cast: Cast, automatic: Any, robot: Robot, actor_of: ActorOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    instance = automatic()

    def cancel_while_it_runs(inputs: Any, call: Call) -> dict[str, Any]:
        commands.cancel(actor=actor_of(cast.ana), instance=instance.pk)
        return {}

    monkeypatch.setitem(actions._registry, "robot", cancel_while_it_runs)
    assert sweeps.fire_timers() == 0
    instance.refresh_from_db()
    assert instance.status == "canceled"


def test_a_worker_that_died_is_replaced_when_its_lease_is_over(cast: Cast, automatic: Any, robot: Robot) -> None:
    class Died(BaseException):
        """What no handler of errors catches, as the end of a process."""

    instance = automatic()
    robot.answers = [Died(), {}]
    robot_raises = robot.answers[0]

    def die(inputs: Any, call: Call) -> Any:
        robot.calls.append((inputs, call))
        raise robot_raises

    actions._registry["robot"] = die
    with pytest.raises(Died):
        sweeps.fire_timers()
    actions._registry["robot"] = robot
    robot.answers = [{}]
    assert sweeps.fire_timers(in_(60)) == 0
    assert sweeps.fire_timers(timezone.now() + sweeps.LEASE + timedelta(seconds=5)) == 1
    assert [call.key for _, call in robot.calls] == [robot.calls[0][1].key] * 2
    assert open_steps(instance) == ["after"]


def test_a_broken_timer_is_put_off_and_stops_nobody_else(
    cast: Cast, publish: Any, start: Any, caplog: pytest.LogCaptureFixture
) -> None:
    publish(
        {"key": "k", "name": "K", "steps": [{"key": "rest", "type": "wait", "for": "PT1H", "next": "after"}, AFTER]}
    )
    broken, whole = start(cast.ana, "k"), start(cast.ana, "k")
    sound = dict(broken.state)
    WorkflowInstance.objects.filter(pk=broken.pk).update(state={"status": "unheard of"})
    assert sweeps.fire_timers(in_(3_700)) == 1
    assert (open_steps(broken), open_steps(whole)) == (["rest"], ["after"])
    assert Timer.objects.get().failures == 1
    WorkflowInstance.objects.filter(pk=broken.pk).update(state=sound)
    assert sweeps.fire_timers(in_(3_700 + 700)) == 1
    assert open_steps(broken) == ["after"]
    assert "broke" in caplog.text


def test_a_mail_is_sent_with_the_same_id_for_every_attempt(cast: Cast, publish: Any, start: Any) -> None:
    inputs = {"to": "customer", "subject": "'Invoice ' + string(number)", "body": "'Dear customer'"}
    send = {"key": "send", "name": "Send", "type": "automatic", "action": "send_mail", "inputs": inputs}
    send["outputs"] = {"message_id": "result.id"}
    variables = {"customer": "x@acme.example.com", "number": 7}
    publish({"key": "k", "name": "K", "variables": variables, "steps": [send]})
    instance = start(cast.ana, "k")
    sweeps.fire_timers()
    instance.refresh_from_db()
    (message,) = mail.outbox
    assert (message.to, message.subject) == (["x@acme.example.com"], "Invoice 7")
    assert message.extra_headers["Message-ID"] == instance.state["variables"]["message_id"]
    assert instance.status == "completed"


def test_a_mail_to_nobody_is_an_incident(cast: Cast, publish: Any, start: Any) -> None:
    send = {"key": "send", "name": "Send", "type": "automatic", "action": "send_mail", "retry": {"attempts": 1}}
    publish({"key": "k", "name": "K", "steps": [send | {"inputs": {"to": "'not an address'"}}]})
    instance = start(cast.ana, "k")
    sweeps.fire_timers()
    instance.refresh_from_db()
    assert instance.has_incident
    assert mail.outbox == []
