-- Work as organizations have it: two large organizations hold four fifths of the tasks, fifty small ones the rest; one
-- task in five is open, mostly of the latest; a few people hold most of the work; one share in ten waits for a team; a
-- third is about a call; one task in seven is a step of a workflow.
--
-- The first organization, its people, its definitions and one instance of each are there already, made by commands. Each
-- statement ends with a semicolon at the end of its line. Ids count from what is there, so that rows find each other.

SET session_replication_role = replica;
SELECT setseed(0.42);

INSERT INTO accounts_organization (uuid, slug, name, timezone, created_at)
SELECT gen_random_uuid(), 'bench-' || n, 'Organization ' || n, 'UTC', now() FROM generate_series(2, 52) n;

CREATE TEMPORARY TABLE org AS
SELECT id, row_number() OVER (ORDER BY id)::int AS number FROM accounts_organization WHERE slug LIKE 'bench-%%';

INSERT INTO accounts_project (organization_id, uuid, slug, name, visibility, is_default, created_at)
SELECT o.id, gen_random_uuid(), 'project-' || n, 'Project ' || n, 'organization',
       n = 0 AND NOT EXISTS (SELECT FROM accounts_project p WHERE p.organization_id = o.id AND p.is_default), now()
FROM org o CROSS JOIN generate_series(0, 9) n ON CONFLICT DO NOTHING;

CREATE TEMPORARY TABLE place AS
SELECT id AS project_id, organization_id, row_number() OVER (PARTITION BY organization_id ORDER BY id)::int - 1 AS number
FROM accounts_project;

INSERT INTO accounts_user (uuid, username, name, email, password, timezone, avatar_url, theme, shortcuts, is_active,
    is_staff, is_superuser, token_epoch, created_at)
SELECT gen_random_uuid(), 'user' || n, 'Person ' || n, '', '', '', '', 'system', true, true, false, false, 0, now()
FROM generate_series(1, %(people)s) n;

CREATE TEMPORARY TABLE crowd AS
SELECT u.id AS user_id, o.id AS organization_id, row_number() OVER (PARTITION BY o.id ORDER BY u.id)::int - 1 AS number,
       count(*) OVER (PARTITION BY o.id)::int AS people
FROM (SELECT id, substr(username, 5)::int AS n FROM accounts_user WHERE username ~ '^user[0-9]+$') u
JOIN org o ON o.number = CASE WHEN u.n %% 10 < 4 THEN 1 WHEN u.n %% 10 < 8 THEN 2 ELSE 3 + u.n / 10 %% 50 END;

INSERT INTO accounts_membership (user_id, organization_id, role, created_at)
SELECT user_id, organization_id, CASE WHEN number = 0 THEN 3 ELSE 2 END, now() FROM crowd;

INSERT INTO auth_group (name) SELECT 'bench/team-' || n FROM generate_series(1, %(teams)s) n;

INSERT INTO accounts_team (group_ptr_id, uuid, slug, title, organization_id)
SELECT g.id, gen_random_uuid(), 'team-' || g.n, 'Team ' || g.n, o.id
FROM (SELECT id, substr(name, 12)::int AS n FROM auth_group WHERE name LIKE 'bench/team-%%') g
JOIN org o ON o.number = CASE WHEN g.n %% 10 < 4 THEN 1 WHEN g.n %% 10 < 8 THEN 2 ELSE 3 + g.n / 10 %% 50 END;

CREATE TEMPORARY TABLE crew AS
SELECT group_ptr_id AS team_id, organization_id,
       row_number() OVER (PARTITION BY organization_id ORDER BY group_ptr_id)::int - 1 AS number,
       count(*) OVER (PARTITION BY organization_id)::int AS teams
FROM accounts_team;

INSERT INTO accounts_user_groups (user_id, group_id)
SELECT c.user_id, t.team_id FROM crowd c CROSS JOIN generate_series(0, 2) k
JOIN crew t ON t.organization_id = c.organization_id AND t.number = (c.number + k * 7) %% t.teams ON CONFLICT DO NOTHING;

INSERT INTO accounts_user_groups (user_id, group_id)
SELECT u.id, t.team_id FROM accounts_user u JOIN org o ON o.number = 1
JOIN crew t ON t.organization_id = o.id AND t.number < 5 WHERE u.username = 'busy' ON CONFLICT DO NOTHING;

