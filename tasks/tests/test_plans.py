"""PostgreSQL reads indexes and not tables where an organization is large. No times: only how it would be done."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from accounts import access
from accounts.actor import Actor
from accounts.models import User
from conftest import Cast
from tasks import commands, inbox, queries, sweeps
from tasks.commands import NewShare
from tasks.models import Task
from tasks.notifications import bell, send
from tasks.outbox import drain
from tasks.parts import parts

pytestmark = pytest.mark.postgres
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LARGE = {"tasks_task", "tasks_assignment", "tasks_event", "tasks_delivery"}
COUNT = 20_000

SEED = """
INSERT INTO accounts_user (uuid, username, name, email, password, timezone, avatar_url, theme, shortcuts, is_active,
    is_staff, is_superuser, token_epoch, created_at)
SELECT gen_random_uuid(), 'seed' || n, '', '', '', '', '', 'system', true, true, false, false, 0, now()
FROM generate_series(1, 400) n;
INSERT INTO accounts_membership (user_id, organization_id, role, created_at)
SELECT id, %(acme)s, 2, now() FROM accounts_user WHERE username LIKE 'seed%%';
CREATE TEMPORARY TABLE crowd ON COMMIT DROP AS
SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM accounts_user WHERE username LIKE 'seed%%';
INSERT INTO tasks_task (uuid, organization_id, project_id, source, title, description, category, priority, tags,
    metadata, state, closed_reason, is_open, weight, performed_weight, outcome, resolution, due_at, due_sort,
    escalation_level, created_by_id, created_at, updated_at, closed_at, closed_by_id, version, outcomes, form_fields,
    form_data, progress)
SELECT gen_random_uuid(), %(acme)s, %(project)s, 'seed', 'Task ' || n, '', '', 1 + n %% 4, '[]', '{}',
    CASE WHEN n %% 5 = 0 THEN 'pending' ELSE 'completed' END, '', n %% 5 = 0, 1, 0, '', '',
    timestamptz '2026-03-03' + n * interval '1 minute', timestamptz '2026-03-03' + n * interval '1 minute', 0,
    c.id, now(), now(), CASE WHEN n %% 5 = 0 THEN NULL ELSE now() END, CASE WHEN n %% 5 = 0 THEN NULL ELSE c.id END, 1,
    '[]', '[]', '{}', 0
FROM generate_series(1, %(count)s) n JOIN crowd c ON c.place = n %% 400;
INSERT INTO tasks_assignment (uuid, organization_id, task_id, user_id, team_id, weight, state, outcome,
    is_open, due_sort, assigned_at)
SELECT gen_random_uuid(), %(acme)s, t.id, CASE WHEN t.id %% 10 = 0 THEN NULL ELSE c.id END,
    CASE WHEN t.id %% 10 = 0 THEN %(sales)s ELSE NULL END, 1, 'pending', '', t.is_open, t.due_sort, now()
FROM tasks_task t JOIN crowd c ON c.place = (t.id * 7) %% 400;
INSERT INTO tasks_event (organization_id, task_id, seq, type, actor_kind, payload, cause_depth, created_at)
SELECT organization_id, id, 1, 'task.created', 'system', '{"users": [], "teams": []}', 0, now() FROM tasks_task;
INSERT INTO tasks_deadline (organization_id, task_id, kind, fire_at, attempts)
SELECT organization_id, id, 'due', due_at, 0 FROM tasks_task WHERE is_open;
INSERT INTO tasks_delivery (uuid, organization_id, event_id, task_id, user_id, channel, notice, reason, state, run_at,
    attempts, external_id, last_error, created_at)
SELECT gen_random_uuid(), e.organization_id, e.id, e.task_id, c.id, channel, 'task_assigned', 'assignee', 'sent', now(),
    0, '', '', now()
FROM tasks_event e JOIN crowd c ON c.place = e.id %% 400 CROSS JOIN unnest(ARRAY['in_app', 'email']) channel;
"""


@pytest.fixture
def somebody(cast: Cast, raw_rows: None, actor_of: Callable[..., Actor]) -> Actor:
    """A member of an organization of twenty thousand tasks, with some of them and a team."""
    numbers = {"acme": cast.acme.pk, "project": cast.project.pk, "sales": cast.sales.pk, "count": COUNT}
    with connection.cursor() as cursor:
        for statement in SEED.split(";\n"):
            if statement.strip():
                cursor.execute(statement, numbers)
        cursor.execute("ANALYZE")
    user = User.objects.get(username="seed7")
    cast.sales.user_set.add(user)
    access.forget()
    return actor_of(user)


def tables_read_whole(sql: str, params: Any) -> Iterator[str]:
    """The large tables that PostgreSQL would read from end to end for this statement."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", params)
        found = cursor.fetchone()[0]
    pending = [(json.loads(found) if isinstance(found, str) else found)[0]["Plan"]]
    while pending:
        node = pending.pop()
        pending += node.get("Plans", [])
        if node["Node Type"] == "Seq Scan" and node["Relation Name"] in LARGE:
            yield f"{node['Relation Name']} ({node.get('Filter')})"


@contextmanager
def by_index() -> Iterator[None]:
    """Fails if a statement of the block would read a large table from end to end."""
    whole: list[str] = []
    asked: list[str] = []

    def explain(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith(("SELECT", "UPDATE", "DELETE")):
            asked.append(sql)
            whole.extend(f"{table}: {sql[:2000]}" for table in tables_read_whole(sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(explain):
        yield
    assert asked, "nothing was asked"
    assert not whole, "\n".join(whole)


def test_an_inbox_page_and_the_next_of_every_view(somebody: Actor) -> None:
    pages = [(view, sort) for view in ("mine", "team", "created", "watching", "all") for sort in ("due", "newest")]
    for view, sort in [*pages, ("mine", "priority"), ("completed", "finished")]:
        with by_index():
            page = inbox.page(somebody, view, now=NOON, sort=sort, limit=5)
            inbox.page(somebody, view, now=NOON, sort=sort, after=page.next or "", limit=5)


def test_the_reads_of_lists_and_details(somebody: Actor, access_to: Any, cast: Cast) -> None:
    some = list(Task.objects.order_by("-id").values_list("pk", flat=True)[:25])
    with by_index():
        inbox.counts(somebody)
        list(queries.visible_to(somebody)[:25])
        list(queries.of_project(access_to(cast.ana, cast.project))[:25])
        parts(some)
        queries.task(somebody, some[0])
        bell.unread_count(somebody)
        list(bell.told(somebody)[:20])


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
