"""What automation does to a task besides what people do: add tags, tell people, note that a rule was stopped."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from accounts import queries as people
from accounts.actor import Actor
from accounts.models import User
from tasks.domain.content import check_tags, check_text
from tasks.domain.errors import NotFound, WrongState
from tasks.models import Task
from tasks.standing import may_be_shown

from .change import changing

MAX_TOLD = 1_000


def tag(*, actor: Actor, task: UUID | int, tags: Collection[str], now: datetime | None = None) -> Task:
    """Add tags to those that the task has, under its lock: two who add at once lose nothing."""
    with changing("update", actor=actor, task=task, now=now) as change:
        wanted = check_tags([*change.task.tags, *tags])
        if wanted != change.task.tags:
            change.set(tags=wanted)
            change.record("task.updated", fields={"tags": wanted})
    return change.task


def tell(
    *,
    actor: Actor,
    task: UUID | int,
    text: str,
    users: Collection[int] = (),
    teams: Collection[int] = (),
    now: datetime | None = None,
) -> Task:
    """Tell members and teams something about the task, by the channels they chose. Who may not see it is not told.

    Raises WrongState where that leaves nobody.
    """
    check_text("text", text)
    with changing("comment", actor=actor, task=task, now=now) as change:
        of_teams = User.groups.through._default_manager.filter(group_id__in=teams).values_list("user_id", flat=True)
        members = people.members(change.task.organization_id, ids={*users, *of_teams[:MAX_TOLD]})
        shown = [member.id for member in members if may_be_shown(change.task, member.id, change.shares.values())]
        if not shown:
            raise WrongState("Nobody of those to be told may see this task.", verb="tell", state=change.task.state)
        change.record("people.told", text=text, users=shown, teams=[])
    return change.task


def note_stopped(*, organization_id: int, task: int, rule: UUID, reason: str, depth: int, now: datetime) -> None:
    """Say in the task's history that a rule was stopped there. Of a task that is gone nothing is said."""
    try:
        with changing("comment", actor=Actor.system(organization_id), task=task, now=now) as change:
            change.record("rule.stopped", rule=str(rule), reason=reason, depth=depth)
    except NotFound:
        return
