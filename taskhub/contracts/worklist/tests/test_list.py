"""The list: which tasks it shows, its parameters and their bounds, its pages."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.actor import Actor
from accounts.credential_cache import forget
from accounts.models import Organization, Project, User
from tasks import commands as task_commands
from tasks import queries
from tasks.domain.lifecycle import State
from tasks.models import Task
from workflows.commands import Entity
from workflows.models import WorkflowInstance
from workflows.tests.samples import ONE_STEP, PARALLEL, document

from .conftest import TASKS, Start, Worker, address, open_tasks, wrong

OTHER = Entity("FACTURA", "7", "Invoice 7")


@pytest.fixture
def some(publish: Any, start: Start, onboarding: WorkflowInstance) -> dict[str, Task]:
    """Three open steps of three workflows by name."""
    publish(PARALLEL)
    publish(ONE_STEP)
    started = {"parallel": start("parallel", entity=OTHER), "one": start("one-step"), "onboarding": onboarding}
    return {name: open_tasks(instance)[0] for name, instance in started.items()}


def ids(shown: list[dict[str, Any]]) -> list[int]:
    return [int(task["id"]) for task in shown]


def test_the_newest_comes_first(cleo_works: Worker, some: dict[str, Task]) -> None:
    assert ids(cleo_works.list()) == sorted((task.pk for task in some.values()), reverse=True)


def test_only_steps_of_workflows_are_shown(cleo_works: Worker, new_task: Any, ana: User, verify: Task) -> None:
    plain = new_task(ana)
    assert ids(cleo_works.list()) == [verify.pk]
    wrong(cleo_works.get(address(plain)), 404, "NOT_FOUND")
    wrong(cleo_works.complete(plain, "completed"), 404, "NOT_FOUND")
    wrong(cleo_works.reassign(plain, assign_to_user_id=str(ana.pk)), 404, "NOT_FOUND")


def test_only_what_the_person_sees_is_shown(
    bo_works: Worker, cleo_works: Worker, publish: Any, start: Start, vault: Project, access_to: Any, cleo: User
) -> None:
    publish(ONE_STEP)
    hidden, shown = start("one-step", project=access_to(cleo, vault)), start("one-step")
    assert ids(bo_works.list()) == [task.pk for task in open_tasks(shown)]
    assert len(cleo_works.list()) == 2
    [task] = open_tasks(hidden)
    wrong(bo_works.get(address(task)), 404, "NOT_FOUND")
    wrong(bo_works.complete(task, "completed"), 404, "NOT_FOUND")


@pytest.mark.parametrize("state", [State.PROCESSING, State.DECLINED, State.CANCELED, State.FAILED])
def test_a_task_in_a_state_without_a_word_is_not_there(cleo_works: Worker, verify: Task, state: State) -> None:
    Task.objects.filter(pk=verify.pk).update(state=state, is_open=state == State.PROCESSING)
    assert cleo_works.list() == []
    wrong(cleo_works.get(address(verify)), 404, "NOT_FOUND")
    wrong(cleo_works.complete(verify, "approved"), 404, "NOT_FOUND")


def test_by_status(ana_works: Worker, cleo_works: Worker, some: dict[str, Task], actor_of: Any, ana: User) -> None:
    task_commands.start(actor=actor_of(ana), task=some["parallel"].pk)
    ana_works.complete(some["onboarding"], "rejected", {"contact_verified": False})
    found = {status: ids(cleo_works.list(f"status={status}")) for status in ("PENDING", "IN_PROGRESS", "COMPLETED")}
    assert found == {
        "PENDING": [some["one"].pk],
        "IN_PROGRESS": [some["parallel"].pk],
        "COMPLETED": [some["onboarding"].pk],
    }


def test_by_definition_as_its_number_and_as_its_key(
    cleo_works: Worker, some: dict[str, Task], publish: Any, start: Start
) -> None:
    second = publish(document(ONE_STEP, name="One step, again"))
    [newer] = open_tasks(start("one-step"))
    assert ids(cleo_works.list(f"definition_id={second.pk}")) == [newer.pk]
    assert ids(cleo_works.list("definition_id=one-step")) == [newer.pk, some["one"].pk]
    assert [task["workflow_name"] for task in cleo_works.list("definition_id=one-step")] == [
        "One step, again",
        "One step",
    ]
    for nothing in ("0", "-1", str(2**63), "9" * 30, "nothing", "%D9%A3", "x%27--"):
        assert cleo_works.list(f"definition_id={nothing}") == []


def test_by_entity_type(cleo_works: Worker, some: dict[str, Task]) -> None:
    assert ids(cleo_works.list("entity_type=FACTURA")) == [some["parallel"].pk]
    assert ids(cleo_works.list("entity_type=CUENTA&definition_id=account-onboarding")) == [some["onboarding"].pk]
    assert cleo_works.list("entity_type=factura") == cleo_works.list("entity_type=CUENTA&definition_id=parallel") == []


def test_overdue_is_what_is_open_and_late(ana_works: Worker, cleo_works: Worker, some: dict[str, Task]) -> None:
    assert cleo_works.list("overdue_only=true") == []
    late = timezone.now() - timedelta(seconds=1)
    Task.objects.filter(pk=some["onboarding"].pk).update(due_at=late, due_sort=late)
    assert (
        ids(cleo_works.list("overdue_only=true")) == ids(cleo_works.list("overdue_only=1")) == [some["onboarding"].pk]
    )
    assert len(cleo_works.list("overdue_only=false")) == 3
    ana_works.complete(some["onboarding"], "rejected", {"contact_verified": False})
    assert cleo_works.list("overdue_only=true") == []


BAD = {
    "limit": ("0", "101", "-1", "ten", "", "1.5", "1e1", "%201", "%D9%A3", "9" * 5000),
    "offset": ("-1", "10001", "x", "", "9" * 5000),
    "status": ("pending", "DONE", "", "PENDING,COMPLETED", "x" * 5000),
    "definition_id": ("", "x" * 31, "1" * 31),
    "entity_type": ("", "x" * 64),
    "overdue_only": ("yes", "", "2", "TRUE%20"),
}


@pytest.mark.parametrize(("name", "text"), [(name, text) for name in BAD for text in BAD[name]], ids=lambda v: v[:20])
def test_a_parameter_that_means_nothing_is_refused_by_its_name(cleo_works: Worker, name: str, text: str) -> None:
    assert wrong(cleo_works.get(f"{TASKS}?{name}={text}"), 400, "VALIDATION_ERROR") == [name]


def test_parameters_that_are_not_known_are_ignored(cleo_works: Worker, verify: Task) -> None:
    assert ids(cleo_works.list("colour=red&cursor=x&page=2")) == [verify.pk]


def test_pages_by_limit_and_offset(cleo_works: Worker, publish: Any, start: Start) -> None:
    publish(ONE_STEP)
    tasks = [open_tasks(start("one-step"))[0].pk for _ in range(27)]
    newest = sorted(tasks, reverse=True)
    first = cleo_works.get(TASKS).json()
    assert (ids(first["data"]), first["meta"]) == (newest[:25], {"total": 27, "limit": 25, "offset": 0})
    rest = cleo_works.get(f"{TASKS}?limit=100&offset=20").json()
    assert (ids(rest["data"]), rest["meta"]) == (newest[20:], {"total": 27, "limit": 100, "offset": 20})
    beyond = cleo_works.get(f"{TASKS}?offset=10000").json()
    assert (beyond["data"], beyond["meta"]) == ([], {"total": 27, "limit": 25, "offset": 10000})


@pytest.mark.postgres
def test_totals_are_counted_up_to_a_bound_and_then_estimated(
    cleo_works: Worker, publish: Any, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(ONE_STEP)
    for _ in range(3):
        start("one-step")
    monkeypatch.setattr(queries, "COUNT_CAP", 2)
    meta = cleo_works.get(TASKS).json()["meta"]
    assert meta["total_estimated"] is True
    assert meta["total"] >= 2


@pytest.mark.parametrize(
    ("moment", "shown"),
    [("2026-01-15T03:00:00.9+00:00", "2026-01-14T22:00:00"), ("2026-07-15T03:00:00+00:00", "2026-07-14T23:00:00")],
    ids=["winter", "summer"],
)
def test_times_are_those_of_the_organization(
    cleo_works: Worker, verify: Task, acme: Organization, moment: str, shown: str
) -> None:
    Organization.objects.filter(pk=acme.pk).update(timezone="America/New_York")
    forget()
    Task.objects.filter(pk=verify.pk).update(due_at=moment, due_sort=moment, created_at=moment)
    [task] = cleo_works.list()
    detail = cleo_works.detail(verify)
    assert [task["due_date"], task["created_at"], detail["due_date"], detail["created_at"]] == [shown] * 4


def test_a_person_with_several_colleagues_finds_themselves(
    ana_works: Worker, bo_works: Worker, cleo_works: Worker, publish: Any, start: Start
) -> None:
    step = {"key": "sign", "name": "Sign", "assign": {"users": ["ana", "bo"]}}
    publish({"key": "both", "name": "Both sign", "steps": [step]})
    start("both")
    shown = {name: works.list()[0]["assigned_to_user"]["name"] for name, works in
             {"ana": ana_works, "bo": bo_works, "cleo": cleo_works}.items()}  # fmt: skip
    assert shown == {"ana": "Ana Diaz", "bo": "Bo Berg", "cleo": "Ana Diaz"}


def test_who_took_the_groups_task_is_shown_beside_the_group(
    cleo_works: Worker, welcome: Task, actor_of: Callable[..., Actor], bo: User
) -> None:
    task_commands.claim(actor=actor_of(bo), task=welcome.pk)
    [shown] = cleo_works.list("status=PENDING")
    assert (shown["assigned_to_user"]["name"], shown["assigned_to_group"]["name"]) == ("Bo Berg", "Sales Team")


def test_escalation_is_told(cleo_works: Worker, verify: Task, actor_of: Callable[..., Actor], cleo: User) -> None:
    assert cleo_works.list()[0]["escalated"] is False
    task_commands.escalate(actor=actor_of(cleo), task=verify.pk)
    assert cleo_works.list()[0]["escalated"] is True
    assert cleo_works.detail(verify)["escalated"] is True
