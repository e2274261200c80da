"""PostgreSQL reads indexes and not tables where an organization is large. No times: only how it would be done."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from accounts import access
from accounts.actor import Actor
from conftest import Cast
from taskhub.testing.plans import LARGE, QUEUES, by_index, seeded
from tasks import commands, inbox, queries, sweeps
from tasks.analytics import Scope, analytics
from tasks.commands import NewShare
from tasks.models import Delivery, OutboxEntry, Task
from tasks.notifications import bell, send
from tasks.outbox import drain
from tasks.parts import parts
from tasks.rollups.folding import fold

pytestmark = pytest.mark.postgres
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def somebody(cast: Cast, raw_rows: None, actor_of: Callable[..., Actor]) -> Actor:
    """A member of an organization of twenty thousand tasks, with some of them and a team."""
    user = seeded(organization_id=cast.acme.pk, project_id=cast.project.pk, team_id=cast.sales.pk)
    cast.sales.user_set.add(user)
    access.forget()
    return actor_of(user)


def test_an_inbox_page_and_the_next_of_every_view(somebody: Actor) -> None:
    pages = [(view, sort) for view in ("mine", "team", "created", "watching", "all") for sort in ("due", "newest")]
    for view, sort in [*pages, ("mine", "priority"), ("completed", "finished")]:
        with by_index():
            page = inbox.page(somebody, view, now=NOON, sort=sort, limit=5)
            inbox.page(somebody, view, now=NOON, sort=sort, after=page.next or "", limit=5)


def test_the_reads_of_lists_and_details(somebody: Actor, cast: Cast) -> None:
    some = list(Task.objects.order_by("-id").values_list("pk", flat=True)[:25])
    with by_index():
        inbox.counts(somebody)
        list(queries.visible_to(somebody)[:25])
        list(queries.in_project(cast.project.pk, None)[:25])
        parts(some)
        queries.task(somebody, some[0])
        inbox.counts(somebody, [*inbox.VIEWS, inbox.UNREAD])
        list(bell.told(somebody)[:20])


@pytest.mark.usefixtures("somebody")
def test_the_numbers_of_analytics(cast: Cast, actor_of: Callable[..., Actor]) -> None:
    """Those of a manager. What a member sees elsewhere is a few rows of twenty thousand: any way to them is right."""
    assert fold() > 0
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE tasks_rollup")
    for scope in (Scope(), Scope(project_id=cast.vault.pk), Scope(since=NOON)):
        with by_index(LARGE | {"tasks_rollup"}):
            analytics(actor_of(cast.cleo), scope, NOON)


def test_the_writes_of_commands(somebody: Actor, cast: Cast, actor_of: Callable[..., Actor], access_to: Any) -> None:
    cleo, project = actor_of(cast.cleo), access_to(cast.cleo, cast.project)
    assert somebody.user_uuid
    with by_index():
        task = commands.create(
            actor=cleo,
            project=project,
            source="x",
            title="x",
            due_at=NOON,
            assignees=[NewShare(user=somebody.user_uuid), NewShare(team=cast.sales.uuid)],
        )
        commands.update(actor=cleo, task=task.pk, values={"due_at": None, "title": "y"})
        commands.perform(actor=somebody, task=task.pk)
        commands.comment(actor=somebody, task=task.pk, text="x")
        commands.complete(actor=cleo, task=task.pk)


def test_the_work_of_workers(somebody: Actor, cast: Cast, actor_of: Callable[..., Actor], access_to: Any) -> None:
    commands.create(
        actor=actor_of(cast.cleo),
        project=access_to(cast.cleo, cast.project),
        source="x",
        title="x",
        assignees=[NewShare(user=cast.ana.uuid)],
    )
    with by_index():
        assert sweeps.sweep_deadlines(NOON + timedelta(days=1)) > 0
        assert drain() > 0
        assert send.send_due() > 0
    long_ago = timezone.now() - timedelta(days=10_000)
    Delivery.objects.filter(channel="email").update(state=Delivery.State.PENDING)
    assert OutboxEntry.objects.count() > 1_000
    with by_index(LARGE | QUEUES):  # nothing is due
        assert sweeps.sweep_deadlines(long_ago) == 0
        assert drain(long_ago) == 0
        assert send.send_due(long_ago) == 0
