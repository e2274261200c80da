"""Where a workflow has gone on to when somebody has done their step, and how that is said to them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from accounts.actor import Actor
from taskhub.inbox.doing import Done
from tasks.models import Assignment, Task
from workflows.models import WorkflowInstance

SHORT = 60


@dataclass(frozen=True)
class Onward:
    """The steps that were opened, by name; those that this person can work as tasks, and one that is theirs alone."""

    instance: WorkflowInstance | None = None
    names: tuple[str, ...] = ()
    tasks: Mapping[str, Task] = field(default_factory=dict)
    own: Task | None = None


def onward(actor: Actor, done: Done, now: datetime) -> Onward:
    """What has been opened by what was done `now`. One query, none where no workflow has gone on."""
    if done.instance is None or not done.next_steps:
        return Onward(done.instance)
    shares = Assignment.objects.filter(
        Q(user_id=actor.person_id) | Q(team_id__in=actor.team_ids),
        task__instance_id=done.instance.pk,
        task__created_at=now,
        is_open=True,
    )
    found = list(shares.select_related("task__step_run").order_by("task_id"))
    own = next((share.task for share in found if share.user_id), None)
    return Onward(done.instance, done.next_steps, {share.task.step_run.name: share.task for share in found}, own)


def said(done: str, task: Task, way: Onward, *, moved_on: bool) -> str:
    """What a person reads when something is done."""
    if not moved_on and way.instance is None:
        return done
    title = task.title if len(task.title) <= SHORT else task.title[: SHORT - 1] + "…"
    what = f"{done.rstrip('.')}: {title}."
    if way.instance is None:
        return f"{what} This is the next one."
    return format_html("{} {}{}", what, _of_workflow(way), " This is it." if way.own else "")


def _of_workflow(way: Onward) -> SafeString | str:
    instance = way.instance
    assert instance is not None, "asked for tasks of workflows only"
    if way.names:
        return format_html("Next: {}.", format_html_join(", ", "{}", ((_named(name, way),) for name in way.names)))
    if instance.has_incident:
        return "A step of its workflow stands still until somebody helps it on."
    return _ENDS.get(instance.status, "Its workflow goes on when the other steps are done.")


_ENDS: dict[str, str] = {
    WorkflowInstance.Status.COMPLETED: "That was the last step of its workflow.",
    WorkflowInstance.Status.CANCELED: "Its workflow was canceled.",
}


def _named(name: str, way: Onward) -> SafeString | str:
    task = way.tasks.get(name)
    if task is None or task == way.own:
        return name
    return format_html('<a href="{}">{}</a>', reverse("task", args=[task.uuid]), name)
