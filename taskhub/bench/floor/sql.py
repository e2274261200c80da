"""The ideal SQL of what is measured: what somebody would write who needs nothing else."""

COLUMNS = """t.id, t.uuid, t.title, t.category, t.description, t.priority, t.state, t.is_open, t.weight,
    t.performed_weight, t.created_at, t.due_at, t.metadata, t.version, c.uuid AS created_by"""
SHARES = """
SELECT a.task_id, a.uuid, a.state, a.weight, a.assigned_at, u.uuid AS user_uuid, u.name, t.title
FROM tasks_assignment a LEFT JOIN accounts_user u ON u.id = a.user_id
LEFT JOIN accounts_team t ON t.group_ptr_id = a.team_id
WHERE a.task_id = ANY(%s::bigint[]) AND a.state <> 'replaced' ORDER BY a.id"""
OF_PROJECT = f"""
SELECT {COLUMNS} FROM tasks_task t LEFT JOIN accounts_user c ON c.id = t.created_by_id
WHERE t.project_id = (SELECT id FROM accounts_project WHERE uuid = %s) AND t.deleted_at IS NULL
ORDER BY t.id DESC LIMIT 25"""
FILTERED = OF_PROJECT.replace("ORDER BY", "AND t.state = 'pending' AND t.category = 'approve' ORDER BY")
OF_ORGANIZATION = f"""
SELECT {COLUMNS} FROM tasks_task t LEFT JOIN accounts_user c ON c.id = t.created_by_id
WHERE t.organization_id = %s AND t.deleted_at IS NULL ORDER BY t.id DESC LIMIT 25"""
STEPS = """
SELECT t.id, t.instance_id, t.state, t.due_at, t.escalated_at, t.created_at, r.name, i.entity_type, i.entity_id,
    i.entity_label, d.name AS workflow
FROM tasks_task t JOIN workflows_steprun r ON r.task_id = t.id JOIN workflows_workflowinstance i ON i.id = r.instance_id
JOIN workflows_workflowdefinition d ON d.id = i.definition_id
WHERE t.organization_id = %s AND t.deleted_at IS NULL AND t.instance_id IS NOT NULL ORDER BY t.id DESC LIMIT 25"""
INSTANCES = """
SELECT i.uuid, i.status, i.has_incident, i.business_key, i.entity_type, i.entity_id, i.entity_label, i.started_at,
    i.ended_at, i.updated_at, i.cancel_reason, i.version, d.uuid AS definition, d.key, d.name, d.version AS number,
    p.uuid AS project, p.slug, p.name AS project_name, u.uuid AS started_by, u.username, u.name AS starter
FROM workflows_workflowinstance i JOIN workflows_workflowdefinition d ON d.id = i.definition_id
JOIN accounts_project p ON p.id = i.project_id LEFT JOIN accounts_user u ON u.id = i.started_by_id
WHERE i.organization_id = %s ORDER BY i.id DESC LIMIT 25"""
INBOX = f"""
SELECT {COLUMNS} FROM (
    SELECT DISTINCT due_sort, task_id FROM (
        (SELECT due_sort, task_id FROM tasks_assignment WHERE user_id = %s AND is_open ORDER BY 1, 2 LIMIT 25)
        UNION ALL
        (SELECT a.due_sort, a.task_id FROM accounts_user_groups g CROSS JOIN LATERAL
            (SELECT due_sort, task_id FROM tasks_assignment WHERE team_id = g.group_id AND is_open
             ORDER BY 1, 2 LIMIT 25) a
         WHERE g.user_id = %s)) mine
    ORDER BY 1, 2 LIMIT 25) p
JOIN tasks_task t ON t.id = p.task_id LEFT JOIN accounts_user c ON c.id = t.created_by_id
ORDER BY p.due_sort, p.task_id"""
ONE = f"""
SELECT {COLUMNS} FROM tasks_task t LEFT JOIN accounts_user c ON c.id = t.created_by_id
WHERE t.uuid = %s AND t.deleted_at IS NULL"""