CREATE TEMPORARY TABLE base AS
SELECT (SELECT coalesce(max(id), 0) FROM tasks_task) AS task, (SELECT coalesce(max(id), 0) FROM tasks_event) AS event,
       (SELECT coalesce(max(id), 0) FROM workflows_workflowinstance) AS instance,
       (SELECT id FROM accounts_user WHERE username = 'busy') AS busy,
       (SELECT user_id FROM crowd JOIN org ON org.id = organization_id AND org.number = 1 WHERE crowd.number = 0) AS first;

CREATE TEMPORARY TABLE draw AS
SELECT n, base.task + n AS id, CASE WHEN n %% 7 = 0 THEN base.instance + n / 7 END AS instance_id, o.id AS organization_id,
       o.number AS org, random() AS r1, random() AS r2, random() AS r3, random() AS r4,
       now() - (%(count)s - n) * (interval '365 days' / %(count)s) - interval '1 second' AS created_at,
       CASE WHEN n > %(count)s * 0.9 THEN random() < 0.9 ELSE random() < 0.12 END AS is_open
FROM base CROSS JOIN generate_series(1, %(count)s) n
JOIN org o ON o.number = CASE WHEN n %% 10 < 4 THEN 1 WHEN n %% 10 < 8 THEN 2 ELSE 3 + n / 10 %% 50 END;

CREATE TEMPORARY TABLE plan AS
SELECT d.*, p.project_id, t.team_id,
       CASE WHEN d.org = 1 AND d.r4 < 0.01 THEN base.busy ELSE h.user_id END AS holder,
       CASE WHEN d.r4 > 0.8 AND s.user_id <> h.user_id THEN s.user_id END AS second, s.user_id AS creator,
       CASE WHEN d.r3 < 0.8 THEN d.created_at + (1 + d.r1 * 30) * interval '1 day' END AS due_at,
       CASE WHEN NOT d.is_open THEN least(d.created_at + d.r2 * interval '10 days', now()) END AS closed_at
FROM draw d CROSS JOIN base
JOIN place p ON p.organization_id = d.organization_id AND p.number = d.n / 10 %% 10
JOIN (SELECT organization_id, max(people) AS people FROM crowd GROUP BY 1) m ON m.organization_id = d.organization_id
JOIN crowd h ON h.organization_id = d.organization_id AND h.number = floor(m.people * power(d.r1, 2.5))::int
JOIN crowd s ON s.organization_id = d.organization_id AND s.number = floor(m.people * power(d.r2, 2.5))::int
LEFT JOIN crew t ON d.n %% 10 = 3 AND t.organization_id = d.organization_id AND t.number = d.n / 10 %% t.teams;

INSERT INTO tasks_task (id, uuid, organization_id, project_id, source, title, description, category, priority, tags,
    metadata, state, closed_reason, is_open, weight, performed_weight, outcome, resolution, due_at, due_sort,
    escalation_level, created_by_id, created_at, updated_at, closed_at, closed_by_id, version, outcomes, form_fields,
    form_data, progress, instance_id)
SELECT id, (lpad(to_hex((extract(epoch FROM created_at) * 1000)::bigint), 12, '0') || '7' || substr(md5(n::text), 1, 3) ||
        '8' || substr(md5(n::text), 4, 15))::uuid,
    organization_id, project_id, CASE WHEN instance_id IS NULL THEN 'customers' ELSE 'workflow' END,
    'Check invoice ' || n || ' of ' || org, 'Compare the order with the delivery note; ask the supplier where they differ.',
    (ARRAY['approve', 'sign', 'update', 'delete'])[1 + n %% 4], 1 + n %% 4,
    CASE WHEN n %% 3 = 0 THEN '["finance"]'::jsonb ELSE '[]' END, '{}',
    CASE WHEN is_open THEN 'pending' WHEN n %% 20 = 7 THEN 'canceled' ELSE 'completed' END,
    CASE WHEN NOT is_open AND n %% 20 = 7 THEN 'withdrawn' ELSE '' END, is_open, 1,
    CASE WHEN is_open OR n %% 20 = 7 THEN 0 ELSE 1 END, '', '', due_at, coalesce(due_at, '9999-12-31 00:00+00'), 0, creator,
    created_at, coalesce(closed_at, created_at), closed_at, CASE WHEN is_open THEN NULL ELSE holder END,
    CASE WHEN is_open THEN 1 ELSE 2 END, '[]', '[]', '{}', 0, instance_id
FROM plan ORDER BY n;

INSERT INTO tasks_assignment (uuid, organization_id, task_id, user_id, team_id, weight, state, outcome, is_open, due_sort,
    assigned_at, acted_at)
