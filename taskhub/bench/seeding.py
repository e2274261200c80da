"""Fills a system: models made by the product's own commands, then a million copies of them by the database."""

import time
from pathlib import Path
from typing import Any

import psycopg

from .sizes import Plan
from .spec import STEPS
from .systems import System

STATEMENTS = Path(__file__).with_name("seed.sql")
TABLES = (
    "tasks_task", "tasks_assignment", "tasks_event", "tasks_reference", "tasks_deadline", "tasks_delivery",
    "workflows_workflowinstance", "workflows_steprun",
)  # fmt: skip


def seed(system: System, count: int, plan: Plan) -> float:
    """Fill it with `count` tasks and what hangs on them; returns the seconds. Its `ids` say what requests can name."""
    started = time.monotonic()
    _make_models(system)
    sizes = {"count": count, "people": max(600, count // 200), "teams": max(20, count // 2000), "pool": plan.pool}
    with psycopg.connect(system.database, autocommit=True, cursor_factory=psycopg.ClientCursor) as connection:
        connection.execute("SET maintenance_work_mem = '256MB'")
        connection.execute("SET work_mem = '128MB'")
        later = _without_indexes(connection)
        for statement in STATEMENTS.read_text().split(";\n"):
            if statement.strip():
                connection.execute(statement.encode(), sizes)
        for statement in later:
            connection.execute(statement.encode())
        system.live.manage("recount")
        connection.execute("VACUUM ANALYZE")
    _note(system)
    return time.monotonic() - started


def _make_models(system: System) -> None:
    """What the pools are copies of."""
    project = system.names["projects"]["main"]["id"]
    worker, mate = (system.names["users"][name]["id"] for name in ("worker", "mate"))
    for title, assignees in (("model-one", [worker]), ("model-two", [worker, mate])):
        task = {"title": title, "category": "approve", "assignees": assignees}
        system.post(f"/v1/customers/{project}/tasks", task, system.key("robot"))
    for key in STEPS:
        instance = {"definition": key, "entity": {"type": "model", "id": key}}
        system.post("/api/hub/v1/workflow-instances", instance, system.key("robot"))


def _without_indexes(connection: psycopg.Connection[Any]) -> list[str]:
    """Drops the indexes that hold no constraint, and returns how to make them again: three times faster so."""
    found = connection.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s) AND indexname NOT IN"
        " (SELECT conname FROM pg_constraint) AND indexdef NOT LIKE '%%UNIQUE%%'",
        [list(TABLES)],
    ).fetchall()
    for name, _ in found:
        connection.execute(f'DROP INDEX "{name}"'.encode())
    return [definition for _, definition in found]


def _note(system: System) -> None:
    """What requests name."""
    [(organization, project)] = system.rows(
        "SELECT organization_id, uuid FROM accounts_project WHERE uuid = %s", system.names["projects"]["main"]["id"]
    )
    users = dict(system.rows("SELECT username, id FROM accounts_user WHERE username = ANY(%s)", ["busy", "idle"]))
    tasks = system.rows(
        "SELECT uuid FROM tasks_task WHERE project_id = (SELECT id FROM accounts_project WHERE uuid = %s)"
        " AND source = 'customers' ORDER BY md5(id::text) LIMIT 500",
        project,
    )
    pools: dict[str, list[Any]] = {}
    for kind, id, uuid in system.rows("SELECT title, id, uuid FROM tasks_task WHERE source = 'pool' ORDER BY id"):
        pools.setdefault(kind, []).append((id, str(uuid)))
    system.ids = {"organization": organization, "project": str(project), "users": users, "pools": pools}
    system.ids["tasks"] = [str(uuid) for (uuid,) in tasks]
