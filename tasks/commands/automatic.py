"""What automation does to a task besides what people do: add tags, tell people, note that a rule was stopped."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from accounts import queries as people
from accounts.actor import Actor
from accounts.models import User
from tasks.domain.content import check_tags, check_text
from tasks.domain.errors import NotFound, WrongState
from tasks.standing import may_be_shown

from .change import Change, changing
from .each import Answers, change_each

MAX_TOLD = 1_000


def tag_each(*, actor: Actor, tasks: Collection[int], tags: Collection[str], now: datetime) -> Answers:
    """Add tags to those that the tasks have, under their locks: two who add at once lose nothing."""

    def tag(change: Change) -> None:
        wanted = check_tags([*change.task.tags, *tags])
        if wanted != change.task.tags:
            change.set(tags=wanted)
            change.record("task.updated", fields={"tags": wanted})

    return change_each("update", tag, actor=actor, tasks=tasks, now=now)


def tell_each(
    *,
    actor: Actor,
    tasks: Collection[int],
    texts: Mapping[int, str],
    users: Collection[int] = (),
    teams: Collection[int] = (),
    now: datetime,
) -> Answers:
    """Tell members and teams of each task its text, by the channels they chose. Who may not see a task is not told.

    Raises WrongState where that leaves nobody.
    """
    of_teams = User.groups.through._default_manager.filter(group_id__in=teams).values_list("user_id", flat=True)
    members = people.members(actor.organization_id, ids={*users, *(of_teams[:MAX_TOLD] if teams else ())})

    def tell(change: Change) -> None:
        text = check_text("text", texts[change.task.pk])
        shown = [member.id for member in members if may_be_shown(change.task, member.id, change.shares.values())]
        if not shown:
            raise WrongState("Nobody of those to be told may see this task.", verb="tell", state=change.task.state)
        change.record("people.told", text=text, users=shown, teams=[])

    return change_each("comment", tell, actor=actor, tasks=tasks, now=now)


def note_stopped(*, organization_id: int, task: int, rule: UUID, reason: str, depth: int, now: datetime) -> None:
    """Say in the task's history that a rule was stopped there. Of a task that is gone nothing is said."""
    try:
        with changing("comment", actor=Actor.system(organization_id), task=task, now=now) as change:
            change.record("rule.stopped", rule=str(rule), reason=reason, depth=depth)
    except NotFound:
        return