SELECT gen_random_uuid(), organization_id, id, CASE WHEN team_id IS NULL THEN who END, team_id,
    CASE WHEN second IS NULL OR team_id IS NOT NULL THEN 1 ELSE 0.5 END,
    CASE WHEN is_open OR team_id IS NOT NULL OR n %% 20 = 7 THEN 'pending' ELSE 'performed' END, '', is_open,
    coalesce(due_at, '9999-12-31 00:00+00'), created_at, CASE WHEN team_id IS NULL AND n %% 20 <> 7 THEN closed_at END
FROM (SELECT *, holder AS who FROM plan UNION ALL SELECT *, second FROM plan WHERE second IS NOT NULL AND team_id IS NULL) s
ORDER BY n;

INSERT INTO tasks_reference (organization_id, task_id, kind, key, label)
SELECT organization_id, id, 'call', 'call-' || n %% (%(count)s / 5), '' FROM plan WHERE n %% 3 = 0 ORDER BY n;

INSERT INTO tasks_event (id, organization_id, task_id, seq, type, actor_kind, actor_id, payload, cause_depth, created_at)
SELECT base.event + row_number() OVER (ORDER BY at, n, seq), organization_id, id, seq, type, 'user', who, payload, 0, at
FROM base CROSS JOIN (
    SELECT n, organization_id, id, 1 AS seq, 'task.created' AS type, creator AS who, created_at AS at,
        jsonb_build_object('state', 'pending', 'users', CASE WHEN team_id IS NULL THEN jsonb_build_array(holder) ELSE '[]' END,
            'teams', CASE WHEN team_id IS NULL THEN '[]' ELSE jsonb_build_array(team_id) END) AS payload FROM plan
    UNION ALL
    SELECT n, organization_id, id, 2, CASE WHEN n %% 20 = 7 THEN 'task.canceled' ELSE 'task.completed' END, holder,
        closed_at, jsonb_build_object('state', CASE WHEN n %% 20 = 7 THEN 'canceled' ELSE 'completed' END)
    FROM plan WHERE NOT is_open) e;

INSERT INTO tasks_deadline (organization_id, task_id, kind, fire_at, attempts)
SELECT organization_id, id, kind, due_at + CASE kind WHEN 'due' THEN interval '0' ELSE interval '4 hours' END, 0
FROM plan CROSS JOIN unnest(ARRAY['due', 'escalation']) kind WHERE is_open AND due_at > now() ORDER BY n;

INSERT INTO tasks_delivery (uuid, organization_id, event_id, task_id, user_id, channel, notice, reason, state, run_at,
    attempts, external_id, last_error, created_at, sent_at, read_at)
SELECT gen_random_uuid(), p.organization_id, e.id, p.id, p.holder, 'in_app', 'task_assigned', 'assignee', 'sent',
    p.created_at, 0, '', '', p.created_at, p.created_at, CASE WHEN p.is_open THEN NULL ELSE p.closed_at END
FROM plan p JOIN tasks_event e ON e.task_id = p.id AND e.seq = 1 WHERE p.team_id IS NULL ORDER BY p.n;

CREATE TEMPORARY TABLE model AS
SELECT i.id AS instance_id, i.definition_id, i.organization_id, i.key, i.project_id, i.started_by_id, i.state,
       t.id AS task_id, t.title, t.uuid, row_number() OVER (ORDER BY i.id)::int AS number
FROM workflows_workflowinstance i JOIN tasks_task t ON t.instance_id = i.id AND t.is_open WHERE i.entity_type = 'model';

INSERT INTO workflows_workflowinstance (id, uuid, organization_id, project_id, definition_id, key, entity_type, entity_id,
    entity_label, status, has_incident, state, cancel_reason, parent_run, depth, started_by_id, started_at, ended_at,
    updated_at, version)
SELECT p.instance_id, gen_random_uuid(), p.organization_id, p.project_id, m.definition_id, m.key, 'invoice', p.n::text,
    'Invoice ' || p.n, CASE WHEN p.is_open THEN 'running' ELSE 'completed' END, false, m.state, '', '', 0, p.creator,
    p.created_at, p.closed_at, coalesce(p.closed_at, p.created_at), 1
FROM plan p JOIN model m ON m.number = 1 WHERE p.instance_id IS NOT NULL ORDER BY p.n;

