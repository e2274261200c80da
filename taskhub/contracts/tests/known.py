"""What generated requests may name: things that exist, under the names by which addresses and bodies call them.

A new contract adds its things here: a line in `things` for each id that no other contract calls so, and in `SPELLED`
what it spells in a way of its own.
"""

from collections.abc import Callable
from typing import Any

from accounts.access import forget
from accounts.actor import Actor
from accounts.models import Project
from conftest import PASSWORD, Cast
from taskhub.contracts.testing import Caller
from tasks.models import Task
from workflows import commands
from workflows.tests.samples import ONBOARDING, document

from .forms import PNG, form, many

BOTS, HUB = "/api/v1", "/api/hub/v1"
WAITING: dict[str, Any] = {
    "key": "waiting",
    "name": "Waits",
    "variables": {"order": "7"},
    "steps": [
        {"key": "pay", "name": "Pay", "type": "wait", "message": "paid", "correlation": "order", "next": "ship"},
        {"key": "ship", "name": "Ship"},
    ],
}
SCRIPT = 't = CREATE TASK "x", "ana"\nSET TASK PRIORITY t, "high"\nTALK GET TASK STATUS t'

ELSEWHERE: dict[str, Any] = {
    "key": "elsewhere",
    "name": "Read elsewhere",
    "steps": [
        {
            "key": "read",
            "name": "Read",
            "type": "automatic",
            "processor": "elsewhere",
            "assign": {"user": "cleo"},
            "retry": {"attempts": 1},
        }
    ],
}

Known = dict[str, list[Any]]
"""Name of a parameter or of a body's field -> values."""


def things(contract: str, cast: Cast, caller: Caller, actor: Actor) -> Known:
    """One or more of everything, made by a manager through the contracts and the commands."""
    names, people = ["ana", "bo", "cleo"], [str(user.uuid) for user in (cast.ana, cast.bo, cast.cleo)]
    task, step = _task(cast, caller), _step(actor)
    project = str(cast.project.uuid)
    known: Known = {
        "customer_id": [project],
        "project_id": [project],
        "team_id": [str(cast.acme.uuid)],
        "id": [task["uuid"]],
        "user_id": people[:2],
        "attachment_id": [task["attachment"]],
        "item_id": [task["item"]],
        **_bots(caller),
        **_flows(caller, step),
        **_documents(cast, caller, actor),
        "title": ["Call back", "Follow up"],
        "category": ["sign", "approve"],
        "assignee": names,
        "mentions": names,
        "username": names,
        "assignees": people,
        "assigned_user_ids": people,
        "created_by_id": people,
        "assign_to_user_id": [str(user.pk) for user in (cast.ana, cast.bo)],
        "assign_to_group_id": [str(cast.sales.pk)],
        "project": ["dorfman-ag", project],
        "team": ["sales"],
        "definition": ["account-onboarding", "waiting"],
        "If-Match": ["*"],
        "name": ["paid"],
        "correlation": ["7"],
        "result_code": ["approved", "rejected"],
        "password": [PASSWORD],
        "script": [SCRIPT],
    }
    return known | SPELLED.get(contract, lambda *_: {})(task, step)


SPELLED: dict[str, Callable[[dict[str, str], Task], Known]] = {
    "bots": lambda task, _: {"task_id": [task["bots"]], "user_id": ["ana", "bo"]},
    "worklist": lambda _, step: {"id": [str(step.pk)]},
}
"""Contract -> what it calls otherwise than the rest."""


def _made(caller: Caller, path: str, body: Any) -> Any:
    response = caller.post(path, body)
    assert response.status_code in (200, 201), response.content
    return response.json()


