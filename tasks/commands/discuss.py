"""Talking about a task and following it. None of this changes its course, so it works in every state."""

from datetime import datetime
from uuid import UUID

from accounts.actor import Actor
from tasks.domain.content import check_text
from tasks.models import Comment, Task, Watcher

from .change import changing


def comment(
    *, actor: Actor, task: UUID | int, text: str, within: int | None = None, now: datetime | None = None
) -> Comment:
    """Say something about the task. Its version stays: a comment is no reason to refuse somebody else's change."""
    check_text("text", text)
    with changing("comment", actor=actor, task=task, within=within, now=now) as change:
        row = Comment.objects.create(
            organization_id=change.task.organization_id,
            task=change.task,
            author_id=actor.user_id,
            text=text,
            created_at=change.now,
        )
        change.record("comment.added", comment=row.pk)
    return row


def watch(*, actor: Actor, task: UUID | int, within: int | None = None, now: datetime | None = None) -> Task:
    """Be told what happens to the task. Watching twice is watching."""
    with changing("watch", actor=actor, task=task, within=within, now=now) as change:
        of_task = {"organization_id": change.task.organization_id, "task": change.task, "user_id": actor.user_id}
        _, is_new = Watcher.objects.get_or_create(**of_task, defaults={"created_at": change.now})
        if is_new:
            change.record("watcher.added", user=actor.user_id)
    return change.task


def unwatch(*, actor: Actor, task: UUID | int, within: int | None = None, now: datetime | None = None) -> Task:
    """Stop being told, but for what concerns one as creator or assignee."""
    with changing("watch", actor=actor, task=task, within=within, now=now) as change:
        deleted, _ = change.task.watchers.filter(user_id=actor.person_id).delete()
        if deleted:
            change.record("watcher.removed", user=actor.user_id)
    return change.task