INSERT INTO workflows_steprun (organization_id, instance_id, run, step, name, kind, visit, state, task_id, entered_at,
    left_at, outcome, form_data, completed_by_id, message, correlation, attempt, error)
SELECT p.organization_id, p.instance_id, md5(p.n::text), 's0', 'Check the invoice', 'human', 1,
    CASE WHEN p.is_open THEN 'open' ELSE 'done' END, p.id, p.created_at, p.closed_at, '', '{}',
    CASE WHEN p.is_open THEN NULL ELSE p.holder END, '', '', 1, ''
FROM plan p WHERE p.instance_id IS NOT NULL ORDER BY p.n;

SELECT setval(pg_get_serial_sequence('tasks_event', 'id'), (SELECT max(id) FROM tasks_event));

-- Tasks that are made to be worked on while it is measured: of one holder, of two, and steps of long and short workflows,
-- each a copy of one that a command has made.

CREATE TEMPORARY TABLE pool AS
SELECT k.kind, k.task_id AS model_task, k.instance_id AS model_instance, base.task + %(count)s + row_number() OVER () AS id,
       base.instance + %(count)s / 7 + row_number() OVER () AS instance_id, n
FROM (SELECT 'one' AS kind, id AS task_id, NULL::bigint AS instance_id FROM tasks_task WHERE title = 'model-one'
      UNION ALL SELECT 'two', id, NULL FROM tasks_task WHERE title = 'model-two'
      UNION ALL SELECT key, task_id, instance_id FROM model) k
CROSS JOIN base CROSS JOIN generate_series(1, %(pool)s) n;

INSERT INTO workflows_workflowinstance (id, uuid, organization_id, project_id, definition_id, key, entity_type, entity_id,
    entity_label, status, has_incident, state, cancel_reason, parent_run, depth, started_by_id, started_at, updated_at,
    version)
SELECT p.instance_id, gen_random_uuid(), i.organization_id, i.project_id, i.definition_id, i.key, 'pool', '', '', i.status,
    false, i.state, '', '', 0, i.started_by_id, i.started_at, i.updated_at, i.version
FROM pool p JOIN workflows_workflowinstance i ON i.id = p.model_instance;

INSERT INTO tasks_task (id, uuid, organization_id, project_id, source, title, description, category, priority, tags,
    metadata, state, closed_reason, is_open, weight, performed_weight, outcome, resolution, due_at, due_sort,
    escalation_level, created_by_id, created_at, updated_at, version, outcomes, form_fields, form_data, progress,
    instance_id)
SELECT p.id, gen_random_uuid(), t.organization_id, t.project_id, 'pool', p.kind, t.description, t.category, t.priority,
    t.tags, t.metadata, t.state, '', true, t.weight, 0, '', '', t.due_at, t.due_sort, 0, t.created_by_id, t.created_at,
    t.updated_at, t.version, t.outcomes, t.form_fields, t.form_data, 0,
    CASE WHEN p.model_instance IS NOT NULL THEN p.instance_id END
FROM pool p JOIN tasks_task t ON t.id = p.model_task;

INSERT INTO tasks_assignment (uuid, organization_id, task_id, user_id, weight, state, outcome, is_open, due_sort,
    assigned_at)
SELECT gen_random_uuid(), a.organization_id, p.id, a.user_id, a.weight, a.state, '', true, a.due_sort, a.assigned_at
FROM pool p JOIN tasks_assignment a ON a.task_id = p.model_task;

INSERT INTO tasks_event (organization_id, task_id, seq, type, actor_kind, actor_id, payload, cause_depth, created_at)
SELECT e.organization_id, p.id, 1, e.type, e.actor_kind, e.actor_id, e.payload, 0, e.created_at
FROM pool p JOIN tasks_event e ON e.task_id = p.model_task;

INSERT INTO workflows_steprun (organization_id, instance_id, run, step, name, kind, visit, state, task_id, entered_at,
    outcome, form_data, message, correlation, attempt, error)
SELECT r.organization_id, p.instance_id, r.run, r.step, r.name, r.kind, r.visit, r.state, p.id, r.entered_at, '', '{}', '',
    '', 1, ''
FROM pool p JOIN workflows_steprun r ON r.task_id = p.model_task;

SELECT setval(pg_get_serial_sequence('tasks_task', 'id'), (SELECT max(id) FROM tasks_task));

SELECT setval(pg_get_serial_sequence('workflows_workflowinstance', 'id'), (SELECT max(id) FROM workflows_workflowinstance));

RESET session_replication_role;