PEOPLE = "SELECT id, uuid, name FROM accounts_user WHERE uuid = ANY(%s::uuid[]) AND is_active"
NEW_TASK = """
INSERT INTO tasks_task (uuid, organization_id, project_id, source, title, description, category, priority, tags,
    metadata, state, closed_reason, is_open, weight, performed_weight, outcome, resolution, due_sort, escalation_level,
    created_by_id, created_at, updated_at, version, outcomes, form_fields, form_data, progress, instance_id)
SELECT gen_random_uuid(), p.organization_id, p.id, 'customers', %s, %s, %s, 2, '[]', '{}', 'pending', '', true, 1, 0,
    '', '', '9999-12-31 00:00+00', 0, NULL, now(), now(), 1, '[]', '[]', '{}', 0, %s
FROM accounts_project p WHERE p.uuid = %s RETURNING id, uuid, organization_id, created_at"""
NEW_SHARES = """
INSERT INTO tasks_assignment (uuid, organization_id, task_id, user_id, weight, state, outcome, is_open, due_sort,
    assigned_at)
SELECT gen_random_uuid(), %s, %s, u, 1.0 / %s, 'pending', '', true, '9999-12-31 00:00+00', now()
FROM unnest(%s::bigint[]) u RETURNING uuid"""
NEW_EVENT = """
WITH e AS (INSERT INTO tasks_event (organization_id, task_id, seq, type, actor_kind, actor_id, payload, cause_depth,
    created_at)
    SELECT %s, %s, coalesce(max(seq), 0) + 1, %s, 'user', NULL, %s::jsonb, 0, now() FROM tasks_event WHERE task_id = %s
    RETURNING id)
INSERT INTO tasks_outboxentry (event_id, handler, run_at, attempts, last_error)
SELECT id, h, now(), 0, '' FROM e
CROSS JOIN unnest(ARRAY['tasks.notifications.plan.plan', 'workflows.automation.planning.plan']) h"""
LOCKED = """
SELECT id, uuid, organization_id, instance_id, version, state, weight, performed_weight FROM tasks_task
WHERE {key} = %s AND deleted_at IS NULL FOR NO KEY UPDATE"""
PERFORM_SHARE = """
UPDATE tasks_assignment SET state = 'performed', is_open = false, acted_at = now()
WHERE id = (SELECT min(id) FROM tasks_assignment WHERE task_id = %s AND is_open) RETURNING weight"""
PERFORMED = """
UPDATE tasks_task SET performed_weight = performed_weight + %s, state = 'in_progress', started_at = now(),
    updated_at = now(), version = version + 1 WHERE id = %s"""
COMPLETED = """
UPDATE tasks_task SET performed_weight = performed_weight + %s, state = 'completed', is_open = false, closed_at = now(),
    updated_at = now(), version = version + 1 WHERE id = %s"""
LOCKED_INSTANCE = """
SELECT i.id, i.state, i.definition_id, p.uuid AS project FROM workflows_workflowinstance i
JOIN accounts_project p ON p.id = i.project_id
WHERE i.id = (SELECT instance_id FROM tasks_task WHERE id = %s) FOR NO KEY UPDATE OF i"""
LEFT_RUN = "UPDATE workflows_steprun SET state = 'done', left_at = now() WHERE task_id = %s"
NEW_RUN = """
INSERT INTO workflows_steprun (organization_id, instance_id, run, step, name, kind, visit, state, task_id, entered_at,
    outcome, form_data, message, correlation, attempt, error)
VALUES (%s, %s, %s, %s, %s, 'human', 1, 'open', %s, now(), '', '{}', '', '', 1, '')"""
MOVED = """
UPDATE workflows_workflowinstance SET state = %s::jsonb, version = version + 1, updated_at = now() WHERE id = %s"""
