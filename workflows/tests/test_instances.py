"""An instance from its start to its end, through the tasks of people."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.access import ProjectAccess
from accounts.actor import Actor
from conftest import Cast
from tasks import commands as task_commands
from tasks.conftest import share
from tasks.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound, StaleVersion, WrongState
from tasks.models import Deadline, Event, Task
from workflows import commands, queries
from workflows.commands import Entity
from workflows.conftest import open_steps, open_task
from workflows.models import InstanceEvent, StepRun, WorkflowInstance

from .samples import APPROVAL, ONBOARDING, ONE_STEP, PARALLEL

ActorOf = Callable[..., Actor]


@pytest.fixture
def onboarding(cast: Cast, publish: Any, start: Any) -> WorkflowInstance:
    publish(ONBOARDING)
    return start(cast.ana, "account-onboarding")


def history(instance: WorkflowInstance) -> list[str]:
    return list(instance.events.values_list("type", flat=True))


def test_it_opens_the_first_step_as_a_task_of_whom_the_definition_names(cast: Cast, onboarding: Any) -> None:
    task = open_task(onboarding, "verify")
    assert (task.title, task.source, task.state) == ("Verify Contact Information", "workflow", "pending")
    assert [one["code"] for one in task.outcomes] == ["approved", "rejected"]
    assert [field["name"] for field in task.form_fields] == ["contact_verified", "phone_confirmed"]
    assert task.assignments.get().user == cast.ana
    assert task.created_by is None
    assert task.due_at is not None
    assert Deadline.objects.filter(task=task).exists()


def test_it_goes_the_way_of_the_document_to_its_end(cast: Cast, onboarding: Any, answer: Any) -> None:
    done = answer(cast.ana, onboarding, "verify", "approved", contact_verified=True, phone_confirmed=True)
    assert (done.instance.status, done.next_steps) == ("running", ("Send Welcome Email",))
    done = answer(
        cast.bo, onboarding, "welcome", "failed", email_address="x@acme.example.com", template="Basic Welcome"
    )
    assert done.next_steps == ("Verify Contact Information",)
    answer(cast.ana, onboarding, "verify", "approved", contact_verified=True)
    answer(cast.bo, onboarding, "welcome", "sent", email_address="x@acme.example.com", template="Basic Welcome")
    done = answer(cast.ana, onboarding, "review")
    assert (done.instance.status, done.next_steps) == ("completed", ())
    onboarding.refresh_from_db()
    assert (onboarding.status, onboarding.ended_at is not None) == ("completed", True)
    assert list(onboarding.runs.values_list("step", "visit")) == [
        ("verify", 1),
        ("welcome", 1),
        ("verify", 2),
        ("welcome", 2),
        ("review", 1),
    ]
    assert history(onboarding) == ["instance.started", "instance.completed"]


def test_a_later_step_shows_what_was_answered_before_it(cast: Cast, onboarding: Any, answer: Any) -> None:
    answer(cast.ana, onboarding, "verify", "approved", contact_verified=True)
    (before,) = queries.previous_steps(open_task(onboarding, "welcome"))
    assert (before.name, before.completed_by, before.outcome) == ("Verify Contact Information", cast.ana, "approved")
    assert before.form_data == {"contact_verified": True, "phone_confirmed": None}


def test_wrong_answers_change_nothing_and_name_the_field(cast: Cast, onboarding: Any, answer: Any) -> None:
    with pytest.raises(InvalidInput) as caught:
        answer(cast.ana, onboarding, "verify", "approved", phone_confirmed="perhaps", colour="red")
    assert caught.value.facts["faults"] == {
        "contact_verified": "is required",
        "phone_confirmed": "must be true or false",
        "colour": "is not asked for",
    }
    with pytest.raises(InvalidInput) as caught:
        answer(cast.ana, onboarding, "verify", "sure", contact_verified=True)
    assert caught.value.field == "outcome"
    assert open_task(onboarding, "verify").version == 1


def test_a_step_without_results_takes_the_only_way(cast: Cast, publish: Any, start: Any, answer: Any) -> None:
    publish(PARALLEL)
    instance = start(cast.ana, "parallel")
    assert answer(cast.ana, instance, "begin").next_steps == ("Left", "Right")
    assert answer(cast.bo, instance, "right").next_steps == ()
    assert answer(cast.ana, instance, "left").next_steps == ("Join",)
    assert answer(cast.bo, instance, "join").instance.status == "completed"


def test_conditions_open_the_branches_that_the_answers_ask_for(
    cast: Cast, publish: Any, start: Any, answer: Any
) -> None:
    publish(APPROVAL)
    small, large = start(cast.ana, "approval"), start(cast.ana, "approval")
    answer(cast.ana, small, "fill", amount=500)
    answer(cast.ana, large, "fill", amount=5_000)
    assert (open_steps(small), open_steps(large)) == (["lead"], ["board", "lead"])


def test_it_is_the_same_through_every_verb_that_ends_a_task(
    cast: Cast, publish: Any, start: Any, do: Any, actor_of: ActorOf
) -> None:
    publish(PARALLEL)
    instance = start(cast.ana, "parallel")
    do(cast.ana, "perform", open_task(instance, "begin"))
    do(cast.cleo, "complete", open_task(instance, "left"))
    do(cast.bo, "perform", open_task(instance, "right"))
    assert open_steps(instance) == ["join"]


def test_a_declined_task_is_an_incident_that_can_be_retried(
    cast: Cast, onboarding: Any, do: Any, actor_of: Any
) -> None:
    first = open_task(onboarding, "verify")
    do(cast.ana, "decline", first, reason="on leave")
    onboarding.refresh_from_db()
    run = onboarding.runs.get()
    assert (onboarding.status, onboarding.has_incident, run.state) == ("running", True, "failed")
    assert run.error == "its task was declined: on leave"
    commands.retry(actor=actor_of(cast.cleo), instance=onboarding.uuid)
    second = open_task(onboarding, "verify")
    assert second.pk != first.pk
    onboarding.refresh_from_db()
    assert not onboarding.has_incident
    assert history(onboarding) == ["instance.started", "incident.raised", "incident.retried"]


def test_a_step_may_have_a_result_for_being_declined(cast: Cast, publish: Any, start: Any, do: Any) -> None:
    ask = {
        "key": "ask",
        "name": "Ask",
        "assign": {"user": "ana"},
        "fields": [{"name": "why", "required": True}],
        "results": [{"code": "yes", "next": "end"}, {"code": "declined", "next": "other"}],
    }
    publish({"key": "k", "name": "K", "steps": [ask, {"key": "other", "name": "Other", "assign": {"user": "bo"}}]})
    instance = start(cast.ana, "k")
    do(cast.ana, "decline", open_task(instance, "ask"))
    assert open_steps(instance) == ["other"]
    assert instance.runs.get(step="ask").outcome == "declined"


def test_who_cannot_be_given_the_work_makes_an_incident_and_not_an_error(
    cast: Cast, publish: Any, start: Any, answer: Any, actor_of: ActorOf
) -> None:
    steps = [
        {"key": "a", "name": "A", "assign": {"user": "ana"}, "next": "b"},
        {"key": "b", "name": "B", "assign": {"variable": "reviewer"}},
    ]
    publish({"key": "k", "name": "K", "steps": steps})
    instance = start(cast.ana, "k", reviewer="nobody")
    done = answer(cast.ana, instance, "a")
    assert (done.instance.has_incident, done.instance.status) == (True, "running")
    assert instance.runs.get(step="b").error == "'B' cannot be given to anybody: there is nobody called 'nobody' here"
    commands.retry(actor=actor_of(cast.cleo), instance=instance.pk, variables={"reviewer": "bo"})
    assert open_task(instance, "b").assignments.get().user == cast.bo


def test_cancel_closes_everything_in_the_same_moment(
    cast: Cast, publish: Any, start: Any, answer: Any, actor_of: ActorOf
) -> None:
    publish(PARALLEL)
    instance = start(cast.ana, "parallel")
    answer(cast.ana, instance, "begin")
    commands.cancel(actor=actor_of(cast.ana), instance=instance.uuid, reason="The customer has left.")
    tasks = Task.objects.filter(instance_id=instance.pk).exclude(state="completed")
    assert [(task.state, task.closed_reason, task.closed_by) for task in tasks] == [
        ("canceled", "withdrawn", cast.ana),
        ("canceled", "withdrawn", cast.ana),
    ]
    assert Event.objects.filter(task__in=tasks, type="task.canceled").count() == 2
    instance.refresh_from_db()
    assert (instance.status, instance.cancel_reason) == ("canceled", "The customer has left.")
    assert set(instance.runs.exclude(step="begin").values_list("state", flat=True)) == {"canceled"}
    with pytest.raises(WrongState):
        commands.cancel(actor=actor_of(cast.ana), instance=instance.uuid)


def test_a_business_key_makes_the_start_idempotent_over_all_versions(
    cast: Cast, publish: Any, actor_of: ActorOf
) -> None:
    publish(ONE_STEP)
    first = commands.start(actor=actor_of(cast.ana), definition="one-step", business_key="order 7")
    publish(ONE_STEP | {"name": "Another"})
    second = commands.start(actor=actor_of(cast.bo), definition="one-step", business_key="order 7")
    assert (first.is_new, second.is_new, second.instance) == (True, False, first.instance)
    assert Task.objects.count() == 1


def test_a_business_key_tells_nobody_of_instances_they_may_not_see(
    cast: Cast, publish: Any, actor_of: ActorOf, access_to: Callable[..., ProjectAccess]
) -> None:
    publish(ONE_STEP)
    in_vault = access_to(cast.cleo, cast.vault)
    commands.start(actor=actor_of(cast.cleo), definition="one-step", project=in_vault, business_key="secret")
    with pytest.raises(Conflict) as caught:
        commands.start(actor=actor_of(cast.ana), definition="one-step", business_key="secret")
    assert caught.value.facts == {}


def test_what_it_is_about_stands_among_the_variables(cast: Cast, publish: Any, actor_of: ActorOf) -> None:
    step = {"key": "a", "name": "A", "title": "Greet {{entity.label}}", "assign": {"starter": True}}
    publish({"key": "k", "name": "K", "entity_type": "CUENTA", "steps": [step]})
    entity = Entity(id="738291047382910473", label="Acme Corp")
    instance = commands.start(actor=actor_of(cast.ana), definition="k", entity=entity).instance
    assert open_task(instance, "a").title == "Greet Acme Corp"
    assert (instance.entity_type, instance.entity_id) == ("CUENTA", "738291047382910473")


def test_every_bound_of_a_start_is_named(cast: Cast, publish: Any, actor_of: ActorOf) -> None:
    publish(ONE_STEP)
    ana = actor_of(cast.ana)
    bad: list[tuple[str, dict[str, Any]]] = [
        ("entity.id", {"entity": Entity(id="x" * 201)}),
        ("entity.type", {"entity": Entity(type="x" * 64)}),
        ("entity.label", {"entity": Entity(label="x" * 256)}),
        ("business_key", {"business_key": "x" * 201}),
        ("variables.not a name", {"variables": {"not a name": 1}}),
        ("variables.do", {"variables": {"do": 1}}),
        ("variables.x", {"variables": {"x": "\x00"}}),
    ]
    for field, given in bad:
        with pytest.raises(InvalidInput) as caught:
            commands.start(actor=ana, definition="one-step", **given)
        assert caught.value.field == field
    assert not WorkflowInstance.objects.exists()


def test_only_a_published_version_is_started(cast: Cast, publish: Any, start: Any, actor_of: ActorOf) -> None:
    row = publish(ONE_STEP)
    commands.save_draft(actor=actor_of(cast.cleo), document=ONE_STEP | {"name": "New"})
    assert start(cast.ana, "one-step").definition == row
    commands.retire(actor=actor_of(cast.cleo), definition=row.uuid)
    with pytest.raises(WrongState):
        start(cast.ana, "one-step", version=1)
    with pytest.raises(NotFound):
        start(cast.ana, "unknown")
    with pytest.raises(NotFound):
        start(cast.dan, "one-step")


def test_who_may_do_what(
    cast: Cast, vera: Any, eve: Any, publish: Any, start: Any, actor_of: ActorOf, access_to: Any
) -> None:
    publish(ONE_STEP)
    with pytest.raises(NotAllowed):
        start(vera, "one-step")
    instance = start(cast.ana, "one-step")
    with pytest.raises(NotAllowed):
        commands.cancel(actor=actor_of(eve), instance=instance.uuid)
    with pytest.raises(NotFound):
        commands.cancel(actor=actor_of(cast.dan), instance=instance.uuid)
    with pytest.raises(NotAllowed):
        commands.retry(actor=actor_of(cast.ana), instance=instance.uuid)
    with pytest.raises(WrongState):
        commands.retry(actor=actor_of(cast.cleo), instance=instance.uuid)
    with pytest.raises(StaleVersion):
        commands.cancel(actor=actor_of(cast.cleo), instance=instance.uuid, version=instance.version + 7)
    secret = commands.start(
        actor=actor_of(cast.cleo), definition="one-step", project=access_to(cast.cleo, cast.vault)
    ).instance
    with pytest.raises(NotFound):
        queries.instance(actor_of(cast.ana), secret.uuid)
    assert list(queries.visible_instances(actor_of(cast.ana))) == [instance]
    assert list(queries.visible_instances(actor_of(cast.cleo))) == [secret, instance]


def test_a_narrowed_credential_starts_and_changes_nothing(cast: Cast, publish: Any, actor_of: ActorOf) -> None:
    from dataclasses import replace

    publish(ONE_STEP)
    narrowed = replace(actor_of(cast.cleo), kind="key", scopes=frozenset({"workflow.read", "task.edit"}))
    with pytest.raises(NotAllowed) as caught:
        commands.start(actor=narrowed, definition="one-step")
    assert caught.value.code == "scope_missing"


def test_whose_work_a_step_is_may_hand_it_over(cast: Cast, onboarding: Any, do: Any, eve: Any) -> None:
    task = open_task(onboarding, "verify")
    with pytest.raises(NotAllowed):
        do(eve, "reassign", task, assignees=[share(eve)])
    do(cast.ana, "reassign", task, assignees=[share(cast.sales)], reason="Sales knows them.")
    assert task.assignments.get(is_open=True).team == cast.sales
    said = task.events.get(type="task.reassigned").payload
    assert said["reason"] == "Sales knows them."


def test_a_step_that_has_led_on_is_not_opened_again(cast: Cast, onboarding: Any, answer: Any, do: Any) -> None:
    done = answer(cast.ana, onboarding, "verify", "approved", contact_verified=True)
    with pytest.raises(WrongState):
        do(cast.cleo, "reopen", done.task)


def test_weighted_answers_of_several_people_decide_together(cast: Cast, publish: Any, start: Any, answer: Any) -> None:
    decide = {
        "key": "decide",
        "name": "Decide",
        "assign": {"users": ["ana", "bo", "cleo"], "weights": [1, 1, 3], "required": 5},
        "results": [{"code": "yes", "next": "end"}, {"code": "no", "next": "explain"}],
    }
    publish({"key": "k", "name": "K", "steps": [decide, {"key": "explain", "name": "Explain"}]})
    instance = start(cast.ana, "k")
    assert answer(cast.cleo, instance, "decide", "no").instance is None
    answer(cast.ana, instance, "decide", "yes")
    assert answer(cast.bo, instance, "decide", "yes").next_steps == ("Explain",)
    assert StepRun.objects.get(instance=instance, step="decide").outcome == "no"


def test_the_history_of_an_instance_never_has_two_ends(cast: Cast, onboarding: Any) -> None:
    assert [event.type for event in queries.history(onboarding)] == [InstanceEvent.Type.STARTED]


def test_a_step_of_a_person_who_left_can_still_be_handed_over(cast: Cast, onboarding: Any, actor_of: ActorOf) -> None:
    task = open_task(onboarding, "verify")
    task_commands.reassign(actor=actor_of(cast.cleo), task=task.pk, assignees=[share(cast.bo)])
    done = commands.complete(
        actor=actor_of(cast.bo), task=task.uuid, outcome="rejected", form_data={"contact_verified": False}
    )
    assert done.instance is not None
    assert done.instance.status == "completed"
