"""What tests of workflows share, on top of the cast and of what tests of tasks share."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.access import project_access
from accounts.actor import Actor
from accounts.invariants import REGISTRY
from accounts.models import Project
from conftest import FRAME, Cast
from tasks import outbox
from tasks.conftest import consistent_afterwards, do, eve, new_task, person, raw_rows, vera
from tasks.models import Task
from workflows import commands, compiled, invariants, store  # noqa: F401  fills the registry
from workflows.automation import planning, running
from workflows.commands import Completed, NewFile, Uploaded
from workflows.engine.events import Event, Processed
from workflows.models import AutomationRule, Processing, StepRun, WorkflowDefinition, WorkflowInstance
from workflows.moving import Move
from workflows.processing import registry
from workflows.tests import papers

__all__ = ["consistent_afterwards", "do", "eve", "new_task", "person", "raw_rows", "vera"]

Publish = Callable[..., WorkflowDefinition]


@pytest.fixture(autouse=True)
def sound_afterwards(request: pytest.FixtureRequest) -> Iterator[None]:
    """Every scenario with the cast leaves instances of which all invariants hold, unless it writes rows itself."""
    watched = "cast" in request.fixturenames and "raw_rows" not in request.fixturenames
    if watched:
        request.getfixturevalue("cast")  # so that we are torn down before the rows are
    yield
    if watched:
        checks = [check for check in REGISTRY.values() if check.name.startswith("workflows.")]
        faults = [line for check in checks for line in check.violations()]
        assert not faults, "\n" + "\n".join(faults)


@pytest.fixture
def start(actor_of: Callable[..., Actor]) -> Callable[..., WorkflowInstance]:
    """`start(ana, "approval", amount=5)`: the instance that she starts with these variables."""

    def make(who: Any, key: str, *, version: int | None = None, **variables: Any) -> WorkflowInstance:
        begun = commands.start(actor=actor_of(who), definition=key, version=version, variables=variables)
        return begun.instance

    return make


@pytest.fixture
def answer(actor_of: Callable[..., Actor]) -> Callable[..., Completed]:
    """`answer(ana, instance, "verify", "approved", phone_confirmed=True)`: she completes the step's open task."""

    def make(who: Any, instance: WorkflowInstance, step: str, outcome: str = "", **form_data: Any) -> Completed:
        task = open_task(instance, step)
        return commands.complete(actor=actor_of(who), task=task.pk, outcome=outcome, form_data=form_data)

    return make


def open_task(instance: WorkflowInstance, step: str) -> Task:
    """The task of the step's visit that waits."""
    return Task.objects.get(step_run__instance=instance, step_run__step=step, is_open=True)


def open_steps(instance: WorkflowInstance) -> list[str]:
    """The keys of the steps that wait or stand still, in order."""
    rows = StepRun.objects.filter(instance=instance, state__in=["open", "failed"])
    return sorted(rows.values_list("step", flat=True))


@pytest.fixture
def publish(cast: Cast, actor_of: Callable[..., Actor]) -> Publish:
    """`publish(ONBOARDING)`: the document as the next version in Acme, published by cleo; or `by` somebody elsewhere.

    Kept in the process from then on, as it would be after a commit.
    """

    def make(document: dict[str, Any], *, by: Any = None) -> WorkflowDefinition:
        row, _ = commands.publish_document(actor=actor_of(by or cast.cleo), document=document)
        compiled.settled(row.pk)
        return row

    return make


@pytest.fixture
def invoices(cast: Cast, publish: Publish, monkeypatch: pytest.MonkeyPatch) -> WorkflowDefinition:
    """The pipeline of the project "dorfman-ag" in the tests of documents; its processor says what the file says."""
    monkeypatch.setitem(registry._registry, "echo", registry._Known(papers.echo, None))
    Project.objects.filter(pk=cast.project.pk).update(pipeline="invoices")
    return publish(papers.INVOICES)


@pytest.fixture
def bring(cast: Cast, invoices: WorkflowDefinition, actor_of: Callable[..., Actor]) -> Callable[..., Uploaded]:
    """`bring(ana, paper(), paper())`: she uploads these files, in the project "dorfman-ag" or another."""

    def make(
        who: Any, *files: NewFile, project: Any = cast.project, pipeline: str | None = None, **given: Any
    ) -> Uploaded:
        if pipeline is not None:
            Project.objects.filter(pk=project.pk).update(pipeline=pipeline)
        actor = replace(actor_of(who, project.organization), scopes=given.pop("scopes", None))
        access = project_access(actor, id=project.pk)
        assert access is not None, f"{who} may not see {project}"
        return commands.upload(actor=actor, access=access, files=files, **given)

    return make


@pytest.fixture
def queries() -> Callable[[Callable[[], Any]], int]:
    """`queries(work)`: how many things `work` asks of the database, apart from beginning and ending."""

    def count(work: Callable[[], Any]) -> int:
        with CaptureQueriesContext(connection) as captured:
            work()
        return sum(not query["sql"].startswith(FRAME) for query in captured)

    return count


@pytest.fixture
def rule(cast: Cast, actor_of: Callable[..., Actor]) -> Callable[..., AutomationRule]:
    """`rule("task.created", {"type": "escalate"}, condition="...")`: a rule of cleo's in Acme; or `by` somebody else.

    The first is the trigger's type, with its value behind a space.
    """

    def make(
        trigger: str, *actions: dict[str, Any], by: Any = None, project: Any = None, name: str = "Rule", **said: Any
    ) -> AutomationRule:
        kind, _, value = trigger.partition(" ")
        document = {"name": name, "trigger": {"type": kind, "value": value}, "actions": list(actions)}
        condition = {"condition": said.pop("condition")} if "condition" in said else {}
        return commands.create_rule(
            actor=actor_of(by or cast.cleo),
            document=document | condition,
            project=project.uuid if project else None,
            **said,
        )

    return make


@pytest.fixture
def settle() -> Callable[[], None]:
    """`settle()`: what workers would do, until nothing is owed any more."""

    def work() -> None:
        for _ in range(30):
            done = outbox.drain() + planning.plan_triggers() + running.run_owed()
            if not done:
                return
        raise AssertionError("rules go on and on")

    return work


@pytest.fixture
def processor() -> Callable[..., Task]:
    """`processor(task, lambda row: Processed(...))`: what is owed to the task is done, with this answer."""

    def work(task: Task, answer: Callable[[Processing], Event]) -> Task:
        row = Processing.objects.get(task=task)
        with transaction.atomic():
            instance = store.lock(row.organization_id, row.instance_id)
            Processing.objects.filter(pk=row.pk).delete()
            move = Move(Actor.system(row.organization_id), timezone.now())
            move.make(move.case(instance), answer(row))
        task.refresh_from_db()
        return task

    return work


@pytest.fixture
def processed(processor: Callable[..., Task]) -> Callable[..., Task]:
    """`processed(instance, "read", metadata={"pages": 1}, total=5)`: its processor has found that."""

    def work(
        instance: WorkflowInstance, step: str = "read", /, issues: Any = (), metadata: Any = None, **data: Any
    ) -> Task:
        task = open_task(instance, step)
        return processor(task, lambda row: Processed(row.run, row.attempt, data, issues, metadata or {}))

    return work
