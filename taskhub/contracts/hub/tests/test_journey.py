"""The whole way of a process through the API: written, checked, published, started, worked to its end, told, drawn."""

from collections.abc import Callable
from typing import Any

from accounts.actor import Actor
from accounts.models import User
from workflows import commands
from workflows.tests.samples import ONBOARDING, document

from .conftest import DEFINITIONS, INSTANCES, Hub, task_of


def test_a_definition_is_written_published_started_and_worked_to_its_end(
    cleo_hub: Hub, ana_hub: Hub, ana: User, bo: User, actor_of: Callable[[User], Actor]
) -> None:
    checked = cleo_hub.make(f"{DEFINITIONS}/validate", ONBOARDING)
    assert checked == {"valid": True, "faults": [], "steps": 3, "edges": 3}
    draft = cleo_hub.draft(ONBOARDING)
    assert (draft["status"], draft["version"], draft["document"]) == ("draft", 1, ONBOARDING)
    published = cleo_hub.make(f"{DEFINITIONS}/{draft['id']}/publish")
    assert (published["id"], published["status"]) == (draft["id"], "published")

    entity = {"type": "CUENTA", "id": "738291047382910473", "label": "Acme Corp"}
    instance = ana_hub.start("account-onboarding", entity=entity, variables={"region": "EU"})
    address = f"{INSTANCES}/{instance['id']}"
    assert (instance["status"], instance["entity"], instance["started_by"]["username"]) == ("running", entity, "ana")
    assert [step["step"] for step in instance["steps"]] == ["verify"]

    def complete(who: User, outcome: str, **answers: Any) -> None:
        [waiting] = [step for step in ana_hub.read(address)["steps"] if step["status"] == "open"]
        commands.complete(actor=actor_of(who), task=task_of(waiting).pk, outcome=outcome, form_data=answers)

    complete(ana, "approved", contact_verified=True)
    complete(bo, "failed", email_address="x@example.com", template="Basic Welcome")
    complete(ana, "approved", contact_verified=True)
    complete(bo, "sent", email_address="y@example.com", template="Basic Welcome")
    complete(ana, "done")

    whole = ana_hub.read(address)
    assert (whole["status"], whole["progress"]["percent"], whole["allowed"]) == ("completed", 100, [])
    assert [(step["step"], step["visit"], step["outcome"]) for step in whole["steps"]] == [
        ("verify", 1, "approved"),
        ("welcome", 1, "failed"),
        ("verify", 2, "approved"),
        ("welcome", 2, "sent"),
        ("review", 1, "done"),
    ]
    assert whole["steps"][3]["form_data"] == {"email_address": "y@example.com", "template": "Basic Welcome"}
    assert whole["steps"][3]["completed_by"]["username"] == "bo"
    assert whole["variables"]["region"] == "EU"
    assert whole["variables"]["welcome"]["outcome"] == "sent"

    told = [one for page in ana_hub.pages(f"{address}/history", "limit=3") for one in page]
    assert [(one["type"], one["step"]) for one in told] == [
        ("instance.started", None),
        *story("verify"),
        *story("welcome", "task.claimed"),
        *story("verify"),
        *story("welcome", "task.claimed"),
        *story("review"),
        ("instance.completed", None),
    ]
    drawn = ana_hub.caller.get(f"{address}/diagram")
    assert (drawn.status_code, drawn.headers["Content-Type"]) == (200, "image/svg+xml")
    assert drawn.content.endswith(b"</svg>\n")


def story(step: str, *before: str) -> list[tuple[str, str]]:
    """The visit of a step whose task one person does."""
    types = ["step.entered", "task.created", *before, "share.performed", "task.completed", "step.left"]
    return [(type, step) for type in types]


def test_each_instance_keeps_the_version_that_it_was_started_with(cleo_hub: Hub, ana_hub: Hub) -> None:
    first = cleo_hub.publish(ONBOARDING)
    before = [ana_hub.start("account-onboarding") for _ in range(20)]
    changed = document(ONBOARDING)
    changed["steps"][0]["name"] = "Look into it"
    second = cleo_hub.publish(changed)
    after = ana_hub.start("account-onboarding")
    third = ana_hub.start("account-onboarding", version=1)

    assert (first["version"], second["version"]) == (1, 2)
    for instance in (*before, third):
        now = ana_hub.read(f"{INSTANCES}/{instance['id']}")
        assert (now["definition"]["id"], now["definition"]["version"]) == (first["id"], 1)
        assert now["steps"][0]["name"] == "Verify Contact Information"
    assert (after["definition"]["version"], after["steps"][0]["name"]) == (2, "Look into it")
    assert cleo_hub.read(f"{DEFINITIONS}/{first['id']}")["running_instances"] == 21
    assert cleo_hub.read(f"{DEFINITIONS}/{second['id']}")["running_instances"] == 1
