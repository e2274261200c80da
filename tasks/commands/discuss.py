"""Talking about a task and following it. None of this changes its course, so it works in every state."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from uuid import UUID

from accounts import queries as people
from accounts.actor import Actor
from accounts.queries import Member
from accounts.written import insert
from tasks import policy
from tasks.domain.content import check_count, check_text
from tasks.domain.errors import InvalidInput, NotFound
from tasks.domain.mentions import MAX_MENTIONS, called_in
from tasks.models import Attachment, Comment, Task, Watcher
from tasks.standing import may_be_shown

from .change import Change, changing
from .each import Answers, change_each

MAX_FILES = 20
"""Of one comment."""


def comment(
    *,
    actor: Actor,
    task: UUID | int,
    text: str,
    mentions: Collection[UUID] = (),
    attachments: Collection[UUID] = (),
    within: int | None = None,
    now: datetime | None = None,
) -> Comment:
    """Say something about the task. Its version stays: a comment is no reason to refuse somebody else's change.

    Who is mentioned, here or as `@username` in the text, is told and watches the task from now on. `attachments` are
    files of the task that go with the comment. Raises NotFound (`user_not_found`) and InvalidInput besides the usual.
    """
    check_text("text", text)
    check_count("mentions", mentions, MAX_MENTIONS)
    check_count("attachments", attachments, MAX_FILES)
    with changing("comment", actor=actor, task=task, within=within, now=now) as change:
        return _say(change, text, mentions, attachments)


def comment_each(*, actor: Actor, tasks: Collection[int], texts: Mapping[int, str], now: datetime) -> Answers:
    """Say about each of many tasks its text."""

    def say(change: Change) -> None:
        _say(change, check_text("text", texts[change.task.pk]))

    return change_each("comment", say, actor=actor, tasks=tasks, now=now)


def watch(
    *,
    actor: Actor,
    task: UUID | int,
    user: UUID | None = None,
    within: int | None = None,
    now: datetime | None = None,
) -> Task:
    """Be told what happens to the task, or let another member be told who may see it. Watching twice is watching."""
    with changing("watch", actor=actor, task=task, within=within, now=now) as change:
        if user is None or user == actor.user_uuid:
            _add_watchers(change, [actor.person_id])
        else:
            policy.check(change.standing, "comment")
            _add_watchers(change, [member.id for member in _named(change, [user], field="user_id")])
    return change.task


def unwatch(
    *,
    actor: Actor,
    task: UUID | int,
    user: UUID | None = None,
    within: int | None = None,
    now: datetime | None = None,
) -> Task:
    """Stop being told, but for what concerns one as creator or assignee. Others are let off by who may manage."""
    with changing("watch", actor=actor, task=task, within=within, now=now) as change:
        mine = user is None or user == actor.user_uuid
        if not mine:
            policy.manager(change.standing, "change")
        of_whom = {"user_id": actor.person_id} if mine else {"user__uuid": user}
        gone = list(change.task.watchers.filter(**of_whom).values_list("user_id", flat=True))
        change.task.watchers.filter(user_id__in=gone).delete()
        for user_id in gone:
            change.record("watcher.removed", user=user_id)
    return change.task


def _say(change: Change, text: str, mentions: Collection[UUID] = (), attachments: Collection[UUID] = ()) -> Comment:
    called = _called(change, text, mentions)
    row = Comment(
        organization_id=change.task.organization_id,
        task=change.task,
        author_id=change.actor.user_id,
        text=text,
        created_at=change.now,
    )
    insert([row])
    _send_along(change, row, attachments)
    _call(change, row, called)
    return row


def _called(change: Change, text: str, mentions: Collection[UUID]) -> list[Member]:
    """Whom the comment calls. Who is named expressly must be somebody who may see the task; an @name may be nobody."""
    called = _named(change, mentions, field="mentions") if mentions else []
    names = called_in(text)
    if names:
        found = people.members(change.task.organization_id, usernames=names)
        called += [member for member in found if may_be_shown(change.task, member.id, change.shares.values())]
    others = {member.id: member for member in called if member.id != change.actor.user_id}
    return list(others.values())


def _named(change: Change, uuids: Collection[UUID], *, field: str) -> list[Member]:
    found = people.members(change.task.organization_id, uuids=uuids)
    if len(found) < len(set(uuids)):
        raise NotFound("Some people are not known here.", code="user_not_found")
    blind = [one.username for one in found if not may_be_shown(change.task, one.id, change.shares.values())]
    if blind:
        raise InvalidInput(f"These people may not see this task: {', '.join(blind[:5])}.", field=field)
    return list(found)


def _send_along(change: Change, row: Comment, attachments: Collection[UUID]) -> None:
    wanted = set(attachments)
    if not wanted:
        return
    free = Attachment.objects.filter(task=change.task, uuid__in=wanted, comment=None)
    if free.update(comment=row) < len(wanted):
        words = "A comment takes files of its own task that go with no other comment."
        raise InvalidInput(words, field="attachments")


def _call(change: Change, row: Comment, called: list[Member]) -> None:
    ids = [member.id for member in called]
    change.record("comment.added", comment=row.pk, **({"mentioned": ids} if ids else {}))
    if ids:
        mention = Comment.mentions.through
        mention._default_manager.bulk_create(mention(comment_id=row.pk, user_id=user_id) for user_id in ids)
        _add_watchers(change, ids)
        change.record("comment.mentioned", comment=row.pk, users=ids, teams=[])


def _add_watchers(change: Change, user_ids: Iterable[int]) -> None:
    task = change.task
    known = set(task.watchers.filter(user_id__in=user_ids).values_list("user_id", flat=True))
    new = [user_id for user_id in user_ids if user_id not in known]
    rows = (
        Watcher(organization_id=task.organization_id, task=task, user_id=user_id, created_at=change.now)
        for user_id in new
    )
    Watcher.objects.bulk_create(rows)
    for user_id in new:
        change.record("watcher.added", user=user_id)
