"""What is changed, in as few statements as it takes: lock, change, event, what is owed."""

from typing import Any
from uuid import UUID, uuid4

import orjson
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse

from . import sql
from .reads import Row, answer, rows


@transaction.atomic
def create(request: HttpRequest) -> HttpResponse:
    """A task for some people, who are looked up."""
    given = orjson.loads(request.body)
    people = rows(sql.PEOPLE, given["assignees"])
    [task] = rows(sql.NEW_TASK, given["title"], given["description"], given["category"], None, UUID(given["project"]))
    shares = rows(sql.NEW_SHARES, task["organization_id"], task["id"], len(people), [person["id"] for person in people])
    record(task, "task.created", {"state": "pending", "users": [person["id"] for person in people], "teams": []})
    return answer({**given, **task, "assignees": shares}, 201)


@transaction.atomic
def perform(request: HttpRequest, task: UUID) -> HttpResponse:
    """One of several shares."""
    found = locked("uuid", task)
    [share] = rows(sql.PERFORM_SHARE, found["id"])
    do(sql.PERFORMED, share["weight"], found["id"])
    record(found, "share.performed", {"weight": str(share["weight"])})
    return answer({**found, "state": "in_progress"})


@transaction.atomic
def complete(request: HttpRequest, task: UUID) -> HttpResponse:
    """The only share, and the task with it."""
    return answer(_completed(locked("uuid", task)))


@transaction.atomic
def step(request: HttpRequest, task: int) -> HttpResponse:
    """A step of a workflow: the task, the visit, the instance and the next step's task, under the instance's lock."""
    [instance] = rows(sql.LOCKED_INSTANCE, task)
    found = _completed(locked("id", task))
    state = orjson.loads(instance["state"]) if isinstance(instance["state"], str) else instance["state"]
    number, run = int(state["runs"][0]["step"][1:]) + 1, uuid4().hex
    state["runs"] = [{"id": run, "step": f"s{number}", "visit": 1}]
    do(sql.LEFT_RUN, task)
    [following] = rows(sql.NEW_TASK, f"Step {number}", "", "", instance["id"], instance["project"])
    holders = rows("SELECT user_id FROM tasks_assignment WHERE task_id = %s", task)
    organization = following["organization_id"]
    rows(sql.NEW_SHARES, organization, following["id"], 1, [holders[0]["user_id"]])
    record(following, "task.created", {"state": "pending", "users": [holders[0]["user_id"]], "teams": []})
    do(sql.NEW_RUN, organization, instance["id"], run, f"s{number}", f"Step {number}", following["id"])
    do(sql.MOVED, orjson.dumps(state).decode(), instance["id"])
    return answer({**found, "next": following})


def _completed(found: Row) -> Row:
    [share] = rows(sql.PERFORM_SHARE, found["id"])
    do(sql.COMPLETED, share["weight"], found["id"])
    record(found, "task.completed", {"state": "completed"})
    return {**found, "state": "completed"}


def locked(key: str, value: Any) -> Row:
    return rows(sql.LOCKED.format(key=key), value)[0]


def record(task: Row, type: str, payload: Row) -> None:
    do(sql.NEW_EVENT, task["organization_id"], task["id"], type, orjson.dumps(payload).decode(), task["id"])


def do(text: str, *params: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(text, params)
