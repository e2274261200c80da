"""Staff change tasks by actions, each a command."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.utils import timezone

from accounts.access import ProjectAccess, identity
from accounts.actor import Actor
from accounts.models import (
    Project,
    User,
)
from tasks import commands, outbox
from tasks.commands import NewShare
from tasks.models import OutboxEntry, Task

from .pages import page

pytestmark = pytest.mark.django_db


@pytest.fixture
def task(cast: Any, access_to: Callable[[User, Project], ProjectAccess]) -> Task:
    return commands.create(
        actor=identity(cast.ana.pk),
        project=access_to(cast.ana, cast.project),
        source="hub",
        title="Count the stock",
        assignees=[NewShare(user=cast.ana.uuid)],
    )


def act(client: Client, action: str, tasks: list[Task], **typed: str) -> str:
    data = {"action": action, "_selected_action": [task.pk for task in tasks], **typed}
    return client.post(page(Task, "changelist"), data, follow=True).content.decode()


@pytest.mark.parametrize(
    ("action", "typed", "event"),
    [
        ("started", {}, "task.started"),
        ("completed", {}, "task.completed"),
        ("canceled", {"reason": "Not needed."}, "task.canceled"),
        ("reassigned", {"to": "bo"}, "task.reassigned"),
        ("reassigned", {"to": "@sales"}, "task.reassigned"),
        ("escalated", {}, "task.escalated"),
        ("marked_as_failed", {"reason": "Broken."}, "task.failed"),
        ("deleted", {}, "task.deleted"),
    ],
)
def test_an_action_is_a_command_of_the_staff_member(
    as_admin_of_acme: Client, cast: Any, task: Task, action: str, typed: dict[str, str], event: str
) -> None:
    assert "1 " in act(as_admin_of_acme, action, [task], **typed)
    last = task.events.order_by("seq").last()
    assert (last.type, last.actor) == (event, cast.cleo)
    if "reason" in typed:
        assert last.payload["reason"] == typed["reason"]
    assert LogEntry.objects.get().user == cast.cleo


def test_what_a_task_refuses_is_told_and_the_others_are_done(as_admin_of_acme: Client, cast: Any, task: Task) -> None:
    closed = Task.objects.get(pk=commands.cancel(actor=Actor.system(cast.acme.pk), task=task.pk).pk)
    content = act(as_admin_of_acme, "escalated", [closed])
    assert "cannot take" in content
    content = act(as_admin_of_acme, "reassigned", [task], to="nobody")
    assert "There is nobody called nobody here." in content
    assert "1 reopened" in act(as_admin_of_acme, "reopened", [task], reason="Still needed.")


def test_a_superuser_who_belongs_nowhere_acts_as_an_administrator(as_superuser: Client, ulla: User, task: Task) -> None:
    assert "1 canceled" in act(as_superuser, "canceled", [task])
    assert task.events.get(type="task.canceled").actor == ulla


def test_what_the_outbox_gave_up_is_tried_again(as_superuser: Client, task: Task) -> None:
    entry = OutboxEntry.objects.first()
    assert entry
    OutboxEntry.objects.filter(pk=entry.pk).update(dead_at=timezone.now(), attempts=8)
    as_superuser.post(page(OutboxEntry, "changelist"), {"action": "again", "_selected_action": [entry.pk]})
    entry.refresh_from_db()
    assert (entry.dead_at, entry.attempts) == (None, 0)
    assert outbox.drain()
