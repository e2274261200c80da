"""Nothing crosses from one organization to another: every operation with every id of somebody else."""

from dataclasses import dataclass
from typing import Any

import pytest

from accounts.actor import Actor
from accounts.models import Organization, Team, User
from taskhub.contracts import openapi, registry
from tasks.models import Event, Task
from workflows import commands
from workflows.commands import Entity
from workflows.models import WorkflowInstance
from workflows.tests.samples import ONE_STEP, document

from .conftest import TASKS, Start, Worker, address, open_tasks, wrong

SECRET = "secret-of-globex"


@dataclass(frozen=True)
class World:
    """What one organization has."""

    task: Task
    instance: WorkflowInstance
    definition: int
    user: User
    team: Team


@pytest.fixture
def ours(publish: Any, start: Start, cleo: User, sales: Team) -> World:
    definition = publish(ONE_STEP)
    instance = start("one-step")
    return World(open_tasks(instance)[0], instance, definition.pk, cleo, sales)


@pytest.fixture
def theirs(publish: Any, globex: Organization, dan: User, actor_of: Any) -> World:
    actor: Actor = actor_of(dan)
    definition = publish(document(ONE_STEP, key="secret", name=SECRET), by=dan)
    instance = commands.start(actor=actor, definition="secret", entity=Entity(SECRET, "1", SECRET)).instance
    team = Team.objects.create(organization=globex, name="globex/ops", slug="ops", title=SECRET)
    return World(open_tasks(instance)[0], instance, definition.pk, dan, team)


def bodies(world: World) -> dict[str, list[dict[str, Any]]]:
    return {
        "complete": [{"result_code": "completed"}],
        "reassign": [{"assign_to_user_id": str(world.user.pk)}, {"assign_to_group_id": str(world.team.pk)}],
    }


def test_this_page_knows_every_operation() -> None:
    contract = registry.by_name("worklist")
    assert contract is not None
    assert set(openapi.document(contract)["paths"]) == {
        "/apidev/v1/auth/login", TASKS, f"{TASKS}/{{id}}", f"{TASKS}/{{id}}/complete", f"{TASKS}/{{id}}/reassign",
    }  # fmt: skip


def test_a_task_of_others_is_a_task_of_nobody(cleo_works: Worker, ours: World, theirs: World) -> None:
    before = Event.objects.count()
    foreign = [cleo_works.get(address(theirs.task))]
    nothing = [cleo_works.get(address("999999"))]
    for verb, given in bodies(ours).items():
        for body in given:
            foreign.append(cleo_works.post(f"{address(theirs.task)}/{verb}", body))
            nothing.append(cleo_works.post(f"{address('999999')}/{verb}", body))
    for response, same in zip(foreign, nothing, strict=True):
        wrong(response, 404, "NOT_FOUND")
        assert response.content == same.content
    assert Event.objects.count() == before


def test_people_and_groups_of_others_get_nothing(cleo_works: Worker, ours: World, theirs: World) -> None:
    before = Event.objects.count()
    for body in bodies(theirs)["reassign"]:
        response = cleo_works.post(f"{address(ours.task)}/reassign", body)
        wrong(response, 404, "NOT_FOUND")
        assert SECRET not in response.text
    assert Event.objects.count() == before


def test_no_filter_finds_anything_of_others(cleo_works: Worker, ours: World, theirs: World) -> None:
    for query in (f"definition_id={theirs.definition}", "definition_id=secret", f"entity_type={SECRET}"):
        answer = cleo_works.get(f"{TASKS}?{query}").json()
        assert (answer["data"], answer["meta"]["total"]) == ([], 0)


def test_each_side_sees_its_own(cleo_works: Worker, dan_works: Worker, ours: World, theirs: World) -> None:
    assert [task["id"] for task in cleo_works.list()] == [str(ours.task.pk)]
    assert [task["id"] for task in dan_works.list()] == [str(theirs.task.pk)]
    assert SECRET not in cleo_works.get(TASKS).text


def test_the_same_key_of_a_definition_is_another_definition(
    cleo_works: Worker, dan_works: Worker, ours: World, publish: Any, dan: User, actor_of: Any
) -> None:
    publish(ONE_STEP, by=dan)
    commands.start(actor=actor_of(dan), definition="one-step")
    assert cleo_works.get(f"{TASKS}?definition_id=one-step").json()["meta"]["total"] == 1
    assert dan_works.get(f"{TASKS}?definition_id={ours.definition}").json()["meta"]["total"] == 0


def test_five_hundred_tasks_of_others_change_no_answer(
    cleo_works: Worker, dan: User, ours: World, theirs: World, actor_of: Any
) -> None:
    paths = [TASKS, f"{TASKS}?status=PENDING", address(ours.task)]
    before = [cleo_works.get(path).content for path in paths]
    template = Task.objects.get(pk=theirs.task.pk)
    Task.objects.bulk_create(
        Task(
            organization=template.organization,
            project=template.project,
            title=SECRET,
            instance_id=theirs.instance.pk,
            due_sort=template.due_sort,
            created_at=template.created_at,
            updated_at=template.created_at,
        )
        for _ in range(500)
    )
    assert [cleo_works.get(path).content for path in paths] == before
