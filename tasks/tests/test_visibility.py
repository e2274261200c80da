"""What one sees, and that everything else answers as if it did not exist."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any
from uuid import uuid4

import pytest
from guardian.shortcuts import assign_perm

from accounts import access
from accounts.actor import Actor
from accounts.models import Project, User
from conftest import Cast
from tasks import commands, queries
from tasks.conftest import share
from tasks.domain.errors import NotAllowed, NotFound
from tasks.models import Task

NewTask, Do = Callable[..., Task], Callable[..., Any]
Counted = Callable[[int], AbstractContextManager[None]]


def sees(actor: Actor, task: Task) -> bool:
    try:
        queries.task(actor, task.uuid)
    except NotFound:
        return False
    return True


@pytest.fixture
def many(cast: Cast, eve: User, vera: User, new_task: NewTask, do: Do) -> list[Task]:
    """Tasks in every relation to everybody, in visible, private and shared projects."""
    lent, taught = Project.objects.bulk_create(
        Project(organization=cast.acme, slug=slug, name=slug, visibility="private") for slug in ("lent", "taught")
    )
    assign_perm("view_project", eve, lent)
    assign_perm("work_project", cast.sales, taught)
    tasks = []
    for project in (cast.project, cast.vault, lent, taught):
        held = new_task(cast.sales, project=project)
        replaced = [new_task(somebody, project=project) for somebody in (eve, cast.sales)]
        tasks += [
            new_task(project=project),
            new_task(eve, project=project),
            new_task(cast.sales, project=project),
            do(cast.ana, "claim", held),
            do(eve, "perform", new_task(eve, cast.bo, project=project)),
            *(do(cast.cleo, "reassign", task, assignees=[share(cast.bo)]) for task in replaced),
            new_task(project=project, watchers=[eve.uuid]),
            new_task(project=project, watchers=[vera.uuid]),
            new_task(project=project, creator=eve.uuid),
            do(cast.cleo, "delete", new_task(eve, project=project)),
            do(cast.cleo, "complete", new_task(eve, project=project)),
        ]
    return [*tasks, new_task(cast.dan, by=cast.dan, project=cast.elsewhere)]


def test_the_list_holds_exactly_what_can_be_opened(
    cast: Cast, eve: User, vera: User, many: list[Task], actor_of: Callable[..., Actor]
) -> None:
    seen = {}
    for person in (cast.ana, cast.bo, eve, vera, cast.cleo, cast.dan):
        actor = actor_of(person)
        listed = list(queries.visible_to(actor))
        assert {task.pk for task in listed} == {task.pk for task in many if sees(actor, task)}
        assert [task.pk for task in listed] == sorted((task.pk for task in listed), reverse=True)
        seen[person.username] = len(listed)
    per_project = 11  # twelve, one of them deleted
    assert seen["cleo"] == 4 * per_project
    assert seen["dan"] == 1
    assert per_project < seen["vera"] < seen["eve"] < seen["cleo"]


def test_a_private_project_is_seen_by_managers_and_whoever_it_is_given_to(
    cast: Cast, eve: User, new_task: NewTask, actor_of: Callable[..., Actor]
) -> None:
    task = new_task(project=cast.vault)
    assert [sees(actor_of(person), task) for person in (cast.cleo, cast.ana, eve)] == [True, False, False]
    assign_perm("view_project", eve, cast.vault)
    assign_perm("work_project", cast.sales, cast.vault)
    access.forget()
    assert [sees(actor_of(person), task) for person in (cast.cleo, cast.ana, eve)] == [True, True, True]


def test_grants_say_who_creates_and_who_manages_in_a_private_project(
    cast: Cast, eve: User, new_task: NewTask, do: Do
) -> None:
    assign_perm("view_project", eve, cast.vault)
    assign_perm("work_project", cast.sales, cast.vault)
    with pytest.raises(NotAllowed):
        new_task(by=eve, project=cast.vault)
    task = new_task(by=cast.ana, project=cast.vault)
    with pytest.raises(NotAllowed):
        do(cast.bo, "cancel", task)
    assign_perm("manage_project", cast.bo, cast.vault)
    access.forget()
    assert do(cast.bo, "cancel", task).state == "canceled"


def test_being_given_work_shows_it_and_losing_it_hides_it(
    cast: Cast, eve: User, new_task: NewTask, do: Do, actor_of: Callable[..., Actor]
) -> None:
    task = new_task(eve, project=cast.vault)
    assert sees(actor_of(eve), task)
    do(cast.cleo, "reassign", task, assignees=[share(cast.bo)])
    assert not sees(actor_of(eve), task)
    assert not queries.visible_to(actor_of(eve)).exists()


def test_leaving_the_team_hides_what_waits_for_it(
    cast: Cast, new_task: NewTask, actor_of: Callable[..., Actor]
) -> None:
    task = new_task(cast.sales, project=cast.vault)
    assert sees(actor_of(cast.ana), task)
    cast.sales.user_set.remove(cast.ana)
    assert not sees(actor_of(cast.ana), task)


@pytest.mark.parametrize("verb", ["start", "perform", "complete", "decline", "claim", "release", "cancel", "fail",
                                  "reopen", "delete", "escalate", "watch", "unwatch"])  # fmt: skip
def test_what_is_foreign_hidden_deleted_or_nothing_answers_alike(
    cast: Cast, new_task: NewTask, do: Do, actor_of: Callable[..., Actor], verb: str
) -> None:
    foreign = new_task(cast.dan, by=cast.dan, project=cast.elsewhere)
    hidden = new_task(project=cast.vault)
    gone = do(cast.cleo, "delete", new_task(cast.ana))
    answers = set()
    for key in (foreign.pk, foreign.uuid, hidden.pk, hidden.uuid, gone.uuid, 10**18, uuid4()):
        with pytest.raises(NotFound) as refused:
            getattr(commands, verb)(actor=actor_of(cast.ana), task=key)
        answers.add((refused.value.code, refused.value.message, str(refused.value.facts)))
    assert answers == {("task_not_found", "There is no such task.", "{}")}


def test_a_task_is_only_found_within_its_project(cast: Cast, new_task: NewTask, actor_of: Callable[..., Actor]) -> None:
    task, cleo = new_task(), actor_of(cast.cleo)
    assert queries.task(cleo, task.uuid, within=cast.project.pk)[0] == task
    with pytest.raises(NotFound):
        queries.task(cleo, task.uuid, within=cast.vault.pk)


def test_a_task_takes_two_queries_and_one_more_where_watching_decides(
    cast: Cast, eve: User, new_task: NewTask, do: Do, actor_of: Callable[..., Actor], counted: Counted
) -> None:
    for holders in ([], [cast.ana, cast.bo, cast.sales]):
        task = new_task(*holders)
        ana = actor_of(cast.ana)
        queries.task(ana, task.uuid)  # now the project is remembered
        with counted(2):
            queries.task(ana, task.uuid)
    hidden, watcher = new_task(project=cast.vault, watchers=[eve.uuid]), actor_of(eve)
    with counted(5):  # besides: the project and what was granted of it, which is not remembered if that is nothing
        _, standing = queries.task(watcher, hidden.uuid)
    assert standing.is_watcher