def _task(cast: Cast, caller: Caller) -> dict[str, str]:
    """A task with everything that hangs on one."""
    body = {
        "title": "Call back",
        "category": "sign",
        "assignees": [str(cast.cleo.uuid), str(cast.ana.uuid)],
        "metadata": {"source": "call"},
        "objects": [{"type": "letter", "content": {"text": "Dear"}}],
    }
    uuid = _made(caller, f"/v1/customers/{cast.project.uuid}/tasks", body)["id"]
    [row] = caller.get(f"{BOTS}/tasks").json()["tasks"]
    url = f"{BOTS}/tasks/{row['task_id']}"
    item = _made(caller, f"{url}/checklist", {"text": "Ring"})
    _made(caller, f"{url}/comments", {"text": "Rung", "mentions": ["bo"]})
    _made(caller, f"{url}/watchers", {"user_id": "ana"})
    _made(caller, f"{url}/time", {"minutes": 5})
    file = caller.call("POST", f"{url}/attachments", *form("a.png", PNG)).json()
    return {"uuid": uuid, "bots": row["task_id"], "item": item["item_id"], "attachment": file["attachment_id"]}


def _bots(caller: Caller) -> Known:
    template = _made(caller, f"{BOTS}/templates", {"name": "Urgent", "title_template": "Call {{who}}"})["template_id"]
    rule = {
        "name": "Tagged",
        "trigger": {"type": "conversation_tag", "value": "urgent"},
        "action": {"type": "create_task", "template": template},
    }
    flow = {"name": "Two steps", "steps": [{"name": "a", "assignee": "ana"}, {"name": "b", "depends_on": ["a"]}]}
    return {
        "template_id": [template],
        "template": [template],
        "automation_id": [_made(caller, f"{BOTS}/automations", rule)["automation_id"]],
        "workflow_id": [_made(caller, f"{BOTS}/workflows", flow)["workflow_id"]],
    }


def _step(actor: Actor) -> Task:
    """A task of a workflow that runs, which asks for nothing that must be captured."""
    onboarding = document(ONBOARDING)
    onboarding["steps"][0] |= {"assign": {"user": "cleo"}, "fields": []}
    commands.publish_document(actor=actor, document=onboarding)
    begun = commands.start(actor=actor, definition="account-onboarding")
    return Task.objects.get(step_run__instance=begun.instance)


def _flows(caller: Caller, step: Task) -> Known:
    drafts = f"{HUB}/workflow-definitions"
    draft = _made(caller, drafts, WAITING | {"key": "draft"})["id"]
    published = _made(caller, f"{drafts}/{_made(caller, drafts, WAITING)['id']}/publish", None)["id"]
    waiting = _made(caller, f"{HUB}/workflow-instances", {"definition": "waiting"})["id"]
    return {
        "definition_id": [draft, published],
        "instance_id": [waiting, str(step.step_run.instance.uuid)],
        "against": [1],
    }


def _documents(cast: Cast, caller: Caller, actor: Actor) -> Known:
    """An upload with a task under review, one that was discarded, one that has failed, and work that somebody holds."""
    commands.publish_document(actor=actor, document=ELSEWHERE)
    Project.objects.filter(pk=cast.project.pk).update(pipeline="elsewhere")
    forget()
    base = f"/v2/{cast.acme.uuid}/project/{cast.project.uuid}"
    made = caller.call("POST", f"{base}/upload", *many(*((f"{n}.txt", b"Total: 5") for n in range(5)))).json()
    wanted = {"processors": ["elsewhere"], "limit": 4, "lease": 3600}
    reviewed, discarded, failed, held = _made(caller, f"{HUB}/processing/fetch", wanted)["items"]
    for work, verb, more in ((reviewed, "complete", {}), (discarded, "complete", {}), (failed, "fail", {"error": "x"})):
        caller.post(f"{HUB}/processing/{work['id']}/{verb}", {"token": work["token"], **more})
    _made(caller, f"{base}/task/{discarded['task']}/discard", {})
    return {
        "upload_id": [made["upload_id"]],
        "task_id": [work["task"] for work in (reviewed, discarded, failed)],
        "work_id": [held["id"]],
        "token": [held["token"]],
        "processors": ["elsewhere"],
    }
