"""How PostgreSQL would do what is asked of it, where an organization is large: no times, only plans.

`seeded` fills an organization with twenty thousand tasks and what hangs on them; `by_index` fails on a statement that
would read a large table from end to end, or sort more than a page is picked from.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

from accounts import access
from accounts.models import User

COUNT = 20_000
LARGE = {
    "tasks_assignment",
    "tasks_delivery",
    "tasks_event",
    "tasks_reference",
    "tasks_task",
    "workflows_steprun",
    "workflows_workflowinstance",
}
QUEUES = {"tasks_deadline", "tasks_outboxentry", "workflows_timer"}
"""Slim tables of what is owed. Where much of it is due, reading all is right; where nothing is, it is not."""
MOST_SORTED = 1_000
"""Rows: some branches of a merge, each a page long; never what a person or an organization has in all."""

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
INSERT INTO tasks_reference (organization_id, task_id, kind, key, label)
SELECT organization_id, id, 'call', 'call-' || id %% 5000, '' FROM tasks_task;
INSERT INTO tasks_outboxentry (event_id, handler, run_at, attempts, last_error)
SELECT id, 'tasks.notifications.plan.plan', timestamptz '2100-01-01', 0, '' FROM tasks_event;
INSERT INTO workflows_workflowdefinition (uuid, organization_id, key, version, status, name, entity_type, is_listed,
    document, revision, created_at, updated_at, published_at)
VALUES (gen_random_uuid(), %(acme)s, 'seeded', 1, 'published', 'Seeded', '', true, '{}', 1, now(), now(), now());
INSERT INTO workflows_workflowinstance (uuid, organization_id, project_id, definition_id, key, entity_type, entity_id,
    entity_label, status, has_incident, state, cancel_reason, parent_run, depth, started_at, updated_at, version)
SELECT gen_random_uuid(), %(acme)s, %(project)s, d.id, d.key, 'invoice', n::text, '',
    CASE WHEN n %% 5 = 0 THEN 'running' ELSE 'completed' END, false, '{}', '', '', 0, now(), now(), 1
FROM generate_series(1, %(count)s) n CROSS JOIN workflows_workflowdefinition d WHERE d.key = 'seeded';
CREATE TEMPORARY TABLE step ON COMMIT DROP AS
SELECT t.id AS task_id, i.id AS instance_id
FROM (SELECT id, is_open, row_number() OVER (PARTITION BY is_open ORDER BY id) AS place FROM tasks_task) t
JOIN (SELECT id, status = 'running' AS is_open, row_number() OVER (PARTITION BY status ORDER BY id) AS place
    FROM workflows_workflowinstance) i ON i.place = t.place AND i.is_open = t.is_open WHERE t.id %% 2 = 0;
UPDATE tasks_task SET instance_id = s.instance_id FROM step s WHERE s.task_id = tasks_task.id;
INSERT INTO workflows_steprun (organization_id, instance_id, run, step, name, kind, visit, state, task_id, entered_at,
    outcome, form_data, message, correlation, attempt, error)
SELECT %(acme)s, instance_id, 'r' || task_id, 's', 'Step', 'human', 1, 'open', task_id, now(), '', '{}', '', '', 1, ''
FROM step;
INSERT INTO workflows_timer (organization_id, instance_id, run, kind, fire_at, failures, payload)
SELECT organization_id, id, 'r', 'wait', timestamptz '2100-01-01', 0, '{}' FROM workflows_workflowinstance;
"""


def seeded(*, organization_id: int, project_id: int, team_id: int) -> User:
    """One of the four hundred whose work it is. The team has a tenth of it, and the caller decides who is in it."""
    numbers = {"acme": organization_id, "project": project_id, "sales": team_id, "count": COUNT}
    with connection.cursor() as cursor:
        for statement in SEED.split(";\n"):
            if statement.strip():
                cursor.execute(statement, numbers)
        cursor.execute("ANALYZE")
    access.forget()
    return User.objects.get(username="seed7")


def faults(sql: str, params: Any, large: set[str]) -> Iterator[str]:
    """What is wrong with how PostgreSQL would do this statement."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", params)
        found = cursor.fetchone()[0]
    pending = [((json.loads(found) if isinstance(found, str) else found)[0]["Plan"], False)]
    while pending:
        node, stopped = pending.pop()
        pending += [(child, _stops(node, child)) for child in node.get("Plans", [])]
        if node["Node Type"] == "Seq Scan" and node["Relation Name"] in large and not stopped:
            yield f"reads all of {node['Relation Name']} ({node.get('Filter')})"
        if node["Node Type"] == "Sort" and node["Plan Rows"] > MOST_SORTED:
            yield f"sorts {node['Plan Rows']} rows by {node['Sort Key']}"


def _stops(node: dict[str, Any], child: dict[str, Any]) -> bool:
    """Whether a limit ends the child long before its end."""
    return bool(node["Node Type"] == "Limit" and node["Total Cost"] < child["Total Cost"] / 4)


@contextmanager
def by_index(large: set[str] = LARGE) -> Iterator[None]:
    """Fails if a statement of the block has a fault."""
    found: list[str] = []
    asked: list[str] = []

    def explain(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip().startswith(("SELECT", "UPDATE", "DELETE")):
            asked.append(sql)
            found.extend(f"{fault}: {sql[:2000]}" for fault in faults(sql, params, large))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(explain):
        yield
    assert asked, "nothing was asked"
    assert not found, "\n".join(found)
