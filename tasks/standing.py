"""From rows to what the policy asks: the facts of a task, and what an actor is to it."""

from collections.abc import Iterable
from dataclasses import replace

from accounts.access import identity, project_access
from accounts.actor import Actor
from accounts.models import Project

from .domain.errors import NotFound, no_such_task
from .domain.facts import Share, TaskFacts
from .domain.lifecycle import ShareState, State
from .models import Assignment, Task
from .policy import Standing


def facts_of(task: Task, shares: Iterable[Assignment]) -> TaskFacts:
    """The rules' view of a task and its shares."""
    return TaskFacts(
        state=State(task.state),
        weight=task.weight,
        performed_weight=task.performed_weight,
        shares=tuple(
            Share(
                id=row.pk,
                user_id=row.user_id,
                team_id=row.team_id,
                weight=row.weight,
                state=ShareState(row.state),
                claimed_from=row.claimed_from_id,
            )
            for row in shares
        ),
    )


def may_be_shown(task: Task, user_id: int, shares: Iterable[Assignment]) -> bool:
    """Whether another member may see the task. Asks the database only where its project is not everybody's."""
    if task.project.visibility == Project.Visibility.ORGANIZATION:
        return True
    try:
        standing_of(identity(user_id, task.organization_id), task, shares)
    except NotFound:
        return False
    return True


def standing_of(actor: Actor, task: Task, shares: Iterable[Assignment]) -> Standing:
    """What `actor` is to `task`; NotFound if they may not even see it. Asks who watches only if that decides it."""
    facts = facts_of(task, shares)
    access = project_access(actor, id=task.project_id)
    is_creator = actor.user_id is not None and task.created_by_id == actor.user_id
    standing = Standing(actor, access, facts, is_creator=is_creator, is_step=task.instance_id is not None)
    if not standing.may_view and actor.user_id and task.watchers.filter(user_id=actor.user_id).exists():
        standing = replace(standing, is_watcher=True)
    if not standing.may_view:
        raise no_such_task()
    return standing
